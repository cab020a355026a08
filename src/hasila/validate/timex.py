"""The grammar of TIMEX3 values: one pattern a type, after ISO 8601, TimeML 1.2.1 and TIDES 2003.

What the corpus writes of it: calendar dates and weeks of any grain, placeholders ``X``, seasons
(SP SU FA WI), halves and quarters, weekends (WE), decades and centuries; clock times and parts of
the day (MO morning and dawn, MI noon, AF afternoon, EV evening, NI night, DT daytime); durations with
whole, decimal or unknown (X) amounts; and the tokens PAST_REF, PRESENT_REF and FUTURE_REF.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_YEAR = r"(?:BC)?[0-9X]{4}"
_DAY = (
    rf"{_YEAR}(?:-(?:"
    r"(?:0[1-9]|1[0-2]|XX)(?:-(?:0[1-9]|[12][0-9]|3[01]|XX))?"  # month, day
    r"|W(?:0[1-9]|[1-4][0-9]|5[0-3]|XX)(?:-(?:[1-7X]|WE))?"  # week, day of the week, weekend
    r"|SP|SU|FA|WI|Q[1-4X]|H[12X]"
    r"))?"
)
_CLOCK = r"(?:[01][0-9]|2[0-4]|XX)(?::[0-5][0-9](?::[0-5][0-9])?)?(?:Z|[+-][01][0-9]:?[0-5][0-9])?"
_TIME = rf"(?:{_DAY})?T(?:{_CLOCK}|MO|MI|AF|EV|NI|DT)"
_AMOUNT = r"(?:[0-9]+(?:\.[0-9]+)?|X{1,2})"
_PERIOD = (
    rf"P(?=[0-9XT])(?:{_AMOUNT}(?:ML|CE|DE|Y|SP|SU|FA|WI|Q|M|WE|W|D))*"
    rf"(?:T(?:{_AMOUNT}(?:H|MO|MI|AF|EV|NI|DT|M|S))+)?"
)
_TOKEN = "PAST_REF|PRESENT_REF|FUTURE_REF"

GRAMMAR: dict[str, re.Pattern[str]] = {
    "DATE": re.compile(rf"(?:BC)?[0-9]{{2,3}}|{_DAY}|{_TOKEN}"),
    "TIME": re.compile(rf"{_TIME}|{_TOKEN}"),
    "DURATION": re.compile(_PERIOD),
    "SET": re.compile(rf"{_PERIOD}|(?=.*X)(?:{_DAY}|{_TIME})"),
}
"""The whole of a value, by the type's label."""

_CALENDAR = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?=T|\Z)")


@lru_cache(maxsize=65536)
def is_day(value: str) -> bool:
    """Whether ``YYYY-MM-DD`` is a day of the calendar."""
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == 10


@lru_cache(maxsize=65536)
def problem(kind: str, value: str) -> tuple[str, str] | None:
    """Code and message of what is wrong with the value of a timex of type ``kind``, or None.

    A type without a grammar here (of a later scheme) is not checked.
    """
    pattern = GRAMMAR.get(kind)
    if pattern is None:
        return None
    if not pattern.fullmatch(value):
        others = [name for name, other in GRAMMAR.items() if other.fullmatch(value)]
        if others:
            return "timex-type-mismatch", f"{value!r} is a value of {' or '.join(others)}, not of {kind}"
        return "timex-malformed", f"{value!r} is no TIMEX3 value"
    day = _CALENDAR.match(value)
    if day and not is_day(day[0]):
        return "timex-malformed", f"{day[0]} is no day of the calendar"
    return None


def interval_problem(value: str) -> str | None:
    """What is wrong with a date of the registry: a DATE or TIME value, or two with ``/`` between."""
    parts = value.split("/")
    if len(parts) > 2:
        return f"{value!r} has more than two ends"
    for part in parts:
        if problem("DATE", part) and problem("TIME", part):
            return f"{part!r} is no TIMEX3 value of a date or time"
    if len(parts) == 2 and len(parts[0]) == len(parts[1]) and parts[1] < parts[0]:
        return f"{value!r} ends before it begins"
    return None
