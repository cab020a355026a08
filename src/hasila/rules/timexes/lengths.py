"""Time rules: durations, what is reckoned by them, vague and recurring times."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from hasila.rules.lexicon import forms
from hasila.rules.timexes import calendar
from hasila.rules.timexes.rule import Context, Reading, rule, word_of, words_of
from hasila.rules.timexes.words import Run, Word

_UNIT = "uUsyaDtTdIA"
_WRITTEN = {"TH": ("PT", "H"), "TM": ("PT", "M"), "TS": ("PT", "S"), "Y0": ("P", "Y"), "Y00": ("P", "Y")}
_FACTOR = {"Y0": 10, "Y00": 100}


def _written(count: float) -> str:
    """A count in plain digits: ``3300000``, ``2.5``."""
    return f"{count:.6f}".rstrip("0").rstrip(".")


def _amount(count: float | str, unit: str) -> str:
    prefix, letter = _WRITTEN.get(unit, ("P", unit))
    if isinstance(count, str):
        return f"{prefix}{count}{unit.upper() if unit in _FACTOR else letter}".replace("Y00", "C").replace(
            "Y0", "E"
        )
    if unit == "TH" and count % 1:
        return f"PT{_written(count // 1)}H{count % 1 * 60:.0f}M" if count > 1 else f"PT{count * 60:.0f}M"
    count *= _FACTOR.get(unit, 1)
    return f"{prefix}{_written(count)}{letter}"


@cache
def _singles() -> frozenset[str]:
    """``عاما``, ``يوما``: with a number its counted noun, alone one unit."""
    return frozenset(forms("times", "unit_accusative"))


def _length(context: Context, words: list[Word]) -> tuple[float | str, str] | None:
    """Count (``X`` where vague) and unit of the words of a duration."""
    unit = next((word for word in words if word.symbol[-1] in _UNIT), None)
    if unit is None:
        return None
    number = next((word.numeral for word in words if word.numeral is not None), None)
    share = next((word for word in words if word.symbol[-1] == "v"), None)
    half = float(share.value) if share else 0.0
    if unit.symbol[-1] in "Dd":
        return 2 + half, unit.value
    if share is not None and share.start < unit.start:
        return half, unit.value
    if number is None:
        many = unit.symbol[-1] in "ut" and context.page.form[unit.start : unit.end] not in _singles()
        return ("X" if many else 1 + half), unit.value
    if number.vague or number.value is None:
        return "X", unit.value
    return float(number.value) + half, unit.value


_N_UNIT = (
    r"(?:N[uUsyaDd](?:\+v[IATc]?)?|Y[uUsya]|V(?:u|t)|D(?:\+v[IATc]?)?|(?:N(?=v))?v(?:U|[say](?![NYOMmKHhzWbQ]))"
    r"|[sayU](?:N|\+v[IATc]?|(?=&)|(?=\+N[uUsya]))|u\+v[IATc]?"
    r"|(?<=[gefq5])[sayU](?![NYOMmKWbQ])|(?<=[gefq5]92)[sayU](?![NYOMmKWbQ])|u=?(?![GORrCWtQ=])|(?<=5)[AIT](?![RrCNYOi]))"
)
"""A number with its unit, a dual, or a unit that a preposition makes a length."""


@rule("duration", rf"{_N_UNIT}&?(?:,?\+?(?:{_N_UNIT})){{0,20}}(?P<r>[RrC])?(?P<now>26)?", "NYVDvsayUuAIT")
def _duration(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = words_of(found, run)
    parts = _parts(context, words)
    if not parts or _numbered(words):
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


def _numbered(words: list[Word]) -> bool:
    """Whether a number behind a singular unit is its name (عام 67); شهر واحد is a length."""
    return any(
        unit.symbol[-1] in "sayU"
        and word.symbol == "N"
        and not word.conjunction
        and word.numeral is not None
        and word.numeral.value != 1
        for unit, word in pairwise(words)
    )


def _parts(context: Context, words: list[Word]) -> list[tuple[float | str, str]]:
    """Count and unit of each piece of ``سنة و3 أشهر``."""
    pieces: list[list[Word]] = []
    for word in words:
        if not pieces or (word.conjunction and word.symbol[-1] != "v") or _closed(pieces[-1], word):
            pieces.append([])
        pieces[-1].append(word)
    found = [_length(context, piece) for piece in pieces]
    return [one for one in found if one is not None]


def _closed(piece: list[Word], word: Word) -> bool:
    if piece[-1].symbol[-1] == "v":
        return False
    has_unit = any(one.symbol[-1] in _UNIT for one in piece)
    has_number = any(one.numeral is not None for one in piece)
    return has_unit and (word.symbol[-1] in _UNIT or (word.numeral is not None and has_number))


_ORDER = ("Y", "M", "W", "D", "TH", "TM", "TS")


def _sum(parts: list[tuple[float | str, str]]) -> str | None:
    if any(isinstance(count, str) or unit not in _ORDER for count, unit in parts):
        return None
    ordered = sorted(parts, key=lambda part: _ORDER.index(part[1]))
    days = "".join(f"{_written(float(count))}{unit}" for count, unit in ordered if len(unit) == 1)
    clock = "".join(f"{_written(float(count))}{unit[1]}" for count, unit in ordered if len(unit) == 2)
    return f"P{days}" + (f"T{clock}" if clock else "")


def _moved(published: date, parts: list[tuple[float | str, str]], direction: int) -> str | None:
    if len(parts) == 1:
        count, unit = parts[0]
        if unit == "Y" and not isinstance(count, str) and count % 1:
            count, unit = count * 12, "M"
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


@rule("age", r"N2F", "N")
def _age(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    """``في الـ85 من عمره``, ``الثلاثين من العمر``."""
    numeral = words_of(found, run)[0].numeral
    if numeral is None or not numeral.definite or not 0 < (numeral.whole or 0) < 130:
        return None
    return Reading("DURATION", f"P{numeral.whole}Y", "explicit")


@rule("duration_range", r"(?P<first>N)(?:\+|3|-)(?P<rest>N[uUsya])(?P<r>[RrC])?", "N")
def _duration_range(context: Context, found: re.Match[str], run: Run) -> list[Reading] | None:
    """``بين خمس وعشر سنوات``: each end is a duration of its own."""
    length = _length(context, words_of(found, run, "rest"))
    first = words_of(found, run, "first")[0].numeral
    if length is None or first is None or first.value is None or isinstance(length[0], str):
        return None
    if first.value >= length[0] or first.definite:
        return None
    return [
        Reading(
            "DURATION", _amount(float(first.value), length[1]), "context", found.start(), found.end("first")
        ),
        Reading("DURATION", _amount(*length), "explicit", found.start("rest")),
    ]


@rule("ago", rf"g(?:9(?:2)?)?(?P<n>{_N_UNIT}&?(?:\+(?:{_N_UNIT}))*)(?P<r>R)?(?P<from>2)?(?P<now>6)?", "g")
def _ago(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    if found["from"] and not found["now"]:
        return None
    parts = _parts(context, words_of(found, run, "n"))
    if not parts:
        return None
    if context.published is None:
        return Reading("DATE", "PAST_REF", "publication")
    value = _moved(context.published, parts, -1)
    kind = "TIME" if all(unit in ("TH", "TM", "TS") for _, unit in parts) else "DATE"
    return Reading(kind, value, "publication")


@rule("from_now", rf"f(?P<n>{_N_UNIT})2(?:6|J(?![OxiRN]))", "f")
def _from_now(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    parts = _parts(context, words_of(found, run, "n"))
    if not parts or context.published is None:
        return None
    return Reading("DATE", _moved(context.published, parts, 1), "publication")


@rule("past_period", r"[td](?:[NV]|w)?[RrC]|tO[RrC]?|[NO][uU][RrC]|NI[RrC]|[IA]N[RrC]|tN", "tdNOIA")
def _past_period(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    """``الأيام الثلاثة الماضية``, ``الـ24 ساعة الماضية``, ``السنوات الأخيرة``."""
    length = _length(context, [word for word in words_of(found, run) if word.symbol[-1] not in "RrC"])
    if length is None or ("O" in found[0][:2] and (not isinstance(length[0], float) or length[0] < 11)):
        return None  # الساعات الأولى: no length, but الساعات الأربع والعشرون
    if found[0].endswith("N") and not any(w.numeral and w.numeral.definite for w in words_of(found, run)):
        return None
    return Reading("DURATION", _amount(*length), "publication" if found[0][-1] in "RrC" else "explicit")


@rule(
    "vague",
    r"8(?:(?P<past>[R<])|(?P<future>[r>])|(?P<now>C)|(?P<long>=))|(?P<present>6)|(?P<word>7)"
    r"|j(?P<this>[:c8])(?![NOYn])|3(?P<until>[:c])(?![NOYn])|(?P<ago>g8=?)(?!2)",
    "867j3g",
)
def _vague(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = words_of(found, run)
    if found["word"]:
        return Reading("DATE", words[0].value, "publication")
    if found["ago"]:
        a_while = context.page.form.startswith(("فتره", "مده", "وقت"), words[1].start)
        return Reading("DATE", "PAST_REF", "publication") if a_while else None
    if found["until"]:
        return Reading("DATE", "PRESENT_REF", "publication", found.start("until"))
    if found["this"] == "8" and not context.page.form.endswith("الوقت", 0, words[-1].end):
        return None  # هذه الفترة: some other time as well
    if found["long"]:
        return Reading("DURATION", "PXY" if words[-1].value == "long" else "PXD", "explicit")
    if found["future"] and words[-1].symbol == ">" and not context.future(words[0]):
        return Reading("DATE", "PAST_REF", "context")  # later, in a tale of the past
    value = "PAST_REF" if found["past"] else "FUTURE_REF" if found["future"] else "PRESENT_REF"
    return Reading("DATE", value, "publication")


@rule("set", r"\$|4(?P<n>N)?(?P<u>[yasUu])(?P<w>W)?|4(?P<day>W)|4(?P<part>P)(?![WJEy])", "$4")
def _set(context: Context, found: re.Match[str], run: Run) -> Reading | None:
    words = words_of(found, run)
    if words[0].symbol[-1] == "$":
        return Reading("SET", words[0].value, "explicit")
    if found["part"]:
        return Reading("SET", f"XXXX-XX-XX{words[-1].value}", "explicit")
    day = word_of(found, run, "w") or word_of(found, run, "day")
    if day is not None:
        return Reading("SET", f"XXXX-WXX-{int(day.value) + 1}", "explicit")
    unit, number = word_of(found, run, "u"), word_of(found, run, "n")
    if unit is None:
        return None
    count = float(number.numeral.value) if number and number.numeral and number.numeral.value else 1.0
    return Reading("SET", _amount(count, unit.value), "explicit")
