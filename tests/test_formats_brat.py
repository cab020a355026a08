"""brat: what an annotator finds, and what comes back from one who corrected."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from bratly import AttributeAnnotation, EntityAnnotation, NoteAnnotation, RelationAnnotation

from hasila.cli import main
from hasila.corpus import Corpus, open_corpus
from hasila.formats import FORMATS
from hasila.formats.brat import fragments, joined
from hasila.schema import labelled

OTHERS = {"R": RelationAnnotation, "A": AttributeAnnotation, "#": NoteAnnotation}


@pytest.fixture
def brat(corpus: Corpus, tmp_path: Path) -> Path:
    """The sample in brat; a test may edit it and import it into ``corpus``."""
    out = tmp_path / "brat"
    out.mkdir()
    FORMATS["brat"].export(corpus, "hand", out)
    return out


def run(brat: Path, corpus_dir: Path, *more: str) -> int:
    return main(["import", "brat", str(brat), "--into", str(corpus_dir), "--annotator", "amal", *more])


def edit(brat: Path, *changes: tuple[str, str], article: str = "a_market") -> None:
    path = brat / f"{article}.ann"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def add(brat: Path, *lines: str, article: str = "a_market") -> None:
    with (brat / f"{article}.ann").open("a", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


def handle(brat: Path, name: str, article: str = "a_market") -> str:
    """The T of an annotation."""
    text = (brat / f"{article}.ann").read_text(encoding="utf-8")
    found = re.search(rf'AnnotatorNotes (T\d+)\t{{"id": "{name}"', text)
    assert found
    return found[1]


def line_of(brat: Path, start: str, article: str = "a_market") -> str:
    rows = (brat / f"{article}.ann").read_text(encoding="utf-8").split("\n")
    (found,) = [row for row in rows if row.startswith(f"{start}\t")]
    return found


def lines(corpus_dir: Path, article: str = "a_market") -> dict[str, dict[str, Any]]:
    path = corpus_dir / "annotations" / "hand" / f"{article}.jsonl"
    return {one["id"]: one for one in map(json.loads, path.read_text(encoding="utf-8").splitlines())}


# What is exported


@pytest.mark.parametrize("which", ["sample", "packaged"])
def test_an_independent_reader_finds_every_annotation(which: str, sample: Corpus, tmp_path: Path) -> None:
    corpus = sample if which == "sample" else open_corpus()
    FORMATS["brat"].export(corpus, "hand", tmp_path)
    for article in corpus.articles.values():
        text = (tmp_path / f"{article.id}.txt").read_bytes().decode()
        assert text == article.text
        rows = (tmp_path / f"{article.id}.ann").read_text(encoding="utf-8").splitlines()
        bound = {one.id: one for row in rows if row[0] == "T" for one in [EntityAnnotation.from_line(row)]}
        for one in bound.values():
            assert one.content == " ".join(text[part.start : part.end] for part in one.fragments)
        others = [OTHERS[row[0]].from_line(row, bound) for row in rows if row[0] != "T"]
        assert len(bound) + len(others) == len(rows)
        notes = {
            json.loads(one.value)["id"]: one.component for one in others if isinstance(one, NoteAnnotation)
        }
        assert {name: (one.get_start(), one.get_end()) for name, one in notes.items()} == {
            one.id: one.span for one in corpus.annotations("hand")[article.id]
        }
        assert Counter(one.label.partition("-")[0] for one in notes.values()) == Counter(
            one.layer for one in corpus.annotations("hand")[article.id]
        )


def test_the_configuration_declares_every_name_that_is_used(brat: Path, corpus: Corpus) -> None:
    configuration = (brat / "annotation.conf").read_text(encoding="utf-8")
    sections = dict(re.findall(r"\[(\w+)\]\n(.*?)(?=\n\[|\Z)", configuration, re.S))
    assert list(sections) == ["entities", "relations", "events", "attributes"]
    declared = {word for body in sections.values() for word in re.findall(r"^\t?(\S+)", body, re.M)}
    values = dict(re.findall(r"^(\S+)\tArg:\S+, Value:(\S+)$", sections["attributes"], re.M))
    for path in brat.glob("*.ann"):
        for row in path.read_text(encoding="utf-8").splitlines():
            _, rest, *_ = row.split("\t")
            name = rest.split(" ")[0]
            if row[0] != "#":
                assert name in declared
            if row[0] == "A":
                assert rest.split(" ")[2] in values[name].split("|")


def test_the_configuration_has_every_label_of_the_schema(brat: Path, corpus: Corpus) -> None:
    configuration = (brat / "annotation.conf").read_text(encoding="utf-8")
    words = set(re.split(r"[\s|,:-]+", configuration))
    for layer in corpus.layers.values():
        for _, kind in labelled(layer.fields):
            assert set(kind.label_names) <= words | {"PR-", "PS-", "CT-"}
    assert "CT-|" in configuration


def test_a_span_over_lines_has_a_fragment_a_line() -> None:
    text = "one \n\n two\u2028three"
    assert fragments(text, [(0, len(text))]) == [(0, 3), (7, 10), (11, 16)]
    assert joined(text, [(11, 16), (0, 3), (7, 10)]) == [(0, len(text))]


def test_pieces_apart_are_fragments_of_one_annotation(tmp_path: Path) -> None:
    """A quotation that its cue interrupts."""
    corpus = open_corpus()
    FORMATS["brat"].export(corpus, "hand", tmp_path)
    apart = [
        (article, one)
        for article, found in corpus.annotations("hand").items()
        for one in found
        if one.layer == "quotation" and len(one["content"]) > 1
    ]
    assert apart
    for article, one in apart:
        places = [(part["start"], part["end"]) for part in one["content"]]
        if all("\n" not in part["text"] for part in one["content"]):
            shown = ";".join(f"{start} {end}" for start, end in places)
            written = (tmp_path / f"{article}.ann").read_text(encoding="utf-8")
            assert f"\tquotation-content {shown}\t" in written


# What comes back


def test_a_moved_span_keeps_its_id_and_is_signed(brat: Path, corpus_dir: Path) -> None:
    before = lines(corpus_dir)
    old = line_of(brat, handle(brat, "e2"))
    assert old.endswith("entity-FAC 34 44\tسوق المرفأ")
    edit(brat, (old, old.replace("34 44\tسوق المرفأ", "30 44\tعلى سوق المرفأ")))
    assert run(brat, corpus_dir) == 0
    after = lines(corpus_dir)
    assert after["e2"] == before["e2"] | {
        "start": 30,
        "text": "على سوق المرفأ",
        "provenance": {"method": "hand", "annotator": "amal"},
    }
    assert {k: v for k, v in after.items() if k != "e2"} == {k: v for k, v in before.items() if k != "e2"}


def test_a_changed_label_and_attribute_are_taken(brat: Path, corpus_dir: Path) -> None:
    one = handle(brat, "e2")
    edit(
        brat,
        (f"{one}\tentity-FAC", f"{one}\tentity-LOC"),
        (f"entity-level {one} NAM", f"entity-level {one} NOM"),
    )
    assert run(brat, corpus_dir) == 0
    assert (lines(corpus_dir)["e2"]["type"], lines(corpus_dir)["e2"]["level"]) == ("LOC", "NOM")


def test_a_new_annotation_gets_the_next_id_and_may_be_pointed_to(brat: Path, corpus_dir: Path) -> None:
    event = handle(brat, "v1")
    add(
        brat,
        "T900\tentity-ORG 157 163\tوفق ما",
        "A900\tentity-level T900 NAM",
        f"R900\tevent-participants-agent Arg1:{event} Arg2:T900",
    )
    before = lines(corpus_dir)
    highest = max(int(name[1:]) for name in before if name[0] == "e")
    run(brat, corpus_dir)
    after = lines(corpus_dir)
    assert after.keys() - before.keys() == {f"e{highest + 1}"}
    new = after[f"e{highest + 1}"]
    assert new["provenance"] == {"method": "hand", "annotator": "amal"}
    assert (new["type"], new["level"], new["ref"]) == ("ORG", "NAM", None)
    assert after["v1"]["participants"][-1] == {"role": "agent", "target": new["id"]}


def test_an_id_that_a_release_used_is_never_given_again(brat: Path, corpus_dir: Path) -> None:
    highest = max(int(name[1:]) for name in lines(corpus_dir) if name[0] == "e")
    file = "annotations/hand/a_market.jsonl"
    released = {"ids": {file: {f"e{highest + 3}": [0, 1]}}, "retired": {file: [f"e{highest + 7}"]}}
    (corpus_dir / "schema").mkdir(exist_ok=True)
    (corpus_dir / "schema" / "released.json").write_text(json.dumps(released))
    add(brat, "T900\tentity-ORG 157 163\tوفق ما", "A900\tentity-level T900 NAM")
    run(brat, corpus_dir)
    assert f"e{highest + 8}" in lines(corpus_dir)


def test_a_deleted_annotation_is_gone_and_what_pointed_to_it_is_told(
    brat: Path, corpus_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """brat deletes the arcs, attributes and notes of a span with it."""
    one = handle(brat, "e2")
    path = brat / "a_market.ann"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(row for row in rows if not re.search(rf"\b{one}\b", row)), encoding="utf-8")
    assert run(brat, corpus_dir) == 0
    assert "e2" not in lines(corpus_dir)
    assert {"role": "place", "target": "e2"} not in lines(corpus_dir)["v1"]["participants"]
    assert "1 removed (e2)" in capsys.readouterr().out


def test_a_remark_typed_in_brat_becomes_the_note(brat: Path, corpus_dir: Path) -> None:
    add(brat, f"#900\tAnnotatorNotes {handle(brat, 'e1')}\tis this the whole name?")
    assert run(brat, corpus_dir) == 0
    assert lines(corpus_dir)["e1"]["note"] == "is this the whole name?"


def test_what_the_corpus_has_no_place_for_is_told(
    brat: Path, corpus_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = handle(brat, "e1")
    relation = line_of(brat, "R34")
    assert "RESTATES" in relation
    add(
        brat,
        "T900\tPerson 0 6\tالشرطة",
        "T901\tnumber-hedge 8 12\tمقتل",
        f"E1\tentity-ORG:{one}",
        f"A900\tentity-realis {one} actual",
        f"R900\tfigure-number Arg1:{one} Arg2:T1",
    )
    edit(brat, (relation + "\n", ""))
    assert run(brat, corpus_dir) == 0
    told = capsys.readouterr().err
    assert "no type 'Person'" in told
    assert "no annotation has it as its hedge" in told
    assert "E1: the corpus has no place" in told
    assert "no entity has an attribute" in told
    assert "no entity has a link 'figure-number'" in told
    assert "RESTATES from f2 to f1 is gone; edit annotations/relations.jsonl" in told


def test_a_copied_id_is_given_once(brat: Path, corpus_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(
        brat,
        "T900\tentity-ORG 157 163\tوفق ما",
        "A900\tentity-level T900 NAM",
        '#900\tAnnotatorNotes T900\t{"id": "e1"}',
    )
    run(brat, corpus_dir)
    assert lines(corpus_dir)["e1"]["start"] == 0
    assert "the id 'e1' stands twice" in capsys.readouterr().err


# What cannot be done


def test_corrections_need_an_annotator(
    brat: Path, corpus_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = handle(brat, "e2")
    edit(brat, (f"{one}\tentity-FAC", f"{one}\tentity-LOC"))
    before = lines(corpus_dir)
    assert main(["import", "brat", str(brat), "--into", str(corpus_dir)]) == 2
    assert "e2 is new or changed; say whose correction it is with --annotator" in capsys.readouterr().err
    assert lines(corpus_dir) == before


def test_a_dry_run_writes_nothing(brat: Path, corpus_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = handle(brat, "e2")
    edit(brat, (f"{one}\tentity-FAC", f"{one}\tentity-LOC"))
    before = lines(corpus_dir)
    assert run(brat, corpus_dir, "--dry-run") == 0
    assert "1 changed (e2)" in capsys.readouterr().out
    assert lines(corpus_dir) == before


def test_another_text_is_refused(brat: Path, corpus_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (brat / "a_market.txt").read_bytes()
    (brat / "a_market.txt").write_bytes(text.replace(b"\n", b"\r\n"))
    assert run(brat, corpus_dir) == 2
    assert "not the text of the corpus" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("T900\tentity-ORG 5", "a_market.ann:{n}: not brat standoff; such a line reads T1<TAB>TYPE"),
        ("T900\tentity-ORG 5 99999\tx", "a_market.ann:{n}: T900 leaves the text"),
        ("R900\tfigure-number T1 T2", "a_market.ann:{n}: not brat standoff; such a line reads R1<TAB>TYPE"),
    ],
)
def test_a_broken_line_is_named(
    line: str, message: str, brat: Path, corpus_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(brat, line)
    number = (brat / "a_market.ann").read_text(encoding="utf-8").count("\n")
    assert run(brat, corpus_dir) == 2
    assert message.format(n=number) in capsys.readouterr().err


def test_corrections_that_break_the_scheme_are_written_and_told(
    brat: Path, corpus_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(brat, "T900\tentity-ORG 157 163\tوفق ما")
    assert run(brat, corpus_dir) == 1
    assert "schema-violation" in capsys.readouterr().err


def test_nothing_is_written_over(brat: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "brat", "--out", str(brat)]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_a_folder_of_another_corpus_is_an_error(
    tmp_path: Path, corpus_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other").mkdir()
    assert run(tmp_path / "other", corpus_dir) == 2
    assert "holds nothing of the corpus's articles" in capsys.readouterr().err
