"""What a page says of its annotations: the legend from the schemas, and each annotation's fields as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hasila.annotation import Annotation
from hasila.browse.differences import Differences
from hasila.corpus import Corpus
from hasila.schema import Field, Layer, Type

Json = dict[str, Any]

PAGES = {"entities": "referents.html", "events": "events.html", "keys": "figures.html"}
"""The page that shows each part of the registry."""


def data(value: Any) -> str:
    """JSON for a ``<script type="application/json">``: it cannot close the element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in text)


def _field(field: Field) -> Json:
    return {"name": field.name, "about": field.description, **_type(field.type)}


def _type(kind: Type) -> Json:
    found: Json = {"kind": kind.kind, "type": kind.name}
    if kind.labels:
        found["labels"] = {label.name: [label.title, label.description] for label in kind.labels}
    if kind.fields and kind.name not in ("span", "place"):
        found["fields"] = [_field(f) for f in kind.fields]
    if kind.item is not None:
        found["item"] = _type(kind.item)
    return found


def legend(layers: Iterable[Layer]) -> Json:
    """The layers' fields with labels and definitions, as the card on the page shows them."""
    return {
        layer.name: {"about": layer.description, "fields": [_field(f) for f in layer.fields]}
        for layer in layers
    }


def note(annotation: Annotation, layer: Layer, differences: Differences) -> Json:
    """One annotation, with what is null or empty left out."""
    rest = dict(annotation.rest)
    made = rest.pop("provenance", None) or {}
    found: Json = {
        "layer": annotation.layer,
        "start": annotation.start,
        "end": annotation.end,
        "text": annotation.text,
        "by": " ".join(str(made[key]) for key in ("annotator", "rule", "version") if key in made),
        "fields": {
            f.name: annotation.get(f.name) for f in layer.fields if annotation.get(f.name) not in (None, [])
        },
    }
    if rest:
        found["rest"] = rest
    difference = differences.get(annotation.id)
    if difference is not None:
        found["differs"] = [difference.kind, difference.other, list(difference.fields)]
    return found


def strings(value: Any) -> Iterable[str]:
    """Every string inside a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def registry_names(corpus: Corpus, annotations: Iterable[Annotation]) -> Json:
    """``{id: [name, page]}`` for every line of the registry that the annotations name."""
    named = {text for a in annotations for text in strings(a.fields)}
    found: Json = {}
    for part, page in (*PAGES.items(), ("subgroups", "")):
        for key, record in corpus.registry[part].items():
            if key in named and key not in found:
                found[key] = [title(part, record), page]
    return found


def title(part: str, record: Mapping[str, Any]) -> str:
    """What a line of the registry is called in English."""
    if part == "events":
        return str(record.get("description") or record["id"]).rstrip(".")
    return str(record.get("name_en") or record["id"])


def label_field(layer: Layer) -> Field | None:
    """The layer's first field with a closed set of labels: the one by which it is listed and counted."""
    return next((f for f in layer.fields if f.type.kind == "label"), None)


def label_titles(layer: Layer) -> dict[str, str]:
    """Titles of the labels of that field, by name; empty where the layer has none."""
    field = label_field(layer)
    return {label.name: label.title for label in field.type.labels} if field else {}


def summary(annotation: Annotation, layer: Layer) -> str:
    """An annotation in a few words: the titles of its labels, its value, its referent."""
    words: list[str] = []
    for field in layer.fields:
        value = annotation.get(field.name)
        if value is None or value == []:
            continue
        if field.type.kind == "label":
            words.append(next((x.title for x in field.type.labels if x.name == value), str(value)))
        elif field.type.kind in ("string", "int", "date") and field.type.name != "annotationId":
            words.append(str(value))
    return " · ".join(words)
