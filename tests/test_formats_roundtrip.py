"""What every format that is read back promises: a corpus comes back byte for byte."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hasila import schema
from hasila.annotation import Annotation, to_lines
from hasila.corpus import Corpus, open_corpus
from hasila.formats import ALL, FORMATS
from hasila.formats.fields import fields, roles, way
from hasila.formats.merge import Changes, merge

WHOLE = [name for name, one in FORMATS.items() if one.reads and one.carries == ALL]
Json = dict[str, Any]


def take(name: str, folder: Path, corpus: Corpus, annotator: str | None = None) -> dict[str, Changes]:
    return {
        article: merge(corpus, article, "hand", found, annotator)
        for article, found in FORMATS[name].read(folder, corpus, "hand")
    }


def export(name: str, corpus: Corpus, out: Path) -> Path:
    out.mkdir()
    FORMATS[name].export(corpus, "hand", out)
    return out


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def empty(corpus: Corpus, target: Path) -> Corpus:
    """A copy of ``corpus`` without its annotations."""
    shutil.copytree(corpus.root / "dataset", target / "dataset", ignore=shutil.ignore_patterns("parquet"))
    shutil.copytree(corpus.root / "annotations", target / "annotations")
    shutil.rmtree(target / "annotations" / "hand")
    if (corpus.root / "schema").is_dir() and corpus.root != schema.HOME:
        shutil.copytree(corpus.root / "schema", target / "schema")
    return open_corpus(target)


def check_there_and_back(name: str, corpus: Corpus, scratch: Path) -> None:
    first = export(name, corpus, scratch / "first")
    bare = empty(corpus, scratch / "bare")
    for article, changes in take(name, first, bare).items():
        assert changes.remarks == []
        bare.write_annotations(article, changes.annotations, "hand")
    assert files(bare.root / "annotations" / "hand") == {
        f"{article}.jsonl": to_lines(found, corpus.layers).encode()
        for article, found in corpus.annotations("hand").items()
    }
    assert files(export(name, bare, scratch / "second")) == files(first)


@pytest.mark.parametrize("name", WHOLE)
def test_the_sample_comes_back(name: str, sample: Corpus, tmp_path: Path) -> None:
    check_there_and_back(name, sample, tmp_path)


@pytest.mark.parametrize("name", WHOLE)
def test_the_packaged_corpus_comes_back(name: str, tmp_path: Path) -> None:
    check_there_and_back(name, open_corpus(), tmp_path)


OWN_LAYER = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "weapons",
    "description": "With what.",
    "allOf": [{"$ref": "../common.schema.json#/$defs/annotation"}],
    "properties": {
        "layer": {"const": "weapon"},
        "id": {"type": "string", "pattern": "^w[1-9][0-9]*$(?!\\n)"},
        "heavy": {"type": "boolean"},
        "calibres": {"type": "array", "items": {"type": "integer"}},
        "names": {"type": "array", "items": {"type": "string"}},
        "holder": {"$ref": "../common.schema.json#/$defs/annotationId"},
        "seen": {"type": "array", "items": {"$ref": "../common.schema.json#/$defs/span"}},
    },
    "required": ["heavy", "calibres"],
    "unevaluatedProperties": False,
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_layer_of_the_corpus_own_comes_back(name: str, corpus_dir: Path, tmp_path: Path) -> None:
    """Nothing is typed by hand: a layer without labels, with lists and links, travels like the others."""
    (corpus_dir / "schema" / "layers").mkdir(parents=True)
    (corpus_dir / "schema" / "layers" / "weapon.schema.json").write_text(json.dumps(OWN_LAYER))
    corpus = open_corpus(corpus_dir)
    text = corpus.articles["b_toll"].text
    line = {
        "id": "w1", "layer": "weapon", "start": 0, "end": 3, "text": text[:3],
        "heavy": False, "calibres": [1, 2], "names": ["a\tb", "ج"], "holder": "e1",
        "seen": [{"start": 4, "end": 6, "text": text[4:6]}],
        "provenance": {"method": "hand", "annotator": "someone"}, "flags": ["mt"],
    }  # fmt: skip
    present = corpus.annotations("hand")["b_toll"]
    assert "e1" in {one.id for one in present}
    corpus.write_annotations("b_toll", [*present, Annotation.from_dict(line, "b_toll")], "hand")
    check_there_and_back(name, open_corpus(corpus_dir), tmp_path)


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if one.reads])
def test_an_import_without_corrections_changes_nothing(name: str, sample: Corpus, tmp_path: Path) -> None:
    """No annotator is needed, and every line keeps its provenance."""
    merged = take(name, export(name, sample, tmp_path / "out"), sample)
    assert merged.keys() == sample.articles.keys()
    for article, changes in merged.items():
        assert not changes.any
        assert to_lines(changes.annotations) == to_lines(sample.annotations("hand")[article])


# Any annotations on any text: the formats need not know what makes sense, only what the schema allows.

LETTERS = (
    'ابتقسلمنهويىةألا\u0640\u064b\u064e\u0651٠٣۷،؛؟“”"«»#@ab1. \t\u200f\u200d\u00a0\u0301é👮🏽\U0001f4f0🇸🇾'
)
LINES = st.text(st.sampled_from(LETTERS), min_size=1, max_size=30)
BREAKS = st.sampled_from(["\n", "\n\n", " \n", "\u2028", "\n \n"])
WORDS = st.text(
    st.sampled_from("abcابت \t\n\"\\{}|:;#'👮") | st.sampled_from("T1 null"), min_size=1, max_size=8
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    parts = draw(st.lists(st.tuples(LINES, BREAKS), min_size=1, max_size=4))
    return "س" + "".join(line + gap for line, gap in parts) + "ص"


@st.composite
def spans(draw: st.DrawFn, text: str) -> tuple[int, int]:
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    covered = text[start:end]
    if not covered.strip():
        return 0, 1
    return end - len(covered.lstrip()), start + len(covered.rstrip())


@st.composite
def values(draw: st.DrawFn, kind: schema.Type, field: schema.Field, text: str, ids: list[str]) -> Any:
    shape = way(kind)
    if kind.nullable and draw(st.booleans()):
        return None

    def part() -> Json:
        start, end = draw(spans(text))
        return {"start": start, "end": end, "text": text[start:end]}

    many = range(draw(st.integers(0, 3)))
    if shape == "label":
        return draw(st.sampled_from(kind.label_names))
    if shape == "labels":
        assert kind.item
        return draw(st.lists(st.sampled_from(kind.item.label_names), min_size=1, unique=True))
    if shape == "span":
        return part()
    if shape == "spans":
        return [part() for _ in many]
    if shape in ("link", "links"):
        target = st.sampled_from([*ids, "e999"])
        return draw(target) if shape == "link" else draw(st.lists(target, min_size=1, max_size=3))
    if shape == "roles":
        label, link = roles(field)
        names = st.sampled_from(label.type.label_names)
        return [{label.name: draw(names), link.name: draw(st.sampled_from(ids))} for _ in many]
    plain: dict[str, st.SearchStrategy[Any]] = {
        "bool": st.booleans(),
        "int": st.integers(0, 2**53 - 1),
        "date": st.just("2022-01-30"),
        "string": WORDS,
        "struct": st.just({"method": "hand", "annotator": "someone"}),
    }
    return draw(plain[kind.kind])


@st.composite
def annotated(draw: st.DrawFn) -> tuple[str, list[Annotation]]:
    text = draw(texts())
    shapes = list(schema.layers().values())
    chosen = draw(st.lists(st.sampled_from(shapes), min_size=1, max_size=6))
    ids = [f"{layer.prefix}{number}" for number, layer in enumerate(chosen, start=1)]
    found = []
    for name, layer in zip(ids, chosen, strict=True):
        start, end = draw(spans(text))
        line = {"id": name, "layer": layer.name, "start": start, "end": end, "text": text[start:end]}
        for field in fields(layer):
            if field.required or draw(st.booleans()):
                line[field.name] = draw(values(field.type, field, text, ids))
        line["provenance"] = {"method": "hand", "annotator": "someone"}
        found.append(Annotation.from_dict(line, "a"))
    return text, found


@contextmanager
def corpus_of(text: str, annotations: list[Annotation]) -> Iterator[tuple[Corpus, Path]]:
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "corpus"
        (root / "dataset" / "raw").mkdir(parents=True)
        raw = text.encode()
        (root / "dataset" / "raw" / "a.txt").write_bytes(raw)
        digest = hashlib.sha256(raw).hexdigest()
        meta = {"id": "a", "file": "raw/a.txt", "sha256": digest, "split": "train", "language": "ar"}
        (root / "dataset" / "articles.jsonl").write_text(json.dumps(meta) + "\n")
        corpus = open_corpus(root)
        corpus.write_annotations("a", annotations, "hand")
        yield corpus, Path(scratch)


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(made=annotated())
def test_any_annotations_of_any_text_come_back(name: str, made: tuple[str, list[Annotation]]) -> None:
    with corpus_of(*made) as (corpus, scratch):
        check_there_and_back(name, corpus, scratch)
