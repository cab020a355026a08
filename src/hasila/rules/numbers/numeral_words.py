"""The words of numerals: each written shape with its clitics, and digits with their separators."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from types import MappingProxyType

from hasila.rules.lexicon import entries
from hasila.rules.occurrences import Lookup

Value = int | Fraction
"""What a numeral says; a fraction only where it is no whole number."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One word of a numeral as it stands: what it is, its value, and the clitics written onto it."""

    kind: str
    value: int
    cut: int
    conjunction: bool
    definite: bool
    vague: str = ""


_BARE_ONLY = frozenset({"ست", "ميه", "تسع", "ثاني", "اول", "الفي"})
"""Short words that a preposition turns into another word (لست، كميه، لتسع)."""


@cache
def lexicon() -> Mapping[str, Atom]:
    """Every written shape of every numeral word, with its proclitics and article."""
    found: dict[str, Atom] = {}
    for entry in entries("numbers"):
        form, kind = entry["form"], entry["type"]
        vague = entry["value"] if kind in ("vague", "several", "amount", "english_vague") else ""
        value = 0 if vague else int(entry["value"])
        if kind.startswith("english"):
            found.setdefault(form, Atom(kind, value, 0, False, False, vague))
            continue
        for conjunction in ("", "و", "ف"):
            for preposition in ("", "ب", "ل", "ك"):
                if preposition and form in _BARE_ONLY and preposition != "ب":
                    continue
                cut = len(conjunction + preposition)
                shape = conjunction + preposition + form
                found.setdefault(shape, Atom(kind, value, cut, bool(conjunction), False, vague))
                if preposition != "ل" and form != "العديد":
                    shape = conjunction + preposition + "ال" + form
                    found.setdefault(shape, Atom(kind, value, cut, bool(conjunction), True, vague))
            shape = f"{conjunction}لل{form}"
            found.setdefault(shape, Atom(kind, value, len(conjunction) + 1, bool(conjunction), True, vague))
    return MappingProxyType(found)


DIGITS = Atom("digits", 0, 0, False, False)
ATOMS = Lookup(lambda word: lexicon().get(word) or (DIGITS if word < ":" else None))
"""The words that numerals are made of."""

_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*(?:[.,]([0-9]+))?")
_DECIMAL = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?")


def whole_or_fraction(value: Value) -> Value:
    """The value as an integer where it is a whole number."""
    return value.numerator if value.denominator == 1 else value


def digits_value(text: str) -> Value | None:
    """The value of digits with separators: ``10.000``, ``1,234,567``, ``15,00``, ``2.5``.

    A separator before exactly three digits groups thousands; None for a clock time or fraction.
    """
    if len(text) > 40:
        return None
    if text.isdecimal():
        return int(text)
    if grouped := _GROUPED.fullmatch(text):
        whole = text if grouped[2] is None or len(grouped[2]) == 3 else text[: grouped.start(2) - 1]
        if grouped[2] is not None and len(grouped[2]) != 3:
            return whole_or_fraction(Fraction(re.sub("[.,]", "", whole) + "." + grouped[2]))
        return int(re.sub("[.,]", "", whole))
    if _DECIMAL.fullmatch(text):
        return whole_or_fraction(Fraction(text.replace(",", ".")))
    return None
