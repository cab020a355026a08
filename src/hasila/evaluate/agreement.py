"""Agreement of two passes over the same articles, per layer, corrected for chance and with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Set
from typing import Any

import numpy as np

from hasila.evaluate import clusters
from hasila.evaluate.bootstrap import Array, Resampler, jackknife
from hasila.evaluate.confusion import confusions
from hasila.evaluate.measures import Compared, Comparison, Overlap, Values
from hasila.evaluate.scores import VARIANTS, cluster_scores, clusterings, compare, nest
from hasila.evaluate.sources import Source

Json = dict[str, Any]


def cohen_kappa(sums: Array) -> Array:
    """Cohen (1960). Columns: compared, equal, each category's count on side a, then on side b.

    NaN where chance alone would agree always.
    """
    size = (sums.shape[1] - 2) // 2
    n, equal, a, b = sums[:, 0], sums[:, 1], sums[:, 2 : 2 + size], sums[:, 2 + size :]
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = np.sum(a * b, axis=1) / n**2
        kappa = (equal / n - chance) / (1 - chance)
    return np.where(1 - chance > 1e-12, kappa, np.nan)


def krippendorff_alpha(sums: Array) -> Array:
    """Krippendorff (2004), nominal, two readers, nothing missing. Columns as in ``cohen_kappa``."""
    size = (sums.shape[1] - 2) // 2
    n, equal = sums[:, 0], sums[:, 1]
    values = sums[:, 2 : 2 + size] + sums[:, 2 + size :]
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = 1 - np.sum(values * (values - 1), axis=1) / (2 * n * (2 * n - 1))
        alpha = 1 - (1 - equal / n) / expected
    return np.where(expected > 1e-12, alpha, np.nan)


def tabulate(pairs: Mapping[tuple[int, Hashable, Hashable], int], blocks: int) -> Array:
    """Counts of (block, value a, value b) as blocks × columns, the columns of ``cohen_kappa``."""
    categories: dict[Hashable, int] = {}
    for _, x, y in pairs:
        categories.setdefault(x, len(categories))
        categories.setdefault(y, len(categories))
    counts = np.zeros((blocks, 2 + 2 * len(categories)))
    for (block, x, y), times in pairs.items():
        counts[block, 0] += times
        counts[block, 1] += times * (x == y)
        counts[block, 2 + categories[x]] += times
        counts[block, 2 + len(categories) + categories[y]] += times
    return counts


def _f1(sums: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Array = 2 * sums[:, 2] / (sums[:, 0] + sums[:, 1])
    return result


def _share(sums: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Array = sums[:, 1] / sums[:, 0]
    return result


def _one(values: Array) -> float | None:
    return float(values[0]) if np.isfinite(values[0]) else None


def _overlap(overlap: Overlap, sample: Resampler, blocks: int) -> Json:
    counts = np.array([[side[k] for side in (overlap.a, overlap.b, overlap.both)] for k in range(blocks)])
    total = counts.sum(axis=0, keepdims=True).astype(np.float64)
    a, b, shared = (int(x) for x in total[0])
    found = {"a": a, "b": b, "both": shared, "f1": _one(_f1(total)), "interval": sample.interval(_f1, counts)}
    if overlap.inside:
        inside = tabulate(overlap.inside, blocks)
        found["alpha"] = _one(krippendorff_alpha(inside.sum(axis=0, keepdims=True)))
        found["alpha_interval"] = sample.interval(krippendorff_alpha, inside)
    return found


def _values(values: Values, sample: Resampler, blocks: int) -> Json:
    counts = tabulate(Counter(values.pairs), blocks)
    total = counts.sum(axis=0, keepdims=True)
    found: Json = {
        "compared": int(total[0, 0]),
        "equal": int(total[0, 1]),
        "share": _one(_share(total)),
        "interval": sample.interval(_share, counts),
    }
    if not values.link:
        for name, statistic in (("kappa", cohen_kappa), ("alpha", krippendorff_alpha)):
            found[name] = _one(statistic(total))
            found[f"{name}_interval"] = sample.interval(statistic, counts)
    return found


def _clusters(c: Compared, comparison: Comparison) -> Json:
    groups = comparison.blocks.groups()
    found: Json = {}
    for variant in VARIANTS:
        found[variant] = cluster_scores(c, variant) | {
            "conll_interval": jackknife(_without(c, variant, clusters.conll), groups),
            "lea_interval": jackknife(_without(c, variant, lambda a, b: clusters.lea(a, b).f1), groups),
        }
    return found


def _without(
    c: Compared, variant: str, metric: Callable[[clusters.Clustering, clusters.Clustering], float]
) -> Callable[[Set[int]], float]:
    return lambda gone: metric(*clusterings(c, variant, gone))


def agreement(pass_a: Source, pass_b: Source, *, replicates: int = 1000, seed: int = 0) -> Json:
    """Compare two passes, each a directory, a file or a list of annotations.

    Returns ``{"articles", "blocks", "replicates", "seed", "layers"}``. A layer has ``a`` and ``b``
    (counts); ``spans``, ``labels``, ``fields`` and ``tuples`` as `evaluate` names them, each with
    ``a``, ``b``, ``both``, ``f1`` and its 95 % ``interval``; ``values`` with ``share``, Cohen's
    ``kappa`` and Krippendorff's nominal ``alpha``; ``clusters``; and ``confusions`` of labels.
    What cannot be computed is None. docs/evaluation.md says how each is defined.

    Raises:
        HasilaError: a path holds no annotations, or the two share no article.
    """
    comparison = compare(pass_a, pass_b)
    size = comparison.blocks.size
    sample = Resampler(comparison.blocks, replicates, seed)
    layers: Json = {}
    for name, c in comparison.layers.items():
        layer: Json = {"a": len(c.a), "b": len(c.b)}
        for path, overlap in c.overlaps.items():
            nest(layer, path, _overlap(overlap, sample, size))
        layer["values"] = {field: _values(values, sample, size) for field, values in c.values.items()}
        if c.mentions is not None:
            layer["clusters"] = _clusters(c, comparison)
        mixed = {field: confusions(values) for field, values in c.values.items() if values.labels}
        layer["confusions"] = {field: found for field, found in mixed.items() if found}
        layers[name] = layer
    return {
        "articles": list(comparison.articles),
        "blocks": size,
        "replicates": replicates,
        "seed": seed,
        "layers": rounded(layers),
    }


def rounded(value: Any) -> Any:
    """Floats to six places, so that a file of results changes only where a result does."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return [rounded(v) for v in value] if isinstance(value, list) else value
