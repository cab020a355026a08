"""Sentences: a line break always ends one; so does . ! ? ؟ before white space or the end."""

from __future__ import annotations

import re

import numpy as np

_MAY_END = np.zeros(0x110000, dtype=bool)
_MAY_END[list(map(ord, ".!?؟…\n"))] = True
_END = re.compile(r"\n+|[.!?؟…]+(?P<closed>[\"')\]]*(?=\s|$))?")
"""What may end a sentence: a line break does, marks only if they are closed."""
_INITIAL = re.compile(r"(?:^|[\s\"(])(?:[A-Za-z\u0621-\u064a])\.$")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the sentences of ``text`` (raw or normal form), white space trimmed."""
    spans: list[tuple[int, int]] = []
    start = behind = 0
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    for mark in np.flatnonzero(_MAY_END.take(codes, mode="clip")).tolist():
        if mark < behind:
            continue
        found = _END.match(text, mark)
        assert found
        behind = found.end()
        if text[mark] != "\n":
            if found["closed"] is None:
                continue
            if (
                behind == mark + 1
                and text[mark] == "."
                and _INITIAL.search(text, max(start, mark - 3), behind)
            ):
                continue
        _add(text, start, behind, spans)
        start = behind
    _add(text, start, len(text), spans)
    return spans


def _add(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if right > left:
        spans.append((start + left, start + right))
