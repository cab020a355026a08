"""Quotations in news of other places: cue, source, content, mode, stance, nesting."""

import json
from pathlib import Path

import pytest

from hasila.rules import annotate

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "rules/quotations.jsonl").read_text("utf-8").splitlines()
]


def quotations(text):
    return [a for a in annotate(text, "2024-03-04") if a.layer == "quotation"]


def words(pointer):
    return pointer and pointer["text"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_quotation(case):
    found = quotations(case["text"])
    assert [words(a["cue"]) for a in found] == [q["cue"] for q in case["quotations"]]
    for annotation, expected in zip(found, case["quotations"], strict=True):
        assert words(annotation["source"]) == expected["source"]
        if expected["content"] != [None]:
            assert [words(piece) for piece in annotation["content"]] == expected["content"]
        for field in expected.keys() - {"cue", "source", "content"}:
            assert annotation[field] == expected[field], field


def test_the_span_covers_cue_source_and_content():
    (one,) = quotations("وقال القائد إن المعركة انتهت، حسب ظنه.")
    assert one.text == "قال القائد إن المعركة انتهت، حسب ظنه"


def test_quotations_nest():
    text = "قال المتحدث إن الوزارة أعلنت أن الجسر انهار."
    outer, inner = quotations(text)
    assert inner["parent"] == outer.id
    assert outer["parent"] is None


def test_a_headline_may_name_its_source():
    text = "الدفاع المدني: مقتل ثلاثة عمال في انهيار مبنى\nقتل ثلاثة عمال في انهيار مبنى بالقاهرة أمس.\n"
    first = quotations(text)[0]
    assert first["cue"] is None
    assert words(first["source"]) == "الدفاع المدني"


def test_a_post_is_a_direct_quotation_of_its_author():
    text = "حريق كبير في السوق pic.twitter.com/Ab12\n— Omar Ali (@omar_ali) March 3, 2024\n"
    (post,) = quotations(text)
    assert words(post["source"]) == "Omar Ali (@omar_ali)"
    assert [words(p) for p in post["content"]] == ["حريق كبير في السوق"]
    assert (post["mode"], post["source_type"], post["cue"]) == ("direct", "social", None)


@pytest.mark.parametrize(
    "marks", ['قال "' * 3_000, '"' * 100_000, "قال المصدر إن " + '"أ ' * 50_000 + '"' * 50_000]
)
def test_marks_without_end_do_no_harm(marks):
    for one in quotations(marks):
        assert marks[one.start : one.end] == one.text
