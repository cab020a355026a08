"""Where each word of a page stands, so that a lexicon is read once a distinct word, not once a word."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hasila.rules.page import Page

_SHARED = "occurrences"


def occurrences(page: Page) -> Mapping[str, list[int]]:
    """The starts (form) of every word outside what is closed to rules, by the folded word, in order."""
    found: dict[str, list[int]] | None = page.shared.get(_SHARED)
    if found is None:
        found = {}
        form = page.form
        for word, (start, _) in zip(page.analysis.tokens, page.analysis.words, strict=True):
            if form[start] != "\n":
                if word in found:
                    found[word].append(start)
                else:
                    found[word] = [start]
        page.shared[_SHARED] = found
    return found


def anchored(page: Page, pattern: re.Pattern[str], first: re.Pattern[str]) -> list[re.Match[str]]:
    """The matches of ``pattern`` that begin at a word which ``first`` matches whole, in text order."""
    form, fits = page.form, first.fullmatch
    starts = sorted(start for word, places in occurrences(page).items() if fits(word) for start in places)
    found: list[re.Match[str]] = []
    for start in starts:
        match = pattern.match(form, start)
        if match and (not found or start >= found[-1].end()):
            found.append(match)
    return found
