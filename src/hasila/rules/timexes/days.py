"""Time rules: weekdays, days and periods reckoned from publication."""

from __future__ import annotations

import re
from datetime import date, timedelta

from hasila.rules.timexes import calendar
from hasila.rules.timexes.dates import DIRECTION, counts_next, day_number, month_in, year_of
from hasila.rules.timexes.rule import LATE, LEAD, MONTH, YEAR, Context, Reading, rule, word_of, words_of
from hasila.rules.timexes.words import Run, Word


def weekday_of(context: Context, word: Word, relative: Word | None) -> str | None:
    """The date of a weekday, resolved to the past unless the text speaks of what is to come."""
    number = int(word.value)
    if context.published is None:
        return f"XXXX-WXX-{number + 1}"
    direction = 0
    if relative is not None:
        direction = DIRECTION[relative.symbol[-1]]
    elif context.future(word):
        direction = 1
    return calendar.weekday(context.published, number, direction).isoformat()


def _is_weekday(context: Context, word: Word) -> bool:
    """The words of weekdays that are other words too: الاثنين after a noun, الأحد is safe."""
    tokens = context.page.analysis.tokens
    if tokens[word.index].endswith("اثنين") and word.index:
        return not tokens[word.index - 1].endswith(("ين", "ان", "كلا"))
    return True


