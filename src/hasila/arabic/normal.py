"""The orthographic normal form, with a map back to the raw text.

Folded, one code point for one: hamza and alef forms, ى and ي, ة and ه, Persian letters,
Arabic-Indic and Persian digits, quotation marks, dashes, white space, ASCII capitals.
Dropped: diacritics, tatweel, bidi controls, zero-width characters.
Presentation forms become the letters that they stand for.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np

DIACRITICS = "".join(
    chr(c) for r in ((0x610, 0x61B), (0x64B, 0x660), (0x670, 0x671), (0x6D6, 0x6DD), (0x6DF, 0x6E5),
                     (0x6E7, 0x6E9), (0x6EA, 0x6EE)) for c in range(*r)
)  # fmt: skip
TATWEEL = "ـ"
CONTROLS = (
    "\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad"
)

_FOLDS = {
    "أإآٱ": "ا", "ؤ": "و", "ئىیې": "ي", "ة": "ه", "ک": "ك", "گ": "ك", "ہھ": "ه",
    "“”„‟″«»❝❞〝〞＂": '"', "‘’‚‛′`´": "'", "‐‑‒–—―−﹣－": "-",
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000": " ",
    "\t\r\v\f\x85\u2028\u2029": " ",
    "٫": ".", "٬": ",",
}  # fmt: skip


def _table() -> tuple[dict[int, str | None], str]:
    table: dict[int, str | None] = {}
    for sources, target in _FOLDS.items():
        table.update(dict.fromkeys(map(ord, sources), target))
    for zero in (0x660, 0x6F0):
        table.update({zero + digit: str(digit) for digit in range(10)})
    table.update({ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
    table.update(dict.fromkeys(map(ord, DIACRITICS + TATWEEL + CONTROLS)))
    # ``translate`` is fast for what the table names, slow for what it lacks.
    for code in (*range(0x20, 0x100), *range(0x600, 0x700)):
        table.setdefault(code, chr(code))
    expanded = []
    for code in (*range(0xFB50, 0xFDFE), *range(0xFE70, 0xFEFD)):
        letters = unicodedata.normalize("NFKC", chr(code))
        if letters != chr(code):
            folded = "".join(table.get(ord(c), c) or "" for c in letters if c != " ")
            table[code] = folded or None
            if len(folded) != 1:
                expanded.append(chr(code))
    return table, "".join(expanded)


_TABLE, _EXPANDED = _table()
_UNEVEN = re.compile(f"[{re.escape(DIACRITICS + TATWEEL + CONTROLS + _EXPANDED)}]")
_FOLDED = np.arange(0x110000, dtype="<u4")
"""The table once more, by code point: a look-up in C for each."""
_WIDTH = np.ones(0x110000, dtype=np.uint8)
"""How many code points of the form a code point gives."""
for _code, _letters in _TABLE.items():
    _WIDTH[_code] = len(_letters or "")
    if _letters and len(_letters) == 1:
        _FOLDED[_code] = ord(_letters)
_JOINERS = frozenset("\u200c\u200d")


@dataclass(frozen=True, slots=True)
class Normal:
    """A text, its normal form, and the map between both.

    The two run in step but for what is dropped or expanded: behind each such code point stands a pair of
    places, ``form_steps[i]`` in the form and ``raw_steps[i]`` in the text, that belong together; both begin
    with 0.
    """

    text: str
    form: str
    form_steps: list[int]
    raw_steps: list[int]
    arrays: tuple[np.ndarray, np.ndarray] = field(compare=False, repr=False)
    """``raw_steps``, and what to add behind each to get from the text to the form."""

    def raw_at(self, position: int) -> int:
        """The place in the text of the code point that gave the form's at ``position``."""
        step = bisect_right(self.form_steps, position)
        place = self.raw_steps[step - 1] + position - self.form_steps[step - 1]
        return min(place, self.raw_steps[step] - 1) if step < len(self.raw_steps) else place

    def form_at(self, place: int) -> int:
        """The first position of the form that comes from ``place`` in the text or from behind it."""
        step = bisect_right(self.raw_steps, place) - 1
        return self.form_steps[step] + place - self.raw_steps[step]

    def form_span(self, first: int, last: int) -> tuple[int, int]:
        """The span of the form that covers a span of the text."""
        steps = self.raw_steps
        step = bisect_right(steps, first)
        shift = self.form_steps[step - 1] - steps[step - 1]
        if step == len(steps) or last < steps[step]:
            return first + shift, last + shift
        return first + shift, self.form_at(last)

    def forms_at(self, places: list[int]) -> list[int]:
        """``form_at`` of many places at once."""
        raw, shifts = self.arrays
        found = np.array(places, dtype=np.int64)
        forms: list[int] = (found + shifts[raw.searchsorted(found, side="right") - 1]).tolist()
        return forms

    def raw(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of the form (not empty) to the text.

        Diacritics and other marks on the last letter are inside, so that no grapheme is cut;
        tatweel and controls around are outside.
        """
        text, steps = self.text, self.form_steps
        step = bisect_right(steps, start)
        shift = self.raw_steps[step - 1] - steps[step - 1]
        first, last = start + shift, end + shift
        if step < len(steps) and last >= self.raw_steps[step]:
            first, last = self.raw_at(start), self.raw_at(end - 1) + 1
        while (
            last < len(text)
            and (mark := text[last]) > " "
            and (mark in _JOINERS or unicodedata.category(mark) in ("Mn", "Me", "Mc"))
        ):
            last += 1
        return first, last

    def slice(self, start: int, end: int) -> str:
        """The raw text of a span of the form."""
        first, last = self.raw(start, end)
        return self.text[first:last]


def fold(text: str) -> str:
    """The normal form alone, without a map: for lexicon entries and look-ups."""
    return text.translate(_TABLE)


def normalise(text: str) -> Normal:
    """The normal form of ``text`` with its map, in time linear in the text."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    widths = _WIDTH[codes]
    if widths.max(initial=1) > 1:
        return _normalise_expanded(text)
    dropped = np.flatnonzero(widths == 0)
    kept = np.delete(codes, dropped) if dropped.size else codes
    form = _FOLDED[kept].tobytes().decode("utf-32-le", "surrogatepass")
    raw_steps = np.append(0, dropped + 1)
    return _normal(text, form, np.append(0, dropped - np.arange(dropped.size)), raw_steps)


def _normalise_expanded(text: str) -> Normal:
    form_steps, raw_steps, gained = [0], [0], 0
    for found in _UNEVEN.finditer(text):
        behind = found.end()
        gained += len(_TABLE[ord(found[0])] or "") - 1
        form_steps.append(behind + gained)
        raw_steps.append(behind)
    return _normal(text, text.translate(_TABLE), np.array(form_steps), np.array(raw_steps))


def _normal(text: str, form: str, form_steps: np.ndarray, raw_steps: np.ndarray) -> Normal:
    arrays = raw_steps, form_steps - raw_steps
    return Normal(text, form, form_steps.tolist(), raw_steps.tolist(), arrays)
