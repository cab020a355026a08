"""Scores against gold: what counts as found, and that independent implementations count the same."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import nervaluate
import pytest
import scorch.scores
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import hasila
from hasila.annotation import Annotation
from hasila.errors import HasilaError
from hasila.evaluate import clusters, evaluate
from hasila.evaluate.matching import best_pairs, jaccard, match

SAMPLE = Path(__file__).parent / "sample" / "annotations"
PROVENANCE = {"method": "hand", "annotator": "test"}


def item(layer: str, start: int, end: int, identifier: str = "", **fields: Any) -> dict[str, Any]:
    prefix = {"entity": "e", "event": "v", "quotation": "q", "figure": "f", "number": "n", "timex": "t"}
    return {
        "id": identifier or f"{prefix.get(layer, 'z')}{start + 1}",
        "layer": layer,
        "start": start,
        "end": end,
        "text": "x" * (end - start),
        **fields,
        "provenance": PROVENANCE,
    }


def entity(start: int, end: int, kind: str = "ORG", ref: str | None = None, **rest: Any) -> dict[str, Any]:
    return item("entity", start, end, **{"type": kind, "level": "NAM", "ref": ref, **rest})


def figure(
    start: int, low: int | None, category: str = "killed", side: str = "all", **rest: Any
) -> dict[str, Any]:
    return item(
        "figure", start, start + 5, **{"category": category, "side": side, "low": low, "high": low, **rest}
    )


def quotation(start: int, end: int, cue: tuple[int, int] | None, *content: tuple[int, int]) -> dict[str, Any]:
    def span(bounds: tuple[int, int]) -> dict[str, Any]:
        return {"start": bounds[0], "end": bounds[1], "text": "x" * (bounds[1] - bounds[0])}

    parts = [span(c) for c in content]
    return item(
        "quotation", start, end, source=None, cue=span(cue) if cue else None, content=parts, mode="indirect"
    )


# Spans


def test_strict_wants_the_span_typed_the_type_too_relaxed_any_overlap() -> None:
    gold = [entity(0, 5), entity(10, 15), entity(20, 25)]
    predicted = [entity(0, 5), entity(10, 15, "GPE"), entity(21, 25), entity(40, 45)]
    spans = evaluate(gold, predicted)["entity"]["spans"]
    assert {name: one["matched"] for name, one in spans.items()} == {
        "strict": 2,
        "relaxed": 3,
        "typed": 1,
        "relaxed typed": 2,
    }
    assert spans["strict"]["precision"] == 2 / 4
    assert spans["strict"]["recall"] == 2 / 3
    assert spans["strict"]["f1"] == pytest.approx(4 / 7)


def test_matching_is_one_to_one() -> None:
    spans = evaluate([entity(0, 30)], [entity(0, 10), entity(12, 20), entity(21, 30)])["entity"]["spans"]
    assert spans["relaxed"]["matched"] == 1


def test_an_exact_span_is_never_given_up_for_a_better_sum() -> None:
    a = [Annotation("e1", "entity", 0, 10, ""), Annotation("e2", "entity", 0, 9, "")]
    b = [Annotation("e1", "entity", 0, 10, ""), Annotation("e2", "entity", 1, 10, "")]
    assert (a[0], b[0]) in match(a, b)


def test_two_on_one_span_are_matched_by_their_fields() -> None:
    both = [entity(0, 5, "ORG", id="e1"), entity(0, 5, "GPE", id="e2")]
    result = evaluate(both, both[::-1])["entity"]
    assert result["spans"]["typed"]["matched"] == 2
    assert result["values"]["type"]["accuracy"] == 1.0


def test_a_value_counts_with_its_span() -> None:
    gold = [item("timex", 0, 5, type="DATE", value="2022-01-20", anchor="explicit")]
    off = [item("timex", 1, 5, type="DATE", value="2022-01-20", anchor="explicit")]
    wrong = [item("timex", 0, 5, type="DATE", value="2022-01-21", anchor="context")]
    assert evaluate(gold, off)["timex"]["spans"]["valued"]["matched"] == 0
    assert evaluate(gold, off)["timex"]["spans"]["relaxed valued"]["matched"] == 1
    assert evaluate(gold, wrong)["timex"]["spans"]["valued"]["matched"] == 0
    values = evaluate(gold, wrong)["timex"]["values"]
    assert (values["type"]["right"], values["value"]["right"], values["anchor"]["right"]) == (1, 0, 0)


def test_labels_are_scored_one_by_one() -> None:
    gold = [entity(0, 5), entity(10, 15), entity(20, 25, level="NOM")]
    predicted = [entity(0, 5), entity(20, 25)]
    levels = evaluate(gold, predicted)["entity"]["labels"]["level"]
    assert (levels["NAM"]["gold"], levels["NAM"]["predicted"], levels["NAM"]["matched"]) == (2, 2, 1)
    assert (levels["NOM"]["gold"], levels["NOM"]["predicted"], levels["NOM"]["f1"]) == (1, 0, 0.0)


flat = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4), st.sampled_from(["ORG", "GPE"])), max_size=8)


def laid_out(drawn: list[tuple[int, int, str]]) -> list[dict[str, Any]]:
    """Spans that do not overlap, as NER scorers know them: (gap before, length, type)."""
    found, at = [], 0
    for gap, length, kind in drawn:
        found.append(entity(at + gap, at + gap + length, kind))
        at += gap + length
    return found


@given(flat, flat)
@settings(max_examples=150, deadline=None)
def test_strict_and_typed_equal_nervaluate(
    a: list[tuple[int, int, str]], b: list[tuple[int, int, str]]
) -> None:
    gold, predicted = laid_out(a), laid_out(b)
    if not gold and not predicted:
        return
    spans = evaluate(gold, predicted)["entity"]["spans"]

    def plain(side: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        # nervaluate's ends are inclusive.
        return [[{"label": x["type"], "start": x["start"], "end": x["end"] - 1} for x in side]]

    judge = nervaluate.Evaluator(plain(gold), plain(predicted), tags=["ORG", "GPE"], loader="dict")
    overall = judge.evaluate()["overall"]
    for ours, theirs in (("typed", "strict"), ("strict", "exact")):
        assert spans[ours]["matched"] == overall[theirs].correct
        assert (spans[ours]["precision"] or 0) == pytest.approx(overall[theirs].precision)
        assert (spans[ours]["recall"] or 0) == pytest.approx(overall[theirs].recall)


weights = st.dictionaries(
    st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(1, 20).map(float), max_size=12
)


@given(weights)
@settings(max_examples=150, deadline=None)
def test_the_assignment_is_the_best_of_all(drawn: dict[tuple[int, int], float]) -> None:
    chosen = best_pairs(drawn)
    assert len({i for i, _ in chosen}) == len({j for _, j in chosen}) == len(chosen)
    best = max(
        sum(drawn.get((i, j), 0.0) for i, j in enumerate(order)) for order in itertools.permutations(range(5))
    )
    assert sum(drawn[pair] for pair in chosen) == best


def test_overlap_is_a_share_of_the_joint_length() -> None:
    assert jaccard((0, 4), (2, 6)) == 2 / 6
    assert jaccard((0, 4), (4, 6)) == 0.0


# Fields that point


def test_the_characters_of_content_are_counted_in_matched_quotations() -> None:
    gold = [quotation(0, 40, (0, 4), (10, 20), (30, 40))]
    predicted = [quotation(0, 40, (0, 4), (15, 40)), quotation(50, 60, (50, 52), (55, 60))]
    result = evaluate(gold, predicted)["quotation"]
    content = result["fields"]["content"]["characters"]
    assert (content["gold"], content["predicted"], content["matched"]) == (20, 30, 15)
    cue = result["fields"]["cue"]["strict"]
    assert (cue["gold"], cue["predicted"], cue["matched"]) == (1, 2, 1)


def test_nested_quotations_are_told_apart_by_their_cues() -> None:
    outer, inner = quotation(0, 60, (0, 4), (10, 60)), quotation(12, 60, (12, 16), (20, 60))
    # The prediction draws the inner one as wide as the outer.
    wide = quotation(0, 60, (12, 16), (20, 60)) | {"id": "q99"}
    result = evaluate([outer, inner], [wide])["quotation"]
    assert result["fields"]["content"]["characters"]["matched"] == 40


def test_participants_are_read_through_matched_annotations() -> None:
    def event(agent: str, place: str) -> dict[str, Any]:
        parts = [{"role": "agent", "target": agent}, {"role": "place", "target": place}]
        return item("event", 50, 55, type="Attack", realis="actual", ref=None, participants=parts)

    gold = [entity(0, 5, id="e1"), entity(10, 15, id="e2"), event("e1", "e2")]
    predicted = [entity(0, 5, id="e7"), entity(20, 25, id="e2"), event("e7", "e2")]
    members = evaluate(gold, predicted)["event"]["fields"]["participants"]["members"]
    assert (members["gold"], members["predicted"], members["matched"]) == (2, 2, 1)


def test_a_figure_says_the_same_wherever_it_stands() -> None:
    gold = [figure(0, 77), figure(100, 77, side="civilians"), figure(200, 5)]
    predicted = [figure(90, 77, side="civilians"), figure(210, 6)]
    tuples = evaluate(gold, predicted)["figure"]["tuples"]
    assert tuples["category, low, high"]["matched"] == 1
    assert tuples["category, side, low, high"]["matched"] == 1
    # The nearest is taken: so the side agrees.
    assert evaluate(gold, predicted)["figure"]["values"]["side"] == {
        "compared": 1,
        "right": 1,
        "accuracy": 1.0,
    }


def test_a_mention_stands_for_its_referent_where_there_is_no_registry() -> None:
    gold = [entity(0, 5, ref="army", id="e1"), figure(10, 7, side="army")]
    predicted = [entity(0, 5, ref="#e9", id="e9"), figure(10, 7, side="#e9")]
    result = evaluate(gold, predicted)
    assert result["figure"]["tuples"]["category, side, low, high"]["f1"] == 1.0
    assert result["entity"]["values"]["ref"]["accuracy"] == 1.0


# Clusters


def partition(labels: list[int]) -> list[set[str]]:
    found: dict[int, set[str]] = {}
    for mention, label in enumerate(labels):
        if label:  # 0: no mention of this side
            found.setdefault(label, set()).add(f"m{mention}")
    return list(found.values())


labellings = st.lists(st.integers(0, 4), min_size=1, max_size=10)


@given(labellings, labellings)
@settings(max_examples=200, deadline=None)
def test_clusters_equal_scorch(a: list[int], b: list[int]) -> None:
    key, response = partition(a), partition(b)
    # scorch divides by zero where the two sides share no mention.
    assume(set().union(*key) & set().union(*response))
    ours = [frozenset(x) for x in key], [frozenset(x) for x in response]
    for name, theirs in (
        ("muc", scorch.scores.muc),
        ("b_cubed", scorch.scores.b_cubed),
        ("ceaf_e", scorch.scores.ceaf_e),
    ):
        assert clusters.METRICS[name](*ours) == pytest.approx(theirs(key, response))
    assert clusters.conll(*ours) == pytest.approx(scorch.scores.conll2012(key, response))


def test_lea_equals_the_example_of_its_paper() -> None:
    """Moosavi and Strube (2016), section 4.1: recall 0.24 and precision 0.33 up to rounding."""
    key = [frozenset("abc"), frozenset("defg")]
    response = [frozenset("ab"), frozenset("cd"), frozenset("fghi")]
    score = clusters.lea(key, response)
    assert score.recall == pytest.approx((3 * 1 / 3 + 4 * 1 / 6) / 7)
    assert score.precision == pytest.approx((2 * 1 + 2 * 0 + 4 * 1 / 6) / 8)


@given(labellings, labellings)
@settings(max_examples=200, deadline=None)
def test_lea_equals_its_definition_over_links(a: list[int], b: list[int]) -> None:
    def links(cluster: frozenset[str]) -> set[frozenset[str]]:
        return {frozenset(p) for p in itertools.combinations(cluster, 2)} or {cluster}

    def one_way(one: list[frozenset[str]], other: list[frozenset[str]]) -> float:
        known = {link for cluster in other for link in links(cluster)}
        total = sum(len(c) * len(links(c) & known) / len(links(c)) for c in one)
        return total / sum(len(c) for c in one) if one else 0.0

    key, response = ([frozenset(x) for x in partition(p)] for p in (a, b))
    assert clusters.lea(key, response).recall == pytest.approx(one_way(key, response))
    assert clusters.lea(key, response).precision == pytest.approx(one_way(response, key))


def test_references_are_clustered_through_the_corpus_and_within_articles() -> None:
    def mentions(refs: list[str | None]) -> list[dict[str, Any]]:
        places = [("one", 0), ("one", 10), ("two", 0), ("two", 10)]
        return [{"article": x, **entity(at, at + 5, ref=r)} for (x, at), r in zip(places, refs, strict=True)]

    gold = mentions(["army", "army", "army", "police"])
    predicted = mentions(["army", "army", "militia", "police"])
    found = evaluate(gold, predicted)["entity"]["clusters"]
    assert found["article"]["conll_without_singletons"] == pytest.approx(1.0)
    assert found["article"]["clusters"] == [3, 3]
    assert found["corpus"]["muc"]["recall"] == 1 / 2
    assert found["corpus"]["singletons"] == [1, 2]


def test_the_matched_variant_judges_linking_alone() -> None:
    gold = [entity(0, 5, ref="army"), entity(10, 15, ref="army"), entity(20, 25, ref="army")]
    found = evaluate(gold, gold[:2])["entity"]["clusters"]
    assert found["corpus"]["conll"] < 1
    assert found["matched"]["conll"] == 1


# What is compared, and what comes back


def test_a_side_is_a_directory_a_file_lines_or_annotations() -> None:
    directory = evaluate(SAMPLE / "hand", str(SAMPLE / "hand"))
    lines = [
        {"article": file.stem, **json.loads(line)}
        for file in sorted((SAMPLE / "hand").glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    listed = evaluate(lines, [Annotation.from_dict(line) for line in lines])
    assert listed == directory == json.loads(json.dumps(directory))
    assert all(one["f1"] == 1.0 for layer in directory.values() for one in layer["spans"].values())
    one = evaluate(SAMPLE / "hand" / "a_market.jsonl", SAMPLE / "hand")
    assert 0 < one["entity"]["gold"] < directory["entity"]["gold"]


def test_the_package_calls_it_by_its_name() -> None:
    assert hasila.evaluate([], []) == {}
    assert hasila.evaluate([entity(0, 5)], [])["entity"]["spans"]["strict"]["recall"] == 0.0


def test_what_cannot_be_computed_is_none() -> None:
    strict = evaluate([entity(0, 5)], [])["entity"]["spans"]["strict"]
    assert strict["precision"] is None and strict["f1"] == 0.0


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("{", "x.jsonl:1: not a JSON object"),
        ('{"id": "e1"}', "x.jsonl:1: no annotation: it has no `layer`"),
        ('{"layer": "entity", "id": "e1"}', "x.jsonl:1: (record) lacks the key 'start'"),
        (json.dumps(entity(0, 5) | {"start": "0"}), 'x.jsonl:1: /start: "0" is no integer'),
        (json.dumps(entity(0, 5) | {"ref": 7}), "x.jsonl:1: /ref: 7 is no string"),
    ],
)
def test_a_broken_file_is_told_with_its_line(tmp_path: Path, lines: str, told: str) -> None:
    (tmp_path / "x.jsonl").write_text(lines, encoding="utf-8")
    with pytest.raises(HasilaError, match=r"x\.jsonl:1") as error:
        evaluate(tmp_path, tmp_path)
    assert told in str(error.value)


def test_what_a_prediction_leaves_out_is_taken_as_open() -> None:
    bare = {"layer": "entity", "id": "e1", "start": 0, "end": 5, "text": "xxxxx"}
    found = evaluate([entity(0, 5)], [bare])["entity"]
    assert found["spans"]["strict"]["f1"] == 1.0
    assert found["spans"]["typed"]["f1"] == 0.0


def test_nothing_to_compare_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(HasilaError, match="no such file or directory"):
        evaluate(tmp_path / "none", tmp_path)
    with pytest.raises(HasilaError, match="no annotations here"):
        evaluate(tmp_path, tmp_path)
    (tmp_path / "x.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(HasilaError, match="no article in common: x against a_market, b_toll, c_denial"):
        evaluate(tmp_path, SAMPLE / "hand")
