"""Sentences: a line break always ends one; so does . ! ? ؟ before white space or the end."""

from __future__ import annotations

import re

# One set of characters comes first, so that the search runs from one of them to the next.
_END = re.compile(r"[.!?؟…\n](?:(?<=\n)\n*|(?<!\n)[.!?؟…]*[\"')\]]*(?=\s|$))")
_INITIAL = re.compile(r"(?:^|[\s\"(])(?:[A-Za-z\u0621-\u064a])\.$")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the sentences of ``text`` (raw or normal form), white space trimmed."""
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _END.finditer(text):
        if found[0] == "." and _INITIAL.search(text, max(start, found.start() - 3), found.end()):
            continue
        _add(text, start, found.end(), spans)
        start = found.end()
    _add(text, start, len(text), spans)
    return spans


def _add(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if right > left:
        spans.append((start + left, start + right))
