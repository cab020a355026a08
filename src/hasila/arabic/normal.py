"""The orthographic normal form, with a map back to the raw text.

Folded, one code point for one: hamza and alef forms, ى and ي, ة and ه, Persian letters,
Arabic-Indic and Persian digits, quotation marks, dashes, white space, ASCII capitals.
Dropped: diacritics, tatweel, bidi controls, zero-width characters.
Presentation forms become the letters that they stand for.
"""

from __future__ import annotations

import unicodedata
from array import array
from dataclasses import dataclass

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


def _table() -> dict[int, str | None]:
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
    for code in (*range(0xFB50, 0xFDFE), *range(0xFE70, 0xFEFD)):
        letters = unicodedata.normalize("NFKC", chr(code))
        if letters != chr(code):
            folded = "".join(table.get(ord(c), c) or "" for c in letters if c != " ")
            table[code] = folded or None
    return table


_TABLE = _table()
_FOLDED = np.arange(0x110000, dtype="<u4")
"""The table once more, by code point: a look-up in C for each."""
_WIDTH = np.ones(0x110000, dtype=np.uint8)
"""How many code points of the form a code point gives."""
for _code, _letters in _TABLE.items():
    _WIDTH[_code] = len(_letters or "")
    if _letters and len(_letters) == 1:
        _FOLDED[_code] = ord(_letters)
_UNSEEN = 2
_MARK = np.full(0x110000, _UNSEEN, dtype=np.uint8)
"""Whether a code point belongs to the one before it; told when a text first has it."""
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Normal:
    """A text, its normal form, and the map between both, place by place."""

    text: str
    form: str
    starts: array[int]
    """For each code point of the form: the place in the text of the one that gave it."""
    ends: array[int]
    """And the end of that one with the marks on it."""
    forms: array[int]
    """For each place in the text and its end: how much of the form comes from before it."""

    def raw_at(self, position: int) -> int:
        """The place in the text of the code point that gave the form's at ``position``."""
        return self.starts[position]

    def form_at(self, place: int) -> int:
        """The first position of the form that comes from ``place`` in the text or from behind it."""
        return self.forms[place]

    def form_span(self, first: int, last: int) -> tuple[int, int]:
        """The span of the form that covers a span of the text."""
        return self.forms[first], self.forms[last]

    def raw(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of the form (not empty) to the text.

        Diacritics and other marks on the last letter are inside, so that no grapheme is cut;
        tatweel and controls around are outside.
        """
        return self.starts[start], self.ends[end - 1]

    def slice(self, start: int, end: int) -> str:
        """The raw text of a span of the form."""
        return self.text[self.starts[start] : self.ends[end - 1]] if start < end else ""


def fold(text: str) -> str:
    """The normal form alone, without a map: for lexicon entries and look-ups."""
    return text.translate(_TABLE)


def normalise(text: str) -> Normal:
    """The normal form of ``text`` with its map, in time linear in the text."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    widths = _WIDTH.take(codes, mode="clip")
    kept = widths > 0
    if widths.max(initial=1) == 1:
        starts = np.flatnonzero(kept)
        form = _FOLDED.take(codes[kept], mode="clip").tobytes().decode("utf-32-le", "surrogatepass")
    else:
        starts = np.repeat(np.arange(codes.size), widths)
        form = text.translate(_TABLE)
    behind = np.arange(1, codes.size + 1)
    marks = np.flatnonzero(_marks(codes[1:])) + 1
    if marks.size:
        ends = np.where(np.append(np.diff(marks) > 1, True), marks + 1, codes.size)
        behind[marks - 1] = np.minimum.accumulate(ends[::-1])[::-1]
    forms = np.zeros(codes.size + 1, dtype=np.int32)
    np.cumsum(widths, out=forms[1:])
    return Normal(text, form, _array(starts), _array(behind[starts]), _array(forms))


def _marks(codes: np.ndarray) -> np.ndarray:
    """Which code points are marks on what is before them."""
    marks = _MARK.take(codes, mode="clip")
    unseen = marks == _UNSEEN
    if unseen.any():
        for code in np.unique(codes[unseen]).tolist():
            _MARK[code] = chr(code) in _JOINERS or unicodedata.category(chr(code)) in ("Mn", "Me", "Mc")
        marks = _MARK.take(codes, mode="clip")
    return marks


def _array(values: np.ndarray) -> array[int]:
    return array("i", values.astype(np.int32).tobytes())
