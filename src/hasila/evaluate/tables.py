"""Results as tables, for the terminal, CSV or a card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hasila.terminal import Cell, Table

Json = dict[str, Any]
ALWAYS = ("level",)
"""Label fields whose labels are rows of their own unasked: names are scored apart from descriptions."""


def overlaps(layer: Json, *, labels: bool) -> Iterator[tuple[str, Json]]:
    """The counted measures of a layer's result with the names that people read."""
    for name, one in layer["spans"].items():
        yield f"spans, {name}", one
    for field, found in layer.get("labels", {}).items():
        if labels or field in ALWAYS:
            for label, one in found.items():
                yield f"{field} {label}", one
    for field, found in layer.get("fields", {}).items():
        for name, one in found.items():
            yield f"{field}, {name}", one
    for name, one in layer.get("tuples", {}).items():
        yield f"({name})", one


def _interval(bounds: list[float] | None) -> str | None:
    return f"{bounds[0]:.3f}–{bounds[1]:.3f}" if bounds else None


def score_tables(result: Json, *, labels: bool = False) -> list[Table]:
    """Tables of what ``evaluate`` returns."""
    counted: list[list[Cell]] = []
    valued: list[list[Cell]] = []
    chained: list[list[Cell]] = []
    for name, layer in result.items():
        for measure, x in overlaps(layer, labels=labels):
            counts = [x["gold"], x["predicted"], x["matched"]]
            counted.append([name, measure, *counts, x["precision"], x["recall"], x["f1"]])
        for field, x in layer["values"].items():
            valued.append([name, field, x["compared"], x["right"], x["accuracy"]])
        for variant, x in layer.get("clusters", {}).items():
            chained.append([name, variant, *_chains(x), x["conll"], x["lea"]["f1"]])
    return [
        Table(
            "Found",
            ("layer", "measure", "gold", "predicted", "matched", "precision", "recall", "F1"),
            counted,
        ),
        Table("Fields of matched annotations", ("layer", "field", "compared", "right", "accuracy"), valued),
        Table("References as clusters", (*CHAINS, "CoNLL", "LEA"), chained),
    ]


CHAINS = ("layer", "within", "mentions", "clusters", "singletons", "MUC", "B³", "CEAFe")


def _chains(x: Json) -> list[Cell]:
    sizes = [" / ".join(str(n) for n in x[name]) for name in ("mentions", "clusters", "singletons")]
    return [*sizes, *(x[name]["f1"] for name in ("muc", "b_cubed", "ceaf_e"))]


def agreement_tables(result: Json, *, labels: bool = False) -> list[Table]:
    """Tables of what ``agreement`` returns."""
    counted: list[list[Cell]] = []
    valued: list[list[Cell]] = []
    chained: list[list[Cell]] = []
    mixed: list[list[Cell]] = []
    for name, layer in result["layers"].items():
        for measure, x in overlaps(layer, labels=labels):
            counted.append([name, measure, x["a"], x["b"], x["both"], x["f1"], _interval(x["interval"])])
        for field, x in layer["values"].items():
            chance = [x.get("kappa"), x.get("alpha"), _interval(x.get("alpha_interval"))]
            shares = [x["share"], _interval(x["interval"])]
            valued.append([name, field, x["compared"], x["equal"], *shares, *chance])
        for field, found in layer.get("fields", {}).items():
            if (x := found.get("characters")) is not None:
                chance = [None, x["alpha"], _interval(x["alpha_interval"])]
                valued.append([name, f"{field}, by character", None, None, None, None, *chance])
        for variant, x in layer.get("clusters", {}).items():
            scores = [
                x["conll"],
                _interval(x["conll_interval"]),
                x["lea"]["f1"],
                _interval(x["lea_interval"]),
            ]
            chained.append([name, variant, *_chains(x), *scores])
        for field, found in layer["confusions"].items():
            mixed += [[name, field, x["a"], x["b"], x["count"]] for x in found]
    return [
        Table("Found by both", ("layer", "measure", "A", "B", "both", "F1", "95 %"), counted),
        Table(
            "Fields of matched annotations",
            ("layer", "field", "compared", "equal", "share", "95 %", "κ", "α", "95 % of α"),
            valued,
        ),
        Table("References as clusters", (*CHAINS, "CoNLL", "95 %", "LEA", "95 % of LEA"), chained),
        Table("Labels mixed up", ("layer", "field", "A", "B", "times"), mixed),
    ]
