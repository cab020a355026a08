"""hasila init: a corpus from articles, on which every other command works unchanged."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from hasila.cli import main
from hasila.corpus import open_corpus, read_lines
from hasila.errors import HasilaError
from hasila.initialise import article_id, initialise, split_by_time
from hasila.validate import validate

DOCS = Path(__file__).parents[1] / "docs"
TEXT = "قتل 12 شخصاً في انفجار.\n"


def write_lines(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def tutorial(tmp_path: Path) -> tuple[str, dict[str, str]]:
    """A directory with the articles, and an environment whose ``hasila`` is this one."""
    shutil.copytree(DOCS / "tutorial", tmp_path / "tutorial")
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    script = f'#!/bin/sh\nexec "{sys.executable}" -m hasila.cli "$@"\n'
    (bin_ / "hasila").write_text(script, encoding="utf-8")
    (bin_ / "hasila").chmod(0o755)
    page = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    return page, os.environ | {"PATH": f"{bin_}:{os.environ['PATH']}"}


def test_the_tutorials_commands_lead_to_a_loaded_dataset(tmp_path: Path) -> None:
    page, environment = tutorial(tmp_path)
    for language, code in re.findall(r"^```(sh|python)\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        command = ["bash", "-euc", code] if language == "sh" else [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{code}\n{done.stderr}"
        if language == "python":
            assert "killed 12 12 شخصاً" in done.stdout
    corpus = tmp_path / "ports"
    assert validate(corpus) == []
    assert [line["of_article"] for line in read_lines(corpus / "annotations" / "wire.jsonl")] == [
        "2024-03-03_port"
    ]
    (added,) = [x for x in open_corpus(corpus).annotations()["2024-03-03_port"] if x.get("note")]
    assert added.text == "الأنقاض"
    assert added.rest["provenance"] == {"method": "hand", "annotator": "Reader One"}
    card = (corpus / "README.md").read_text(encoding="utf-8")
    assert yaml.safe_load(card.split("---\n")[1])["configs"]
    assert re.search(r"^\| `figures` \|", card, re.MULTILINE)
    assert (tmp_path / "site" / "index.html").is_file()


def test_a_layer_of_ones_own_is_validated_typed_published_and_shown(tmp_path: Path) -> None:
    import datasets

    page, _ = tutorial(tmp_path)
    files = dict(re.findall(r"^`([^`]+)`:\n\n```json\n(.*?)^```", page, re.MULTILINE | re.DOTALL))
    root = tmp_path / "ports"
    initialise(root, [tmp_path / "tutorial"])
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    article = open_corpus(root).articles["2024-03-03_port"]
    draft = json.loads(files["weapon.jsonl"])
    start = article.text.index(draft["text"])
    line = {
        "id": "w1", "layer": "weapon", "start": start, "end": start + len(draft["text"]),
        "text": draft["text"], "kind": draft["kind"],
        "provenance": {"method": "hand", "annotator": "Reader One"},
    }  # fmt: skip
    hand = root / "annotations" / "hand" / "2024-03-03_port.jsonl"
    hand.parent.mkdir()
    write_lines(hand, line)
    assert validate(root) == []
    write_lines(hand, line | {"kind": "sword"})
    assert [(p.code, p.line) for p in validate(root)] == [("schema-violation", 1)]
    write_lines(hand, line)
    assert main(["publish", str(root)]) == 0
    loaded = datasets.load_dataset(str(root), "weapons")["train"]
    assert loaded.features["kind"].names == ["explosive", "firearm"]
    assert loaded[0]["text"] == "انفجار"
    assert main(["browse", str(root), "--out", str(tmp_path / "site")]) == 0
    assert any("weapon" in p.read_text(encoding="utf-8") for p in (tmp_path / "site").rglob("*.html"))


# What is made


def test_bytes_hashes_and_dates_are_kept(tmp_path: Path) -> None:
    source = tmp_path / "2024-03-03_x.txt"
    source.write_text(TEXT, encoding="utf-8")
    corpus = initialise(tmp_path / "corpus", [source])
    (line,) = read_lines(corpus.root / "dataset" / "articles.jsonl")
    data = (corpus.root / "dataset" / line["file"]).read_bytes()
    assert data == source.read_bytes()
    assert line["sha256"] == hashlib.sha256(data).hexdigest()
    assert (line["bytes"], line["chars"]) == (len(data), len(TEXT))
    assert line["published"] == "2024-03-03" and "2024-03-03_x.txt" in line["published_evidence"]
    assert validate(corpus.root) == []


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_records_bring_what_is_known_of_them(tmp_path: Path, form: str) -> None:
    record = {
        "id": "http://x/1", "text": TEXT, "published": "2024-03-03", "publisher": "Al-X", "title": "انفجار",
    }  # fmt: skip
    path = tmp_path / f"in.{form}"
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist([record]), path)
    else:
        write_lines(path, record)
    corpus = initialise(tmp_path / "corpus", [path])
    (article,) = corpus.articles.values()
    assert article.id == "http---x-1"
    assert (article.text, article.published) == (TEXT, "2024-03-03")
    assert (article.meta["publisher"], article.meta["title"]) == ("Al-X", "انفجار")
    assert validate(corpus.root) == []


def test_the_house_has_what_its_owner_edits(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", {"id": "a", "text": TEXT})
    root = initialise(tmp_path / 'my "corpus"', [source]).root
    made = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}
    assert made == {
        ".gitattributes", ".github/workflows/corpus.yml", ".pre-commit-config.yaml", "CITATION.cff",
        "LICENSE-DATA.md", "README.md", "annotations/GUIDELINES.md", "dataset/VERSION",
        "dataset/articles.jsonl", "dataset/raw/a.txt",
    }  # fmt: skip
    cited = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["type"], cited["version"]) == ("dataset", "0.1.0")
    assert (root / "dataset" / "VERSION").read_text() == "0.1.0\n"
    workflow = yaml.safe_load((root / ".github/workflows/corpus.yml").read_text(encoding="utf-8"))
    assert workflow["jobs"]["validate"]["steps"][-1]["run"] == "hasila validate . --format github"


def test_an_empty_directory_may_be_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_lines(tmp_path / "in.jsonl", {"id": "a", "text": TEXT})
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    assert main(["init", ".", str(source)]) == 0
    assert validate(here) == []


# Splits


def test_splits_follow_time() -> None:
    days = [f"2024-01-{day:02d}" for day in range(1, 21)]
    assert split_by_time(days) == ["train"] * 16 + ["validation"] * 2 + ["test"] * 2
    assert split_by_time(days[::-1]) == split_by_time(days)[::-1]


@pytest.mark.parametrize(
    ("days", "splits"),
    [
        (["2024-01-01"], ["train"]),
        (["2024-01-01", "2024-01-01"], ["train", "train"]),
        (["2024-01-01", "2024-01-02"], ["train", "test"]),
        (["2024-01-03", None, "2024-01-01", "2024-01-02"], ["test", "train", "train", "validation"]),
        ([None, None], ["train", "train"]),
    ],
)
def test_no_day_is_divided_and_training_is_never_empty(days: list[str | None], splits: list[str]) -> None:
    assert split_by_time(days) == splits


@pytest.mark.parametrize(
    ("name", "id"), [("a b", "a-b"), ("_x", "a_x"), ("خبر", "a---"), ("x" * 300, "x" * 200)]
)
def test_ids_fit_the_schema(name: str, id: str) -> None:
    assert article_id(name) == id


# What is refused


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("خبر".encode("cp1256"), "not UTF-8"),
        (b"", "empty"),
        ("\ufeffخبر".encode(), "byte order mark"),
        ("خبر\r\n".encode(), "carriage returns"),
        (b"<html><body>x", "HTML"),
    ],
)
def test_what_is_no_article_is_named_and_nothing_is_made(tmp_path: Path, content: bytes, said: str) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text(TEXT, encoding="utf-8")
    bad.write_bytes(content)
    with pytest.raises(HasilaError, match=rf"bad\.txt: .*{said}"):
        initialise(tmp_path / "corpus", [good, bad])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.txt", "good.txt"]


def test_two_articles_of_one_id_are_named(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", {"id": "a b", "text": TEXT}, {"id": "a-b", "text": TEXT})
    with pytest.raises(HasilaError, match=r"in\.jsonl:2: the id a-b is taken by .*in\.jsonl:1"):
        initialise(tmp_path / "corpus", [source])


def test_what_stands_there_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_lines(tmp_path / "in.jsonl", {"id": "a", "text": TEXT})
    assert main(["init", str(tmp_path), str(source)]) == 2
    assert "new or empty directory" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["in.jsonl"]
