"""Time rules: calendar dates, months, years, decades."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from hasila.rules.lexicon import forms
from hasila.rules.numbers.counted import counted_noun
from hasila.rules.timexes import calendar
from hasila.rules.timexes.rule import (
    LATE,
    LEAD,
    MONTH,
    RELATIVE,
    YEAR,
    Context,
    Reading,
    rule,
    word_of,
    words_of,
)
from hasila.rules.timexes.words import Run, Word


def month_of(words: list[Word]) -> int | None:
    """The month of the words of MONTH, by its first name."""
    first = words[0]
    if first.symbol.endswith("K"):
        rank = words[1].numeral
        if rank is None or rank.value not in (1, 2):
            return None
        return (
            int(first.value.split(":")[0 if (rank.value == 1) else 1])
            if first.value != "12:1"
            else (12 if rank.value == 1 else 1)
        )
    return int(first.value)


def year_of(context: Context, words: list[Word]) -> tuple[int, bool] | None:
    """The year that the words of YEAR give, and whether publication was needed for it."""
    for word in words:
        if word.symbol[-1] in "YN" and word.numeral is not None and word.numeral.whole is not None:
            return (word.numeral.whole, False) if 1000 <= word.numeral.whole < 2200 else None
        if word.symbol[-1] in "RCr" and context.published:
            return context.published.year + int(word.value), True
    return None


def day_number(word: Word | None) -> int | None:
    """The day of the month that a numeral can be."""
    value = word.numeral.whole if word and word.numeral else None
    return value if value is not None and 1 <= value <= 31 else None


DIRECTION = {"R": -1, "r": 1, "x": 1, "C": 0, "i": 0}


def _date(
    context: Context, number: int, month: int, year: list[Word], relative: Word | None, weekday: bool = False
) -> tuple[str, str] | None:
    """Value and anchor of a day and month, with or without a year."""
    given = year_of(context, year) if year else None
    if year and given is None:
        return None
    if given is not None:
        exact = calendar.day(given[0], month, number)
        return (exact.isoformat(), "publication" if given[1] else "explicit") if exact else None
    if context.published is None:
        return f"XXXX-{month:02d}-{number:02d}", "publication"
    if relative is not None and relative.symbol[-1] == "C":
        near = calendar.day(context.published.year, month, number)
    else:
        near = calendar.nearest_day(
            context.published, month, number, DIRECTION[relative.symbol[-1]] if relative else 0
        )
    return (near.isoformat(), "publication") if near else None


def resolved_date(
    context: Context, day: list[Word], month: list[Word], year: list[Word]
) -> tuple[str, str] | None:
    """Value and anchor of the words of a day, a month and, if any, a year."""
    number, named = day_number(day[0]), month_of(month)
    return _date(context, number, named, year, None) if number and named else None


@rule(
    "date",
    rf"(?:{LATE}P2?)?(?:[EJ],?)?(?:y?W[,(]?(?:~?1)?)?(?:(?P<d1>[NO])(?:3|-|\+))?(?P<d2>y?(?P<d>[NO])(?:\.|(?<=N)[/-])?2?s?2?(?P<m>{MONTH})[,./-]?(?:(?P<y>{YEAR})|(?P<r>{RELATIVE}))?)",
    "tuPEJyWNO8U",
)
def _absolute(context: Context, found: re.Match[str], run: Run) -> list[Reading] | Reading | None:
    month = month_of(words_of(found, run, "m"))
    number = day_number(word_of(found, run, "d"))
    if month is None or number is None or _part_before(found, run):
        return None
    year, relative = words_of(found, run, "y"), word_of(found, run, "r")
    shared = None if year or relative else _shared_year(context, month, found, run)
    if shared is not None:
        exact = calendar.day(shared, month, number)
        resolved = (exact.isoformat(), "context") if exact else None
    else:
        resolved = _date(context, number, month, year, relative)
    if resolved is None or _other_weekday(found, run, resolved[0]):
        return None
    value, anchor = resolved
    part = next((word for word in words_of(found, run)[:5] if word.symbol.endswith("P")), None)
    if part is not None:
        return Reading("TIME", value + part.value, anchor)
    first = day_number(word_of(found, run, "d1"))
    if first is not None:
        start = _date(context, first, month, year, relative)
        if start and first < number:
            lead = found.start() if found.start("d1") == found.start() else found.start("d1")
            return [
                Reading("DATE", start[0], "context", lead, found.end("d1")),
                Reading("DATE", value, anchor, found.start("d2")),
            ]
        return None
    return Reading("DATE", value, anchor)


def _part_before(found: re.Match[str], run: Run) -> bool:
    """Whether the ordinal ranks a part of the month (النصف الثاني من يناير), not a day."""
    at = found.start("d")
    return run.symbols[at] == "O" and run.symbols[at - 1 : at] in ("v", "T", "%")


def _other_weekday(found: re.Match[str], run: Run, value: str) -> bool:
    """Whether a low ordinal right behind a weekday that is not the date's own ranks the weekday."""
    at = found.start("d")
    weekday = run.words[at - 1] if run.symbols[at - 1 : at + 1] == "WO" else None
    if weekday is None or at == 0 or not value[:4].isdigit():
        return False
    return int(value[8:]) < 6 and date.fromisoformat(value).weekday() != int(weekday.value)


