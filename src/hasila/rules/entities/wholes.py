"""What a head noun makes with the name behind it: the whole, and the name within."""

from __future__ import annotations

from hasila.rules.entities.names import Hit, parts
from hasila.rules.entities.reader import Found, Mention, Reader


def with_adjective(reader: Reader, end: int) -> int:
    """The end with the adjectives that belong to a building's or body's name."""
    following = reader.next_word(end)
    if following and following[0] in parts("site"):
        return following[2]
    return end


def nested(head: Hit, found: Found, key: str, type_: str | None = None) -> Mention:
    """The name within, of the type that the lexicon, the pattern or the head noun gives it."""
    form = found.hit.form if found.hit else head.form
    rule = "entity.name" if found.hit else f"entity.{form.takes}"
    learned = found.hit is None
    return Mention(found.start, found.end, type_ or form.type, "NAM", rule, key, form.kinds, 0, 0, learned)


def outer(head: Hit, end: int, key: str, kinds: tuple[str, ...] = ()) -> Mention:
    """The whole from the head noun to ``end``; ``kinds`` are those of the name within."""
    form = head.form
    merged = tuple(dict.fromkeys((*form.kinds, *kinds))) if kinds else form.kinds
    return Mention(
        head.start, end, form.type, form.level, f"entity.{form.takes}", key, merged, form.contracted, 2
    )


def surface(reader: Reader, start: int, end: int) -> str:
    """A span's words without quotation marks, as a key."""
    return reader.text[start:end].replace('"', "").replace("  ", " ")
