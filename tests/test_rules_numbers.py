"""Numbers in news of other places: the span, and each field that the case names."""

import json
from pathlib import Path

import pytest

from hasila.rules import annotate

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "rules/numbers.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_number(case):
    found = [a for a in annotate(case["text"]) if a.layer == "number"]
    assert [a.text for a in found] == [n["text"] for n in case["numbers"]]
    for annotation, expected in zip(found, case["numbers"], strict=True):
        for field in expected.keys() - {"text"}:
            value = annotation[field]
            assert (value["text"] if isinstance(value, dict) else value) == expected[field], field
