"""Time rules: parts of the day and clock times."""

from __future__ import annotations

import re
from datetime import timedelta

from hasila.rules.time_dates import resolved_date
from hasila.rules.time_days import offset_of, weekday_of
from hasila.rules.timerule import DAY, MONTH, YEAR, Context, Reading, rule, word_of, words_of
from hasila.rules.timewords import Run, Word


@rule("part", r"u(?P<g>G)(?:[O]|R)?|(?P<p>p)|(?P<after>[gf])(?P<h>G)|B-?(?P<mid>G)|(?P<noon>G)", "upgfBG")
def _part(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = words_of(found, run)
    if found["noon"]:
        noon = context.page.analysis.tokens[words[0].index].endswith("الظهيره")
        return Reading("TIME", "T12:00", "explicit") if noon else None
    if found["mid"]:
        tokens = context.page.analysis.tokens
        if not tokens[words[0].index].endswith("منتصف"):
            return Reading("TIME", words[-1].value, "context")
        value = {"TNI": "T00:00", "TMI": "T12:00"}.get(words[-1].value, words[-1].value)
        return Reading("TIME", value, "explicit")
    if found["after"]:
        if words[-1].value != "TMI":
            return None
        return Reading("TIME", "TAF" if found["after"] == "f" else "TMO", "context")
    if found["p"]:
        return Reading("TIME", words[0].value, "context")
    part = next(w.value for w in words if w.symbol[-1] == "G")
    if context.published is None:
        return Reading("TIME", part, "context")
    day = context.published - timedelta(part == "TNI")
    return Reading("TIME", day.isoformat() + part, "publication")


_CLOCK_TAIL = r"(?:\+(?P<half>v)|l(?P<less>v)|\+?(?P<minutes>N)(?:U|u)?)?"
_PARTS = (
    r"(?:(?P<adverb>p)|[12]?(?P<noun>G)(?![1])"
    rf"|[12]?(?P<af>f)?~?(?P<of>[PG])2?(?P<day>{DAY})|2?(?P<only>{DAY})"
    rf"|f(?P<noon>G)|(?P<bare>P)(?![PWJE]))?(?:1?2?y?(?P<d>[NO])2?s?2?(?P<m>{MONTH})(?P<y>{YEAR})?)?"
)


@rule(
    "clock",
    rf"(?:(?P<pre>f?G|L)?(?P<hour>cN|cO|cn|cY|n)|(?P<pre2>f?G|L)?(?P<bare_hour>O)){_CLOCK_TAIL}{_PARTS}"
    r"|(?P<digits>[NY])(?P<late>p|P(?![WJEyNO]))",
    "cnOfGLNY",
)
def _clock(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = (
        words_of(found, run, "hour") or words_of(found, run, "bare_hour") or words_of(found, run, "digits")
    )
    last = words[-1]
    if found["bare_hour"]:
        token = context.page.analysis.tokens[last.index]
        feminine = (
            last.numeral is not None and last.numeral.definite and "ه" in (token[-1], _first(context, last))
        )
        parts = any(found[name] for name in ("adverb", "of", "bare", "half", "less"))
        if not feminine or not parts or (found["half"] and not found["adverb"] and "الثلث" in token):
            return None
    if found["digits"] and context.page.analysis.tokens[last.index + 1 : last.index + 2] == ["ظهر"]:
        return None
    if last.symbol[-1] == "n":
        hour, minute = (int(part) for part in last.value.split(":")[:2])
    else:
        whole = last.numeral.whole if last.numeral else None
        token = context.page.analysis.tokens[last.index]
        if whole is None and re.fullmatch("[0-2]?[0-9][.][0-5][0-9]", token):
            whole = int(token.replace(".", ""))
            whole = whole if whole > 24 else None
        if whole is None or whole > 2400 or (whole > 24 and last.numeral and last.numeral.form != "digits"):
            return None
        hour, minute = (whole, 0) if whole <= 24 else divmod(whole, 100)
    half, less, minutes = (word_of(found, run, name) for name in ("half", "less", "minutes"))
    if half:
        minute = round(60 * float(half.value))
    elif less:
        hour, minute = hour - 1, 60 - round(60 * float(less.value))
    elif minutes and minutes.numeral and (minutes.numeral.whole or 60) < 60:
        minute = int(minutes.numeral.whole or 0)
    part = next((w for n in _PART_GROUPS if (w := word_of(found, run, n))), None)
    before = words_of(found, run, "pre") or words_of(found, run, "pre2")
    suffix = "TAF" if found["noon"] or found["af"] else part.value if part else ""
    if not suffix and before:
        suffix = "TAF" if before[-1].symbol[-1] == "G" else "TEV"
    if hour < 12 and (
        suffix in ("TEV", "TAF") or (suffix == "TMI" and hour < 5) or (suffix == "TNI" and hour > 5)
    ):
        hour += 12
    elif hour == 12 and suffix in ("TNI", "TMO"):
        hour = 0
    hour %= 24
    if minute > 59:
        return None
    clock = f"T{hour:02d}:{minute:02d}"
    named = words_of(found, run, "day") or words_of(found, run, "only")
    day = _day_of(context, named)
    if found["m"]:
        dated = resolved_date(
            context, words_of(found, run, "d"), words_of(found, run, "m"), words_of(found, run, "y")
        )
        return Reading("TIME", dated[0] + clock, dated[1]) if dated else None
    if day:
        return Reading("TIME", day + clock, "publication")
    return Reading("TIME", clock, "explicit")


_PART_GROUPS = ("adverb", "noun", "of", "noon", "bare", "late")


def _first(context: Context, word: Word) -> str:
    """The last letter of the first word of a numeral."""
    first = word.numeral.first if word.numeral else word.index
    return context.page.analysis.tokens[first][-1]


def _day_of(context: Context, words: list[Word]) -> str | None:
    """The date that words of DAY name."""
    if not words or context.published is None:
        return None
    if any(word.symbol[-1] in "EJ" for word in words):
        return (context.published + timedelta(offset_of(words))).isoformat()
    return weekday_of(context, next(word for word in words if word.symbol[-1] == "W"), None)
