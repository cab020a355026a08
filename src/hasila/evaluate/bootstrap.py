"""Intervals for scores of a few articles.

With five articles, resampling articles says little; the paragraph is resampled instead, within
its article (a stratified cluster bootstrap, percentile interval: Efron and Tibshirani 1993).
Clusters run through the whole corpus, and a resampled mention would turn a singleton into a
pair, so their interval is a delete-a-group jackknife over paragraphs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence, Set

import numpy as np
import numpy.typing as npt

from hasila.annotation import Annotation
from hasila.evaluate.sources import Side

Array = npt.NDArray[np.float64]
STRETCH = 500
"""Code points to a block, in an article whose zones are not annotated."""
GROUPS = 40
"""Groups of paragraphs that the jackknife leaves out in turn."""


class Blocks:
    """The paragraphs of the articles compared: the zones of the first side, else of the second.

    ``starts`` gives each article's block starts; a position's block is its number through the corpus.
    """

    def __init__(self, a: Side, b: Side, articles: Sequence[str]) -> None:
        self.starts: dict[str, list[int]] = {}
        self.ends: dict[str, int] = {}
        self.first: dict[str, int] = {}
        self.size = 0
        for article in articles:
            present = a.get(article, []) + b.get(article, [])
            starts = _zones(a.get(article, [])) or _zones(b.get(article, []))
            self.ends[article] = max((x.end for x in present), default=1)
            if not starts:
                starts = list(range(0, self.ends[article], STRETCH))
            self.starts[article] = starts
            self.first[article] = self.size
            self.size += len(starts)

    def of(self, article: str, position: int) -> int:
        """The block that ``position`` of ``article`` stands in."""
        return self.first[article] + max(0, bisect_right(self.starts[article], position) - 1)

    def lengths(self, article: str) -> Iterator[tuple[int, int]]:
        """Each block of ``article`` with its code points, up to the last annotation's end."""
        starts = self.starts[article]
        edges = [0, *starts[1:], self.ends[article]]
        for k in range(len(starts)):
            yield self.first[article] + k, max(0, edges[k + 1] - edges[k])

    def groups(self) -> list[set[int]]:
        """Blocks in at most ``GROUPS`` groups, every article spread over all."""
        count = min(GROUPS, self.size)
        return [set(range(k, self.size, count)) for k in range(count)]


def _zones(annotations: Iterable[Annotation]) -> list[int]:
    return sorted({x.start for x in annotations if x.layer == "zone"})


class Resampler:
    """Draws the blocks of each article anew, with replacement, ``replicates`` times."""

    def __init__(self, blocks: Blocks, replicates: int = 1000, seed: int = 0) -> None:
        # RandomState's stream is frozen (NEP 19): a later numpy draws the same.
        rng = np.random.RandomState(seed)
        parts = [
            rng.multinomial(len(starts), np.full(len(starts), 1 / len(starts)), size=replicates)
            for starts in blocks.starts.values()
        ]
        empty = np.zeros((replicates, 0))
        self.weights: Array = np.concatenate([empty, *parts], axis=1).astype(np.float64)

    def interval(self, statistic: Callable[[Array], Array], counts: Array) -> list[float] | None:
        """The 95 % interval of ``statistic``, None where too few replicates have a value.

        ``counts`` is blocks × columns; ``statistic`` takes replicates × columns of sums and gives one
        value a replicate, NaN where it is undefined.
        """
        if not self.weights.size:
            return None
        with np.errstate(divide="ignore", invalid="ignore"):
            values = statistic(self.weights @ counts)
        values = values[np.isfinite(values)]
        if len(values) < 0.9 * len(self.weights):
            return None
        return [float(x) for x in np.percentile(values, [2.5, 97.5])]


def jackknife(statistic: Callable[[Set[int]], float], groups: Sequence[set[int]]) -> list[float] | None:
    """The 95 % normal interval of ``statistic`` (of the blocks left out; 0 to 1).

    Delete-a-group jackknife: variance (G - 1) / G · Σ (θ_g - mean)².
    """
    if len(groups) < 2:
        return None
    whole = statistic(set())
    parts = np.array([statistic(group) for group in groups])
    error = float(np.sqrt((len(parts) - 1) / len(parts) * np.sum((parts - parts.mean()) ** 2)))
    return [max(0.0, whole - 1.96 * error), min(1.0, whole + 1.96 * error)]
