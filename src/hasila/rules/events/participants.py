"""Who and what takes part in an event: the entities, times and counts of its trigger's own clause."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any

from hasila.annotation import Annotation
from hasila.rules.inflect import Hit
from hasila.rules.nouns import counted
from hasila.rules.page import Page

CLAUSE = re.compile(r"[.,;:؛،\n!?؟ ](?:(?<! )|(?:التي|الذي|الذين|ان|انه|انها) )")
"""Where a clause ends."""

_AHEAD, _BEFORE = 120, 60
"""Characters within which a trigger reaches those who take part."""
_ALIAS = 3
"""Characters between a name and its short form: ``قوات سوريا الديمقراطية "قسد"``."""
_PLACES = frozenset({"GPE", "LOC", "FAC"})
_ACTORS = frozenset({"ORG", "PERS", "NORP"})
_AFFECTED = frozenset({"Die", "Injure", "Capture", "Release", "Rescue", "Detention", "Displacement"})
"""Events whose noun goes before whom it befalls: ``مقتل الجنود``."""
_UNDERGONE = frozenset({"Die", "Injure", "Displacement"})
"""Events that befall the subject of their verb."""
_DONE_TO_PLACES = frozenset({"Attack", "AirStrike", "Control", "Siege", "Search"})
_BY_THE_COUNTED = frozenset({"Escape", "Surrender", "Displacement"})
_ON = re.compile(r' (?:علي|ضد|استهدف\S*|طال\S*) (?:\S+ )?["(]*')
_OBJECT = re.compile(r' "?')
_BETWEEN = re.compile(r"[^.،\n]{0,60}? بين ")
_CARRIES_OUT = (
    r"(?:قام|نفذ|تنفذ|ينفذ|شن|تشن|يشن|تنفيذ|بدا|حاول|تحاول|يحاول|تمكن|عمد|سع|واصل|تواصل|يواصل|اطلق)\S*"
)
_BEFORE_VERB = re.compile(r'["”)]* (?:(?:قد|ربما|لا|لم|كان\S*) )?')
_BEFORE_NOUN = re.compile(rf'["”)]* {_CARRIES_OUT} (?:ب|(?:علي|من|الي|في|عمليه|حمله) |ل)?')
_LED_BY = re.compile(rf"{_CARRIES_OUT} [^ ]*(?: من)? ?[\"(]*$")
_WHICH = re.compile(rf" (?:[^ .،؛\n]+ )?(?:(?:التي|الذي) )?{_CARRIES_OUT}(?= )")


class Participants:
    """Finds who and what takes part in the events of one page, among its names and times."""

    def __init__(self, page: Page) -> None:
        self.form, self.entities, self.timexes = page.form, page.entities, page.timexes
        self.spans = page.spans.get("entity", [])
        behind = len(page.form)
        self.starts = [*page.starts("entity"), behind]
        self.times = [*page.starts("timex"), behind]

    def of(self, hit: Hit, until: int) -> list[dict[str, Any]]:
        """The participants of a trigger; ``until`` is where the next trigger begins."""
        form, kind, begin = self.form, hit.entry["type"], hit.end
        end = min(until, begin + _AHEAD)
        found: list[dict[str, Any]] = []
        subject = self._subject(hit)
        if subject:
            found.append({"role": "patient" if kind in _UNDERGONE else "agent", "target": subject.id})
        starts, times = self.starts, self.times
        at, time = bisect_left(starts, begin), bisect_left(times, begin)
        if starts[at] >= end and times[time] >= end:
            return found
        which = _WHICH.match(form, begin, end)
        behind = which.end() if which else begin
        broken = CLAUSE.search(form, behind, end)
        end = broken.start() if broken else end
        between = _BETWEEN.match(form, begin, end) if kind == "Clash" else None
        taken = {one["role"] for one in found}
        reached = begin
        while (start := starts[at]) < end:
            if start >= reached:
                reached = self.spans[at][1]
                entity = self.entities[at]
                type_ = entity.fields["type"]
                side = between is not None and start >= between.end() and type_ in ("ORG", "PERS")
                role = "agent" if side else _role(form, hit, type_, start, behind)
                if role and (side or role == "place" or role not in taken):
                    taken.add(role)
                    found.append({"role": role, "target": entity.id})
            at += 1
        while times[time] < end:
            timex = self.timexes[time]
            if timex.fields["type"] in ("DATE", "TIME"):
                found.append({"role": "time", "target": timex.id})
                break
            time += 1
        return found

    def _subject(self, hit: Hit) -> Annotation | None:
        """Who stands before a verb, or beside the verb that carries a noun: ``شنت الفصائل هجوما``."""
        form, starts, at = self.form, self.starts, hit.start - len(hit.lead)
        name: Annotation | None = None
        start = stop = 0
        index = bisect_left(starts, at - _BEFORE)
        while (first := starts[index]) < at:
            one = self.entities[index]
            if one.fields["type"] in _ACTORS and stop <= first and (last := self.spans[index][1]) <= at:
                if name is None or first - stop > _ALIAS or one.fields["ref"] != name.fields["ref"]:
                    name, start = one, first
                stop = last
            index += 1
        if name is None or form.endswith(("ضد ", "مع ", "علي "), 0, start):
            return None
        if hit.tense:
            return name if _BEFORE_VERB.fullmatch(form, stop, at) else None
        if _BEFORE_NOUN.fullmatch(form, stop, at):
            return name
        led = _OBJECT.fullmatch(form, stop, at) and _LED_BY.search(form, max(0, start - 30), start)
        return name if led else None


def add_counts(page: Page) -> None:
    """Make each figure a participant of the event that counts it; last, since figures read the events."""
    for event, figure in page.shared.get("counted", ()):
        role = "agent" if event["type"] in _BY_THE_COUNTED else "patient"
        event["participants"].append({"role": role, "target": figure.id})


def _role(form: str, hit: Hit, type_: str, start: int, behind: int) -> str | None:
    """The role of an entity of ``type_`` at ``start``, behind a trigger or behind its ``الذي نفذه``."""
    kind = hit.entry["type"]
    if type_ in _PLACES:
        done_to = kind in _DONE_TO_PLACES and (
            _ON.fullmatch(form, hit.end, start) or _OBJECT.fullmatch(form, hit.end, start)
        )
        return "patient" if done_to else "place"
    if type_ not in _ACTORS:
        return None
    if _is_member(form[hit.end : start]):
        befallen = kind in _AFFECTED and not (hit.verb and kind != "Displacement")
        return "patient" if befallen else "agent"
    if behind > hit.end and _is_member(form[behind:start]):
        return "agent"
    return "patient" if _ON.fullmatch(form, hit.end, start) else None


def _is_member(gap: str) -> bool:
    """Whether a gap before a name is empty or names its people: ``عناصر من``."""
    words = gap.strip(' "(').removesuffix(" من").split()
    return gap[:1] in ' "(' and (not words or (len(words) == 1 and counted(words[0]) is not None))
