"""What people see: scores, agreement, counts and claims, as tables, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from hasila.claims import short_names, value_text
from hasila.cli import main
from hasila.terminal import FSI, PDI, isolate, table, width

SAMPLE = Path(__file__).parent / "sample"
HAND, RULES = SAMPLE / "annotations" / "hand", SAMPLE / "annotations" / "rules"
Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *words: object) -> str:
    assert main([str(word) for word in words]) == 0
    return capsys.readouterr().out


# Tables


def test_numbers_stand_to_the_right_and_nothing_is_a_dash() -> None:
    assert table(("name", "n", "share"), [["a", 1200, 0.5], ["bcd", 7, None]]).split("\n") == [
        "name      n  share",
        "────  ─────  ─────",
        "a     1,200  0.500",
        "bcd       7      –",
    ]


def test_right_to_left_words_keep_to_their_column() -> None:
    lines = table(("words", "n"), [["قَتِيل", 1], ["ab", 2]]).split("\n")
    assert lines[2] == f"{FSI}قَتِيل{PDI}   1"
    assert {width(line) for line in lines} == {width(lines[0])}


def test_only_right_to_left_text_is_isolated() -> None:
    assert isolate("abc 12") == "abc 12"
    assert isolate("١٢") == f"{FSI}١٢{PDI}"


# evaluate


def test_evaluate_prints_scores_for_people_and_machines(capsys: Capture) -> None:
    shown = run(capsys, "evaluate", HAND, RULES)
    assert "number" in shown and "spans, valued" in shown and "References as clusters" in shown
    result = json.loads(run(capsys, "evaluate", HAND, RULES, "--json"))
    assert result["number"]["spans"]["strict"]["f1"] == 1.0
    assert result["entity"]["spans"]["strict"]["recall"] == 0.0
    rows = list(csv.DictReader(io.StringIO(run(capsys, "evaluate", HAND, RULES, "--csv"))))
    strict = next(row for row in rows if row["layer"] == "number" and row["measure"] == "spans, strict")
    assert strict["table"] == "Found" and float(strict["F1"]) == 1.0


def test_the_errors_are_a_file_to_read(tmp_path: Path, capsys: Capture) -> None:
    corpus = Path(shutil.copytree(SAMPLE, tmp_path / "corpus"))
    changed = corpus / "annotations" / "rules" / "b_toll.jsonl"
    lines = [json.loads(line) for line in changed.read_text(encoding="utf-8").splitlines()]
    numbers = [line for line in lines if line["layer"] == "number"]
    numbers[0]["low"] = 99
    lines.remove(numbers[1])
    changed.write_text("".join(json.dumps(x, ensure_ascii=False) + "\n" for x in lines), encoding="utf-8")
    report = tmp_path / "errors.md"
    gold, predicted = corpus / "annotations" / "hand", corpus / "annotations" / "rules"
    run(capsys, "evaluate", gold, predicted, "--errors", report)
    page = report.read_text(encoding="utf-8")
    section = page[page.index("## number") : page.index("## event")]
    assert "1 missed, 0 spurious, 1 of 8 matched wrong." in section
    text = (corpus / "dataset" / "raw" / "b_toll.txt").read_text(encoding="utf-8")
    line = text.count("\n", 0, numbers[0]["start"]) + 1
    assert f"`b_toll:{line}` **wrong** low: 15 → 99" in section
    assert f"**{numbers[1]['text']}**" in section and "**missed** (kind cardinal" in section


def test_errors_need_the_articles(tmp_path: Path, capsys: Capture) -> None:
    gold = Path(shutil.copytree(HAND, tmp_path / "gold"))
    call = ["evaluate", str(gold), str(RULES), "--errors", str(tmp_path / "errors.md")]
    assert main(call) == 2
    assert "name their corpus with --corpus DIR" in capsys.readouterr().err
    assert main([*call, "--corpus", str(SAMPLE)]) == 0


def test_articles_of_one_side_alone_are_named(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "a_market.jsonl").write_bytes((RULES / "a_market.jsonl").read_bytes())
    assert main(["evaluate", str(HAND), str(tmp_path)]) == 0
    assert capsys.readouterr().err.count("left out: ") == 2


# agree


def test_agree_prints_intervals_and_what_gets_mixed_up(tmp_path: Path, capsys: Capture) -> None:
    other = Path(shutil.copytree(HAND, tmp_path / "b"))
    page = (other / "a_market.jsonl").read_text(encoding="utf-8")
    (other / "a_market.jsonl").write_text(
        page.replace('"level": "NOM"', '"level": "NAM"', 1), encoding="utf-8"
    )
    shown = run(capsys, "agree", HAND, other, "--replicates", 50)
    assert "Labels mixed up" in shown
    assert [line.split() for line in shown.splitlines()][-1] == ["entity", "level", "NOM", "NAM", "1"]
    result = json.loads(run(capsys, "agree", HAND, other, "--replicates", 50, "--json"))
    level = result["layers"]["entity"]["values"]["level"]
    assert level["equal"] == level["compared"] - 1
    assert level["kappa"] < 1 and len(level["alpha_interval"]) == 2


def test_agree_refuses_a_senseless_sample(capsys: Capture) -> None:
    assert main(["agree", str(HAND), str(HAND), "--replicates", "0"]) == 2
    assert "--replicates is a number" in capsys.readouterr().err


# stats


def test_stats_counts_hand_and_rules_side_by_side(capsys: Capture) -> None:
    counts = json.loads(run(capsys, "stats", SAMPLE, "--json"))
    lines = [
        json.loads(x) for file in HAND.glob("*.jsonl") for x in file.read_text(encoding="utf-8").splitlines()
    ]
    for layer in ("zone", "entity", "number", "figure"):
        assert counts[layer][""][""]["hand"] == sum(x["layer"] == layer for x in lines)
    assert counts["entity"]["level"]["NOM"]["hand"] == sum(x.get("level") == "NOM" for x in lines)
    assert counts["number"][""][""]["rules"] > 0 == counts["entity"][""][""]["rules"]
    roles = [p["role"] for x in lines for p in x.get("participants", [])]
    assert counts["event"]["participants.role"]["patient"]["hand"] == roles.count("patient")
    assert counts["relation"]["type"]["SUM_OF"] == {"hand": 2, "rules": 0}


# figures


def test_figures_say_who_says_how_many(capsys: Capture) -> None:
    claims = json.loads(run(capsys, "figures", SAMPLE, "--key", "attack-killed-civilians", "--json"))
    assert [(x["value"], x["as_of"], x["source"], x["stance"]) for x in claims] == [
        ("12", "2020-02-29", "Police", "assert"),
        ("12", "2020-02-29", "Police", "assert"),
        ("≥15", "2020-03-02", "Police", "assert"),
        ("15", "2020-03-02", "Harbour Party", "deny"),
    ]
    shown = run(capsys, "figures", SAMPLE, "--key", "attack-killed-civilians")
    assert "denies f1@b" in shown and "updates f2@a" in shown


def test_figures_can_be_narrowed(capsys: Capture) -> None:
    injured = json.loads(run(capsys, "figures", SAMPLE, "--category", "injured", "--json"))
    assert [x["category"] for x in injured] == ["injured"]
    assert len(json.loads(run(capsys, "figures", SAMPLE, "--key", "attack-killed-*", "--json"))) == 7
    assert run(capsys, "figures", SAMPLE, "--side", "nobody", "--json") == "[]\n"


def test_figures_without_a_registry_are_told_by_what_they_count(tmp_path: Path, capsys: Capture) -> None:
    corpus = Path(shutil.copytree(SAMPLE, tmp_path / "corpus"))
    shutil.rmtree(corpus / "annotations" / "registry")
    for file in (corpus / "annotations" / "hand").glob("*.jsonl"):
        lines = [json.loads(x) for x in file.read_text(encoding="utf-8").splitlines()]
        for x in lines:
            x |= {"key": None} if x["layer"] == "figure" else {}
        file.write_text("".join(json.dumps(x, ensure_ascii=False) + "\n" for x in lines), encoding="utf-8")
    assert "killed civilians cumulative\n" in run(capsys, "figures", corpus)
    assert main(["figures", str(corpus), "--origin", "nobody"]) == 2
    assert "no annotations of this origin" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("low", "high", "comparator", "vague", "text"),
    [
        (77, 77, "exact", None, "77"),
        (3500, 3500, "approx", None, "≈3,500"),
        (120, None, "at_least", None, "≥120"),
        (100, None, "more_than", None, ">100"),
        (None, 9, "less_than", None, "<9"),
        (2000, 4000, "range", None, "2,000–4,000"),
        (None, None, "vague", "tens", "tens"),
        (0, 0, "exact", None, "0"),
    ],
)
def test_a_value_reads_as_it_was_hedged(
    low: int | None, high: int | None, comparator: str, vague: str | None, text: str
) -> None:
    assert value_text({"low": low, "high": high, "comparator": comparator, "vague": vague}) == text


def test_articles_are_called_by_their_heads_where_those_differ() -> None:
    assert short_names(["000_ab", "001_cd"]) == {"000_ab": "000", "001_cd": "001"}
    assert short_names(["x_1", "x_2", "y"]) == {"x_1": "x_1", "x_2": "x_2", "y": "y"}
