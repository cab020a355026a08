"""Who stands behind a number: the innermost quotation, its source, and how surely it speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hasila.annotation import Annotation
from hasila.rules.page import Page

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LIKELY = re.compile(r"^[يتن]?(?:رجح|توقع)|^مرجح|^متوقع")
_PERHAPS = re.compile(r"(?:^|[\s،])(?:ربما|يحتمل|يعتقد|من المحتمل)(?= )|(?:^| )قد +[يت]")


@dataclass(frozen=True, slots=True)
class Voice:
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
        self.page = page
        self.by_id = {one.id: one for one in page.quotations}
        pieces = []
        for one in page.quotations:
            for piece in one["content"]:
                pieces.append((*page.form_span(piece["start"], piece["end"]), one))
        self._pieces = sorted(pieces, key=lambda piece: (piece[0], -piece[1]))
        self._at = 0
        self._open: list[tuple[int, Annotation]] = []

    def innermost(self, position: int) -> Annotation | None:
        """The smallest quotation whose content holds a position; positions must not go back."""
        while self._at < len(self._pieces) and self._pieces[self._at][0] <= position:
            _, end, one = self._pieces[self._at]
            self._open = [item for item in self._open if item[0] > position]
            self._open.append((end, one))
            self._at += 1
        self._open = [item for item in self._open if item[0] > position]
        return self._open[-1][1] if self._open else None

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

    def at(self, position: int, trigger: Annotation | None) -> Voice:
        """Who says what stands at a position."""
        inner = self.quotations.innermost(position)
        chain = list(self.quotations.chain(inner))
        if inner is None:
            headed = self._headed
            realis = "PS+" if trigger is not None and trigger["realis"] == "possible" else "CT+"
            if headed is not None and self._restates(position, headed):
                return Voice(
                    None,
                    headed["source_ref"],
                    headed["source_type"],
                    "headline",
                    "assert",
                    realis,
                    self.published,
                )
            return Voice(None, None, "media", "publisher", "assert", realis, self.published)
        denied = next((q for q in chain if q["stance"] == "deny"), None)
        speaker, basis, stance = inner, "quotation", inner["stance"]
        rumour = inner["source"] is None and inner.rest["provenance"].get("rule") == "quotation.rumour"
        factuality = "CT+"
        if denied is not None:
            speaker, stance, factuality = denied, "deny", "CT-"
        elif rumour:
            outer = next((q for q in chain[1:] if q["source_ref"] or q["source"]), None)
            basis, factuality = "rumour", "PS+"
            if outer is None:
                return Voice(inner, None, "media", basis, "assert", factuality, self.published)
            speaker = outer
        elif stance == "decline":
            factuality = "Uu"
        else:
            cue = inner["cue"]
            if cue and _LIKELY.match(self._folded(cue)):
                factuality = "PR+"
            if self._hedged(position) or (
                trigger is not None and trigger["realis"] == "possible" and factuality == "CT+"
            ):
                factuality = "PS+"
        return Voice(
            inner,
            speaker["source_ref"],
            speaker["source_type"],
            basis,
            stance,
            factuality,
            self._said_on(chain),
        )

    def _folded(self, pointer: dict[str, Any]) -> str:
        start, end = self.page.form_span(pointer["start"], pointer["end"])
        return self.form[start:end]

    def _hedged(self, position: int) -> bool:
        """An explicit "perhaps" in the same clause, before the number or right behind its noun."""
        start, end = self.page.analysis.sentence_at(position)
        around = re.split(r"[،؛]", self.form[max(start, position - 40) : position])[-1]
        behind = re.split(r"[،؛]", self.form[position : min(end, position + 40)])[0]
        return bool(_PERHAPS.search(around) or _PERHAPS.search(behind))

    def _said_on(self, chain: list[Annotation]) -> str | None:
        """The day named beside the cue, else the publication date."""
        for one in chain:
            if not one["cue"]:
                continue
            start, end = self.page.form_span(one.start, one.end)
            pieces = [self.page.form_span(p["start"], p["end"]) for p in one["content"]]
            start = max(self.page.analysis.sentence_at(start)[0], start - 60)
            for timex, (at, _) in self.page.within("timex", start, min(end, start + 250)):
                day = str(timex["value"] or "")[:10]
                if DAY.fullmatch(day) and not any(a <= at < b for a, b in pieces):
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

    def _restates(self, position: int, headed: Annotation) -> bool:
        """Whether a number's sentence restates the headline's, or adds up near it."""
        start, end = self.page.form_span(headed.start, headed.end)
        stated = [n["low"] for n, _ in self.page.within("number", start, end) if n["low"]]
        if not stated:
            return False
        first, last = self.page.analysis.sentence_at(position)
        values = [n["low"] for n, _ in self.page.within("number", first, last) if n["low"]]
        return any(0.9 * total <= value <= 1.1 * total for total in stated for value in values)
