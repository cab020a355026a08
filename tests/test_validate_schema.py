"""Level 2: two engines, one verdict; one mistake, one problem; layers of a corpus's own."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import referencing
import referencing.jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from hasila import schema, validate
from hasila.validate.schema import Shape, of_record, packaged

Json = dict[str, Any]
SAMPLE = Path(__file__).parent / "sample" / "annotations"
FILES = sorted(schema.SCHEMA_DIR.rglob("*.schema.json"))


def read(*patterns: str) -> list[Json]:
    files = [path for pattern in patterns for path in sorted(SAMPLE.glob(pattern))]
    return [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]


ANNOTATIONS = read("hand/*.jsonl", "rules/*.jsonl")
RECORDS: list[tuple[Shape, Json]] = [
    *((packaged()[record["layer"]], record) for record in ANNOTATIONS),
    *((of_record("relation"), record) for record in read("relations.jsonl")),
    *(
        (of_record(kind), record)
        for kind, table in {
            "entity": "entities",
            "event": "events",
            "subgroup": "subgroups",
            "key": "keys",
        }.items()
        for record in read(f"registry/{table}.jsonl")
    ),
]
JUNK: list[Any] = [
    None, True, 0, -1, 1.0, 1.5, 2**31, 2**53, 2**70, "", " ", "x", "e1", "e1\n", "e٣", "2020-02-29",
    "２020-02-29",
    "2020-02-29\n", "#e1", "a-b", "a-b\n", "CT+", "ZZ", [], [1], ["e1"], {}, {"a": 1},
    {"start": 0, "end": 1, "text": "x"}, {"start": 0.0, "end": 1, "text": "x"}, {"method": "hand"},
    {"method": "rule", "rule": "a.b", "version": "1"}, {"method": "rule", "annotator": "x"},
]  # fmt: skip


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [where for key, inner in items for where in ((*path, key), *places(inner, (*path, key)))]


def strict(shape: Shape, record: Json) -> bool:
    """The verdict of ``jsonschema`` alone, and no float anywhere."""
    return not any(shape.reference.iter_errors(record)) and "float" not in kinds(record)


def kinds(value: Any) -> set[str]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {type(value).__name__}.union(*(kinds(one) for one in inner))


@st.composite
def mutated(draw: st.DrawFn) -> tuple[Shape, Json]:
    shape, original = draw(st.sampled_from(RECORDS))
    record = json.loads(json.dumps(original))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(record) or [("id",)]))
        node: Any = record
        for key in path[:-1]:
            node = node[key]
        match draw(st.sampled_from(["replace", "drop", "add"])):
            case "replace":
                node[path[-1]] = deepcopy(draw(st.sampled_from(JUNK)))
            case "drop":
                del node[path[-1]]
            case "add" if isinstance(node, dict):
                key = draw(st.sampled_from(["note", "flags", "copy_of", "extra", "text", "wikidata"]))
                node[key] = deepcopy(draw(st.sampled_from(JUNK)))
        if not record:
            break
    return shape, record


@given(mutated())
@settings(max_examples=1500, deadline=None)
def test_the_bulk_engine_and_the_reference_agree(case: tuple[Shape, Json]) -> None:
    shape, record = case
    assert shape.valid(record) == strict(shape, record)
    assert bool(shape.violations(record)) == (not shape.valid(record))


@given(mutated())
@settings(max_examples=500, deadline=None)
def test_annotation_schema_agrees_in_any_validator(case: tuple[Shape, Json]) -> None:
    _, record = case
    layer = record.get("layer")
    if isinstance(layer, str) and layer in packaged() and "float" not in kinds(record):
        assert any(ANY_LAYER.iter_errors(record)) != packaged()[layer].valid(record)


def plain_validator(path: Path) -> Any:
    """What a user has who knows nothing of hasila: the files and ``jsonschema``."""

    def fetch(uri: str) -> Any:
        node = json.loads(Path(uri.removeprefix("file://")).read_text(encoding="utf-8"))
        return referencing.jsonschema.DRAFT202012.create_resource(node)

    registry = referencing.Registry(retrieve=fetch)  # type: ignore[call-arg]
    return jsonschema.Draft202012Validator({"$ref": path.as_uri()}, registry=registry)


ANY_LAYER = plain_validator(schema.SCHEMA_DIR / "annotation.schema.json")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_schema_is_valid_2020_12(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


def test_annotation_schema_takes_any_line() -> None:
    assert all(not list(ANY_LAYER.iter_errors(record)) for record in ANNOTATIONS)
    assert list(ANY_LAYER.iter_errors({"layer": "mood"}))


def test_check_jsonschema_reads_single_lines(tmp_path: Path) -> None:
    cli = pytest.importorskip("check_jsonschema.cli.main_command")
    from click.testing import CliRunner

    figure = next(r for r in ANNOTATIONS if r["layer"] == "figure")
    (tmp_path / "good.json").write_text(json.dumps(figure), encoding="utf-8")
    (tmp_path / "bad.json").write_text(json.dumps(figure | {"stance": "shrug"}), encoding="utf-8")
    command = ["--schemafile", str(schema.SCHEMA_DIR / "annotation.schema.json")]
    assert CliRunner().invoke(cli.main, [*command, str(tmp_path / "good.json")]).exit_code == 0
    assert CliRunner().invoke(cli.main, [*command, str(tmp_path / "bad.json")]).exit_code == 1


NUMBER = next(r for r in ANNOTATIONS if r["layer"] == "number" and r["hedge"])
QUOTATION = next(r for r in ANNOTATIONS if r["layer"] == "quotation")
EVENT = next(r for r in ANNOTATIONS if r["layer"] == "event" and r["participants"])


@pytest.mark.parametrize(
    ("record", "message", "hint"),
    [
        (NUMBER | {"comparator": "exakt"}, '/comparator: "exakt" is no label here', "Did you mean 'exact'?"),
        (NUMBER | {"vague": "dozens"}, '/vague: "dozens" is no label here', "tens, hundreds"),
        (NUMBER | {"low": 1.0}, "/low: 1.0 is no integer", ""),
        (NUMBER | {"low": "12"}, '/low: "12" is no integer', ""),
        (NUMBER | {"low": -1}, "/low: -1 is less than the minimum of 0", ""),
        (NUMBER | {"id": "e1"}, '/id: "e1" is not of the form', ""),
        (NUMBER | {"extra": 1}, "(record) has the unknown key 'extra'", "The keys are"),
        (
            NUMBER | {"hedge": {**NUMBER["hedge"], "more": 1}},
            "/hedge has the unknown key 'more'",
            "start, end, text",
        ),
        ({k: v for k, v in NUMBER.items() if k != "unit"}, "(record) lacks the key 'unit'", ""),
        (
            {("untt" if k == "unit" else k): v for k, v in NUMBER.items()},
            "has the unknown key 'untt'",
            "'unit'",
        ),
        (NUMBER | {"provenance": {"method": "hand"}}, "/provenance lacks the key 'annotator'", ""),
        (
            NUMBER | {"provenance": {"method": "guess"}},
            '/provenance/method: "guess" is no label here',
            "hand, rule",
        ),
        (
            QUOTATION | {"content": [{"start": 0, "end": 1.0, "text": "x"}]},
            "/content/0/end: 1.0 is no integer",
            "",
        ),
        (QUOTATION | {"named": "yes"}, '/named: "yes" is no boolean or null', ""),
        (EVENT | {"participants": [{"role": "agnet", "target": "e1"}]}, "/participants/0/role", "'agent'"),
        (NUMBER | {"flags": []}, "/flags: [] should be non-empty", ""),
    ],
)
def test_one_mistake_is_one_violation(record: Json, message: str, hint: str) -> None:
    found = packaged()[record["layer"]].violations(record)
    assert len(found) == 1, found
    assert message in found[0][1] and hint in (found[0][2] or "")


def test_two_mistakes_are_two_violations() -> None:
    found = packaged()["number"].violations(NUMBER | {"low": "x", "kind": "y"})
    assert sorted(path for path, _, _ in found) == [("kind",), ("low",)]


OWN = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "tones",
    "description": "How a passage sounds.",
    "allOf": [{"$ref": "../common.schema.json#/$defs/annotation"}],
    "properties": {
        "layer": {"const": "tone"},
        "id": {"type": "string", "pattern": "^m[1-9][0-9]*$(?!\\n)"},
        "tone": {"oneOf": [{"const": "calm", "title": "Calm"}, {"const": "alarm", "title": "Alarm"}]},
        "about": {"anyOf": [{"$ref": "../common.schema.json#/$defs/annotationId"}, {"type": "null"}]},
    },
    "required": ["tone", "about"],
    "unevaluatedProperties": False,
}


def with_own_layer(root: Path, **changes: Any) -> Path:
    """The corpus with the layer ``tone`` and one annotation of it; ``changes`` go into the annotation."""
    (root / "schema" / "layers").mkdir(parents=True)
    (root / "schema" / "layers" / "tone.schema.json").write_text(json.dumps(OWN), encoding="utf-8")
    path = root / "annotations" / "hand" / "a_market.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    tone = {"id": "m1", "layer": "tone", "start": first["start"], "end": first["end"], "text": first["text"]}
    tone |= {"tone": "alarm", "about": "z1", "provenance": first["provenance"]} | changes
    lines.insert(2, json.dumps(tone, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


def test_a_layer_of_a_corpus_s_own_is_validated(corpus_dir: Path) -> None:
    assert validate(with_own_layer(corpus_dir)) == []


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"tone": "loud"}, "schema-violation", '/tone: "loud" is no label here'),
        ({"about": "z99"}, "dangling-reference", "about: no annotation 'z99' here"),
        ({"end": 43}, "span-text-mismatch", "not the given text"),
        ({"layer": "mood"}, "schema-violation", "'mood' is no layer of this corpus"),
    ],
)
def test_its_mistakes_are_told(corpus_dir: Path, changes: Json, code: str, message: str) -> None:
    (found,) = validate(with_own_layer(corpus_dir, **changes))
    assert (found.code, found.line) == (code, 3)
    assert message in found.message


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        json.dumps({**OWN, "title": "zones"}),
        json.dumps({**OWN, "properties": {**OWN["properties"], "tone": {"type": "strong"}}}),  # type: ignore[dict-item]
        json.dumps({**OWN, "allOf": [{"$ref": "../nowhere.schema.json"}]}),
        json.dumps({**OWN, "properties": {**OWN["properties"], "id": {"pattern": "^z[1-9][0-9]*$"}}}),  # type: ignore[dict-item]
    ],
    ids=["no JSON", "taken config", "no schema", "dead reference", "taken prefix"],
)
def test_a_broken_layer_is_one_problem(corpus_dir: Path, broken: str) -> None:
    with_own_layer(corpus_dir)
    (corpus_dir / "schema" / "layers" / "tone.schema.json").write_text(broken, encoding="utf-8")
    (found,) = validate(corpus_dir)
    assert (found.code, found.file) == ("layer-schema-invalid", "schema/layers/tone.schema.json")
