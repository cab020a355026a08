"""What makes a number less than exact: ``حوالي``, ``أكثر من`` before it, ``على الأقل`` behind it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from operator import itemgetter

from hasila.rules.lexicon import entries, one_of
from hasila.rules.numbers.numerals import Numeral
from hasila.rules.occurrences import Lookup
from hasila.rules.page import Page

Span = tuple[int, int]
_OPENS = re.compile("(?: اخر(?:ين|ون|ان))? *[(،]? *")
PROCLITICS = frozenset(
    "و ف ب ل ك ال وال فال بال كال لل ولل وب ول وبال فب فل نحو حوالي من في علي الي عن قتل مقتل".split()  # noqa: SIM905
)
"""What stands written onto digits as a word of its own."""


@cache
def _hedges(side: str) -> tuple[re.Pattern[str], Mapping[str, str]]:
    known = {e["form"]: e["type"] for e in reversed(entries("hedges")) if e["side"] == side}
    return re.compile(one_of(known)), known


@cache
def _hedge_lengths() -> Mapping[str, tuple[int, ...]]:
    """By the word before a numeral: how many words the hedges may have that end with it, most first."""
    found: dict[str, set[int]] = {}
    for form in _hedges("before")[1]:
        words = form.split()
        for onto in _ONTO if len(words) == 1 else ("",):
            found.setdefault(onto + words[-1], set()).add(len(words))
    return {word: tuple(sorted(lengths, reverse=True)) for word, lengths in found.items()}


_ONTO = ("", "و", "ب", "ل", "ف", "وب", "ول", "فب")
"""What may be written onto a hedge."""


def hedge_before(page: Page, one: Numeral) -> tuple[Span, str] | None:
    """Span and type of the hedge before a numeral: ``أكثر من 20``."""
    words, tokens, form = page.analysis.words, page.analysis.tokens, page.form
    last = one.first - 1
    if last > 0 and words[last][1] == one.start and tokens[last] in PROCLITICS:
        last -= 1
    lengths = _hedge_lengths().get(tokens[last]) if last >= 0 else None
    if lengths is None or form[words[last][1] : one.start].strip(' بل"('):
        return None
    end = words[last][1]
    known = _hedges("before")[1]
    for length in lengths:
        start = words[max(0, last + 1 - length)][0]
        text = form[start:end]
        if "  " in text:
            text = re.sub(" +", " ", text)
        for cut in (0, 1, 2):
            if text[cut:] in known and text[:cut] in _ONTO:
                return (start + cut, end), known[text[cut:]]
    return None


@cache
def _last_after() -> frozenset[str]:
    return frozenset(form.split()[-1] for form in _hedges("after")[1])


_LAST_AFTER = Lookup(lambda word: True if word in _last_after() else None)
"""The last words of hedges behind a numeral."""
_FAR = 20
"""Words from a numeral to the end of a hedge behind it, at most."""


def hedge_after(page: Page, last: int, position: int, unit: Span | None) -> tuple[Span, str] | None:
    """A hedge behind the numeral that ends with word ``last`` at ``position``, or behind what it counts."""
    ends = _LAST_AFTER.on(page)
    first = last if unit is None or unit[1] > position else page.analysis.word_at(unit[1] - 1)
    at = bisect_right(ends, first, key=itemgetter(0))
    if at == len(ends) or ends[at][0] > last + _FAR:
        return None
    pattern, known = _hedges("after")
    for start in (position, unit[1] if unit else position, _phrase_end(page, unit) if unit else position):
        if gap := _OPENS.match(page.form, start):
            start = gap.end()
        found = pattern.match(page.form, start)
        if found and not page.form[found.end() : found.end() + 1].isalnum():
            return found.span(), known[re.sub(" +", " ", found[0])]
    return None


_PHRASE = re.compile(
    r"(?: (?!(?:علي|في|من|او|بعد|قبل|ان|عن|الي) |و)[\u0621-\u064a]{3,}){1,2}(?= (?:علي|كحد|بحد))"
)


def _phrase_end(page: Page, unit: Span) -> int:
    """Where ``رجال الشرطة``, ``مدنيا سوريا`` ends, one or two words behind the counted noun's head."""
    found = _PHRASE.match(page.form, unit[1])
    return found.end() if found else unit[1]
