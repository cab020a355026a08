"""Where each word of a page stands, so that a lexicon is read once a distinct word, not once a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from hasila.rules.page import Page

_SHARED = "occurrences"
_LONGEST = 40
"""Letters of a word; no lexicon has a longer one."""


def occurrences(page: Page) -> Mapping[str, list[int]]:
    """The starts (form) of every word outside what is closed to rules, by the folded word, in order."""
    found: dict[str, list[int]] | None = page.shared.get(_SHARED)
    if found is None:
        found = {}
        form = page.form
        for word, (start, _) in zip(page.analysis.tokens, page.analysis.words, strict=True):
            if len(word) <= _LONGEST and form[start] != "\n":
                if word in found:
                    found[word].append(start)
                else:
                    found[word] = [start]
        page.shared[_SHARED] = found
    return found


@cache
def _test(first: re.Pattern[str]) -> Callable[[str], bool]:
    # Words come again from text to text: what was decided for one is remembered, within bounds.
    return lru_cache(maxsize=1 << 14)(lambda word: first.fullmatch(word) is not None)


def anchored(page: Page, pattern: re.Pattern[str], first: re.Pattern[str]) -> list[re.Match[str]]:
    """The matches of ``pattern`` that begin at a word which ``first`` matches whole, in text order."""
    form, fits = page.form, _test(first)
    starts = sorted([start for word, places in occurrences(page).items() if fits(word) for start in places])
    found: list[re.Match[str]] = []
    for start in starts:
        match = pattern.match(form, start)
        if match and (not found or start >= found[-1].end()):
            found.append(match)
    return found
