"""Figures: who claims how many of whom, since when and how surely."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hasila.annotation import Annotation
from hasila.arabic.words import ENDS, LETTER
from hasila.rules.occurrences import Lookup, anchored
from hasila.rules.page import Page
from hasila.rules.quantities import Quantities, Quantity
from hasila.rules.sides import Sides

Span = tuple[int, int]

_STOCKS = frozenset({"detained", "missing", "holding_out", "hostage", "at_large"})
_MAIN = ("Attack", "AirStrike", "Bombing", "Clash", "Siege", "Mutiny")
_TAKEN_UP = re.compile(
    rf"(?<!{LETTER})[وفبل]?(?P<words>(?:هذا|هذه) +ال(?:(?P<count>عدد|رقم|حصيله)|معلومات|انباء|ادعاءات|مزاعم|اخبار|خبر)){ENDS}"
)
_NONE = re.compile(
    rf"(?<!{LETTER})(?P<words>(?:من +)?(?:دون|بدون|بلا|عدم)(?: +(?:وقوع|سقوط|تسجيل|حدوث|ان +(?:يسفر|تسفر|يؤدي|يوقع)\S*(?: +عن)?))?"
    rf"(?: +(?:اي|ايه))? +(?:(?P<killed>قتلي|وفيات)|(?P<injured>اصابات|جرحي)|(?P<casualties>ضحايا|خسائر +بشريه))){ENDS}"
)
_OTHERS = re.compile(rf"(?<!{LETTER})(?P<words>اخران|اثنان +اخران){ENDS}")
_TAKEN_UP_WORD = Lookup(re.compile("[وفبل]?هذ[اه]").fullmatch)
_NONE_WORD = Lookup(re.compile("و?(?:من|دون|بدون|بلا|عدم)").fullmatch)
_OTHERS_WORD = Lookup(re.compile("اخران|اثنان").fullmatch)
_HOW_LONG = re.compile(r"(?:خلال|في غضون|في ظرف) +(?:ال)?$")
_UNTIL = re.compile(r"(?:حتي|لغايه|الي غايه) +$")
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


class _Finder:
    def __init__(self, page: Page) -> None:
        self.page, self.form = page, page.form
        self.sides = Sides(page)
        self.quotations = _Quotations(page)
        self.quantities = Quantities(page)
        self.published = page.published.isoformat() if page.published else None
        self.main = self._main_event()
        self.keys = {
            (k["event"], k["category"], k["side"], k["subgroup"], k["measure"]): k["id"]
            for k in page.registry.tables.get("keys", {}).values()
        }

    def _root(self, ref: str | None) -> str | None:
        events = self.page.registry.tables.get("events", {})
        for _ in range(20):
            above = events.get(ref or "", {}).get("part_of")
            if not above:
                return ref
            ref = above
        return ref

    def _main_event(self) -> str | None:
        """The incident that the article is about: the one its violent events mostly refer to."""
        refs = Counter(self._root(e["ref"]) for e in self.page.events if e["type"] in _MAIN and e["ref"])
        if not refs:
            refs = Counter(self._root(e["ref"]) for e in self.page.events if e["ref"])
        return refs.most_common(1)[0][0] if refs else None

    def find(self) -> Iterator[Annotation]:
        """Every figure, in text order."""
        found: list[tuple[Quantity, Annotation]] = []
        by_quantity: dict[int, str] = {}
        spoken = [(q.span, q, "") for q in self.quantities.find()]
        marks: list[tuple[Span, Any, str]] = [*spoken]
        marks += [(m.span("words"), m, "taken_up") for m in anchored(self.page, _TAKEN_UP, _TAKEN_UP_WORD)]
        marks += [(m.span("words"), m, "none") for m in anchored(self.page, _NONE, _NONE_WORD)]
        marks += [(m.span("words"), m, "others") for m in anchored(self.page, _OTHERS, _OTHERS_WORD)]
        marks.sort(key=lambda item: item[0])
        for span, what, rule in marks:
            voice = self.voice(span[0], what.trigger if rule == "" else None)
            last = found[-1] if found else None
            if rule == "":
                one = self._counted(what, voice, by_quantity)
                by_quantity[id(what)] = one["side"]
                found.append((what, one))
            elif rule == "none":
                one = self._zero(what, voice)
            elif rule == "others":
                if self._overlaps(span):
                    continue
                other = self._others(what, voice)
                if other is None:
                    continue
                one = other
            else:
                taken = self._taken_up(what, voice, last[1] if last else None, last[0].span if last else None)
                if taken is None:
                    continue
                one = taken
            yield one

    def _overlaps(self, span: Span) -> bool:
        return bool(self.page.within("number", *span))

    def voice(self, position: int, trigger: Annotation | None) -> Voice:
        """Who says what stands at a position."""
        inner = self.quotations.innermost(position)
        chain = list(self.quotations.chain(inner))
        if inner is None:
            headed = self._headed()
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
                if len(day) == 10 and day[4] == "-" == day[7] and not any(a <= at < b for a, b in pieces):
                    return day
        return self.published

    def _headed(self) -> Annotation | None:
        """The article's headline quotation ``X: …``."""
        for one in self.page.quotations[:3]:
            zone = self.page.zone_at(self.page.form_span(one.start, one.end)[0])
            if zone and zone["type"] == "headline" and one["cue"] is None:
                return one
        return None

    def _restates(self, position: int, headed: Annotation) -> bool:
        """Whether the number at a position is the headline's, or a part in a sentence that sums up near it."""
        start, end = self.page.form_span(headed.start, headed.end)
        stated = [n["low"] for n, _ in self.page.within("number", start, end) if n["low"]]
        if not stated:
            return False
        first, last = self.page.analysis.sentence_at(position)
        values = [n["low"] for n, _ in self.page.within("number", first, last) if n["low"]]
        return any(0.9 * total <= value <= 1.1 * total for total in stated for value in values)

    def _dates(self, position: int, voice: Voice) -> tuple[str | None, str | None]:
        """as_of and its basis."""
        start, end = self.page.analysis.sentence_at(position)
        for timex, (at, _) in self.page.within("timex", start, end):
            day = str(timex["value"] or "")[:10]
            if timex["value"] == "PRESENT_REF" and voice.said_on:
                day = voice.said_on
            if (
                len(day) == 10
                and day[4] == "-" == day[7]
                and _UNTIL.search(self.form, max(start, at - 10), at)
            ):
                if self.published is None or day <= self.published:
                    return day, "explicit"
        zone = self.page.zone_at(position)
        if zone is not None and zone["type"] == "related" and voice.said_on == self.published:
            return self.published, "bound" if self.published else None
        return voice.said_on, "said" if voice.said_on else None

    def _measure(self, category: str, position: int) -> str:
        if category in _STOCKS:
            return "stock"
        start, end = self.page.analysis.sentence_at(position)
        for timex, (at, _) in self.page.within("timex", max(start, position - 90), min(end, position + 120)):
            if timex["type"] == "DURATION" and _HOW_LONG.search(self.form, max(start, at - 14), at):
                return "increment"
        return "cumulative"

    def _event(self, category: str, trigger: Annotation | None) -> str | None:
        if category == "detained":
            return None
        if trigger is not None and trigger["ref"]:
            root = self._root(trigger["ref"])
            if self.page.registry.tables.get("events"):
                return root
        return self.main

    def _counted(self, one: Quantity, voice: Voice, sides: dict[int, str]) -> Annotation:
        number = one.number
        assert number is not None
        inherited = sides.get(id(one.part_of)) if one.part_of else None
        side = self.sides.of(one, voice.originator, inherited)
        measure = self._measure(one.category, one.span[0])
        subgroup = self.sides.subgroup(one)
        event = self._event(one.category, one.trigger)
        value = {k: number[k] for k in ("low", "high", "comparator", "vague")}
        return self._figure(
            one.span, "number", one.category, side, subgroup, measure, event, value, number.id, voice
        )

    def _figure(
        self, span: Span, rule: str, category: str, side: str, subgroup: str | None, measure: str,
        event: str | None, value: dict[str, Any], number: str | None, voice: Voice,
    ) -> Annotation:  # fmt: skip
        as_of, basis = self._dates(span[0], voice)
        return self.page.mark(
            "figure", *span, f"figure.{rule}",
            category=category, side=side, subgroup=subgroup, measure=measure,
            key=self.keys.get((event, category, side, subgroup, measure)), **value, number=number,
            as_of=as_of, as_of_basis=basis, said_on=voice.said_on, event_ref=event,
            quotation=voice.quotation.id if voice.quotation else None, originator=voice.originator,
            originator_type=voice.type, originator_basis=voice.basis, stance=voice.stance, factuality=voice.factuality,
        )  # fmt: skip

    def _zero(self, found: re.Match[str], voice: Voice) -> Annotation:
        """``دون سقوط ضحايا``: none."""
        category = next(name for name in ("killed", "injured", "casualties") if found[name])
        value = {"low": 0, "high": 0, "comparator": "exact", "vague": None}
        span = found.span("words")
        return self._figure(
            span,
            "none",
            category,
            "all",
            None,
            self._measure(category, span[0]),
            self.main,
            value,
            None,
            voice,
        )

    def _others(self, found: re.Match[str], voice: Voice) -> Annotation | None:
        """``أصيب آخران``: a dual that is no numeral."""
        span = found.span("words")
        trigger = self.quantities.governing(span[0])
        if trigger is None:
            return None
        value = {"low": 2, "high": 2, "comparator": "exact", "vague": None}
        return self._figure(
            span,
            "others",
            trigger,
            "unknown",
            None,
            self._measure(trigger, span[0]),
            self.main,
            value,
            None,
            voice,
        )

    def _taken_up(
        self, found: re.Match[str], voice: Voice, last: Annotation | None, at: Span | None
    ) -> Annotation | None:
        """``هذا العدد``: words that take up the number before them."""
        span = found.span("words")
        if last is None or at is None or span[0] - at[1] > 600 or voice.quotation is None:
            return None
        said = voice.quotation["content"][0]["start"]
        if voice.stance not in ("deny", "decline"):
            if not found["count"] or self.page.analysis.normal.raw(*span)[0] - said > 12:
                return None
        names = ("low", "high", "comparator", "vague")
        value = {name: last[name] for name in names}
        return self._figure(
            span, "taken_up", last["category"], last["side"], last["subgroup"], last["measure"], last["event_ref"],
            value, None, voice,
        )  # fmt: skip


def find(page: Page) -> Iterator[Annotation]:
    """Every figure of a page."""
    return _Finder(page).find()
