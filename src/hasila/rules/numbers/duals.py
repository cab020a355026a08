"""Duals: nouns that say two by their ending.

Feminine duals are told by their ending alone, masculine ones by a list, for ـين is the sound plural's
ending as well. An adjective that follows its dual is no second one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from hasila.rules.lexicon import forms
from hasila.rules.nouns import counted_nouns
from hasila.rules.numbers.counted import counted_noun
from hasila.rules.occurrences import Lookup
from hasila.rules.page import Page

_PAIR = frozenset({"اثنين", "اثنان", "اثنتين", "اثنتان", "الاثنين", "الاثنان", "الاثنتين", "الاثنتان"})
_ENDINGS = ("تين", "تان")
_CONSTRUCT = ("تي", "يي", "ري", "ءي", "مي", "ني", "تا")
_TIMES = frozenset({"سنتين", "سنتان", "ليلتين", "ليلتان", "دقيقتين", "دقيقتان", "ساعتين", "ساعتان"})


_NO_NOUN = re.compile("ال|ت.*ت$")
"""Behind ``سيارتي`` the noun of a construct is indefinite, and no verb (``تعطلت``)."""


@cache
def _listed() -> tuple[frozenset[str], frozenset[str]]:
    """Duals by list, and those in the construct state, which two names must follow."""
    sure: set[str] = set()
    for stem in forms("duals", "broken"):
        sure.update((_dual(stem) + "ين", _dual(stem) + "ان"))
    sure.update(stem + "ان" for stem in forms("duals", "sound"))
    irregular = forms("duals", "irregular")
    construct = {word for word in irregular if word.endswith(_CONSTRUCT) and not word.endswith("ين")}
    sure.update(word for word in irregular if word not in construct)
    return frozenset(sure), frozenset(construct)


def _dual(stem: str) -> str:
    return stem[:-1] + "ت" if stem.endswith("ه") else stem


@cache
def _not_duals() -> frozenset[str]:
    return frozenset(forms("duals", "not_dual"))


def _stem(token: str) -> tuple[int, str]:
    """The span's offset in the word, and the word without clitics and article."""
    for clitics in ("وبال", "ولل", "وال", "فال", "بال", "كال", "لل", "ال"):
        if token.startswith(clitics) and len(token) - len(clitics) >= 4:
            return (len(clitics) - (1 if clitics.endswith("لل") else 2)), token[len(clitics) :]
    return 0, token


def duals(page: Page) -> Iterator[tuple[int, int, int, int]]:
    """Every dual: start and end in the form (with اثنين where it follows), first and last word."""
    words, tokens, form = page.analysis.words, page.analysis.tokens, page.form
    readings = dict(_TOLD.on(page))
    paired = {
        index - 1
        for index, _ in _PAIRS.on(page)
        if index and form[words[index - 1][1] : words[index][0]] == " "
    }
    readings.update((index, reading) for index in paired if (reading := _reading(tokens[index])))
    previous, counts = -2, False
    for index, reading in sorted(readings.items()):
        pair = index in paired
        start = words[index][0]
        offset, needs = next((read for read in reading if _has(page, index, pair, read[1])), (None, ""))
        if offset is None or form[start] == "\n":
            continue
        after_dual = not counts and previous == index - 1 and form[words[previous][1] : start] == " "
        previous, counts = index, needs == "noun"  # جثتا طفلين: both are duals
        if after_dual and not tokens[index].startswith("و"):
            continue
        last = index + 1 if pair else index
        yield start + offset, words[last][1], index, last


def _has(page: Page, index: int, pair: bool, needs: str) -> bool:
    """Whether what a reading needs stands behind the word."""
    if needs == "noun":
        noun = counted_noun(page, index, True)
        return noun is not None and not _NO_NOUN.match(page.form, *noun)
    return not needs or (pair if needs == "pair" else _two_names(page, index))


@cache
def _initials() -> frozenset[str]:
    """Duals whose first letter looks like a proclitic and is none (ورقتين، بلدتين)."""
    stems = [stem[:-1] + "ت" for stem in forms("duals", "initial")]
    return frozenset(stem + ending for stem in stems for ending in ("ين", "ان", "ي", "ا"))


def _cuts(token: str) -> tuple[int, ...]:
    """Where the noun may begin: behind و, ب, ل, ك unless a known noun begins with that letter."""
    if token[0] not in "وبلكف" or token in _initials():
        return (0,)
    if token[0] == "و":
        second = len(token) > 6 and token[1] in "بلك" and token[1:] not in _initials()
        return (0, 2, 1) if second else (0, 1)
    return (0, 1)


def _feminine(bare: str) -> bool:
    """A word in ـتين or ـتان that is no verb (يثبتان) and no name in ـستان, and bears no proclitic."""
    if bare.endswith("ستان") or (bare[0] in "يت" and bare.endswith("ان") and len(bare) < 7):
        return False
    return bare[0] not in "وبلك" or bare in _initials()


def _two_names(page: Page, index: int) -> bool:
    """Whether a construct is followed by two names joined by و: ``مدينتي الموصل وكركوك``."""
    tokens, words, form = page.analysis.tokens, page.analysis.words, page.form
    for at in range(index + 2, min(index + 5, len(tokens))):
        if form[words[at - 1][1] : words[at][0]].strip(' "()'):
            return False
        if tokens[at].startswith("و") and len(tokens[at]) > 2:
            return True
    return False


def _before_noun(bare: str) -> bool:
    """Whether a word is a dual if an indefinite noun follows: ``سيارتي إسعاف``, ``جثتا طفلين``."""
    return bare in _constructs() or (bare[-2:] in ("تا", "تي") and bare[:-2] + "ه" in counted_nouns())


@cache
def _constructs() -> frozenset[str]:
    return frozenset(forms("duals", "construct"))


_ENDS = frozenset({"ان", "ين", "تا", "تي", "يي", "ري", "ءي", "مي", "ني", "ثي", "لي", "سي"})
_Reading = tuple[tuple[int, str], ...]
"""Where the dual may begin in its word, and what must stand behind it: nothing, "pair", "names" or "noun"."""


def _reading(token: str) -> _Reading:
    """The ways in which a word can be a dual, in the order in which they count."""
    if token[-2:] not in _ENDS:
        return ()
    offset, stem = _stem(token)
    sure, construct = _listed()
    found: list[tuple[int, str]] = []
    for cut in _cuts(token) if not offset and stem == token else (0,):
        bare = stem[cut:]
        if bare in _not_duals() or bare in _TIMES:
            break
        if bare in sure or (bare.endswith(_ENDINGS) and len(bare) >= 5 and _feminine(bare)):
            found.append((offset + cut, ""))
            break
        if bare.endswith(("ين", "ان")):
            found.append((offset + cut, "pair"))
        elif bare in construct:
            found.append((offset + cut, "names"))
        elif not offset and _before_noun(bare):
            found.append((cut, "noun"))
    return tuple(found)


def _told(token: str) -> _Reading | None:
    reading = _reading(token)
    return reading if any(needs != "pair" for _, needs in reading) else None


_TOLD = Lookup(_told)
"""Words that are duals by themselves; any other needs اثنين behind it."""
_PAIRS = Lookup(lambda word: True if word in _PAIR else None)
