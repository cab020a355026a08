"""Time expressions with TIMEX3 values: the longest match of the rules over each run of time words.

The rules stand in ``time_dates``, ``time_days``, ``time_clock`` and ``time_lengths``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from hasila.annotation import Annotation
from hasila.rules import time_clock, time_dates, time_days, time_lengths
from hasila.rules.page import Page
from hasila.rules.timerule import RULES, Context, Reading, Rule
from hasila.rules.timewords import Run, runs

_BY_START: dict[str, list[Rule]] = {}
for _rule in RULES:
    for _symbol in _rule.starts:
        _BY_START.setdefault(_symbol, []).append(_rule)
assert time_dates and time_days and time_clock and time_lengths


def find(page: Page) -> Iterator[Annotation]:
    """Every time expression of the page."""
    context = Context(page, page.published)
    for run in runs(page):
        yield from _matches(context, run)


def _matches(context: Context, run: Run) -> Iterator[Annotation]:
    symbols, end = run.symbols, 0
    known = _known(symbols) if len(symbols) <= _SHORT else None
    for at in range(len(symbols)) if known is None else known:
        if at < end:
            continue
        best: tuple[int, Rule, list[Reading]] | None = None
        for one, found in _matching(symbols, at) if known is None else known[at]:
            if best and found.end() <= best[0]:
                continue
            result = one.read(context, found, run)
            if result:
                best = found.end(), one, result if isinstance(result, list) else [result]
        if best is None:
            continue
        end, rule, readings = best
        for reading in readings:
            yield _mark(context, run, at if reading.start is None else reading.start,
                        end if reading.end is None else reading.end, rule.name, reading)  # fmt: skip


def _matching(symbols: str, at: int) -> list[tuple[Rule, re.Match[str]]]:
    """The rules that match at a place of a run, with their matches."""
    rules = _BY_START.get(symbols[at], ())
    return [(one, found) for one in rules if (found := one.pattern.match(symbols, at))]


_SHORT = 40
"""Symbols of a run that may well come again."""


@lru_cache(maxsize=1 << 12)
def _known(symbols: str) -> dict[int, list[tuple[Rule, re.Match[str]]]]:
    """The places of a short run where rules match, with these."""
    places = ((at, _matching(symbols, at)) for at in range(len(symbols)))
    return {at: matching for at, matching in places if matching}


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T|$)")


def _mark(context: Context, run: Run, first: int, last: int, name: str, reading: Reading) -> Annotation:
    words = [word for word in run.words[first:last] if word is not None]
    start, end = words[0].start, words[-1].end
    form = context.page.form
    if "(" in form[start:end] and form[end : end + 1] == ")":
        end += 1
    if reading.value and _DAY.match(reading.value):
        context.named = date.fromisoformat(reading.value[:10])
    return context.page.mark(
        "timex", start, end, name, type=reading.type, value=reading.value, anchor=reading.anchor
    )
