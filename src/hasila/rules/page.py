"""What a rule layer sees: one text analysed once, and what earlier layers found in it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from itertools import accumulate, chain, count
from operator import attrgetter
from typing import Any

from hasila.annotation import Annotation
from hasila.arabic import Analysis
from hasila.arabic.normal import fold
from hasila.schema import layers

Json = dict[str, Any]
Span = tuple[int, int]

VERSIONS = {
    "zone": "2", "timex": "3", "number": "2", "entity": "2", "event": "3", "quotation": "2", "figure": "2",
}  # fmt: skip
"""Of the rules of each layer; raised when what they give changes."""

_URL = re.compile(r"https?:/[^\s\"<>]+|www\.[^\s\"<>]+|pic\.twitter\.com/\S+|t\.co/\w+")
_URL_MARKS = ("http", "www.", "t.co/", "pic.t")
"""One of them is in every URL; most pages have none."""
_CLOSED = ("boilerplate", "teaser")


@dataclass(slots=True)
class First:
    """Stands for ``#<id>`` of an annotation that has no id yet; the layer's end fills it in."""

    mention: Annotation


@dataclass(frozen=True)
class Registry:
    """The corpus's registry; empty for a loose text."""

    tables: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)

    @cached_property
    def names(self) -> dict[str, tuple[str, ...]]:
        """Ids of the entities that bear a folded name, in registry order."""
        found: dict[str, list[str]] = {}
        for entity in self.tables.get("entities", {}).values():
            for name in entity["names"]:
                ids = found.setdefault(fold(name), [])
                if entity["id"] not in ids:
                    ids.append(entity["id"])
        return {name: tuple(ids) for name, ids in found.items()}

    def entity(self, name: str) -> str | None:
        """The id of the only entity that bears ``name`` (raw or folded), else None."""
        ids = self.names.get(fold(name), ()) if self.names else ()
        return ids[0] if len(ids) == 1 else None


NO_REGISTRY = Registry()


