"""Finds entities: names of the lexicon, productive patterns, people and roles, descriptions.

Candidates from all of these are collected first; then spans that cross give way to the longer,
and what nests is kept where the scheme nests it. References come last, for whole clusters.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Any

from hasila.annotation import Annotation
from hasila.arabic.normal import DIACRITICS, TATWEEL
from hasila.rules.entities import patterns, people, referents
from hasila.rules.entities.names import Form, Hit, Matcher, function_words, parts, scan
from hasila.rules.entities.reader import Mention, Reader
from hasila.rules.lexicon import by_form
from hasila.rules.page import VERSIONS, First, Page
from hasila.rules.timexes.words import shapes

_NUMBERED = re.compile(r" ?-? ?[0-9]{1,4}[a-z]?(?![0-9])")
_COMPASS_EN = re.compile(r"(?:north|south|east|west)[a-z]*(?:[- ](?:north|south|east|west)[a-z]*)? $")
_DOMAIN = re.compile(r"\.(?:com|net|org|info|tv|news|co|io|gov)(?![a-z0-9_-]|\.[a-z0-9])")
_HOST = re.compile(r"(?<![@/a-z0-9._-])[a-z0-9][a-z0-9.-]{0,60}$")
_SWALLOWED = frozenset(["head", "title", "description"])
_INSIDE = frozenset([("title", "head"), ("head", "description"), ("title", "description")])
"""What a longer form of the first role does not swallow."""
_BARE = str.maketrans("", "", DIACRITICS + TATWEEL)


def find(page: Page) -> list[Annotation]:
    """The entities of a page, with references."""
    reader = _read(page)
    heads = patterns.read_heads(reader, patterns.FIRST)
    _learn(page, reader, referents.learned_names(reader, heads))
    heads += patterns.read_heads(reader, patterns.PATTERNS.keys() - patterns.FIRST)
    names = _names(page, reader, reader.roles["name"])
    names += _english_areas(reader, names)
    introduced = [*referents.aliases(reader, [*heads, *names]), *referents.quoted_outlets(reader)]
    found = [*heads, *names, *introduced, *_websites(reader), *people.read_accounts(page.form)]
    found += _again(page, reader, referents.learned_names(reader, introduced))
    resolved = _longest(found)
    roles = people.read_titles(reader, resolved)
    persons = [m for m in roles if m.type == "PERS"]
    persons += (m for m in people.read_names(reader) if not _within(m, resolved))
    found += [*roles, *persons, *people.apposed(reader, persons, resolved)]
    found += _again(page, reader, referents.surnames(reader, persons))
    kept = choose(found)
    kept += referents.describe(reader, kept)
    kept += referents.roles_again(reader, kept)
    return _annotations(page, kept)


def _read(page: Page) -> Reader:
    """The hits of the lexicon, without those that a longer one swallows and those spelt otherwise."""
    text = page.form.replace("_", " ").replace(" #", "  ")  # words of a hashtag are read like others
    roles: defaultdict[str, list[Hit]] = defaultdict(list)
    start, reach, longer = -1, 0, ""
    by_start: dict[int, list[Hit]] = {}
    last, here = -1, []
    for hit in scan(text, page):
        at, end, _, form = hit
        role = form.role
        if form.when == "exact" and not _written_so(page, hit):
            continue
        if end > reach:
            if form.holds:
                reach, start, longer = end, at, role
        elif at > start and role in _SWALLOWED and (longer, role) not in _INSIDE:
            continue
        roles[role].append(hit)
        if at == last:
            here.append(hit)
        else:
            last = at
            by_start[at] = here = [hit]
    return Reader(text, page.analysis.normal, by_start, roles)


def _written_so(page: Page, hit: Hit) -> bool:
    return hit.form.written in page.analysis.normal.slice(hit.start, hit.end).translate(_BARE)


def _learn(page: Page, reader: Reader, forms: list[Form]) -> None:
    """Add the hits of names that the text introduced to those of the lexicon."""
    if forms:
        for hit in Matcher(forms).scan(reader.text, page):
            at = reader.hits.setdefault(hit.start, [])
            if all((other.end, other.form.type) != (hit.end, hit.form.type) for other in at):
                at.append(hit)
                at.sort(key=lambda one: -one.end)
                reader.roles["name"].append(hit)


def _names(page: Page, reader: Reader, hits: Iterable[Hit]) -> list[Mention]:
    """The mentions that hits of names are by themselves."""
    found: list[Mention] = []
    for hit in hits:
        start, end, _, form = hit
        if form.certain:
            found.append(
                Mention(start, end, form.type, "NAM", "entity.name", form.key, form.kinds, form.contracted)
            )
        elif mention := _name(page, reader, hit):
            found.append(mention)
    return found


def _name(page: Page, reader: Reader, hit: Hit) -> Mention | None:
    """The mention that a hit is by itself, if its condition holds."""
    form = hit.form
    end = hit.end
    if form.latin and not _capital(page, hit):
        return None
    if form.type == "GPE" and form.form.endswith("يه") and _is_adjective(page, reader, hit):
        return None
    if form.when:
        if form.when == "title" or (
            form.when == "head" and not (form.type == "ORG" and _quoted(reader, hit))
        ):
            return None
        if form.when == "number":
            found = _NUMBERED.match(reader.text, end)
            if not found:
                return None
            end = found.end()
        elif form.when not in ("exact", "head") and not _led(reader, hit):
            return None
    start = hit.start
    if form.latin and form.type == "GPE" and reader.text[start - 3 : start] == "al-":
        start -= 3
    rank = 0 if form.when == "outlet" else 1
    return Mention(
        start, end, form.type, "NAM", "entity.name", form.key, form.kinds, form.contracted, rank=rank
    )


def _is_adjective(page: Page, reader: Reader, hit: Hit) -> bool:
    """Whether a country's name that is a nationality too agrees with what is before: ``السلطات السعودية``."""
    if not any(other.form.type == "NORP" and other.end == hit.end for other in reader.hits[hit.start]):
        return False
    start = hit.start - len(hit.lead)
    noun = _previous_word(reader.text, start)
    if hit.lead:
        return hit.lead == "و" and any(
            other.form.type == "NORP" and other.end == start - 1 and not other.form.form.startswith("ال")
            for other in reader.hits.get(start - 1 - len(noun), ())
        )
    if not hit.form.form.startswith("ال"):
        plural = noun.endswith(("يه", "ات")) or noun in by_form("sources")
        return plural and not noun.startswith("ال")
    if len(noun) < 5 or not _ARTICLE.match(noun) or noun in function_words() or noun in shapes():
        return False
    return noun.endswith("ات") or not noun.endswith(("ت", "ين", "ون"))


