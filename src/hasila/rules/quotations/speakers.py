"""Who speaks: the phrase that names a source beside its cue, and what kind of source it is."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from hasila.annotation import Annotation
from hasila.arabic.normal import fold
from hasila.arabic.words import ENDS, LETTER
from hasila.rules.lexicon import Entry, by_form, forms, one_of
from hasila.rules.page import Page, Registry

Span = tuple[int, int]

_WORDS = 14
_TOKEN = re.compile(r"""(?: [ "،,)\]]*(?![ "،,)\]]))?(["'(\[]*)(\S*)""")
"""Behind white space and closing marks: what opens a word, and the word with what else is written to it."""
_EDGE = " ،,.;:؛-\n"
_EDGE_BEHIND = _EDGE + "…"
_BEFORE_WORD = "\"'([،,.:;؛-"
_BEHIND_WORD = "\"'()[]،,.:;؛…-"
_INSIDE = frozenset(fold("في من ضد لدى").split())
_CLAUSE_HEAD = re.compile(r"(?s:.*)(?:[،,.:\n] *|(?:^|\s)(?:لكن|ان) |^)(?:و(?=ال))?([^،,.:\n]+)$")
_GLUE = frozenset(fold("باسم أحد إحدى بعض عدد").split())
_GROUPS = frozenset({"ORG", "GPE", "WEBSITE"})
_STATE = frozenset({"GPE", "NORP"})
_RELAYED = frozenset(fold("مصدر مصادر شاهد شهود مسؤول مسؤولون مسؤولين").split())
_THEN = re.compile(r'["\' )]*(?::|[^\n.]{0,80}?[ ،,](?:ب?ان(?:ه|ها|هم|نا|ني)?(?=[ "])|:))')
_CLOSING = re.compile(r'["\')\]]+')
_BREAKS = frozenset("،,:.؛;\n!?؟")
_CLOSERS = frozenset("\"')]")
_ADJECTIVE = ("ي", "يه", "ين", "يون", "يين")
_HAD_BEEN = re.compile(r"(?:^|[\s،,])و?(?:كان|كانت|وكان|وكانت) +([^.؛:\n]{3,90}?)[،, ]+(?:قد +)?$")
_WHO_BACKWARDS = re.compile(r'\n?(?: +(?:دق|مل|ال))? *(?:يذلا|يتلا|نيذلا)?[ ،,]*("?[^\s،,"])')
"""Behind a subject: ``الذي قد``, read from the verb to the left."""
_HEAD = re.compile(r'(?:^|[\s،,و])(\w+) *"?$')
_GAP = re.compile(r'[^\s،,"(]["]?[ ،,"(]+$')


class Speaker(NamedTuple):
    """What a source phrase tells: the referent, the type of source, whether it is named."""

    ref: str | None
    type: str | None
    named: bool | None


NOBODY = Speaker(None, None, None)


@cache
def _stops() -> frozenset[str]:
    """The words that end a phrase which names a source."""
    return frozenset(forms("boundaries", "source_end"))


@cache
def _kinds() -> dict[str, Entry]:
    """The nouns that tell a source, by their letters alone."""
    return {form.replace(" ", ""): entry for form, entry in by_form("sources").items()}


@cache
def _nouns() -> re.Pattern[str]:
    return re.compile(rf"(?<!{LETTER})[وف]?[بلك]?(?:ال|(?<=ل)ل)?({one_of(forms('sources'))})ه?{ENDS}")


_HEARERS = ("صحفيين", "صحافيين", "الصحفيين", "الصحافيين", "شبكتنا", "قناتنا", "صحيفتنا", "وكالتنا")


@cache
def _media() -> re.Pattern[str]:
    names = [*forms("sources", "media"), *forms("outlets"), *map(fold, _HEARERS)]
    return re.compile(rf'(?:ال|ل)?["( ]*{one_of(names)}')


def _bare(word: str) -> str:
    return word[2:] if word.startswith("ال") else word


class Speakers:
    """Finds source phrases in one page; what it needs to look up is sorted once."""

    def __init__(self, page: Page) -> None:
        self.page, self.form = page, page.form
        # Backwards, so that of entities with one start or one end the first and longest stays.
        self._spans = page.spans.get("entity", [])
        last = len(self._spans) - 1
        self._entities = dict(zip(page.starts("entity")[::-1], range(last, -1, -1), strict=True))
        self._ends = {end: start for start, end in reversed(self._spans)}
        self._timexes = frozenset(page.starts("timex"))
        self._marked = self._timexes.union(page.starts("event"), page.starts("number"))

    def after(self, start: int, end: int) -> tuple[int, int, int] | None:
        """The source phrase that begins behind a cue, within ``[start, end)``.

        Returns its start, its end, and where its certain part ends: names, the nouns that tell
        a source and their adjectives (the start where nothing is certain).
        """
        found = self._phrase(start, end, 0)
        return found if found and found[0] < found[1] else None

    def _phrase(self, start: int, end: int, depth: int) -> tuple[int, int, int] | None:
        form, stops = self.form, _stops()
        entities, marked = self._entities, self._marked
        at = last = start
        begin = solid = -1
        person = title = loose = group = False
        for _ in range(_WORDS):
            token = _TOKEN.match(form, at)
            if token is None:
                break
            opening, text = token.groups()
            first, behind = token.span(2)
            if not (opening or text) or first - len(opening) >= end:
                break
            word = text if text.isalpha() else text.lstrip(_BEFORE_WORD).rstrip(_BEHIND_WORD)
            if not word:
                if begin >= 0 and not opening and text[0] in "،,":
                    return self._apposed(begin, last, solid, behind, end, title and not person, depth)
                break
            if word in stops:
                if begin < 0 or word not in _INSIDE or person or not (title or word == "ضد"):
                    break
                if not self._entity(_skip(form, behind)):
                    break
                at = behind
                continue
            if begin < 0:
                if (word[0] == "ل" and _media().match(form, first + 1)) or first in self._timexes:
                    return None
                begin = solid = first
            elif first in marked:
                if first not in entities:
                    break
            elif word[0] in "بل" and self._goes_on(first, word, begin, last):
                break
            index = entities.get(first)
            kind, stop = "", end + 1
            if index is not None:
                kind, stop = self.page.entities[index].fields["type"], self._spans[index][1]
            if group and kind in ("GPE", "ORG") and form[last:first] == " ":
                break
            group = kind == "GPE"
            if stop <= end:
                last = at = stop
                person = person or kind == "PERS"
                title = title or kind == "OCC" or (not person and self._tells(first, last))
                closing = _CLOSING.match(form, at) if form[at : at + 1] in _CLOSERS else None
                if closing:
                    last = at = closing.end()
                solid = solid if loose else last
            else:
                noun = _nouns().match(form, first)
                adjective = solid > begin and solid >= last and word.endswith(_ADJECTIVE)
                at, last = behind, first + len(word)
                if noun:
                    last, title = max(last, noun.end()), True
                    at = max(at, last)
                if not (noun or adjective):
                    loose = loose or word not in _GLUE
                elif not loose:
                    solid = last
                if opening[:1] == "(" and text.endswith((")", ")،")) and begin != first:
                    last += 1
            mark = form[last : last + 3].lstrip("\"')] ")[:1]
            if mark in _BREAKS:
                if mark not in "،,":
                    break
                at = form.index(mark, last) + 1
                return self._apposed(begin, last, solid, at, end, title and not person, depth)
        return (*self.trim(begin, last), solid) if begin >= 0 and last > begin else None

    def _goes_on(self, first: int, word: str, begin: int, last: int) -> bool:
        """Whether ب or ل at ``first`` leads on to whom or what is spoken to or of: the phrase ends before."""
        if word[0] == "ب":
            led = first + 1 in self._entities or word[1:2] == '"'
            return led and first not in self._entities
        if len(word) == 2:
            return False
        if _media().match(self.form, first + 1):
            return True
        return not _RELAYED.isdisjoint(map(_bare, self.form[begin:last].split()[:2]))

    def _tells(self, start: int, end: int) -> bool:
        """Whether a noun that tells a source stands in a span."""
        return _nouns().search(self.form, start, end) is not None

    def _apposed(
        self, begin: int, last: int, solid: int, at: int, end: int, wants_name: bool, depth: int
    ) -> tuple[int, int, int]:
        """Take in the title or name behind a comma: ``القيادي في الحركة، فلان الفلاني،``."""
        whole = (*self.trim(begin, last), solid)
        if depth > 1:
            return whole
        start = _skip(self.form, at)
        more = self._phrase(start, end, depth + 1)
        if more is None or more[0] != start + _opening(self.form[start : start + 2]):
            return whole
        words = self.form[more[0] : more[1]].split()
        closed = self.form[more[1] : more[1] + 3].lstrip("\"') ")
        ended = not closed or closed[0] in "،,:" or closed.startswith(("ان", "ل", "ب", "ف", "خ", "ع"))
        entity = self._entity(start)
        named = entity is not None and entity["type"] in ("PERS", "OCC")
        titled = bool(_nouns().match(self.form, more[0]))
        if (
            len(words) <= 10
            and ended
            and (
                named
                or titled
                or (wants_name and 2 <= len(words) <= 4 and _THEN.match(self.form, more[1], end))
            )
        ):
            return (*self.trim(begin, more[1]), more[1])
        return whole

    def before(self, start: int, cue: int) -> Span | None:
        """The subject written before the verb ``cue``, in the sentence that begins at ``start``."""
        form = self.form
        left = max(start, cue - 110)
        text = form[left:cue]
        kana = _HAD_BEEN.search(text) if "كان" in text else None
        if kana:
            return self.trim(left + kana.start(1), left + kana.end(1))
        subject = _WHO_BACKWARDS.match(text[::-1])
        if subject is None:
            return None
        stop = cue - subject.start(1)
        begin = self._chain(left, stop)
        if begin is None:
            return self._noun_phrase(left, stop, start)
        head = _HEAD.search(form[left:begin])
        noun = _nouns().fullmatch(head[1]) if head else None
        if head and noun and _kinds()[noun[1].replace(" ", "")]["named"] == "no":
            begin = left + head.start(1)
        return self.trim(begin, stop)

    def _chain(self, left: int, stop: int) -> int | None:
        """Where the run of entities (with commas and adjectives between) that ends at ``stop`` begins."""
        begin: int | None = None
        for end in (stop, stop - 1):
            if end in self._ends:
                begin = self._ends[end]
                break
        while begin is not None:
            gap = _GAP.search(self.form[max(left, begin - 6) : begin])
            if gap is None:
                return begin
            end = max(left, begin - 6) + gap.start() + 1
            nearer = next((self._ends[e] for e in (end, end + 1) if e in self._ends), None)
            if nearer is None or nearer < left:
                return begin
            begin = nearer
        return None

    def _noun_phrase(self, left: int, stop: int, start: int) -> Span | None:
        """A noun that names a kind of source, at the head of the clause."""
        found = _CLAUSE_HEAD.match(self.form[left:stop])
        if found is None or (found.start(1) == 0 and left != start):
            return None
        begin = left + found.start(1)
        words = self.form[begin:stop].split()
        if len(words) <= 5 and _nouns().match(self.form, begin) and _stops().isdisjoint(words):
            return self.trim(begin, stop)
        return None

    def _entity(self, start: int) -> Annotation | None:
        start += _opening(self.form[start : start + 3])
        found = self._entities.get(start)
        return None if found is None else self.page.entities[found]

    def trim(self, start: int, end: int) -> Span:
        """The span without white space, punctuation, and quotation marks or brackets without partner."""
        form = self.form
        text = form[start:end].lstrip(_EDGE)
        start = end - len(text)
        text = text.rstrip(_EDGE_BEHIND)
        end = start + len(text)
        if '"' not in text and (not text or (text[0] != "(" and text[-1] != ")")):
            return start, end
        while end - start > 1 and form[start] == '"' == form[end - 1] and form.count('"', start, end) == 2:
            start, end = start + 1, end - 1
        if '"' in text and form.count('"', start, end) % 2:
            if form[start] == '"':
                start += 1
            elif form[end - 1] == '"':
                end -= 1
        if form[end - 1 : end] == ")" and "(" not in form[start:end]:
            end -= 1
        if form[start : start + 1] == "(" and ")" not in form[start:end]:
            start += 1
        text = form[start:end].lstrip(" ")
        return end - len(text), end - len(text) + len(text.rstrip(" "))

    def describe(self, span: Span) -> Speaker:
        """Who the phrase means."""
        phrase = self.form[span[0] : span[1]]
        inside = [entity for entity, (_, end) in self.page.within("entity", *span) if end <= span[1]]
        kind, named, anonymous = _kind(phrase, tuple([entity.fields["type"] for entity in inside]))
        ref = _registered(self.page.registry, phrase) or _referred(inside, anonymous)
        if named is None:
            named = any(e["level"] == "NAM" or e["ref"] for e in inside if e["type"] in ("ORG", "GPE"))
        return Speaker(ref, kind, named)


@lru_cache(maxsize=1 << 12)
def _kind(phrase: str, types: tuple[str, ...]) -> tuple[str | None, bool | None, bool]:
    """The type of source, whether it is named (None: where its entities are), whether it is nobody's name.

    By the nouns of a phrase and the types of its entities; news names the same sources again and again.
    """
    nouns = [_kinds()[found[1].replace(" ", "")] for found in _nouns().finditer(phrase)]
    anonymous = bool(nouns) and nouns[0]["named"] == "no"
    named: bool | None = True
    if "PERS" not in types:
        definite = phrase.startswith("ال") and not phrase.startswith(("المصدر", "المصادر", "المسوول"))
        named = not anonymous or (definite and nouns[0]["form"] in ("متحدث", "ناطق"))
        if nouns and nouns[0]["named"] == "entity":
            named = None
    return _type(nouns, types), named, anonymous


def _registered(registry: Registry, text: str) -> str | None:
    if not registry.names:
        return None
    return registry.entity(text) or registry.entity(" ".join(_bare(word) for word in text.split()))


def _referred(inside: list[Annotation], anonymous: bool) -> str | None:
    """Whom the entities of a phrase mean: the last person, else the first role, else the first group."""
    person = role = group = None
    for entity in inside:
        kind, ref = entity.fields["type"], entity.fields["ref"]
        if kind == "PERS":
            person = ref or person
        elif kind == "OCC":
            role = role or ref
        elif kind in _GROUPS:
            group = group or ref
    return person or (None if anonymous else role) or group


def _type(kinds: list[Entry], inside: tuple[str, ...]) -> str | None:
    types = [kind["type"] for kind in kinds]
    if types and kinds[0]["form"] in _RELAYED and "party" in types[1:]:
        return "party"
    if types:
        head = types[0]
        if head in ("media", "witness", "monitor", "un_ngo", "official_unnamed", "social"):
            return str(head)
        if "party" in types:
            return "party"
        concrete = [t for t in types if t != "other"]
        return str(concrete[0] if concrete else "other")
    return "government" if "GPE" in inside and _STATE.issuperset(inside) else None


def _skip(form: str, at: int) -> int:
    while at < len(form) and form[at] in ' "،,)]':
        at += 1
    return at


def _opening(token: str) -> int:
    return len(token) - len(token.lstrip("\"'(["))
