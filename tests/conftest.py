"""Fixtures that every test may use."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import hypothesis
import pytest

# Before `datasets` is imported anywhere: no cache of the user's, no network.
os.environ["HF_HOME"] = tempfile.mkdtemp(prefix="hasila-tests-")
os.environ["HF_HUB_OFFLINE"] = os.environ["HF_DATASETS_OFFLINE"] = "1"
os.environ.pop("HF_DATASETS_CACHE", None)

from hasila.corpus import Corpus, open_corpus

hypothesis.settings.register_profile("hasila", deadline=None)  # the first call loads modules
hypothesis.settings.load_profile("hasila")

SAMPLE = Path(__file__).parent / "sample"


def pytest_sessionfinish() -> None:
    """Remove the cache that this run had for itself."""
    shutil.rmtree(os.environ["HF_HOME"], ignore_errors=True)


@pytest.fixture
def sample() -> Corpus:
    """The small corpus of ``tests/sample``, to be read only."""
    return open_corpus(SAMPLE)


@pytest.fixture
def corpus_dir(tmp_path: Path) -> Path:
    """A copy of the small corpus that a test may change."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "corpus"))


@pytest.fixture
def corpus(corpus_dir: Path) -> Corpus:
    """The copy in ``corpus_dir``, opened."""
    return open_corpus(corpus_dir)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small corpus as published, to be read only: a card and ``dataset/parquet``."""
    from hasila.publish.publication import publish

    out = tmp_path_factory.mktemp("published")
    publish(open_corpus(SAMPLE), out)
    return out
