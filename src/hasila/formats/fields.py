"""How the fields of a layer travel: what a foreign format needs to know of the schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from hasila.annotation import HEAD, Annotation
from hasila.schema import Field, Layer, Type

Json = dict[str, Any]
Way = Literal["label", "labels", "plain", "span", "spans", "link", "links", "roles", "json"]
"""The shapes of a field: a label or several, a string, number, date or truth value, a piece of text or
several, the id of an annotation or several, ids with a role each, and anything else."""


def way(kind: Type) -> Way:
    """The shape of a field."""
    item = kind.item
    if kind.kind == "label":
        return "label"
    if kind.kind == "struct":
        return "span" if kind.name == "span" else "json"
    if kind.kind == "list" and item is not None:
        if item.kind == "label":
            return "labels"
        if item.name == "annotationId":
            return "links"
        if item.kind == "struct":
            return "spans" if item.name == "span" else "roles" if role_fields(item) else "json"
        return "json"
    return "link" if kind.name == "annotationId" else "plain"


def role_fields(item: Type) -> tuple[Field, Field] | None:
    """The label and the link of a struct that consists of the two, such as a participant; else None."""
    labels = [f for f in item.fields if f.type.kind == "label"]
    links = [f for f in item.fields if f.type.name == "annotationId"]
    if len(item.fields) == 2 and labels and links:
        return labels[0], links[0]
    return None


def roles(field: Field) -> tuple[Field, Field]:
    """The label and the link of a field whose way is ``roles``."""
    found = role_fields(field.type.item) if field.type.item else None
    assert found is not None
    return found


def fields(layer: Layer) -> tuple[Field, ...]:
    """The layer's fields and the common ones behind them, without id, layer and span."""
    return *layer.fields, *(f for f in layer.common if f.name not in HEAD)


def main_label(layer: Layer) -> Field | None:
    """The field by which an annotation of the layer is called: its first label that is never null."""
    return next(
        (f for f in layer.fields if f.type.kind == "label" and f.required and not f.type.nullable), None
    )


def carried(layer: Layer, annotation: Annotation) -> Iterator[tuple[Field, Any]]:
    """Yield the fields of ``annotation`` that say something: null and empty lists go without saying."""
    for field in fields(layer):
        found = annotation.get(field.name, _NOTHING)
        if found is not _NOTHING and found != unsaid(field):
            yield field, found


def complete(layer: Layer, line: Mapping[str, Any], text: str) -> Json:
    """The line of an annotation from what a format carried of it: what goes without saying is filled in.

    ``text`` is the article; the covered text, also that of pieces, is read from it.
    """
    found: Json = {"id": line.get("id"), "layer": layer.name, "start": line["start"], "end": line["end"]}
    found["text"] = text[line["start"] : line["end"]]
    for field in fields(layer):
        if field.name in line:
            found[field.name] = line[field.name]
        elif unsaid(field) is not _NOTHING:
            found[field.name] = unsaid(field)
    return found


def piece(text: str, start: int, end: int) -> Json:
    """A field that points to text."""
    return {"start": start, "end": end, "text": text[start:end]}


class _Nothing:
    """What an optional field has where it is absent."""


_NOTHING = _Nothing()


def unsaid(field: Field) -> Any:
    """What a required field holds where a format says nothing of it: null, or an empty list."""
    if not field.required:
        return _NOTHING
    if field.type.nullable:
        return None
    return [] if field.type.kind == "list" else _NOTHING
