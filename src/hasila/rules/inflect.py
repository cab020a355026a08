"""Finds the inflected words of a lexicon: verbs and nouns with everything written onto them.

A lexicon names a verb by its third person singular and a noun by its singular; the affixes of
the language are written once, here. Offsets and text are of the normal form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from hasila.arabic.normal import fold
from hasila.arabic.words import ENDS
from hasila.rules.lexicon import Entry, entries, one_of
from hasila.rules.occurrences import Lookup
from hasila.rules.page import Page

PRONOUN = "(?:ه|ها|هم|هما|هن|نا|ني|كم)"
_PAST = f"(?:ت|وا|ا|تا|نا|ن|تم|و(?={PRONOUN}))?{PRONOUN}?"
_PRESENT = f"(?:ون|وا|ان|ين|ا|ن|و(?={PRONOUN}))?{PRONOUN}?"
_MASCULINE = f"(?:ا|ان|ين|ات|ات(?={PRONOUN}))?{PRONOUN}?"
_FEMININE = f"(?:ه|ات|تا|تي|تان|تين|(?:ت|ات){PRONOUN})"


_FAR = 12
Holds = Callable[[str, int], object]


@dataclass(slots=True)
class Hit:
    """An inflected word: its span without proclitics, what is written before it, and its entry."""

    start: int
    end: int
    lead: str
    tense: str
    entry: Entry

    @property
    def verb(self) -> bool:
        """Whether it is a verb; ``tense`` is then past, present or future, else empty."""
        return bool(self.tense)


class Condition(NamedTuple):
    """What must follow a word: ``holds(form, at)``, ``at`` the end of the word, is true where it does."""

    holds: Holds
    negative: bool
    pattern: str

    @classmethod
    def read(cls, rest: str, after: str, window: int = 4) -> Condition:
        """That of an entry whose form goes on with ``rest`` and whose column ``after`` says ``a|b``,
        any of these words follows, or ``!a|b``, none of them.
        """
        negative, words = after.startswith("!"), after.lstrip("!~")
        window = _FAR if "~" in after[:2] else window
        pattern = f" +(?:ال)?{one_of([rest])}{PRONOUN}?{ENDS}" if rest else ""
        if words:
            begun = one_of(fold(word) for word in words.split("|"))
            near = rf"[ \"(,]+(?:[^\s.]+ +){{0,{window - 1}}}?\"?[وفبلك]?(?:ال)?{begun}"
            pattern += f"(?!{near})" if negative else near
        return cls(re.compile(pattern).match, negative, pattern)


@lru_cache(maxsize=1 << 10)
def _any(patterns: tuple[str, ...]) -> Holds:
    """What holds where any of several patterns matches."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)).match


def _loose(condition: Condition | None) -> bool:
    """Whether a reading holds nearly anywhere, so that it is tried last."""
    return condition is None or condition.negative


def stems(entry: Entry) -> tuple[list[str], list[str]]:
    """The perfect and imperfect stems of a verb's entry.

    Sound verbs keep their form, the imperfect without a first alef; final ى and ا drop before
    ت and و; other weak verbs list theirs in the column ``stems`` as ``perfect … / imperfect …``.
    """
    if entry["stems"]:
        past, _, present = fold(entry["stems"]).partition("/")
        return past.split(), present.split()
    form = entry["form"].split()[0]
    short = form[1:] if form[0] == "ا" else form
    if form[-1] == "ي":
        return [form, form[:-1], form[:-1] + "ا"], [short, short[:-1], short[:-1] + "ا"]
    if form[-1] == "ا":
        return [form, form[:-1]], [short[:-1] + "و", short[:-1]]
    return [form], [short]


class _Reading(NamedTuple):
    """What is written before a word, and what it can be: entry, what must hold behind it, tense."""

    lead: str
    strict: Holds | None
    """Whether any of the conditions holds that must follow, where there are several."""
    choices: list[tuple[Entry, Holds | None, str]]
    loose: list[tuple[Entry, Holds | None, str]]
    """Those left where none does."""


