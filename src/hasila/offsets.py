"""Spans in text: slice them, place a quote, cut proclitics, convert units.

Every offset is a Unicode code point index, every span half-open ``[start, end)``.
This module knows nothing of layers, files or corpora.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

import regex

ELISION = "[...]"
"""Marks words left out in a quote: ``"first words [...] last words"``."""


class PlaceError(ValueError):
    """A quote that is not in the text, or is there more than once."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text: its 1-based number and its code points, newline excluded."""

    number: int
    start: int
    end: int


def lines(text: str) -> list[Line]:
    """Return the lines of ``text``, separated by LF only."""
    found: list[Line] = []
    start = 0
    for number, part in enumerate(text.split("\n"), start=1):
        found.append(Line(number, start, start + len(part)))
        start += len(part) + 1
    return found


def occurrences(text: str, quote: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield every span in ``text[start:end]`` that reads ``quote``.

    A quote with one ``[...]`` runs from each place of its first part to the nearest
    following place of its last part.
    """
    head, elided, tail = quote.partition(ELISION)
    head, tail = head.strip(), tail.strip()
    if not head or (elided and not tail):
        raise PlaceError(f"the quote {quote!r} has no words before or after {ELISION}")
    at = text.find(head, start, end)
    while at >= 0:
        stop = at + len(head)
        if elided:
            last = text.find(tail, stop, end)
            if last < 0:
                return
            stop = last + len(tail)
        yield at, stop
        at = text.find(head, at + 1, end)


def place(text: str, quote: str, start: int, end: int, nth: int | None = None) -> tuple[int, int]:
    """Return the span of ``quote`` in ``text[start:end]``, the ``nth`` (from 1) where it repeats.

    Raises:
        PlaceError: the quote is missing, or repeats and ``nth`` does not say which.
    """
    found = list(occurrences(text, quote, start, end))
    if not found:
        raise PlaceError(f"the quote {quote!r} is not in {text[start:end]!r}")
    if nth is None and len(found) > 1:
        places = "; ".join(
            f"nth {k}: …{text[max(start, a - 15) : min(end, b + 15)]}…"
            for k, (a, b) in enumerate(found, start=1)
        )
        raise PlaceError(f"the quote {quote!r} occurs {len(found)} times ({places})")
    if nth is not None and not 1 <= nth <= len(found):
        raise PlaceError(f"the quote {quote!r} occurs {len(found)} times, not {nth}")
    return found[(nth or 1) - 1]


def inside_characters(text: str) -> frozenset[int]:
    """Positions between two code points that a reader sees as one character.

    Extended grapheme clusters (UAX 29): a letter with its diacritics, an emoji sequence.
    """
    return frozenset(
        position
        for near in _CLUSTERED.finditer(text)
        for cluster in _CLUSTER.finditer(text, max(near.start() - 1, 0), near.end())
        for position in range(cluster.start() + 1, cluster.end())
    )


# Whatever is not Other, Control or LF can make one cluster with its neighbours.
_CLUSTERED = regex.compile(r"(?s)(?:[^\p{GCB=Other}\p{GCB=Control}\p{GCB=LF}]+.?)+")
_CLUSTER = regex.compile(r"\X")

_MARKS = regex.compile(r"[\p{Mn}\p{Cf}\u0640]+")
_ARABIC_RUN = regex.compile(r"(?r)[\p{Arabic}\p{Mn}\p{Cf}\u0640--[\p{N}\p{P}]]+", regex.V1)
_LATIN_RUN = regex.compile(r"(?r)[\p{Latin}\p{Mn}]+")
_PROCLITICS = regex.compile("[وف]?[بلكس]?")


def word_before(text: str, start: int) -> str:
    """The letters of the word at ``start`` that stand before it, proclitics aside.

    Empty where a span may begin at ``start``: at the word's own beginning, after the proclitics و ف ب ل ك س,
    after digits or punctuation, or at a digit or mark itself. Tatweel and diacritics do not count.
    """
    first = text[start : start + 1]
    run = _ARABIC_RUN if regex.match(r"\p{Arabic}", first) and first.isalpha() else _LATIN_RUN
    if not first.isalpha():
        return ""
    before = run.search(text, max(0, start - 60), start)
    if before is None or before.end() != start:
        return ""
    letters = _MARKS.sub("", before[0])
    return "" if run is _ARABIC_RUN and _PROCLITICS.fullmatch(letters) else letters


Unit = Literal["utf-8", "utf-16"]


def unit_starts(text: str, unit: Unit) -> list[int]:
    """Where each code point of ``text`` starts, in bytes of UTF-8 or 16-bit units of UTF-16.

    The table is one longer than the text: its last entry is the length of the whole. Entry ``i`` converts
    the code point offset ``i``; ``from_units`` goes the other way. A lone surrogate counts as itself.
    """
    if unit == "utf-16":
        sizes = (2 if char > "\uffff" else 1 for char in text)
    else:
        sizes = (1 + (char > "\x7f") + (char > "\u07ff") + (char > "\uffff") for char in text)
    return list(accumulate(sizes, initial=0))


def to_units(span: tuple[int, int], starts: Sequence[int]) -> tuple[int, int]:
    """A span in code points as one in the unit of ``starts``.

    Raises:
        ValueError: the span leaves the text.
    """
    if not 0 <= span[0] <= span[1] < len(starts):
        raise ValueError(f"the span {span} is not in a text of {len(starts) - 1} code points")
    return starts[span[0]], starts[span[1]]


def from_units(span: tuple[int, int], starts: Sequence[int]) -> tuple[int, int]:
    """A span in the unit of ``starts`` as one in code points.

    Raises:
        ValueError: an end of the span is inside a code point or outside the text.
    """
    found = bisect_left(starts, span[0]), bisect_left(starts, span[1])
    if span[0] > span[1] or any(
        at == len(starts) or starts[at] != units for at, units in zip(found, span, strict=True)
    ):
        raise ValueError(f"the span {span} cuts a code point or leaves a text of {starts[-1]} units")
    return found
