"""Copies: annotations of a passage carried over to the zones that repeat it.

A zone with ``copy_of`` repeats earlier zones in the same words. Words are compared letter by letter, white
space, punctuation and symbols aside; a teaser matches up to its cut. Copies that follow one another as their
originals do are read as one passage, so that a quotation over two paragraphs is carried over whole.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import takewhile
from typing import Any

from hasila.annotation import Annotation
from hasila.publish.shapes import LINK
from hasila.schema import Field, Layer, Type

Span = tuple[int, int]


@cache
def _counts(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LMN"


def letters(text: str, start: int, end: int) -> list[int]:
    """The positions in ``text[start:end]`` of what words are made of: letters, marks and numerals."""
    return [at for at in range(start, end) if _counts(text[at])]


@dataclass(slots=True)
class Passage:
    """A run of copied zones and, for each letter of its originals, the letter that repeats it."""

    zones: list[Annotation]
    copied: dict[int, int] = field(default_factory=dict)

    def project(self, text: str, start: int, end: int) -> Span | None:
        """Where the passage repeats ``text[start:end]``; None where it does not, or not whole.

        Marks at the edges of the span (a closing quotation mark) are inside where the copy has them too.
        """
        inside = letters(text, start, end)
        there = [self.copied.get(at, -1) for at in inside]
        if not there or -1 in there:
            return None
        first, last = there[0], there[-1]
        if len(letters(text, first, last + 1)) != len(there) or there != sorted(there):
            return None
        before, after = text[start : inside[0]], text[inside[-1] + 1 : end]
        first -= len(before) if before and text.endswith(before, 0, first) else 0
        last += len(after) if after and text.startswith(after, last + 1) else 0
        return first, last + 1


def _align(text: str, originals: Sequence[Annotation], copy: Annotation) -> dict[int, int]:
    source = [at for zone in originals for at in letters(text, zone.start, zone.end)]
    target = letters(text, copy.start, copy.end)
    original = "".join(text[at] for at in source)
    repeated = "".join(text[at] for at in target)
    shift = original.find(repeated)
    if shift < 0:
        shift, same = 0, zip(original, repeated, strict=False)
        repeated = "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], same))
    return dict(zip(source[shift : shift + len(repeated)], target, strict=False))


def passages(text: str, zones: Iterable[Annotation]) -> list[Passage]:
    """The copied passages of an article, in text order."""
    ordered = sorted(zones, key=lambda zone: zone.start)
    place = {zone.id: number for number, zone in enumerate(ordered)}
    found: list[Passage] = []
    previous: tuple[int, int] | None = None
    for number, zone in enumerate(ordered):
        sources = sorted(place[name] for name in zone.get("copy_of") or () if name in place)
        if not sources:
            continue
        if previous != (number - 1, sources[0] - 1):
            found.append(Passage([]))
        passage = found[-1]
        passage.zones.append(zone)
        passage.copied.update(_align(text, [ordered[at] for at in sources], zone))
        previous = number, sources[-1]
    return found


def _follow(value: Any, kind: Type, text: str, passage: Passage, names: Mapping[str, str]) -> Any:
    """A field's value with its spans and links carried over."""
    if value is None:
        return None
    if kind.name == "span":
        span = passage.project(text, value["start"], value["end"])
        return span and {"start": span[0], "end": span[1], "text": text[span[0] : span[1]]}
    if kind.name == LINK:
        return names.get(value)
    if kind.kind == "struct":
        return {
            f.name: _follow(value[f.name], f.type, text, passage, names)
            for f in kind.fields
            if f.name in value
        }
    if kind.kind == "list":
        assert kind.item is not None
        moved = (_follow(item, kind.item, text, passage, names) for item in value)
        return [item for item in moved if item is not None]
    return value


def _moved(
    one: Annotation,
    span: Span,
    fields: Sequence[Field],
    text: str,
    passage: Passage,
    names: Mapping[str, str],
) -> Annotation:
    kinds = {f.name: f.type for f in fields}
    values = {
        name: _follow(value, kinds[name], text, passage, names) if name in kinds else value
        for name, value in one.fields.items()
    }
    return replace(
        one, id=names[one.id], start=span[0], end=span[1], text=text[span[0] : span[1]], fields=values,
        rest={**one.rest, "copy_of": [one.id]},
    )  # fmt: skip


def project(text: str, annotations: Iterable[Annotation], layers: Mapping[str, Layer]) -> list[Annotation]:
    """The annotations that the copied zones of an article repeat, each with ``copy_of`` its original.

    An id is ``<original>@<zone>``, the zone being the one in which the copy starts. A link leads to the
    copy of its target, or is null where the copy leaves the target out. What a cut crosses is left out.
    """
    ordered = list(annotations)
    found: list[Annotation] = []
    for passage in passages(text, (one for one in ordered if one.layer == "zone")):
        starts = [zone.start for zone in passage.zones]
        spans: dict[str, Span] = {}
        names: dict[str, str] = {}
        for one in ordered:
            span = None if one.layer == "zone" else passage.project(text, one.start, one.end)
            if span is not None:
                spans[one.id] = span
                zone = passage.zones[max(bisect_left(starts, span[0] + 1) - 1, 0)]
                names[one.id] = f"{one.id}@{zone.id}"
        found += [
            _moved(one, spans[one.id], layers[one.layer].fields, text, passage, names)
            for one in ordered
            if one.id in spans
        ]
    return found
