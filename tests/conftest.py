"""Fixtures that every test may use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hasila.corpus import Corpus, open_corpus

SAMPLE = Path(__file__).parent / "sample"


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
