"""Time expressions: the longest match of the rules over each run of time words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from hasila.annotation import Annotation
from hasila.rules.page import Page
from hasila.rules.timexes import clock, dates, days, lengths
from hasila.rules.timexes.rule import RULES, Context, Reading, Rule
from hasila.rules.timexes.words import Run, runs

_BY_START: dict[str, list[Rule]] = {}
for _rule in RULES:
    for _symbol in _rule.starts:
        _BY_START.setdefault(_symbol, []).append(_rule)
assert dates and days and clock and lengths


def find(page: Page) -> Iterator[Annotation]:
    """Every time expression of the page."""
    context = Context(page, page.published)
    for run in runs(page):
        yield from _matches(context, run)


def _matches(context: Context, run: Run) -> Iterator[Annotation]:
    symbols, end = run.symbols, 0
    held: tuple[int, int, str, Reading] | None = None
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
            if reading.value and _DAY.match(reading.value):
                context.named = date.fromisoformat(reading.value[:10])
            first = at if reading.start is None else reading.start
            last = end if reading.end is None else reading.end
            if held is not None:
                joined = _on_day(held[3], symbols[held[1] : first], reading)
                if joined is not None:
                    held = held[0], last, rule.name, joined
                    continue
                yield _mark(context, run, *held)
            held = first, last, rule.name, reading
    if held is not None:
        yield _mark(context, run, *held)


def _on_day(day: Reading, between: str, behind: Reading) -> Reading | None:
    """``غدا الساعة 7 مساء``, ``يوم الأحد عند الساعة 10``: a day with the clock time behind it, as one."""
    dated, timed = _WHOLE_DAY.match(day.value or ""), _CLOCK.match(behind.value or "")
    if dated is None or timed is None or not _BESIDE.match(between):
        return None
    hour = clock.hour_in_part(int(timed[1]), dated[2] or "")
    return Reading("TIME", f"{dated[1]}T{hour:02d}:{timed[2]}", day.anchor)


_WHOLE_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[A-Z]{2})?$")
_CLOCK = re.compile(r"T([0-9]{2}):([0-9]{2})$")
_BESIDE = re.compile(",?1?@{0,2}$")


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


def _with_hedge(symbols: str, first: int) -> int:
    """Where an expression begins with its hedge: ``نحو ساعتين``, ``أكثر من ثلاثة أيام``."""
    hedge = next((hedge for hedge in ("92", "9") if symbols.endswith(hedge, 0, first)), "")
    return first - len(hedge)


def _mark(context: Context, run: Run, first: int, last: int, name: str, reading: Reading) -> Annotation:
    if reading.type in ("DURATION", "TIME"):
        first = _with_hedge(run.symbols, first)
    words = [word for word in run.words[first:last] if word is not None]
    start, end = words[0].start, words[-1].end
    form = context.page.form
    if form[end : end + 1] == ")" and form.count("(", start, end) > form.count(")", start, end):
        end += 1
    return context.page.mark(
        "timex", start, end, name, type=reading.type, value=reading.value, anchor=reading.anchor
    )
