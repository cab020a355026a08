"""The counted nouns of the lexicon, in whatever number, case or with whatever pronoun they stand."""

from __future__ import annotations

from functools import cache, lru_cache

from hasila.rules.lexicon import Entry, by_form

_PRONOUN = ("هم", "ها", "هن", "نا", "ه")
_ENDINGS = (
    ("تين", "ه"),
    ("تان", "ه"),
    ("تي", "ه"),
    ("تا", "ه"),
    ("ات", "ه"),
    ("ين", ""),
    ("ون", ""),
    ("ان", ""),
    ("ا", ""),
    ("ي", ""),
    ("و", ""),
)


_FEMININE = ("ه", "تان", "تين", "ات")


def _person(form: str) -> Entry | None:
    """The entry of the man's noun of which a word is the woman's: ``طفلة``, ``طفلتان``."""
    for ending in _FEMININE:
        entry = counted_nouns().get(form.removesuffix(ending)) if form.endswith(ending) else None
        if entry and entry["type"] == "person":
            return entry
    return None


@cache
def counted_nouns() -> dict[str, Entry]:
    """The lexicon by folded form."""
    return by_form("counted")


@lru_cache(maxsize=1 << 12)
def counted(word: str) -> Entry | None:
    """The entry of a counted noun, whatever its article, number, case or pronoun."""
    nouns = counted_nouns()
    bare = word[2:] if word.startswith(("ال", "لل")) and len(word) > 4 else word
    for form in (word, bare):
        if form in nouns:
            return nouns[form]
    for form in (bare, *(bare[: -len(p)] for p in _PRONOUN if bare.endswith(p) and len(bare) > len(p) + 2)):
        if form in nouns:
            return nouns[form]
        if form.endswith("ت") and form[:-1] + "ه" in nouns:
            return nouns[form[:-1] + "ه"]
        if form.endswith(_FEMININE) and (entry := _person(form)):
            return entry
        for ending, put in _ENDINGS:
            if form.endswith(ending) and form[: -len(ending)] + put in nouns:
                return nouns[form[: -len(ending)] + put]
    return None
