"""The one analysis of a text that all rule layers share."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from hasila.arabic.normal import Normal, normalise
from hasila.arabic.sentences import sentence_spans
from hasila.arabic.words import split_words


@dataclass(frozen=True)
class Analysis:
    """A text in its normal form; every offset below is one of the form.

    ``normal.raw(start, end)`` maps a span back to the text as it stands on disk.
    """

    normal: Normal
    tokens: list[str]
    """The words themselves, parallel to ``words``: look-ups find candidates here, not patterns."""
    starts: list[int]
    """Where the words start."""
    words: list[tuple[int, int]]
    """Spans of the words."""

    @property
    def text(self) -> str:
        """The raw text."""
        return self.normal.text

    @property
    def form(self) -> str:
        """The normal form."""
        return self.normal.form

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Spans of the sentences, in order, white space outside."""
        return sentence_spans(self.form)

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    def sentence_at(self, position: int) -> tuple[int, int]:
        """The sentence that holds ``position``, or the last one that starts before it."""
        found = bisect_right(self._sentence_starts, position) - 1
        return self.sentences[max(found, 0)]

    def word_at(self, position: int) -> int:
        """The index in ``words`` of the word that holds ``position``, or the last before it (-1: none)."""
        return bisect_right(self.starts, position) - 1


def analyse(text: str) -> Analysis:
    """Analyse a raw text; linear in its length, nothing is kept between calls."""
    normal = normalise(text)
    tokens, starts, ends = split_words(normal.form)
    return Analysis(normal, tokens, starts, list(zip(starts, ends, strict=True)))
