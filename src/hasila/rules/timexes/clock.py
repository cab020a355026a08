"""Time rules: parts of the day and clock times."""

from __future__ import annotations

import re
from datetime import timedelta

from hasila.rules.timexes.dates import resolved_date
from hasila.rules.timexes.days import offset_of, weekday_of
from hasila.rules.timexes.rule import DAY, MONTH, YEAR, Context, Reading, rule, word_of, words_of
from hasila.rules.timexes.words import Run, Word


@rule(
    "part",
    r"u(?P<g>G)(?:[O]|R)?|(?P<p>p)|(?P<after>[gf])(?P<h>G)|B-?(?P<mid>G)|(?P<early>GQ)|(?P<noon>G)|(?P<marked>P)|[qe3](?P<during>GQ?)",
    "upgfBGPqe3",
)
def _part(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = words_of(found, run)
    if found["marked"]:  # مساءً, by its marks no construct
        raw = context.page.analysis.normal.slice(words[0].start, words[0].end)
        return Reading("TIME", words[0].value, "context") if _TANWIN in raw else None
    if found["early"]:
        return Reading("TIME", words[0].value, "context")
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
    start = found.start("during") if found["during"] else None
    if context.published is None:
        return Reading("TIME", part, "context", start)
    day = context.published - timedelta(part == "TNI")
    return Reading("TIME", day.isoformat() + part, "publication", start)


_TANWIN = "\N{ARABIC FATHATAN}"
_CLOCK_TAIL = (
    r"(?:\+N?(?P<half>v)(?:(?P<sign>[+l])(?P<beside>N)(?P<unit>[Uu])?)?"
    r"|l(?P<less>v|N)(?P<unit2>[Uu])?|\+?(?P<minutes>N)(?P<unit3>[Uu])?)?"
)
"""``والنصف``, ``والنصف إلا خمس دقائق``, ``إلا ربعا``, ``وعشر دقائق``."""
_PARTS = (
    r"(?:(?P<adverb>[po])|[12]?(?P<noun>G)(?![1])"
    rf"|[12]?(?P<af>[fg])?~?(?P<of>[PG])2?(?P<day>{DAY})|2?(?P<only>{DAY})"
    rf"|(?P<side>[fg])(?P<beside_noon>G)|fB-?(?P<midnight>G)|(?P<bare>P)(?![PWJE]))?(?:1?2?y?(?P<d>[NO])2?s?2?(?P<m>{MONTH})(?P<y>{YEAR})?)?"
)


@rule(
    "clock",
    rf"(?P<before>f?G|[Pp](?=[cn])|L(?=O))?(?:(?P<hour>c[NOYn]|n)|(?P<bare_hour>O)){_CLOCK_TAIL}{_PARTS}"
    r"|(?P<digits>[NY])(?P<late>p|P(?![WJEyNO]))(?:\+N?(?P<half2>v))?",
    "cnOfGLPpNY",
)
def _clock(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = (
        words_of(found, run, "hour") or words_of(found, run, "bare_hour") or words_of(found, run, "digits")
    )
    last = words[-1]
    part = next((word for name in _PART_GROUPS if (word := word_of(found, run, name))), None)
    units = words_of(found, run, "unit") + words_of(found, run, "unit2") + words_of(found, run, "unit3")
    if any(unit.value != "TM" for unit in units):
        return None
    if found["bare_hour"] and not _surely_hour(context, found, last, bool(units), part):
        return None
    if found["digits"] and context.page.analysis.tokens[last.index + 1 : last.index + 2] == ["ظهر"]:
        return None
    time = _time_of(context, last)
    if time is None:
        return None
    hour, minute = time
    half, less = word_of(found, run, "half") or word_of(found, run, "half2"), word_of(found, run, "less")
    if half is not None:
        beside = _minutes(word_of(found, run, "beside"))
        minute = round(60 * float(half.value)) + (beside if found["sign"] == "+" else -beside)
    elif less is not None:
        hour, minute = hour - 1, 60 - _minutes(less)
    else:
        added = _minutes(word_of(found, run, "minutes"))
        minute = added if 0 < added < 60 else minute
    if not 0 <= minute < 60:
        return None
    before = words_of(found, run, "before")
    suffix = part.value if part else before[-1].value or "TEV" if before else ""
    side = found["side"] or found["af"] or (found[0][0] if before and not part else "")
    if found["midnight"]:
        suffix = "TMO"
    elif suffix == "TMI" and side in ("f", "g"):
        suffix = "TAF" if side == "f" else "TMO"
    clock = f"T{hour_in_part(hour, suffix):02d}:{minute:02d}"
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


_PART_GROUPS = ("adverb", "noun", "of", "beside_noon", "midnight", "bare", "late")
_SURE = ("adverb", "of", "bare", "half", "less", "midnight")


def _surely_hour(
    context: Context, found: re.Match[str], word: Word, minutes: bool, part: Word | None
) -> bool:
    """Whether an ordinal without الساعة is an hour by what follows it."""
    token = context.page.analysis.tokens[word.index]
    if word.numeral is None or not word.numeral.definite or "ه" not in (token[-1], _first(context, word)):
        return False
    if found["adverb"] == "o" or (found["half"] and found["adverb"] is None and "الثلث" in token):
        return False
    noon = found["side"] is not None and part is not None and part.value == "TMI"
    return minutes or noon or any(found[name] for name in _SURE)


def _time_of(context: Context, word: Word) -> tuple[int, int] | None:
    """Hour and minute as a word gives them: ``9:30``, ``الثامنة``, ``14.30``, ``1430``."""
    if word.symbol[-1] == "n":
        hour, minute = (int(part) for part in word.value.split(":")[:2])
        return hour, minute
    whole = word.numeral.whole if word.numeral else None
    token = context.page.analysis.tokens[word.index]
    if whole is None and re.fullmatch("[0-2]?[0-9][.][0-5][0-9]", token):
        whole = int(token.replace(".", ""))
        whole = whole if whole > 24 else None
    if whole is None or whole > 2400 or (whole > 24 and word.numeral and word.numeral.form != "digits"):
        return None
    return (whole, 0) if whole <= 24 else divmod(whole, 100)


def _minutes(word: Word | None) -> int:
    """Minutes of a numeral or of a part of an hour; 0 without a word."""
    if word is None:
        return 0
    if word.numeral is not None:
        return int(word.numeral.whole or 0)
    return round(60 * float(word.value))


def hour_in_part(hour: int, part: str) -> int:
    """The hour 0 to 23 of an hour as it is told in a part of the day (TIMEX3's token, ``""`` for none)."""
    late = part in ("TEV", "TAF") or (part == "TMI" and hour < 8) or (part == "TNI" and hour > 5)
    if hour < 12 and late:
        return hour + 12
    return 0 if hour == 12 and part in ("TNI", "TMO") else hour % 24


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
