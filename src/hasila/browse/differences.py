"""Where two origins of an article differ, annotation by annotation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hasila.annotation import Annotation
from hasila.evaluate.matching import PLAIN, STAGES, match
from hasila.schema import Layer, Type

KINDS = ("same", "fields", "span", "only")
"""Alike; the same span with other fields; another span; no counterpart."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How an annotation compares with its counterpart: ``kind`` of ``KINDS``, the counterpart's id, the
    names of the fields that differ."""

    kind: str
    other: str | None = None
    fields: tuple[str, ...] = ()


Differences = dict[str, Difference]
"""By annotation id."""


def compare(
    a: Sequence[Annotation], b: Sequence[Annotation], layers: Mapping[str, Layer]
) -> tuple[Differences, Differences]:
    """Match two origins of one article layer by layer, and say for each annotation how it differs.

    A link counts as equal where the two annotations that it names have the same span.
    """
    spans = [{x.id: x.span for x in side} for side in (a, b)]
    left: Differences = {x.id: Difference("only") for x in a}
    right: Differences = {y.id: Difference("only") for y in b}
    for name, layer in layers.items():
        pairs = match(
            [x for x in a if x.layer == name], [y for y in b if y.layer == name], STAGES.get(name, PLAIN)
        )
        for x, y in pairs:
            differing = tuple(
                f.name
                for f in layer.fields
                if _plain(x.get(f.name), f.type, spans[0]) != _plain(y.get(f.name), f.type, spans[1])
            )
            kind = "span" if x.span != y.span else "fields" if differing else "same"
            left[x.id] = Difference(kind, y.id, differing)
            right[y.id] = Difference(kind, x.id, differing)
    return left, right


def _plain(value: Any, kind: Type, spans: Mapping[str, tuple[int, int]]) -> Any:
    """A field's value with ids of annotations replaced by their spans."""
    if value is None:
        return None
    if kind.kind == "list" and kind.item is not None:
        return sorted((_plain(one, kind.item, spans) for one in value), key=repr)
    if kind.kind == "struct":
        return {f.name: _plain(value.get(f.name), f.type, spans) for f in kind.fields}
    if kind.name == "annotationId":
        return spans.get(value, value)
    if kind.name == "reference" and isinstance(value, str) and value.startswith("#"):
        return spans.get(value[1:], value)
    return value


def tally(
    a: Sequence[Annotation], left: Differences, right: Differences, b: Sequence[Annotation]
) -> list[tuple[str, Counter[str], int]]:
    """By layer: the layer, how often each kind occurs on the left, and what only the right has."""
    rows: dict[str, tuple[Counter[str], int]] = {}
    for x in a:
        counts, extra = rows.setdefault(x.layer, (Counter(), 0))
        counts[left[x.id].kind] += 1
    for y in b:
        counts, extra = rows.get(y.layer, (Counter(), 0))
        rows[y.layer] = (counts, extra + (right[y.id].kind == "only"))
    return [(name, counts, extra) for name, (counts, extra) in rows.items()]
