"""W3C Web Annotation: its model, quote and position, and corrections back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from hasila.cli import main
from hasila.corpus import Corpus, open_corpus
from hasila.formats import FORMATS

SCHEMA = json.loads((Path(__file__).parent / "web_annotation.schema.json").read_text(encoding="utf-8"))


def export(corpus: Corpus, out: Path) -> Path:
    out.mkdir(exist_ok=True)
    FORMATS["web-annotation"].export(corpus, "hand", out)
    return out


def page(folder: Path, article: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"{article}.jsonld").read_text(encoding="utf-8"))
    return found


def write(folder: Path, article: str, value: dict[str, Any]) -> None:
    (folder / f"{article}.jsonld").write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def take(folder: Path, corpus_dir: Path) -> int:
    return main(["import", "web-annotation", str(folder), "--into", str(corpus_dir), "--annotator", "amal"])


def test_pages_follow_the_model(tmp_path: Path) -> None:
    corpus = open_corpus()
    export(corpus, tmp_path)
    for article in (*corpus.articles, "_relations"):
        jsonschema.Draft202012Validator(SCHEMA).validate(page(tmp_path, article))


def test_relations_link_the_annotations_of_their_figures(tmp_path: Path) -> None:
    corpus = open_corpus()
    export(corpus, tmp_path)
    items = page(tmp_path, "_relations")["items"]
    there = {item["id"] for article in corpus.articles for item in page(tmp_path, article)["items"]}
    assert len(items) == len(corpus.relations())
    for item, relation in zip(items, corpus.relations(), strict=True):
        ends = [relation["source"], relation["target"]]
        assert item["target"] == [f"{end['article']}.jsonld#{end['id']}" for end in ends]
        assert set(item["target"]) <= there
        assert item["body"][0]["value"] == relation["type"]


def test_quote_and_position_select_the_same_text(tmp_path: Path) -> None:
    corpus = open_corpus()
    export(corpus, tmp_path)
    for article in corpus.articles.values():
        items = page(tmp_path, article.id)["items"]
        assert len(items) == len(corpus.annotations("hand")[article.id])
        for item, one in zip(items, corpus.annotations("hand")[article.id], strict=True):
            text = (tmp_path / item["target"]["source"]).read_bytes().decode()
            position, quote = item["target"]["selector"]
            start, end = position["start"], position["end"]
            assert (start, end) == one.span
            assert text[start:end] == quote["exact"] == one.text
            assert text[:start].endswith(quote["prefix"]) and text[end:].startswith(quote["suffix"])
            assert bool(quote["prefix"]) == (start > 0) and bool(quote["suffix"]) == (end < len(text))


def test_bodies_have_a_tag_and_the_fields(tmp_path: Path, sample: Corpus) -> None:
    items = {item["id"]: item for item in page(export(sample, tmp_path), "a_market")["items"]}
    tag, fields = items["a_market.jsonld#e2"]["body"]
    assert tag["value"] == "entity/FAC"
    assert fields["fields"]["ref"] == "market"


def test_a_position_that_slipped_is_found_again_by_its_quote(
    corpus: Corpus, corpus_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As when a tool counts UTF-16 units."""
    out = export(corpus, tmp_path / "out")
    value = page(out, "a_market")
    for item in value["items"]:
        item["target"]["selector"][0]["start"] += 1
        item["target"]["selector"][0]["end"] += 1
    write(out, "a_market", value)
    before = (corpus_dir / "annotations/hand/a_market.jsonl").read_bytes()
    assert take(out, corpus_dir) == 0
    assert (corpus_dir / "annotations/hand/a_market.jsonl").read_bytes() == before
    assert "its position does not fit its quote" in capsys.readouterr().err


def test_a_quote_that_is_not_there_is_an_error(
    corpus: Corpus, corpus_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = export(corpus, tmp_path / "out")
    value = page(out, "a_market")
    value["items"][3]["target"]["selector"][1]["exact"] = "كلمة أخرى"
    write(out, "a_market", value)
    assert take(out, corpus_dir) == 2
    assert "item 4: its quote 'كلمة أخرى' stands 0 times" in capsys.readouterr().err


def test_corrections_come_back(
    corpus: Corpus, corpus_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = export(corpus, tmp_path / "out")
    value = page(out, "a_market")
    items = {item["id"].partition("#")[2]: item for item in value["items"]}
    items["v1"]["body"][0]["value"] = "event/Injure"
    items["e2"]["body"][1]["fields"]["level"] = "NOM"
    value["items"].remove(items["v5"])
    text = corpus.articles["a_market"].text
    value["items"].append(
        {
            "id": "urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e",
            "type": "Annotation",
            "body": {"type": "TextualBody", "purpose": "tagging", "value": "timex/DATE"},
            "target": {
                "source": "a_market.txt",
                "selector": {"type": "TextPositionSelector", "start": 157, "end": 163},
            },
        }
    )
    write(out, "a_market", value)
    take(out, corpus_dir)
    assert "2 changed (v1, e2), 1 added (t2), 1 removed (v5)" in capsys.readouterr().out
    after = {one.id: one for one in open_corpus(corpus_dir).annotations("hand")["a_market"]}
    assert (after["v1"]["type"], after["e2"]["level"]) == ("Injure", "NOM")
    assert (after["t2"].text, after["t2"]["type"]) == (text[157:163], "DATE")
    assert after["t2"].rest["provenance"] == {"method": "hand", "annotator": "amal"}


@pytest.mark.parametrize("text", ["", "[]", '{"items": 1}', '{"items": [1]}', "\x00"])
def test_a_file_of_another_kind_is_an_error(
    text: str, corpus_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a_market.jsonld").write_text(text)
    assert take(tmp_path, corpus_dir) == 2
    assert "a_market.jsonld: no JSON-LD annotation page" in capsys.readouterr().err
