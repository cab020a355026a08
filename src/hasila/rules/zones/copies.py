"""Repeated passages: lines that say again, word for word, what stood above, whole or cut off.

Shingle and extend: the first words of a line are looked up among the shingles that open an earlier line
or sentence, and the match is extended word by word. Each line is compared with a few places only, so the
time is linear in the text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from hasila.arabic import Analysis

Span = tuple[int, int]

_SHINGLE = 6
_PLACES = 4
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Copy:
    """A line that repeats earlier lines (indexes), ``cut`` where it breaks off."""

    of: tuple[int, ...]
    cut: bool


def copies(analysis: Analysis, lines: Sequence[Span]) -> dict[int, Copy]:
    """Copies among ``lines`` (spans in the form, in order) by index; white space and marks aside."""
    tokens, starts = analysis.tokens, analysis.starts
    ranges = [(bisect_left(starts, start), bisect_left(starts, end)) for start, end in lines]
    opens: dict[tuple[str, ...], list[int]] = {}
    whole: dict[tuple[str, ...], int] = {}
    line_of = _LineOf(ranges)
    sentence_starts = [bisect_left(starts, start) for start, _ in analysis.sentences]
    at = 0
    found: dict[int, Copy] = {}
    for index, (first, last) in enumerate(ranges):
        copy = _copy(analysis, lines[index], tokens, first, last, opens, line_of)
        if copy is None and (_SHORT <= last - first < _SHINGLE or index - 1 in found):
            same = whole.get(tuple(tokens[first:last])) if first < last else None
            copy = Copy((same,), False) if same is not None else None
        if copy is not None:
            found[index] = copy
        if last - first <= 4 * _SHINGLE:
            whole.setdefault(tuple(tokens[first:last]), index)
        while at < len(sentence_starts) and sentence_starts[at] < last:
            place = max(sentence_starts[at], first)
            at += 1
            if place + _SHINGLE <= last:
                places = opens.setdefault(tuple(tokens[place : place + _SHINGLE]), [])
                if len(places) < _PLACES and (not places or places[-1] != place):
                    places.append(place)
    return found


class _LineOf:
    """Which line holds a word."""

    def __init__(self, ranges: Sequence[Span]) -> None:
        self.firsts = [first for first, _ in ranges]

    def __call__(self, word: int) -> int:
        return bisect_left(self.firsts, word + 1) - 1


def _copy(
    analysis: Analysis,
    line: Span,
    tokens: Sequence[str],
    first: int,
    last: int,
    opens: dict[tuple[str, ...], list[int]],
    line_of: _LineOf,
) -> Copy | None:
    if last - first < _SHINGLE:
        return None
    places = opens.get(tuple(tokens[first : first + _SHINGLE]))
    if places is None:
        return None
    tail = analysis.form[max(line[0], line[1] - 6) : line[1]]
    cut = tail.rstrip('])" ').endswith(("…", "..."))
    for place in places:
        length = _SHINGLE
        size = last - first
        while length < size and place + length < first and tokens[place + length] == tokens[first + length]:
            length += 1
        broken = cut and length == size - 1 and tokens[place + length].startswith(tokens[last - 1])
        if length == size or broken:
            held = range(line_of(place), line_of(place + length - 1) + 1)
            return Copy(tuple(held), cut)
    return None
