"""Agreement of two passes: chance-corrected, with intervals, and which labels get mixed up."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hasila.evaluate import agreement
from hasila.evaluate.agreement import cohen_kappa, krippendorff_alpha, tabulate
from hasila.evaluate.bootstrap import STRETCH, Blocks, Resampler, jackknife
from hasila.evaluate.confusion import confusions
from hasila.evaluate.measures import Values

SAMPLE = Path(__file__).parent / "sample" / "annotations"


def entity(start: int, kind: str = "ORG", article: str = "one", **rest: Any) -> dict[str, Any]:
    head = {"article": article, "id": f"e{start + 1}", "layer": "entity", "start": start, "end": start + 5}
    return {**head, "text": "xxxxx", "type": kind, "level": "NAM", "ref": None, **rest}


def totals(pairs: list[tuple[str, str]]) -> Any:
    return tabulate(Counter((0, x, y) for x, y in pairs), 1)


def test_kappa_of_a_known_table() -> None:
    """20 both yes, 5 yes–no, 10 no–yes, 15 both no: observed .7, by chance .5, so κ = .4."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohen_kappa(totals(pairs))[0] == pytest.approx(0.4)


def test_kappa_and_alpha_are_undefined_where_nobody_chooses() -> None:
    assert math.isnan(cohen_kappa(totals([("y", "y")] * 3))[0])
    assert math.isnan(krippendorff_alpha(totals([("y", "y")] * 3))[0])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=20))
@settings(max_examples=150, deadline=None)
def test_alpha_equals_krippendorff(pairs: list[tuple[int, int]]) -> None:
    assume(len({x for pair in pairs for x in pair}) > 1)
    expected = krippendorff.alpha(np.array(pairs, dtype=float).T, level_of_measurement="nominal")
    ours = krippendorff_alpha(totals([(str(x), str(y)) for x, y in pairs]))
    assert ours[0] == pytest.approx(expected)


def test_confusions_count_unequal_labels_the_most_frequent_first() -> None:
    pairs = [(0, "ORG", "GPE"), (0, "ORG", "ORG"), (1, "ORG", "GPE"), (1, "LOC", None)]
    assert confusions(Values(pairs)) == [
        {"a": "ORG", "b": "GPE", "count": 2},
        {"a": "LOC", "b": None, "count": 1},
    ]


# Intervals


def side(annotations: list[dict[str, Any]]) -> Any:
    from hasila.evaluate.sources import read_side

    return read_side(annotations)


def test_a_block_is_a_paragraph_else_a_stretch_of_text() -> None:
    zones = [
        {
            "article": "one",
            "id": f"z{k}",
            "layer": "zone",
            "start": at,
            "end": at + 90,
            "text": "x",
            "type": "body",
        }
        for k, at in enumerate((0, 100, 200), start=1)
    ]
    blocks = Blocks(
        side([*zones, entity(5)]),
        side([entity(0, article="two"), entity(STRETCH + 7, article="two")]),
        ["one", "two"],
    )
    assert blocks.size == 3 + 2
    assert [blocks.of("one", p) for p in (0, 99, 100, 250)] == [0, 0, 1, 2]
    assert [blocks.of("two", p) for p in (0, STRETCH)] == [3, 4]


def test_every_replicate_draws_as_many_paragraphs_of_an_article_as_it_has() -> None:
    blocks = Blocks(side([entity(0), entity(3 * STRETCH)]), side([entity(0, article="two")]), ["one", "two"])
    weights = Resampler(blocks, 50, seed=1).weights
    assert weights.shape == (50, 5)
    assert (weights[:, :4].sum(axis=1) == 4).all() and (weights[:, 4] == 1).all()


