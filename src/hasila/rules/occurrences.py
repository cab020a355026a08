"""Where the words stand that a layer looks for: each distinct word is read once for all layers.

A layer declares a ``Lookup``: what a word can be, told by the word alone. News repeats its words, so what
all look-ups say of a word is kept, within bounds, from text to text; one pass over a page then gives every
layer its places, and patterns run at these only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import compress
from typing import Any, Generic, TypeVar

from hasila.rules.page import Page

T = TypeVar("T")

_LOOKUPS: list[Lookup[Any]] = []
LONGEST = 40
"""Letters by which a word is told; no lexicon has a longer one."""
_MOST = 1 << 16
"""Words whose readings are kept."""


class _Readings(dict[str, tuple[tuple[int, Any], ...]]):
    """What each word can be: the numbers of the look-ups that look for it, with their readings."""

    def __missing__(self, word: str) -> tuple[tuple[int, Any], ...]:
        if len(word) > LONGEST:
            return self[word[:LONGEST]]
        readings = tuple(
            (number, reading)
            for number, one in enumerate(_LOOKUPS)
            if (reading := one.read(word)) is not None
        )
        if len(self) >= _MOST:
            self.clear()
        self[word] = readings
        return readings


_READINGS = _Readings()


class Lookup(Generic[T]):
    """What a layer looks for; declared where a module begins, so that all are known before the first text.

    ``read`` gives what a folded word can be, None for any other word; it must depend on the word alone.
    """

    def __init__(self, read: Callable[[str], T | None]) -> None:
        self.read = read
        self._number = len(_LOOKUPS)
        _LOOKUPS.append(self)
        _READINGS.clear()

    def on(self, page: Page) -> list[tuple[int, T]]:
        """The words of a page (indexes into ``analysis.words``) that are looked for, with their readings.

        In text order; also those in what is closed to rules.
        """
        found: list[list[tuple[int, Any]]] | None = page.shared.get("lookups")
        if found is None:
            found = [[] for _ in _LOOKUPS]
            known = list(map(_READINGS.__getitem__, page.analysis.tokens))
            for index, readings in compress(enumerate(known), known):
                for number, reading in readings:
                    found[number].append((index, reading))
            page.shared["lookups"] = found
        return found[self._number]


def anchored(page: Page, pattern: re.Pattern[str], first: Lookup[Any]) -> list[re.Match[str]]:
    """The matches of ``pattern`` that begin at a word of ``first``, in text order, not overlapping."""
    form, starts = page.form, page.analysis.starts
    found: list[re.Match[str]] = []
    end = 0
    for index, _ in first.on(page):
        match = pattern.match(form, starts[index])
        if match and starts[index] >= end:
            found.append(match)
            end = match.end()
    return found


def led(
    page: Page, pattern: re.Pattern[str], first: Lookup[Any], before: tuple[str, ...]
) -> list[re.Match[str]]:
    """As ``anchored``; a match may also begin one word earlier, at a frequent word."""
    form, starts, tokens = page.form, page.analysis.starts, page.analysis.tokens
    found: list[re.Match[str]] = []
    end = 0
    for index, _ in first.on(page):
        earlier = (index - 1,) if index and tokens[index - 1] in before else ()
        for at in (*earlier, index):
            match = pattern.match(form, starts[at]) if starts[at] >= end else None
            if match:
                found.append(match)
                end = match.end()
                break
    return found
