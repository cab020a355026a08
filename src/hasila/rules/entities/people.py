"""Finds people and their roles: a title with its complement, the name beside it, tweets' authors.

A name begins with a given name of the lexicon, or stands beside a title; it goes on over
surnames until a word that no name holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from hasila.arabic.words import LETTER, NOT_INSIDE
from hasila.rules.entities.names import Hit, function_words, given_names, not_names, parts
from hasila.rules.entities.reader import NISBA_LIKE, Mention, Reader, has_proclitic, noun_phrase

_BESIDE = re.compile(r' ?[،,] ?"?| "?')
_COMMA = re.compile(r" ?[،,] ?| ")
_CLOSES = re.compile(r' ?[،,.:;؛!؟)("\n]|$')
_LINK = re.compile(r" (?:(?:في|لدي|الي|من|باسم|بشان|ب) )?")
_VOICE = re.compile(r" باسم ")
_OWNER = frozenset(["في", "لدي", "الي", "باسم", "من"])
_ANONYMOUS = frozenset(["مسوول", "مسووله", "المسوول", "المسووله", "عضو", "عضوه", "نايب", "ممثل", "مساعد"])
HANDLE = re.compile(r"@([a-z0-9_]{2,30})")
_BEFORE_HANDLE = re.compile(r"[a-z0-9_@.]")
SIGNATURE = re.compile(r"(?m)^[ ]*-+ ?([^\n(@]{1,60}?) ?\(@([a-z0-9_]{1,30})\)")


def _is_name_word(reader: Reader, word: str, at: int) -> bool:
    if word in not_names() or len(word) < 3:
        return False
    return not (reader.head_at(at) or (reader.nationality_at(at) and not word.startswith("ال")))


def _given(reader: Reader, word: str, start: int, end: int) -> bool:
    """Whether a word is a given name; علي is one where it is not spelt like على."""
    return word in given_names() and not (word in not_names() and reader.written(start, end)[-1] == "ى")


def _first_name(reader: Reader, at: int) -> int | None:
    """The end of the given name that starts at ``at``."""
    found = reader.word(at)
    if not found:
        return None
    word, end = found
    following = reader.next_word(end)
    if following and (
        f"{word} {following[0]}" in given_names()
        or (word == "عبد" and following[0][:2] == "ال")
        or (following[0] in ("الله", "الدين") and word not in not_names())
    ):
        return following[2]
    return end if _given(reader, word, at, end) else None


def _surnames(reader: Reader, end: int, *, known: bool) -> tuple[int, int]:
    """The end of the name that reached ``end``, and how many words were added.

    After a given name one unknown word is a surname, a second one only where the name must end behind it.
    """
    added = unknown = 0
    while added < 4:
        following = reader.next_word(end)
        if not following:
            break
        word, start, stop = following
        if word in parts("bond"):
            after = reader.next_word(stop)
            if not after or after[0] in not_names():
                break
            end, added = after[2], added + 1
            continue
        if given := _first_name(reader, start):
            end, added = given, added + 1
            continue
        if word[0] == "و" and word[1:] in given_names():
            break  # the next name of a list
        if not _is_name_word(reader, word, start):
            break
        if word.startswith("ال"):
            if reader.nationality_at(start) and added:
                break
            end, added = stop, added + 1
            gap = reader.gap(end)
            if gap is None or _first_name(reader, gap) is None:
                break
            continue
        if (
            word.startswith("لل")
            or (_verbal(word) and not _CLOSES.match(reader.text, stop))
            or has_proclitic(reader, start)
            or (unknown and not _ends(reader, stop))
        ):
            break
        if unknown == (2 if known else 1):
            break
        end, added, unknown = stop, added + 1, unknown + 1
    return end, added


def _ends(reader: Reader, end: int) -> bool:
    """Whether a name must end here: a mark, a line's end, a particle or reporting verb follows."""
    if _CLOSES.match(reader.text, end):
        return True
    following = reader.next_word(end)
    return following is not None and (following[0] in function_words() or reader.head_at(following[1]))


def _verbal(word: str) -> bool:
    return (word[-1] in "ات" and len(word) < 6) or (word[0] == "ي" and len(word) > 3)


def person_at(reader: Reader, at: int, *, beside: bool) -> tuple[int, str | None] | None:
    """The end of the person's name at ``at`` and, for one of the lexicon, who it is.

    ``beside`` says that a title stands next to it, so that unknown and common names count too.
    """
    famous = reader.name_at(at, "PERS")
    if famous and (beside or famous.form.when != "title"):
        return famous.end, famous.form.key
    found = reader.word(at)
    if not found:
        return None
    word, end = found
    if word in parts("bond-free"):
        following = reader.next_word(end)
        if not following or following[0] in not_names():
            return None
        end = following[2]
        tail = reader.next_word(end)
        if tail and tail[0].startswith("ال") and _is_name_word(reader, tail[0], tail[1]):
            end = tail[2]
        return end, None
    if (first := _first_name(reader, at)) is not None:
        if not beside and word in not_names():
            return None
        end, added = _surnames(reader, first, known=True)
        return (end, None) if added or beside else None
    if not beside or not _is_name_word(reader, word, at):
        return None
    if word.startswith("ال") and not _second_given(reader, end):
        return None
    if reader.name_at(at) or has_proclitic(reader, at) or word.startswith("لل"):
        return None
    end, added = _surnames(reader, end, known=False)
    if not added or (_verbal(word) and not _CLOSES.match(reader.text, end)):
        return None
    return end, None


