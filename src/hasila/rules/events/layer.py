"""Events: triggers by type, how the text presents them, which instance they are."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from hasila.annotation import Annotation
from hasila.arabic.normal import fold
from hasila.rules.events.participants import CLAUSE, Participants
from hasila.rules.inflect import Hit, Matcher
from hasila.rules.lexicon import one_of
from hasila.rules.page import First, Page

_END = re.compile(r"[.;؛\n!?؟]")
_FAR = 10
_REACH = 120
"""Characters within which a cue reaches its trigger."""
_UNDERGOING = re.compile(
    r"(?:تعرض|ادي|ادت|نتيجه|نظرا|ردا|خضع|تصد|وفقا|طبقا|سبب|اسباب|ضحيه|موقع|مكان|تزامن|شاهد|اتهام"
    r"|مسووليت|تفاصيل)\S* $"
)
_UNDERGONE = re.compile(r"(?:تعرض|خضع|تصد|استعد)\S*(?: \S+){0,4} $")


_AIRCRAFT = re.compile(r"(?:طاير|طيران|مقاتلات|مروحي|مسيرات|مسيره|سلاح الجو|جوي)[^.؛\n،]{0,60}$")
_AN_ATTACK = re.compile(r"(?:غار|ضرب|هجو|هجم|قصف|انفجار|تفجير)[^.؛\n]{0,40}$")
"""Before ``استهدف``: the attack that the verb speaks of."""


_TRIGGERS = Matcher("triggers")
_MODALS = Matcher("realis")


def find(page: Page) -> Iterator[Annotation]:
    """Every trigger with its realis, instance and participants."""
    form = page.form
    hits = list(_events(page))
    cues = _MODALS.find(page)
    ends = [cue.end for cue in cues]
    instances, participants = _Instances(page), Participants(page)
    before: tuple[Hit, str] | None = None
    untils = [hit.start for hit in hits[1:]] + [len(form)]
    for hit, until in zip(hits, untils, strict=False):
        kind = realis(form, hit, cues, ends)
        type_ = _type(form, hit, before[0].end if before else 0)
        if kind == "actual" and before and hit.lead == "و" and _continued(form, before[0], hit):
            kind = before[1]
        before = hit, kind
        mention = page.mark(
            "event", hit.start, hit.end, "event.verb" if hit.tense else "event.noun",
            type=type_, realis=kind, ref=None, participants=participants.of(hit, until),
        )  # fmt: skip
        if kind != "generic":
            mention.fields["ref"] = instances.of(hit, mention)
        yield mention


def _events(page: Page) -> Iterator[Hit]:
    """The triggers but those in a name (``إسلام آباد``), behind a word that bars them (``وقف إطلاق النار``),
    and the verb of an attack that its noun has told (``غارات استهدفت``).
    """
    form = page.form
    for hit in _TRIGGERS.find(page):
        start, entry = hit.start, hit.entry
        if page.in_name(start, hit.end):
            continue
        if entry["before"] and _barring(entry["before"]).search(form, max(0, start - 16), start):
            continue
        if entry["form"] == "استهدف" and _AN_ATTACK.search(form, max(0, start - 50), start):
            continue
        yield hit


@cache
def _barring(words: str) -> re.Pattern[str]:
    return re.compile(rf"{one_of(map(fold, words.split('|')))} [بل]?(?:ال)?$")


def _type(form: str, hit: Hit, behind: int) -> str:
    """The type of a trigger; shelling by aircraft that are named before it is an air strike.

    ``behind`` is where the trigger before it ends.
    """
    entry = hit.entry
    near = max(behind, hit.start - 80)
    shelling = entry["form"] in ("قصف", "استهدف") and hit.lead != "و"
    if shelling and _AIRCRAFT.search(form, near, hit.start):
        return "AirStrike"
    return entry["type"]


def realis(form: str, hit: Hit, cues: list[Hit], ends: list[int]) -> str:
    """How the text presents a trigger; ``ends`` are the ends of ``cues``, in text order."""
    if hit.tense == "future":
        return "planned"
    at = bisect_left(ends, hit.start + 1) - 1
    near = at >= 0 and hit.start - ends[at] <= _REACH
    for cue in reversed(cues[max(at - 2, 0) : at + 1]) if near else ():
        if cue.start >= hit.start:
            continue
        if hit.start - cue.end > _REACH:
            break
        kind, reach = cue.entry["type"], int(cue.entry["reach"])
        if form.count(" ", cue.end, hit.start) - 1 > reach:
            continue
        gap = form[cue.end : hit.start]
        if kind == "planned" and hit.tense == "past" and (hit.lead or gap != " "):
            continue
        if form.startswith("قد", cue.start) and cue.end - cue.start == 2 and hit.tense != "present":
            continue
        if kind == "generic" and not form.endswith("ات", hit.start, hit.end):
            continue
        if (_END if reach >= _FAR else CLAUSE).search(gap):
            continue
        if cue.entry["form"] == "لا" and not hit.verb and gap != " ":
            continue
        return kind
    purpose = "ل" in hit.lead and not hit.tense and hit.entry["type"] not in ("Die", "Injure")
    if purpose and not form.startswith(("ال", "ل"), hit.start):
        before = form[max(0, hit.start - 60) : hit.start - len(hit.lead)]
        return "actual" if _undergone(before) else "planned"
    return "actual"


def _continued(form: str, first: Hit, second: Hit) -> bool:
    """Whether a noun behind و continues the noun before it: ``لاستعادة السيطرة على السجن وتمشيط محيطه``."""
    gap = form[first.end : second.start]
    return not (first.verb or second.verb) and gap.count(" ") <= 5 and not CLAUSE.search(gap)


def _undergone(before: str) -> bool:
    """Whether a noun behind ل is what somebody undergoes, no purpose: ``تعرضت القاعدة لهجوم``."""
    return bool(_UNDERGOING.search(before) or _UNDERGONE.search(before))


class _Instances:
    """The registry's event instances that an article can mean."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.events = page.registry.tables.get("events", {})
        self.firsts: dict[str, First] = {}
        self._families: dict[str, list[str]] = {}
        for name in self.events:
            self._families.setdefault(self._root(name), []).append(name)
        self._main = self._family(Counter(entity["ref"] for entity in page.entities)) if self.events else None

    def _root(self, name: str) -> str:
        for _ in range(20):
            above = self.events[name].get("part_of")
            if not above or above not in self.events:
                break
            name = above
        return name

    def _family(self, refs: Counter[str | None]) -> str | None:
        """The incident whose places are named most; none where two are alike."""
        counts = Counter(
            {
                root: sum(refs[place] for place in {self.events[name]["place"] for name in names} if place)
                for root, names in self._families.items()
            }
        )
        best = counts.most_common(2)
        if not best or best[0][1] == 0 or (len(best) == 2 and best[0][1] == best[1][1]):
            return None
        return best[0][0]

    def of(self, hit: Hit, mention: Annotation) -> Any:
        """The instance where one alone fits; without a registry the article's first mention of the type."""
        kind = hit.entry["type"]
        if not self.events:
            return self.firsts.get(kind) or self.firsts.setdefault(kind, First(mention))
        known = [name for name, event in self.events.items() if event["type"] == kind]
        if len(known) == 1:
            return known[0]
        near = {e["ref"] for e, _ in self.page.within("entity", *self.page.analysis.sentence_at(hit.start))}
        here = {self._root(name) for name in known if self.events[name]["place"] in near} if near else set()
        family = here.pop() if len(here) == 1 else self._main
        members = [name for name in self._families.get(family or "", ()) if name in known]
        if len(members) == 1:
            return members[0]
        if family and (family in members or (kind == "Clash" and self.events[family]["type"] == "Attack")):
            return family
        return None
