"""Reads names off the text from a given place: words, lexicon hits, unknown names, noun phrases."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hasila.arabic.normal import Normal
from hasila.arabic.words import LETTER
from hasila.rules.entities.names import Hit, not_names, parts

TOKEN = re.compile(rf"{LETTER}+")
_NEXT = re.compile(rf" {{1,2}}({LETTER}+)")
QUOTED = re.compile(r'"([^"\n]{2,40})"')
BRACKETED = re.compile(r"\(([^()\n]{2,40})\)")
NISBA_LIKE = re.compile(r"ال.{2,}(?:ي|يه)$")
_INDEFINITE_ADJECTIVE = re.compile(r".{2,}يه$|.{3,}ات$|.{2,}[^ي]ت$|ي.{3,}$")


@dataclass(slots=True)
class Mention:
    """A span of the form that names or describes something; ``key`` says what, equal keys corefer."""

    start: int
    end: int
    type: str
    level: str
    rule: str
    key: str
    kinds: tuple[str, ...] = ()
    contracted: int = 0
    rank: int = 1
    """Of mentions with one span the lowest wins: 0 what a head noun says, 1 the lexicon, 2 a pattern."""
    learned: bool = False
    """Whether the name is in no lexicon, so that its other places in the text are to be sought."""


@dataclass(slots=True)
class Found:
    """The name after a head noun: its own span, where the whole ends, and the lexicon's hit if any."""

    start: int
    end: int
    whole: int
    hit: Hit | None = None


@dataclass(slots=True)
class Reader:
    """The text with its hits by place."""

    text: str
    normal: Normal
    hits: dict[int, list[Hit]]
    """Hits by where they start, the longest first."""
    roles: dict[str, list[Hit]]
    """Hits by the role of their form, in text order."""

    def written(self, start: int, end: int) -> str:
        """The raw text of a span of the form."""
        return self.normal.slice(start, end)

    def gap(self, at: int) -> int | None:
        """Where the next word on the line begins, if only a space is between."""
        between = self.text[at : at + 2]
        if between == "  ":
            return at + 2
        return at + 1 if between[:1] == " " else None

    def word(self, at: int) -> tuple[str, int] | None:
        """The Arabic word at ``at`` and its end."""
        found = TOKEN.match(self.text, at)
        return (found[0], found.end()) if found else None

    def next_word(self, at: int) -> tuple[str, int, int] | None:
        """The word after a space: itself, start, end."""
        found = _NEXT.match(self.text, at)
        return (found[1], found.start(1), found.end()) if found else None

    def name_at(self, at: int, *types: str) -> Hit | None:
        """The longest name of the lexicon that starts at ``at`` with nothing written before it."""
        for hit in self.hits.get(at, ()):
            form = hit.form
            if form.role != "name" or hit.lead or form.type == "NORP":
                continue
            if not types or form.type in types:
                return hit
        return None

    def nationality_at(self, at: int) -> Hit | None:
        """The nationality adjective that starts at ``at``."""
        for hit in self.hits.get(at, ()):
            if hit.form.type == "NORP" and not hit.lead:
                return hit
        return None

    def described_at(self, at: int) -> bool:
        """Whether a description (``السجن``) starts at ``at``."""
        hits = self.hits.get(at)
        return hits is not None and any(hit.form.role == "description" for hit in hits)

    def head_at(self, at: int) -> bool:
        """Whether a head noun or title starts at ``at``."""
        hits = self.hits.get(at)
        return hits is not None and any(hit.form.role in ("head", "title") for hit in hits)


def quoted_at(reader: Reader, at: int) -> tuple[int, int, int] | None:
    """A short text in quotes or brackets at ``at``: its start, its end, the end with the mark."""
    if reader.text[at : at + 1] not in ('"', "("):
        return None
    found = QUOTED.match(reader.text, at) or BRACKETED.match(reader.text, at)
    if not found or len(found[1].split()) > 5 or found[1] != found[1].strip():
        return None
    return found.start(1), found.end(1), found.end()


_OPEN = frozenset("\"'(")