class Matcher:
    """The lexicon ``name``, whose entries have ``form``, ``class``, ``stems`` and ``after``.

    It is compiled at first use. ``window``: how many words behind the form ``after`` looks at.
    """

    def __init__(self, name: str, window: int = 4) -> None:
        self._name, self._window = name, window
        self._lookup = Lookup(self._reading)

    @cached_property
    def _entries(self) -> dict[tuple[str, str], list[tuple[Entry, Condition | None]]]:
        found: dict[tuple[str, str], list[tuple[Entry, Condition | None]]] = {}
        for entry in entries(self._name):
            first, _, rest = entry["form"].partition(" ")
            item = (
                entry,
                Condition.read(rest, entry["after"], self._window) if rest or entry["after"] else None,
            )
            for key in _keys(entry, first):
                found.setdefault(key, []).append(item)
        for items in found.values():
            items.sort(key=lambda item: _loose(item[1]))
        return found

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """One pattern for every form; its groups tell the class of the stem."""

        def words(kind: str) -> str:
            found = [stem for k, stem in self._entries if k == kind]
            return one_of(found) if found else "(?!)"

        noun = r"(?:[بك]|ل(?!ل)|ل(?=ل))?(?P<noun>(?:ال|(?<=ل)ل)?"
        return re.compile(
            r"(?P<lead>[وف]?)(?:"
            rf"(?P<past>{words('past')}){_PAST}"
            rf"|(?:(?P<future>س)|ل)?(?P<present>(?:[يتن]|ا(?!ل))(?:{words('present')})){_PRESENT}"
            rf"|{noun}(?:(?P<stem>{words('noun')}){_MASCULINE}|(?P<feminine>{words('feminine')}){_FEMININE}))"
            rf"|[بلك]?(?P<fixed>{words('fixed')})"
            rf"|\b(?P<word>{words('word')})\b)"
        )

    def find(self, page: Page) -> list[Hit]:
        """Every word of the lexicon whose condition holds, in text order."""
        form, words, hits = page.form, page.analysis.words, []
        for index, (lead, strict, choices, loose) in self._lookup.on(page):
            start, end = words[index]
            if form[start] == "\n":
                continue
            for entry, holds, tense in choices if strict is None or strict(form, end) else loose:
                if holds is None or holds(form, end):
                    hits.append(Hit(start + len(lead), end, lead, tense, entry))
                    break
        return hits

    def _reading(self, word: str) -> _Reading | None:
        found = self._pattern.fullmatch(word)
        if found is None:
            return None
        if found["past"] is not None:
            keys, begin = [("past", found["past"])], found.start("past")
            if found["past"] == word[begin:]:
                keys.append(("noun", word[begin:]))
        elif found["present"] is not None:
            keys, begin = [("present", found["present"][1:])], found.start("present")
        elif found["noun"] is not None:
            kind = "noun" if found["stem"] is not None else "feminine"
            keys, begin = [(kind, found[{"noun": "stem"}.get(kind, kind)])], found.start("noun")
        else:
            kind = "fixed" if found["fixed"] is not None else "word"
            keys, begin = [(kind, found[kind])], found.start(kind)
        tenses = {"past": "past", "present": "future" if found["future"] else "present"}
        readings = [
            (entry, condition, tenses.get(key[0], ""))
            for key in dict.fromkeys((*keys, ("fixed", word[begin:])))
            for entry, condition in self._entries.get(key, ())
        ]
        readings.sort(key=lambda reading: _loose(reading[1]))
        strict = tuple(c.pattern for _, c, _ in readings if c and not c.negative)
        choices = [(entry, c.holds if c else None, tense) for entry, c, tense in readings]
        return _Reading(
            word[:begin], _any(strict) if len(strict) > 1 else None, choices, choices[len(strict) :]
        )


def _keys(entry: Entry, first: str) -> list[tuple[str, str]]:
    if entry["class"] == "verb":
        past, present = stems(entry)
        return [("past", stem) for stem in past] + [("present", stem) for stem in present]
    if entry["class"] == "noun" and first[-1] == "ه":
        return [("feminine", first[:-1])]
    return [(entry["class"], first)]
