"""``annotate_batch`` under the engines of examples/: run for real, each gives what one process gives."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from hasila.corpus import Corpus, open_corpus
from hasila.rules import annotate_batch

EXAMPLES = Path(__file__).parents[1] / "examples"
REQUIRED = os.environ.get("HASILA_CLUSTERS") == "required"
"""Set by .ci/clusters, where nothing may be left out."""


def articles(corpora: list[Corpus], copies: int) -> pa.Table:
    """Articles with and without a date, and one without a text."""
    real = [a for corpus in corpora for a in corpus.articles.values()]
    rows: list[dict[str, Any]] = [
        {
            "id": f"{a.id}-{n}",
            "text": f"{a.text}\n{n}",
            "published": date.fromisoformat(a.published) if a.published and n % 2 == 0 else None,
        }
        for n in range(copies)
        for a in real
    ]
    rows.append({"id": "empty", "text": None, "published": None})
    shape = pa.schema([("id", pa.string()), ("text", pa.string()), ("published", pa.date32())])
    return pa.Table.from_pylist(rows, schema=shape)


def ordered(table: pa.Table) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda row: (row["article"], row["layer"], row["start"], row["id"]))


def run_example(name: str, source: Path, out: Path, *more: str) -> list[dict[str, Any]]:
    command = [sys.executable, str(EXAMPLES / name), str(source), str(out), *more]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"RAY_DEDUP_LOGS": "0"})
    assert done.returncode == 0, done.stderr[-3000:]
    return ordered(ds.dataset(out, format="parquet").to_table())


def needs(condition: object, what: str) -> None:
    if not condition:
        assert not REQUIRED, f"{what} must be here"
        pytest.skip(f"needs {what}: pip install 'hasila[cluster]'")


@pytest.fixture
def source(tmp_path: Path, sample: Corpus) -> Path:
    """A directory of two Parquet files."""
    table = articles([sample, open_corpus()], 2)
    folder = tmp_path / "in"
    folder.mkdir()
    pq.write_table(table.slice(0, 7), folder / "a.parquet")
    pq.write_table(table.slice(7), folder / "b.parquet")
    return folder


def expected(source: Path) -> list[dict[str, Any]]:
    found = [annotate_batch(batch) for batch in pq.read_table(source).to_batches()]
    rows = ordered(pa.Table.from_batches(found))
    assert len(rows) > 1000
    return rows


def test_datasets_in_two_processes_gives_the_same_rows(tmp_path: Path, source: Path) -> None:
    whole = tmp_path / "whole.parquet"
    pq.write_table(pq.read_table(source), whole)
    assert run_example("datasets_annotate.py", whole, tmp_path / "out.parquet", "2") == expected(source)


@pytest.mark.cluster
def test_ray_gives_the_same_rows(tmp_path: Path, source: Path) -> None:
    needs(importlib.util.find_spec("ray"), "ray")
    assert run_example("ray_annotate.py", source, tmp_path / "out") == expected(source)


@pytest.mark.cluster
def test_spark_gives_the_same_rows(tmp_path: Path, source: Path) -> None:
    needs(importlib.util.find_spec("pyspark"), "pyspark")
    needs(shutil.which("java") or os.environ.get("JAVA_HOME"), "a Java runtime")
    assert run_example("spark_annotate.py", source, tmp_path / "out") == expected(source)
