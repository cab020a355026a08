"""Time expressions with TIMEX3 values: the longest match of the rules over each run of time words.

The rules stand in ``time_dates``, ``time_days``, ``time_clock`` and ``time_lengths``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

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
    at = 0
    while at < len(run.symbols):
        best: tuple[int, Rule, list[Reading]] | None = None
        for one in _BY_START.get(run.symbols[at], ()):
            found = one.pattern.match(run.symbols, at)
            if not found or (best and found.end() <= best[0]):
                continue
            result = one.read(context, found, run)
            if result:
                best = found.end(), one, result if isinstance(result, list) else [result]
        if best is None:
            at += 1
            continue
        for reading in best[2]:
            yield _mark(context, run, at if reading.start is None else reading.start,
                        best[0] if reading.end is None else reading.end, best[1].name, reading)  # fmt: skip
        at = best[0]


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