def known(reader: Reader, at: int, *types: str) -> Found | None:
    """A name of the lexicon at ``at``, in quotes or not."""
    if reader.text[at : at + 1] not in _OPEN:
        hit = reader.name_at(at, *types)
        return Found(at, hit.end, hit.end, hit) if hit else None
    start = at + 1
    hit = reader.name_at(start, *types)
    if hit is None:
        return None
    if reader.text[hit.end : hit.end + 1] in ('"', "'", ")"):
        return Found(start, hit.end, hit.end + 1, hit)
    return None


def plain(word: str) -> bool:
    """Whether a word neither begins nor continues a name."""
    return word in not_names() or len(word) < 3 or word.startswith("لل")


def is_adjective(word: str) -> bool:
    """Whether an indefinite word ends like an adjective or begins like a verb."""
    return not word.startswith("ال") and bool(_INDEFINITE_ADJECTIVE.match(word))


def has_proclitic(reader: Reader, at: int) -> bool:
    """Whether the word at ``at`` is a name or title of the lexicon with something written onto it."""
    hits = reader.hits.get(at + 1)
    return hits is not None and any(hit.lead == reader.text[at] and hit.form.role != "given" for hit in hits)


def _completes(reader: Reader, word: str, following: tuple[str, int, int]) -> bool:
    """Whether a definite noun makes a name of two words of an indefinite one: ``بستان القصر``."""
    after, start, _ = following
    if word.startswith("ال") or not after.startswith("ال") or plain(after) or NISBA_LIKE.match(after):
        return False
    return not (reader.nationality_at(start) or reader.head_at(start) or after in parts("site"))


def unknown_place(reader: Reader, at: int) -> Found | None:
    """A place's name at ``at`` that no lexicon has: one word, or two that begin with تل, أم …"""
    found = reader.word(at)
    if not found:
        return None
    word, end = found
    if has_proclitic(reader, at):
        return None
    if word in parts("starter"):
        following = reader.next_word(end)
        if not following or plain(following[0]):
            return None
        end = following[2]
    elif plain(word) or reader.nationality_at(at) or reader.head_at(at) or is_adjective(word):
        return None
    following = reader.next_word(end)
    if following and (following[0] in parts("tail") or _completes(reader, word, following)):
        end = following[2]
    return Found(at, end, end)


def place_name(reader: Reader, at: int) -> Found | None:
    """A place's name at ``at``: of the lexicon, unknown, or in quotes."""
    found = known(reader, at, "GPE", "LOC", "FAC") or known(reader, at, "ORG")
    if not found:
        return unknown_place(reader, at) or (Found(*quoted) if (quoted := quoted_at(reader, at)) else None)
    if found.end == found.whole:
        following = reader.next_word(found.end)
        if following and following[0] in parts("tail"):
            found.end = found.whole = following[2]
        first = reader.word(at)
        longer = unknown_place(reader, at) if first and first[0] in parts("starter") else None
        if longer and longer.end > found.end:
            return longer
    return found


def noun_phrase(reader: Reader, at: int, *, indefinite: bool = True) -> int | None:
    """The end of a noun phrase that names a field: ``الدفاع``, ``شؤون الأسرى``, ``الزراعة والري``."""
    found = reader.word(at)
    if not found:
        return None
    word, end = found
    if plain(word) and word not in parts("opener"):
        return None
    if not word.startswith("ال"):
        if has_proclitic(reader, at):
            return None
        following = reader.next_word(end)
        head = reader.head_at(at) and word not in parts("field_head")
        if not indefinite or not following or head or not following[0].startswith("ال"):
            return None
        if plain(following[0]) and following[0] not in parts("opener"):
            return None
        end = following[2]
    for _ in range(3):
        following = reader.next_word(end)
        if not following:
            break
        word, start, stop = following
        joined = word.startswith("وال") and word[1:] not in not_names() and end > at and len(word) > 5
        if (
            word in parts("field")
            or (NISBA_LIKE.match(word) and not plain(word))
            or (joined and not any(hit.form.role == "name" for hit in reader.hits.get(start + 1, ())))
        ):
            end = stop
            continue
        break
    return end
