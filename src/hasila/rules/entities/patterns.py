"""Productive patterns: a head noun and the name that follows it.

``مدينة X`` is a place, ``تنظيم X`` an organisation, ``وزارة X`` an institution named by its
field, ``الجيش Y`` one named by its country. A pattern gives the whole and the name within.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

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
    noun_phrase,
    place_name,
    plain,
    quoted_at,
    unknown_place,
)

_DIRECTION = "(?:الشمالي|الجنوبي|الشرقي|الغربي|الاوسط)"
_COMPASS = re.compile(rf" {_DIRECTION}(?: {_DIRECTION})?(?!{LETTER})")


def _after_name(reader: Reader, end: int) -> int:
    """The end with the adjectives that belong to a building's or body's name."""
    following = reader.next_word(end)
    if following and following[0] in parts("site"):
        return following[2]
    return end


def _nested(head: Hit, found: Found, key: str, type_: str | None = None) -> Mention:
    form = found.hit.form if found.hit else head.form
    rule = "entity.name" if found.hit else f"entity.{form.takes}"
    learned = found.hit is None
    return Mention(found.start, found.end, type_ or form.type, "NAM", rule, key, form.kinds, 0, 0, learned)


def _outer(head: Hit, end: int, key: str, kinds: tuple[str, ...] = ()) -> Mention:
    form = head.form
    merged = tuple(dict.fromkeys((*form.kinds, *kinds))) if kinds else form.kinds
    return Mention(
        head.start, end, form.type, form.level, f"entity.{form.takes}", key, merged, form.contracted, 2
    )


def _surface(reader: Reader, start: int, end: int) -> str:
    return reader.text[start:end].replace('"', "").replace("  ", " ")


def place(reader: Reader, head: Hit) -> list[Mention]:
    """``مدينة X``: the whole and X are one place."""
    at = reader.gap(head.end)
    found = place_name(reader, at) if at is not None else None
    if not found or (head.form.form == "وادي" and "أ" in reader.written(head.start, head.end)):  # وأدى
        return []
    if not found.hit and head.form.kinds[0] == "دوله":
        return []
    key = found.hit.form.key if found.hit else _surface(reader, found.start, found.end)
    if found.hit and found.hit.form.type != head.form.type and head.form.type == "GPE":
        key = _surface(reader, found.start, found.end)
    kinds = found.hit.form.kinds if found.hit else ()
    inner_type = "GPE" if head.form.form in _HOLDS_TOWN and found.hit else head.form.type
    return [_outer(head, found.whole, key, kinds), _nested(head, found, key, inner_type)]


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
    name = _surface(reader, found.start, found.end)
    end = found.whole
    if head.form.type == "LOC" and (compass := _COMPASS.match(reader.text, end)):
        end = compass.end()
    inner = _nested(head, found, f"محافظه {name}", "GPE")
    inner.learned = False
    whole = f"محافظه {name}" if head.form.type == "GPE" else f"{head.form.form} {name}"
    return [_outer(head, end, whole), inner]


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
        inner.key = found.hit.form.key if found and found.hit else _surface(reader, inner.start, inner.end)
        inner.learned = found is None
        land = any(h.form.role == "head" and h.form.type == "LOC" for h in reader.hits.get(inner.start, ()))
        if land or (found and found.hit and found.hit.form.type == "LOC"):
            inner.type = "LOC"
    return mentions


def numbered(reader: Reader, head: Hit) -> list[Mention]:
    """``الفرقة 17``: a unit with its number."""
    found = _NUMBER.match(reader.text, head.end)
    return [_outer(head, found.end(), _surface(reader, head.start, found.end()))] if found else []


_RANK = "(?:الاول|الثاني|الثالث|الرابع|الخامس|السادس|السابع|الثامن|التاسع|العاشر)[يه]?(?: عشره?)?"
_ARM = "(?: (?:مشاه|مدرعه?|مدرعات|عمالقه|مظلات|اقتحام|قوات خاصه|حدود|صاعقه|احتياط|طوارئ|مدفعيه))"
_NUMBER = re.compile(rf" (?:[0-9]{{1,4}}(?![0-9.,:/])|{_RANK}(?={_ARM})){_ARM}?(?!{LETTER})")


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
                key = found.hit.form.key if found.hit else _surface(reader, found.start, found.end)
                mentions.append(_nested(head, found, key, "GPE"))
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
        end = _after_name(reader, found.whole)
        key = f"{head.form.form} {_surface(reader, found.start, found.end)}"
        inner = []
        if found.hit and (not found.hit.form.when or found.hit.form.takes == "learned"):
            type_ = "GPE" if found.hit.form.type == "FAC" else found.hit.form.type
            inner = [_nested(head, found, found.hit.form.key, type_)]
        return [_outer(head, end, key), *inner]
    last = _unknown_site(reader, head, at)
    return [_outer(head, last, _surface(reader, head.start, last))] if last is not None else []


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
        return None if plain(word) else _after_name(reader, end)
    if (plain(word) and not starts) or is_adjective(word) or has_proclitic(reader, at) or _JOINED.match(word):
        return None
    following = reader.next_word(end)
    if following and starts:
        return None if plain(following[0]) else _after_name(reader, following[2])
    lone = (head.form.kinds[0] in _LONE or head.form.form in _LONE) and not word.endswith("ي")
    if following and following[0].startswith("ال"):
        if following[0] in parts("site"):
            return following[2]
        if NISBA_LIKE.match(following[0]) or reader.nationality_at(following[1]):
            return end
        if not plain(following[0]):
            return _after_name(reader, following[2])
    return end if lone else None


def named(reader: Reader, head: Hit) -> list[Mention]:
    """``قوات X``, ``شركة "X"``: an organisation only where X is known or in quotes."""
    at = reader.gap(head.end)
    if at is None:
        return []
    others = () if head.form.form == "موقع" else ("GPE", "PERS")
    if found := known(reader, at, "WEBSITE", "ORG", *others):
        return _organisation(reader, head, found)
    if quoted := quoted_at(reader, at):
        return _organisation(reader, head, Found(*quoted))
    return []


def _organisation(reader: Reader, head: Hit, found: Found) -> list[Mention]:
    hit = found.hit
    if hit and hit.form.type == "WEBSITE":
        whole = replace(_outer(head, found.whole, hit.form.key), type="WEBSITE")
        return [whole, _nested(head, found, hit.form.key)]
    if hit and hit.form.type != "ORG":
        end = _after_field(reader, found.whole)
        if head.form.takes == "named" and end == found.whole and hit.form.type == "PERS":
            return []
        return [_outer(head, end, _surface(reader, head.start, end)), _nested(head, found, hit.form.key)]
    key = hit.form.key if hit else _surface(reader, found.start, found.end)
    kinds = hit.form.kinds if hit else ()
    return [_outer(head, found.whole, key, kinds), _nested(head, found, key)]


def _after_field(reader: Reader, end: int) -> int:
    for _ in range(2):
        following = reader.next_word(end)
        if not following or not (following[0] in parts("site") or following[0] in parts("field")):
            break
        end = following[2]
    return end


def organisation(reader: Reader, head: Hit) -> list[Mention]:
    """``حركة X``, ``كتائب X``: an organisation, X known, in quotes, or a definite phrase."""
    if mentions := named(reader, head):
        return mentions
    whole = reader.name_at(head.start, "ORG")
    if whole and whole.end > head.end:
        return []  # the lexicon has the whole: حزب الله
    at = reader.gap(head.end)
    end = noun_phrase(reader, at) if at is not None else None
    if at is None or end is None or reader.nationality_at(at):
        return []
    if head.form.form == "حركه" and reader.text[at:end] in parts("traffic"):
        return []
    return [_outer(head, end, _surface(reader, head.start, end))]


def body(reader: Reader, head: Hit) -> list[Mention]:
    """``وزارة الدفاع الأميركية``: an institution named by its field or town, its nationality inside."""
    at = reader.gap(head.end)
    if at is None or reader.nationality_at(at):
        return []
    found = known(reader, at, "GPE", "ORG", "PERS")
    inside = None if found else _place_at(reader, at)
    if inside:
        return [_outer(head, inside.end, _surface(reader, head.start, inside.end))]
    end = _after_field(reader, found.whole) if found else noun_phrase(reader, at)
    if end is None:
        return []
    inner = [_nested(head, found, found.hit.form.key)] if found and found.hit else []
    gap = reader.gap(end)
    nationality = reader.nationality_at(gap) if gap is not None else None
    if nationality and nationality.form.form.startswith("ال"):
        end = nationality.end
    elif not found and gap is not None and not _field_ends(reader, at, end):
        place_after = known(reader, gap, "GPE")
        if place_after and place_after.hit and not reader.text[at:end].startswith("ال"):
            end = place_after.end
    return [_outer(head, end, _surface(reader, head.start, end)), *_force(reader, head, end), *inner]


_WITHIN = re.compile("(?:قوات|قياده|مديريه|هيئه|اداره) (?=(?:ال)?شرطه|الدفاع المدني|حرس|خفر|الدرك)")


def _force(reader: Reader, head: Hit, end: int) -> list[Mention]:
    """The force within ``قوات الشرطة الأفغانية``, ``قيادة شرطة كابول``."""
    found = _WITHIN.match(head.form.form)
    if not found:
        return []
    start = head.start + found.end()
    if reader.text.startswith("الدفاع", start) and reader.text.endswith("يه", start, end):
        end = head.end
    key = _surface(reader, start, end)
    return [Mention(start, end, "ORG", "NAM", "entity.force", key, head.form.kinds, rank=2)]


def _place_at(reader: Reader, at: int) -> Mention | None:
    """The whole of a ``محافظة X`` at ``at``."""
    for hit in reader.hits.get(at, ()):
        if hit.form.takes in ("place", "area") and hit.form.type == "GPE" and not hit.lead:
            mentions = PATTERNS[hit.form.takes](reader, hit)
            return mentions[0] if mentions else None
    return None


def _field_ends(reader: Reader, start: int, end: int) -> bool:
    return reader.text[start:end].startswith("ال")


def national(reader: Reader, head: Hit) -> list[Mention]:
    """``الجيش الإسرائيلي``: a definite institution with its nationality."""
    at = reader.gap(head.end)
    nationality = reader.nationality_at(at) if at is not None else None
    if nationality is None:
        following = reader.next_word(head.end)
        if following and (following[0] in parts("field") or NISBA_LIKE.match(following[0])):
            at = reader.gap(following[2])
            nationality = reader.nationality_at(at) if at is not None else None
    if nationality is None or not nationality.form.form.startswith("ال"):
        return []
    if head.form.form.endswith(("ه", "ات")) and not nationality.form.form.endswith("ه"):
        return []
    end = _after_field(reader, nationality.end)
    key = _surface(reader, head.start, end)
    return [_outer(head, end, ("ا" + key) if head.form.contracted else key), *_force(reader, head, end)]


def alone(reader: Reader, head: Hit) -> list[Mention]:
    """``القوات الحكومية``: a description that needs nothing beside it."""
    return national(reader, head) or [_outer(head, head.end, head.form.key)]


def office(reader: Reader, head: Hit) -> list[Mention]:
    """``المكتب الإعلامي لـ X``, ``الضفة الغربية لنهر X``: named by what it belongs to."""
    found = _OWNER.match(reader.text, head.end)
    if not found:
        return []
    owner = known(reader, found.end(), head.form.type)
    key = owner.hit.form.key if owner and owner.hit else ""
    end = owner.whole if owner else None
    for hit in () if owner else reader.hits.get(found.end(), ()):
        if hit.form.role == "name" and hit.form.type == head.form.type and hit.lead == "ل":
            end, key = hit.end, hit.form.key
            break
    return [_outer(head, end, f"{head.form.form} {key}")] if end is not None else []


_OWNER = re.compile(r" +ل ?")


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
    return [_outer(head, end, _surface(reader, head.start, end))]


def in_quotes(reader: Reader, head: Hit) -> list[Mention]:
    """``العاصفة "X"``: a name only in quotes."""
    at = reader.gap(head.end)
    found = quoted_at(reader, at) if at is not None else None
    return [_outer(head, found[2], _surface(reader, found[0], found[1]))] if found else []


def vessel(reader: Reader, head: Hit) -> list[Mention]:
    """``السفينة "X"``: the ship's name, without the noun."""
    at = reader.gap(head.end)
    found = quoted_at(reader, at) if at is not None else None
    if not found:
        return []
    key = _surface(reader, found[0], found[1])
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
        mention = _outer(head, found.whole, _surface(reader, head.start, found.whole))
        return [mention, _nested(head, found, found.hit.form.key)]
    if head.form.form in ("اعصار", "عاصفه"):
        word = reader.word(at)
        if word and not plain(word[0]) and not word[0].startswith("ال") and not word[0].endswith("ه"):
            return [_outer(head, word[1], _surface(reader, at, word[1]))]
    return []


def product(reader: Reader, head: Hit) -> list[Mention]:
    """``طائرة "شاهد"``: a weapon's name, which is too common a word without its head noun."""
    at = reader.gap(head.end)
    found = known(reader, at, "PRODUCT") if at is not None else None
    if not found or not found.hit or found.hit.form.when == "number":
        return []
    return [_nested(head, found, found.hit.form.key)]


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
