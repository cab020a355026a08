"""Copies: annotations carried over to what repeats them."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from hasila import schema
from hasila.annotation import Annotation
from hasila.corpus import Corpus, open_corpus
from hasila.publish.copies import project

LAYERS = schema.layers()


def words(text: str) -> str:
    """What is left without white space, punctuation and symbols."""
    return "".join(letter for letter in text if unicodedata.category(letter)[0] in "LMN")


def make(text: str, *marks: tuple[Any, ...]) -> list[Annotation]:
    """Annotations of ``text``: (layer, id, covered text, nth from 0, fields)."""
    found = []
    for layer, name, covered, nth, fields in marks:
        at = -1
        for _ in range(nth + 1):
            at = text.index(covered, at + 1)
        rest = {"copy_of": fields.pop("copy_of")} if "copy_of" in fields else {}
        found.append(Annotation(name, layer, at, at + len(covered), covered, fields, rest))
    return found


def carried(text: str, annotations: list[Annotation]) -> dict[str, str]:
    moved = project(text, annotations, LAYERS)
    for one in moved:
        assert text[one.start : one.end] == one.text
    return {one.id: one.text for one in moved}


def entity(name: str, covered: str, nth: int = 0) -> tuple[Any, ...]:
    return "entity", name, covered, nth, {"type": "ORG", "level": "NAM", "ref": None, "norm": None}


def zone(name: str, covered: str, nth: int = 0, **fields: Any) -> tuple[Any, ...]:
    return "zone", name, covered, nth, {"type": "body", **fields}


def test_a_copy_with_other_marks_and_spaces_is_found() -> None:
    text = 'قال "حزب الميناء"، أمس\nقال حزب  الميناء أمس.'
    first, second = text.split("\n")
    marks = make(text, zone("z1", first), zone("z2", second, copy_of=["z1"]), entity("e1", "حزب الميناء"))
    assert carried(text, marks) == {"e1@z2": "حزب  الميناء"}


def test_marks_at_the_edge_come_along_where_the_copy_has_them() -> None:
    text = 'في تنظيم "الدولة" أمس\nفي تنظيم "الدولة" أمس\nفي تنظيم الدولة أمس'
    one, two, three = text.split("\n")
    marks = make(
        text, zone("z1", one), zone("z2", two, 1, copy_of=["z1"]), zone("z3", three, copy_of=["z1"]),
        entity("e1", 'تنظيم "الدولة"'),
    )  # fmt: skip
    assert carried(text, marks) == {"e1@z2": 'تنظيم "الدولة"', "e1@z3": "تنظيم الدولة"}


def test_what_a_cut_crosses_is_left_out_also_in_the_middle_of_a_word() -> None:
    text = "في سجن الصناعة قرب المدينة\nفي سجن الصن…"
    first, second = text.split("\n")
    marks = make(
        text, zone("z1", first), zone("z2", second, copy_of=["z1"]), entity("e1", "سجن الصناعة"),
        entity("e2", "سجن"), entity("e3", "المدينة"),
    )  # fmt: skip
    assert carried(text, marks) == {"e2@z2": "سجن"}


def test_words_behind_the_cut_of_a_teaser_stop_the_copy() -> None:
    text = "قال الحزب إن السجن سقط\nقال الحزب إن … اقرأ المزيد"
    first, second = text.split("\n")
    marks = make(
        text,
        zone("z1", first),
        zone("z2", second, copy_of=["z1"]),
        entity("e1", "الحزب"),
        entity("e2", "السجن"),
    )
    assert carried(text, marks) == {"e1@z2": "الحزب"}


def test_a_teaser_may_begin_later_than_its_original_and_run_over_several() -> None:
    text = "مقدمة. قال الحزب\nإن السجن سقط\nقال الحزب إن السجن…"
    one, two, three = text.split("\n")
    marks = make(
        text, zone("z1", one), zone("z2", two), zone("z3", three, copy_of=["z1", "z2"]),
        entity("e1", "الحزب"),
        entity("e2", "السجن"), entity("e3", "مقدمة"),
    )  # fmt: skip
    assert carried(text, marks) == {"e1@z3": "الحزب", "e2@z3": "السجن"}


def test_a_quotation_over_two_copied_paragraphs_is_carried_over_whole() -> None:
    text = "قال: ذهبنا\nورجعنا أمس\nقال: ذهبنا\nورجعنا أمس"
    one, two = text.split("\n")[:2]
    content = {"start": 5, "end": 21, "text": text[5:21]}
    said = {"source": None, "cue": None, "content": [content], "parent": None}
    marks = make(
        text, zone("z1", one), zone("z2", two), zone("z3", one, 1, copy_of=["z1"]),
        zone("z4", two, 1, copy_of=["z2"]), ("quotation", "q1", text[:21], 0, said),
    )  # fmt: skip
    (moved,) = project(text, marks, LAYERS)
    assert (moved.id, moved.start, moved.end) == ("q1@z3", 22, 43)
    assert moved["content"] == [{"start": 27, "end": 43, "text": text[27:43]}]


def test_two_copies_of_one_passage_have_ids_of_their_own() -> None:
    text = "قال الحزب\nقال الحزب\nقال الحزب"
    marks = make(
        text, zone("z1", "قال الحزب"), zone("z2", "قال الحزب", 1, copy_of=["z1"]),
        zone("z3", "قال الحزب", 2, copy_of=["z1"]), entity("e1", "الحزب"),
    )  # fmt: skip
    assert carried(text, marks) == {"e1@z2": "الحزب", "e1@z3": "الحزب"}


def test_links_lead_to_the_copies_of_their_targets_or_nowhere(sample: Corpus) -> None:
    article = sample.articles["a_market"]
    moved = {one.id: one for one in project(article.text, sample.annotations()["a_market"], sample.layers)}
    assert moved["f2@z5"]["number"] == "n2@z5" and moved["f2@z5"]["quotation"] == "q2@z5"
    assert moved["v3@z5"]["participants"] == [
        {"role": "patient", "target": "f2@z5"},
        {"role": "time", "target": "t1@z5"},
    ]
    assert "q2@z6" not in moved and "e5@z6" not in moved
    assert moved["f2@z6"]["quotation"] is None
    assert moved["v4@z6"]["participants"] == [{"role": "place", "target": None}]
    assert all(one.rest["copy_of"] == [one.id.partition("@")[0]] for one in moved.values())


@pytest.mark.parametrize("corpus", [None, "sample"])
def test_copies_equal_their_originals_but_for_space_and_punctuation(
    corpus: str | None, request: pytest.FixtureRequest
) -> None:
    opened = request.getfixturevalue("sample") if corpus else open_corpus()
    copies = 0
    for article in opened.articles.values():
        lines = opened.annotations()[article.id]
        originals = {one.id: one for one in lines}
        for one in project(article.text, lines, opened.layers):
            original = originals[one.rest["copy_of"][0]]
            assert article.text[one.start : one.end] == one.text
            assert words(one.text) == words(original.text)
            assert original.span != one.span
            copies += 1
    assert copies


def test_the_whole_of_a_whole_copy_is_carried_over() -> None:
    corpus = open_corpus()
    for article in corpus.articles.values():
        lines = corpus.annotations()[article.id]
        zones = {one.id: one for one in lines if one.layer == "zone"}
        moved = {one.id for one in project(article.text, lines, corpus.layers)}
        for copy in zones.values():
            sources = [zones[name] for name in copy.get("copy_of") or ()]
            if words(copy.text) != "".join(words(one.text) for one in sources):
                continue
            for source in sources:
                inside = [
                    o for o in lines if o.layer != "zone" and source.start <= o.start and o.end <= source.end
                ]
                assert {f"{one.id}@{copy.id}" for one in inside} <= moved
