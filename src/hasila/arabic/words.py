"""Words and their separable proclitics, in the normal form.

The proclitics are the conjunctions و ف, the prepositions ب ل ك and the future س; the article
ال belongs to its noun.
"""

from __future__ import annotations

import re

import numpy as np

LETTER = "[\u0621-\u064a\u066e-\u06d3\u06fa-\u06ff]"
WORD = re.compile(rf"{LETTER}+|[0-9]+(?:[.,:/][0-9]+)*|[a-z_]+(?:['-][a-z]+)*")
"""A run of Arabic letters, a numeral, or a Latin word; a digit glued to letters is a word of its own."""

_ARABIC, _DIGIT, _LATIN, _UNDERSCORE, _POINT, _HYPHEN = range(1, 7)
_KIND = np.zeros(0x110000, dtype=np.uint8)
"""What each code point is in a word; 0: never in one. Points and hyphens are inside a word only."""
for _characters, _kind in ((r"[0-9]", _DIGIT), ("[a-z]", _LATIN), ("_", _UNDERSCORE), ("[.,:/]", _POINT),
                           ("['-]", _HYPHEN), (LETTER, _ARABIC)):  # fmt: skip
    _KIND[[ord(found[0]) for found in re.finditer(_characters, "".join(map(chr, range(0x700))))]] = _kind
_TAIL = re.compile("[a-z]+(?=_)")

NOT_INSIDE = rf"(?<!{LETTER})"
"""Before a match: no Arabic letter on its left."""

ENDS = rf"(?!{LETTER})"
"""After a match: no Arabic letter on its right."""

CONJUNCTION = "[وف]?"
PREPOSITION = "[بلك]?"
CLITICS = f"{CONJUNCTION}{PREPOSITION}"
"""What may be written onto a noun that has no article of its own before it."""


def split_words(form: str) -> tuple[list[str], list[int], list[int]]:
    """The words of a normal form, where they start and where they end: what ``WORD`` finds, in bulk."""
    codes = np.frombuffer(form.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    kinds = np.zeros(codes.size + 2, dtype=np.uint8)  # one place up, so that each has neighbours
    kinds[1:-1] = _KIND.take(codes, mode="clip")
    points, hyphens = np.flatnonzero(kinds == _POINT), np.flatnonzero(kinds == _HYPHEN)
    points = points[(kinds[points - 1] == _DIGIT) & (kinds[points + 1] == _DIGIT)]
    before = kinds[hyphens - 1]
    hyphens = hyphens[((before == _LATIN) | (before == _UNDERSCORE)) & (kinds[hyphens + 1] == _LATIN)]
    kinds[kinds == _UNDERSCORE] = _LATIN
    kinds[kinds > _UNDERSCORE] = 0
    kinds[hyphens] = _LATIN
    kinds[points] = _DIGIT
    edges = np.flatnonzero(kinds[1:] != kinds[:-1])
    begins, ceases = kinds[edges + 1] > 0, kinds[edges] > 0
    starts, ends, glued = edges[begins], edges[ceases], edges[begins & ceases]
    # What follows a hyphen ends before an underscore, which begins a word of its own.
    cuts = [tail.end() for hyphen in hyphens.tolist() if (tail := _TAIL.match(form, hyphen))]
    if cuts:
        starts, ends = np.sort(np.append(starts, cuts)), np.sort(np.append(ends, cuts))
        glued = np.append(glued, cuts)
    spaced = np.where(kinds[1:-1] > 0, codes, ord(" "))
    if glued.size:
        spaced = np.insert(spaced, glued, ord(" "))
    return spaced.tobytes().decode("utf-32-le").split(), starts.tolist(), ends.tolist()


def with_article(stem: str) -> str:
    """A pattern for a noun written with ال: ``الحسكه``, ``بالحسكه``, ``وللحسكه``.

    The group ``(?P<noun>…)`` starts where the span does: at ال, or at the second ل of لل.
    """
    return rf"{CONJUNCTION}(?:{PREPOSITION}(?P<noun>ال{stem})|ل(?P<contracted>ل{stem}))"


def proclitic_cuts(word: str) -> list[int]:
    """Every place in a folded word at which a proclitic could end, 0 included, shortest first."""
    cuts = [0]
    at = 0
    if len(word) > 2 and word[0] in "وف":
        at = 1
        cuts.append(at)
    if len(word) - at > 2 and word[at] in "بلكس":
        cuts.append(at + 1)
    return cuts


_SAFE = re.compile(r"([وف]?)(?:([بك])(?=ال..)|(ل)(?=ل..))|([وف])(?=ال..)")


def separate(word: str) -> list[int]:
    """The offsets at which a folded word's certain proclitics end (before ال or لل); often none."""
    found = _SAFE.match(word)
    if not found:
        return []
    return sorted({end for group in range(1, 5) if (end := found.end(group)) > 0})
