"""Events in news of other places: triggers, types, realis, instances and participants."""

import json
from pathlib import Path

import pytest

from hasila.rules import annotate

RULES = Path(__file__).parent / "rules"
CASES = [json.loads(line) for line in (RULES / "events.jsonl").read_text("utf-8").splitlines()]
TAKING_PART = [json.loads(line) for line in (RULES / "participants.jsonl").read_text("utf-8").splitlines()]


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


@pytest.mark.parametrize("case", TAKING_PART, ids=lambda case: case["trigger"])
def test_participants(case):
    every = {a.id: a for a in annotate(case["text"], "2024-03-04")}
    found = next(a for a in every.values() if a.layer == "event" and a.text == case["trigger"])
    named = sorted([p["role"], every[p["target"]].text] for p in found["participants"])
    assert named == sorted(case["participants"])
