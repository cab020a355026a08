"""Finds the lexicon's names, heads and titles in one pass over the words of the normal form.

What a word can be or begin, also behind a proclitic, is told once for each distinct word; forms of several
words are followed from there letter by letter. Overlapping hits are all found, in time linear in the text,
and only then the longest wins.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import compress
from operator import itemgetter
from typing import NamedTuple

from babel import Locale

from hasila.arabic.normal import fold
from hasila.arabic.words import LETTER
from hasila.rules.lexicon import Entry, entries
from hasila.rules.occurrences import Lookup
from hasila.rules.page import Page

LETTERS = frozenset(chr(c) for c in (*range(0x621, 0x64B), *range(0x66E, 0x6D4), *range(0x6FA, 0x700)))
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_@")
_LATIN_OR_ARABIC = _LATIN | LETTERS
_LATIN_RUN = re.compile("[a-z0-9_@][a-z0-9_@]*")
_NO_WORD = re.compile(f"[a-z0-9_@]+|(?!{LETTER}).")
_RUN = re.compile(f"{LETTER}+|{_NO_WORD.pattern}")
_WORD_BEFORE = re.compile(rf"{LETTER}*\Z")
LEADS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل", "فك")
"""What may be written onto a name without being part of it, the shortest first."""

_CONTRACTED = frozenset(["ل", "ول", "فل"])
LEXICONS = ("places", "organisations", "outlets", "facilities", "things", "persons")
_PLACES = frozenset(["GPE", "LOC", "FAC"])
_NO_COUNTRY = frozenset(["EU", "EZ", "QO", "UN", "XA", "XB", "ZZ", "MM", "GE"])


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the lexicon. ``key`` names its referent: forms that share it are aliases."""

    form: str
    role: str
    type: str
    key: str
    kinds: tuple[str, ...] = ()
    when: str = ""
    takes: str = ""
    level: str = "NAM"
    written: str = ""
    contracted: int = 0
    """After the first ل of لل stands 1: ``لتحالف`` for التحالف, 2: ``لاذقية`` for اللاذقية."""
    latin: bool = field(init=False)
    """Whether it is written in Latin letters."""
    certain: bool = field(init=False)
    """Whether it is a name wherever it stands, whatever is around it."""
    holds: bool = field(init=False)
    """Whether it holds its words, so that roles within them are none of their own."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "latin", self.form[0] < "\x80")
        nationality = self.type == "GPE" and self.form.endswith("يه")
        object.__setattr__(self, "certain", not (self.when or self.latin or nationality))
        object.__setattr__(self, "holds", self.role != "given" and self.when not in ("head", "title"))


class Hit(NamedTuple):
    """A form that stands in the text as a word or words of its own; ``lead`` is the proclitic before it."""

    start: int
    end: int
    lead: str
    form: Form


def _named(name: str, entry: Entry) -> Form:
    kinds = tuple(fold(kind) for kind in entry["kind"].split(",") if kind)
    return Form(
        entry["form"], "name", entry["type"], entry["gloss"], kinds, entry["when"], written=entry["written"]
    )


def _territories() -> Iterator[Form]:
    arabic, english = Locale("ar").territories, Locale("en").territories
    for code, name in arabic.items():
        if len(code) == 2 and code not in _NO_COUNTRY and code in english and "(" not in name:
            yield Form(fold(name), "name", "GPE", english[code], ("دوله",), "" if len(name) > 4 else "place")


def _english(form: Form) -> Form | None:
    gloss = form.key
    if form.type not in ("GPE", "LOC") or not gloss[:1].isupper() or len(gloss) < 4 or form.when:
        return None
    return Form(fold(gloss), "name", form.type, gloss, form.kinds, "")


def _nisba(entry: Entry) -> Iterator[Form]:
    stem = entry["form"]
    written = entry["written"]
    if entry["kind"] == "latin":
        yield Form(stem, "name", "NORP", entry["gloss"])
        return
    if entry["kind"] == "plural":
        for form in (stem, "ال" + stem)[1 if entry["when"] == "article" else 0 :]:
            yield Form(form, "name", "NORP", entry["gloss"], ("شعب",))
        return
    head, _, last = stem.rpartition(" ")
    prefix = head + " " if head else ""
    for ending in ("", "ه", "ون", "ين", "ات", "تان", "تين", "ا", "ان"):
        for article in ("", "ال"):
            if article and ending == "ا":
                continue
            first = article + prefix.rstrip() + " " + article if head else article
            exact = "exact" if entry["when"] == "exact" and not ending else ""
            yield Form(first + last + ending, "name", "NORP", entry["gloss"], (), exact, written=written)


def _all_forms() -> Iterator[Form]:
    for name in LEXICONS:
        for entry in entries(name):
            form = _named(name, entry)
            yield form
            if english := _english(form):
                yield english
    for entry in entries("peoples"):
        yield from _nisba(entry)
    yield from _territories()
    for entry in entries("heads"):
        kinds = (fold(entry["kind"]),)
        yield Form(
            entry["form"], "head", entry["type"], entry["form"], kinds, "", entry["takes"], entry["level"]
        )
    for entry in entries("titles"):
        when = "exact" if entry["kind"] == "exact" else ""
        title = entry["form"]
        yield Form(title, "title", entry["type"], title, (), when, entry["takes"], written=entry["written"])
    for entry in entries("descriptions"):
        kinds = (fold(entry["kind"]),)
        yield Form(entry["form"], "description", entry["type"], entry["form"], kinds)
    for verb in parts("said"):
        yield Form(verb, "said", "", verb)
    for entry in entries("given_names"):
        if entry["form"] not in not_names():
            when = entry["when"]
            yield Form(entry["form"], "given", "PERS", entry["form"], (), when)


def with_contractions(forms: Iterable[Form]) -> Iterator[Form]:
    """The forms, and for each with ال what stands after the first ل of لل."""
    for form in forms:
        yield form
        if form.form.startswith("ال") and len(form.form) > 3:
            doubled = form.form.startswith("الل")
            tail = form.form[2:] if doubled else "ل" + form.form[2:]
            yield Form(
                tail, form.role, form.type, form.key, form.kinds, form.when, form.takes, form.level,
                form.written, 2 if doubled else 1,
            )  # fmt: skip


Key = tuple[str, str, str, int]


class Begun(NamedTuple):
    """The forms that begin with one run of letters, by what follows it: first come, first in a list."""

    rests: dict[str, list[Form]]
    openings: dict[str, list[int]]
    """The first letters of all rests but the empty: how long those are that open so, the longest first."""
    size: int
    """How many letters these are, 0 where all rests are empty."""


class Beginning(NamedTuple):
    """What a word begins behind a proclitic of ``size`` letters, and the forms that are its rest alone."""

    size: int
    lead: str
    alone: list[Form]
    opening: int
    begun: Begun


class Matcher:
    """A fixed set of forms; immutable once built."""

    def __init__(self, forms: Iterable[Form]) -> None:
        rests: defaultdict[str, dict[str, dict[Key, Form]]] = defaultdict(dict)
        for form in with_contractions(forms):
            first = _RUN.match(form.form)
            assert first
            alike = rests[first[0]].setdefault(form.form[first.end() :], {})
            alike.setdefault((form.role, form.type, form.takes, form.contracted), form)
        self.begun = {first: _begun(found) for first, found in rests.items()}
        others = [first for first in rests if first[0] not in LETTERS]
        self.other = (_LATIN_RUN if all(map(_LATIN_RUN.match, others)) else _NO_WORD) if others else None

    def beginnings(self, word: str) -> list[Beginning] | None:
        """What an Arabic word can begin, by where the forms start; depends on the word alone."""
        if word[0] not in LETTERS:
            return None
        found = [
            Beginning(len(lead), lead, _fitting(begun.rests.get("", []), lead), begun.size, begun)
            for lead in LEADS
            if word.startswith(lead) and (begun := self.begun.get(word[len(lead) :]))
        ]
        return found or None

    def scan(self, text: str, page: Page) -> list[Hit]:
        """All forms in ``text`` (the page's form) that stand as words of their own, in text order.

        Of those with one start the longest is first, of those that read alike the first of the lexicon.
        """
        words, tokens = {lead + first for first in self.begun for lead in LEADS}, page.analysis.tokens
        places = list(compress(range(len(tokens)), map(words.__contains__, tokens)))
        begins = {word: self.beginnings(word) or () for word in {tokens[at] for at in places}}
        return self.hits(text, page, [(at, begins[tokens[at]]) for at in places])

    def hits(self, text: str, page: Page, words: Iterable[tuple[int, Iterable[Beginning]]]) -> list[Hit]:
        """As ``scan``, from the words (indexes) that begin something."""
        hits: list[Hit] = []
        spans, closed = page.analysis.words, bool(page.closed)
        new = tuple.__new__  # ``Hit(…)`` goes through Python first
        for index, beginnings in words:
            at, end = spans[index]
            if closed and text[at] == "\n":
                continue
            for size, lead, alone, opening, begun in beginnings:
                start = at + size
                if opening and (lengths := begun.openings.get(text[end : end + opening])):
                    hits += _longer(begun, lengths, text, start, end, lead, LETTERS)
                for form in alone:
                    hits.append(new(Hit, (start, end, lead, form)))
        if self.other and (others := list(self._others(text, self.other))):
            hits += others
            hits.sort(key=itemgetter(0))
        return hits

    def _others(self, text: str, runs: re.Pattern[str]) -> Iterator[Hit]:
        """The forms that begin with no Arabic letter."""
        for run in runs.finditer(text):
            begun = self.begun.get(run[0])
            if begun is None:
                continue
            start, end = run.span()
            lead, glued = "", LETTERS
            if run[0] < "\x80":
                if text[start - 1 : start] in _LATIN:
                    continue
                glued = _LATIN_OR_ARABIC
            elif before := _WORD_BEFORE.search(text, max(0, start - 4), start):
                lead = before[0]
                if lead not in LEADS:
                    continue
            lengths = begun.openings.get(text[end : end + begun.size], [])
            yield from _longer(begun, lengths, text, start, end, lead, glued)
            if text[end : end + 1] not in glued:
                for form in begun.rests.get("", ()):
                    yield Hit(start, end, lead, form)


def _begun(rests: dict[str, dict[Key, Form]]) -> Begun:
    size = min((5, *(len(rest) for rest in rests if rest))) if any(rests) else 0
    openings: defaultdict[str, list[int]] = defaultdict(list)
    for length, opening in sorted({(-len(rest), rest[:size]) for rest in rests if rest}):
        openings[opening].append(-length)
    return Begun({rest: list(forms.values()) for rest, forms in rests.items()}, dict(openings), size)


def _fitting(forms: Iterable[Form], lead: str) -> list[Form]:
    """The forms that may stand behind a proclitic."""
    return [form for form in forms if not form.contracted or lead in _CONTRACTED]


def _longer(
    begun: Begun, lengths: list[int], text: str, start: int, end: int, lead: str, glued: frozenset[str]
) -> list[Hit]:
    """The hits from ``start`` that go on from ``end`` by one of ``lengths``, the longest first."""
    hits: list[Hit] = []
    for length in lengths:
        stop = end + length
        forms = begun.rests.get(text[end:stop])
        if forms and text[stop : stop + 1] not in glued and stop <= len(text):
            hits += [Hit(start, stop, lead, form) for form in _fitting(forms, lead)]
    return hits


@cache
def lexicon() -> Matcher:
    """The whole lexicon, built at first use (thread-safe: a second build is equal)."""
    return Matcher(_all_forms())


_BEGINNINGS = Lookup(lambda word: lexicon().beginnings(word))


def scan(text: str, page: Page) -> list[Hit]:
    """The lexicon's hits in ``text``, as ``Matcher.scan``."""
    return lexicon().hits(text, page, _BEGINNINGS.on(page))


@cache
def given_names() -> frozenset[str]:
    """Folded given names, also those that are common words."""
    return frozenset(entry["form"] for entry in entries("given_names"))


@cache
def not_names() -> frozenset[str]:
    """Folded words that neither begin nor continue a name."""
    return frozenset(entry["form"] for entry in entries("not_names"))


@cache
def function_words() -> frozenset[str]:
    """Folded particles and reporting verbs, behind which no name goes on."""
    return frozenset(entry["form"] for entry in entries("not_names") if entry["type"] != "noun")


@cache
def parts(type_: str) -> frozenset[str]:
    """Folded words of name_parts.tsv that may begin or end a name of the given type."""
    return frozenset(entry["form"] for entry in entries("name_parts") if entry["type"] == type_)
