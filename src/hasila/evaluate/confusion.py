"""Which labels get mixed up."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hasila.evaluate.measures import Values


def confusions(values: Values) -> list[dict[str, Any]]:
    """Unequal labels of matched annotations as ``{"a", "b", "count"}``, the most frequent first.

    ``None`` is the label of what one side leaves open.
    """
    counts = Counter((x, y) for _, x, y in values.pairs if x != y)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], str(item[0][0]), str(item[0][1])))
    return [{"a": x, "b": y, "count": n} for (x, y), n in ordered]
