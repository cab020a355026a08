"""Coreference scores of two clusterings: MUC, B³, CEAFe, their mean (CoNLL), and LEA.

A clustering is a list of sets of mentions; the two need not hold the same mentions, and a
mention of one side alone lowers the other's recall or precision (Pradhan et al. 2014).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from hasila.evaluate.matching import best_pairs

Cluster = frozenset[Hashable]
Clustering = Sequence[Cluster]


class Score(NamedTuple):
    """Recall, precision and F1, each 0 to 1; 0 where nothing can be counted."""

    recall: float
    precision: float
    f1: float


def _score(found: float, of_key: float, hit: float, of_response: float) -> Score:
    recall = found / of_key if of_key else 0.0
    precision = hit / of_response if of_response else 0.0
    total = recall + precision
    return Score(recall, precision, 2 * recall * precision / total if total else 0.0)


def clustering(labels: Iterable[tuple[Hashable, Hashable]]) -> list[Cluster]:
    """Clusters from (mention, cluster id) pairs."""
    found: dict[Hashable, set[Hashable]] = {}
    for mention, label in labels:
        found.setdefault(label, set()).add(mention)
    return [frozenset(members) for members in found.values()]


def _home(clusters: Clustering) -> dict[Hashable, int]:
    return {mention: k for k, cluster in enumerate(clusters) for mention in cluster}


def _shares(cluster: Cluster, home: Mapping[Hashable, int]) -> dict[int, int]:
    """How many mentions of ``cluster`` each cluster of the other side holds."""
    counts: dict[int, int] = {}
    for mention in cluster:
        if mention in home:
            counts[home[mention]] = counts.get(home[mention], 0) + 1
    return counts


def muc(key: Clustering, response: Clustering) -> Score:
    """Vilain et al. (1995): links kept. 0 where one side holds only singletons."""

    def kept(one: Clustering, other: Clustering) -> tuple[int, int]:
        home = _home(other)
        links = parts = 0
        for cluster in one:
            shares = _shares(cluster, home)
            pieces = len(shares) + len(cluster) - sum(shares.values())
            links += len(cluster) - 1
            parts += len(cluster) - pieces
        return parts, links

    return _score(*kept(key, response), *kept(response, key))


def b_cubed(key: Clustering, response: Clustering) -> Score:
    """Bagga and Baldwin (1998): for each mention, the share of its cluster that is common."""

    def common(one: Clustering, other: Clustering) -> tuple[float, int]:
        home = _home(other)
        hits = sum(n * n / len(c) for c in one for n in _shares(c, home).values())
        return hits, sum(len(c) for c in one)

    return _score(*common(key, response), *common(response, key))


def ceaf_e(key: Clustering, response: Clustering) -> Score:
    """Luo (2005): clusters matched one to one by φ4, the Dice coefficient."""
    home = _home(response)
    weights = {
        (i, j): 2 * n / (len(cluster) + len(response[j]))
        for i, cluster in enumerate(key)
        for j, n in _shares(cluster, home).items()
    }
    total = sum(weights[pair] for pair in best_pairs(weights))
    return _score(total, len(key), total, len(response))


def lea(key: Clustering, response: Clustering) -> Score:
    """Moosavi and Strube (2016): links resolved, weighted by cluster size.

    A singleton has one link, to itself, which only a singleton resolves.
    """

    def resolved(one: Clustering, other: Clustering) -> tuple[float, int]:
        home = _home(other)
        total = 0.0
        for cluster in one:
            shares = _shares(cluster, home)
            if len(cluster) == 1:
                total += sum(1 for k in shares if len(other[k]) == 1)
            else:
                links = sum(n * (n - 1) / 2 for n in shares.values())
                total += len(cluster) * links / (len(cluster) * (len(cluster) - 1) / 2)
        return total, sum(len(c) for c in one)

    return _score(*resolved(key, response), *resolved(response, key))


METRICS: dict[str, Callable[[Clustering, Clustering], Score]] = {
    "muc": muc,
    "b_cubed": b_cubed,
    "ceaf_e": ceaf_e,
    "lea": lea,
}


def conll(key: Clustering, response: Clustering) -> float:
    """The mean F1 of MUC, B³ and CEAFe (CoNLL-2012)."""
    return (muc(key, response).f1 + b_cubed(key, response).f1 + ceaf_e(key, response).f1) / 3
