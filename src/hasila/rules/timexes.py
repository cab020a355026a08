"""Time expressions: patterns over runs of time words, with TIMEX3 values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from hasila.annotation import Annotation
from hasila.rules import calendar
from hasila.rules.page import Page
from hasila.rules.timewords import Run, Word, runs


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rule says of its match: ``skip`` symbols of the match stay outside on the left."""

    type: str
    value: str | None
    anchor: str
    start: int | None = None
    end: int | None = None


@dataclass
class Context:
    """What rules resolve against: the publication date and the last day that the text named."""

    page: Page
    published: date | None
    named: date | None = None

    def future(self, word: Word) -> bool:
        """Whether the words before speak of what is to come."""
        tokens = self.page.analysis.tokens
        first, _ = self.page.analysis.sentence_at(word.start)
        for index in range(word.index - 1, max(-1, word.index - 9), -1):
            if self.page.analysis.words[index][0] < first or tokens[index] in _PAST_CUES:
                return False
            if tokens[index] in _FUTURE_CUES or _WILL.match(tokens[index]):
                return True
        return False


_FUTURE_CUES = frozenset(
    "المقرر المتوقع المنتظر المرتقب سوف ستعقد ينتظر يرتقب مقرر مقررا يعتزم تعتزم المزمع موعد".split()  # noqa: SIM905
)
_PAST_CUES = frozenset("قال قالت اعلن اعلنت اكد اكدت ذكر ذكرت افاد افادت وقال وقالت واعلن واعلنت".split())  # noqa: SIM905
_WILL = re.compile(r"[وف]?س[يتن][^\W\d_]{3,}$")

Handler = Callable[[Context, re.Match[str], Run], "list[Reading] | Reading | None"]


@dataclass(frozen=True)
class Rule:
    """A pattern over symbols; it can only match where the string has one of ``starts``."""

    name: str
    pattern: re.Pattern[str]
    starts: str
    read: Handler


RULES: list[Rule] = []

MONTH = r"(?:[Mm]|KO)(?:[/(-]?(?:[Mm]|KO))?"
YEAR = r"(?:,?~?2?(?:[aA](?:Y|N)|Y|A[RCr]))"
RELATIVE = r"[RrCi]"
DAY = r"(?:(?:EO?|J)[,(]?(?:y?W)?|y?W(?:[-+,]?W)?)"


def rule(name: str, pattern: str, starts: str) -> Callable[[Handler], Handler]:
    """Add a rule; of all that match at a place the longest wins, then the first written."""

    def add(read: Handler) -> Handler:
        RULES.append(Rule(f"timex.{name}", re.compile(pattern), starts, read))
        return read

    return add


def find(page: Page) -> Iterator[Annotation]:
    """Every time expression of the page."""
    context = Context(page, page.published)
    by_start: dict[str, list[Rule]] = {}
    for one in RULES:
        for symbol in one.starts:
            by_start.setdefault(symbol, []).append(one)
    for run in runs(page):
        yield from _matches(context, run, by_start)


def _matches(context: Context, run: Run, by_start: dict[str, list[Rule]]) -> Iterator[Annotation]:
    at = 0
    while at < len(run.symbols):
        best: tuple[int, Rule, list[Reading]] | None = None
        for one in by_start.get(run.symbols[at], ()):
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


def _mark(context: Context, run: Run, first: int, last: int, name: str, reading: Reading) -> Annotation:
    words = [word for word in run.words[first:last] if word is not None]
    start, end = words[0].start, words[-1].end
    form = context.page.form
    if "(" in form[start:end] and form[end : end + 1] == ")":
        end += 1
    if (
        reading.type == "DATE"
        and reading.value
        and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", reading.value)
    ):
        context.named = date.fromisoformat(reading.value)
    return context.page.mark(
        "timex", start, end, name, type=reading.type, value=reading.value, anchor=reading.anchor
    )


def _words(found: re.Match[str], run: Run, group: str | int = 0) -> list[Word]:
    first, last = found.span(group)
    return [word for word in run.words[first:last] if word is not None] if first >= 0 else []