def _complement(reader: Reader, at: int, resolved: Mapping[int, Mention]) -> int | None:
    mention = resolved.get(at) or (resolved.get(at + 1) if reader.text[at : at + 1] == '"' else None)
    if mention and mention.type in ("ORG", "GPE", "FAC", "LOC"):
        closed = reader.text[at] == '"' and reader.text[mention.end : mention.end + 1] == '"'
        return mention.end + closed if closed or reader.text[at] != '"' else None
    end = noun_phrase(reader, at) or _portfolio(reader, at)
    if end is None:
        return None
    gap = reader.gap(end)
    after = resolved.get(gap) if gap is not None else None
    if after and after.type == "GPE" and not reader.text[at:].startswith("ال"):
        return after.end
    return end


def _portfolio(reader: Reader, at: int) -> int | None:
    """The end of a ministry's field before its country: ``خارجية`` in ``وزير خارجية فرنسا``."""
    found = reader.word(at)
    following = reader.next_word(found[1]) if found and found[0] in parts("portfolio") else None
    return found[1] if found and following and reader.name_at(following[1], "GPE") else None


def _adjectives(reader: Reader, end: int, *, definite: bool = True) -> tuple[int, bool]:
    """The end of a role with its adjectives, and whether one is a nationality (``definite`` or not)."""
    national = False
    for _ in range(3):
        following = reader.next_word(end)
        if not following:
            break
        nationality = reader.nationality_at(following[1])
        if nationality and following[0].startswith("ال") == definite:
            end, national = nationality.end, True
        elif following[0] in parts("role"):
            end = following[2]
        else:
            break
    return end, national


def _link(reader: Reader, end: int, resolved: Mapping[int, Mention]) -> int | None:
    """The end with ``في X``, ``لدى X``, ``لـ X`` behind a role."""
    at = reader.gap(end)
    if at is None:
        return None
    word = reader.word(at)
    if word and word[0] in _OWNER:
        gap = reader.gap(word[1])
        stop = _complement(reader, gap, resolved) if gap is not None else None
        if stop is None:
            return None
        stop, _ = _adjectives(reader, stop)
        return _loyal(reader, stop, resolved)
    if word and word[0] == "ل" and reader.text[word[1] : word[1] + 1] in ('"', " "):
        return _complement(reader, word[1] + (reader.text[word[1]] == " "), resolved)
    if word and word[0][0] == "ل":
        mention = resolved.get(at + 1)
        if mention and mention.type in ("ORG", "GPE"):
            return mention.end
        if word[0].startswith("لل") and len(word[0]) > 4:
            following = reader.next_word(word[1])
            return following[2] if following and NISBA_LIKE.match(following[0]) else word[1]
    return None


def _loyal(reader: Reader, end: int, resolved: Mapping[int, Mention]) -> int:
    """The end with ``الموالية لـ X`` behind a complement."""
    following = reader.next_word(end)
    gap = reader.gap(following[2]) if following and following[0].startswith("ال") else None
    if gap is None or reader.text[gap] != "ل":
        return end
    mention = resolved.get(gap + 1)
    return mention.end if mention else end


def _role_end(reader: Reader, hit: Hit, resolved: Mapping[int, Mention]) -> tuple[int, bool] | None:
    """Where the role that a title opens ends, and whether it has a complement; None: it is no role."""
    form = hit.form
    if form.takes == "construct":
        at = reader.gap(hit.end)
        stop = _complement(reader, at, resolved) if at is not None else None
        if at is None or stop is None:
            return None
        nationality, owner = reader.nationality_at(at), resolved.get(at)
        adjective = nationality is not None and not nationality.form.form.startswith("ال")
        if adjective and (owner is None or owner.type != "GPE"):  # إيطاليا is a country and an adjective
            return None
        end, _ = _adjectives(reader, stop)
        return _link(reader, end, resolved) or end, True
    alone = " " not in form.form and not (form.form.startswith("ال") or form.contracted)
    end, national = _adjectives(reader, hit.end, definite=not alone)
    named = national or form.form.startswith("ال")
    if form.takes == "voice" and not named and not _VOICE.match(reader.text, end):
        return None
    linked = _link(reader, end, resolved)
    return linked or end, linked is not None or national


