"""Level 5: meaning. Values, dates and keys agree with one another, as the scheme defines them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

from hasila.validate import timex
from hasila.validate.bytes import Sheet
from hasila.validate.references import Registry

Json = dict[str, Any]
KEY = (
    ("event", "event_ref"),
    ("category", "category"),
    ("side", "side"),
    ("subgroup", "subgroup"),
    ("measure", "measure"),
)
"""A key's five fields and the figure's."""
VALUE = ("low", "high", "comparator", "vague")
DATES = ("published", "published_earliest", "published_latest")

# comparator: whether low and high are set, and whether they are equal
_FITS = {
    "exact": (True, True, True),
    "approx": (True, True, True),
    "at_least": (True, False, False),
    "more_than": (True, False, False),
    "at_most": (False, True, False),
    "less_than": (False, True, False),
    "range": (True, True, None),
    "vague": (False, False, None),
}
_DIGITS = re.compile(
    r"[0-9\u0660-\u0669\u06f0-\u06f9]+(?:[,.\u060c\u066c][0-9\u0660-\u0669\u06f0-\u06f9]{3})*"
)
_SEPARATOR = re.compile(r"[^0-9\u0660-\u0669\u06f0-\u06f9]")


def check_articles(sheet: Sheet) -> None:
    """Check the dates of ``articles.jsonl``."""
    for at, record in enumerate(sheet.records):
        if at in sheet.failed:
            continue
        wrong = next((key for key in DATES if record[key] and not timex.is_day(record[key])), None)
        if wrong:
            sheet.report("date-invalid", at, f"{wrong}: {record[wrong]} is no day of the calendar", wrong)
            continue
        published, earliest, latest = (record[key] for key in DATES)
        days = [day for day in (earliest, published, latest) if day]
        if days != sorted(days):
            shown = f"published {published} is not within {earliest} to {latest}"
            sheet.report("published-out-of-bounds", at, shown, "published")


def check_registry(registry: Registry) -> None:
    """Check the dates of events and that no two keys count the same."""
    sheet = registry.sheets.get("events")
    for at, record in enumerate(sheet.records if sheet else ()):
        assert sheet is not None
        if record["date"] and at not in sheet.failed and (wrong := timex.interval_problem(record["date"])):
            sheet.report("timex-malformed", at, f"date: {wrong}", "date")
    sheet = registry.sheets.get("keys")
    seen: dict[tuple[Any, ...], int] = {}
    for at, record in enumerate(sheet.records if sheet else ()):
        assert sheet is not None
        if at in sheet.failed:
            continue
        first = seen.setdefault(tuple(record[key] for key, _ in KEY), at)
        if first != at:
            shown = f"{sheet.records[first]['id']!r} in line {sheet.numbers[first]} counts the same"
            sheet.report("key-duplicate", at, shown, "id")


def bounds_problem(record: Json) -> tuple[str, str, str] | None:
    """Code, message and field of what is wrong with low, high, comparator and vague, or None."""
    low, high, comparator, vague = record["low"], record["high"], record["comparator"], record["vague"]
    if low is not None and high is not None and low > high:
        return "bounds-reversed", f"low {low} is greater than high {high}", "low"
    has_low, has_high, equal = _FITS[comparator]
    if (low is not None) != has_low or (high is not None) != has_high or (equal and low != high):
        return "comparator-mismatch", f"{comparator} does not go with low {low}, high {high}", "comparator"
    if (vague is not None) != (comparator == "vague"):
        return "vague-mismatch", f"vague is {vague}, the comparator {comparator}", "vague"
    return None


def written(text: str) -> int | None:
    """The value of a numeral in digits of any Arabic script, or None where the text is not just one."""
    return int(_SEPARATOR.sub("", text)) if _DIGITS.fullmatch(text) and len(text) < 20 else None


def check(sheet: Sheet, published: str | None, ids: Mapping[str, int], registry: Registry | None) -> None:
    """Check what one article's annotations mean."""
    records, failed = sheet.records, sheet.failed
    figures: list[int] = []
    closed: list[tuple[int, int, str]] = []
    for at, record in enumerate(records):
        if at in failed:
            continue
        layer = record["layer"]
        if layer == "number":
            low, high = record["low"], record["high"]
            # The common case first: exact and equal bounds.
            if not (
                low == high
                and record["comparator"] == "exact"
                and low is not None
                and record["vague"] is None
            ) and (wrong := bounds_problem(record)):
                sheet.report(wrong[0], at, wrong[1], wrong[2])
                continue
            value = written(record["text"]) if record["form"] == "digits" else None
            if value is not None and value not in (low, high) and record["comparator"] != "range":
                said = low if low is not None else high
                sheet.report(
                    "number-text-mismatch", at, f"the text {record['text']!r} says {value}, not {said}", "low"
                )
        elif layer == "timex":
            if record["value"] is not None and (fault := timex.problem(record["type"], record["value"])):
                sheet.report(fault[0], at, fault[1], "value")
        elif layer == "figure":
            figures.append(at)
        elif layer == "zone":
            if record["type"] == "boilerplate":
                closed.append((record["start"], record["end"], "boilerplate"))
            elif "copy_of" in record:
                closed.append((record["start"], record["end"], "a copy"))
    for at in figures:
        if (wrong := bounds_problem(records[at])) is not None:
            sheet.report(wrong[0], at, wrong[1], wrong[2])
            continue
        _check_figure(sheet, at, published, ids, registry)
    if closed:
        _check_places(sheet, closed)


def _check_figure(
    sheet: Sheet, at: int, published: str | None, ids: Mapping[str, int], registry: Registry | None
) -> None:
    record = sheet.records[at]
    number = ids.get(record["number"]) if record["number"] else None
    if number is not None and number not in sheet.failed:
        other = sheet.records[number]
        for name in VALUE:
            if record[name] != other[name]:
                theirs = f"{other['id']} in line {sheet.numbers[number]} has {other[name]}"
                shown = f"{name} is {record[name]}, {theirs}"
                sheet.report("figure-number-mismatch", at, shown, name)
                return
    key = registry.tables["keys"].get(record["key"]) if registry and record["key"] else None
    if key is not None and registry is not None and key["id"] not in registry.unsound:
        for theirs, own in KEY:
            if record[own] != key[theirs]:
                shown = f"{own} is {record[own]}, the key {key['id']!r} has {key[theirs]}"
                sheet.report("figure-key-mismatch", at, shown, own)
                return
    for name in ("as_of", "said_on"):
        day = record[name]
        if day is None:
            continue
        if not timex.is_day(day):
            sheet.report("date-invalid", at, f"{name}: {day} is no day of the calendar", name)
            return
        if published is not None and day > published:
            sheet.report("date-after-publication", at, f"{name} is {day}, the article of {published}", name)
            return


def _check_places(sheet: Sheet, closed: list[tuple[int, int, str]]) -> None:
    """Nothing but the zone itself stands in boilerplate or in a copy."""
    closed.sort()
    starts = [start for start, _, _ in closed]
    for at, record in enumerate(sheet.records):
        if record["layer"] == "zone" or at in sheet.failed:
            continue
        found = bisect_right(starts, record["start"]) - 1
        if found >= 0 and record["end"] <= closed[found][1]:
            sheet.report("annotation-misplaced", at, f"it stands in {closed[found][2]}", "start")


def check_names(registry: Registry, unused: Iterable[tuple[int, str]]) -> None:
    """Note the names of the registry's entities that were met in no article."""
    sheet = registry.sheets["entities"]
    for at, name in unused:
        if at not in sheet.failed:
            sheet.report("registry-name-unused", at, f"the name {name!r} occurs in no article", "names")
