"""Where the claims stand on a timeline: one panel a category, days from left to right, counts on a log scale.

A day is as wide as its claims need, and days without a claim are left out, with a mark where some are.
"""

from __future__ import annotations

import calendar
import datetime
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hasila.browse.claims import JOINED, Claim, Ends, labels

SLOT, LEFT, RIGHT, TOP, HEIGHT, BOTTOM, BREAK = 34, 58, 24, 30, 230, 34, 26
"""Pixels: one claim, the margins, the plot's height, a gap between days."""

VAGUE = {"several": (3, 9), "tens": (10, 99), "hundreds": (100, 999), "thousands": (1000, 9999),
         "millions": (1_000_000, 9_999_999)}  # fmt: skip
"""The orders of size that a vague quantity covers."""

APPROXIMATE = 0.1
"""An approximation is taken as ±10 %, as the scheme's relations take it."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day's place: its left edge, its width, its name; ``after_gap`` where days before it are left out."""

    x: float
    width: float
    label: str
    after_gap: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """One claim: its point, its bar from ``top`` to ``bottom`` and where it is open.

    ``uncertain``: not claimed as certain; ``above``: its value is written above the point.
    """

    claim: Claim
    x: float
    y: float
    top: float
    bottom: float
    open: str
    uncertain: bool
    above: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """A relation between two claims of a panel, as an SVG path."""

    type: str
    strength: str
    path: str
    title: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One category's claims."""

    category: str
    title: str
    width: int
    height: int
    days: tuple[Day, ...]
    grid: tuple[tuple[float, str], ...]
    marks: tuple[Mark, ...]
    curves: tuple[Curve, ...]


def bounds(claim: Claim) -> tuple[float, float, float, str]:
    """Lower end, point, upper end and the open side (``up``, ``down`` or empty) of what is claimed."""
    low: int | None = claim.fields.get("low")
    high: int | None = claim.fields.get("high")
    vague, comparator = claim.fields.get("vague"), claim.fields.get("comparator")
    if low is None and high is None:
        few, many = VAGUE.get(vague or "", (1, 1))
        return few, math.sqrt(few * many), many, ""
    if high is None:
        return low or 0, low or 0, low or 0, "up"
    if low is None:
        return high, high, high, "down"
    if comparator == "approx":
        return low * (1 - APPROXIMATE), low, high * (1 + APPROXIMATE), ""
    return low, math.sqrt((low + 1) * (high + 1)) - 1 if low != high else low, high, ""


def panels(claims: Sequence[Claim]) -> list[Panel]:
    """One panel for each category that has a dated claim, the fullest first."""
    titles = labels("category")
    counts = Counter(c.fields["category"] for c in claims if c.date)
    order = sorted(counts, key=lambda name: (-counts[name], list(titles).index(name)))
    return [
        _panel(name, titles[name], [c for c in claims if c.date and c.fields["category"] == name])
        for name in order
    ]


def _panel(category: str, title: str, claims: Sequence[Claim]) -> Panel:
    ends = [bounds(c) for c in claims]
    floor, ceiling, grid = _scale(min(e[0] for e in ends), max(e[2] for e in ends))

    def height(value: float) -> float:
        share = (math.log10(max(value, 0) + 1) - floor) / (ceiling - floor)
        return round(TOP + HEIGHT * (1 - share), 1)

    by_day: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=lambda c: (c.date, c.fields["side"] or "", bounds(c)[1], c.ends)):
        by_day.setdefault(str(claim.date), []).append(claim)
    days: list[Day] = []
    marks: list[Mark] = []
    x, before = float(LEFT), None
    for date, group in by_day.items():
        gap = before is not None and _apart(before, date)
        x += BREAK if gap else 0
        days.append(Day(x, SLOT * len(group), day_name(date), gap))
        for claim in group:
            low, point, high, side = bounds(claim)
            sure = claim.fields.get("factuality") in ("CT+", "CT-", None)
            # A value wider than its slot stands above where its neighbour's stands below.
            above = len(claim.shown) > 5 and len(marks) % 2 == 1
            places = (height(point), height(high), height(low))
            marks.append(Mark(claim, x + SLOT / 2, *places, side, not sure, above))
            x += SLOT
        before = date
    width = int(x + RIGHT)
    lines = tuple((height(value), f"{value:,}") for value in grid)
    return Panel(
        category, title, width, TOP + HEIGHT + BOTTOM, tuple(days), lines, tuple(marks), _curves(marks)
    )


def _scale(low: float, high: float) -> tuple[float, float, list[int]]:
    """The ends of the log axis, and the round values between them."""
    steps = [step * 10**power for power in range(16) for step in (1, 2, 5)]
    first = max((s for s in steps if s <= max(low, 1)), default=1)
    last = min((s for s in steps if s >= max(high, first * 2)), default=steps[-1])
    inside = [s for s in steps if first <= s <= last]
    while len(inside) > 7:
        inside = [s for s in inside if str(s)[0] == "1"] if len(inside) > 10 else inside[::2]
    return math.log10(first * 0.85 + 1) - 0.02, math.log10(last + 1) + 0.06, inside


def _apart(before: str, date: str) -> bool:
    try:
        return (datetime.date.fromisoformat(date) - datetime.date.fromisoformat(before)).days > 1
    except ValueError:
        return False


def day_name(date: str) -> str:
    """``21 Jan 2022``; the text itself where it is no date."""
    try:
        day = datetime.date.fromisoformat(date)
    except ValueError:
        return date
    return f"{day.day} {calendar.month_abbr[day.month]} {day.year}"


def _curves(marks: Sequence[Mark]) -> tuple[Curve, ...]:
    places: dict[Ends, Mark] = {mark.claim.ends: mark for mark in marks}
    found: list[Curve] = []
    for mark in marks:
        for link in mark.claim.relations:
            other = places.get((link.article, link.id))
            if not link.outgoing or other is None or link.type not in JOINED:
                continue
            ends = [f"{one.claim.voice}: {one.claim.shown}" for one in (mark, other)]
            found.append(
                Curve(link.type, link.strength or "", _path(mark, other), f" {link.type} ".join(ends))
            )
    return tuple(found)


def _path(a: Mark, b: Mark) -> str:
    """A bow from point to point, higher the further they are apart, kept inside the plot."""
    middle = (a.x + b.x) / 2
    top = min(a.y, b.y) - 16 - abs(a.x - b.x) / 7
    return f"M{a.x:.1f} {a.y:.1f}Q{middle:.1f} {max(top, 6):.1f} {b.x:.1f} {b.y:.1f}"
