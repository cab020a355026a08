"""Quantities of people and acts: what each numeral counts. Offsets are of the normal form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hasila.annotation import Annotation
from hasila.rules.figures.outcomes import CONTRAST, STOP, Outcome, Outcomes
from hasila.rules.lexicon import Entry
from hasila.rules.nouns import counted, counted_nouns
from hasila.rules.page import Page

Span = tuple[int, int]

_LIST = re.compile(
    r"(?:^|[\s،,:(])(?:و?بينهم|و?بينها|و?منهم|و?منها|مقابل|و?اضافه|و?بالاضافه|فضلا|و?الي جانب"
    r"|علاوه|و?هم|بما في|بمن|وايضا|كذلك|و|،|,|:|and)"
)
_PART = re.compile(r"(?:بينهم|بينها|منهم|منها|بما في ذلك|بمن فيهم)[ :\"]*$")
_PERIOD = re.compile(r"[.؛\n]")
_ALSO = re.compile(
    r"(?:بين +(?:قتيل|قتلي|شهيد|شهداء) +و(?:جريح|جرحي|مصاب)|(?:قتلي|قتيل|شهيد) +و(?:جريح|جرحي|مصاب))"
)
_PERCENT = re.compile(" ?[%٪]")
PEOPLE = frozenset({"person", "fighter", "attacker", "fugitive", "survivor", "family"})
"""Types of counted nouns that are people; whom nothing befalls is ``other``."""
_CUSTODY = re.compile(r"سجن|سجون|معتقل|محتجز|احتجاز|سجناء|سجين|نزلاء|اسري|حراس")
_FELL = re.compile(r"(?:^| )[وف]?[يت]?(?:سقط|سقوط)(?:ت|وا)? *$")
"""``سقوط ثلاثة منهم قتلى``: what befell them is said behind."""
_REACH = 160
"""Characters within which a trigger before a numeral governs it."""


@dataclass(slots=True)
class Quantity:
    """A numeral that counts people or acts."""

    span: Span
    number: Annotation
    category: str
    noun: Entry | None
    unit: Span | None
    part_of: Quantity | None
    trigger: Annotation | None
    sentence: Span


class Quantities:
    """Decides the category of every numeral of a page, sentence by sentence."""

    def __init__(self, page: Page) -> None:
        self.page, self.form = page, page.form
        self.outcomes = Outcomes(page)

    def find(self) -> Iterator[Quantity]:
        """Every quantity, in text order."""
        numbers = [
            (number, span)
            for number, span in zip(self.page.numbers, self.page.spans.get("number", []), strict=True)
            if number.fields["kind"] == "cardinal" and not self._of_one_family(number, span)
        ]
        behind = [*(span for _, span in numbers[1:]), None]
        last: Quantity | None = None
        sentence = (0, 0)
        for (number, span), following in zip(numbers, behind, strict=False):
            if span[0] >= sentence[1]:
                sentence = self.page.analysis.sentence_at(span[0])
            limit = sentence[1]
            apart = following and not self._joined(span, following) and not self._parts(span, following)
            if following and following[0] < limit and apart:
                limit = following[0]
            one = self._quantity(number, span, sentence, limit, last)
            if one is not None:
                last = one
                yield one

    def _parts(self, one: Span, other: Span) -> bool:
        """Whether the next numeral is a part of those whose verb follows both: ``64 بينهم 13 طفلا قتلوا``."""
        gap = self.form[one[1] : other[0]]
        return len(gap) < 60 and _PART.search(gap) is not None and not _PERIOD.search(gap)

    def _of_one_family(self, number: Annotation, span: Span) -> bool:
        """``خمسة من عائلة واحدة``: the family is not counted."""
        unit = number.fields["unit"]
        if unit is None or not number.fields["low"] == number.fields["high"] == 1:
            return False
        start, end = self.page.form_span(unit["start"], unit["end"])
        noun = counted(self.form[start:end]) if end <= span[0] else None
        return noun is not None and noun["type"] == "family"

    def _joined(self, one: Span, other: Span) -> bool:
        """Whether two numerals are subjects of one verb: ``77 من كذا و39 مقاتلا … قتلوا``."""
        gap = self.form[one[1] : other[0]]
        return gap.rstrip(" ").endswith(" و") and len(gap.split()) <= 8 and not _PERIOD.search(gap)

    def _quantity(
        self, number: Annotation, span: Span, sentence: Span, limit: int, last: Quantity | None
    ) -> Quantity | None:
        form, fields, form_span = self.form, number.fields, self.page.form_span
        hedge = form_span(fields["hedge"]["start"], fields["hedge"]["end"]) if fields["hedge"] else None
        unit = form_span(fields["unit"]["start"], fields["unit"]["end"]) if fields["unit"] else None
        dual = fields["form"] == "dual"
        noun = self._noun(span, unit, dual)
        if (dual if noun is None else noun["type"] in ("thing", "group")) or _PERCENT.match(form, span[1]):
            return None
        start, end = self.extent(span, hedge, unit)
        kind = noun["type"] if noun else ""
        floor = start - _REACH if start - _REACH > sentence[0] else sentence[0]
        before = self.outcomes.before(start, floor, noun is not None, kind == "bomb")
        fell = _FELL.search(form, floor, start) is not None
        after = self.outcomes.after(unit[1] if unit and unit[1] > end else end, limit, fell)
        before = None if fell and after else before
        category, trigger = self._category(kind, before, after, start, end, sentence)
        whole = None
        if last and (category is None or kind == "person") and self._listed(last, start, sentence[0]):
            near = before is not None and before.start > last.span[1]
            near = near or (after is not None and form[end : after.start].strip() == "")
            governed = category is not None and (near or (after is not None and kind != ""))
            among = unit is not None and unit[0] > span[1] and "من" in form[span[1] : unit[0]]
            counts = noun is not None or unit is None or among or _PART.search(form, last.span[1], start)
            if not governed and counts and kind not in ("bomb", "act", "survivor"):
                acts = kind and last.category in ("air_strikes", "bombings")
                category, trigger, whole = None if acts else last.category, None, last
            elif category == last.category:
                whole = last
        if category is None and kind in PEOPLE and not form.startswith("ال", span[0]):
            category = "other"
        if category is None:
            return None
        event = trigger.event if trigger else None
        if event is not None and event.fields["realis"] in ("planned", "generic"):
            return None
        if start < sentence[0]:
            sentence = self.page.analysis.sentence_at(start)
        return Quantity((start, end), number, category, noun, unit, whole, event, sentence)

    def governing(self, start: int) -> str | None:
        """The category of the verb or noun right before a position, for words that are no numeral."""
        trigger = self.outcomes.before(start, max(self.page.analysis.sentence_at(start)[0], start - 60), True)
        return trigger.category if trigger else None

    def _noun(self, span: Span, unit: Span | None, dual: bool) -> Entry | None:
        """The entry of the counted noun; a nationality is one too."""
        place = span if dual else unit
        if place is None:
            return None
        start, end = place
        if dual and self._entity_types(start) - {"NORP"}:
            return None
        words = self.form[start : end + 8].split()
        noun = counted(" ".join(words[:2])) or counted(self.form[start:end].partition(" ")[0])
        if noun is None:
            return counted_nouns()["اجنبي"] if "NORP" in self._entity_types(start) else None
        if noun["type"] == "group" and self.form[span[1] : start].strip() == "من":
            return None
        return noun

    def _entity_types(self, at: int) -> set[str]:
        return {entity.fields["type"] for entity, _ in self.page.within("entity", at, at + 1)}

    def extent(self, span: Span, hedge: Span | None, unit: Span | None) -> Span:
        """From hedge or numeral through the counted noun, where that is next to it."""
        start, end = span
        if hedge:
            start = min(start, hedge[0])
            if hedge[1] > end and self.form[end : hedge[0]].strip() == "":
                end = hedge[1]
        if unit and unit[0] >= end and self.form[end : unit[0]].strip(' "') in ("", "من", "من بين"):
            end = unit[1]
        return start, end

    def _category(
        self, kind: str, before: Outcome | None, after: Outcome | None, start: int, end: int, sentence: Span
    ) -> tuple[str | None, Outcome | None]:
        tail = self.form[end : min(sentence[1], end + 60)]
        if kind in (
            "killed",
            "injured",
            "casualties",
            "missing",
            "displaced",
            "hostage",
            "air_strikes",
            "bombings",
        ):
            if kind in ("killed", "casualties") and _ALSO.search(
                self.form, start, min(sentence[1], end + 24)
            ):
                return "casualties", before
            if kind == "casualties" and self.outcomes.injuries:
                return "killed", before
            if kind == "hostage" and (other := self._nearest(before, after, ("freed", "killed", "injured"))):
                return other.category, other
            if kind == "displaced" and (
                other := self._nearest(before, after, ("killed", "injured", "freed"))
            ):
                return other.category, other
            return kind, None
        if kind == "act":
            return self._act(start, end), None
        if kind == "bomb":
            near = (
                before is not None
                and before.category == "bombings"
                and len(self.form[before.end : start].split()) <= 2
            )
            booby = re.match(r" +(?:اثنتين +)?(?:مفخخ|ناسف|ملغوم|ملغم)", tail)
            return ("bombings", before) if near and before and booby else (None, None)
        if (" وجر" in tail or " ومصاب" in tail) and _ALSO.search(tail.split("،")[0]):
            return "casualties", before
        if before and before.category == "bombings":
            before = None
        governing = self._governing(before, after, kind, start, end)
        if kind == "prisoner" and governing is None:
            return "detained", None
        if kind == "prisoner" and governing and governing.category == "captured":
            return "recaptured", governing
        if kind == "fugitive":
            if governing and governing.category in ("captured", "recaptured"):
                return "recaptured", governing
            return "escaped", governing
        if kind == "survivor":
            return ("freed", governing) if governing and governing.category == "freed" else (None, None)
        if governing is None:
            return None, None
        category = governing.category
        if category == "escaped" and kind in ("person", "family") and not self._custody(start, sentence):
            category = "displaced"
        if category in ("killed", "injured") and governing is before and self.outcomes.paired(before):
            category = "casualties"
        if category == "captured":
            if re.search(r"او +قتل", tail):
                return "killed_or_captured", governing
            if re.search(r"(?:فروا|هربوا|الفارين|فارين|الهاربين)", tail.split("،")[0]):
                category = "recaptured"
        return category, governing

    def _custody(self, start: int, sentence: Span) -> bool:
        """Whether the sentence speaks of custody; people flee homes, prisoners flee prisons."""
        return bool(_CUSTODY.search(self.form, max(sentence[0], start - 200), min(sentence[1], start + 200)))

    def _act(self, start: int, end: int) -> str | None:
        near = [e for e, _ in self.page.within("event", start, end + 25)]
        if any(e["type"] == "AirStrike" for e in near):
            return "air_strikes"
        return "other" if near else None

    def _governing(
        self, before: Outcome | None, after: Outcome | None, kind: str, start: int, end: int
    ) -> Outcome | None:
        if before and after:
            gap = self.form[before.end : start]
            if re.search(r"(?:^|[ ،])وا?ن? *$", gap) and self.form[end : after.start].strip() == "":
                return after
            direct = len(self.form[before.end : start].split()) <= 2
            if direct and (before.verb or before.category != after.category):
                return before
            told = after.event is None or after.verb or kind == "prisoner"
            return after if told and kind else before
        return before or (after if kind or after is None or self.form[after.start - 1] == " " else None)

    @staticmethod
    def _nearest(before: Outcome | None, after: Outcome | None, wanted: tuple[str, ...]) -> Outcome | None:
        return next((t for t in (before, after) if t and t.category in wanted), None)

    def _listed(self, last: Quantity | None, start: int, floor: int) -> bool:
        """Whether a numeral goes on a list that the last quantity began."""
        if last is None or last.span[0] < floor:
            return False
        gap = self.form[last.span[1] : start]
        if STOP.search(gap) or CONTRAST.search(gap):
            return False
        return len(gap.split()) <= 14 and bool(_LIST.search(gap))
