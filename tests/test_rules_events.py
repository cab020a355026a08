"""Events in news of other places: triggers, types, realis, instances and participants."""

import json
from pathlib import Path

import pytest

from hasila.rules import annotate

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "rules/events.jsonl").read_text("utf-8").splitlines()
]


def events(text):
    return [a for a in annotate(text, "2024-03-04") if a.layer == "event"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_triggers(case):
    found = [{"text": a.text, "type": a["type"], "realis": a["realis"]} for a in events(case["text"])]
    assert found == case["events"]


def test_proclitics_stay_outside_and_pronouns_inside():
    assert [a.text for a in events("بهجومهم وقتلهم")] == ["هجومهم", "قتلهم"]


def test_mentions_of_one_type_share_the_first_ones_id():
    found = events("وقع هجوم في الموصل. وأسفر الهجوم عن قتلى.")
    assert [a["ref"] for a in found] == ["#v1", "#v1", "#v3"]


def test_participants_are_annotations_of_the_clause():
    text = "قتل خمسة جنود في هجوم على سوق في بغداد أمس."
    every = {a.id: a for a in annotate(text, "2024-03-04")}
    attack = next(a for a in every.values() if a.layer == "event" and a["type"] == "Attack")
    roles = {p["role"]: every[p["target"]].text for p in attack["participants"]}
    assert roles["place"] == "بغداد"
    assert roles["time"] == "أمس"
    death = next(a for a in every.values() if a.layer == "event" and a["type"] == "Die")
    assert [every[p["target"]].text for p in death["participants"]] == ["خمسة"]
