"""An article's text as lines, runs and pieces, ready to be drawn with its annotations.

A *line* is a line of the text with a base direction. A *run* is a stretch of it that is isolated
for the bidirectional algorithm, or not. A *piece* is a stretch that the same annotations cover.
Joined, the pieces of a line are the line, character for character.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hasila.annotation import Annotation
from hasila.offsets import lines

_LETTER = "A-Za-z\u00c0-\u024f"
_WORD = rf"[@#]?[{_LETTER}0-9_](?:[{_LETTER}0-9_./:%+&'’@#?=~-]*[{_LETTER}0-9_/%])?"
_RUN = re.compile(
    rf"(?P<latin>(?=[@#]?[{_LETTER}]|[0-9]+[{_LETTER}]){_WORD}(?:[ ,|/-]{{1,3}}{_WORD})*)"
    r"|(?P<control>[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f])"
)
_DIGITS = re.compile(r"[0-9\u0660-\u0669\u06f0-\u06f9]+(?:[.,:/٫٬][0-9\u0660-\u0669\u06f0-\u06f9]+)*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the article from ``start``, and which of the annotations given (by place) cover it."""

    start: int
    text: str
    covered: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Pieces that stand together: ``isolate`` is ``ltr`` or empty; ``control`` is the code of a character
    that is drawn as its code, because it would reorder its neighbours or is no text."""

    isolate: str
    control: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank: its place, its direction and its runs."""

    number: int
    start: int
    end: int
    direction: str
    runs: tuple[Run, ...]


def direction(text: str) -> str:
    """``rtl`` unless nearly all letters are left-to-right: a Latin word does not turn an Arabic line."""
    kinds = [unicodedata.bidirectional(c) for c in text]
    right = sum(kind in ("R", "AL") for kind in kinds)
    return "ltr" if kinds.count("L") > 3 * right else "rtl"


def _spans(text: str, start: int, end: int) -> list[tuple[int, int, str, str]]:
    """The runs of a line as (start, end, isolate, control), covering it."""
    found: list[tuple[int, int, str, str]] = []
    at = start

    def plain(until: int) -> None:
        place = at
        for digits in _DIGITS.finditer(text, at, until):
            if digits.start() > place:
                found.append((place, digits.start(), "", ""))
            found.append((*digits.span(), "ltr", ""))
            place = digits.end()
        if until > place:
            found.append((place, until, "", ""))

    for match in _RUN.finditer(text, start, end):
        plain(match.start())
        code = f"U+{ord(match[0]):04X}" if match["control"] else ""
        found.append((*match.span(), "ltr", code))
        at = match.end()
    plain(end)
    return found


def lay_out(text: str, annotations: Sequence[Annotation], cuts: Iterable[int] = ()) -> list[Line]:
    """The lines of ``text`` that are not blank, cut where annotations begin and end, and at ``cuts``."""
    cuts = sorted({place for a in annotations for place in a.span} | set(cuts))
    order = sorted(range(len(annotations)), key=lambda k: annotations[k].start)
    result: list[Line] = []
    live: list[int] = []
    following = cut = 0
    for line in lines(text):
        if not text[line.start : line.end].strip():
            continue
        runs: list[Run] = []
        for start, end, isolate, control in _spans(text, line.start, line.end):
            pieces: list[Piece] = []
            at = start
            while at < end:
                while cut < len(cuts) and cuts[cut] <= at:
                    cut += 1
                until = min(end, cuts[cut]) if cut < len(cuts) else end
                while following < len(order) and annotations[order[following]].start <= at:
                    live.append(order[following])
                    following += 1
                live = [k for k in live if annotations[k].end > at]
                pieces.append(Piece(at, text[at:until], tuple(live)))
                at = until
            runs.append(Run(isolate, control, tuple(pieces)))
        result.append(
            Line(line.number, line.start, line.end, direction(text[line.start : line.end]), tuple(runs))
        )
    return result


def lanes(annotations: Iterable[Annotation]) -> dict[str, int]:
    """Give each annotation of one layer a lane such that none overlaps or touches another in its lane.

    Shorter spans take the lower lanes, those nearer to the text, so that nesting reads outward.
    """
    taken: list[list[tuple[int, int]]] = []
    lane: dict[str, int] = {}
    for one in sorted(annotations, key=lambda a: (a.end - a.start, a.start)):
        met = [_meeting(spans, one.span) for spans in taken]
        # Whatever it overlaps is shorter and lies further in; what it only touches has another lane.
        k = max((k + 1 for k, how in enumerate(met) if how == "overlaps"), default=0)
        while k < len(met) and met[k]:
            k += 1
        if k == len(taken):
            taken.append([])
        insort(taken[k], one.span)
        lane[one.id] = k
    return lane


def _meeting(spans: Sequence[tuple[int, int]], span: tuple[int, int]) -> str:
    """How ``span`` meets the disjoint, sorted ``spans`` of a lane."""
    place = bisect_left(spans, (span[0], -1))
    near = spans[max(place - 1, 0) : bisect_left(spans, (span[1] + 1, -1))]
    if any(start < span[1] and span[0] < end for start, end in near):
        return "overlaps"
    return "touches" if any(start == span[1] or end == span[0] for start, end in near) else ""


def widest(*assigned: Mapping[str, int]) -> int:
    """How many lanes the fullest of some assignments needs."""
    return max((k + 1 for lane in assigned for k in lane.values()), default=0)