def _word(found: re.Match[str], run: Run, group: str) -> Word | None:
    words = _words(found, run, group)
    return words[0] if words else None


# Absolute dates


def _month(words: list[Word]) -> int | None:
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


def _year(context: Context, words: list[Word]) -> tuple[int, bool] | None:
    """The year that the words of YEAR give, and whether publication was needed for it."""
    for word in words:
        if word.symbol[-1] in "YN" and word.numeral is not None and word.numeral.whole is not None:
            return (word.numeral.whole, False) if 1000 <= word.numeral.whole < 2200 else None
        if word.symbol[-1] in "RCr" and context.published:
            return context.published.year + int(word.value), True
    return None


def _day_number(word: Word | None) -> int | None:
    value = word.numeral.whole if word and word.numeral else None
    return value if value is not None and 1 <= value <= 31 else None


_DIRECTION = {"R": -1, "r": 1, "C": 0, "i": 0}


def _date(
    context: Context, number: int, month: int, year: list[Word], relative: Word | None, weekday: bool = False
) -> tuple[str, str] | None:
    """Value and anchor of a day and month, with or without a year."""
    given = _year(context, year) if year else None
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
            context.published, month, number, _DIRECTION[relative.symbol[-1]] if relative else 0
        )
    return (near.isoformat(), "publication") if near else None


@rule(
    "date",
    rf"(?:P2?)?(?:[EJ],?)?(?:y?W[,(]?(?:~?1)?)?(?:(?P<d1>[NO])(?:3|-|\+))?(?P<d2>y?(?P<d>[NO])\.?2?s?2?(?P<m>{MONTH})[,.]?(?:(?P<y>{YEAR})|(?P<r>{RELATIVE}))?)",
    "PEJyWNO",
)
def _absolute(context: Context, found: re.Match[str], run: Run) -> list[Reading] | Reading | None:
    month = _month(_words(found, run, "m"))
    number = _day_number(_word(found, run, "d"))
    if month is None or number is None:
        return None
    year, relative = _words(found, run, "y"), _word(found, run, "r")
    resolved = _date(context, number, month, year, relative)
    if resolved is None:
        return None
    value, anchor = resolved
    part = _words(found, run)[0]
    if part.symbol.endswith("P"):
        return Reading("TIME", value + part.value, anchor)
    first = _day_number(_word(found, run, "d1"))
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


