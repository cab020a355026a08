"""Numerals: every cardinal, ordinal and vague quantity in digits or words, read once.

Candidates are found by looking words up, then neighbours are composed by the grammar: units
before tens, hundreds, scales in falling order, digits beside words. Timexes and numbers both
read the result; what a numeral means there is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from hasila.rules.numbers.numeral_words import ATOMS, DIGITS, Atom, Value, digits_value, whole_or_fraction
from hasila.rules.page import Page

LARGEST = 2**53 - 1
_FAR = 10**30


@dataclass(slots=True)
class Numeral:
    """A numeral: span in the form, first and last word (indexes into ``analysis.words``), value.

    ``value`` is None for a vague quantity; ``scale`` is the last multiplier written (1: none).
    """

    start: int
    end: int
    first: int
    last: int
    value: Value | None
    kind: str
    form: str
    definite: bool
    conjunction: bool
    scale: int = 1
    vague: str | None = None

    @property
    def whole(self) -> int | None:
        """The value where it is a whole number."""
        return self.value if isinstance(self.value, int) else None


_AND_ONE = Atom("joined", 1, 1, True, False)
"""``واحد`` read as و + أحد, before عشر."""

_GROUPS = re.compile(r"[0-9]{1,3}(?:(?: [0-9]{3}){2,9}| 000|(?:،[0-9]{3}){2,9})(?![0-9.,:/])")


def numerals(page: Page) -> list[Numeral]:
    """The numerals of a page, in text order, not overlapping; computed once."""
    if "numerals" not in page.shared:
        page.shared["numerals"] = list(_Reader(page).read())
    found: list[Numeral] = page.shared["numerals"]
    return found


class _Reader:
    """Composes neighbouring atoms; holds what all its steps read."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.form = page.form
        self.words: Sequence[tuple[int, int]] = page.analysis.words
        self.tokens: Sequence[str] = page.analysis.tokens
        self.atoms: dict[int, Atom] = dict(ATOMS.on(page))

    def read(self) -> list[Numeral]:
        found: list[Numeral] = []
        after = -1
        for index, atom in self.atoms.items():
            if index <= after or not self.page.is_open(self.words[index][0]):
                continue
            one = self.compose(index, atom)
            if one is not None:
                found.append(one)
                after = one.last
        return found

    def near(self, left: int, right: int) -> bool:
        """Whether nothing but spaces stands between two neighbouring words."""
        gap = self.form[self.words[left][1] : self.words[right][0]]
        return gap == " " or not gap.strip(" ")

    def following(self, index: int) -> tuple[int, Atom, bool] | None:
        """The next atom, its index, and whether و joins it (written onto it or alone)."""
        at = index + 1
        atom = self.atoms.get(at)
        if atom is None:
            joined = self.atoms.get(at + 1)
            if joined is None or self.tokens[at] not in ("و", "وال"):
                return None
            if not (self.near(index, at) and self.near(at, at + 1)):
                return None
            return None if joined.conjunction and self.tokens[at] == "و" else (at + 1, joined, True)
        if (atom.cut and not atom.conjunction) or atom.cut > 1 or not self.near(index, at):
            return None
        if self.tokens[at] == "واحد" and self.tokens[at + 1 : at + 2] in (["عشر"], ["عشره"]):
            return at, _AND_ONE, True
        return at, atom, atom.conjunction

    def compose(self, index: int, atom: Atom) -> Numeral | None:
        if atom.kind == "digits":
            return self.from_digits(index)
        if atom.kind in ("ordinal", "joined_ordinal"):
            return self.from_ordinal(index, atom)
        if atom.kind in ("vague", "several", "scales"):
            return self.from_vague(index, atom)
        if atom.kind == "amount" or (atom.kind == "scale" and self._names_place(index)):
            return None
        if atom.kind.startswith("english"):
            value = None if atom.vague else atom.value
            return self.numeral(index, index, atom, value, vague=atom.vague or None)
        if atom.kind == "fraction":
            return self.from_fraction(index, atom)
        return self.cardinal(index, atom)

    def _names_place(self, index: int) -> bool:
        """``قرية بليون``: a scale behind a singular that it cannot count."""
        before = self.tokens[index - 1] if index and self.near(index - 1, index) else ""
        return before.endswith(("قريه", "بلده", "مدينه", "بلديه", "ناحيه", "حي", "مخيم"))

    def numeral(
        self, first: int, last: int, atom: Atom, value: Value | None, *, kind: str = "cardinal",
        scale: int = 1, vague: str | None = None, form: str = "words",
    ) -> Numeral | None:  # fmt: skip
        if value is not None:
            value = whole_or_fraction(value)
            if value > LARGEST:
                return None
        return Numeral(
            self.words[first][0] + atom.cut, self.words[last][1], first, last, value, kind,
            "vague" if vague else form,
            atom.definite, atom.conjunction, scale, vague,
        )  # fmt: skip

    def from_digits(self, index: int) -> Numeral | None:
        start, end = self.words[index]
        last = index
        value = digits_value(self.tokens[index])
        if self.form[end + 1 : end + 2].isdecimal() and (grouped := _GROUPS.match(self.form, start)):
            value = int(re.sub("[ ،]", "", grouped[0]))
            end = grouped.end()
            while last + 1 < len(self.words) and self.words[last + 1][0] < end:
                last += 1
        if value is None:
            return None
        first, atom = index, DIGITS
        if index and self.words[index - 1][1] == start:
            before = self.tokens[index - 1]
            if before in ("ال", "وال", "بال", "فال", "لل", "كال", "ولل", "وبال"):
                first, start = index - 1, self.words[index - 1][0] + len(before) - 2
            atom = Atom("digits", 0, 0, before.startswith(("و", "ف")), first < index)
        if last + 1 in self.atoms or last + 2 in self.atoms:
            one = self.cardinal(last, atom, value)
        else:
            one = self.numeral(last, last, atom, value, form="digits")
        if one is not None:
            one.start, one.first = start, first
        return one

    def cardinal(self, index: int, atom: Atom, value: Value | None = None) -> Numeral | None:
        """Compose from ``index`` on; ``value`` is given where the first atom is digits."""
        total: Value = 0
        current = value
        limit, scale, last, digits, words = _FAR, 1, index, value is not None, value is None
        tail = "digits"
        if value is None:
            tail = atom.kind
            if atom.kind in ("scale", "double"):
                count = 2 if atom.kind == "double" else 1
                total, scale, current = atom.value, atom.value // count, None
                limit, tail = scale, "scale"
                if self.tokens[index][atom.cut :] == "الفا":
                    total = 2000 if self._dual_alif(index) else total
            else:
                current = atom.value
        pending = atom.kind == "joined"
        while step := self.following(last):
            at, other, joined = step
            if other.definite and not (
                atom.definite and ((joined and other.kind == "tens") or other.kind in ("scale", "scales"))
            ):
                break
            kind = other.kind
            if not joined and not other.conjunction:
                if kind == "ten" and tail in ("unit", "joined") and current is not None and current % 10:
                    current, tail, pending = current + 10, "teen", False
                elif kind == "hundred" and other.value == 100 and current is not None and current < 100:
                    if tail not in ("unit", "tens"):
                        break
                    current, tail = current * 100, "hundred"
                elif kind in ("scale", "scales") and tail != "scale" and current is not None and not pending:
                    if other.value >= limit:
                        break
                    total, limit, scale = total + current * other.value, other.value, other.value
                    current, tail = None, "scale"
                elif kind in ("scale", "scales") and tail == "scale" and other.value >= limit:
                    total, limit, scale, tail = total * other.value, other.value, other.value, "scale"
                else:
                    break
            elif kind == "tens" and tail in ("unit", "joined") and current is not None and current % 10:
                current, tail, pending = current + other.value, "tens", False
            elif kind in ("unit", "ten", "tens", "joined", "teen") and tail == "hundred":
                assert current is not None
                if kind == "joined" and not self._completed(at):
                    break
                current, tail, pending = current + other.value, kind, kind == "joined"
            elif kind in ("unit", "ten", "tens", "hundred", "joined", "teen") and tail == "scale":
                if other.value >= limit or (kind == "joined" and not self._completed(at)):
                    break
                if self._scaled(at, limit):
                    break
                current, tail, pending = other.value, kind, kind == "joined"
            elif kind in ("scale", "double") and tail == "scale" and not pending:
                count = 2 if kind == "double" else 1
                if other.value // count >= limit:
                    break
                total, limit = total + other.value, other.value // count
            elif kind == "digits" and tail == "scale":
                part = digits_value(self.tokens[at])
                if part is None or part.denominator != 1 or part >= limit:
                    break
                current, tail, digits = part, "digits", True
                last = at
                continue
            elif kind == "fraction" and tail == "scale" and not other.definite and scale > 1:
                total, last = total + Fraction(scale, other.value), at
                follow = self.following(last)
                if follow and follow[1].definite and follow[1].kind == "scale" and follow[1].value == scale:
                    last = follow[0]
                break
            else:
                break
            if total > LARGEST:
                return None
            words = True
            last = at
        if pending:
            return None
        result = current if current is not None and not total else total + (current or 0)
        if self._point(last):
            return self._with_point(index, last, atom, result)
        form = "words" if not digits else "mixed" if words else "digits"
        one = self.numeral(index, last, atom, result, scale=scale, form=form)
        if one is not None and form == "words" and one.definite and self._ranks(one):
            one.kind = "ordinal"
            self._beyond(one)
        return one

    def _dual_alif(self, index: int) -> bool:
        """Whether الفا is the construct of ألفان: no tanwin is written and a noun follows."""
        return "ً" not in self._raw(index) and index + 1 < len(self.words) and self.near(index, index + 1)

    def _raw(self, index: int) -> str:
        """A word as it is written."""
        return self.page.analysis.normal.slice(*self.words[index])

    def _completed(self, at: int) -> bool:
        """Whether a word like أحد is followed by عشر or by و and a ten."""
        step = self.following(at)
        return bool(
            step and ((step[1].kind == "ten" and not step[2]) or (step[1].kind == "tens" and step[2]))
        )

    def _scaled(self, at: int, limit: int) -> bool:
        """Whether a scale of ``limit`` or more follows: ``ألفين وثلاثة آلاف`` are two numerals."""
        step = self.following(at)
        return bool(step and not step[2] and step[1].kind in ("scale", "scales") and step[1].value >= limit)

    def _point(self, last: int) -> bool:
        return last + 2 < len(self.words) and self.tokens[last + 1] == "فاصله" and last + 2 in self.atoms

    def _with_point(self, first: int, last: int, atom: Atom, whole: Value) -> Numeral | None:
        """``أربعة فاصلة خمسة مليون``."""
        decimals = self.atoms[last + 2]
        value = whole + Fraction(decimals.value, 10 ** len(str(decimals.value)))
        last += 2
        step = self.following(last)
        scale = 1
        if step and not step[2] and step[1].kind in ("scale", "scales"):
            last, scale = step[0], step[1].value
        return self.numeral(first, last, atom, value * scale, scale=scale)

    def _ranks(self, one: Numeral) -> bool:
        """Whether a definite numeral of more than ten ranks (القرن العشرون) rather than counts."""
        if one.value is None or one.value <= 10 or (one.scale > 1 and one.first != one.last):
            return False
        if one.last + 1 < len(self.words) and self.near(one.last, one.last + 1):
            return not self.tokens[one.last + 1].endswith("ا")
        return True

    def _beyond(self, one: Numeral) -> None:
        """``الحادي والعشرون بعد المئة``: what stands after بعد is added."""
        at = one.last + 1
        if at + 1 >= len(self.words) or self.tokens[at] != "بعد" or not self.near(one.last, at):
            return
        atom = self.atoms.get(at + 1)
        if atom is None or not atom.definite or atom.kind in ("ordinal", "digits", "vague", "several"):
            return
        rest = self.cardinal(at + 1, atom)
        if rest and rest.value is not None and one.value is not None and rest.value > one.value:
            one.value = whole_or_fraction(one.value + rest.value)
            one.last, one.end = rest.last, rest.end

    def from_ordinal(self, index: int, atom: Atom) -> Numeral | None:
        if self.tokens[index].endswith("اولي") and self._raw(index).rstrip("\u064b\u0651").endswith("ي"):
            return None  # أولي: preliminary
        last, value = index, atom.value
        step = self.following(index)
        joined = atom.kind == "joined_ordinal"
        if step and not step[2] and step[1].kind == "ten" and not step[1].definite and value < 10:
            last, value, joined = step[0], value + 10, False
        elif step and step[2] and step[1].kind == "tens" and step[1].definite == atom.definite and value < 10:
            last, value, joined = step[0], value + step[1].value, False
        if joined:
            return None
        one = self.numeral(index, last, atom, value, kind="ordinal")
        if one is not None:
            self._beyond(one)
        return one

    def from_vague(self, index: int, atom: Atom) -> Numeral | None:
        if self.tokens[index].endswith("عده") and not self._raw(index).rstrip("ًٌٍَُِّْ").endswith("ة"):
            return None  # عدّه: a verb or another noun
        vague = atom.vague or _CLASS.get(atom.value, "millions")
        last = index
        step = self.following(index)
        if step and not step[2]:
            other = step[1]
            if other.kind in ("vague", "scales"):
                last, vague = step[0], other.vague or _CLASS.get(other.value, "millions")
            elif other.kind in ("scale",) and atom.kind == "several":
                return None
            elif other.kind == "ten" and atom.kind == "several":
                last, vague = step[0], "tens"
        return self.numeral(index, last, atom, None, vague=vague)

    def from_fraction(self, index: int, atom: Atom) -> Numeral | None:
        """``نصف مليون`` is a quantity; a fraction of anything else is a proportion."""
        step = self.following(index)
        if step and not step[2] and step[1].kind in ("scale", "unit") and step[1].value >= 12:
            scale = step[1].value
            return self.numeral(index, step[0], atom, Fraction(scale, atom.value), scale=scale)
        return None


_CLASS = {1000: "thousands"}
