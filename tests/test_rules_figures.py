"""Figures in news of other places: who is counted, how many, by whom, how surely."""

import json
from collections import Counter
from pathlib import Path

import pytest

from hasila.rules import annotate

RULES = Path(__file__).parent / "rules"


def cases(name):
    return [json.loads(line) for line in (RULES / name).read_text("utf-8").splitlines()]


REPORTS = cases("reports.jsonl")


@pytest.mark.parametrize("case", cases("figures.jsonl"), ids=lambda case: case["text"][:40])
def test_figure(case):
    found = [a for a in annotate(case["text"], case["published"]) if a.layer == "figure"]
    assert [a.text for a in found] == [f["text"] for f in case["figures"]]
    for annotation, expected in zip(found, case["figures"], strict=True):
        for field in expected.keys() - {"text"}:
            assert annotation[field] == expected[field], field


def test_a_party_without_registry_is_a_mention():
    text = "قتل سبعة عناصر من حركة طالبان."
    every = {a.id: a for a in annotate(text) if a.layer in ("entity", "figure")}
    figure = next(a for a in every.values() if a.layer == "figure")
    assert every[figure["side"].removeprefix("#")].text == "حركة طالبان"


def test_a_figure_belongs_to_the_innermost_quotation():
    text = "قال المتحدث إن الوزارة أعلنت مقتل خمسة جنود."
    every = annotate(text)
    inner = next(a for a in every if a.layer == "quotation" and a["cue"]["text"] == "أعلنت")
    figure = next(a for a in every if a.layer == "figure")
    assert figure["quotation"] == inner.id


def f1(right, found, wanted):
    return 2 * right / (found + wanted)


def test_reports_as_a_whole():
    """Forty reports annotated by reading: cues by their words, figures by category and bounds."""
    cues, figures = [0, 0, 0], [0, 0, 0]
    for report in REPORTS:
        every = annotate(report["text"], report["published"])
        said = Counter(a["cue"] and a["cue"]["text"] for a in every if a.layer == "quotation")
        wanted = Counter(report["cues"])
        counted = Counter((a["category"], a["low"], a["high"]) for a in every if a.layer == "figure")
        true = Counter((f["category"], f["low"], f["high"]) for f in report["figures"])
        for pool, got, gold in ((cues, said, wanted), (figures, counted, true)):
            pool[0] += (got & gold).total()
            pool[1] += got.total()
            pool[2] += gold.total()
    assert f1(*cues) >= 0.95
    assert f1(*figures) >= 0.95
