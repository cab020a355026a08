"""Level 3: spans. Offsets are in range, the text stands there, edges fall between words and characters."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from hasila.offsets import inside_characters, word_before
from hasila.schema import Layer
from hasila.validate.bytes import Sheet

Json = dict[str, Any]
GAPS = frozenset(" \n\t\u00a0\u200f\u200e\"'“”„″«»‘’()[]{}<>،؛؟,.;:!?/\\-–—…#@*|")
"""What may stand before any span: white space and punctuation."""


class Page:
    """An article's text with what the checks of its spans need."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def inside(self) -> frozenset[int]:
        """Positions inside a character."""
        return inside_characters(self.text)


def pointers(layer: Layer) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields of a layer that point to text: single ones, lists."""
    single = tuple(f.name for f in layer.fields if f.type.name == "span")
    many = tuple(f.name for f in layer.fields if f.type.item is not None and f.type.item.name == "span")
    return single, many


def span_problem(
    page: Page, start: int, end: int, covered: str, *, whole_words: bool = True
) -> tuple[str, str, str | None] | None:
    """Code, message and hint of the first thing wrong with a span, or None."""
    text = page.text
    if end <= start:
        return "span-empty", f"the span [{start}, {end}) is empty", None
    if end > len(text):
        message = f"the span [{start}, {end}) ends behind the article's {len(text)} code points"
        return "span-out-of-range", message, _elsewhere(text, start, covered)
    there = text[start:end]
    if there != covered:
        shown = there if len(there) <= 60 else there[:57] + "…"
        return (
            "span-text-mismatch",
            f"[{start}, {end}) reads {shown!r}, not the given text",
            _elsewhere(text, start, covered),
        )
    if there != there.strip():
        return "span-edge-space", f"the span [{start}, {end}) begins or ends with white space", None
    for edge in (start, end):
        if edge in page.inside:
            return (
                "span-cuts-character",
                f"position {edge} is inside a character: {_character(page, edge)!r}",
                None,
            )
    if whole_words and (before := word_before(text, start)):
        return "span-cuts-word", f"{before!r} stands before {there[:30]!r} in the same word", None
    return None


def _character(page: Page, edge: int) -> str:
    start, end = edge, edge
    while start in page.inside:
        start -= 1
    while end in page.inside:
        end += 1
    return page.text[start:end]


def _elsewhere(text: str, start: int, covered: str) -> str | None:
    """Where the text of a misplaced span stands: other units of counting first, then the nearest place."""
    utf16 = text.encode("utf-16-le", "surrogatepass")[: 2 * start].decode("utf-16-le", "ignore")
    utf8 = text.encode("utf-8", "surrogatepass")[:start].decode("utf-8", "ignore")
    for unit, at in (("UTF-16 units", len(utf16)), ("bytes", len(utf8))):
        if at != start and text.startswith(covered, at):
            return f"start counts {unit}; in code points it is {at}."
    places = []
    for found in (text.rfind(covered, 0, start + len(covered)), text.find(covered, start)):
        if found >= 0:
            places.append(found)
    if not places:
        return "The text occurs nowhere in the article."
    at = min(places, key=lambda place: abs(place - start))
    return f"The text stands at [{at}, {at + len(covered)})."


def check(sheet: Sheet, page: Page, layers: dict[str, Layer]) -> None:
    """Check the spans of every record of a sheet, pointers included, and its zones."""
    text, inside = page.text, page.inside
    fields = {name: pointers(layer) for name, layer in layers.items()}
    zones: list[int] = []
    length = len(text)
    for at, record in enumerate(sheet.records):
        if at in sheet.failed:
            continue
        start, end, covered = record["start"], record["end"], record["text"]
        if not (
            text[start:end] == covered
            and start < end <= length
            and covered == covered.strip()
            and not (inside and (start in inside or end in inside))
            and (start == 0 or text[start - 1] in GAPS)
        ):
            wrong = span_problem(page, start, end, covered)
            if wrong:
                sheet.report(wrong[0], at, wrong[1], _field(wrong[0]), hint=wrong[2])
                continue
        layer = record["layer"]
        if layer == "zone":
            zones.append(at)
        single, many = fields[layer]
        for name in single:
            part = record.get(name)
            if part is not None:
                _check_part(sheet, page, at, part, name)
        for name in many:
            for number, part in enumerate(record.get(name) or ()):
                _check_part(sheet, page, at, part, name, number)
        if layer == "quotation" and at not in sheet.failed:
            _check_cover(sheet, at, record)
    if zones:
        _check_zones(sheet, page, zones)


def _field(code: str) -> str:
    return "end" if code == "span-out-of-range" else "text" if code == "span-text-mismatch" else "start"


def _check_part(sheet: Sheet, page: Page, at: int, part: Json, *path: str | int) -> None:
    start, end, covered = part["start"], part["end"], part["text"]
    if (
        page.text[start:end] == covered
        and start < end <= len(page.text)
        and covered == covered.strip()
        and not (page.inside and (start in page.inside or end in page.inside))
        and (start == 0 or page.text[start - 1] in GAPS)
    ):
        return
    wrong = span_problem(page, start, end, covered)
    if wrong and at not in sheet.failed:
        sheet.report(wrong[0], at, f"{path[0]}: {wrong[1]}", *path, _field(wrong[0]), hint=wrong[2])


def _check_cover(sheet: Sheet, at: int, record: Json) -> None:
    parts = [p for p in (record["source"], record["cue"], *record["content"]) if p is not None]
    if parts:
        start, end = min(p["start"] for p in parts), max(p["end"] for p in parts)
        if start != record["start"] or end != record["end"]:
            own = f"[{record['start']}, {record['end']})"
            shown = f"source, cue and content cover [{start}, {end}), the span is {own}"
            sheet.report("span-not-cover", at, shown, "start")


def _check_zones(sheet: Sheet, page: Page, zones: list[int]) -> None:
    """Zones cover whole lines, every line that is not blank, and do not overlap."""
    text = page.text
    told = bool(sheet.lost or sheet.broken or sheet.failed)
    reached = 0
    for at in sorted(zones, key=lambda z: (sheet.records[z]["start"], -sheet.records[z]["end"])):
        record = sheet.records[at]
        start, end = record["start"], record["end"]
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", end)
        last = len(text) if last < 0 else last
        if start < reached:
            sheet.report(
                "zone-overlap",
                at,
                f"the zone begins at {start}, inside the one before, which ends at {reached}",
                "start",
            )
        elif text[first:start].strip() or text[end:last].strip():
            rest = (text[first:start] + text[end:last]).strip()
            sheet.report(
                "zone-not-lines", at, f"{rest[:40]!r} stands in the same line, outside the zone", "start"
            )
        elif not told:
            _check_gap(sheet, at, text, reached, first)
        reached = max(reached, last if start >= reached else end)
    if not told:
        _check_gap(sheet, zones[-1], text, reached, len(text))


def _check_gap(sheet: Sheet, at: int, text: str, start: int, end: int) -> None:
    missed = text[start:end]
    if missed.strip():
        begin = start + len(missed) - len(missed.lstrip())
        line = text.count("\n", 0, begin) + 1
        shown = missed.strip().split("\n")[0][:40]
        sheet.report("zone-gap", at, f"line {line} of the article, {shown!r}, is in no zone")
