"""Productive patterns: a head noun and the name that follows it.

``places`` and ``bodies`` hold most of them; here are named events and things, and which pattern a head noun
of the lexicon takes. A pattern gives the whole and the name within.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hasila.rules.entities.bodies import alone, body, named, national, numbered, office, organisation
from hasila.rules.entities.names import Hit
from hasila.rules.entities.places import area, direction, place, several, site, zone
from hasila.rules.entities.reader import Mention, Reader, known, plain, quoted_at
from hasila.rules.entities.wholes import nested, outer, surface


def in_quotes(reader: Reader, head: Hit) -> list[Mention]:
    """``العاصفة "X"``: a name only in quotes."""
    at = reader.gap(head.end)
    found = quoted_at(reader, at) if at is not None else None
    return [outer(head, found[2], surface(reader, found[0], found[1]))] if found else []


def vessel(reader: Reader, head: Hit) -> list[Mention]:
    """``السفينة "X"``: the ship's name, without the noun."""
    at = reader.gap(head.end)
    found = quoted_at(reader, at) if at is not None else None
    if not found:
        return []
    key = surface(reader, found[0], found[1])
    return [Mention(found[0], found[1], head.form.type, "NAM", "entity.vessel", key, head.form.kinds)]


def event(reader: Reader, head: Hit) -> list[Mention]:
    """``عملية "X"``, ``معركة X``, ``إعصار X``: a named event."""
    at = reader.gap(head.end)
    if at is None:
        return []
    if mentions := in_quotes(reader, head):
        return mentions
    found = known(reader, at, "GPE", "LOC", "FAC")
    if found and found.hit:
        mention = outer(head, found.whole, surface(reader, head.start, found.whole))
        return [mention, nested(head, found, found.hit.form.key)]
    if head.form.form in ("اعصار", "عاصفه"):
        word = reader.word(at)
        if word and not plain(word[0]) and not word[0].startswith("ال") and not word[0].endswith("ه"):
            return [outer(head, word[1], surface(reader, at, word[1]))]
    return []


def product(reader: Reader, head: Hit) -> list[Mention]:
    """``طائرة "شاهد"``: a weapon's name, which is too common a word without its head noun."""
    at = reader.gap(head.end)
    found = known(reader, at, "PRODUCT") if at is not None else None
    if not found or not found.hit or found.hit.form.when == "number":
        return []
    return [nested(head, found, found.hit.form.key)]


PATTERNS: dict[str, Callable[[Reader, Hit], list[Mention]]] = {
    "place": place, "area": area, "zone": zone, "list": several, "direction": direction, "site": site,
    "named": named, "org": organisation, "body": body, "norp": national, "alone": alone, "of": office,
    "numbered": numbered, "event": event, "quoted": in_quotes, "vessel": vessel, "product": product,
    "known": lambda reader, head: [],
}  # fmt: skip
"""What each ``takes`` of heads.tsv reads."""

FIRST = frozenset(["place", "list"])
"""Patterns that teach new places; the others run when these are known."""


def read_heads(reader: Reader, takes: Iterable[str]) -> list[Mention]:
    """The mentions of the text's head nouns that take what ``takes`` lists."""
    wanted = frozenset(takes)
    found: list[Mention] = []
    for hit in reader.roles["head"]:
        if hit.form.takes in wanted:
            mentions = PATTERNS[hit.form.takes](reader, hit)
            if mentions and not _is_other_name(reader, hit.start, mentions):
                found += mentions
    return found


def _is_other_name(reader: Reader, at: int, mentions: list[Mention]) -> bool:
    """Whether the lexicon has the very words as a name with no name in it (``دير الزور``, ``حارة حريك``)."""
    hit, whole = reader.name_at(at), mentions[0]
    if hit is None or hit.end != whole.end:
        return False
    return hit.form.type != whole.type or any(inner.learned for inner in mentions[1:])
