"""Words of time as symbols: one letter a word, so that rules are patterns over a short string.

A run of neighbouring time words, numerals and particles becomes such a string; ``+`` stands before a
word with و written onto it, ``~`` before one with ب, ل or ك; ``/ - , ( .`` stand for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from babel import Locale

from hasila.arabic.normal import fold
from hasila.rules.lexicon import entries
from hasila.rules.numerals import Numeral, numerals
from hasila.rules.occurrences import Lookup
from hasila.rules.page import Page

SYMBOL = {
    "weekday": "W", "month": "M", "homograph_month": "m", "twin": "K", "hijri": "H", "hijri_twin": "h",
    "hijri_dhu": "z", "hijri_last": "Z", "day_word": "y", "month_word": "s", "year": "a", "unit": "U",
    "units": "u", "night_units": "u", "unit_dual": "D", "the_month": "I", "the_year": "A", "the_unit": "T",
    "the_units": "t", "the_dual": "d", "years_of": "b", "the_hour": "c", "part": "P", "adverb_part": "p",
    "the_part": "G", "tonight": "L", "today": "J", "relative_day": "E", "past": "R", "future": "r",
    "current": "C", "following": "x", "same": "i", "this": "j", "that": "k", "position": "B",
    "season": "S", "before": "g", "since": "e", "after": "f", "within": "q", "in": "1", "of": "2", "to": "3",
    "between": "0",
    "every": "4", "for": "5", "now": "6", "vague": "7", "time_word": "8", "past_word": "<",
    "future_word": ">", "hour_word": "Q", "age": "F",
    "long": "=", "few": "w", "hedge": "9", "half": "v", "less": "l", "whole": "&", "set": "$", "decade": "%",
}  # fmt: skip
"""The symbol of each type of lexicon/times.tsv. Numerals: N cardinal, Y four digits that can be a year,
O ordinal, V vague; n a clock time in digits, X a date in digits."""

_TRIGGERS = frozenset("WMmKHhzysaUuDIATtdbcPpGLJERrC6789$%SnXv<>F")
_GAPS = {
    "": "", " ": "", "/": "/", " / ": "/", "/ ": "/", " /": "/", "-": "-", " - ": "-", " (": "(", "(": "(",
    "،": ",", " ،": ",", "، ": ",", " ، ": ",", ",": ",", ", ": ",", ".": ".", ". ": ".", " .": ".",
}  # fmt: skip
"""What may stand between two words of a run, and its mark."""
_DASHED = re.compile("[YN]-N-[YN]|[012e3gfq]Y")
_UNITS_WIN = frozenset("WUuDaysv")


@dataclass(slots=True)
class Word:
    """One item of a run: its span in the form, its symbol, and what it says."""

    start: int
    end: int
    symbol: str
    value: str
    index: int
    numeral: Numeral | None = None
    conjunction: bool = False


@dataclass(slots=True)
class Run:
    """Neighbouring words as a string of symbols; ``words[i]`` belongs to position i (None: a mark)."""

    symbols: str
    words: tuple[Word | None, ...]


@dataclass(frozen=True, slots=True)
class _Shape:
    symbol: str
    value: str
    cut: int
    conjunction: bool
    preposition: bool


def _calendar() -> Iterator[tuple[str, str, str]]:
    """Months and weekdays of CLDR: form, type, value."""
    homographs = {entry["form"] for entry in entries("times") if entry["type"] == "homograph_month"}
    for name in ("ar", "ar_SY", "ar_DZ", "ar_MA", "ar_MR", "en"):
        locale = Locale.parse(name)
        for number, month in locale.months["format"]["wide"].items():
            form = fold(month)
            if " " not in form and form not in homographs and form != "may":
                yield form, "month", str(number)
    for name in ("ar", "en"):
        for number, label in Locale.parse(name).days["format"]["wide"].items():
            yield fold(label), "weekday", str(number)


@cache
def shapes() -> Mapping[str, _Shape]:
    """Every written shape of every time word, with its proclitics."""
    found: dict[str, _Shape] = {}
    known = [(e["form"], e["type"], e["value"]) for e in entries("times") if " " not in e["form"]]
    for form, kind, value in [*known, *_calendar()]:
        symbol = SYMBOL[kind]
        if form.isascii():
            found.setdefault(form, _Shape(symbol, value, 0, False, False))
            continue
        for conjunction in ("", "و", "ف"):
            for preposition in ("", "ب", "ل", "ك"):
                if len(form) < 3 and preposition:
                    continue
                shape = conjunction + preposition + form
                cut = len(conjunction + preposition)
                new = _Shape(symbol, value, cut, bool(conjunction), bool(preposition))
                if not cut and shape in found and found[shape].cut:
                    found[shape] = new
                found.setdefault(shape, new)
            if form.startswith("ال"):
                shape = conjunction + "ل" + form[1:]
                found.setdefault(shape, _Shape(symbol, value, len(conjunction) + 1, bool(conjunction), True))
    return MappingProxyType(found)


_DIGITS = _Shape("", "", 0, False, False)
_TIME_WORDS = Lookup(lambda word: shapes().get(word) or (_DIGITS if word < ":" else None))


def runs(page: Page) -> Iterator[Run]:
    """Every run of the page that holds a word of time."""
    words, tokens, form = page.analysis.words, page.analysis.tokens, page.form
    hits = _TIME_WORDS.on(page)
    telling = {i for i, shape in hits if shape is _DIGITS or shape.symbol in _TRIGGERS}
    telling.update(i for one in numerals(page) for i in (one.first, one.last))
    near = {i + shift for i in telling for shift in (-2, -1, 0, 1, 2)}
    items = {
        i: _word(words[i], i, shape)
        for i, shape in hits
        if i in near and shape is not _DIGITS and page.is_open(words[i][0])
    }
    skip: set[int] = set()
    for one in numerals(page):
        held = [items[i].symbol for i in range(one.first, one.last + 1) if i in items]
        if one.first == one.last and held and held[0] in _UNITS_WIN:
            continue
        for index in range(one.first, one.last + 1):
            items.pop(index, None)
            skip.add(index)
        items[one.first] = _numeral(one)
    for index, shape in hits:
        token = tokens[index]
        if (
            shape is _DIGITS
            and index not in items
            and page.is_open(words[index][0])
            and (symbol := _digits(token))
        ):
            items[index] = Word(*words[index], symbol, token, index)
    yield from _joined(page, form, items, skip)


def _word(span: tuple[int, int], index: int, shape: _Shape) -> Word:
    prefix = ("+" if shape.conjunction else "") + ("~" if shape.preposition else "")
    return Word(
        span[0] + shape.cut, span[1], prefix + shape.symbol, shape.value, index, None, shape.conjunction
    )


def _numeral(one: Numeral) -> Word:
    symbol = "O" if one.kind == "ordinal" else "V" if one.vague else "N"
    value = one.whole
    if symbol == "N" and value and not one.definite:
        spelled = one.form == "words" and 1900 < value < 2100 and value % 100
        if spelled or (one.form == "digits" and 1000 <= value < 2200):
            symbol = "Y"
    prefix = "+" if one.conjunction else ""
    return Word(one.start, one.end, prefix + symbol, str(value), one.last, one, one.conjunction)


def _digits(token: str) -> str:
    if ":" in token:
        hour, _, rest = token.partition(":")
        minute = rest[:2]
        return "n" if len(hour) <= 2 and len(rest) in (2, 5) and int(hour) < 25 and int(minute) < 60 else ""
    return "X" if token.count("/") in (1, 2) or token.count(".") == 2 else ""


def _joined(page: Page, form: str, items: dict[int, Word], skip: set[int]) -> Iterator[Run]:
    symbols: list[str] = []
    words: list[Word | None] = []
    last: Word | None = None
    for first in sorted(items):
        item = items[first]
        begin = page.analysis.words[first][0]
        if item.numeral is not None:
            begin = min(begin, item.start)
        gap = None if last is None else form[last.end : begin]
        mark = _GAPS.get(gap) if gap is not None else None
        if gap == ") " and last is not None and last.numeral is not None and form[last.start - 1] == "(":
            mark = ""  # (66) عاما
            words[-1] = replace(last, start=last.start - 1)
        proclitic = ""
        if gap is not None and mark is None and gap in (" و", " و ", "، و"):
            mark, proclitic = ("," if gap[0] == "،" else ""), "+"
        if gap is not None and mark is None and gap in (" ب", " ل", " ك"):
            mark, proclitic = "", "~"
        if mark is None and symbols:
            yield from _ended(symbols, words)
            symbols, words = [], []
            proclitic = ""
        for symbol in (mark or "") + proclitic if symbols else "":
            symbols.append(symbol)
            words.append(None)
        for symbol in item.symbol[:-1]:
            if not (symbol == "+" and proclitic == "+"):
                symbols.append(symbol)
                words.append(None)
        symbols.append(item.symbol[-1])
        words.append(replace(item, conjunction=True) if proclitic == "+" else item)
        last = item
    yield from _ended(symbols, words)


def _ended(symbols: list[str], words: list[Word | None]) -> Iterator[Run]:
    text = "".join(symbols)
    if not _TRIGGERS.isdisjoint(symbols) or _DASHED.search(text):
        yield Run(text, tuple(words))
