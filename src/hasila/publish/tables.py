"""The rows of ``articles`` and of the layer configs, article by article.

A row is a dict of JSON values, labels by name; ``hasila.columns`` turns rows into Arrow.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hasila.annotation import Annotation
from hasila.arabic.sentences import sentence_spans
from hasila.corpus import Article
from hasila.publish.shapes import LINK, is_reference
from hasila.schema import Field, Layer, Type

Row = dict[str, Any]
Names = Mapping[str, str]

HOME_OF = {"event_ref": "events", "subgroup": "subgroups", "key": "keys"}
"""The registry file that a field points into, where it is not ``entities``."""


class Registry:
    """What a registry id is called, for ``<field>_text``.

    Entities and subgroups go by their English name, events by their description, keys by the five values
    that make them up. The words that stand for no line (``civilians``, ``all``, ``unknown``) have no name.
    """

    def __init__(self, files: Mapping[str, Mapping[str, Row]]) -> None:
        """Read the names from the registry's files."""
        self._names: dict[str, dict[str, str]] = {
            "entities": {i: r["name_en"] for i, r in files["entities"].items()},
            "subgroups": {i: r["name_en"] for i, r in files["subgroups"].items()},
            "events": {i: r["description"] for i, r in files["events"].items()},
            "keys": {
                i: ", ".join(r[k] for k in ("category", "side", "subgroup", "measure", "event") if r[k])
                for i, r in files["keys"].items()
            },
        }

    def name(self, layer: str, field: str, reference: str) -> str | None:
        """The name of what ``field`` of ``layer`` points to, or None."""
        home = "events" if layer == "event" and field == "ref" else HOME_OF.get(field, "entities")
        return self._names[home].get(reference)


class Sentences:
    """The sentences of a text, found by position."""

    def __init__(self, text: str) -> None:
        """Split ``text``."""
        self.text = text
        self.spans = sentence_spans(text)
        self._starts = [start for start, _ in self.spans]

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The span from the sentence that holds ``start`` to the end of the one that holds ``end``."""
        if not self.spans:
            return start, end
        first = self.spans[max(bisect_right(self._starts, start) - 1, 0)]
        last = self.spans[max(bisect_right(self._starts, end - 1) - 1, 0)]
        return min(first[0], start), max(last[1], end)

    def context(self, start: int, end: int) -> Row:
        """The columns ``context`` and ``context_start``."""
        left, right = self.around(start, end)
        return {"context": self.text[left:right], "context_start": left}


class Namer:
    """Finds the text behind a link of one article's annotations."""

    def __init__(self, annotations: Iterable[Annotation], registry: Registry) -> None:
        """Remember the texts of ``annotations``, copies included."""
        self._texts = {one.id: one.text for one in annotations}
        self._registry = registry

    def text(self, kind: Type, layer: str, field: str, value: str | None) -> str | None:
        """The text that ``value`` points to: the annotation's, or the registry line's name."""
        if value is None:
            return None
        if kind.name == LINK:
            return self._texts.get(value)
        if value.startswith("#"):
            return self._texts.get(value[1:])
        return self._registry.name(layer, field, value)

    def add(self, row: Row, fields: Sequence[Field], layer: str) -> Row:
        """``row`` with a ``<field>_text`` for each link among ``fields``, nested ones included."""
        found = dict(row)
        for one in fields:
            kind, value = one.type, row.get(one.name)
            if is_reference(kind):
                found[f"{one.name}_text"] = self.text(kind, layer, one.name, value)
            elif kind.kind == "list" and kind.item and value is not None:
                if is_reference(kind.item):
                    found[f"{one.name}_text"] = [self.text(kind.item, layer, one.name, x) for x in value]
                elif kind.item.kind == "struct":
                    found[one.name] = [self.add(item, kind.item.fields, layer) for item in value]
            elif kind.kind == "struct" and kind.name != "figureId" and value is not None:
                found[one.name] = self.add(value, kind.fields, layer)
        return found


def _linked(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields that hold a link somewhere."""

    def links(kind: Type) -> bool:
        if kind.kind == "list" and kind.item:
            return links(kind.item)
        if kind.kind == "struct" and kind.name != "figureId":
            return any(links(f.type) for f in kind.fields)
        return is_reference(kind)

    return tuple(f for f in fields if links(f.type))


def layer_rows(
    article: Article, annotations: Iterable[Annotation], layers: Mapping[str, Layer], registry: Registry
) -> Iterator[tuple[str, Row]]:
    """Yield the row of each annotation, projected ones included, with the name of its layer."""
    ordered = sorted(annotations, key=lambda one: (one.start, -one.end, layers[one.layer].order))
    sentences = Sentences(article.text)
    namer = Namer(ordered, registry)
    linked = {name: _linked(layer.fields) for name, layer in layers.items()}
    for one in ordered:
        row = {
            "article": article.id, "id": one.id, "start": one.start, "end": one.end, "text": one.text,
            **one.fields, **sentences.context(one.start, one.end), **one.rest,
        }  # fmt: skip
        links = linked[one.layer]
        yield one.layer, namer.add(row, links, one.layer) if links else row


def article_row(article: Article, annotations: Iterable[Annotation], layers: Mapping[str, Layer]) -> Row:
    """The row of an article: its metadata, its text, and its annotations nested by layer, copies left out."""
    nested: dict[str, list[Row]] = {layer.config: [] for layer in layers.values()}
    for one in annotations:
        nested[layers[one.layer].config].append(
            {"id": one.id, "start": one.start, "end": one.end, "text": one.text, **one.fields, **one.rest}
        )
    return {**article.meta, "text": article.text, **nested}
