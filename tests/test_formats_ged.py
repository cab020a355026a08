"""Figures with the columns of UCDP GED."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from hasila.corpus import Corpus, open_corpus
from hasila.formats import FORMATS
from hasila.formats.ged import GED, OWN, date_precision, first_day


def rows(corpus: Corpus, out: Path) -> dict[str, dict[str, str]]:
    FORMATS["ged"].export(corpus, "hand", out)
    with (out / "figures.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_columns_are_geds_then_ours(tmp_path: Path, sample: Corpus) -> None:
    (row, *_) = rows(sample, tmp_path).values()
    assert list(row) == [*GED, *OWN]
    assert [*GED][:3] == ["id", "relid", "year"] and [*GED][-5:] == ["best", "high", "low", "gwnoa", "gwnob"]
    assert len(GED) == 49


def test_every_figure_is_a_row(tmp_path: Path) -> None:
    corpus = open_corpus()
    found = rows(corpus, tmp_path)
    figures = {
        f"{article}/{one.id}": one
        for article, listed in corpus.annotations("hand").items()
        for one in listed
        if one.layer == "figure"
    }
    assert found.keys() == figures.keys()
    for name, row in found.items():
        one = figures[name]
        assert row["text"] == one.text and row["category"] == one["category"]
        if one["stance"] in ("assert", "estimate"):
            assert [row[k] for k in ("low", "high")] == [
                "" if one[k] is None else str(one[k]) for k in ("low", "high")
            ]
        else:
            assert row["best"] == row["low"] == row["high"] == ""


def test_deaths_are_told_by_side(tmp_path: Path, sample: Corpus) -> None:
    row = rows(sample, tmp_path)["a_market/f1"]
    assert (row["best"], row["deaths_civilians"], row["deaths_a"], row["deaths_unknown"]) == (
        "12",
        "12",
        "",
        "",
    )
    assert (row["source_date"], row["source_office"]) == ("2020-03-01", "Sample News")
    assert row["source_headline"] == "الشرطة: مقتل 12 مدنيا في هجوم على سوق المرفأ"
    injured = rows(sample, tmp_path)["a_market/f5"]
    assert injured["best"] == "20" and injured["deaths_unknown"] == injured["deaths_civilians"] == ""


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2022-01-20", "2022-01-20", 1),
        ("2022-01-20", "2022-01-21", 2),
        ("2022-01-20", "2022-01-25", 2),
        ("2022-01-20", "2022-01-26", 3),
        ("2022-01-20", "2022-01-27", 4),
        ("2022-01-01", "2022-01-31", 4),
        ("2022-01-01", "2022-02-01", 5),
        (None, "2022-01-01", None),
    ],
)
def test_the_precision_of_a_date_follows_the_days(start: str | None, end: str, code: int | None) -> None:
    assert date_precision(start, end) == code


def test_the_first_day_of_a_date() -> None:
    assert first_day("2022-01-20/2022-01-30") == first_day("2022-01-20") == "2022-01-20"
    assert (first_day("2022-03"), first_day("2014"), first_day(None)) == ("2022-03-01", "2014-01-01", None)
