"""One-to-one matching of the annotations of one layer and article.

Exactly equal spans are matched first; what is left is matched by the assignment that maximises
the summed overlap (Jaccard index of the two spans, in code points). Quotations are matched by
their cues first, figures by (category, low, high), nearest place first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from hasila.annotation import Annotation

Pair = tuple[Annotation, Annotation]
Weights = dict[tuple[int, int], float]
Stage = Callable[[Sequence[Annotation], Sequence[Annotation]], Weights]


def best_pairs(weights: Mapping[tuple[int, int], float]) -> list[tuple[int, int]]:
    """The one-to-one pairs of the greatest summed weight among ``weights`` (positive, sparse).

    Each connected component is solved by itself with ``scipy.optimize.linear_sum_assignment``.
    """
    chosen: list[tuple[int, int]] = []
    for component in _components(weights):
        rows = sorted({i for i, _ in component})
        columns = sorted({j for _, j in component})
        if len(rows) == 1 or len(columns) == 1:
            chosen.append(max(component, key=lambda edge: (weights[edge], -edge[0], -edge[1])))
            continue
        from scipy.optimize import linear_sum_assignment

        row, column = {x: k for k, x in enumerate(rows)}, {x: k for k, x in enumerate(columns)}
        matrix = np.zeros((len(rows), len(columns)))
        for i, j in component:
            matrix[row[i], column[j]] = weights[i, j]
        for r, c in zip(*linear_sum_assignment(matrix, maximize=True), strict=True):
            if matrix[r, c] > 0:
                chosen.append((rows[r], columns[c]))
    return sorted(chosen)


def _components(edges: Mapping[tuple[int, int], float]) -> Iterator[list[tuple[int, int]]]:
    # Union-find over rows (i, 0) and columns (j, 1).
    above: dict[tuple[int, int], tuple[int, int]] = {}

    def root(node: tuple[int, int]) -> tuple[int, int]:
        above.setdefault(node, node)
        while above[node] != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    for i, j in edges:
        above[root((i, 0))] = root((j, 1))
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for i, j in edges:
        found.setdefault(root((i, 0)), []).append((i, j))
    yield from found.values()


def jaccard(a: tuple[int, int], b: tuple[int, int]) -> float:
    """Shared length of two spans over their joint length; 0 where they do not overlap."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return shared / (max(a[1], b[1]) - min(a[0], b[0])) if shared > 0 else 0.0


def _agreeing(x: Annotation, y: Annotation) -> float:
    same = sum(1 for name, value in x.fields.items() if y.fields.get(name) == value)
    return same / (len(x.fields) or 1)


def exact(a: Sequence[Annotation], b: Sequence[Annotation]) -> Weights:
    """Equal spans; among several on one span, those that agree in most fields."""
    places: dict[tuple[int, int], list[int]] = {}
    for j, y in enumerate(b):
        places.setdefault(y.span, []).append(j)
    return {(i, j): 1 + _agreeing(x, b[j]) for i, x in enumerate(a) for j in places.get(x.span, ())}


def overlapping(a: Sequence[Annotation], b: Sequence[Annotation]) -> Weights:
    """Spans that share a character."""
    weights: Weights = {}
    order = sorted(range(len(b)), key=lambda j: b[j].start)
    live: list[int] = []
    following = 0
    for i in sorted(range(len(a)), key=lambda i: a[i].start):
        start, end = a[i].span
        while following < len(order) and b[order[following]].start < end:
            live.append(order[following])
            following += 1
        # Later spans of `a` start no earlier, so what ended before this one is done with.
        live = [j for j in live if b[j].end > start]
        for j in live:
            weight = jaccard((start, end), b[j].span)
            if weight:
                weights[i, j] = weight
    return weights


def _cue(annotation: Annotation) -> tuple[int, int] | None:
    cue = annotation.get("cue")
    return (cue["start"], cue["end"]) if cue else None


def _same_cue(a: Sequence[Annotation], b: Sequence[Annotation]) -> Weights:
    places: dict[tuple[int, int], list[int]] = {}
    for j, y in enumerate(b):
        cue = _cue(y)
        if cue:
            places.setdefault(cue, []).append(j)
    return {
        (i, j): 1 + jaccard(x.span, b[j].span)
        for i, x in enumerate(a)
        for j in places.get(_cue(x) or (-1, -1), ())
    }


def _fitting_cue(a: Sequence[Annotation], b: Sequence[Annotation]) -> Weights:
    def fits(x: Annotation, y: Annotation) -> bool:
        one, other = _cue(x), _cue(y)
        return one is None or other is None or jaccard(one, other) > 0

    return {(i, j): w for (i, j), w in overlapping(a, b).items() if fits(a[i], b[j])}


def nearest(key: Callable[[Annotation], Any]) -> Stage:
    """The same ``key``, wherever in the article; the summed distance is least."""

    def stage(a: Sequence[Annotation], b: Sequence[Annotation]) -> Weights:
        same: dict[Any, list[int]] = {}
        for j, y in enumerate(b):
            same.setdefault(key(y), []).append(j)
        length = 1 + max((x.end for x in (*a, *b)), default=0)
        return {
            (i, j): 1 + _agreeing(x, b[j]) / length + (length - abs(x.start - b[j].start)) / length
            for i, x in enumerate(a)
            for j in same.get(key(x), ())
        }

    return stage


def claim(figure: Annotation) -> tuple[Any, Any, Any]:
    """What a figure says at the least: (category, low, high)."""
    return figure.get("category"), figure.get("low"), figure.get("high")


PLAIN: tuple[Stage, ...] = (exact, overlapping)
STAGES: dict[str, tuple[Stage, ...]] = {
    "quotation": (_same_cue, _fitting_cue),
    "figure": (nearest(claim), exact, overlapping),
}


def match(a: Sequence[Annotation], b: Sequence[Annotation], stages: Sequence[Stage] = PLAIN) -> list[Pair]:
    """One-to-one pairs of ``a`` and ``b``, both of one layer and article, stage after stage."""
    pairs: list[Pair] = []
    left, right = list(a), list(b)
    for stage in stages:
        chosen = best_pairs(stage(left, right))
        pairs += [(left[i], right[j]) for i, j in chosen]
        gone, taken = {i for i, _ in chosen}, {j for _, j in chosen}
        left = [x for i, x in enumerate(left) if i not in gone]
        right = [y for j, y in enumerate(right) if j not in taken]
    return pairs
