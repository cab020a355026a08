"""W3C Web Annotation (Recommendation of 23 February 2017): a JSON-LD ``AnnotationPage`` an article.

Each annotation selects its text twice: by position, in code points as the standard has it, and by quote with
what stands before and behind. Its bodies are a tag, ``<layer>/<main label>``, for any tool to show, and the
fields of the annotation as they stand in the corpus. Relations between figures are annotations that link two.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hasila.annotation import Annotation
from hasila.atomic import write_file
from hasila.corpus import Article, Corpus
from hasila.errors import HasilaError
from hasila.formats.fields import carried, complete, main_label
from hasila.formats.merge import NEW, Found
from hasila.schema import Layer

Json = dict[str, Any]

CONTEXT = [
    "http://www.w3.org/ns/anno.jsonld",
    {
        "@version": 1.1,
        "hasila": "urn:hasila:",
        "layer": "hasila:layer",
        "fields": {"@id": "hasila:fields", "@type": "@json"},
    },
]
FIELDS = "hasila:Fields"
RELATIONS = "_relations.jsonld"
"""The relations' page, not read back. No article's id begins so."""
AROUND = 32
"""Code points of prefix and suffix in a quote."""


def export(corpus: Corpus, origin: str, out: Path) -> list[str]:
    """Write ``<article>.jsonld``, the text that it is about, ``<article>.txt``, and the relations."""
    for article in corpus.stream():
        annotations = corpus.read_annotations(article.id, origin)
        write_file(out / f"{article.id}.txt", article.text)
        items = [_item(article, one, corpus.layers[one.layer]) for one in annotations]
        _write(out / f"{article.id}.jsonld", items)
    items = [_link(relation) for relation in corpus.relations(origin)]
    _write(out / RELATIONS, items)
    return []


def _write(path: Path, items: list[Json]) -> None:
    page = {"@context": CONTEXT, "id": path.name, "type": "AnnotationPage", "items": items}
    write_file(path, json.dumps(page, ensure_ascii=False, indent=1) + "\n")


def _link(relation: Mapping[str, Any]) -> Json:
    """A relation: an annotation whose targets are the annotations of its two figures."""
    fields = {
        key: value for key, value in relation.items() if key not in ("id", "type") and value is not None
    }
    return {
        "id": f"{RELATIONS}#{relation['id']}",
        "type": "Annotation",
        "motivation": "linking",
        **_who(relation.get("provenance") or {}),
        "body": [
            {"type": "TextualBody", "purpose": "tagging", "format": "text/plain", "value": relation["type"]},
            {"type": FIELDS, "fields": fields},
        ],
        "target": [
            f"{relation[end]['article']}.jsonld#{relation[end]['id']}" for end in ("source", "target")
        ],
    }


def _item(article: Article, one: Annotation, layer: Layer) -> Json:
    main = main_label(layer)
    tag = f"{layer.name}/{one[main.name]}" if main else layer.name
    selectors = [position(one.start, one.end), quote(article.text, one.start, one.end)]
    fields = {field.name: value for field, value in carried(layer, one)}
    return {
        "id": f"{article.id}.jsonld#{one.id}",
        "type": "Annotation",
        "motivation": "tagging",
        **_who(one.get("provenance") or {}),
        "body": [
            {"type": "TextualBody", "purpose": "tagging", "format": "text/plain", "value": tag},
            {"type": FIELDS, "layer": layer.name, "fields": fields},
        ],
        "target": {"source": f"{article.id}.txt", "selector": selectors},
    }


def _who(provenance: Mapping[str, Any]) -> Json:
    if provenance.get("method") == "hand":
        return {"creator": {"name": provenance["annotator"]}}
    if provenance.get("method") == "rule":
        return {"generator": {"type": "Software", "name": f"{provenance['rule']} {provenance['version']}"}}
    return {}


def position(start: int, end: int) -> Json:
    """A TextPositionSelector."""
    return {"type": "TextPositionSelector", "start": start, "end": end}


def quote(text: str, start: int, end: int) -> Json:
    """A TextQuoteSelector."""
    return {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(start - AROUND, 0) : start],
        "suffix": text[end : end + AROUND],
    }


def read(folder: Path, corpus: Corpus, origin: str) -> Iterator[tuple[str, Found]]:
    """Yield what the ``.jsonld`` files of ``folder`` say, by article.

    Raises:
        HasilaError: a file is no annotation page, or an annotation's text is not in the article.
    """
    for article in corpus.stream():
        path = folder / f"{article.id}.jsonld"
        if not path.is_file():
            continue
        try:
            items = json.loads(path.read_text(encoding="utf-8"))["items"]
            assert all(isinstance(item, dict) for item in items)
        except (ValueError, KeyError, TypeError, AssertionError, RecursionError) as error:
            raise HasilaError(
                f"{path}: no JSON-LD annotation page with a list of items ({error!r})"
            ) from error
        found = Found([])
        for number, item in enumerate(items, start=1):
            line = _line(article, corpus.layers, item, f"{path}: item {number}", number, found.remarks)
            if line is not None:
                found.lines.append(line)
        yield article.id, found


def _listed(value: Any) -> list[Json]:
    """What may be one object or several, as objects."""
    found = value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, dict)]


def _line(
    article: Article, layers: Mapping[str, Layer], item: Json, where: str, number: int, remarks: list[str]
) -> Json | None:
    bodies = _listed(item.get("body"))
    fields: Json = {}
    name = None
    for body in bodies:
        if body.get("type") == FIELDS:
            name, given = body.get("layer"), body.get("fields")
            fields = dict(given) if isinstance(given, dict) else {}
    tag = next((str(b.get("value")) for b in bodies if b.get("purpose") == "tagging"), "")
    if name is None:
        name = tag.partition("/")[0]
    layer = layers.get(str(name))
    if layer is None:
        remarks.append(
            f"{where}: neither its fields nor a tag such as entity/ORG names a layer; it is left out"
        )
        return None
    main = main_label(layer)
    if main is not None and tag.startswith(f"{layer.name}/"):
        fields[main.name] = tag.partition("/")[2]
    start, end = _span(article, item, where, remarks)
    for key in fields.keys() - set(layer.keys):
        remarks.append(f"{where}: no {layer.name} has a field {key!r}, so it is left out")
    name_of = str(item.get("id", "")).partition("#")[2] or f"{NEW}{number}"
    known = {key: value for key, value in fields.items() if key in layer.keys}
    line = known | {"id": name_of, "start": start, "end": end}
    return complete(layer, line, article.text)


def _span(article: Article, item: Json, where: str, remarks: list[str]) -> tuple[int, int]:
    """Where an annotation is: at its position if its quote stands there, else where that stands nearest."""
    targets = _listed(item.get("target"))
    selectors = {str(one.get("type")): one for target in targets for one in _listed(target.get("selector"))}
    by_quote, by_position = selectors.get("TextQuoteSelector"), selectors.get("TextPositionSelector")
    text = article.text
    near = None
    if by_position is not None:
        start, end = by_position.get("start"), by_position.get("end")
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
            raise HasilaError(f"{where}: its position is not in a text of {len(text)} code points")
        if by_quote is None or text[start:end] == by_quote.get("exact"):
            return start, end
        near = start
    if by_quote is None or not by_quote.get("exact"):
        raise HasilaError(f"{where}: it has neither a TextPositionSelector nor a TextQuoteSelector")
    before, exact, behind = (str(by_quote.get(key, "")) for key in ("prefix", "exact", "suffix"))
    found = list(_places(text, before + exact + behind))
    if near is not None:
        found = sorted(found, key=lambda at: abs(at + len(before) - near))[:1]
    if len(found) != 1:
        raise HasilaError(f"{where}: its quote {exact!r} stands {len(found)} times in the article")
    start = found[0] + len(before)
    remarks.append(f"{where}: its position does not fit its quote; the quote stands at {start}")
    return start, start + len(exact)


def _places(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)