def read_titles(reader: Reader, resolved: Mapping[int, Mention]) -> list[Mention]:
    """Roles and the people beside them.

    ``resolved`` holds the longest name or pattern at each place; a role's complement ends with it.
    """
    mentions: list[Mention] = []
    last = -1
    for hit in reader.roles["title"]:
        if hit.start != last and (found := _read_title(reader, hit, resolved)):
            mentions += found
            last = hit.start
    return mentions


def _read_title(reader: Reader, hit: Hit, resolved: Mapping[int, Mention]) -> list[Mention]:
    role = _role_end(reader, hit, resolved)
    if role is None:
        return []
    end, complete = role
    person = None
    beside = _BESIDE.match(reader.text, end)
    if beside:
        voiced = hit.form.takes == "voice" and _VOICE.match(reader.text, end)
        found = None if voiced else person_at(reader, beside.end(), beside=True)
        apart = any(mark in beside[0] for mark in "،,")
        if found and (not apart or _CLOSES.match(reader.text, found[0]) or _verb_follows(reader, found[0])):
            key = found[1] or reader.text[beside.end() : found[0]]
            person = Mention(beside.end(), found[0], "PERS", "NAM", "entity.person", key)
    if hit.form.type == "honorific":
        return [person] if person else []
    if person is None and (not complete or hit.form.form in _ANONYMOUS or hit.form.type == "rank"):
        return []
    key = person.key if person else "role " + reader.text[hit.start : end].removeprefix("ال")
    occupation = Mention(
        hit.start, end, "OCC", "NOM", "entity.role", key, (hit.form.form.split()[0],), hit.form.contracted
    )
    return [occupation, person] if person else [occupation]


def _verb_follows(reader: Reader, end: int) -> bool:
    following = reader.next_word(end)
    return following is not None and following[0] in not_names()


def read_names(reader: Reader) -> list[Mention]:
    """People named with no title.

    A given name that is no common word and what continues it; two given names of any kind; and
    behind a reporting verb two or three words that a mark or particle closes.
    """
    mentions: list[Mention] = []
    last = -1
    for hit in reader.roles["given"]:
        at = hit.start
        if at < last or (hit.form.when and not _second_given(reader, hit.end)):
            continue
        if found := person_at(reader, at, beside=False):
            start = _before(reader, at, hit.lead)
            last = found[0]
            mentions.append(
                Mention(start, last, "PERS", "NAM", "entity.person", found[1] or reader.text[start:last])
            )
    for verb in reader.roles["said"]:
        after = reader.gap(verb.end)
        if after is None:
            continue
        found = person_at(reader, after, beside=True)
        name = reader.text[after : found[0]] if found else ""
        if found and " " in name and not _PLURAL.search(name) and _ends(reader, found[0]):
            mentions.append(Mention(after, found[0], "PERS", "NAM", "entity.person", found[1] or name))
    return mentions


_PLURAL = re.compile(rf"(?:ون|ين|ات)(?!{LETTER})")


def _second_given(reader: Reader, end: int) -> bool:
    following = reader.next_word(end)
    return following is not None and _given(reader, *following)


_BEFORE = re.compile(rf"{NOT_INSIDE}[وفبل]?({LETTER}{{3,}}) $")


def _before(reader: Reader, at: int, lead: str) -> int:
    """Where a name begins whose given name is preceded by another that is a common word: ``علي أحمد``."""
    found = None if lead else _BEFORE.search(reader.text, max(0, at - 14), at)
    if not found:
        return at
    for start in (found.start(), found.start(1)):
        word = reader.text[start : found.end() - 1]
        if word in given_names() and _given(reader, word, start, found.end() - 1):
            return start
    return at


def apposed(reader: Reader, people: Iterable[Mention], resolved: Mapping[int, Mention]) -> list[Mention]:
    """``فلان، المسؤول في X،``: the role that follows a name."""
    mentions = []
    for person in people:
        comma = _COMMA.match(reader.text, person.end)
        if not comma:
            continue
        for hit in reader.hits.get(comma.end(), ()):
            if hit.form.role == "title" and hit.form.type != "honorific":
                role = _role_end(reader, hit, resolved)
                if role and role[1]:
                    mentions.append(Mention(hit.start, role[0], "OCC", "NOM", "entity.role", person.key, ()))
                    break
    return mentions


def read_accounts(text: str) -> list[Mention]:
    """Tweets' authors and @handles; a signature says whose handle it is."""
    mentions: list[Mention] = []
    owners: dict[str, str] = {}
    for found in SIGNATURE.finditer(text) if "(@" in text else ():
        name = found[1].strip()
        owners[found[2]] = name
        start = found.start(1)
        mentions.append(Mention(start, start + len(found[1].rstrip()), "PERS", "NAM", "entity.account", name))
    for found in HANDLE.finditer(text):
        if _BEFORE_HANDLE.match(text[found.start() - 1 : found.start()]):
            continue
        key = owners.get(found[1], "@" + found[1])
        mentions.append(Mention(found.start(), found.end(), "PERS", "NAM", "entity.account", key))
    return mentions
