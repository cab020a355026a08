"""IOB2 columns: readable by others, never silently all O, and corrections back."""

from __future__ import annotations

from pathlib import Path

import pytest
from seqeval.metrics import classification_report
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2

from hasila.cli import main
from hasila.corpus import Corpus, open_corpus
from hasila.formats import FORMATS
from hasila.formats.iob2 import LAYERS, tag_of, tags

Rows = list[list[str]]


@pytest.fixture
def iob2(corpus: Corpus, tmp_path: Path) -> Path:
    out = tmp_path / "iob2"
    out.mkdir()
    FORMATS["iob2"].export(corpus, "hand", out)
    return out


def sentences(path: Path) -> list[Rows]:
    blocks = path.read_text(encoding="utf-8").strip().split("\n\n")
    return [[row.split(" ") for row in block.split("\n")] for block in blocks]


def take(folder: Path, corpus_dir: Path) -> int:
    return main(["import", "iob2", str(folder), "--into", str(corpus_dir), "--annotator", "amal"])


def test_seqeval_reads_the_flat_tags(tmp_path: Path) -> None:
    """Every type that the corpus has is there; scored against itself it is perfect."""
    corpus = open_corpus()
    FORMATS["iob2"].export(corpus, "hand", tmp_path)
    flat = [
        [row[3] for row in rows]
        for path in sorted((tmp_path / "conll2003").iterdir())
        for rows in sentences(path)
        if rows[0][0] != "-DOCSTART-"
    ]
    report = classification_report(flat, flat, mode="strict", scheme=IOB2, output_dict=True)
    assert report["micro avg"]["f1-score"] == 1
    types = {name for name in report if not name.endswith("avg")}
    assert types >= {"ORG", "GPE", "DATE", "CARDINAL"}
    assert types <= tag_of(corpus.layers).keys()


def test_nested_columns_hold_every_span(tmp_path: Path) -> None:
    corpus = open_corpus()
    FORMATS["iob2"].export(corpus, "hand", tmp_path)
    count = 0
    for path in (tmp_path / "wojood").iterdir():
        blocks = sentences(path)
        assert len({len(row) for rows in blocks for row in rows}) == 1
        for rows in blocks:
            for column in range(1, len(rows[0])):
                count += len(get_entities([row[column] for row in rows]))
    assert count == sum(one.layer in LAYERS for found in corpus.annotations("hand").values() for one in found)


def test_tokens_are_those_of_the_published_config(tmp_path: Path, published: Path, sample: Corpus) -> None:
    from datasets import load_dataset

    FORMATS["iob2"].export(sample, "hand", tmp_path)
    for split, rows in load_dataset(str(published), "tokens").items():
        written = [[row[0] for row in block] for block in sentences(tmp_path / "wojood" / f"{split}.txt")]
        assert written == rows["tokens"][:]


def test_each_file_says_where_an_article_begins(iob2: Path) -> None:
    for path in (iob2 / "conll2003").iterdir():
        assert sentences(path)[0] == [["-DOCSTART-", "-X-", "-X-", "O"]]
        assert all(len(row) == 4 for rows in sentences(path) for row in rows)


def test_of_overlapping_spans_the_longest_stays() -> None:
    tokens = [(0, 2), (3, 5), (6, 8)]
    spans = [("GPE", 3, 5), ("ORG", 0, 5), ("DATE", 3, 8)]
    assert tags(tokens, spans) == (["B-ORG", "I-ORG", "O"], [("DATE", 3, 8), ("GPE", 3, 5)])


def test_a_corpus_without_spans_is_an_error(corpus_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (corpus_dir / "annotations" / "hand").iterdir():
        path.write_text("")
    out = corpus_dir / "out"
    assert main(["export", "iob2", str(corpus_dir), "--out", str(out)]) == 2
    assert "every tag would be O" in capsys.readouterr().err
    assert not out.exists()


def test_what_is_left_out_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "iob2", "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().err
    flat = sum(
        row[3].startswith("B-")
        for path in (tmp_path / "out" / "conll2003").iterdir()
        for rows in sentences(path)
        for row in rows
    )
    every = sum(one.layer in LAYERS for found in open_corpus().annotations("hand").values() for one in found)
    assert f"{every - flat} of {every} spans in conll2003/" in told


# What comes back


def edit(iob2: Path, word: str, change: dict[str, str], nth: int = 0) -> None:
    """Change tags of the nth row of ``word``."""
    path = iob2 / "wojood" / "train.txt"
    rows = path.read_text(encoding="utf-8").split("\n")
    at = [number for number, row in enumerate(rows) if row.split(" ")[0] == word][nth]
    cells = rows[at].split(" ")
    for old, new in change.items():
        cells[cells.index(old, 1)] = new
    rows[at] = " ".join(cells)
    path.write_text("\n".join(rows), encoding="utf-8")


def test_another_type_and_another_end_keep_the_annotation(
    iob2: Path, corpus: Corpus, corpus_dir: Path
) -> None:
    before = {one.id: one for one in corpus.annotations("hand")["a_market"]}
    assert before["e1"].text == "الشرطة" and before["e2"].text == "سوق المرفأ"
    edit(iob2, "الشرطة", {"B-ORG": "B-NORP"})
    edit(iob2, "سوق", {"B-FAC": "O"})
    edit(iob2, "المرفأ", {"I-FAC": "B-FAC"})
    assert take(iob2, corpus_dir) == 0
    after = {one.id: one for one in open_corpus(corpus_dir).annotations("hand")["a_market"]}
    assert after.keys() == before.keys()
    assert after["e1"].fields == before["e1"].fields | {"type": "NORP"}
    assert after["e2"].text == "المرفأ" and after["e2"].fields == before["e2"].fields
    changed = {name for name, one in after.items() if one.to_dict() != before[name].to_dict()}
    assert changed == {"e1", "e2"}
    assert after["e2"].rest["provenance"] == {"method": "hand", "annotator": "amal"}


def test_a_new_span_lacks_fields_and_is_told(
    iob2: Path, corpus_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(iob2, "مقتل", {"O": "B-ORG"})
    assert take(iob2, corpus_dir) == 1
    told = capsys.readouterr()
    assert "ORG 'مقتل' at 8 is new; columns carry its type alone" in told.err
    assert "schema-violation" in told.err
    assert "1 added (e" in told.out


def test_a_deleted_span_is_gone(iob2: Path, corpus_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(iob2, "الشرطة", {"B-ORG": "O"})
    take(iob2, corpus_dir)
    assert "1 removed (e1)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("B-ORG", "B-COMPANY", "'B-COMPANY' is no tag"),
        ("B-ORG", "I-ORG", "'I-ORG' follows no B-ORG"),
    ],
)
def test_a_tag_that_is_none_is_named(
    old: str, new: str, message: str, iob2: Path, corpus_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(iob2, "الشرطة", {old: new})
    assert take(iob2, corpus_dir) == 2
    told = capsys.readouterr().err
    assert "train.txt:1: " in told and message in told


def test_other_sentences_are_refused(
    iob2: Path, corpus_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = iob2 / "wojood" / "train.txt"
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    path.write_text("\n\n".join(blocks[1:]), encoding="utf-8")
    assert take(iob2, corpus_dir) == 2
    assert "the file must have the corpus's sentences in its order" in capsys.readouterr().err
