"""Words and their separable proclitics, in the normal form.

The proclitics are the conjunctions و ف, the prepositions ب ل ك and the future س; the article
ال belongs to its noun.
"""

from __future__ import annotations

import re

LETTER = "[\u0621-\u064a\u066e-\u06d3\u06fa-\u06ff]"
WORD = re.compile(rf"{LETTER}+|[0-9]+(?:[.,:/][0-9]+)*|[a-z_]+(?:['-][a-z]+)*")
"""A run of Arabic letters, a numeral, or a Latin word; a digit glued to letters is a word of its own."""

NOT_INSIDE = rf"(?<!{LETTER})"
"""Before a match: no Arabic letter on its left."""

ENDS = rf"(?!{LETTER})"
"""After a match: no Arabic letter on its right."""

CONJUNCTION = "[وف]?"
PREPOSITION = "[بلك]?"
CLITICS = f"{CONJUNCTION}{PREPOSITION}"
"""What may be written onto a noun that has no article of its own before it."""


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
