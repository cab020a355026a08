"""Scores of predicted annotations against gold, per layer."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from hasila.evaluate import clusters
from hasila.evaluate.measures import Compared, Comparison, Overlap, Values
from hasila.evaluate.sources import Source, both, layers_for

Json = dict[str, Any]


def precision_recall(overlap: Overlap) -> Json:
    """Counts, precision, recall and F1 (None where nothing can be counted)."""
    gold, predicted, matched = overlap.a.total(), overlap.b.total(), overlap.both.total()
    return {
        "gold": gold,
        "predicted": predicted,
        "matched": matched,
        "precision": matched / predicted if predicted else None,
        "recall": matched / gold if gold else None,
        "f1": 2 * matched / (gold + predicted) if gold + predicted else None,
    }


def accuracy(values: Values) -> Json:
    """How many matched annotations agree in a field, and the share."""
    right = sum(1 for _, x, y in values.pairs if x == y)
    compared = len(values.pairs)
    return {"compared": compared, "right": right, "accuracy": right / compared if compared else None}


def nest(into: Json, path: tuple[str, ...], value: Any) -> None:
    """Put ``value`` at ``path`` of nested dicts."""
    for name in path[:-1]:
        into = into.setdefault(name, {})
    into[path[-1]] = value


VARIANTS = ("corpus", "article", "matched")
"""Clusters through the whole corpus; cut at each article's edge; of the mentions that both sides have."""


def clusterings(
    c: Compared, variant: str, without: Set[int] = frozenset()
) -> tuple[list[clusters.Cluster], list[clusters.Cluster]]:
    """Key and response of a layer's references, one of ``VARIANTS``; ``without`` leaves out blocks."""
    assert c.mentions is not None
    sides = [[m for m in given if m.block not in without] for given in c.mentions]
    if variant == "matched":
        shared = {m.id for m in sides[0]} & {m.id for m in sides[1]}
        sides = [[m for m in given if m.id in shared] for given in sides]
    key, response = (
        clusters.clustering((m.id, (m.article, m.ref) if variant == "article" else m.ref) for m in given)
        for given in sides
    )
    return key, response


def cluster_scores(c: Compared, variant: str) -> Json:
    """Recall, precision and F1 of MUC, B³, CEAFe and LEA; CoNLL F1, also without singletons; counts."""
    key, response = clusterings(c, variant)
    found: Json = {name: metric(key, response)._asdict() for name, metric in clusters.METRICS.items()}
    found["conll"] = clusters.conll(key, response)
    plural = [x for x in key if len(x) > 1], [x for x in response if len(x) > 1]
    found["conll_without_singletons"] = clusters.conll(*plural)
    found["mentions"] = [sum(map(len, key)), sum(map(len, response))]
    found["clusters"] = [len(key), len(response)]
    found["singletons"] = [len(key) - len(plural[0]), len(response) - len(plural[1])]
    return found


def compare(gold: Source, predicted: Source) -> Comparison:
    """Match two sides, as they are or as files."""
    a, b, articles = both(gold, predicted)
    return Comparison(a, b, articles, layers_for(gold))


def evaluate(gold: Source, predicted: Source) -> Json:
    """Score ``predicted`` against ``gold``, each a directory, a file or a list of annotations.

    Returns, for each layer that either has, what ``json.dumps`` takes:
    ``gold`` and ``predicted`` (counts);
    ``spans`` (strict: equal spans; relaxed: any overlap, one to one; typed: strict with the layer's
    type; valued: strict with its value; and both relaxed);
    ``labels`` (strict and typed, of the annotations that bear one label);
    ``values`` (accuracy of each field on matched annotations);
    ``fields`` (spans within annotations, characters of content, members of lists);
    ``tuples`` (figures, wherever they stand in the article); ``clusters`` (of ``ref``).
    Articles that only one directory has are left out. docs/evaluation.md defines each measure.

    Raises:
        HasilaError: a path holds no annotations, or the two share no article.
    """
    return scores(compare(gold, predicted))


def scores(comparison: Comparison) -> Json:
    """What ``evaluate`` returns, of sides that are matched already."""
    found: Json = {}
    for name, c in comparison.layers.items():
        layer: Json = {"gold": len(c.a), "predicted": len(c.b)}
        for path, overlap in c.overlaps.items():
            nest(layer, path, precision_recall(overlap))
        layer["values"] = {name: accuracy(values) for name, values in c.values.items()}
        if c.mentions is not None:
            layer["clusters"] = {variant: cluster_scores(c, variant) for variant in VARIANTS}
        found[name] = layer
    return found
