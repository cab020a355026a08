"""Words of time as symbols: one letter a word, so that rules are patterns over a short string.

A run of neighbouring time words, numerals and particles becomes such a string; ``+`` stands before a
word with و written onto it, ``~`` before one with ب, ل or ك; ``/ - , ( .`` stand for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from babel import Locale

from hasila.arabic.normal import fold
from hasila.rules.lexicon import entries
from hasila.rules.numbers.numerals import Numeral, numerals
from hasila.rules.occurrences import Lookup
from hasila.rules.page import Page

SYMBOL = {
    "weekday": "W", "month": "M", "homograph_month": "m", "twin": "K", "hijri": "H", "hijri_twin": "h",
    "hijri_dhu": "z", "hijri_last": "Z", "day_word": "y", "month_word": "s", "year": "a", "unit": "U",
    "units": "u", "night_units": "u", "unit_accusative": "u", "unit_dual": "D",
    "the_month": "I", "the_year": "A", "the_unit": "T",
    "the_units": "t", "the_dual": "d", "years_of": "b", "the_hour": "c", "part": "P", "adverb_part": "p",
    "meridiem": "o", "the_part": "G", "tonight": "L", "today": "J", "relative_day": "E",
    "past": "R", "future": "r",
    "current": "C", "following": "x", "same": "i", "this": "j", "that": "k", "position": "B", "holiday": "!",
    "season": "S", "before": "g", "since": "e", "after": "f", "within": "q", "in": "1", "at": "@", "of": "2",
    "to": "3", "between": "0",
    "every": "4", "for": "5", "now": "6", "vague": "7", "time_word": "8", "past_word": "<",
    "future_word": ">", "hour_word": "Q", "age": "F", "moment": ":",
    "long": "=", "few": "w", "hedge": "9", "half": "v", "less": "l", "whole": "&", "set": "$", "decade": "%",
}  # fmt: skip
"""The symbol of each type of lexicon/times.tsv. Numerals: N cardinal, Y four digits that can be a year,
O ordinal, V vague; n a clock time in digits, X a date in digits."""

_TRIGGERS = frozenset("WMmKHhzysaUuDIATtdbcPpGLJERrC6789$%SnXv<>F:")
_GAPS = {
    "": "", " ": "", "/": "/", " / ": "/", "/ ": "/", " /": "/", "-": "-", " - ": "-", " (": "(", "(": "(",
    "،": ",", " ،": ",", "، ": ",", " ، ": ",", ",": ",", ", ": ",", ".": ".", ". ": ".", " .": ".",
    " و": "+", " و ": "+", "، و": ",+", " ب": "~", " ل": "~", " ك": "~",
}  # fmt: skip
"""What may stand between two words of a run, and its marks."""
_DASHED = re.compile(r"[YN]([-/])N\1[YN]|Y-N|[012e3gfqB]Y|v[OR]Y")
_SPACES = re.compile("  +")
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
    words: list[Word | None]


@dataclass(frozen=True, slots=True)
class _Shape:
    """A word as it stands: its symbol behind the marks of what is written onto it."""

    symbol: str
    value: str
    cut: int = 0
    conjunction: bool = False


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
            found.setdefault(form, _Shape(symbol, value))
            continue
        for conjunction in ("", "و", "ف"):
            for preposition in ("", "ب", "ل", "ك"):
                if len(form) < 3 and preposition:
                    continue
                shape = conjunction + preposition + form
                cut = len(conjunction + preposition)
                marks = ("+" if conjunction else "") + ("~" if preposition else "")
                new = _Shape(marks + symbol, value, cut, bool(conjunction))
                if not cut and shape in found and found[shape].cut:
                    found[shape] = new
                found.setdefault(shape, new)
            if form.startswith("ال"):
                shape = conjunction + "ل" + form[1:]
                marks = "+~" if conjunction else "~"
                new = _Shape(marks + symbol, value, len(conjunction) + 1, bool(conjunction))
                found.setdefault(shape, new)
    return MappingProxyType(found)


def _digits(word: str) -> _Shape:
    """Digits that are a clock time or a date; no symbol where they are a numeral."""
    symbol = "X" if word.count("/") in (1, 2) or word.count(".") == 2 else ""
    if ":" in word:
        hour, _, rest = word.partition(":")
        clock = len(hour) <= 2 and len(rest) in (2, 5) and int(hour) < 25 and int(rest[:2]) < 60
        symbol = "n" if clock else ""
    return _Shape(symbol, word)


def _telling(word: str) -> _Shape | None:
    if word < ":":
        return _digits(word)
    shape = shapes().get(word)
    return shape if shape and shape.symbol[-1] in _TRIGGERS else None


@cache
def _particles() -> Mapping[str, _Shape]:
    """The words that only stand between those that tell."""
    return {word: shape for word, shape in shapes().items() if shape.symbol[-1] not in _TRIGGERS}


_TELLING = Lookup(_telling)
"""Words that make a run one of time, and all digits."""


def runs(page: Page) -> list[Run]:
    """Every run of the page that holds a word of time."""
    form, starts = page.form, page.analysis.starts
    found: list[Run] = []
    symbols, words, reach = "", list[Word | None](), -1
    last: Word | None = None
    for first, item in sorted(_items(page).items()):
        symbol, marks = item.symbol, None
        if last is not None and first <= reach:
            gap = form[last.end : starts[first]]
            marks = _GAPS.get(gap)
            if marks is None:
                marks = _rare_mark(gap, symbols, symbol)
            if gap == ") " and last.numeral is not None and form[last.start - 1] == "(":
                last.start -= 1  # (66) عاما
                marks = ""
        if marks is None:
            if _of_time(symbols):
                found.append(Run(symbols, words))
            symbols, words = "", []
        elif marks:
            if marks[-1] == "+":
                item.conjunction = True
                symbol = symbol.lstrip("+")
            symbol = marks + symbol
        symbols += symbol
        words += [None] * (len(symbol) - 1)
        words.append(item)
        last, reach = item, item.index + 2
    if _of_time(symbols):
        found.append(Run(symbols, words))
    return found


def _rare_mark(gap: str, symbols: str, symbol: str) -> str | None:
    """The marks of what seldom stands between two words of a run; None where it ends the run."""
    if gap == ") " and symbols.endswith(("(M", "(m", "(KO")):  # شباط (فبراير) 2018
        return ""
    if gap == " ما " and symbol in ("g", "f"):  # الأسبوع ما قبل الماضي
        return ""
    return _GAPS.get(_SPACES.sub(" ", gap)) if "  " in gap else None


def _of_time(symbols: str) -> bool:
    return not _TRIGGERS.isdisjoint(symbols) or (len(symbols) > 1 and _DASHED.search(symbols) is not None)


def _items(page: Page) -> dict[int, Word]:
    """The words of time, the numerals and the particles near them, by their first word."""
    words, tokens, form = page.analysis.words, page.analysis.tokens, page.form
    shapes, particles, read = dict(_TELLING.on(page)), _particles(), numerals(page)
    centres = {*shapes, *[one.first for one in read], *[one.last for one in read]}
    near: set[int] = set()
    for shift in (-2, -1, 1, 2):
        near.update(map(shift.__add__, centres))
    for index in near:
        if 0 <= index < len(tokens) and (particle := particles.get(tokens[index])):
            shapes[index] = particle
    items: dict[int, Word] = {}
    for index, shape in shapes.items():
        start, end = words[index]
        if shape.symbol and form[start] != "\n":
            items[index] = Word(
                start + shape.cut, end, shape.symbol, shape.value, index, None, shape.conjunction
            )
    for one in read:
        held = items.get(one.first)
        if held is not None and one.first == one.last and held.symbol in _UNITS_WIN:
            continue
        for index in range(one.first + 1, one.last + 1):
            items.pop(index, None)
        items[one.first] = _numeral(one)
    return items


def _numeral(one: Numeral) -> Word:
    value = one.whole
    symbol = "O" if one.kind == "ordinal" else "V" if one.vague else "N"
    if symbol == "N" and value and not one.definite:
        spelled = one.form == "words" and 1900 < value < 2100 and value % 100
        if spelled or (one.form == "digits" and 1000 <= value < 2200):
            symbol = "Y"
    if one.conjunction:
        symbol = "+" + symbol
    return Word(one.start, one.end, symbol, str(value), one.last, one, one.conjunction)
