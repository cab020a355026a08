"""Level 5 for relations between figures: the definitions of the scheme, section 3."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from hasila.validate.bytes import Sheet
from hasila.validate.references import Registry

Json = dict[str, Any]
Range = tuple[float, float]
Ends = tuple["Figure", "Figure"]

SYMMETRIC = frozenset({"CONTRADICTS", "CORROBORATES", "COMPATIBLE", "OVERLAPS"})
ONE_VOICE = frozenset({"RESTATES", "ROUNDS", "UPDATES"})
OTHER_VOICE = frozenset({"CONTRADICTS", "CORROBORATES", "COMPATIBLE"})
STANCES = {"DENIES": "deny", "DECLINES": "decline"}
APPROX = 0.1
"""How far from the written value an approximation may be."""
DAYS, STOCK_DAYS = 1, 31
"""How far apart in time two figures may be to be compared; the second for a stock."""

VAGUE: dict[str, Range] = {
    "tens": (10, 999),
    "hundreds": (100, 9_999),
    "thousands": (1_000, 999_999),
    "millions": (1_000_000, float("inf")),
    "several": (2, float("inf")),
}
"""What a vague quantity may be at the widest."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What the relations need of a figure."""

    article: str
    record: Json
    published: str | None

    @property
    def order(self) -> tuple[str, str, int]:
        """Publication date, article, number of the id."""
        digits = "".join(c for c in self.record["id"] if c.isdigit())
        return self.published or "", self.article, int(digits or 0)

    def range(self) -> Range:
        """The values that it allows, as inclusive bounds."""
        low, high, comparator = self.record["low"], self.record["high"], self.record["comparator"]
        if comparator == "vague":
            return VAGUE.get(self.record["vague"], (0, float("inf")))
        least = 0.0 if low is None else low + (comparator == "more_than")
        most = float("inf") if high is None else high - (comparator == "less_than")
        return (least * (1 - APPROX), most * (1 + APPROX)) if comparator == "approx" else (least, most)

    @property
    def bounded(self) -> bool:
        """Whether both ends are written."""
        return self.record["low"] is not None and self.record["high"] is not None

    @property
    def written(self) -> int | None:
        """The written value: the low bound, or the high one where that is open."""
        value = self.record["low"] if self.record["low"] is not None else self.record["high"]
        return None if value is None else int(value)


def check(sheet: Sheet, ends: dict[int, Ends], registry: Registry) -> None:
    """Check every relation of a sheet whose two figures are known; ``ends`` gives them by index."""
    pairs: dict[frozenset[tuple[str, str]], list[int]] = defaultdict(list)
    for at, record in enumerate(sheet.records):
        if at in sheet.failed:
            continue
        type_, source, target = record["type"], record["source"], record["target"]
        if source == target:
            sheet.report("relation-self", at, f"both ends are {source['article']}/{source['id']}", "target")
            continue
        pair = frozenset({(source["article"], source["id"]), (target["article"], target["id"])})
        twin = next((t for t in pairs[pair] if _twins(sheet.records[t], record)), None)
        if twin is not None:
            shown = f"line {sheet.numbers[twin]} relates the two as {sheet.records[twin]['type']}"
            sheet.report("relation-duplicate", at, shown, "id")
            continue
        pairs[pair].append(at)
        for name, owner in (("strength", "CONTRADICTS"), ("group", "SUM_OF")):
            if (record[name] is None) == (type_ == owner):
                shown = f"{type_} has no {name}" if type_ == owner else f"{type_} has a {name}"
                sheet.report("relation-fields", at, shown, name)
                break
        else:
            if at in ends and (wrong := _definition(type_, *ends[at], registry)):
                sheet.report(wrong[0], at, f"{type_}: {wrong[1]}", "type")
    _check_sums(sheet, ends)
    _check_updates(sheet, ends)


def _twins(one: Json, other: Json) -> bool:
    types = {one["type"], other["type"]}
    if types == {"SUM_OF", "SUBSET_OF"}:
        return bool(one["source"] == other["source"])
    return len(types) == 1 and (one["type"] in SYMMETRIC or one["source"] == other["source"])


def _definition(type_: str, source: Figure, target: Figure, registry: Registry) -> tuple[str, str] | None:
    """Code and message of the first part of a definition that does not hold, or None."""
    if type_ in SYMMETRIC and source.order < target.order:
        return "relation-direction", "the source is the earlier figure"
    if type_ in STANCES:
        stance = source.record["stance"]
        return ("relation-stance", f"the source's stance is {stance}") if stance != STANCES[type_] else None
    if type_ not in ONE_VOICE | OTHER_VOICE:
        return None
    if not _same_key(source, target):
        return "relation-key", f"{source.record['key']} and {target.record['key']}"
    return (
        _voices(type_, source, target, registry)
        or _values(type_, source, target)
        or _times(type_, source, target)
    )


def _same_key(source: Figure, target: Figure) -> bool:
    if source.record["key"] is None and target.record["key"] is None:
        # Without a registry there are no keys: what can be compared must be equal.
        names = ["category", "measure"] + (["side", "event_ref"] if source.article == target.article else [])
        return all(source.record[n] == target.record[n] for n in names)
    return bool(source.record["key"] == target.record["key"])


