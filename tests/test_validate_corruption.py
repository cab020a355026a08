"""Random corruptions of the real corpus: each is told once, at the right file and line."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hasila import schema, validate

Json = dict[str, Any]
HAND = sorted(p.name for p in (schema.HOME / "annotations" / "hand").glob("*.jsonl"))
TRIES = 5
"""Random lines a kind of corruption and file."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("corruption")
    for name in ("dataset/articles.jsonl", "annotations/relations.jsonl"):
        (root / name).parent.mkdir(exist_ok=True, parents=True)
        shutil.copy(schema.HOME / name, root / name)
    for name in ("dataset/raw", "annotations/hand", "annotations/registry"):
        shutil.copytree(schema.HOME / name, root / name)
    return root


def dumped(record: Json) -> str:
    return json.dumps(record, ensure_ascii=False)


def moved_offset(line: str, pick: random.Random) -> str:
    record = json.loads(line)
    name = pick.choice(["start", "end"])
    record[name] = max(0, record[name] + pick.choice([-3, -2, -1, 1, 2, 3])) or record[name] + 1
    return dumped(record)


def moved_pointer(line: str, pick: random.Random) -> str | None:
    record = json.loads(line)
    spans = [v for v in record.values() if isinstance(v, dict) and "start" in v] + record.get("content", [])
    if not spans:
        return None
    pick.choice(spans)["start"] += pick.choice([1, 2])
    return dumped(record)


def changed_text(line: str, pick: random.Random) -> str:
    record = json.loads(line)
    at = pick.randrange(len(record["text"]))
    record["text"] = record["text"][:at] + "ݓ" + record["text"][at + 1 :]
    return dumped(record)


def swapped_label(line: str, pick: random.Random) -> str | None:
    record = json.loads(line)
    layer = schema.layers()[record["layer"]]
    labels = [f.name for f in layer.fields if f.type.kind == "label" and record[f.name] is not None]
    if not labels:
        return None
    name = pick.choice(labels)
    record[name] = record[name].swapcase() + "x"
    return dumped(record)


def dropped_key(line: str, pick: random.Random) -> str:
    record = json.loads(line)
    layer = schema.layers()[record["layer"]]
    del record[pick.choice([f.name for f in (*layer.fields, *layer.common) if f.required])]
    return dumped(record)


def misspelt_key(line: str, pick: random.Random) -> str:
    record = json.loads(line)
    name = pick.choice([key for key in record if key not in ("id", "layer")])
    return dumped({(key + "s" if key == name else key): value for key, value in record.items()})


def float_for_int(line: str, pick: random.Random) -> str:
    record = json.loads(line)
    name = pick.choice([key for key, value in record.items() if type(value) is int])
    record[name] = float(record[name])
    return dumped(record)


def broken_link(line: str, pick: random.Random) -> str | None:
    record = json.loads(line)
    fields = [f.name for f in schema.layers()[record["layer"]].fields if record.get(f.name)]
    links = [n for n in fields if n in ("number", "quotation", "parent", "participants")]
    if not links:
        return None
    name = pick.choice(links)
    if name == "participants":
        pick.choice(record[name])["target"] = "e99999"
    else:
        record[name] = record[name][0] + "99999"
    return dumped(record)


def broken_reference(line: str, pick: random.Random) -> str | None:
    record = json.loads(line)
    names = ("ref", "source_ref", "originator", "event_ref", "key", "subgroup", "side")
    there = [name for name in names if record.get(name)]
    if not there:
        return None
    record[pick.choice(there)] = "no-such-thing"
    return dumped(record)


def not_a_number(line: str, pick: random.Random) -> str:
    return line.replace('"start": ', '"start": NaN, "was": ', 1)


def doubled_key(line: str, pick: random.Random) -> str:
    record = json.loads(line)
    name = pick.choice(list(record))
    return line[:-1] + f", {json.dumps(name)}: {json.dumps(record[name])}}}"


def lost_mark(line: str, pick: random.Random) -> str:
    """Without one of the characters that hold JSON together, quotation marks in text aside."""
    places = [at for at, char in enumerate(line) if char in '{}[]":,' and line[at - 1] != "\\"]
    bare = [at for at in places if line[at] == '"' or line[:at].replace('\\"', "").count('"') % 2 == 0]
    at = pick.choice(bare)
    return line[:at] + line[at + 1 :]


def cut_off(line: str, pick: random.Random) -> str:
    return line[: pick.randrange(1, len(line))]


