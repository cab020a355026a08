"""Says who is meant: aliases that a text introduces, descriptions that take up a name, references.

Within an article mentions corefer that share a name, an alias of the lexicon, an acronym set
beside the name, or a description linked back to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from hasila.arabic.normal import fold
from hasila.rules.entities.names import Form, Hit, not_names, parts
from hasila.rules.entities.reader import NISBA_LIKE, Mention, Reader, is_adjective
from hasila.rules.lexicon import forms
from hasila.rules.page import Page

_ALIAS = re.compile(r' ?(?:"([^"()\n]{2,24})"|\(([^"()\n]{2,24})\)|\("([^"()\n]{2,24})"\))')
_OUTLET = re.compile(r'"(?:(?<=ل")(?<![\u0621-\u064a]ل")|(?<=ل ")(?<![\u0621-\u064a]ل "))([^"\n]{2,28})"')
_SENTENCE_FOR_PRISON = frozenset(["لمده", "الموبد", "مدي", "مده", "سنوات", "عاما", "مع"])
_LONGEST = 60
"""Letters of a name that is sought again; what is longer is none."""


def aliases(reader: Reader, mentions: Iterable[Mention]) -> list[Mention]:
    """``X "ق"`` and ``X (ق)``: a short name in marks right behind an organisation's."""
    found: list[Mention] = []
    for mention in mentions:
        if mention.type != "ORG" or mention.level != "NAM":
            continue
        beside = _ALIAS.match(reader.text, mention.end)
        if not beside:
            continue
        group = beside.lastindex or 1
        name = beside[group]
        if is_adjective(name) and beside[0].strip()[0] == '"':
            continue
        if " " in name or name in not_names() or name.isdigit() or name.startswith("ال") or len(name) > 12:
            continue
        if not any(not hit.form.when for hit in reader.hits.get(beside.start(group), ())):
            found.append(
                Mention(
                    *beside.span(group),
                    "ORG",
                    "NAM",
                    "entity.alias",
                    mention.key,
                    mention.kinds,
                    learned=True,
                )
            )
    return found


def quoted_outlets(reader: Reader) -> list[Mention]:
    """``قال لـ"X"``: whom someone speaks to or belongs to, in quotes, is an organisation."""
    found = []
    for match in _OUTLET.finditer(reader.text):
        name, at = match[1], match.start(1)
        words = name.split()
        if (
            name != name.strip()
            or len(words) > 3
            or words[0] in not_names()
            or reader.name_at(at)
            or reader.head_at(at)
        ):
            continue
        found.append(Mention(at, match.end(1), "ORG", "NAM", "entity.quoted", name))
    return found


def surnames(reader: Reader, mentions: Iterable[Mention]) -> list[Form]:
    """Lexicon forms of the surnames of the people that the text has named in full."""
    found: dict[str, Form] = {}
    for mention in mentions:
        if mention.type == "PERS" and mention.rule == "entity.person":
            words = reader.text[mention.start : mention.end].split()
            surname = " ".join(words[-2:] if words[-2:-1] and words[-2] in parts("bond") else words[-1:])
            if (
                len(words) > 1
                and 3 < len(surname) <= _LONGEST
                and surname not in not_names()
                and surname[0] > "\x80"
            ):
                found.setdefault(surname, Form(surname, "name", "PERS", mention.key))
    return list(found.values())


def learned_names(reader: Reader, mentions: Iterable[Mention]) -> list[Form]:
    """Lexicon forms of the places and acronyms in no lexicon that a pattern found."""
    found: dict[str, Form] = {}
    for mention in mentions:
        name = reader.text[mention.start : mention.end].strip('"')
        if not mention.learned or not 3 <= len(name) <= _LONGEST:
            continue
        when = "place" if name.startswith("ال") and mention.type == "GPE" else ""
        found.setdefault(name, Form(name, "name", mention.type, mention.key, mention.kinds, when, "learned"))
    return list(found.values())


@cache
def _adjectives() -> frozenset[str]:
    return frozenset(forms("description_adjectives"))


def describe(reader: Reader, named: list[Mention]) -> list[Mention]:
    """Definite descriptions (``التنظيم``) of the nearest name before them whose noun they repeat.

    ``named`` is in text order.
    """
    taken = {mention.start for mention in named}
    waiting = iter([mention for mention in named if mention.kinds and mention.level == "NAM"])
    next_name = next(waiting, None)
    latest: dict[tuple[str, str], Mention] = {}
    found: list[Mention] = []
    for hit in reader.roles["description"]:
        start, end, _, form = hit
        if start in taken:
            continue
        while next_name and next_name.start < start:
            for kind in next_name.kinds:
                latest[next_name.type, kind] = next_name
            next_name = next(waiting, None)
        name = latest.get((form.type, form.kinds[0]))
        if name is None or name.end > start or _is_sentence(reader, hit):
            continue
        following = reader.next_word(end)
        if following and following[0] in _adjectives():
            end = following[2]
        elif following and (NISBA_LIKE.match(following[0]) or following[0] in parts("tail")):
            continue
        found.append(
            Mention(start, end, form.type, "NOM", "entity.description", name.key, (), form.contracted)
        )
    return found


def roles_again(reader: Reader, named: list[Mention]) -> list[Mention]:
    """``القيادي`` alone, of whoever was named with that role before."""
    taken = {mention.start for mention in named}
    waiting = sorted((m for m in named if m.type == "OCC" and m.kinds), key=lambda m: m.start)
    latest: dict[str, Mention] = {}
    found: list[Mention] = []
    place = 0
    for hit in reader.roles["title"]:
        while place < len(waiting) and waiting[place].start < hit.start:
            latest[waiting[place].kinds[0].removeprefix("ال")] = waiting[place]
            place += 1
        form = hit.form
        antecedent = latest.get(form.form.removeprefix("ال"))
        if form.takes != "definite" or form.type != "role" or antecedent is None or hit.start in taken:
            continue
        if antecedent.end <= hit.start and not antecedent.key.startswith("role "):
            taken.add(hit.start)
            found.append(
                Mention(
                    hit.start, hit.end, "OCC", "NOM", "entity.role_again", antecedent.key, (), form.contracted
                )
            )
    return found


def _is_sentence(reader: Reader, hit: Hit) -> bool:
    """``بالسجن لمدة …`` is a punishment, no place."""
    if hit.form.kinds[0] != "سجن" or hit.lead != "ب":
        return False
    following = reader.next_word(hit.end)
    return following is None or following[0] in _SENTENCE_FOR_PRISON


def registry_id(page: Page, mention: Mention, *names: str) -> str | None:
    """The registry's first referent of the mention's type, or else of any, that bears one of ``names``."""
    entities = page.registry.tables.get("entities", {})
    for name in names:
        ids = page.registry.names.get(fold(name), ())
        if ids:
            return next((one for one in ids if entities[one]["type"] == mention.type), ids[0])
    return None
