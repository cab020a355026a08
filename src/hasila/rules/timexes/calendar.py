"""Dates against a publication date: which year, which weekday, which week."""

from __future__ import annotations

from datetime import date, timedelta

WEEKDAY_CODES = {
    name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
}


def day(year: int, month: int, number: int) -> date | None:
    """The date, or None where there is no such day."""
    try:
        return date(year, month, number)
    except ValueError:
        return None


def weekday(published: date, number: int, direction: int) -> date:
    """The day of a weekday (Monday 0): on or before publication (0), strictly before (-1), after (1)."""
    back = (published.weekday() - number) % 7
    if direction > 0:
        return published + timedelta((number - published.weekday() - 1) % 7 + 1)
    if direction < 0 and back == 0:
        back = 7
    return published - timedelta(back)


def nearest_day(published: date, month: int, number: int, direction: int) -> date | None:
    """The date of a day and month without a year: nearest, latest before (-1) or next after (1)."""
    around = [day(published.year + shift, month, number) for shift in (-1, 0, 1)]
    known = [one for one in around if one is not None]
    if direction < 0:
        known = [one for one in known if one < published]
    elif direction > 0:
        known = [one for one in known if one > published]
    return min(known, key=lambda one: (abs((one - published).days), one), default=None)


def nearest_month(published: date, month: int, direction: int) -> str:
    """``YYYY-MM`` of a month without a year: nearest, latest before (-1) or next after (1)."""
    now = published.year * 12 + published.month - 1
    options = [(published.year + shift) * 12 + month - 1 for shift in (-1, 0, 1)]
    if direction < 0:
        options = [one for one in options if one < now]
    elif direction > 0:
        options = [one for one in options if one > now]
    best = min(options, key=lambda one: (abs(one - now), one))
    return month_value(best)


def month_value(months: int) -> str:
    """``YYYY-MM`` of a count of months since year 0."""
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def week(published: date, shift: int) -> str:
    """The ISO week ``shift`` weeks from publication."""
    year, number, _ = (published + timedelta(weeks=shift)).isocalendar()
    return f"{year}-W{number:02d}"


def shifted(published: date, unit: str, count: int) -> str | None:
    """The date ``count`` units from publication, as coarse as the unit; None below a day."""
    if unit == "D":
        return (published + timedelta(count)).isoformat()
    if unit == "W":
        return (published + timedelta(weeks=count)).isoformat()
    if unit == "M":
        return month_value(published.year * 12 + published.month - 1 + count)
    factor = {"Y": 1, "Y0": 10, "Y00": 100}.get(unit)
    year = published.year + (factor or 0) * count
    return f"{year:04d}" if factor and 0 < year < 10000 else None