@rule(
    "weekday",
    rf"(?:(?:{LATE}B?(?P<side>[fg](?=P))?P2?|GQ?[12]?)y?W(?P<next>[,+/-]?W)?|(?:8[<>Q]2?|{LATE})y?W)[,(]?(?:(?P<beyond>g(?=R)|f(?=r))?(?P<r>[RrCxi])|(?P<w>2?(?:T[RrC]|jT)))?(?P<p>[pP](?![W2]))?Q?",
    "tuBPGyW8Ufg",
)
def _named_day(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = words_of(found, run)
    day = next(word for word in words if word.symbol[-1] == "W")
    if not _is_weekday(context, day):
        return None
    value = weekday_of(context, day, word_of(found, run, "r"))
    if found["beyond"] and value and context.published:
        farther = timedelta(-7 if found["r"] == "R" else 7)  # الجمعة قبل الماضية
        value = (date.fromisoformat(value) + farther).isoformat()
    if found["w"] and context.published:
        week = words_of(found, run, "w")
        unit = next(word for word in week if word.symbol[-1] == "T")
        if unit.value != "W":
            return None
        shift = int(week[-1].value) if week[-1] is not unit else 0
        monday = context.published - timedelta(context.published.weekday())
        value = (monday + timedelta(weeks=shift, days=int(day.value))).isoformat()
    part = next((word for word in words[:5] if word.symbol[-1] in "PG"), None) or word_of(found, run, "p")
    if found["side"] and (part is None or part.value != "TMI"):
        return None
    following = word_of(found, run, "next")
    if following is not None and context.published is not None:  # the night between two days
        second = calendar.weekday(context.published, int(following.value), 0)
        value = (second - timedelta((second.weekday() - int(day.value)) % 7)).isoformat()
    if part is not None and value is not None:
        side = {"f": "TAF", "g": "TMO"}.get(found["side"] or "", part.value)
        return Reading("TIME", value + side, "publication")
    return Reading("DATE", value, "publication")


@rule("weekday_number", r"y?W1?(?P<n>[NO])", "yW")
def _numbered_weekday(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    """``الجمعة 15``: the day of that number, if it is that weekday; ``الأحد الثاني`` of the month."""
    words = words_of(found, run)
    number, published = day_number(words[-1]), context.published
    weekday = next(word for word in words if word.symbol[-1] == "W")
    if number is None or published is None:
        return None
    if words[-1].symbol[-1] == "O":
        first = published.replace(day=1)
        nth = first + timedelta((int(weekday.value) - first.weekday()) % 7 + 7 * (number - 1))
        return Reading("DATE", nth.isoformat(), "publication") if number < 6 else None
    near = [published + timedelta(shift) for shift in range(-40, 20)]
    fitting = [d for d in near if d.day == number and d.weekday() == int(weekday.value)]
    value = min(fitting, key=lambda d: abs((d - published).days), default=None)
    return Reading("DATE", value.isoformat(), "publication") if value else None


@rule("week_weekday", r"T(?P<r>[RrC])y?W", "T")
def _week_day(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = words_of(found, run)
    if context.published is None or words[0].value != "W":
        return None
    monday = context.published - timedelta(context.published.weekday())
    target = monday + timedelta(weeks=int(words[1].value), days=int(words[-1].value))
    return Reading("DATE", target.isoformat(), "publication")


@rule("ranked_weekday", rf"y?W(?P<n>[OR])2(?:s?(?P<m>{MONTH})(?P<y>{YEAR})?|I(?P<r>[RrC]))", "yW")
def _ranked_weekday(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    """``الثلاثاء الثاني من نوفمبر``, ``الخميس الأخير من الشهر الماضي``."""
    weekday = next(word for word in words_of(found, run) if word.symbol[-1] == "W")
    relative, rank = word_of(found, run, "r"), _rank(context, words_of(found, run, "n")[0])
    if relative is not None:
        month = period_of(context, "M", int(relative.value))
    else:
        month = month_in(context, words_of(found, run, "m"), words_of(found, run, "y"))
    if month is None or rank is None:
        return None
    first = date.fromisoformat(f"{month}-01")
    days = (first + timedelta((int(weekday.value) - first.weekday()) % 7 + 7 * week) for week in range(5))
    fitting = [day for day in days if day.month == first.month]
    if not -1 <= rank <= len(fitting):
        return None
    return Reading("DATE", fitting[rank if rank < 0 else rank - 1].isoformat(), "publication")


def _rank(context: Context, word: Word) -> int | None:
    """The rank that an ordinal gives, -1 for the last; None for other words."""
    if word.numeral is not None:
        return word.numeral.whole if word.numeral.definite else None
    return -1 if context.page.form[word.start : word.end] in ("الاخير", "الاخيره") else None


_BEYOND = frozenset({"O1", "g", "f"})


def offset_of(words: list[Word]) -> int:
    """Days from publication: أمس, أول أمس, غداً, بعد غد."""
    day = next(word for word in words if word.symbol[-1] in "EJ")
    shift = int(day.value)
    place = words.index(day)
    parted = place > 0 and words[place - 1].symbol[-1] in "PG"  # بعد ظهر أمس
    near = words[place if parted else max(0, place - 2) : place + 2]
    if shift and any(word.symbol[-1] in "Ogf" and word.symbol[-1] + word.value in _BEYOND for word in near):
        shift *= 2
    return shift


@rule(
    "day",
    rf"(?:8[<>Q]2?(?=y?[EJ]))?(?:{LATE}B?(?P<side>[fg](?=P))?(?:[PG]1?|GQ[12]?))?(?:O2?|g|f)?y?(?P<e>j?E|J)(?P<o>O)?[,(]?(?:y?W)?(?P<p>[pP](?![W2])|~G)?Q?",
    "tuBPGOgfyjEJ8U",
)
def _deictic(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = words_of(found, run)
    day = words_of(found, run, "e")[-1]
    following = run.symbols[found.end() : found.end() + 1]
    if day.symbol[-1] == "J":
        if (not found["side"] and found[0][0] in "Ogf") or following in ("x", "i", "O", "R"):
            return None
        after = run.words[found.end()] if following == "N" else None
        if found["o"] or (after is not None and after.numeral is not None and after.numeral.definite):
            return None
        if run.symbols[found.start() - 1 : found.start()] == "k":
            return None
    elif found["o"] and words[-1].symbol[-1] == "O" and words[-1].value != "1":
        return None
    if words[0].symbol[-1] == "O" and words[0].value != "1":
        return None
    if context.published is None:
        return Reading("DATE", None, "publication")
    shift = offset_of(words)
    value = (context.published + timedelta(shift)).isoformat()
    part = next((word for word in words[:5] if word.symbol[-1] in "PG"), None) or word_of(found, run, "p")
    if found["side"] and (part is None or part.value != "TMI"):
        return None
    if part is not None:
        side = {"f": "TAF", "g": "TMO"}.get(found["side"] or "", part.value)
        return Reading("TIME", value + side, "publication")
    return Reading("DATE", value, "publication")


@rule("following_day", r"(?:P)?[JT](?P<x>[xiR])", "PJT")
def _following_day(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = words_of(found, run)
    day = next(word for word in words if word.symbol[-1] in "JT")
    base = context.named or context.published
    if day.symbol[-1] != "J" or base is None:
        return None
    shift = int(words[-1].value)
    anchor = "context" if context.named and shift >= 0 else "publication"
    if shift < 0 and context.published:
        base = context.published
    value = (base + timedelta(shift)).isoformat()
    if words[0].symbol[-1] == "P":
        return Reading("TIME", value + words[0].value, anchor)
    return Reading("DATE", value, anchor)


@rule("ordinal_day", r"J[ON]", "J")
def _ordinal_day(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    rank = words_of(found, run)[1].numeral
    if rank is None or not rank.definite:
        return None
    return Reading("DATE", None, "context")


@rule("night", r"j?L(?P<r>R|gR)?|(?<!k)jGR?", "jL")
def _night(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    if context.published is None:
        return None
    shift = {"": 0, "R": -1, "gR": -2}[found["r"] or ""]
    suffix = "TNI" if "L" in found[0] else words_of(found, run)[-1].value
    return Reading("TIME", (context.published + timedelta(shift)).isoformat() + suffix, "publication")


# Weeks, months and years from publication


def period_of(context: Context, unit: str, shift: int) -> str | None:
    """The value of the week, month, year, decade or century ``shift`` from publication."""
    published = context.published
    if published is None:
        return None
    if unit == "W":
        return calendar.week(published, shift)
    if unit == "Y0":
        return str(published.year // 10 + shift)
    if unit == "Y00":
        return str(published.year // 100 + shift)
    return calendar.shifted(published, unit, shift)


_PARTS = {"0.5": ("H", 2), "0.25": ("Q", 4)}


@rule("part_of_year", r"v(?P<n>[OR])(?:2?(?P<y>[aA]?Y)|2(?:A(?P<r>[RrCi])?|jA))", "v")
def _part_of_year(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    """``النصف الثاني من عام 2013``, ``الربع الأخير من العام الماضي``."""
    words = words_of(found, run)
    letter, count = _PARTS.get(words[0].value, ("", 0))
    rank = _rank(context, words[1])
    number = count if rank == -1 else rank
    if number is None or not 1 <= number <= count:
        return None
    if found["y"]:
        year = year_of(context, words_of(found, run, "y"))
        return Reading("DATE", f"{year[0]}-{letter}{number}", "explicit") if year else None
    after = context.page.analysis.tokens[words[-1].index + 1 : words[-1].index + 2]
    if context.published is None or after in (["المالي"], ["الماليه"]):
        return None
    relative = word_of(found, run, "r")
    shifted = context.published.year + (int(relative.value) if relative else 0)
    return Reading("DATE", f"{shifted}-{letter}{number}", "publication")


@rule(
    "period",
    rf"(?:(?P<weekend>!B2?)|{LEAD})(?:(?P<u>[IAT])(?P<beyond>g(?=R)|f(?=r))?(?P<r>[RrCxi])|j(?P<this>[IAT])C?)",
    "!BvIATj",
)
def _this_period(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    word = word_of(found, run, "u") or word_of(found, run, "this")
    if word is None:
        return None
    relative = word_of(found, run, "r")
    shift = int(relative.value) if relative else 0
    anchor = "context" if relative and relative.symbol[-1] == "i" else "publication"
    value = period_of(context, word.value, shift * (2 if found["beyond"] else 1))
    if found["weekend"]:
        value = f"{value}-WE" if value and word.value == "W" else None
    return Reading("DATE", value, anchor)


@rule("period_edge", r"!?B(?P<u>[IAT])(?![NYORrCxi])", "!B")
def _edge(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    word = word_of(found, run, "u")
    if word is None or word.value not in "YMW":
        return None
    value = period_of(context, word.value, 0)
    last = next(one for one in words_of(found, run) if one.symbol[-1] == "B")
    if word.value == "W" and last.value == "end" and value:
        value += "-WE"
    return Reading("DATE", value, "publication")


@rule(
    "season",
    r"j?(?P<s>S|h(?=2?(?:[aA]?Y|A[RrC]|jA)))(?:2?(?P<y>[aA]?Y)|(?P<r>[RrC])|2?A(?P<q>[RrC])|2?(?P<this>jA))?",
    "jSh",
)
def _season(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    season = words_of(found, run, "s")[0].value
    if found["s"] == "h":  # ربيع, of two Hijri months too
        if season != "3" or (found["y"] and counts_next(context, words_of(found, run)[-1])):
            return None
        season = "SP"
    if found["y"]:
        year = year_of(context, words_of(found, run, "y"))
        return Reading("DATE", f"{year[0]}-{season}", "explicit") if year else None
    relative = word_of(found, run, "r") or word_of(found, run, "q")
    bare = words_of(found, run, "s")[0]
    tokens = context.page.analysis.tokens
    definite = tokens[bare.index].endswith(("الشتاء", "الصيف", "الخريف"))
    if context.published is None or not (relative or "j" in found[0] or definite):
        return None
    shift = int(relative.value) if relative else 0
    if (
        found["r"]
        and shift < 0
        and (context.published.month - 1) // 3 > ("WI", "SP", "SU", "FA").index(season)
    ):
        shift = 0
    return Reading("DATE", f"{context.published.year + shift}-{season}", "publication")


@rule("century", r"(?:B2?|v[OR]2|T(?P<decade>[OR])2)?(?P<century>TO)[RrC]?", "BvT")
def _century(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    """``منتصف القرن التاسع عشر``, ``العقد الثاني من القرن الحادي والعشرين``."""
    words, (unit, ordinal) = words_of(found, run), words_of(found, run, "century")
    rank = ordinal.numeral.whole if ordinal.numeral else None
    if unit.value != "Y00" or rank is None or not 1 < rank < 22:
        return None
    if context.page.analysis.tokens[ordinal.index + 1 : ordinal.index + 3] == ["قبل", "الميلاد"]:
        return None
    if not found["decade"]:
        return Reading("DATE", f"{rank - 1:02d}", "explicit")
    decade = _rank(context, words[1])
    decade = 10 if decade == -1 else decade
    if words[0].value != "Y0" or decade is None or not 1 <= decade <= 10:
        return None
    return Reading("DATE", f"{rank - 1:02d}{decade - 1}", "explicit")
