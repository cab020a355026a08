"""Patterns of organisations: ``تنظيم X``, ``وزارة X``, ``الجيش Y``, ``الفرقة 17``."""

from __future__ import annotations

import re
from dataclasses import replace

from hasila.arabic.words import LETTER
from hasila.rules.entities.names import Hit, parts
from hasila.rules.entities.places import area, place
from hasila.rules.entities.reader import NISBA_LIKE, Found, Mention, Reader, known, noun_phrase, quoted_at
from hasila.rules.entities.wholes import nested, outer, surface

_RANK = "(?:الاول|الثاني|الثالث|الرابع|الخامس|السادس|السابع|الثامن|التاسع|العاشر)[يه]?(?: عشره?)?"
_ARM = "(?: (?:مشاه|مدرعه?|مدرعات|عمالقه|مظلات|اقتحام|قوات خاصه|حدود|صاعقه|احتياط|طوارئ|مدفعيه))"
_NUMBER = re.compile(rf" (?:[0-9]{{1,4}}(?![0-9.,:/])|{_RANK}(?={_ARM})){_ARM}?(?!{LETTER})")


def numbered(reader: Reader, head: Hit) -> list[Mention]:
    """``الفرقة 17``: a unit with its number."""
    found = _NUMBER.match(reader.text, head.end)
    return [outer(head, found.end(), surface(reader, head.start, found.end()))] if found else []


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
        whole = replace(outer(head, found.whole, hit.form.key), type="WEBSITE")
        return [whole, nested(head, found, hit.form.key)]
    if hit and hit.form.type != "ORG":
        end = _after_field(reader, found.whole)
        if head.form.takes == "named" and end == found.whole and hit.form.type == "PERS":
            return []
        return [outer(head, end, surface(reader, head.start, end)), nested(head, found, hit.form.key)]
    key = hit.form.key if hit else surface(reader, found.start, found.end)
    kinds = hit.form.kinds if hit else ()
    return [outer(head, found.whole, key, kinds), nested(head, found, key)]


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
    return [outer(head, end, surface(reader, head.start, end))]


def body(reader: Reader, head: Hit) -> list[Mention]:
    """``وزارة الدفاع الأميركية``: an institution named by its field or town, its nationality inside."""
    at = reader.gap(head.end)
    if at is None or reader.nationality_at(at):
        return []
    found = known(reader, at, "GPE", "ORG", "PERS")
    inside = None if found else _place_at(reader, at)
    if inside:
        return [outer(head, inside.end, surface(reader, head.start, inside.end))]
    end = _after_field(reader, found.whole) if found else noun_phrase(reader, at)
    if end is None:
        return []
    inner = [nested(head, found, found.hit.form.key)] if found and found.hit else []
    gap = reader.gap(end)
    nationality = reader.nationality_at(gap) if gap is not None else None
    if nationality and nationality.form.form.startswith("ال"):
        end = nationality.end
    elif not found and gap is not None and not _field_ends(reader, at, end):
        place_after = known(reader, gap, "GPE")
        if place_after and place_after.hit and not reader.text[at:end].startswith("ال"):
            end = place_after.end
    return [outer(head, end, surface(reader, head.start, end)), *_force(reader, head, end), *inner]


_WITHIN = re.compile("(?:قوات|قياده|مديريه|هيئه|اداره) (?=(?:ال)?شرطه|الدفاع المدني|حرس|خفر|الدرك)")


def _force(reader: Reader, head: Hit, end: int) -> list[Mention]:
    """The force within ``قوات الشرطة الأفغانية``, ``قيادة شرطة كابول``."""
    found = _WITHIN.match(head.form.form)
    if not found:
        return []
    start = head.start + found.end()
    if reader.text.startswith("الدفاع", start) and reader.text.endswith("يه", start, end):
        end = head.end
    key = surface(reader, start, end)
    return [Mention(start, end, "ORG", "NAM", "entity.force", key, head.form.kinds, rank=2)]


def _place_at(reader: Reader, at: int) -> Mention | None:
    """The whole of a ``محافظة X`` at ``at``."""
    for hit in reader.hits.get(at, ()):
        if hit.form.takes in ("place", "area") and hit.form.type == "GPE" and not hit.lead:
            mentions = (place if hit.form.takes == "place" else area)(reader, hit)
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
    ministry = head.form.form.removeprefix("ال") in parts(
        "portfolio"
    )  # الدفاع الروسية, not وزير الدفاع الروسي
    if (ministry or head.form.form.endswith(("ه", "ات"))) and not nationality.form.form.endswith("ه"):
        return []
    end = _after_field(reader, nationality.end)
    key = surface(reader, head.start, end)
    return [outer(head, end, ("ا" + key) if head.form.contracted else key), *_force(reader, head, end)]


def alone(reader: Reader, head: Hit) -> list[Mention]:
    """``القوات الحكومية``: a description that needs nothing beside it."""
    return national(reader, head) or [outer(head, head.end, head.form.key)]


_OWNER = re.compile(r" +ل ?")


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
    return [outer(head, end, f"{head.form.form} {key}")] if end is not None else []
