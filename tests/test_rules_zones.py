"""Zones of pages of other sites: types, extents and copies."""

import json
from pathlib import Path

import pytest

from hasila.arabic.words import WORD
from hasila.rules import annotate
from hasila.rules.lexicon import forms

CASES = [
    json.loads(line) for line in (Path(__file__).parent / "rules/zones.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_zones(case):
    text = "\n".join(line[1] if len(line) > 1 else "" for line in case["lines"])
    expected = [line for line in case["lines"] if len(line) > 1]
    zones = [a for a in annotate(text) if a.layer == "zone"]
    assert [(z["type"], z.text) for z in zones] == [(line[0], line[1]) for line in expected]
    for zone, line in zip(zones, expected, strict=True):
        sources = [zones[at].id for at in line[2]] if len(line) > 2 else None
        assert zone.get("copy_of") == sources


def test_nothing_is_annotated_twice_in_copies_or_at_all_in_boilerplate():
    case = next(case for case in CASES if "teaser" in case["about"])
    text = "\n".join(line[1] for line in case["lines"])
    found = annotate(text)
    zones = [a for a in found if a.layer == "zone"]
    closed = [z for z in zones if z.get("copy_of") or z["type"] == "boilerplate"]
    assert closed
    inside = [a for a in found if a.layer != "zone" and any(z.start <= a.start < z.end for z in closed)]
    assert inside == []


def test_edge_white_space_is_outside_and_blank_lines_have_no_zone():
    zones = [a for a in annotate("  أول السطر هنا. \n\n \t\n\u200fثاني السطر هنا.") if a.layer == "zone"]
    assert [z.text for z in zones] == ["أول السطر هنا.", "\u200fثاني السطر هنا."]


def test_a_phrase_of_a_form_begins_with_a_word():
    assert all(WORD.fullmatch(phrase.split()[0]) for phrase in forms("zones", "form"))