_ARTICLE = re.compile("[وف]?[بك]?ال|[وف]?لل")


def _capital(page: Page, hit: Hit) -> bool:
    return page.analysis.text[page.analysis.normal.raw_at(hit.start)].isupper()


def _led(reader: Reader, hit: Hit) -> bool:
    """Whether what stands before a name that is a common word too shows that it is the name."""
    text, start = reader.text, hit.start - len(hit.lead)
    if hit.form.when == "outlet":
        if _quoted(reader, hit) or (hit.form.contracted and hit.lead == "ل"):
            return True
        return _previous_word(text, start) in parts("outlet")
    if hit.lead in ("ب", "وب"):
        return True
    previous = _previous_word(text, start)
    if previous in parts("place") or (previous == "من" and hit.form.kinds == ("دوله",)):
        return True
    # ``X وY``: coordinated with a place that the lexicon knows.
    if hit.lead == "و" and text[start - 1 : start] == " ":
        at = start - 1 - len(previous)
        return any(
            h.end == start - 1 and h.form.type in ("GPE", "LOC") and h.form.when != "head"
            for h in reader.hits.get(at, ())
        )
    return False


def _quoted(reader: Reader, hit: Hit) -> bool:
    return reader.text[hit.start - 1 : hit.start] == '"' == reader.text[hit.end : hit.end + 1]


_LAST_LETTERS = re.compile(r"[\u0621-\u064a]*\Z")


def _previous_word(text: str, at: int) -> str:
    before = text[max(0, at - 24) : at].removesuffix("\n").rstrip(" ")
    found = _LAST_LETTERS.search(before, before.rfind(" ") + 1)
    return found[0] if found else ""


def _english_areas(reader: Reader, names: Iterable[Mention]) -> Iterator[Mention]:
    for name in names:
        if name.type == "GPE" and reader.text[name.start] < "\x80":
            found = _COMPASS_EN.search(reader.text, max(0, name.start - 24), name.start)
            if found:
                key = found[0] + name.key
                yield replace(name, start=found.start(), type="LOC", rule="entity.direction", key=key, rank=2)


def _websites(reader: Reader) -> Iterator[Mention]:
    for found in _DOMAIN.finditer(reader.text):
        host = _HOST.search(reader.text, max(0, found.start() - 62), found.start())
        if host:
            key = reader.text[host.start() : found.end()]
            yield Mention(host.start(), found.end(), "WEBSITE", "NAM", "entity.address", key)


def _again(page: Page, reader: Reader, forms: list[Form]) -> list[Mention]:
    """Every other place of the names that the text itself introduced."""
    if not forms:
        return []
    found = _names(page, reader, Matcher(forms).scan(reader.text, page))
    for mention in found:
        mention.rule = "entity.again"
    return found


