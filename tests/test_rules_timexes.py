"""Time expressions in news of other places: the span, and each field that the case names."""

import json
from pathlib import Path

import pytest

from hasila.rules import annotate

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "rules/timexes.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_timex(case):
    found = [a for a in annotate(case["text"], case["published"]) if a.layer == "timex"]
    assert [a.text for a in found] == [n["text"] for n in case["timexes"]]
    for annotation, expected in zip(found, case["timexes"], strict=True):
        for field in expected.keys() - {"text"}:
            value = annotation[field]
            assert (value["text"] if isinstance(value, dict) else value) == expected[field], field