def reversed_bounds(line: str, pick: random.Random) -> str | None:
    record = json.loads(line)
    if record.get("low") is None or record.get("high") is None:
        return None
    record["low"] = record["high"] + 7
    return dumped(record)


CORRUPTIONS: list[Callable[[str, random.Random], str | None]] = [
    moved_offset, moved_pointer, changed_text, swapped_label, dropped_key, misspelt_key, float_for_int,
    broken_link, broken_reference, not_a_number, doubled_key, lost_mark, cut_off, reversed_bounds,
]  # fmt: skip


@pytest.mark.parametrize("name", HAND)
@pytest.mark.parametrize("corrupt", CORRUPTIONS, ids=lambda c: c.__name__)
def test_a_corrupted_line_is_told_once_and_there(
    corpus: Path, name: str, corrupt: Callable[[str, random.Random], str | None]
) -> None:
    path = corpus / "annotations" / "hand" / name
    whole = path.read_text(encoding="utf-8")
    lines = whole.split("\n")[:-1]
    pick = random.Random(f"{corrupt.__name__} {name}")
    tried = 0
    try:
        for at in pick.sample(range(len(lines)), len(lines)):
            broken = corrupt(lines[at], pick)
            if broken is None or broken == lines[at]:
                continue
            path.write_text("\n".join([*lines[:at], broken, *lines[at + 1 :]]) + "\n", encoding="utf-8")
            found = validate(corpus)
            assert [(p.file, p.line) for p in found] == [(f"annotations/hand/{name}", at + 1)], (
                broken,
                found,
            )
            tried += 1
            if tried == TRIES:
                break
    finally:
        path.write_text(whole, encoding="utf-8")
    assert tried


@pytest.mark.parametrize("name", HAND)
def test_lines_doubled_swapped_and_renamed(corpus: Path, name: str) -> None:
    path = corpus / "annotations" / "hand" / name
    whole = path.read_text(encoding="utf-8")
    lines = whole.split("\n")[:-1]
    pick = random.Random(name)

    def problems(changed: list[str]) -> list[tuple[str, str, int | None]]:
        path.write_text("\n".join(changed) + "\n", encoding="utf-8")
        return [(p.code, p.file, p.line) for p in validate(corpus)]

    file = f"annotations/hand/{name}"
    try:
        for _ in range(TRIES):
            at = pick.randrange(len(lines) - 1)
            doubled = [*lines[: at + 1], lines[at], *lines[at + 1 :]]
            assert problems(doubled) == [("duplicate-id", file, at + 2)]
            swapped = [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]
            assert problems(swapped) == [("line-unsorted", file, at + 2)]
            other = json.loads(lines[at])["id"]
            after = next(
                (i for i in range(at + 1, len(lines)) if json.loads(lines[i])["id"][0] == other[0]), None
            )
            if after is not None:
                renamed = dumped(json.loads(lines[after]) | {"id": other})
                expected = [("duplicate-id", file, after + 1)]
                assert problems([*lines[:after], renamed, *lines[after + 1 :]]) == expected
    finally:
        path.write_text(whole, encoding="utf-8")


def test_a_changed_article_is_told_once(corpus: Path) -> None:
    listed = [json.loads(x) for x in (corpus / "dataset/articles.jsonl").read_text("utf-8").splitlines()]
    for line, record in enumerate(listed, start=1):
        path = corpus / "dataset" / record["file"]
        data = path.read_bytes()
        try:
            path.write_bytes(data.replace(b"\n", b" \n", 1))
            found = [(p.code, p.file, p.line) for p in validate(corpus)]
        finally:
            path.write_bytes(data)
        assert found == [("article-changed", "dataset/articles.jsonl", line)]


@pytest.mark.parametrize("table", ["entities", "events", "subgroups", "keys", "relations"])
def test_a_broken_line_of_the_registry_is_told_once(corpus: Path, table: str) -> None:
    file = "annotations/relations.jsonl" if table == "relations" else f"annotations/registry/{table}.jsonl"
    path = corpus / file
    whole = path.read_text(encoding="utf-8")
    lines = whole.split("\n")[:-1]
    pick = random.Random(table)
    try:
        for _ in range(TRIES):
            at = pick.randrange(len(lines))
            for broken in (lines[at][:-1], dumped(json.loads(lines[at]) | {"extra": 1})):
                path.write_text("\n".join([*lines[:at], broken, *lines[at + 1 :]]) + "\n", encoding="utf-8")
                assert [(p.file, p.line) for p in validate(corpus)] == [(file, at + 1)]
    finally:
        path.write_text(whole, encoding="utf-8")
