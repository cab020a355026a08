"""UIMA CAS: types from the schema, offsets in UTF-16, and corrections back."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import cassis
import pytest
from lxml import etree

from hasila.cli import main
from hasila.corpus import Corpus, open_corpus
from hasila.formats import FORMATS
from hasila.formats.cas import type_name
from hasila.offsets import from_units, unit_starts

EMOJI = "\U0001f4f0"


def export(name: str, corpus: Corpus, out: Path) -> Path:
    out.mkdir(exist_ok=True)
    FORMATS[name].export(corpus, "hand", out)
    return out


def load(folder: Path, article: str, name: str = "cas-xmi") -> Any:
    if name == "cas-json":
        with (folder / f"{article}.json").open("rb") as file:
            return cassis.load_cas_from_json(file)
    with (folder / "TypeSystem.xml").open("rb") as file:
        types = cassis.load_typesystem(file)
    with (folder / f"{article}.xmi").open("rb") as file:
        return cassis.load_cas_from_xmi(file, typesystem=types)


@pytest.mark.parametrize("name", ["cas-xmi", "cas-json"])
def test_cassis_finds_every_annotation_with_its_text(name: str, tmp_path: Path) -> None:
    corpus = open_corpus()
    export(name, corpus, tmp_path)
    for article in corpus.articles.values():
        cas = load(tmp_path, article.id, name)
        for layer in corpus.layers:
            found = {
                one.id: (one.begin, one.end, one.get_covered_text()) for one in cas.select(type_name(layer))
            }
            assert found == {
                one.id: (one.start, one.end, one.text)
                for one in corpus.annotations("hand")[article.id]
                if one.layer == layer
            }


def test_offsets_in_the_file_count_utf16_units(tmp_path: Path) -> None:
    """Read without cassis: an emoji above U+FFFF moves everything behind it by one."""
    corpus = open_corpus()
    (article,) = [one for one in corpus.articles.values() if EMOJI in one.text]
    export("cas-xmi", corpus, tmp_path)
    tree = etree.parse(tmp_path / f"{article.id}.xmi")
    starts = unit_starts(article.text, "utf-16")
    spans = {one.id: one for one in corpus.annotations("hand")[article.id]}
    shifted: Counter[int] = Counter()
    for node in tree.getroot():
        if node.get("id") in spans:
            one = spans.pop(node.get("id"))
            units = int(node.get("begin")), int(node.get("end"))
            assert from_units(units, starts) == one.span
            encoded = article.text.encode("utf-16-le")[2 * units[0] : 2 * units[1]]
            assert encoded.decode("utf-16-le") == one.text
            shifted[units[0] - one.start] += 1
    assert not spans
    assert shifted.keys() == {0, 1} and shifted[1] > 100


def test_the_document_annotation_covers_the_text(tmp_path: Path, sample: Corpus) -> None:
    export("cas-xmi", sample, tmp_path)
    for article in sample.articles.values():
        tree = etree.parse(tmp_path / f"{article.id}.xmi")
        (node,) = (one for one in tree.getroot() if one.tag.endswith("DocumentAnnotation"))
        assert (node.get("begin"), node.get("language")) == ("0", "ar")
        assert int(node.get("end")) == unit_starts(article.text, "utf-16")[-1]


def test_the_type_system_has_every_field(tmp_path: Path, sample: Corpus) -> None:
    export("cas-xmi", sample, tmp_path)
    with (tmp_path / "TypeSystem.xml").open("rb") as file:
        types = cassis.load_typesystem(file)
    quotation = {one.name: one.rangeType.name for one in types.get_type("hasila.Quotation").features}
    assert quotation["mode"] == quotation["source_ref"] == quotation["named"] == "uima.cas.String"
    assert quotation["source"] == quotation["content"] == quotation["parent"] == "uima.cas.FSArray"
    assert types.get_type("hasila.Event").get_feature("participants").elementType.name == "hasila.Link"


def test_links_lead_to_annotations_and_pieces(tmp_path: Path, sample: Corpus) -> None:
    cas = load(export("cas-xmi", sample, tmp_path), "a_market")
    event = next(one for one in cas.select("hasila.Event") if one.id == "v1")
    assert [(slot.role, slot.target.id) for slot in event.participants.elements] == [
        ("patient", "f1"),
        ("place", "e2"),
    ]
    number = next(one for one in cas.select("hasila.Number") if one.id == "n5")
    (hedge,) = number.hedge.elements
    assert (hedge.role, hedge.target.get_covered_text()) == ("hedge", "نحو")


@pytest.mark.parametrize("name", ["cas-xmi", "cas-json"])
def test_corrections_come_back(
    name: str, corpus: Corpus, corpus_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = export(name, corpus, tmp_path / "cas")
    cas = load(out, "a_market", name)
    event = next(one for one in cas.select("hasila.Event") if one.id == "v1")
    event.label = "Injure"
    cas.remove(next(one for one in cas.select("hasila.Event") if one.id == "v5"))
    entity = cas.typesystem.get_type("hasila.Entity")(begin=157, end=163, label="ORG", level="NAM")
    cas.add(entity)
    suffix = "xmi" if name == "cas-xmi" else "json"
    getattr(cas, f"to_{suffix}")(out / f"a_market.{suffix}")
    main(["import", name, str(out), "--into", str(corpus_dir), "--annotator", "amal"])
    told = capsys.readouterr().out
    assert "1 changed (v1), 1 added (e" in told and "1 removed (v5)" in told
    after = {one.id: one for one in open_corpus(corpus_dir).annotations("hand")["a_market"]}
    assert after["v1"]["type"] == "Injure"
    assert after["v1"].rest["provenance"] == {"method": "hand", "annotator": "amal"}
    assert "v5" not in after
    assert any(one.text == corpus.articles["a_market"].text[157:163] for one in after.values())


def test_another_text_is_refused(
    corpus: Corpus, corpus_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = export("cas-xmi", corpus, tmp_path / "cas")
    path = out / "a_market.xmi"
    path.write_text(
        path.read_text(encoding="utf-8").replace('sofaString="', 'sofaString=" '), encoding="utf-8"
    )
    assert main(["import", "cas-xmi", str(out), "--into", str(corpus_dir)]) == 2
    assert "not the text of the corpus" in capsys.readouterr().err


def test_a_broken_file_is_named(
    corpus: Corpus, corpus_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = export("cas-xmi", corpus, tmp_path / "cas")
    (out / "a_market.xmi").write_text("<xmi>")
    assert main(["import", "cas-xmi", str(out), "--into", str(corpus_dir)]) == 2
    assert "a_market.xmi: no CAS" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "module"), [("cas-xmi", "cassis"), ("spacy", "spacy")])
def test_without_the_package_the_command_says_what_to_install(
    name: str,
    module: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    assert main(["export", name, "--out", str(tmp_path / "out")]) == 2
    assert "pip install 'hasila[formats]'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
