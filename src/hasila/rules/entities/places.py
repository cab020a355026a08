"""Patterns of places: ``مدينة X``, ``محافظة X``, ``سجن X``, ``شمال X``."""

from __future__ import annotations

import re

from hasila.arabic.words import LETTER
from hasila.rules.entities.names import Hit, parts
from hasila.rules.entities.reader import (
    NISBA_LIKE,
    Found,
    Mention,
    Reader,
    has_proclitic,
    is_adjective,
    known,
    place_name,
    plain,
    quoted_at,
    unknown_place,
)
from hasila.rules.entities.wholes import nested, outer, surface, with_adjective

_DIRECTION = "(?:الشمالي|الجنوبي|الشرقي|الغربي|الاوسط)"
_COMPASS = re.compile(rf" {_DIRECTION}(?: {_DIRECTION})?(?!{LETTER})")


def place(reader: Reader, head: Hit) -> list[Mention]:
    """``مدينة X``: the whole and X are one place."""
    at = reader.gap(head.end)
    found = place_name(reader, at) if at is not None else None
    if not found or (head.form.form == "وادي" and "أ" in reader.written(head.start, head.end)):  # وأدى
        return []
    if not found.hit and head.form.kinds[0] == "دوله":
        return []
    key = found.hit.form.key if found.hit else surface(reader, found.start, found.end)
    if found.hit and found.hit.form.type != head.form.type and head.form.type == "GPE":
        key = surface(reader, found.start, found.end)
    kinds = found.hit.form.kinds if found.hit else ()
    inner_type = "GPE" if head.form.form in _HOLDS_TOWN and found.hit else head.form.type
    return [outer(head, found.whole, key, kinds), nested(head, found, key, inner_type)]


_HOLDS_TOWN = frozenset(["جزيره"])
"""Features of the land whose known name is that of the place on it: ``جزيرة لامبيدوزا``."""


def area(reader: Reader, head: Hit) -> list[Mention]:
    """``محافظة X``, ``ريف X``: the area is not the town of that name, X within it is the area's name."""
    at = reader.gap(head.end)
    found = place_name(reader, at) if at is not None else None
    if not found or (
        (not found.hit or found.hit.form.type == "ORG") and not _may_be_area(reader, head, found)
    ):
        return []
    name = surface(reader, found.start, found.end)
    end = found.whole
    if head.form.type == "LOC" and (compass := _COMPASS.match(reader.text, end)):
        end = compass.end()
    inner = nested(head, found, f"محافظه {name}", "GPE")
    inner.learned = False
    whole = f"محافظه {name}" if head.form.type == "GPE" else f"{head.form.form} {name}"
    return [outer(head, end, whole), inner]


def _may_be_area(reader: Reader, head: Hit, found: Found) -> bool:
    """``مديرية الصحة`` is no district: of such heads an unknown name must begin like a place's."""
    if head.form.form not in ("قطاع", "مركز", "لواء", "مديريه"):
        return True
    return head.form.form == "مديريه" and reader.text[found.start : found.end].split()[0] in parts("starter")


def zone(reader: Reader, head: Hit) -> list[Mention]:
    """``منطقة X``: a region by the name of a town or province within it."""
    mentions = area(reader, head)
    for inner in mentions[1:]:
        found = known(reader, inner.start)
        inner.key = found.hit.form.key if found and found.hit else surface(reader, inner.start, inner.end)
        inner.learned = found is None
        land = any(h.form.role == "head" and h.form.type == "LOC" for h in reader.hits.get(inner.start, ()))
        if land or (found and found.hit and found.hit.form.type == "LOC"):
            inner.type = "LOC"
    return mentions


_SUCH = re.compile(r" (?:مثل|هي|ابرزها|منها|بينها) ")
_AND_NEXT = re.compile(r" ?[،,]? ?و(?=[^\s])|[،,] ")


