"""Drafts: annotations written with quotes instead of offsets, and their placing.

A draft line is an annotation line without numbers to count. ``text`` and every field that
points to text hold a quote; ``line`` (1-based, with ``line_end`` for spans over several lines)
says where, ``context`` (a longer quote around it) or ``nth`` settle a quote that repeats.
A pointer field may be ``{"text": …, "line": …, "nth": …, "context": …}`` instead of a string.
Left out may be: ``id`` (unless something points to it), fields that may be null or empty, and
``provenance``. docs/annotating.md explains it with an example.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hasila.annotation import Annotation
from hasila.offsets import Line, PlaceError, lines, occurrences, place
from hasila.schema import Field, Layer, layers
from hasila.validate.schema import packaged
from hasila.validate.spans import Page, pointers, span_problem

Json = dict[str, Any]
HINTS = {"line": int, "line_end": int, "nth": int, "context": str}


def _span(text: str, page: list[Line], hint: Mapping[str, Any]) -> tuple[int, int]:
    start, end = 0, len(text)
    if "line" in hint:
        first, last = hint["line"], hint.get("line_end", hint["line"])
        if not 1 <= first <= last <= len(page):
            raise PlaceError(f"line {first} to {last} is not in a text of {len(page)} lines")
        start, end = page[first - 1].start, page[last - 1].end
    if "text" not in hint:
        covered = text[start:end]
        return start + len(covered) - len(covered.lstrip()), start + len(covered.rstrip())
    if "context" in hint:
        start, end = place(text, hint["context"], start, end)
    return place(text, hint["text"], start, end, hint.get("nth"))


def _pointer(text: str, span: tuple[int, int]) -> dict[str, Any]:
    return {"start": span[0], "end": span[1], "text": text[span[0] : span[1]]}


def _nearest(text: str, quote: str, line: tuple[int, int], near: tuple[int, int]) -> tuple[int, int]:
    found = list(occurrences(text, quote, *line))
    if not found:
        raise PlaceError(f"the quote {quote!r} is not in {text[line[0] : line[1]]!r}")
    return min(found, key=lambda s: max(s[0] - near[1], near[0] - s[1]))


def place_draft(text: str, draft: Mapping[str, Any]) -> dict[str, Any]:
    """Turn one draft into an annotation of ``text``, with offsets in code points.

    A quotation's own span is the smallest that covers source, cue and content. The hedge and
    unit of a number are sought in its line, the nearest occurrence first.

    Raises:
        PlaceError: a quote is missing from the text, or ambiguous.
    """
    page = lines(text)
    layer = draft["layer"]
    single, many = pointers(layers()[layer])
    pointed = (*single, *many)
    hints: dict[str, Any] = {k: draft[k] for k in HINTS if k in draft}
    fields = {k: v for k, v in draft.items() if k not in HINTS and k != "text"}
    if layer == "quotation":
        spans: list[tuple[int, int]] = []
        for name in pointed:
            given = fields.get(name)
            parts = given if isinstance(given, list) else [] if given is None else [given]
            found = []
            for part in parts:
                own: dict[str, Any] = {"text": part} if isinstance(part, str) else dict(part)
                span = _span(text, page, {k: hints[k] for k in ("line", "line_end") if k in hints} | own)
                spans.append(span)
                found.append(_pointer(text, span))
            fields[name] = found if name in many else (found[0] if found else None)
        if not spans:
            raise PlaceError("a quotation needs a source, a cue or content")
        start, end = min(s for s, _ in spans), max(e for _, e in spans)
    else:
        if "text" in draft:
            hints["text"] = draft["text"]
        start, end = _span(text, page, hints)
        around = next(row for row in page if row.start <= start <= row.end)
        for name in pointed:
            given = fields.get(name)
            if isinstance(given, str):
                fields[name] = _pointer(text, _nearest(text, given, (around.start, around.end), (start, end)))
            elif given is not None:
                own = {"line": around.number} | dict(given)
                fields[name] = _pointer(text, _span(text, page, own))
    placed: dict[str, Any] = {"id": draft.get("id"), "layer": layer, "start": start, "end": end}
    placed["text"] = text[start:end]
    return placed | {k: v for k, v in fields.items() if k not in placed}


def place_all(
    text: str,
    drafts: Iterable[str],
    annotator: str | None = None,
    present: Sequence[Annotation] = (),
) -> tuple[list[Annotation], list[tuple[int, str]]]:
    """Place the lines of a draft file in ``text``.

    ``annotator`` signs the lines without ``provenance``; ``present`` are annotations that stand
    already, whose ids are taken and may be pointed to. Blank lines and ``//`` comments are skipped.

    Returns the annotations, and what is wrong as (1-based line of the draft, message); with problems
    the annotations are of no use.
    """
    problems: list[tuple[int, str]] = []
    placed: list[tuple[int, Json]] = []
    for number, line in enumerate(drafts, start=1):
        if not line.strip() or line.lstrip().startswith("//"):
            continue
        try:
            draft = _checked(line)
            placed.append((number, _completed(place_draft(text, draft), annotator)))
        except PlaceError as error:
            problems.append((number, str(error)))
    ids = {x.id: x.layer for x in present}
    for number, record in placed:
        if record["id"] is None:
            continue
        if record["id"] in ids:
            problems.append((number, f"the id {record['id']!r} is taken"))
        ids[record["id"]] = record["layer"]
    _number(placed, ids)
    page = Page(text)
    for number, record in placed:
        problems += [(number, message) for message in _mistakes(record, ids, page)]
    return [Annotation.from_dict(record) for _, record in placed], sorted(problems)


def _checked(line: str) -> Json:
    """One draft line as an object whose keys and hints are of the right kind."""
    try:
        draft = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise PlaceError(f"not JSON: {error}") from error
    if not isinstance(draft, dict):
        raise PlaceError("a draft line is one JSON object")
    layer = layers().get(str(draft.get("layer")))
    if layer is None:
        raise PlaceError(f"`layer` is one of {', '.join(layers())}, not {draft.get('layer')!r}")
    known = {*layer.keys, *HINTS} - {"article", "start", "end"}
    for key in draft:
        if key not in known:
            raise PlaceError(
                f"unknown key {key!r}; the keys of a {layer.name} draft are {', '.join(sorted(known))}"
            )
    single, many = pointers(layer)
    parts = [draft[name] for name in single if name in draft]
    for name in many:
        given = draft.get(name)
        parts += given if isinstance(given, list) else [given]
    for hints in (draft, *(part for part in parts if isinstance(part, dict))):
        for name, kind in {**HINTS, "text": str}.items():
            if name in hints and type(hints[name]) is not kind:
                raise PlaceError(
                    f"{name!r} is {'a number' if kind is int else 'a string'}, not {hints[name]!r}"
                )
    for part in parts:
        if not (part is None or isinstance(part, str) or (isinstance(part, dict) and "text" in part)):
            raise PlaceError(f'a quote is a string or {{"text": …, "line": …}}, not {part!r}')
    if "line" not in draft and "text" not in draft and not parts:
        raise PlaceError("neither `text` nor `line` says where it is")
    if not isinstance(draft.get("id", ""), str):
        raise PlaceError(f"`id` is a string such as {layer.prefix}1, not {draft['id']!r}")
    return draft


def _completed(record: Json, annotator: str | None) -> Json:
    """Fill in what a draft may leave out."""
    layer = layers()[record["layer"]]
    for field in layer.fields:
        if field.required and field.name not in record:
            if field.type.nullable:
                record[field.name] = None
            elif field.type.kind == "list":
                record[field.name] = []
    if "provenance" not in record:
        if not annotator:
            raise PlaceError("no `provenance`; say who annotates with --annotator NAME")
        record["provenance"] = {"method": "hand", "annotator": annotator}
    return record


def _number(placed: Sequence[tuple[int, Json]], ids: Mapping[str, str]) -> None:
    """Give ids to those without, in the order of the text, after the highest of their layer."""
    highest: dict[str, int] = {}
    for identifier in ids:
        found = re.fullmatch(r"([a-z]+)([1-9][0-9]*)", identifier)
        if found:
            highest[found[1]] = max(highest.get(found[1], 0), int(found[2]))
    for _, record in sorted(placed, key=lambda one: (one[1]["start"], -one[1]["end"])):
        if record["id"] is None:
            prefix = layers()[record["layer"]].prefix
            highest[prefix] = highest.get(prefix, 0) + 1
            record["id"] = f"{prefix}{highest[prefix]}"


def _mistakes(record: Json, ids: Mapping[str, str], page: Page) -> Iterator[str]:
    layer = layers()[record["layer"]]
    violations = packaged()[layer.name].violations(record)
    for _, message, hint in violations:
        yield f"{message}. {hint}" if hint else message
    if violations:
        return
    found = span_problem(page, record["start"], record["end"], record["text"])
    if found:
        yield found[1]
    for target in _links(layer, record):
        if target not in ids:
            yield f"it points to {target!r}, which is not there"


def _links(layer: Layer, record: Mapping[str, Any]) -> Iterator[str]:
    """The ids of annotations that a record points to."""

    def within(fields: Sequence[Field], values: Mapping[str, Any]) -> Iterator[str]:
        for one in fields:
            value, inner = values.get(one.name), one.type.item
            if value is None or one.name == "id":
                continue
            if one.type.name == "annotationId":
                yield value
            elif inner is not None and inner.name == "annotationId":
                yield from value
            elif inner is not None and inner.kind == "struct":
                for member in value:
                    yield from within(inner.fields, member)

    return within((*layer.fields, *layer.common), record)
