"""Level 4: references. Ids are unique, what is named exists and is of the right kind; copies repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import regex

from hasila.schema import Field, Layer
from hasila.validate.bytes import Sheet

Json = dict[str, Any]
REGISTRY = ("entities", "events", "subgroups", "keys")
SIDES = frozenset({"civilians", "all", "unknown"})
"""Words that a side may be without a line in the registry."""

TARGETS = {
    ("figure", "number"): {"number"},
    ("figure", "quotation"): {"quotation"},
    ("quotation", "parent"): {"quotation"},
    ("event", "participants.target"): {"entity", "figure", "number", "timex"},
}
"""The layers that a link may lead to; a layer of a corpus's own may link to any."""

TABLES = {
    ("entity", "ref"): "entities",
    ("event", "ref"): "events",
    ("quotation", "source_ref"): "entities",
    ("figure", "side"): "entities",
    ("figure", "subgroup"): "subgroups",
    ("figure", "key"): "keys",
    ("figure", "event_ref"): "events",
    ("figure", "originator"): "entities",
}
"""The table of the registry that a field names; a layer of a corpus's own may name any."""
MENTIONS = {"entities": "entity", "events": "event"}
IDENTITY = ("id", "provenance", "note", "confidence", "article")
_NOT_WORDS = regex.compile(r"[\p{Z}\p{P}\p{S}\p{C}]+")


@dataclass(slots=True)
class Registry:
    """The registry's lines by table and id, and its sheets."""

    tables: dict[str, dict[str, Json]] = field(default_factory=lambda: {name: {} for name in REGISTRY})
    sheets: dict[str, Sheet] = field(default_factory=dict)
    unsound: set[str] = field(default_factory=set)
    """Ids of lines with a problem: nothing is derived from them."""

    def missing(self, table: str | None, id: str) -> bool:
        """Whether ``id`` is in no line of the table (of any, where None), as far as can be told."""
        for name in (table,) if table else REGISTRY:
            sheet = self.sheets.get(name)
            if id in self.tables[name] or (sheet is not None and sheet.silent(id)):
                return False
        return True

    def voice(self, originator: str) -> str:
        """Whoever speaks in the end, after ``speaks_for``."""
        seen = set()
        while originator not in seen:
            seen.add(originator)
            originator = (self.tables["entities"].get(originator) or {}).get("speaks_for") or originator
        return originator


Plan = tuple[
    list[tuple[str, set[str] | None]], list[tuple[str, str, set[str] | None]], list[tuple[str, str | None]]
]


def plan(layer: Layer) -> Plan:
    """What a layer refers to: links, links inside lists of structs, references to the registry."""
    links: list[tuple[str, set[str] | None]] = []
    inner: list[tuple[str, str, set[str] | None]] = []
    references: list[tuple[str, str | None]] = []

    def walk(one: Field) -> None:
        if one.type.name == "annotationId":
            links.append((one.name, TARGETS.get((layer.name, one.name))))
        elif one.type.name in ("reference", "registryId"):
            references.append((one.name, TABLES.get((layer.name, one.name))))
        elif one.type.kind == "list" and one.type.item is not None:
            for sub in one.type.item.fields:
                if sub.type.name == "annotationId":
                    inner.append((one.name, sub.name, TARGETS.get((layer.name, f"{one.name}.{sub.name}"))))

    for one in layer.fields:
        walk(one)
    return links, inner, references


def unique_ids(sheet: Sheet) -> dict[str, int]:
    """The index of every id of a sheet; notes those that are used twice."""
    found: dict[str, int] = {}
    for at, record in enumerate(sheet.records):
        id = record["id"]
        first = found.setdefault(id, at)
        if first != at:
            sheet.report(
                "duplicate-id", at, f"the id {id!r} stands in line {sheet.numbers[first]} already", "id"
            )
            sheet.lost = True
    return found


