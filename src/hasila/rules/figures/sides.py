"""Which party a figure counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from hasila.annotation import Annotation
from hasila.arabic.normal import fold
from hasila.rules.figures.quantities import PEOPLE, Quantity
from hasila.rules.occurrences import Lookup
from hasila.rules.page import Page

Span = tuple[int, int]

_GROUPS = frozenset({"ORG", "NORP"})
_ENDS = re.compile(
    r"[.،,؛!؟?\n]| (?:و(?=[0-9])|في|خلال|بعد|منذ|اثر|جراء|عقب|قتلوا|الي|عن|وفقا?|ب?حسب|حسبما|علي ما) "
)
_BELONGS = re.compile(r"انتما|منتم|تابع|محسوب|موال|مرتبط|ينتم")
_ATTACKS = frozenset({"Attack", "Mutiny", "Infiltration"})
_MEMBERS = "(?:سجناء|سجين|معتقلي|مساجين|محتجزي|مقاتلي|عناصر|معتقلين|اعضاء|اسري)"
_HELD_WORD = Lookup(re.compile(rf".*({_MEMBERS})").fullmatch)
_LEADS = r" (?:من |وقيادات |تابعين ل|تنظيم )*\"?"
_HELD = re.compile(f"{_MEMBERS}{_LEADS}$")
_BEHIND = re.compile(_LEADS + r"\n?")
"""What may lead from members to the name of their group, as far as it goes."""
_REACH = 40
"""Characters from where the members' word begins to the name."""
_HELD_ONCE = frozenset({"escaped", "recaptured", "surrendered", "at_large"})
_OWN = re.compile(r"\w{3,}(?:هم|ها|ه|نا)$")


class Sides:
    """Finds the party counted; a party is what the registry's keys count, else the entity itself."""

    def __init__(self, page: Page) -> None:
        self.page, self.form = page, page.form
        keys = page.registry.tables.get("keys", {}).values()
        self._sides = dict.fromkeys(key["side"] for key in keys)
        self._subgroups = page.registry.tables.get("subgroups", {})
        self._parties: dict[str | None, str | None] = {}
        self._entities = page.registry.tables.get("entities", {})

    def party(self, ref: str | None) -> str | None:
        """The party of a referent: itself, whom it speaks for, or the alliance named after it."""
        if ref not in self._parties:
            self._parties[ref] = self._party(ref)
        return self._parties[ref]

    def _party(self, ref: str | None) -> str | None:
        seen: set[str] = set()
        while ref and ref not in seen:
            seen.add(ref)
            if ref in self._sides:
                return ref
            allied = [i for i in (*self._sides, *self._entities) if i.startswith(f"{ref}-and-")]
            if allied:
                return str(allied[0])
            above = self._entities.get(ref, {}).get("speaks_for")
            if not above:
                return ref
            ref = str(above)
        return ref

    def _of(self, entity: Annotation) -> str:
        return self.party(entity["ref"]) or f"#{entity.id}"

    @cached_property
    def attackers(self) -> str | None:
        """The party whose attack the article tells, where one stands out."""
        told = [e.fields["participants"] for e in self.page.events if e.fields["type"] in _ATTACKS]
        return self._most(Counter([p["target"] for some in told for p in some if p["role"] == "agent"]))

    @cached_property
    def held(self) -> str | None:
        """The party whose members the article's prisoners are."""
        starts = self.page.analysis.starts
        held: dict[str, int] = {}
        for index, word in _HELD_WORD.on(self.page):
            begin, end = starts[index] + word.start(1), starts[index] + word.end(1)
            behind = _BEHIND.match(self.form, end, begin + _REACH)
            for entity, (start, _) in self.page.within("entity", end, behind.end() + 1) if behind else ():
                if entity.fields["type"] in _GROUPS and _HELD.match(self.form, begin, start):
                    held[entity.id] = 1
        return self._most(held)

    def _most(self, refs: Mapping[str, int]) -> str | None:
        parties: Counter[str] = Counter()
        for entity in self.page.entities:
            if entity.id in refs and entity.fields["type"] in _GROUPS:
                parties[self._of(entity)] += refs[entity.id]
        common = parties.most_common(2)
        if not common or (len(common) == 2 and common[0][1] == common[1][1]):
            return None
        return common[0][0]

    def of(self, one: Quantity, voice: str | None, inherited: str | None) -> str:
        """The side of a quantity; ``voice`` states it, ``inherited`` is the side of what it is part of."""
        noun = one.noun
        people = noun is not None and noun["type"] in PEOPLE
        if one.category in ("air_strikes", "bombings") or (one.category == "other" and not people):
            return self._agent(one) or "unknown"
        named = noun["side"] if noun else ""
        if named == "civilians":
            return named
        complement = self._complement(one)
        if complement:
            return complement
        if noun and noun["form"] in ("اخر", "اخرين", "اخرون") and inherited:
            return inherited
        own = self.form[one.unit[0] : one.unit[1]] if one.unit else ""
        if voice and noun and noun["type"] == "fighter" and _OWN.search(own):
            return self.party(voice) or "unknown"
        kind = noun["type"] if noun else ""
        if (
            not named
            and inherited not in (None, "all", "unknown", "civilians")
            and kind in ("person", "prisoner")
        ):
            return str(inherited)
        held = kind in ("prisoner", "fugitive") or one.category in _HELD_ONCE
        if held and (self.held or self.attackers):
            return str(self.held or self.attackers)
        if kind == "attacker" or (kind == "fighter" and one.category in ("captured", "holding_out")):
            return self.attackers or "unknown"
        if one.category == "displaced":
            return "civilians"
        if named:
            return named
        if (
            noun is None
            and one.category in ("killed", "injured", "casualties", "missing")
            and one.part_of is None
        ):
            return "all"
        return "unknown"

    def _complement(self, one: Quantity) -> str | None:
        """The party named behind the counted noun: ``7 عناصر من "قسد"``."""
        begin = one.span[0]
        end = max(one.span[1], one.unit[1] if one.unit else 0)
        limit = min(one.sentence[1], end + 80)
        entities = self.page.within("entity", begin, limit)
        if not any([entity.fields["type"] in _GROUPS for entity, _ in entities]):
            return None
        stop = _ENDS.search(self.form, end, limit)
        for entity, (start, _) in entities:
            gap = self.form[end:start] if start > end else ""
            belongs = _BELONGS.search(gap) if gap else None
            if belongs is None and stop is not None and start > stop.start():
                break
            kind = entity.fields["type"]
            if kind not in _GROUPS or entity.fields["ref"] is None:
                continue
            if len(gap.split()) > (8 if belongs else 5):
                continue
            if kind != "NORP" or not (one.noun and one.noun["side"]):
                return self._of(entity)
        return None

    def _agent(self, one: Quantity) -> str | None:
        """Who commits the acts: the group named in the clause before them."""
        start = one.sentence[0]
        for entity, (_, end) in self.page.within("entity", max(start, one.span[0] - 60), one.span[0]):
            if entity["type"] in ("ORG", "NORP", "GPE") and entity["ref"] and end <= one.span[0]:
                return self._of(entity)
        return None

    def subgroup(self, one: Quantity) -> str | None:
        """The registry's subgroup whose name stands at the counted noun."""
        if one.unit is None or not self._subgroups:
            return None
        rest = self.form[one.unit[0] : one.unit[0] + 60]
        for record in self._subgroups.values():
            names: list[Any] = record["names"]
            if any(rest.startswith(fold(name)) for name in names):
                return str(record["id"])
        return None