def _voices(type_: str, source: Figure, target: Figure, registry: Registry) -> tuple[str, str] | None:
    given = source.record["originator"], target.record["originator"]
    local = source.article != target.article and any(o is not None and o[0] == "#" for o in given)
    voices = [None if o is None else registry.voice(o) for o in given]
    same = voices[0] is not None and voices[0] == voices[1]
    if local:
        return None
    if type_ in ONE_VOICE and not same:
        return "relation-voice", f"the voices are {voices[0]} and {voices[1]}"
    if type_ in OTHER_VOICE and same:
        return "relation-voice", f"both are the voice of {voices[0]}"
    if type_ == "CORROBORATES":
        for figure in (source, target):
            if figure.record["originator_basis"] in ("publisher", "rumour"):
                basis = figure.record["originator_basis"]
                return (
                    "relation-voice",
                    f"{figure.article}/{figure.record['id']} has basis {basis}: not independent",
                )
    return None


def _values(type_: str, source: Figure, target: Figure) -> tuple[str, str] | None:
    one, other = source.range(), target.range()
    shown = f"{_value(source)} and {_value(target)}"
    overlap = one[0] <= other[1] and other[0] <= one[1]
    bounded = source.bounded and target.bounded
    same = all(source.record[name] == target.record[name] for name in ("low", "high", "vague"))
    good = {
        "RESTATES": same,
        "ROUNDS": _rounds(source, target),
        "CONTRADICTS": not overlap,
        "CORROBORATES": overlap and bounded,
        "COMPATIBLE": overlap and not bounded,
    }
    return None if good.get(type_, True) else ("relation-value", shown)


def _rounds(source: Figure, target: Figure) -> bool:
    """Whether the source is a weaker bound of the target, or its value rounded to a power of ten."""
    one, other = source.range(), target.range()
    if one != other and one[0] <= other[0] and other[1] <= one[1]:
        return True
    a, b = source.written, target.written
    if a is None or b is None or a == b:
        return False
    unit = 10
    while unit <= a:
        if a % unit == 0 and abs(a - b) < unit:
            return True
        unit *= 10
    return False


def _times(type_: str, source: Figure, target: Figure) -> tuple[str, str] | None:
    new, old = source.record["as_of"], target.record["as_of"]
    if new is None or old is None:
        return None
    shown = f"as of {new} and {old}"
    if type_ == "UPDATES" and new < old:
        return "relation-time", f"{shown}: the source is the older count"
    if type_ in OTHER_VOICE:
        allowed = STOCK_DAYS if source.record["measure"] == "stock" else DAYS
        if abs((date.fromisoformat(new) - date.fromisoformat(old)).days) > allowed:
            return "relation-time", f"{shown}: more than {allowed} day{'s' * (allowed > 1)} apart"
    return None


def _value(figure: Figure) -> str:
    r = figure.record
    return f"{r['comparator']} {r['vague'] or ''}{'' if figure.written is None else figure.written}".strip()


def _check_sums(sheet: Sheet, ends: dict[int, Ends]) -> None:
    """The written values of a group's parts make its total."""
    if sheet.lost or sheet.broken or not sheet.failed.isdisjoint(_sum_rows(sheet)):
        return
    groups: dict[str, list[int]] = defaultdict(list)
    for at in _sum_rows(sheet):
        groups[sheet.records[at]["group"]].append(at)
    for group, rows in groups.items():
        if any(at not in ends for at in rows):
            continue
        total = ends[rows[0]][1]
        if any(ends[at][1].record is not total.record for at in rows):
            sheet.report("sum-mismatch", rows[0], f"the parts of {group} have different totals", "target")
            continue
        parts = [ends[at][0].written for at in rows]
        values = [value for value in parts if value is not None]
        if len(values) == len(parts) and total.written is not None and sum(values) != total.written:
            shown = " + ".join(map(str, values))
            sheet.report(
                "sum-mismatch", rows[0], f"{group}: {shown} = {sum(values)}, not {total.written}", "group"
            )


def _sum_rows(sheet: Sheet) -> list[int]:
    return [at for at, record in enumerate(sheet.records) if record["type"] == "SUM_OF"]


def _check_updates(sheet: Sheet, ends: dict[int, Ends]) -> None:
    """UPDATES lead in no circle."""
    rows = {
        ((source.article, source.record["id"]), (target.article, target.record["id"])): at
        for at, (source, target) in ends.items()
        if sheet.records[at]["type"] == "UPDATES" and at not in sheet.failed
    }
    older: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for new, old in rows:
        older[new].append(old)
    try:
        TopologicalSorter(older).prepare()
    except CycleError as error:
        circle: list[tuple[str, str]] = error.args[1]
        # The sorter walks from what comes first, here the older count.
        steps = [rows[new, old] for old, new in pairwise(circle)]
        shown = " ← ".join("/".join(one) for one in circle)
        sheet.report("reference-cycle", min(steps), f"UPDATES: {shown}", "target")