def _longest(mentions: Iterable[Mention]) -> dict[int, Mention]:
    """By its start the longest that a role's complement may be; of equal ones the first."""
    found: dict[int, Mention] = {}
    for mention in mentions:
        if mention.type not in _NO_COMPLEMENT:
            other = found.get(mention.start)
            if other is None or other.end < mention.end:
                found[mention.start] = mention
    return found


_NO_COMPLEMENT = frozenset(["NORP", "PERS", "EVENT"])


def _within(person: Mention, resolved: dict[int, Mention]) -> bool:
    """Whether what looks like a person is the place or organisation of that name (``غازي عنتاب``)."""
    other = resolved.get(person.start)
    return other is not None and other.end >= person.end


def choose(mentions: Iterable[Mention]) -> list[Mention]:
    """Of spans that are the same one, of spans that cross the longer; nested ones as the scheme nests."""
    ordered = sorted(mentions, key=attrgetter("rank"))
    ordered.sort(key=attrgetter("end"), reverse=True)
    ordered.sort(key=attrgetter("start"))
    kept: list[Mention] = []
    stack: list[Mention] = []
    reach = 0
    dropped: set[int] = set()
    for mention in ordered:
        start, end = mention.start, mention.end
        if start >= reach:
            stack.clear()
        else:
            while stack[-1].end <= start:
                stack.pop()
            while stack and (outer := stack[-1]).end < end and outer.end - outer.start < end - start:
                dropped.add(id(stack.pop()))
            if stack and (stack[-1].end < end or not _nests(stack[-1], mention)):
                continue
        stack.append(mention)
        kept.append(mention)
        reach = stack[0].end
    return [mention for mention in kept if id(mention) not in dropped] if dropped else kept


_NEVER = frozenset([("OCC", "OCC"), ("FAC", "ORG"), ("GPE", "PERS"), ("GPE", "ORG"), ("LOC", "ORG")])
"""Types of which the second never nests in the first."""

_REGIONS = frozenset(["منطقه", "اقليم"])
"""Kinds of places that nest in the names of their parts: ``شمال دارفور``."""


def _nests(outer: Mention, inner: Mention) -> bool:
    if (outer.start == inner.start and outer.end == inner.end) or outer.type in ("PERS", "PRODUCT"):
        return False
    if outer.rule == "entity.body" and inner.rule == "entity.norp" and outer.end == inner.end:
        return False
    if (outer.type, inner.type) in _NEVER:
        return False
    if outer.rank <= inner.rank == 1 and {outer.type, inner.type} <= {"GPE", "LOC"}:
        part = outer.end == inner.end and outer.key != inner.key and bool(_REGIONS & set(inner.kinds))
        return "دوله" not in outer.kinds and (part or "دوله" in inner.kinds)
    if outer.start == inner.start:
        return inner.type != outer.type and inner.key != outer.key and inner.level == "NAM"
    if outer.type == "NORP" or (outer.type == "GPE" and inner.type == "NORP" and outer.rule == "entity.name"):
        return inner.type == "NORP" and outer.type == "GPE"
    return True


def _annotations(page: Page, mentions: list[Mention]) -> list[Annotation]:
    ordered = sorted(mentions, key=attrgetter("start"))
    ids = _registered(page, ordered) if page.registry.tables else {}
    normal, article = page.analysis.normal, page.article
    text, starts, ends = normal.text, normal.starts, normal.ends
    first: dict[str, First] = {}
    found: list[Annotation] = []
    for mention in ordered:
        start, end = starts[mention.start], ends[mention.end - 1]
        written = text[start:end]
        norm = "ال" + written[2 - mention.contracted :] if mention.contracted else None
        fields: dict[str, Any] = {"type": mention.type, "level": mention.level, "ref": None, "norm": norm}
        provenance = {"method": "rule", "rule": mention.rule, "version": VERSIONS["entity"]}
        one = Annotation("", "entity", start, end, written, fields, {"provenance": provenance}, article)
        found.append(one)
        key = mention.key
        if ids and key in ids:
            fields["ref"] = ids[key]
        elif mention.type != "OCC" or not key.startswith(_UNNAMED):
            if (reference := first.get(key)) is None:
                first[key] = reference = First(one)
            fields["ref"] = reference
    return found


_UNNAMED = "role "
"""How the key of a role begins whose bearer is not named: it refers to nobody."""


def _registered(page: Page, mentions: list[Mention]) -> dict[str, str]:
    """The registry's id of each cluster of which it knows a name."""
    ids: dict[str, str] = {}
    for mention in mentions:
        if mention.key not in ids:
            name = page.form[mention.start : mention.end]
            found = referents.registry_id(page, mention, name, mention.key)
            if found:
                ids[mention.key] = found
    return ids
