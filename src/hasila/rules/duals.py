"""Duals: nouns that say two by their ending.

Feminine duals are told by their ending alone, masculine ones by a list, for ـين is the sound plural's
ending as well. An adjective that follows its dual is no second one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from hasila.rules.lexicon import forms
from hasila.rules.occurrences import Lookup
from hasila.rules.page import Page

_PAIR = frozenset({"اثنين", "اثنان", "اثنتين", "اثنتان", "الاثنين", "الاثنان", "الاثنتين", "الاثنتان"})
_ENDINGS = ("تين", "تان")
_CONSTRUCT = ("تي", "يي", "ري", "ءي", "مي", "ني", "تا")
_TIMES = frozenset({"سنتين", "سنتان", "ليلتين", "ليلتان", "دقيقتين", "دقيقتان", "ساعتين", "ساعتان"})


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
    sure, construct = _listed()
    barred = _not_duals()
    previous = -2
    for index, (offset, stem, cuts) in _ENDING.on(page):
        token = tokens[index]
        start, end = words[index]
        pair = (
            index + 1 < len(tokens) and tokens[index + 1] in _PAIR and form[end : words[index + 1][0]] == " "
        )
        found = False
        for cut in cuts:
            bare = stem[cut:]
            if bare in barred or bare in _TIMES:
                break
            if (
                bare in sure
                or (pair and bare.endswith(("ين", "ان")))
                or (bare.endswith(_ENDINGS) and len(bare) >= 5 and _feminine(bare))
                or (bare in construct and _two_names(page, index))
            ):
                offset, found = offset + cut, True
                break
        if not found or not page.is_open(start):
            continue
        after_dual = previous == index - 1 and form[words[previous][1] : start] == " "
        previous = index
        if after_dual and not token.startswith("و"):
            continue
        last = index + 1 if pair else index
        yield start + offset, words[last][1], index, last


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


_ENDS = frozenset({"ان", "ين", "تا", "تي", "يي", "ري", "ءي", "مي", "ني"})


def _candidate(token: str) -> tuple[int, str, tuple[int, ...]] | None:
    """The offset, stem and cuts of a word that ends like a dual."""
    if token[-2:] not in _ENDS:
        return None
    offset, stem = _stem(token)
    return offset, stem, _cuts(token) if not offset and stem == token else (0,)


_ENDING = Lookup(_candidate)