_TO_MONTH = re.compile(rf"(?:3|\+)(?:y?[NO]2?)?(?P<m>{MONTH})(?P<y>{YEAR})")


def _shared_year(context: Context, month: int, found: re.Match[str], run: Run) -> int | None:
    """The year of the first end of ``من يونيو إلى أغسطس 2018``, written at the second end alone."""
    if run.symbols[found.start() - 1 : found.start()] not in ("2", "0"):
        return None
    second = _TO_MONTH.match(run.symbols, found.end())
    last = month_of(words_of(second, run, "m")) if second else None
    year = year_of(context, words_of(second, run, "y")) if second else None
    return year[0] - (month > last) if year and last else None


@rule("day_of_month", r"y?(?P<d>[NO])2I(?P<r>[RCr])", "yNO")
def _day_of_month(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    number, published = day_number(word_of(found, run, "d")), context.published
    if number is None or published is None or _part_before(found, run):
        return None
    month = calendar.shifted(published, "M", int(words_of(found, run, "r")[0].value)) or ""
    exact = calendar.day(int(month[:4]), int(month[5:]), number)
    return Reading("DATE", exact.isoformat(), "publication") if exact else None


@rule("date_month_first", rf"(?:y?W,?)?(?P<m>{MONTH})(?P<d>[NO])(?P<y>{YEAR})?", "yWMmK")
def _month_first(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    month, word = month_of(words_of(found, run, "m")), word_of(found, run, "d")
    number, year = day_number(word), words_of(found, run, "y")
    if month is None or number is None or word is None or not (year or word.symbol == "O"):
        return None
    resolved = _date(context, number, month, year, None)
    return Reading("DATE", *resolved) if resolved else None


@rule("date_digits", r"(?:y?W[,(]?|y)?(?:X|[YN](?P<mark>[-/])N(?P=mark)[YN])|(?P<month>Y-N)(?!-)", "yWXYN")
def _digits(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = [word for word in words_of(found, run) if word.symbol[-1] in "XYN"]
    form = context.page.form
    if found["month"] and not _MONTH_DIGITS.match(form, words[1].start, words[1].end):
        return None
    if found["mark"] and words[2].end - words[2].start < 2:
        return None  # 4-3-3
    parts = [int(part) for word in words for part in re.split(r"[/.]", word.value) if part.isdigit()]
    if any(word.symbol.startswith("+") for word in words[1:]):
        return None
    if len(parts) == 2:
        first, second = parts
        if 1 <= first <= 12 and 1900 <= second < 2200:
            return Reading("DATE", f"{second}-{first:02d}", "explicit")
        if 1 <= second <= 12 and 1900 <= first < 2200:
            return Reading("DATE", f"{first}-{second:02d}", "explicit")
        return None
    if len(parts) != 3:
        return None
    year, month, number = parts if parts[0] > 31 else (parts[2], parts[1], parts[0])
    if year < 100:
        year += 2000 if year < 70 else 1900
    exact = calendar.day(year, month, number) or calendar.day(year, number, month)
    return Reading("DATE", exact.isoformat(), "explicit") if exact and 1000 <= year < 2200 else None


_MONTH_DIGITS = re.compile("0[1-9]$")
"""2018-04: without its zero the second number can be a year, as in the season 2011-12."""


def month_in(context: Context, month: list[Word], year: list[Word]) -> str | None:
    """``YYYY-MM`` of the words of a month and, if any, a year."""
    named, given = month_of(month), year_of(context, year)
    if named is None or (year and given is None):
        return None
    if given is not None:
        return f"{given[0]}-{named:02d}"
    return calendar.nearest_month(context.published, named, 0) if context.published else None


@rule("month", rf"{LEAD}(?P<s>[sI])?(?P<j>j)?(?P<m>{MONTH})(?:(?P<y>{YEAR})|(?P<r>{RELATIVE}))?", "BvTsIjMmK")
def _month_year(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = words_of(found, run, "m")
    month = month_of(words)
    year, relative = words_of(found, run, "y"), word_of(found, run, "r")
    if month is None:
        return None
    if (
        words[0].symbol.endswith("m")
        and len(words) == 1
        and not (year or relative or found["s"] or found["j"])
    ):
        before = run.symbols[found.start() - 1 : found.start()]
        if before not in ("1", "e", "3", "f", "g", "q", "2") and found[0][0] not in "BvT":
            return None
        if context.page.analysis.normal.slice(words[0].start, words[0].end).startswith("ا"):
            return None
    if year:
        given = year_of(context, year)
        return (
            Reading("DATE", f"{given[0]}-{month:02d}", "publication" if given[1] else "explicit")
            if given
            else None
        )
    shared = None if relative else _shared_year(context, month, found, run)
    if shared is not None:
        return Reading("DATE", f"{shared}-{month:02d}", "context")
    if context.published is None:
        return Reading("DATE", f"XXXX-{month:02d}", "publication")
    if found["j"] or (relative and relative.symbol[-1] in "Ci"):
        return Reading("DATE", f"{context.published.year}-{month:02d}", "publication")
    direction = DIRECTION[relative.symbol[-1]] if relative else 0
    return Reading("DATE", calendar.nearest_month(context.published, month, direction), "publication")


@rule("hijri", r"(?:y?W,?)?(?:[NO]2?)?s?(?:H|hO|zZ)(?:,?2?(?:[aA])?[YN]|[RCri])?", "yWNOsHhz")
def _hijri(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    """Recognised, not converted: calendars differ by a day or two from country to country."""
    sure = any(symbol in found[0] for symbol in "NOsYRCri")
    return Reading("DATE", None, "explicit") if sure else None


@rule(
    "year",
    r"(?:B2?)?(?P<lead>[aA])(?:Y|N)|(?:B2?|(?<=[01e3gfq])|(?<=2)(?=Y3Y))(?P<bare>Y)(?![uUDtysa])|(?P<pair>b(?:Y|N)\+(?:Y|N))|(?P<span>Y-Y)",
    "BaA01YNb",
)
def _year_rule(context: Context, found: re.Match[str], run: Run) -> list[Reading] | Reading | None:
    words = [word for word in words_of(found, run) if word.numeral is not None]
    if found["lead"]:
        return _named_year(context, words[0])
    values = [word.numeral.whole for word in words if word.numeral]
    if any(value is None or not 1000 <= value < 2200 for value in values):
        return None
    if found["bare"]:
        if words_of(found, run)[0].value == "last":
            return None  # آخر 2015 مقاتلا
        after = context.page.analysis.tokens[words[0].index + 1 : words[0].index + 2]
        if (
            not 1900 <= (values[0] or 0) < 2100
            or (after and after[0].endswith("ا"))
            or counts_next(context, words[0])
            or _reached(context, words[0])
        ):
            return None
    if found["span"] and not (1800 <= (values[0] or 0) < (values[1] or 0) < 2200):
        return None
    if len(words) == 1:
        return Reading("DATE", f"{values[0]:04d}", "explicit")
    places = [at for at in range(found.start(), found.end()) if run.symbols[at] in "YN"]
    return [Reading("DATE", f"{v:04d}", "explicit", p, p + 1) for v, p in zip(values, places, strict=True)]


def _named_year(context: Context, word: Word) -> Reading | None:
    """The year behind عام: four digits, two of the last century (عام 67), any with its era."""
    value = word.numeral.whole if word.numeral else None
    if value is None or not 0 < value < 10000:
        return None
    after = context.page.analysis.tokens[word.index + 1 : word.index + 3]
    if after == ["قبل", "الميلاد"]:
        return Reading("DATE", f"BC{value:04d}", "explicit")
    era = after[0] if after else ""
    if era.startswith(("هجري", "للهجره")):
        return Reading("DATE", None, "explicit")
    if era.startswith(("ميلادي", "للميلاد")):
        return Reading("DATE", f"{value:04d}", "explicit")
    short = 30 <= value < 100 and context.page.form[word.start : word.end].isdigit()
    if short and not counted_noun(context.page, word.index, True, value):
        value += 1900
    return Reading("DATE", f"{value:04d}", "explicit") if 1000 <= value < 2200 else None


def counts_next(context: Context, word: Word) -> bool:
    """Whether a round four-digit number is followed by what it counts (في 2000 منزل)."""
    value = word.numeral.whole if word.numeral else None
    return bool(value and value % 100 == 0 and counted_noun(context.page, word.index, True, value))


def _reached(context: Context, word: Word) -> bool:
    """Whether a verb of change with no year beside it leads up to the number (ارتفع العدد إلى 2059)."""
    tokens = context.page.analysis.tokens
    if not word.index or tokens[word.index - 1] != "الي":
        return False
    before = tokens[max(0, word.index - 8) : word.index - 1]
    if any(token in ("عام", "سنه", "العام", "تاريخ", "من", "منذ") for token in before):
        return False
    return not _changes().isdisjoint(token[1:] if token[:1] in "وف" else token for token in before)


@cache
def _changes() -> frozenset[str]:
    return frozenset(forms("number_context", "change"))


@rule("decade", r"B?%(?!2F)(?:T(?P<rank>O)|T[RrC]?)?", "B%")
def _decade(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    decade = next(word for word in words_of(found, run) if word.symbol[-1] == "%")
    rank = word_of(found, run, "rank")
    if rank is not None:
        century = rank.numeral.whole if rank.numeral else None
        if century is None or not 1 < century < 22:
            return None
        return Reading("DATE", f"{century - 1:02d}{decade.value[-1]}", "explicit")
    return Reading("DATE", decade.value, "context")
