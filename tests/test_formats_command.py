"""``hasila export`` and ``hasila import``: whose annotations, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hasila.cli import main
from hasila.corpus import open_corpus
from hasila.formats import FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_exports_a_corpus(
    name: str, corpus_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", name, str(corpus_dir), "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr()
    assert told.out == f"{tmp_path / 'out'}: 3 articles, 70 annotations of origin hand\n"
    assert all(line.startswith("left out: ") for line in told.err.splitlines())
    assert any((tmp_path / "out").iterdir())


def test_what_the_rules_made_is_exported_apart(corpus_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["export", "brat", str(corpus_dir), "--origin", "rules", "--out", str(out)]) == 0
    text = (out / "a_market.ann").read_text(encoding="utf-8")
    assert "number-" in text and "entity-" not in text and '"method": "rule"' in text
    before = {path.name: path.read_bytes() for path in (corpus_dir / "annotations").rglob("*.jsonl")}
    assert main(["import", "brat", str(out), "--into", str(corpus_dir), "--origin", "rules"]) == 0
    assert {path.name: path.read_bytes() for path in (corpus_dir / "annotations").rglob("*.jsonl")} == before


def test_who_imports_the_rules_as_hand_annotations_signs_them(corpus_dir: Path, tmp_path: Path) -> None:
    """A way to begin: the rules first, then a reader who corrects and answers for all of it."""
    out = tmp_path / "out"
    main(["export", "brat", str(corpus_dir), "--origin", "rules", "--out", str(out)])
    for path in (corpus_dir / "annotations" / "hand").iterdir():
        path.unlink()
    (corpus_dir / "annotations" / "relations.jsonl").write_text("")
    assert main(["import", "brat", str(out), "--into", str(corpus_dir)]) == 2
    assert not list((corpus_dir / "annotations" / "hand").iterdir())
    main(["import", "brat", str(out), "--into", str(corpus_dir), "--annotator", "amal"])
    found = open_corpus(corpus_dir).annotations("hand")["a_market"]
    assert found
    assert all(one.rest["provenance"] == {"method": "hand", "annotator": "amal"} for one in found)


def test_formats_that_lose_too_much_are_not_read(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("spacy", "ged"):
        with pytest.raises(SystemExit) as stopped:
            main(["import", name, ".", "--into", "."])
        assert stopped.value.code == 2
        assert "invalid choice" in capsys.readouterr().err
