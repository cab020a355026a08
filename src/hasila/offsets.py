"""Spans in text: slice them, place a quote, cut proclitics, convert units.

Every offset is a Unicode code point index, every span half-open ``[start, end)``.
This module knows nothing of layers, files or corpora.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