def check(
    sheet: Sheet, article: str, ids: Mapping[str, int], plans: Mapping[str, Plan], registry: Registry | None
) -> None:
    """Check the references of one article's annotations; ``ids`` gives the index of every id.

    ``registry`` is None where references to it are not checked (single readings).
    """
    records, failed = sheet.records, sheet.failed
    spans: dict[tuple[str, int, int], list[int]] = {}
    parents: dict[str, str] = {}

    def link(at: int, target: str, layers: set[str] | None, *path: str | int) -> None:
        index = ids.get(target)
        if index is None:
            if not sheet.silent(target):
                sheet.report(
                    "dangling-reference", at, f"{_dotted(path)}: no annotation {target!r} here", *path
                )
        elif layers is not None and records[index]["layer"] not in layers:
            kind = records[index]["layer"]
            wanted = " or ".join(sorted(layers))
            shown = f"{_dotted(path)}: {target!r} is of layer {kind}, not {wanted}"
            sheet.report("reference-wrong-layer", at, shown, *path)

    for at, record in enumerate(records):
        if at in failed:
            continue
        layer = record["layer"]
        if record.get("article", article) != article:
            sheet.report("wrong-article", at, f"the file is that of {article!r}", "article")
            continue
        place = (layer, record["start"], record["end"])
        if place in spans:
            twin = next((t for t in spans[place] if _same(records[t], record)), None)
            if twin is not None:
                sheet.report(
                    "duplicate-annotation", at, f"the same stands in line {sheet.numbers[twin]}", "id"
                )
                continue
            spans[place].append(at)
        else:
            spans[place] = [at]
        links, inner, references = plans[layer]
        for name, layers in links:
            target = record.get(name)
            if target is not None:
                link(at, target, layers, name)
                if name == "parent":
                    parents[record["id"]] = target
        for name, sub, layers in inner:
            for number, part in enumerate(record.get(name) or ()):
                if part.get(sub) is not None:
                    link(at, part[sub], layers, name, number, sub)
        if registry is not None:
            for name, table in references:
                value = record.get(name)
                if value is None or (name == "side" and value in SIDES):
                    continue
                if value[0] == "#":
                    kind = MENTIONS.get(table or "")
                    link(at, value[1:], {kind} if kind else None, name)
                elif value not in registry.tables[table or "entities"] and registry.missing(table, value):
                    shown = f"{name}: no {value!r} in annotations/registry/{table or '*'}.jsonl"
                    sheet.report("dangling-reference", at, shown, name)
        if "copy_of" in record:
            _check_copy(sheet, at, ids)
    _circles(sheet, ids, parents.get, parents, "parent")


def _dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))


def _same(one: Json, other: Json) -> bool:
    keys = (one.keys() | other.keys()).difference(IDENTITY)
    return all(one.get(key) == other.get(key) for key in keys)


def _check_copy(sheet: Sheet, at: int, ids: Mapping[str, int]) -> None:
    record = sheet.records[at]
    if record["layer"] != "zone":
        sheet.report("copy-misplaced", at, f"copy_of stands on a {record['layer']}", "copy_of")
        return
    originals = []
    for target in record["copy_of"]:
        index = ids.get(target)
        if index is None:
            if not sheet.silent(target):
                sheet.report("dangling-reference", at, f"copy_of: no annotation {target!r} here", "copy_of")
            return
        original = sheet.records[index]
        if original["layer"] != "zone":
            shown = f"copy_of: {target!r} is of layer {original['layer']}, not zone"
            sheet.report("reference-wrong-layer", at, shown, "copy_of")
            return
        if original["start"] >= record["start"]:
            sheet.report("copy-misplaced", at, f"the zone {target!r} is not earlier than this one", "copy_of")
            return
        if index in sheet.failed:
            return
        originals.append(original["text"])
    words = _NOT_WORDS.sub("", record["text"])
    original_words = _NOT_WORDS.sub("", "".join(originals))
    same = original_words.startswith(words) if record["type"] == "teaser" else original_words == words
    if not same:
        until = next((i for i, (a, b) in enumerate(zip(words, original_words, strict=False)) if a != b), None)
        until = min(len(words), len(original_words)) if until is None else until
        named, last = ", ".join(record["copy_of"]), words[max(0, until - 25) : until]
        shown = f"the copy differs from {named} after {last!r}"
        sheet.report("copy-mismatch", at, shown, "copy_of")


def _circles(
    sheet: Sheet,
    ids: Mapping[str, int],
    follow: Callable[[str], str | None],
    starts: Iterable[str],
    name: str,
) -> None:
    """Note every circle of single references once, at its first record in the file."""
    done: set[str] = set()
    for start in starts:
        way: list[str] = []
        here: str | None = start
        while here is not None and here not in done and here not in way:
            way.append(here)
            here = follow(here)
        if here is not None and here in way:
            circle = way[way.index(here) :]
            first = min((one for one in circle if one in ids), key=lambda one: ids[one])
            turned = circle[circle.index(first) :] + circle[: circle.index(first)]
            sheet.report("reference-cycle", ids[first], f"{name}: {' → '.join([*turned, first])}", name)
        done.update(way)


def check_registry(registry: Registry) -> None:
    """Check the ids and references within the registry."""
    indexes = {name: unique_ids(sheet) for name, sheet in registry.sheets.items()}
    named = {
        "entities": (("speaks_for", "entities"),),
        "events": (("part_of", "events"), ("place", "entities")),
        "keys": (("event", "events"), ("side", "entities"), ("subgroup", "subgroups")),
    }
    for name, references in named.items():
        sheet = registry.sheets.get(name)
        for at, record in enumerate(sheet.records if sheet else ()):
            assert sheet is not None
            for key, table in references:
                value = record[key]
                if value is None or (key == "side" and value in SIDES) or at in sheet.failed:
                    continue
                if registry.missing(table, value):
                    shown = f"{key}: no {value!r} in annotations/registry/{table}.jsonl"
                    sheet.report("dangling-reference", at, shown, key)
    for name, key in (("entities", "speaks_for"), ("events", "part_of")):
        if name in registry.sheets:
            above = {id: record[key] for id, record in registry.tables[name].items()}
            _circles(registry.sheets[name], indexes[name], above.get, above, key)
    for sheet in registry.sheets.values():
        registry.unsound.update(sheet.records[at]["id"] for at in sheet.failed)
