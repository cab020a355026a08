"""What the card says of agreement and accuracy, measured anew whenever it is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hasila.corpus import Corpus
from hasila.evaluate import agreement, evaluate
from hasila.publish.documents import table

Json = dict[str, Any]
NOTHING = "*Not measured yet.*"
SHOWN = ("strict", "relaxed", "typed", "valued")


def passes(root: Path) -> Json | None:
    """The agreement of the two readings below ``annotations/passes``; None where there are not two."""
    a, b = (root / "annotations" / "passes" / name for name in "ab")
    return agreement(a, b) if a.is_dir() and b.is_dir() else None


def _has(corpus: Corpus, origin: str) -> bool:
    return any((corpus.root / "annotations" / origin).glob("*.jsonl"))


def _score(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}"


def _interval(bounds: list[float] | None) -> str | None:
    return None if bounds is None else f"{bounds[0]:.2f}–{bounds[1]:.2f}"


def _overlaps(layer: Json) -> Iterator[tuple[str, Json]]:
    """The measures of a layer that find something on both sides, by name."""
    for name in SHOWN:
        if name in layer["spans"]:
            yield f"span, {name}", layer["spans"][name]
    for field, variants in layer.get("fields", {}).items():
        variant = "strict" if "strict" in variants else next(iter(variants))
        yield f"{field}, {variant}", variants[variant]
    for fields, found in layer.get("tuples", {}).items():
        yield f"({fields})", found


def agreement_table(found: Json | None) -> str:
    """F1 of what both readings found, α of the fields of what they share, and clusters of references."""
    if found is None:
        return NOTHING
    rows: list[list[object]] = []
    for name, layer in found["layers"].items():
        rows += [
            [name, measure, x["a"], x["b"], x["both"], _score(x["f1"]), _interval(x["interval"])]
            for measure, x in _overlaps(layer)
        ]
        if "clusters" in layer:
            x = layer["clusters"]["corpus"]
            for measure in ("conll", "lea"):
                value = x["conll"] if measure == "conll" else x["lea"]["f1"]
                title = {"conll": "ref, CoNLL F1", "lea": "ref, LEA"}[measure]
                interval = _interval(x[f"{measure}_interval"])
                rows.append([name, title, *x["mentions"], None, _score(value), interval])
    spans = table(["layer", "measure", "A", "B", "both", "F1", "95 %"], rows)
    labels = [
        [name, f"`{field}`", v["compared"], v["equal"], _score(v["kappa"]), _score(v["alpha"])]
        for name, layer in found["layers"].items()
        for field, v in layer["values"].items()
        if v.get("alpha") is not None and v["equal"] < v["compared"]
    ]
    fields = table(["layer", "field", "compared", "equal", "κ", "α"], labels)
    lead = "Fields of matched annotations in which the readings differ at all; the others agree fully:"
    return f"{spans}\n\n{lead}\n\n{fields}"


def confusion_table(found: Json | None) -> str:
    """Unequal labels of annotations that both readings have."""
    if found is None:
        return NOTHING
    rows = [
        [name, f"`{field}`", x["a"], x["b"], x["count"]]
        for name, layer in found["layers"].items()
        for field, mixed in layer["confusions"].items()
        for x in mixed
    ]
    return table(["layer", "field", "A", "B", "times"], rows)


def rules_table(corpus: Corpus) -> str:
    """The rules against the hand layer: precision, recall, F1."""
    if not (_has(corpus, "hand") and _has(corpus, "rules")):
        return NOTHING
    base = corpus.root / "annotations"
    rows = [
        [name, measure, x["gold"], x["predicted"], *(_score(x[k]) for k in ("precision", "recall", "f1"))]
        for name, layer in evaluate(base / "hand", base / "rules").items()
        for measure, x in _overlaps(layer)
    ]
    return table(["layer", "measure", "hand", "rules", "precision", "recall", "F1"], rows)
