"""Who speaks: the phrase that names a source beside its cue, and what kind of source it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from hasila.annotation import Annotation
from hasila.arabic.normal import fold
from hasila.arabic.words import ENDS, LETTER
from hasila.rules.lexicon import Entry, by_form, forms, one_of
from hasila.rules.page import Page

Span = tuple[int, int]

_TOKEN = re.compile(r"\S+")
_BEFORE_WORD = "\"'([،,.:;؛-"
_BEHIND_WORD = "\"'()[]،,.:;؛…-"
_INSIDE = frozenset(fold("في من ضد لدى").split())
_CLAUSE_HEAD = re.compile(r"(?s:.*)(?:[،,.:\n] *|(?:^|\s)(?:لكن|ان) |^)(?:و(?=ال))?([^،,.:\n]+)$")
_GLUE = frozenset(fold("باسم أحد إحدى بعض عدد").split())
_RELAYED = frozenset(fold("مصدر مصادر شاهد شهود مسؤول مسؤولون مسؤولين").split())
_THEN = re.compile(r'["\' )]*(?::|[^\n.]{0,80}?[ ،,](?:ب?ان(?:ه|ها|هم|نا|ني)?(?=[ "])|:))')
_CLOSING = re.compile(r'["\')\]]+')
_HAD_BEEN = re.compile(r"(?:^|[\s،,])و?(?:كان|كانت|وكان|وكانت) +([^.؛:\n]{3,90}?)[،, ]+(?:قد +)?$")
_WHO = re.compile(r'([^\s،,"]["]?)[ ،,]*(?:الذي|التي|الذين)? *(?:(?:قد|لم|لا) +)?$')
_HEAD = re.compile(r'(?:^|[\s،,و])(\w+) *"?$')
_GAP = re.compile(r'[^\s،,"(]["]?[ ،,"(]+$')


@dataclass(frozen=True, slots=True)
class Speaker:
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


@cache
def _media() -> re.Pattern[str]:
    names = [*forms("sources", "media"), *forms("outlets")]
    return re.compile(
        rf'(?:ال|ل)?["( ]*{one_of([*names, *fold("صحفيين صحافيين الصحفيين الصحافيين").split()])}'
    )


def _bare(word: str) -> str:
    return word[2:] if word.startswith("ال") else word


class Speakers:
    """Finds source phrases in one page; what it needs to look up is sorted once."""

    def __init__(self, page: Page) -> None:
        self.page, self.form = page, page.form
        self._events = {start for start, _ in page.spans.get("event", [])}
        self._numbers = {start for start, _ in page.spans.get("number", [])}
        self._timexes = dict(page.spans.get("timex", []))
        # Backwards, so that of entities with one start or one end the first and longest stays.
        backwards = list(zip(page.entities, page.spans.get("entity", []), strict=True))[::-1]
        self._entities = {start: (end, str(entity["type"])) for entity, (start, end) in backwards}
        self._ends = {end: start for _, (start, end) in backwards}

    def after(self, start: int, end: int) -> tuple[int, int, int] | None:
        """The source phrase that begins behind a cue, within ``[start, end)``.

        Returns its start, its end, and where its certain part ends: names, the nouns that tell
        a source and their adjectives (the start where nothing is certain).
        """
        found = self._phrase(start, end, 0)
        return found if found and found[0] < found[1] else None

    def _phrase(self, start: int, end: int, depth: int) -> tuple[int, int, int] | None:
        form, stops, nouns = self.form, _stops(), _nouns()
        at, last, count = start, start, 0
        begin = solid = -1
        person = title = loose = group = False
        while count < 14:
            token = _TOKEN.match(form, at) or _TOKEN.match(form, _skip(form, at))
            if token is None or token.start() >= end or "\n" in form[at : token.start()]:
                break
            first = token.start() + _opening(token[0])
            word = token[0].lstrip(_BEFORE_WORD).rstrip(_BEHIND_WORD)
            if not word:
                if begin >= 0 and token[0][0] in "،,":
                    return self._apposed(begin, last, solid, token.end(), end, title and not person, depth)
                break
            if word in stops:
                follows = self._entity(_skip(form, token.end()))
                if not (
                    begin >= 0 and word in _INSIDE and follows and (title or word == "ضد") and not person
                ):
                    break
                at, count = token.end(), count + 1
                continue
            if begin >= 0 and self._ends_before(first, word, form[begin:last]):
                break
            if begin < 0:
                if (word[0] == "ل" and _media().match(form, first + 1)) or first in self._timexes:
                    return None
                begin = solid = first
            entity = self._entities.get(first)
            if entity and group and entity[1] in ("GPE", "ORG") and form[last:first] == " ":
                break
            group = entity is not None and entity[1] == "GPE"
            if entity and entity[0] <= end:
                last = at = entity[0]
                person = person or entity[1] == "PERS"
                title = title or entity[1] == "OCC" or bool(nouns.search(form, first, last))
                closing = _CLOSING.match(form, at)
                at = closing.end() if closing else at
                last = at if closing else last
                solid = solid if loose else last
            else:
                noun = nouns.match(form, first)
                adjective = solid > begin and solid >= last and word.endswith(("ي", "يه", "ين", "يون", "يين"))
                last = max(first + len(word), noun.end() if noun else 0)
                at = max(token.end(), last)
                title = title or bool(noun)
                if (noun or adjective) and not loose:
                    solid = last
                loose = loose or not (noun or adjective or word in _GLUE)
                if token[0].startswith("(") and token[0].endswith((")", ")،")) and begin != first:
                    last += 1
            count += 1
            mark = form[last : last + 3].lstrip("\"')] ")[:1]
            if mark and mark in "،,":
                return self._apposed(
                    begin, last, solid, form.index(mark, last) + 1, end, title and not person, depth
                )
            if mark and mark in ":.؛;\n!?؟":
                break
        return (*self.trim(begin, last), solid) if begin >= 0 and last > begin else None

    def _ends_before(self, first: int, word: str, phrase: str) -> bool:
        if first in self._timexes or first in self._events or first in self._numbers:
            return first not in self._entities
        if word[0] == "ب" and (first + 1 in self._entities or word[1:2] == '"'):
            return first not in self._entities
        if word[0] == "ل" and len(word) != 2:
            return bool(
                _media().match(self.form, first + 1) or _RELAYED & {_bare(w) for w in phrase.split()[:2]}
            )
        return False

    def _apposed(
        self, begin: int, last: int, solid: int, at: int, end: int, wants_name: bool, depth: int
    ) -> tuple[int, int, int]:
        """Take in the title or name behind a comma: ``القيادي في الحركة، فلان الفلاني،``."""
        whole = (*self.trim(begin, last), solid)
        if depth > 1:
            return whole
        start = _skip(self.form, at)
        entity = self._entity(start)
        more = self._phrase(start, end, depth + 1)
        if more is None or more[0] != start + _opening(self.form[start : start + 2]):
            return whole
        words = self.form[more[0] : more[1]].split()
        closed = self.form[more[1] : more[1] + 3].lstrip("\"') ")
        ended = not closed or closed[0] in "،,:" or closed.startswith(("ان", "ل", "ب", "ف", "خ", "ع"))
        named = entity is not None and entity[1] in ("PERS", "OCC")
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
        relative = _WHO.search(text)
        if relative is None:
            return None
        stop = left + relative.end(1)
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
        if 1 <= len(words) <= 5 and _nouns().match(self.form, begin) and not _stops() & set(words):
            return self.trim(begin, stop)
        return None

    def _entity(self, start: int) -> tuple[int, str] | None:
        start += _opening(self.form[start : start + 3])
        return self._entities.get(start)

    def trim(self, start: int, end: int) -> Span:
        """The span without white space, punctuation, and quotation marks or brackets without partner."""
        form = self.form
        while start < end and form[start] in " ،,.;:؛-\n":
            start += 1
        while end > start and form[end - 1] in " ،,.;:؛…-\n":
            end -= 1
        while end - start > 1 and form[start] == '"' == form[end - 1] and form.count('"', start, end) == 2:
            start, end = start + 1, end - 1
        if form.count('"', start, end) % 2:
            if form[start] == '"':
                start += 1
            elif form[end - 1] == '"':
                end -= 1
        if form[end - 1 : end] == ")" and "(" not in form[start:end]:
            end -= 1
        if form[start : start + 1] == "(" and ")" not in form[start:end]:
            start += 1
        while start < end and form[start] == " ":
            start += 1
        while end > start and form[end - 1] == " ":
            end -= 1
        return start, end

    def describe(self, span: Span) -> Speaker:
        """Who the phrase means."""
        page, text = self.page, self.form[span[0] : span[1]]
        inside = [entity for entity, (_, end) in page.within("entity", *span) if end <= span[1]]
        return Speaker(*_identify(page, text, inside))


def _identify(page: Page, text: str, inside: list[Annotation]) -> tuple[str | None, str | None, bool]:
    kinds = _source_nouns(text)
    people = [e for e in inside if e["type"] == "PERS"]
    named = bool(people)
    ref: str | None = page.registry.entity(text)
    if ref is None and page.registry.names:
        ref = page.registry.entity(" ".join(_bare(word) for word in text.split()))
    if ref is None and people:
        ref = next((e["ref"] for e in reversed(people) if e["ref"]), None)
    anonymous = bool(kinds) and kinds[0]["named"] == "no"
    if ref is None:
        roles = [e["ref"] for e in inside if e["type"] == "OCC" and e["ref"] and not anonymous]
        groups = [e["ref"] for e in inside if e["type"] in ("ORG", "GPE", "WEBSITE") and e["ref"]]
        ref = (roles or groups or [None])[0]
    if not named:
        definite = text.startswith("ال") and not text.startswith(("المصدر", "المصادر", "المسوول"))
        named = not anonymous or (definite and kinds[0]["form"] in ("متحدث", "ناطق"))
        if kinds and kinds[0]["named"] == "entity":
            named = any(e["level"] == "NAM" or e["ref"] for e in inside if e["type"] in ("ORG", "GPE"))
    return ref, _type(kinds, inside), named


@lru_cache(maxsize=1 << 12)
def _source_nouns(phrase: str) -> tuple[Entry, ...]:
    """The nouns of a phrase that tell a source; news names the same sources again and again."""
    return tuple(_kinds()[found[1].replace(" ", "")] for found in _nouns().finditer(phrase))


def _type(kinds: tuple[Entry, ...], inside: list[Annotation]) -> str | None:
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
    if any(e["type"] == "GPE" for e in inside) and all(e["type"] in ("GPE", "NORP") for e in inside):
        return "government"
    return None


def _skip(form: str, at: int) -> int:
    while at < len(form) and form[at] in ' "،,)]':
        at += 1
    return at


def _opening(token: str) -> int:
    count = 0
    while count < len(token) and token[count] in "\"'([":
        count += 1
    return count
