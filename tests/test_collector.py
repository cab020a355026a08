"""The cyclic collector is held for a text or a corpus, and always given back."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from hasila import collector
from hasila.corpus import Corpus
from hasila.rules import annotate


@pytest.fixture(autouse=True)
def _enabled() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_it_is_held_within_and_given_back_after_an_error() -> None:
    with pytest.raises(KeyError), collector.held():
        assert not gc.isenabled()
        with collector.held():
            assert not gc.isenabled()
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()


def test_who_has_disabled_it_finds_it_disabled() -> None:
    gc.disable()
    with collector.held():
        pass
    assert not gc.isenabled()


def test_threads_that_overlap_leave_it_enabled() -> None:
    def often(_: int) -> None:
        for _ in range(2000):
            with collector.held():
                pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(often, range(8)))
    assert gc.isenabled()


def test_an_annotated_text_leaves_nothing_circular(sample: Corpus) -> None:
    texts = [article.text for article in sample.stream()]
    for text in texts:
        annotate(text, "2024-03-03")
    gc.collect()
    gc.disable()
    for text in texts:
        annotate(text, "2024-03-03")
    assert gc.collect() == 0


def test_annotating_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from hasila.rules import pipeline

    seen: list[bool] = []
    inner = pipeline.annotate_page

    def watched(page: pipeline.Page) -> list[pipeline.Annotation]:
        seen.append(gc.isenabled())
        return inner(page)

    monkeypatch.setattr(pipeline, "annotate_page", watched)
    annotate("قتل 5 جنود.")
    assert seen == [False] and gc.isenabled()