def several(reader: Reader, head: Hit) -> list[Mention]:
    """``حيي X وY``: each name alone."""
    mentions: list[Mention] = []
    such = _SUCH.match(reader.text, head.end)
    at = such.end() if such else reader.gap(head.end)
    while at is not None and len(mentions) < 12:
        if any(h.form.role == "head" and h.form.takes in ("place", "area") for h in reader.hits.get(at, ())):
            word = reader.word(at)
            found = place_name(reader, gap) if word and (gap := reader.gap(word[1])) is not None else None
        else:
            unknown = unknown_place if mentions else _strict
            found = known(reader, at, "GPE") or unknown(reader, at)
            if found:
                key = found.hit.form.key if found.hit else surface(reader, found.start, found.end)
                mentions.append(nested(head, found, key, "GPE"))
        if not found:
            break
        joined = _AND_NEXT.match(reader.text, found.whole)
        if joined and joined[0][-1] == " " and not known(reader, joined.end(), "GPE"):
            break
        at = joined.end() if joined else None
    if len(mentions) == 1 and mentions[0].learned:
        return []
    return mentions


def _strict(reader: Reader, at: int) -> Found | None:
    found = unknown_place(reader, at)
    return found if found and not NISBA_LIKE.match(reader.text[found.start : found.end]) else None


def site(reader: Reader, head: Hit) -> list[Mention]:
    """``سجن X``, ``مطار X الدولي``: a facility; a place or person within is nested."""
    at = reader.gap(head.end)
    if at is None:
        return []
    found = known(reader, at) or (Found(*quoted) if (quoted := quoted_at(reader, at)) else None)
    if found:
        end = with_adjective(reader, found.whole)
        key = f"{head.form.form} {surface(reader, found.start, found.end)}"
        inner = []
        if found.hit and (not found.hit.form.when or found.hit.form.takes == "learned"):
            type_ = "GPE" if found.hit.form.type == "FAC" else found.hit.form.type
            inner = [nested(head, found, found.hit.form.key, type_)]
        return [outer(head, end, key), *inner]
    last = _unknown_site(reader, head, at)
    return [outer(head, last, surface(reader, head.start, last))] if last is not None else []


_LONE = frozenset(["سجن", "مخيم", "مستشفي", "مطار", "معبر", "ثكنه"])
"""Kinds of facility of which a single indefinite word may be the name: ``مخيم يافا``."""
_JOINED = re.compile("(?:ب|ك|وب)ال|لل")


def _unknown_site(reader: Reader, head: Hit, at: int) -> int | None:
    """The end of a facility's name that no lexicon has: definite, of two words, or before an adjective."""
    found = reader.word(at)
    if not found or reader.head_at(at) or reader.described_at(at) or reader.nationality_at(at):
        return None
    word, end = found
    starts = word in parts("starter")
    if word.startswith("ال") and not starts:
        return None if plain(word) else with_adjective(reader, end)
    if (plain(word) and not starts) or is_adjective(word) or has_proclitic(reader, at) or _JOINED.match(word):
        return None
    following = reader.next_word(end)
    if following and starts:
        return None if plain(following[0]) else with_adjective(reader, following[2])
    lone = (head.form.kinds[0] in _LONE or head.form.form in _LONE) and not word.endswith("ي")
    if following and following[0].startswith("ال"):
        if following[0] in parts("site"):
            return following[2]
        if NISBA_LIKE.match(following[0]) or reader.nationality_at(following[1]):
            return end
        if not plain(following[0]):
            return with_adjective(reader, following[2])
    return end if lone else None


def direction(reader: Reader, head: Hit) -> list[Mention]:
    """``شمال شرقي سوريا``, ``شمال بغداد``: an area by the compass, of a place that the lexicon knows."""
    at = reader.gap(head.end)
    if at is None:
        return []
    found = known(reader, at, "GPE", "LOC")
    if found and found.hit and found.hit.form.when in ("", "place"):
        end = found.whole
    else:
        heads = [h for h in reader.hits.get(at, ()) if h.form.takes == "area" and h.form.type == "GPE"]
        inner = area(reader, heads[0]) if heads else []
        if not inner:
            return []
        end = inner[0].end
    return [outer(head, end, surface(reader, head.start, end))]
