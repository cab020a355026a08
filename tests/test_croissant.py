"""croissant.json: valid, complete, and every record loads with ``mlcroissant``, offline."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import mlcroissant
import numpy as np
import pyarrow.parquet as pq
import pytest

from hasila import schema
from hasila.corpus import Corpus, open_corpus
from hasila.publish import croissant
from hasila.publish.build import build
from hasila.publish.card import with_configs
from hasila.publish.configs import configs

ROOT = schema.HOME


@pytest.fixture(scope="module", params=["sample", "packaged"])
def described(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus with its Parquet files and its croissant.json, built anew."""
    source = Path(__file__).parent / "sample" if request.param == "sample" else ROOT
    root = tmp_path_factory.mktemp("croissant") / request.param
    for name in ("dataset", "annotations"):
        shutil.copytree(source / name, root / name, ignore=shutil.ignore_patterns("parquet"))
    for name in ("README.md", "CITATION.cff", "LICENSE-DATA.md"):
        if (source / name).is_file() and request.param == "packaged":
            shutil.copy(source / name, root / name)
    corpus = open_corpus(root)
    build(corpus, root / "dataset" / "parquet")
    assert croissant.write(corpus) == [root / "croissant.json"]
    return corpus


@pytest.fixture(scope="module")
def loaded(described: Corpus) -> Any:
    return mlcroissant.Dataset(described.root / "croissant.json")


@pytest.fixture(scope="module")
def records(described: Corpus, loaded: Any) -> dict[str, list[dict[str, Any]]]:
    """Every record of every config."""
    return {config.name: list(loaded.records(config.name)) for config in configs(described)}


Records = dict[str, list[dict[str, Any]]]


def read(corpus: Corpus) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((corpus.root / "croissant.json").read_text(encoding="utf-8"))
    return found


def test_it_is_valid(described: Corpus, loaded: Any) -> None:
    issues = loaded.metadata.ctx.issues
    assert not issues.errors
    if (described.root / "CITATION.cff").is_file():
        assert not issues.warnings
    assert loaded.metadata.ctx.conforms_to.value == "http://mlcommons.org/croissant/1.1"


def test_every_config_is_a_record_set_and_every_record_loads(
    described: Corpus, loaded: Any, records: Records
) -> None:
    listed = configs(described)
    assert [one.id for one in loaded.metadata.record_sets] == [one.name for one in listed]
    for config in listed:
        assert len(records[config.name]) == config.total
        columns = {name.removeprefix(f"{config.name}/") for one in records[config.name] for name in one}
        top = {name.partition("/")[0] for name in columns}
        assert top == {*config.features, "split"}


def test_records_have_the_values_of_the_files(described: Corpus, records: Records) -> None:
    """Nested ones too: spans, participants, tags."""
    for config in configs(described):
        if config.name == "articles":
            continue
        rows = [
            {**row, "split": row.get("split", split)}
            for split, file in sorted(config.files.items())
            for row in pq.read_table(described.root / file).to_pylist()
        ]
        for record, row in zip(records[config.name], rows, strict=True):
            for name, value in row.items():
                assert plain(record[f"{config.name}/{name}"]) == without_empty(value), name


def plain(value: Any) -> Any:
    """What mlcroissant gives, as Python values: names without their path, a struct of nulls as null."""
    if isinstance(value, dict):
        found = {key.rpartition("/")[2]: plain(part) for key, part in value.items()}
        return None if all(part is None for part in found.values()) else found
    if isinstance(value, (list, np.ndarray)):
        return [plain(part) for part in value] or None
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime().date()
    return value.item() if isinstance(value, np.generic) else value


def without_empty(value: Any) -> Any:
    """An empty list and a null one are one to mlcroissant."""
    if isinstance(value, dict):
        found = {key: without_empty(part) for key, part in value.items()}
        return None if all(part is None for part in found.values()) else found
    if isinstance(value, list):
        return [without_empty(part) for part in value] or None
    assert value is None or isinstance(value, (str, int, bool, date))
    return value


def test_articles_load_with_their_texts_and_annotations(described: Corpus, records: Records) -> None:
    articles = {one["articles/id"].decode(): one for one in records["articles"]}
    for article in described.articles.values():
        record = articles[article.id]
        assert record["articles/text"].decode() == article.text
        entities = [one for one in described.annotations("hand")[article.id] if one.layer == "entity"]
        assert [one["articles/entities/text"].decode() for one in record["articles/entities"] or []] == [
            one.text for one in entities
        ]


def test_files_are_named_with_size_and_digest(described: Corpus) -> None:
    files = {one["@id"]: one for one in read(described)["distribution"] if one["@type"] == "cr:FileObject"}
    assert files.keys() == {file for config in configs(described) for file in config.files.values()}
    for name, one in files.items():
        content = (described.root / name).read_bytes()
        assert one["sha256"] == hashlib.sha256(content).hexdigest()
        assert one["contentSize"] == f"{len(content)} B"
        assert one["contentUrl"] == name


def test_no_address_is_invented(described: Corpus) -> None:
    known = (
        "http://mlcommons.org/",
        "https://schema.org/",
        "http://purl.org/dc/",
        "https://spdx.org/licenses/",
    )

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)
        elif isinstance(value, str) and value.startswith("http"):
            assert value.startswith(known)

    walk(read(described))


def test_labels_are_told_by_number(described: Corpus) -> None:
    (figures,) = (one for one in read(described)["recordSet"] if one["name"] == "figures")
    (category,) = (one for one in figures["field"] if one["name"] == "category")
    names = described.layers["figure"].field("category").type.label_names
    assert "; ".join(f"{number} {name}" for number, name in enumerate(names)) in category["description"]


def test_the_packaged_corpus_says_who_may_use_it_and_who_is_in_it() -> None:
    found = croissant.responsible(open_corpus())
    for name in (
        "dataCollection", "dataAnnotationProtocol", "personalSensitiveInformation", "dataLimitations",
        "dataUseCases", "annotatorDemographics", "dataReleaseMaintenancePlan", "machineAnnotationTools",
        "dataCollectionTimeFrame", "annotationsPerItem",
    ):  # fmt: skip
        assert found[f"rai:{name}"], name
    assert "language models" in found["rai:dataAnnotationProtocol"][0]


def test_paragraphs_of_a_readme_are_read_as_prose() -> None:
    head = "## Who annotated, and why\n\nTwo `readers`,\none **judge**.\n\nMore.\n\n"
    text = head + "- **Uses.** See [it](x.md).\n- **Limits.** Few.\n"
    assert croissant.paragraphs(text) == {
        "Who annotated": "Two readers, one judge.",
        "Uses": "See it.",
        "Limits": "Few.",
    }


def test_it_is_stale_once_a_source_changes(corpus: Corpus, corpus_dir: Path) -> None:
    assert croissant.stale(corpus) == []
    build(corpus, corpus_dir / "dataset" / "parquet")
    assert croissant.stale(corpus) == [corpus_dir / "croissant.json"]
    croissant.write(corpus)
    assert croissant.stale(corpus) == []
    assert croissant.write(corpus) == []
    (corpus_dir / "README.md").write_text(
        with_configs("- **Limits.** Three made-up articles.\n", configs(corpus))
    )
    assert croissant.stale(corpus) == [corpus_dir / "croissant.json"]
