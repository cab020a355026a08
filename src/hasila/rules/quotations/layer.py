"""Quotations: headlines, posts, rumours and reporting words, and how they nest."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from operator import attrgetter, itemgetter
from typing import Any

from hasila.annotation import Annotation
from hasila.arabic.words import LETTER
from hasila.rules.lexicon import by_form
from hasila.rules.occurrences import Lookup, anchored
from hasila.rules.page import Page
from hasila.rules.quotations.reporting import Reporting
from hasila.rules.quotations.speakers import NOBODY, Speaker

Span = tuple[int, int]

_DEPTH = 30
_RUMOUR = re.compile(
    rf"(?<!{LETTER})[وفبل]?(?P<cue>(?:ال)?(?:انباء|معلومات|تقارير|شايعات|اشاعات|مزاعم|احاديث)"
    r"(?: +غير +موكده)?"
    r"(?: +(?:التي +)?(?:ت?تحدث[تن]?|تفيد|افادت|تشير|اشارت|تتداول|تتردد))? +(?:عن|بشان|حول|الي|ب(?=\S)))"
)
_RUMOUR_WORD = Lookup(
    re.compile(r"[وفبل]?(?:ال)?(?:انباء|معلومات|تقارير|شايعات|اشاعات|مزاعم|احاديث)").fullmatch
)
_HEADED = re.compile(r'(?m)^(?P<source>[^:\n."]{2,45}|"[^"\n]{2,30}"): +(?P<content>[^\n]+)$')
_POST = re.compile(r"(?m)^[-] *(?P<source>[^\n(]{1,80}\(@[a-z0-9_]+\))")
_THERE_IS_NONE = re.compile(r"(?:لا|لم|ليست?)(?: \S+){1,3} $")
_REFUTED = re.compile(r"[،,؛]| (?:غير صحيح|كاذب|عار|لا اساس|و\S+ مستمر)")
_LINKS = re.compile(r"(?:(?:https?:/|pic\.twitter|www\.|t\.co)\S*\s*)+$")


def find(page: Page) -> Iterator[Annotation]:
    """Every quotation of a page."""
    reporting = Reporting(page)
    _headed(reporting)
    _posts(reporting)
    _rumours(reporting)
    reporting.cues()
    unique: dict[Any, Annotation] = {}
    for one in reporting.found:
        cue = one.fields["cue"]
        unique.setdefault((cue["start"], cue["end"]) if cue else ("none", one.span), one)
    return _nested(unique.values())


def _zones(page: Page, *types: str) -> list[Span]:
    zones = zip(page.zones, page.spans.get("zone", []), strict=True)
    return [span for zone, span in zones if zone.fields["type"] in types]


def _headed(reporting: Reporting) -> None:
    """A headline ``X: …``."""
    page = reporting.page
    for start, end in _zones(page, "headline", "subheading"):
        found = _HEADED.match(page.form, start, end)
        if not found or len(found["source"].split()) > 6:
            continue
        source = reporting.speakers.trim(*found.span("source"))
        who = reporting.speakers.describe(source)
        place = by_form("places").get(page.form[source[0] : source[1]])
        told = found.start("content")
        town = place is not None and (place["kind"] != "دولة" or _tells(page, told))
        names = [e for e, _ in page.within("entity", *source) if e["type"] in ("ORG", "GPE", "PERS", "OCC")]
        if (who.type or names) and not town:
            content = reporting.clauses.trimmed(*found.span("content"))
            mode = "direct" if reporting.wholly_quoted(content) else reporting.clauses.mode(*content)
            reporting.add("headed", None, source, [content], who, mode, "assert")


def _tells(page: Page, at: int) -> bool:
    """Whether news begins at a place: a number or an event, so that a country before it says where."""
    return at in page.starts("number") or at in page.starts("event")


def _posts(reporting: Reporting) -> None:
    """Tweets: a direct quotation of their author."""
    whole = reporting.page.analysis.form
    for start, end in _zones(reporting.page, "tweet"):
        found = _POST.search(whole, start, end)
        if not found:
            continue
        link = _LINKS.search(whole, max(start, found.start() - 200), found.start())
        content = reporting.clauses.trimmed(start, link.start() if link else found.start())
        if whole[content[0]] == "#":
            content = content[0] + 1, content[1]
        if content[1] > content[0]:
            source = found.span("source")
            who = Speaker(reporting.speakers.describe(source).ref, "social", True)
            reporting.add("post", None, source, [content], who, "direct", "assert")


def _rumours(reporting: Reporting) -> None:
    """``أنباء عن``, ``معلومات تتحدث عن``: a cue with no source."""
    page, clauses, starts = reporting.page, reporting.clauses, reporting.starts
    for found in anchored(page, _RUMOUR, _RUMOUR_WORD):
        inside = slice(bisect_left(starts, found.start()), bisect_left(starts, found.end()))
        reporting.taken.update(starts[inside])
        begin, end = found.end(), clauses.sentence_at(found.start("cue"))[1]
        if not page.within("event", begin, min(end, begin + 30)):
            continue
        if _THERE_IS_NONE.search(page.form, max(0, found.start() - 24), found.start()):
            continue
        stop = _REFUTED.search(page.form, begin, end)
        content = clauses.trimmed(begin, clauses.clause_end(begin, stop.start() if stop else end))
        if content[1] > content[0]:
            reporting.add("rumour", found.span("cue"), None, [content], NOBODY, "indirect", "assert")


def _nested(found: Iterable[Annotation]) -> Iterator[Annotation]:
    """Every quotation with its parent: the smallest one whose content holds it."""
    order = sorted(found, key=attrgetter("end"), reverse=True)
    order.sort(key=attrgetter("start"))
    _known_types(order)
    pieces = [(piece["start"], piece["end"], one) for one in order for piece in one.fields["content"]]
    pieces.sort(key=itemgetter(1), reverse=True)
    pieces.sort(key=itemgetter(0))
    pieces.reverse()
    around: list[tuple[int, int, Annotation]] = []
    for one in order:
        start, end = one.start, one.end
        while pieces and pieces[-1][0] <= start:
            around.append(pieces.pop())
        if around:
            around = [piece for piece in around if piece[1] > start][-_DEPTH:]
        for _, last, other in reversed(around):
            if last >= end and other is not one:
                one.fields["parent"] = other
                break
        yield one


def _known_types(quotations: list[Annotation]) -> None:
    """Who was introduced as a correspondent stays one where only the name stands."""
    types: dict[str, str] = {}
    for one in quotations:
        fields = one.fields
        ref, kind = fields["source_ref"], fields["source_type"]
        if ref and kind:
            types.setdefault(ref, kind)
        elif ref:
            fields["source_type"] = types.get(ref)