@dataclass
class Page:
    """One text on its way through the layers.

    Every position that a layer reads or passes to ``mark`` and ``pointer`` is an offset in the
    normal form; annotations carry raw offsets. Matchers search ``form``, in which everything
    closed to rules (boilerplate, copies, URLs) is blanked to line breaks, length unchanged.
    """

    analysis: Analysis
    published: date | None = None
    article: str | None = None
    registry: Registry = NO_REGISTRY
    found: dict[str, list[Annotation]] = field(default_factory=dict)
    """Finished layers by name, in text order, with ids."""
    spans: dict[str, list[Span]] = field(default_factory=dict)
    """Their spans in the normal form, parallel to ``found``."""
    shared: dict[str, Any] = field(default_factory=dict)
    """What a layer computed that another reads, by name (the numerals that timexes and numbers share)."""
    _starts: dict[str, list[int]] = field(default_factory=dict)

    @property
    def zones(self) -> list[Annotation]:
        """The zones; so for the layers below."""
        return self.found.get("zone", [])

    @property
    def numbers(self) -> list[Annotation]:
        """The numbers."""
        return self.found.get("number", [])

    @property
    def timexes(self) -> list[Annotation]:
        """The timexes."""
        return self.found.get("timex", [])

    @property
    def entities(self) -> list[Annotation]:
        """The entities."""
        return self.found.get("entity", [])

    @property
    def events(self) -> list[Annotation]:
        """The events."""
        return self.found.get("event", [])

    @property
    def quotations(self) -> list[Annotation]:
        """The quotations."""
        return self.found.get("quotation", [])

    @cached_property
    def closed(self) -> list[Span]:
        """Spans (form) in which no rule annotates, in order: boilerplate, copies, URLs. Needs the zones."""
        spans = [
            span
            for zone, span in zip(self.zones, self.spans.get("zone", []), strict=True)
            if zone["type"] in _CLOSED or zone.get("copy_of")
        ]
        form = self.analysis.form
        if any(mark in form for mark in _URL_MARKS):
            spans += [found.span() for found in _URL.finditer(form)]
        merged: list[Span] = []
        for start, end in sorted(spans):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged

    @cached_property
    def form(self) -> str:
        """The normal form with ``closed`` blanked to line breaks. Needs the zones."""
        whole, at, parts = self.analysis.form, 0, []
        for start, end in self.closed:
            parts += [whole[at:start], "\n" * (end - start)]
            at = end
        return "".join([*parts, whole[at:]]) if parts else whole

    @cached_property
    def _closed_starts(self) -> list[int]:
        return [start for start, _ in self.closed]

    def is_open(self, position: int) -> bool:
        """Whether rules may annotate at a position of the form."""
        at = bisect_right(self._closed_starts, position) - 1
        return at < 0 or self.closed[at][1] <= position

    @cached_property
    def _zone_starts(self) -> list[int]:
        return [start for start, _ in self.spans.get("zone", [])]

    def zone_at(self, position: int) -> Annotation | None:
        """The zone that holds a position of the form."""
        at = bisect_right(self._zone_starts, position) - 1
        return self.zones[at] if at >= 0 and position < self.spans["zone"][at][1] else None

    def starts(self, layer: str) -> list[int]:
        """Where the annotations of a finished layer start in the form, in text order."""
        return self._starts.get(layer, [])

    def within(self, layer: str, start: int, end: int) -> list[tuple[Annotation, Span]]:
        """The finished annotations of a layer that start in ``[start, end)``, with their form spans."""
        starts = self._starts.get(layer, ())
        first = bisect_left(starts, start)
        if first == len(starts) or starts[first] >= end:
            return []
        last = bisect_left(starts, end, first)
        return list(zip(self.found[layer][first:last], self.spans[layer][first:last], strict=True))

    @cached_property
    def _names(self) -> tuple[list[int], list[int]]:
        """Where names of anything but events start, and how far these and those before them reach."""
        spans = [
            span
            for entity, span in zip(self.entities, self.spans.get("entity", []), strict=True)
            if entity.fields["level"] == "NAM" and entity.fields["type"] not in ("EVENT", "NORP")
        ]
        return [start for start, _ in spans], list(accumulate((end for _, end in spans), max))

    def in_name(self, start: int, end: int) -> bool:
        """Whether a span of the form lies in a name, where words do not mean what they say.

        Needs the entities.
        """
        starts, ends = self._names
        at = bisect_right(starts, start) - 1
        return at >= 0 and ends[at] >= end

    def mark(self, layer: str, start: int, end: int, rule: str, /, **fields: Any) -> Annotation:
        """An annotation of the form's span ``[start, end)``; its id comes when the layer ends.

        A field that names an annotation may hold the ``Annotation`` itself: the layer's end puts
        its id there, and ``#<id>`` for ``First(annotation)``.
        """
        normal = self.analysis.normal
        first, last = normal.starts[start], normal.ends[end - 1]
        provenance = {"method": "rule", "rule": rule, "version": VERSIONS[layer]}
        text = normal.text[first:last]
        return Annotation("", layer, first, last, text, fields, {"provenance": provenance}, self.article)

    def mark_raw(self, layer: str, first: int, last: int, rule: str, /, **fields: Any) -> Annotation:
        """As ``mark``, of a span of the raw text."""
        provenance = {"method": "rule", "rule": rule, "version": VERSIONS[layer]}
        text = self.analysis.text[first:last]
        return Annotation("", layer, first, last, text, fields, {"provenance": provenance}, self.article)

    def pointer(self, start: int, end: int) -> Json:
        """``{start, end, text}`` of a span of the form."""
        normal = self.analysis.normal
        first, last = normal.starts[start], normal.ends[end - 1]
        return {"start": first, "end": last, "text": normal.text[first:last]}

    def form_span(self, start: int, end: int) -> Span:
        """The span of the form that covers a raw span."""
        return self.analysis.normal.form_span(start, end)

    def finish(self, layer: str, annotations: Iterable[Annotation]) -> list[Annotation]:
        """End a layer: text order, ids, links filled in; then it is in ``found`` and ``spans``."""
        ordered = sorted(annotations, key=attrgetter("end"), reverse=True)
        ordered.sort(key=attrgetter("start"))
        for name, one in zip(_ids(layers()[layer].prefix), ordered, strict=False):
            one.id = name
        for name in _links(layer):
            for one in ordered:
                value = one.fields[name]
                if type(value) is First:
                    one.fields[name] = "#" + value.mention.id
                elif type(value) is Annotation:
                    one.fields[name] = value.id
        for one in ordered if layer == "zone" else ():
            if "copy_of" in one.rest:
                one.rest["copy_of"] = [copied.id for copied in one.rest["copy_of"]]
        forms = self.analysis.normal.forms
        starts = [forms[one.start] for one in ordered]
        spans = list(zip(starts, [forms[one.end] for one in ordered], strict=True))
        self.found[layer], self.spans[layer], self._starts[layer] = ordered, spans, starts
        return ordered


@cache
def _first_ids(prefix: str) -> tuple[str, ...]:
    return tuple(f"{prefix}{number}" for number in range(1, 1001))


def _ids(prefix: str) -> Iterator[str]:
    """The ids of a layer in order; the first ones are the same strings on every page."""
    first = _first_ids(prefix)
    return chain(first, (f"{prefix}{number}" for number in count(len(first) + 1)))


@cache
def _links(layer: str) -> tuple[str, ...]:
    """The fields of a layer that may name another annotation."""
    return tuple(f.name for f in layers()[layer].fields if f.type.name in ("annotationId", "reference"))
