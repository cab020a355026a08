"""Figures: who claims how many of whom, since when and how surely."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from operator import itemgetter
from typing import Any, NamedTuple

from hasila.annotation import Annotation
from hasila.arabic.words import ENDS, LETTER
from hasila.rules.figures.quantities import Quantities, Quantity
from hasila.rules.figures.sides import Sides
from hasila.rules.figures.voices import DAY, Voice, Voices
from hasila.rules.occurrences import Lookup, anchored, led
from hasila.rules.page import Page

Span = tuple[int, int]

_STOCKS = frozenset({"detained", "missing", "holding_out", "hostage", "at_large"})
_MAIN = ("Attack", "AirStrike", "Bombing", "Clash", "Siege", "Mutiny")
_TAKEN_UP = re.compile(
    rf"(?<!{LETTER})[وفبل]?(?P<words>(?:هذا|هذه) +ال"
    rf"(?:(?P<count>عدد|رقم|حصيله)|معلومات|انباء|ادعاءات|مزاعم|اخبار|خبر)){ENDS}"
)
_NONE = re.compile(
    rf"(?<!{LETTER})(?P<words>(?:من +)?(?:دون|بدون|بلا|عدم)"
    r"(?: +(?:وقوع|سقوط|تسجيل|حدوث|ان +(?:يسفر|تسفر|يودي|يوقع)\S*(?: +عن)?))?(?: +(?:اي|ايه))?"
    rf" +(?:(?P<killed>قتلي|وفيات)|(?P<injured>اصابات|جرحي)|(?P<casualties>ضحايا|خساير +بشريه))){ENDS}"
)
_OTHERS = re.compile(rf"(?<!{LETTER})(?P<words>اخران|اثنان +اخران){ENDS}")
_TAKEN_UP_WORD = Lookup(re.compile("[وفبل]?هذ[اه]").fullmatch)
_NONE_WORD = Lookup(re.compile("و?(?:دون|بدون|بلا|عدم)").fullmatch)
_FROM = ("من", "ومن")
_OTHERS_WORD = Lookup(re.compile("اخران|اثنان").fullmatch)
_HOW_LONG = re.compile(r"(?:خلال|في غضون|في ظرف) +(?:ال)?$")
_UNTIL = re.compile(r"(?:حتي|لغايه|الي غايه) +$")


class _Key(NamedTuple):
    """What is counted; the key of the registry where it has one."""

    event: str | None
    category: str
    side: str
    subgroup: str | None
    measure: str


class _Finder:
    def __init__(self, page: Page) -> None:
        self.page, self.form = page, page.form
        self.sides = Sides(page)
        self.voices = Voices(page)
        self.quantities = Quantities(page)
        self._sentence = (0, 0)
        self._until: list[Annotation] = []
        self._how_long: list[int] = []
        self._related = any(zone.fields["type"] == "related" for zone in page.zones)
        self._instances = page.registry.tables.get("events", {})
        self.main = self._main_event()
        self.keys = {
            _Key(k["event"], k["category"], k["side"], k["subgroup"], k["measure"]): k["id"]
            for k in page.registry.tables.get("keys", {}).values()
        }

    def _root(self, ref: str | None) -> str | None:
        if not self._instances:
            return ref
        for _ in range(20):
            above = self._instances.get(ref or "", {}).get("part_of")
            if not above:
                return ref
            ref = above
        return ref

    def _main_event(self) -> str | None:
        """The incident that the article is about: the one its violent events mostly refer to."""
        events = self.page.events
        refs = [e.fields["ref"] for e in events if e.fields["type"] in _MAIN and e.fields["ref"]]
        refs = refs or [e.fields["ref"] for e in events if e.fields["ref"]]
        return Counter(map(self._root, refs)).most_common(1)[0][0] if refs else None

    def find(self) -> Iterator[Annotation]:
        """Every figure, in text order."""
        found: list[tuple[Quantity, Annotation]] = []
        by_quantity: dict[int, str] = {}
        counted: list[tuple[Annotation, Annotation]] = self.page.shared.setdefault("counted", [])
        spoken = [(q.span, q, "") for q in self.quantities.find()]
        marks: list[tuple[Span, Any, str]] = [*spoken]
        marks += [(m.span("words"), m, "taken_up") for m in anchored(self.page, _TAKEN_UP, _TAKEN_UP_WORD)]
        marks += [(m.span("words"), m, "none") for m in led(self.page, _NONE, _NONE_WORD, _FROM)]
        marks += [(m.span("words"), m, "others") for m in anchored(self.page, _OTHERS, _OTHERS_WORD)]
        marks.sort(key=itemgetter(0))
        sentence_at = self.page.analysis.sentence_at
        for span, what, rule in marks:
            sentence = what.sentence if rule == "" else sentence_at(span[0])
            if sentence != self._sentence:
                self._sentence = sentence
                self._read_times(*sentence)
            voice = self.voices.at(span[0], sentence, what.trigger if rule == "" else None)
            last = found[-1] if found else None
            if rule == "":
                one = self._counted(what, voice, by_quantity)
                if what.trigger is not None and what.part_of is None:
                    counted.append((what.trigger, one))
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

    def _read_times(self, start: int, end: int) -> None:
        """The days until which, and the places of the times within which, a sentence counts."""
        form, timexes = self.form, self.page.within("timex", start, end)
        self._until = [timex for timex, (at, _) in timexes if _UNTIL.search(form, max(start, at - 10), at)]
        self._how_long = [
            at
            for timex, (at, _) in timexes
            if timex.fields["type"] == "DURATION" and _HOW_LONG.search(form, max(start, at - 14), at)
        ]

    def _overlaps(self, span: Span) -> bool:
        return bool(self.page.within("number", *span))

    def _dates(self, position: int, voice: Voice) -> tuple[str | None, str | None]:
        """as_of and its basis."""
        published = self.voices.published
        for timex in self._until:
            value = timex.fields["value"]
            day = voice.said_on if value == "PRESENT_REF" and voice.said_on else str(value or "")[:10]
            past = published is None or day <= published
            if past and DAY.fullmatch(day):
                return day, "explicit"
        if self._related and voice.said_on == published:
            zone = self.page.zone_at(position)
            if zone is not None and zone.fields["type"] == "related":
                return published, "bound" if published else None
        return voice.said_on, "said" if voice.said_on else None

    def _measure(self, category: str, position: int) -> str:
        if category in _STOCKS:
            return "stock"
        near = bisect_left(self._how_long, position - 90)
        within = near < len(self._how_long) and self._how_long[near] < position + 120
        return "increment" if within else "cumulative"

    def _event(self, category: str, trigger: Annotation | None) -> str | None:
        if category == "detained":
            return None
        if self._instances and trigger is not None and trigger["ref"]:
            return self._root(trigger["ref"])
        return self.main

    def _counted(self, one: Quantity, voice: Voice, sides: dict[int, str]) -> Annotation:
        inherited = sides.get(id(one.part_of)) if one.part_of else None
        what = _Key(
            self._event(one.category, one.trigger), one.category,
            self.sides.of(one, voice.originator, inherited),
            self.sides.subgroup(one), self._measure(one.category, one.span[0]),
        )  # fmt: skip
        return self._figure(one.span, "number", what, one.number.fields, one.number.id, voice)

    def _figure(
        self, span: Span, rule: str, what: _Key, value: dict[str, Any], number: str | None, voice: Voice
    ) -> Annotation:
        as_of, basis = self._dates(span[0], voice)
        return self.page.mark(
            "figure", *span, f"figure.{rule}",
            category=what.category, side=what.side, subgroup=what.subgroup, measure=what.measure,
            key=self.keys.get(what), low=value["low"], high=value["high"],
            comparator=value["comparator"], vague=value["vague"], number=number, as_of=as_of,
            as_of_basis=basis, said_on=voice.said_on, event_ref=what.event,
            quotation=voice.quotation.id if voice.quotation else None,
            originator=voice.originator, originator_type=voice.type, originator_basis=voice.basis,
            stance=voice.stance, factuality=voice.factuality,
        )  # fmt: skip

    def _unnumbered(
        self, span: Span, rule: str, category: str, side: str, value: int, voice: Voice
    ) -> Annotation:
        what = _Key(self.main, category, side, None, self._measure(category, span[0]))
        exact = {"low": value, "high": value, "comparator": "exact", "vague": None}
        return self._figure(span, rule, what, exact, None, voice)

    def _zero(self, found: re.Match[str], voice: Voice) -> Annotation:
        """``دون سقوط ضحايا``: none."""
        category = next(name for name in ("killed", "injured", "casualties") if found[name])
        return self._unnumbered(found.span("words"), "none", category, "all", 0, voice)

    def _others(self, found: re.Match[str], voice: Voice) -> Annotation | None:
        """``أصيب آخران``: a dual that is no numeral."""
        category = self.quantities.governing(found.start("words"))
        if category is None:
            return None
        return self._unnumbered(found.span("words"), "others", category, "unknown", 2, voice)

    def _taken_up(
        self, found: re.Match[str], voice: Voice, last: Annotation | None, at: Span | None
    ) -> Annotation | None:
        """``هذا العدد``: words that take up the number before them."""
        span = found.span("words")
        if last is None or at is None or span[0] - at[1] > 600 or voice.quotation is None:
            return None
        said = voice.quotation["content"][0]["start"]
        answered = voice.stance in ("deny", "decline")
        if not answered and (not found["count"] or self.page.analysis.normal.raw(*span)[0] - said > 12):
            return None
        what = _Key(last["event_ref"], last["category"], last["side"], last["subgroup"], last["measure"])
        return self._figure(span, "taken_up", what, last.fields, None, voice)


def find(page: Page) -> Iterator[Annotation]:
    """Every figure of a page."""
    return _Finder(page).find()
