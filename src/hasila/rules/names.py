"""Finds the lexicon's names, heads and titles in one pass over the normal form.

Every form goes into one Aho–Corasick automaton; its overlapping matches pass the boundary and
clitic filter first, and only then the longest wins. So a name with a proclitic and a name
inside a longer one are both found, in time linear in the text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick
from babel import Locale

from hasila.arabic.normal import fold
from hasila.rules.lexicon import Entry, entries

LETTERS = frozenset(chr(c) for c in (*range(0x621, 0x64B), *range(0x66E, 0x6D4), *range(0x6FA, 0x700)))
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_@")
LEADS = frozenset(["", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل", "فك"])
"""What may be written onto a name without being part of it."""

_PROCLITICS = frozenset("وفبلك")
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

    @property
    def latin(self) -> bool:
        """Whether it is written in Latin letters."""
        return self.form[0] < "\x80"


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


class Matcher:
    """Finds a fixed set of forms; immutable once built."""

    def __init__(self, forms: Iterable[Form]) -> None:
        found: defaultdict[str, dict[tuple[str, str, str, int], Form]] = defaultdict(dict)
        for form in with_contractions(forms):
            found[form.form].setdefault((form.role, form.type, form.takes, form.contracted), form)
        self.forms = [tuple(reversed(alike.values())) for alike in found.values()]
        self.whole = [tuple(form for form in alike if not form.contracted) for alike in self.forms]
        self.latin = [alike[0].latin for alike in self.forms]
        self.automaton = AhoCorasick(list(found))

    def scan(self, text: str) -> list[Hit]:
        """All hits in ``text`` (normal form) that pass the boundary and clitic filter, in text order."""
        padded = text + "\n"
        hits: list[Hit] = []
        letters, latin, whole = LETTERS, self.latin, self.whole
        for number, start, end in self.automaton.find_matches_as_indexes(padded, overlapping=True):
            if padded[end] in letters:
                continue
            before = padded[start - 1]
            if latin[number]:
                if before in _LATIN or padded[end] in _LATIN:
                    continue
            elif before in letters:
                if before in _PROCLITICS:
                    at = start - 1
                    while at > start - 4 and padded[at - 1] in letters:
                        at -= 1
                    lead = padded[at:start]
                    if lead in LEADS:
                        for form in self.forms[number]:
                            if not form.contracted or lead in _CONTRACTED:
                                hits.append(Hit(start, end, lead, form))
                continue
            for form in whole[number]:
                hits.append(Hit(start, end, "", form))
        # Matches come by their ends: reversed and then stably sorted, the longest at a place is first;
        # of forms that read alike the first in the lexicon.
        hits.reverse()
        hits.sort(key=itemgetter(0))
        return hits


@cache
def matcher() -> Matcher:
    """The matcher of the whole lexicon, built at first use (thread-safe: a second build is equal)."""
    return Matcher(_all_forms())


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