def test_the_bootstrap_of_a_mean_has_its_known_width() -> None:
    """Mean of n paragraphs of values 0 and 1: the standard error is √(p (1 - p) / n)."""
    n = 400
    blocks = Blocks(side([entity(n * STRETCH - 6)]), {}, ["one"])
    values = np.arange(n) % 4 == 0
    low, high = Resampler(blocks, 4000).interval(
        lambda s: s[:, 0] / s[:, 1], np.stack([values, np.ones(n)], axis=1)
    ) or (0, 0)
    assert (high - low) / (2 * 1.96) == pytest.approx(math.sqrt(0.25 * 0.75 / n), rel=0.06)
    assert low < 0.25 < high


def test_the_jackknife_of_a_mean_has_its_known_width() -> None:
    values = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])

    def mean(gone: Any) -> float:
        return float(np.mean([v for k, v in enumerate(values) if k not in gone]))

    low, high = jackknife(mean, [{k} for k in range(6)]) or (0, 0)
    error = float(np.std(values, ddof=1)) / math.sqrt(6)
    assert (low, high) == pytest.approx((max(0, 0.5 - 1.96 * error), min(1, 0.5 + 1.96 * error)))


def test_alpha_by_character_asks_of_each_code_point_whether_it_is_content() -> None:
    def quotation(start: int, end: int) -> dict[str, Any]:
        span = {"start": start, "end": end, "text": "x" * (end - start)}
        head = {"article": "one", "id": "q1", "layer": "quotation", "start": 0, "end": 100, "text": "x" * 100}
        return head | {"source": None, "cue": None, "content": [span], "mode": "indirect"}

    found = agreement([quotation(10, 60)], [quotation(20, 60)], replicates=10)
    characters = found["layers"]["quotation"]["fields"]["content"]["characters"]
    readings = [[1 if low <= p < 60 else 0 for p in range(100)] for low in (10, 20)]
    assert characters["alpha"] == pytest.approx(krippendorff.alpha(readings), abs=1e-6)


# The whole


def test_a_pass_agrees_with_itself() -> None:
    result = agreement(SAMPLE / "hand", SAMPLE / "hand", replicates=50)
    assert result["articles"] == ["a_market", "b_toll", "c_denial"]
    for layer in result["layers"].values():
        assert layer["confusions"] == {}
        for one in layer["spans"].values():
            assert one["f1"] == 1.0 and one["interval"] == [1.0, 1.0]
        for one in layer["values"].values():
            assert one["share"] == 1.0


def test_agreement_does_not_depend_on_the_order_of_the_passes() -> None:
    a = [entity(0), entity(10, "GPE"), entity(30)]
    b = [entity(0), entity(10), entity(50, "LOC")]
    one, other = agreement(a, b)["layers"]["entity"], agreement(b, a)["layers"]["entity"]
    for name in one["spans"]:
        assert one["spans"][name]["f1"] == other["spans"][name]["f1"]
    assert one["values"]["type"]["kappa"] == other["values"]["type"]["kappa"]
    assert one["confusions"] == {"type": [{"a": "GPE", "b": "ORG", "count": 1}]}
    assert other["confusions"] == {"type": [{"a": "ORG", "b": "GPE", "count": 1}]}


def test_the_same_seed_gives_the_same_intervals_and_json_takes_it() -> None:
    places = range(0, 8000, 160)
    a = [entity(at, "ORG" if at % 320 else "GPE") for at in places]
    b = [entity(at + (at % 480 == 0), "ORG") for at in places]
    result = agreement(a, b, replicates=200, seed=3)
    assert result == agreement(a, b, replicates=200, seed=3) == json.loads(json.dumps(result))
    strict = result["layers"]["entity"]["spans"]["strict"]
    low, high = strict["interval"]
    assert low < strict["f1"] < high
    assert agreement(a, b, replicates=200, seed=4)["layers"]["entity"]["spans"]["strict"] != strict


def test_links_have_a_share_and_no_chance_correction() -> None:
    layer = agreement(SAMPLE / "hand", SAMPLE / "hand", replicates=10)["layers"]["figure"]
    assert layer["values"]["number"]["share"] == 1.0
    assert "kappa" not in layer["values"]["number"]
    assert layer["values"]["category"]["kappa"] == 1.0
