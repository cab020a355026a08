"""Drafts: annotations written with quotes instead of offsets, and their placing.

A draft line is an annotation line without numbers to count. ``text`` and every field that
points to text hold a quote; ``line`` (1-based, with ``line_end`` for spans over several lines)
says where, ``context`` (a longer quote around it) or ``nth`` settle a quote that repeats.
A pointer field may be ``{"text": …, "line": …, "nth": …, "context": …}`` instead of a string.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hasila.offsets import Line, PlaceError, lines, occurrences, place

POINTERS = {"number": ("hedge", "unit"), "quotation": ("source", "cue", "content")}
HINTS = ("line", "line_end", "nth", "context")


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
    hints: dict[str, Any] = {k: draft[k] for k in HINTS if k in draft}
    fields = {k: v for k, v in draft.items() if k not in HINTS and k != "text"}
    if layer == "quotation":
        spans: list[tuple[int, int]] = []
        for name in POINTERS[layer]:
            given = fields.get(name)
            parts = given if isinstance(given, list) else [] if given is None else [given]
            found = []
            for part in parts:
                own: dict[str, Any] = {"text": part} if isinstance(part, str) else dict(part)
                span = _span(text, page, {k: hints[k] for k in ("line", "line_end") if k in hints} | own)
                spans.append(span)
                found.append(_pointer(text, span))
            fields[name] = found if name == "content" else (found[0] if found else None)
        if not spans:
            raise PlaceError("a quotation needs a source, a cue or content")
        start, end = min(s for s, _ in spans), max(e for _, e in spans)
    else:
        if "text" in draft:
            hints["text"] = draft["text"]
        start, end = _span(text, page, hints)
        around = next(row for row in page if row.start <= start <= row.end)
        for name in POINTERS.get(layer, ()):
            given = fields.get(name)
            if isinstance(given, str):
                fields[name] = _pointer(text, _nearest(text, given, (around.start, around.end), (start, end)))
            elif given is not None:
                own = {"line": around.number} | dict(given)
                fields[name] = _pointer(text, _span(text, page, own))
    placed: dict[str, Any] = {"id": draft.get("id"), "layer": layer, "start": start, "end": end}
    placed["text"] = text[start:end]
    return placed | {k: v for k, v in fields.items() if k not in placed}
