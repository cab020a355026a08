"""Who stands behind a number: the innermost quotation, its source, and how surely it speaks."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from hasila.annotation import Annotation
from hasila.rules.occurrences import Lookup
from hasila.rules.page import Page

Span = tuple[int, int]

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LIKELY = re.compile(r"^[يتن]?(?:رجح|توقع)|^مرجح|^متوقع")
_PERHAPS = re.compile(r"(?:^|[\s،])(?:ربما|يحتمل|يعتقد|من المحتمل)(?= )|(?:^| )قد +[يت]")
_PERHAPS_WORD = Lookup(re.compile(".*(?:ربما|يحتمل|المحتمل|قد)").fullmatch)
_NEAR = 40
"""How far from a number "perhaps" may stand."""


class Voice(NamedTuple):
    """Who stands behind a number, and how surely."""

    quotation: Annotation | None
    originator: str | None
    type: str | None
    basis: str
    stance: str
    factuality: str
    said_on: str | None


class _Quotations:
    """The quotations of a page, by what they hold."""

    def __init__(self, page: Page) -> None:
        self.page, self._spans = page, page.spans.get("quotation", [])
        self.by_id = dict(zip(map(attrgetter("id"), page.quotations), page.quotations, strict=True))
        self._at = 0
        self._open: list[tuple[int, Annotation]] = []
        self._contents: dict[str, list[Span]] = {}

    def content(self, one: Annotation) -> list[Span]:
        """Where the pieces stand that a quotation holds."""
        spans = self._contents.get(one.id)
        if spans is None:
            form_span = self.page.form_span
            spans = self._contents[one.id] = [form_span(p["start"], p["end"]) for p in one.fields["content"]]
        return spans

    def innermost(self, position: int) -> Annotation | None:
        """The smallest quotation whose content holds a position; positions must not go back."""
        spans = self._spans
        while self._at < len(spans) and spans[self._at][0] <= position:
            if spans[self._at][1] > position:
                self._open.append((spans[self._at][1], self.page.quotations[self._at]))
            self._at += 1
        if not self._open:
            return None
        self._open = [item for item in self._open if item[0] > position]
        found, best = None, (-1, 0)
        for _, one in self._open:
            for start, end in self.content(one):
                if start <= position < end and (start, -end) >= best:
                    found, best = one, (start, -end)
        return found

    def chain(self, one: Annotation | None) -> Iterator[Annotation]:
        """A quotation and those around it, inside out."""
        seen = 0
        while one is not None and seen < 50:
            yield one
            one, seen = self.by_id.get(one["parent"] or ""), seen + 1


class Voices:
    """Finds the voice at a position of one page; positions must not go back."""

    def __init__(self, page: Page) -> None:
        self.page, self.form = page, page.form
        self.published = page.published.isoformat() if page.published else None
        self.quotations = _Quotations(page)
        self._told: dict[str, Voice] = {}
        words = page.analysis.words
        self._perhaps = [words[index][1] for index, _ in _PERHAPS_WORD.on(page)]

    def at(self, position: int, sentence: Span, trigger: Annotation | None) -> Voice:
        """Who says what stands at a position in a sentence."""
        possible = trigger is not None and trigger.fields["realis"] == "possible"
        inner = self.quotations.innermost(position)
        if inner is None:
            realis = "PS+" if possible else "CT+"
            headed = self._headed
            if headed is not None and self._restates(sentence):
                source = headed["source_ref"], headed["source_type"]
                return Voice(None, *source, "headline", "assert", realis, self.published)
            return Voice(None, None, "media", "publisher", "assert", realis, self.published)
        voice = self._told.get(inner.id)
        if voice is None:
            voice = self._told[inner.id] = self._of(inner)
        certain = voice.factuality == "CT+"
        if not certain and voice.factuality != "PR+":
            return voice
        hedged = (possible and certain) or self._hedged(position, sentence)
        return voice._replace(factuality="PS+") if hedged else voice

    def _of(self, inner: Annotation) -> Voice:
        """The voice of a quotation, whatever it says of one number."""
        chain = list(self.quotations.chain(inner))
        denied = next((q for q in chain if q["stance"] == "deny"), None)
        speaker, basis, stance = inner, "quotation", inner["stance"]
        factuality = "CT+"
        if denied is not None:
            speaker, stance, factuality = denied, "deny", "CT-"
        elif inner["source"] is None and inner.rest["provenance"].get("rule") == "quotation.rumour":
            outer = next((q for q in chain[1:] if q["source_ref"] or q["source"]), None)
            basis, factuality = "rumour", "PS+"
            if outer is None:
                return Voice(inner, None, "media", basis, "assert", factuality, self.published)
            speaker = outer
        elif stance == "decline":
            factuality = "Uu"
        elif inner["cue"] and _LIKELY.match(self._folded(inner["cue"])):
            factuality = "PR+"
        source = speaker["source_ref"], speaker["source_type"]
        return Voice(inner, *source, basis, stance, factuality, self._said_on(chain))

    def _folded(self, pointer: dict[str, Any]) -> str:
        start, end = self.page.form_span(pointer["start"], pointer["end"])
        return self.form[start:end]

    def _hedged(self, position: int, sentence: Span) -> bool:
        """An explicit "perhaps" in the same clause, before the number or right behind its noun."""
        start, end = max(sentence[0], position - _NEAR), min(sentence[1], position + _NEAR)
        at = bisect_left(self._perhaps, start)
        if at == len(self._perhaps) or self._perhaps[at] >= end:
            return False
        around = re.split(r"[،؛]", self.form[start:position])[-1]
        behind = re.split(r"[،؛]", self.form[position:end])[0]
        return bool(_PERHAPS.search(around) or _PERHAPS.search(behind))

    def _said_on(self, chain: list[Annotation]) -> str | None:
        """The day named beside the cue, else the publication date."""
        for one in chain:
            if not one["cue"]:
                continue
            start, end = self.page.form_span(one.start, one.end)
            start = max(self.page.analysis.sentence_at(start)[0], start - 60)
            for timex, (at, _) in self.page.within("timex", start, min(end, start + 250)):
                day = str(timex["value"] or "")[:10]
                if DAY.fullmatch(day) and not any(a <= at < b for a, b in self.quotations.content(one)):
                    return day
        return self.published

    @cached_property
    def _headed(self) -> Annotation | None:
        """The article's headline quotation ``X: …``."""
        for one in self.page.quotations[:3]:
            zone = self.page.zone_at(self.page.form_span(one.start, one.end)[0])
            if zone and zone["type"] == "headline" and one["cue"] is None:
                return one
        return None

    def _lows(self, start: int, end: int) -> list[Any]:
        return [low for n, _ in self.page.within("number", start, end) if (low := n.fields["low"])]

    @cached_property
    def _stated(self) -> list[Any]:
        """The numbers of the headline quotation."""
        headed = self._headed
        return self._lows(*self.page.form_span(*headed.span)) if headed else []

    def _restates(self, sentence: Span) -> bool:
        """Whether a sentence restates the numbers of the headline, or adds up near them."""
        values = self._lows(*sentence) if self._stated else []
        return any(0.9 * total <= value <= 1.1 * total for total in self._stated for value in values)
