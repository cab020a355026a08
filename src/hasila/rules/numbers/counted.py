"""The counted noun behind a numeral: its head, by exclusion and the grammar of the tamyiz."""

from __future__ import annotations

import re
from functools import cache

from hasila.rules.lexicon import forms
from hasila.rules.page import Page

Span = tuple[int, int]

_GAP = re.compile(r" *(?:\"|\()? *")
_BETWEEN = re.compile(
    r" +(?:علي الاقل|علي الاكثر|تقريبا|او اكثر|علي اقل تقدير|كحد ادني|بحد ادني|كحد اقصي)(?= )"
)
_LEADS = frozenset({"علي", "تقريبا", "او", "كحد", "بحد", "من"})
"""First words of what may stand between."""
_FROM = re.compile(r"[ \"]*من[ \"]+(?:بين |اصل |ضمن )?\"?")
_IN_WA = frozenset({"عضوا", "عدوا", "جوا"})
"""Nouns whose accusative looks like a verb of the plural."""
_PROPER_WAW = frozenset(forms("number_context", "w_noun"))


@cache
def _not_units() -> frozenset[str]:
    return frozenset(forms("number_context", "not_unit", "fraction"))


@cache
def _collectives() -> frozenset[str]:
    """Organisations: who is counted behind من belongs to them, they are not counted."""
    return frozenset(shape for form in forms("number_context", "collective") for shape in (form, f"ال{form}"))


def counted_noun(page: Page, last: int, direct: bool, value: int | None = None) -> Span | None:
    """The span (form) of the noun that the numeral ending with word ``last`` counts.

    ``direct``: the noun may follow at once; behind من it always may. ``value`` sharpens the test.
    """
    form, words, tokens = page.form, page.analysis.words, page.analysis.tokens
    at, index = words[last][1], last + 1
    if index >= len(words):
        return None
    token = tokens[index]
    if form[at] == '"':
        at += 1
    if token in _LEADS:
        if between := _BETWEEN.match(form, at):
            at = between.end()
        if found := _FROM.match(form, at):
            return _behind_from(page, found.end())
    start = words[index][0]
    if not direct or form[start] == "\n" or not _GAP.fullmatch(form, at, start):
        return None
    if token in _not_units() or not _nominal(token, value) or not "\u0620" < token[0] < "\u06d4":
        return _latin(page, index) if "a" <= token[0] <= "z" else None
    return words[index]


def _behind_from(page: Page, position: int) -> Span | None:
    """The noun behind من: ``20 من الجنود``."""
    index = page.analysis.word_at(position)
    start, end = page.analysis.words[index]
    token = page.analysis.tokens[index]
    if start != position or token in _not_units() or token in _collectives() or token[0] <= "9":
        return None
    return (start, end) if _nominal(token, None) else None


def _latin(page: Page, index: int) -> Span | None:
    """In Latin text, the first plural noun of the next three words."""
    words, tokens = page.analysis.words, page.analysis.tokens
    for at in range(index, min(index + 3, len(words))):
        if (
            not "a" <= tokens[at][0] <= "z"
            or not page.is_open(words[at][0])
            or page.form[words[at - 1][1] : words[at][0]] != " "
        ):
            return None
        if tokens[at] in ("people", "men", "women", "children", "police") or (
            tokens[at].endswith("s")
            and len(tokens[at]) > 3
            and page.analysis.normal.slice(*words[at]).islower()
        ):
            return words[at]
    return None


def _nominal(token: str, value: int | None) -> bool:
    """Whether a word can be the noun; what looks like و, ب or ل with a noun must end as a tamyiz does."""
    first = token[0]
    if first == "و":
        return token in _PROPER_WAW
    if token.startswith(("بال", "لل", "كال", "فال")) and len(token) > 4:
        return False
    if first in "بل" and value is not None and 11 <= value % 100 <= 99:
        return token.endswith(("ا", "ه"))
    if first == "ب" and token.endswith(("هم", "ها", "روح", "صاص", "هجوم", "قصف", "نيران", "غاره", "حاله")):
        return False
    verb = token.endswith("وا") and len(token) > 3 and token not in _IN_WA
    return not (verb or (first in "يت" and token.endswith("ون")))
