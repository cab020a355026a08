"""A damaged file is told, never a traceback; and the page on formats is what the code says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hasila import schema
from hasila.corpus import Corpus, open_corpus
from hasila.errors import HasilaError
from hasila.formats import FORMATS, page
from hasila.formats.merge import merge

SAMPLE = Path(__file__).parent / "sample"
EDITED = {
    "brat": "a_market.ann",
    "web-annotation": "a_market.jsonld",
    "iob2": "wojood/train.txt",
    "cas-json": "a_market.json",
    "cas-xmi": "a_market.xmi",
}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    found = {}
    for name in EDITED:
        found[name] = tmp_path_factory.mktemp("formats") / name
        found[name].mkdir()
        FORMATS[name].export(open_corpus(SAMPLE), "hand", found[name])
    return found


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    """The text with a few places cut out, doubled or overwritten."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text) - 1))
        end = min(len(text), start + draw(st.integers(1, 12)))
        put = draw(
            st.sampled_from(
                ["", text[start:end] * 2, "\t", "\n", "9", "null", "[1]", '"x"', "T1", "{}", "-1", "É"]
            )
        )
        text = text[:start] + put + text[end:]
    return text


@pytest.mark.parametrize("name", EDITED)
def test_every_format_that_is_read_is_tried(name: str) -> None:
    assert FORMATS[name].reads
    assert EDITED.keys() == {name for name, one in FORMATS.items() if one.reads}


@pytest.mark.parametrize("name", ["brat", "web-annotation", "iob2", "cas-json"])
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_file_is_taken_or_refused(
    name: str, data: st.DataObject, exported: dict[str, Path]
) -> None:
    corpus = open_corpus(SAMPLE)
    path = exported[name] / EDITED[name]
    whole = path.read_text(encoding="utf-8")
    try:
        path.write_text(data.draw(damaged(whole)), encoding="utf-8")
        check(name, exported[name], corpus)
    finally:
        path.write_text(whole, encoding="utf-8")


@pytest.mark.parametrize("name", EDITED)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"\x00", b"[]", b"{}", b"null", b"<a/>", b"T1\n"])
def test_a_file_of_another_kind_is_taken_or_refused(
    name: str, content: bytes, exported: dict[str, Path]
) -> None:
    path = exported[name] / EDITED[name]
    whole = path.read_bytes()
    try:
        path.write_bytes(content)
        check(name, exported[name], open_corpus(SAMPLE))
    finally:
        path.write_bytes(whole)


def check(name: str, folder: Path, corpus: Corpus) -> None:
    """Ids stay unique and lines can be written, or the error is one for people."""
    try:
        for article, found in FORMATS[name].read(folder, corpus, "hand"):
            changes = merge(corpus, article, "hand", found, "amal")
            ids = [one.id for one in changes.annotations]
            assert len(ids) == len(set(ids))
            for one in changes.annotations:
                assert one.text == corpus.articles[article].text[one.start : one.end]
                assert one.to_json()
    except HasilaError as error:
        assert str(error)


def test_a_damaged_type_system_is_refused(exported: dict[str, Path]) -> None:
    path = exported["cas-xmi"] / "TypeSystem.xml"
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(HasilaError, match=r"no CAS of the types in TypeSystem\.xml"):
            list(FORMATS["cas-xmi"].read(exported["cas-xmi"], open_corpus(SAMPLE), "hand"))
    finally:
        path.write_bytes(whole)


def test_the_page_on_formats_is_what_the_code_says() -> None:
    text = (schema.HOME / page.PATH).read_text(encoding="utf-8")
    assert page.render(text) == text
    assert set(marks(text)) == page.BLOCKS.keys()


def marks(text: str) -> Iterator[str]:
    for part in text.split("<!-- generated: ")[1:]:
        yield part.partition(" -->")[0]