@rule("date_month_first", rf"(?:y?W,?)?(?P<m>{MONTH})(?P<d>[NO])(?P<y>{YEAR})?", "yWMmK")
def _month_first(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    month, word = _month(_words(found, run, "m")), _word(found, run, "d")
    number, year = _day_number(word), _words(found, run, "y")
    if month is None or number is None or word is None or not (year or word.symbol == "O"):
        return None
    resolved = _date(context, number, month, year, None)
    return Reading("DATE", *resolved) if resolved else None


@rule("date_digits", r"X|[YN]-N-[YN]", "XYN")
def _digits(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = _words(found, run)
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


@rule("month", rf"(?:B2?)?(?P<s>[sI])?(?P<j>j)?(?P<m>{MONTH})(?:(?P<y>{YEAR})|(?P<r>{RELATIVE}))?", "BsIjMmK")
def _month_year(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = _words(found, run, "m")
    month = _month(words)
    year, relative = _words(found, run, "y"), _word(found, run, "r")
    if month is None:
        return None
    if (
        words[0].symbol.endswith("m")
        and len(words) == 1
        and not (year or relative or found["s"] or found["j"])
    ):
        before = run.symbols[found.start() - 1 : found.start()]
        if before not in ("1", "e", "3", "f", "g", "q", "2") and not found[0].startswith("B"):
            return None
        if context.page.analysis.normal.slice(words[0].start, words[0].end).startswith("ا"):
            return None
    if year:
        given = _year(context, year)
        return (
            Reading("DATE", f"{given[0]}-{month:02d}", "publication" if given[1] else "explicit")
            if given
            else None
        )
    if context.published is None:
        return Reading("DATE", f"XXXX-{month:02d}", "publication")
    if found["j"] or (relative and relative.symbol[-1] in "Ci"):
        return Reading("DATE", f"{context.published.year}-{month:02d}", "publication")
    direction = _DIRECTION[relative.symbol[-1]] if relative else 0
    return Reading("DATE", calendar.nearest_month(context.published, month, direction), "publication")


@rule("hijri", r"(?:y?W,?)?(?:[NO]2?)?s?(?:H|hO|zZ)(?:,?2?(?:[aA])?[YN]|[RCri])?", "yWNOsHhz")
def _hijri(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    """Recognised, not converted: calendars differ by a day or two from country to country."""
    sure = any(symbol in found[0] for symbol in "NOsYRCri")
    return Reading("DATE", None, "explicit") if sure else None


@rule(
    "year",
    r"(?:B2?)?(?P<lead>[aA])(?:Y|N)|(?:(?<=[01e3gfq])|(?<=2)(?=Y3Y))(?P<bare>Y)(?![uUDtysa])|(?P<pair>b(?:Y|N)\+(?:Y|N))|(?P<span>Y-Y)",
    "BaA01YNb",
)
def _year_rule(context: Context, found: re.Match[str], run: Run) -> list[Reading] | Reading | None:
    words = [word for word in _words(found, run) if word.numeral is not None]
    values = [word.numeral.whole for word in words if word.numeral]
    if any(value is None or not 1000 <= value < 2200 for value in values):
        return None
    if found["bare"]:
        after = context.page.analysis.tokens[words[0].index + 1 : words[0].index + 2]
        if (
            not 1900 <= (values[0] or 0) < 2100
            or (after and after[0].endswith("ا"))
            or _counts_next(context, words[0])
        ):
            return None
    if found["span"] and not (1800 <= (values[0] or 0) < (values[1] or 0) < 2200):
        return None
    if len(words) == 1:
        return Reading("DATE", f"{values[0]:04d}", "explicit")
    places = [at for at in range(found.start(), found.end()) if run.symbols[at] in "YN"]
    return [Reading("DATE", f"{v:04d}", "explicit", p, p + 1) for v, p in zip(values, places, strict=True)]


def _counts_next(context: Context, word: Word) -> bool:
    """Whether a round four-digit number is followed by what it counts (في 2000 منزل)."""
    from hasila.rules.counted import counted_noun

    value = word.numeral.whole if word.numeral else None
    return bool(value and value % 100 == 0 and counted_noun(context.page, word.index, True, value))


@rule("decade", r"%(?:T[RrC]?)?", "%")
def _decade(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    return Reading("DATE", _words(found, run)[0].value, "context")


# Weekdays and days by name


def _weekday(context: Context, word: Word, relative: Word | None) -> str | None:
    number = int(word.value)
    if context.published is None:
        return f"XXXX-WXX-{number + 1}"
    direction = 0
    if relative is not None:
        direction = _DIRECTION[relative.symbol[-1]]
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
    r"(?:B?P2?|G1?)?y?W(?:[,+-]?W)?[,(]?(?:(?P<r>[RrCxi])|(?P<w>2?T[RrC]))?(?P<p>[pP](?![W2]))?",
    "BPGyW",
)
def _named_day(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = _words(found, run)
    day = next(word for word in words if word.symbol[-1] == "W")
    if not _is_weekday(context, day):
        return None
    value = _weekday(context, day, _word(found, run, "r"))
    if found["w"] and context.published:
        shift = int(_words(found, run, "w")[-1].value)
        monday = context.published - timedelta(context.published.weekday())
        value = (monday + timedelta(weeks=shift, days=int(day.value))).isoformat()
    part = next((word for word in words[:2] if word.symbol[-1] in "PG"), None) or _word(found, run, "p")
    if part is None and run.symbols[found.start() : found.end()].count("W") > 1:
        return None
    if part is not None and value is not None:
        return Reading("TIME", value + part.value, "publication")
    return Reading("DATE", value, "publication")


@rule("weekday_number", r"y?W1?(?P<n>[NO])", "yW")
def _numbered_weekday(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    """``الجمعة 15``: the day of that number, where it falls on that weekday; ``الأحد الثاني`` of the month."""
    words = _words(found, run)
    number, published = _day_number(words[-1]), context.published
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
    words = _words(found, run)
    if context.published is None or words[0].value != "W":
        return None
    monday = context.published - timedelta(context.published.weekday())
    target = monday + timedelta(weeks=int(words[1].value), days=int(words[-1].value))
    return Reading("DATE", target.isoformat(), "publication")


def _offset(words: list[Word]) -> int:
    """Days from publication: أمس, أول أمس, غداً, بعد غد."""
    day = next(word for word in words if word.symbol[-1] in "EJ")
    shift = int(day.value)
    if shift and any(word.symbol[-1] in "Ogf" for word in words):
        shift *= 2
    return shift


@rule(
    "day", r"(?:B?[PG]1?)?(?:O|g|f)?y?(?P<e>j?E|J)(?P<o>O)?[,(]?(?:y?W)?(?P<p>[pP](?![W2])|~G)?", "BPGOgfyjEJ"
)
def _deictic(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = _words(found, run)
    day = _words(found, run, "e")[-1]
    following = run.symbols[found.end() : found.end() + 1]
    if day.symbol[-1] == "J":
        if words[0].symbol[-1] in "Ogf" or following in ("x", "i", "O", "R"):
            return None
        if found["o"]:
            return None
        if run.symbols[found.start() - 1 : found.start()] == "k":
            return None
    elif found["o"] and words[-1].symbol[-1] == "O" and words[-1].value != "1":
        return None
    if words[0].symbol[-1] == "O" and words[0].value != "1":
        return None
    if context.published is None:
        return Reading("DATE", None, "publication")
    shift = _offset(words)
    value = (context.published + timedelta(shift)).isoformat()
    part = next((word for word in words[:2] if word.symbol[-1] in "PG"), None) or _word(found, run, "p")
    if part is not None:
        return Reading("TIME", value + part.value, "publication")
    return Reading("DATE", value, "publication")


@rule("following_day", r"(?:P)?[JT](?P<x>[xiR])", "PJT")
def _following_day(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = _words(found, run)
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


@rule("ordinal_day", r"JO", "J")
def _ordinal_day(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    return Reading("DATE", None, "context")


@rule("night", r"j?L(?P<r>R|gR)?|(?<!k)jGR?", "jL")
def _night(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    if context.published is None:
        return None
    shift = {"": 0, "R": -1, "gR": -2}[found["r"] or ""]
    suffix = "TNI" if "L" in found[0] else _words(found, run)[-1].value
    return Reading("TIME", (context.published + timedelta(shift)).isoformat() + suffix, "publication")


# Parts of the day and clock times


@rule("part", r"u(?P<g>G)(?:[O]|R)?|(?P<p>p)|(?P<after>[gf])(?P<h>G)|B-?(?P<mid>G)|(?P<noon>G)", "upgfBG")
def _part(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = _words(found, run)
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
_PARTS = rf"(?:(?P<adverb>p)|[12]?(?P<noun>G)(?![1])|[12]?~?(?P<of>[PG])2?(?P<day>{DAY})|2?(?P<only>{DAY})|f(?P<noon>G)|(?P<bare>P)(?![PWJE]))?"


@rule(
    "clock",
    rf"(?:(?P<pre>f?G|L)?(?P<hour>cN|cO|cn|cY|n)|(?P<pre2>f?G|L)?(?P<bare_hour>O)){_CLOCK_TAIL}{_PARTS}"
    r"|(?P<digits>[NY])(?P<late>p|P(?![WJEyNO]))",
    "cnOfGLNY",
)
def _clock(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = _words(found, run, "hour") or _words(found, run, "bare_hour") or _words(found, run, "digits")
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
        if whole is None or whole > 2400 or (whole > 24 and last.numeral and last.numeral.form != "digits"):
            return None
        hour, minute = (whole, 0) if whole <= 24 else divmod(whole, 100)
    half, less, minutes = (_word(found, run, name) for name in ("half", "less", "minutes"))
    if half:
        minute = round(60 * float(half.value))
    elif less:
        hour, minute = hour - 1, 60 - round(60 * float(less.value))
    elif minutes and minutes.numeral and (minutes.numeral.whole or 60) < 60:
        minute = int(minutes.numeral.whole or 0)
    part = next((w for n in _PART_GROUPS if (w := _word(found, run, n))), None)
    before = _words(found, run, "pre") or _words(found, run, "pre2")
    suffix = "TAF" if found["noon"] else part.value if part else ""
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
    named = _words(found, run, "day") or _words(found, run, "only")
    day = _day_of(context, named)
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
        return (context.published + timedelta(_offset(words))).isoformat()
    return _weekday(context, next(word for word in words if word.symbol[-1] == "W"), None)


# Weeks, months and years from publication


def _period(context: Context, unit: str, shift: int) -> str | None:
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


@rule(
    "period",
    r"(?:B2?)?(?:(?P<u>[IAT])(?:(?P<after>f)?(?P<r>[RrCxi]))|j(?P<this>[IAT])C?|(?<=B)(?P<edge>[IA])(?![NYO]))",
    "BIATj",
)
def _this_period(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    word = _word(found, run, "u") or _word(found, run, "this")
    if word is None:
        return None
    relative = _word(found, run, "r")
    shift = int(relative.value) if relative else 0
    anchor = "context" if relative and relative.symbol[-1] == "i" else "publication"
    value = _period(context, word.value, shift * (2 if found["after"] else 1))
    return Reading("DATE", value, anchor)


@rule("period_edge", r"B(?P<u>[IA])(?![NYORrCxi])", "B")
def _edge(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    word = _word(found, run, "u")
    return Reading("DATE", _period(context, word.value, 0), "publication") if word else None


@rule("season", r"(?:j)?(?P<s>S)(?:2?(?P<y>[aA]?Y)|(?P<r>[RrC])|2?A(?P<q>[RrC]))?", "jS")
def _season(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    season = _words(found, run, "s")[0].value
    if found["y"]:
        year = _year(context, _words(found, run, "y"))
        return Reading("DATE", f"{year[0]}-{season}", "explicit") if year else None
    relative = _word(found, run, "r") or _word(found, run, "q")
    bare = _words(found, run, "s")[0]
    tokens = context.page.analysis.tokens
    definite = tokens[bare.index].endswith(("الشتاء", "الصيف", "الخريف"))
    if context.published is None or not (relative or found[0].startswith("j") or definite):
        return None
    shift = int(relative.value) if relative else 0
    if (
        found["r"]
        and shift < 0
        and (context.published.month - 1) // 3 > ("WI", "SP", "SU", "FA").index(season)
    ):
        shift = 0
    return Reading("DATE", f"{context.published.year + shift}-{season}", "publication")


@rule("century", r"TO(?:[RrC])?", "T")
def _century(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = _words(found, run)
    rank = words[1].numeral
    if words[0].value != "Y00" or rank is None or not 1 < (rank.whole or 0) < 22:
        return None
    return Reading("DATE", f"{(rank.whole or 1) - 1:02d}", "explicit")


# Durations and what is reckoned by them

_LENGTH = r"(?:N[uUsyaD](?:\+v)?|V[uUt]|[NV]1?(?P<gap>,)?u|[uU](?=N)N(?<!Y)|D|vU|[sayU]N)"
_UNIT = "uUsyaDtTdIA"
_WRITTEN = {"TH": ("PT", "H"), "TM": ("PT", "M"), "TS": ("PT", "S"), "Y0": ("P", "Y"), "Y00": ("P", "Y")}
_FACTOR = {"Y0": 10, "Y00": 100}


def _amount(count: float | str, unit: str) -> str:
    prefix, letter = _WRITTEN.get(unit, ("P", unit))
    if isinstance(count, str):
        return f"{prefix}{count}{unit.upper() if unit in _FACTOR else letter}".replace("Y00", "C").replace(
            "Y0", "E"
        )
    if unit == "TH" and count % 1:
        return f"PT{count // 1:g}H{count % 1 * 60:.0f}M" if count > 1 else f"PT{count * 60:.0f}M"
    count *= _FACTOR.get(unit, 1)
    return f"{prefix}{count:g}{letter}"


def _length(words: list[Word]) -> tuple[float | str, str] | None:
    """Count (``X`` where vague) and unit of the words of a duration."""
    unit = next((word for word in words if word.symbol[-1] in _UNIT), None)
    if unit is None:
        return None
    number = next((word.numeral for word in words if word.numeral is not None), None)
    half = next((float(word.value) for word in words if word.symbol[-1] == "v"), 0.0)
    if unit.symbol[-1] in "Dd":
        return 2 + half, unit.value
    if number is None:
        if half:
            return half, unit.value
        return ("X" if unit.symbol[-1] in "ut" else 1), unit.value
    if number.vague or number.value is None:
        return "X", unit.value
    return float(number.value) + half, unit.value


_N_UNIT = r"(?:N[uUsyaDd](?:\+v)?|Y[uUsya]|V(?:u|t)|D(?:\+v)?|vU|[sayU](?:N|\+v)|(?<=[gefq5])[sayU](?![NYOMmKWb])|u(?![GORrCWt])|(?<=5)[AIT](?![RrCNYOi]))"


@rule("duration", rf"{_N_UNIT}&?(?:,?\+?(?:{_N_UNIT}))*(?P<r>[RrC])?(?P<now>26)?", "NYVDvsayUuAIT")
def _duration(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = _words(found, run)
    parts = _parts(words)
    if not parts:
        return None
    if any(unit in ("Y0", "Y00") and count == "X" for count, unit in parts):
        return None
    value = _amount(*parts[0]) if len(parts) == 1 else _sum(parts)
    if value is None:
        return None
    if found["now"] and context.published:
        direction = -1 if run.symbols[found.start() - 1 : found.start()] == "e" else 1
        moved = _moved(context.published, parts, direction)
        return Reading("DATE", moved, "publication")
    return Reading("DURATION", value, "explicit")


def _parts(words: list[Word]) -> list[tuple[float | str, str]]:
    """Count and unit of each piece of ``سنة و3 أشهر``."""
    pieces: list[list[Word]] = []
    for word in words:
        if not pieces or (word.conjunction and word.symbol[-1] != "v") or _closed(pieces[-1], word):
            pieces.append([])
        pieces[-1].append(word)
    found = [_length(piece) for piece in pieces]
    return [one for one in found if one is not None]


def _closed(piece: list[Word], word: Word) -> bool:
    has_unit = any(one.symbol[-1] in _UNIT for one in piece)
    has_number = any(one.numeral is not None for one in piece)
    return has_unit and (word.symbol[-1] in _UNIT or (word.numeral is not None and has_number))


_ORDER = ("Y", "M", "W", "D", "TH", "TM", "TS")


def _sum(parts: list[tuple[float | str, str]]) -> str | None:
    if any(isinstance(count, str) or unit not in _ORDER for count, unit in parts):
        return None
    ordered = sorted(parts, key=lambda part: _ORDER.index(part[1]))
    days = "".join(f"{count:g}{unit}" for count, unit in ordered if len(unit) == 1)
    clock = "".join(f"{count:g}{unit[1]}" for count, unit in ordered if len(unit) == 2)
    return f"P{days}" + (f"T{clock}" if clock else "")


def _moved(published: date, parts: list[tuple[float | str, str]], direction: int) -> str | None:
    if len(parts) == 1:
        count, unit = parts[0]
        if isinstance(count, str) or count != int(count):
            return "PAST_REF" if direction < 0 else "FUTURE_REF"
        return calendar.shifted(published, unit, direction * int(count)) or (
            "PAST_REF" if direction < 0 else "FUTURE_REF"
        )
    months, days = 0, 0
    for count, unit in parts:
        if isinstance(count, str):
            return "PAST_REF" if direction < 0 else "FUTURE_REF"
        months += int(count) * {"Y": 12, "M": 1}.get(unit, 0)
        days += int(count) * {"W": 7, "D": 1}.get(unit, 0)
    total = published.year * 12 + published.month - 1 + direction * months
    base = None
    for number in range(published.day, 27, -1) if published.day > 27 else (published.day,):
        base = base or calendar.day(total // 12, total % 12 + 1, number)
    return (base + timedelta(direction * days)).isoformat() if base else None


@rule("ago", rf"g(?:9(?:2)?)?(?P<n>{_N_UNIT}&?(?:\+(?:{_N_UNIT}))*)(?P<r>R)?(?P<from>2)?(?P<now>6)?", "g")
def _ago(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    if found["from"] and not found["now"]:
        return None
    parts = _parts(_words(found, run, "n"))
    if not parts:
        return None
    if context.published is None:
        return Reading("DATE", "PAST_REF", "publication")
    value = _moved(context.published, parts, -1)
    kind = "TIME" if all(unit in ("TH", "TM", "TS") for _, unit in parts) else "DATE"
    return Reading(kind, value, "publication")


@rule("from_now", rf"f(?P<n>{_N_UNIT})26", "f")
def _from_now(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    parts = _parts(_words(found, run, "n"))
    if not parts or context.published is None:
        return None
    return Reading("DATE", _moved(context.published, parts, 1), "publication")


@rule("past_period", r"[td](?:[NV]|w)?[RrC]|N[uU][RrC]|NI[RrC]|[IA]N[RrC]|tN", "tdNIA")
def _past_period(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    """``الأيام الثلاثة الماضية``, ``الـ24 ساعة الماضية``, ``السنوات الأخيرة``."""
    length = _length([word for word in _words(found, run) if word.symbol[-1] not in "RrC"])
    if length is None:
        return None
    if found[0].endswith("N") and not any(w.numeral and w.numeral.definite for w in _words(found, run)):
        return None
    return Reading("DURATION", _amount(*length), "publication" if found[0][-1] in "RrC" else "explicit")


@rule(
    "vague", r"8(?:(?P<past>[R<])|(?P<future>[r>])|(?P<now>C)|(?P<long>=))|(?P<present>6)|(?P<word>7)", "867"
)
def _vague(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = _words(found, run)
    if found["word"]:
        return Reading("DATE", words[0].value, "publication")
    if found["long"]:
        return Reading("DURATION", "PXY" if words[-1].value == "long" else "PXD", "explicit")
    if found["future"] and words[-1].symbol == ">" and not context.future(words[0]):
        return Reading("DATE", "PAST_REF", "context")  # later, in a tale of the past
    value = "PAST_REF" if found["past"] else "FUTURE_REF" if found["future"] else "PRESENT_REF"
    return Reading("DATE", value, "publication")


@rule("set", r"\$|4(?P<n>N)?(?P<u>[yasUu])(?P<w>W)?|4(?P<day>W)", "$4")
def _set(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = _words(found, run)
    if words[0].symbol[-1] == "$":
        return Reading("SET", words[0].value, "explicit")
    day = _word(found, run, "w") or _word(found, run, "day")
    if day is not None:
        return Reading("SET", f"XXXX-WXX-{int(day.value) + 1}", "explicit")
    unit, number = _word(found, run, "u"), _word(found, run, "n")
    if unit is None:
        return None
    count = float(number.numeral.value) if number and number.numeral and number.numeral.value else 1.0
    return Reading("SET", _amount(count, unit.value), "explicit")
