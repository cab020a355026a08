"""Where what a cue reports begins and ends. Offsets are of the normal form."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from hasila.arabic.words import ENDS
from hasila.rules.inflect import Hit
from hasila.rules.lexicon import forms, one_of
from hasila.rules.page import Page

Span = tuple[int, int]

_THAT = re.compile(rf"ان(?:ه|ها|هم|هما|هن|ني|نا|نهم|ك)?{ENDS}")
_PREPOSITION = re.compile(r"(?:عن|من|الي|علي)(?= )")
_MARKS = 24
_CUES = 12
_REACH = 1200
"""How far a quotation reaches from its cue, in characters; with the two above it keeps the time linear."""
_THAT_BEHIND = re.compile(rf"[ ]*ان{ENDS}")
_COLON = re.compile(r" *:")
_TOKEN = re.compile(r"\S+")
_PRONOUN = re.compile(r'ان\w{1,3} *(?=")')
_SENTENCE_END = re.compile(r"[.!?؟]\s")


@cache
def _opener() -> re.Pattern[str]:
    """What may stand between a source and أن: an adverbial, ل with a hearer, punctuation, nothing."""
    return re.compile(rf'[ "]*(?:[،,:]|$|(?:{one_of(forms("boundaries", "opener"))}|ل\S*)(?=[\s،,]|$))')


@cache
def _adjunct() -> re.Pattern[str]:
    return re.compile(rf"(?:{one_of(forms('boundaries', 'adjunct'))})(?= )")


@cache
def _cut() -> re.Pattern[str]:
    """Where a reported clause ends: a contrast, but not ``فيما يتعلق``."""
    contrast = one_of(forms("boundaries", "contrast"))
    return re.compile(
        rf"[ ،,؛](?:(?<=؛)|(?<!؛)[ ،,]*(?:{contrast}|فيما(?! (?:يتعلق|يخص|يتصل|بعد)))(?= )|(?<=[،,]) +و?لكن )"
    )


@dataclass
class Clauses:
    """The clauses of one page around its cues."""

    page: Page
    cues: list[Hit]

    def __post_init__(self) -> None:
        self.form = self.page.form
        self._cue_starts = [cue.start for cue in self.cues]
        self._timexes = dict(self.page.spans.get("timex", []))
        self._events = {start for start, _ in self.page.spans.get("event", [])}

    @cached_property
    def marks(self) -> list[int]:
        """The places of the quotation marks."""
        return [found.start() for found in re.finditer('"', self.form)]

    def sentence_at(self, at: int) -> Span:
        """The sentence that holds ``at``, as far as a reader would follow it."""
        start, end = self.page.analysis.sentence_at(at)
        return max(start, at - _REACH), min(end, at + _REACH)

    def line_end(self, at: int) -> int:
        """The end of the line that holds ``at``."""
        end = self.form.find("\n", at, at + _REACH)
        return min(len(self.form), at + _REACH) if end < 0 else end

    def _cue_between(self, start: int, end: int) -> bool:
        at = bisect_left(self._cue_starts, start)
        return at < len(self._cue_starts) and self._cue_starts[at] < end

    def complement(self, start: int, end: int, far: bool) -> tuple[int, bool] | None:
        """Where the clause behind a source begins, and whether a colon opens it.

        ``far``: anything may stand before أن; else only what a source phrase can drag along.
        """
        stop = min(end, start + 160)
        colon = self.form.find(":", start, stop)
        that = self._that(start, stop if colon < 0 else colon)
        if that is None and colon < 0:
            return None
        opening = that[0] if that else colon
        gap = self.form[start:opening]
        if _SENTENCE_END.search(gap) or self._cue_between(start + 1, opening):
            return None
        if not far and not _opener().match(gap):
            return None
        if gap.count(" ") > 16 or (not far and self._blank(start, end) in self._events):
            return None
        if that is None:
            inner = _THAT_BEHIND.match(self.form, colon + 1)
            return (inner.end() if inner else colon + 1), True
        _, word, behind = that
        at = word if behind - word > 2 else behind
        marked = _COLON.match(self.form, at)
        return (marked.end() if marked else at), False

    def _that(self, start: int, end: int) -> tuple[int, int, int] | None:
        """The first أن not joined by و: where it begins with its preposition, without it, and its end."""
        form = self.form
        for found in _THAT.finditer(form, start, end):
            at = found.start()
            if at > start and form[at - 1] in "بلف":
                at -= 1
            if at == 0 or form[at - 1] in '"،,' or form[at - 1].isspace():
                return at, *found.span()
        return None

    def noun_complement(self, start: int, end: int) -> int | None:
        """Where what is reported begins when it is a noun: behind comma, adjuncts and preposition."""
        form, at = self.form, start
        for _ in range(4):
            at = self._blank(at, end)
            if at >= end:
                return None
            if at in self._timexes:
                at = self._timexes[at]
                continue
            adjunct = _adjunct().match(form, at)
            if not adjunct:
                break
            stop = self._adjunct_end(at, end)
            if stop is None:
                return None
            at = stop
        preposition = _PREPOSITION.match(form, at)
        if preposition:
            at = self._blank(preposition.end(), end)
        elif form.startswith(('ب"', "بال"), at):
            at += 1
        return at if at < end and form[at] not in ".؛" else None

    def _adjunct_end(self, at: int, end: int) -> int | None:
        """Behind the comma that closes an adjunct, or before the event noun that follows it."""
        tokens = _TOKEN.finditer(self.form, at, end)
        for words, token in zip(range(9), tokens, strict=False):
            if words > 1 and token.start() in self._events:
                return token.start()
            if token[0][-1] in "،,":
                return token.end()
        return None

    def _blank(self, at: int, end: int) -> int:
        while at < end and self.form[at] in " ،,":
            at += 1
        return at

    def quoted(self, at: int, limit: int) -> int | None:
        """The place of the mark that closes the quotation which opens at ``at``, else None.

        Marks pair by function: one before a word opens, one behind a word closes.
        """
        form, depth = self.form, 0
        first = bisect_left(self.marks, at)
        for mark in self.marks[first : first + _MARKS]:
            if mark >= limit:
                break
            left = form[mark - 1] if mark else " "
            right = form[mark + 1] if mark + 1 < len(form) else " "
            proclitic = left in "لبوفك" and (mark < 2 or form[mark - 2] in ' "\n')
            opens = right not in ' .،,:;؛!?؟)\n"' and (left in ' \n("[-:' or proclitic or mark == at)
            if opens:
                depth += 1
                continue
            depth -= 1
            if depth == 0:
                return mark
        return None

    def content(self, start: int, end: int, limit: int) -> tuple[Span, str] | None:
        """What is said from ``start``: its span and mode; ``end`` closes the sentence, ``limit`` the line."""
        form = self.form
        at = start
        while at < limit and form[at] in " ،,:":
            at += 1
        if at >= limit or form[at] == "\n":
            return None
        opening = at
        if form[at] != '"':
            pronoun = _PRONOUN.match(form, at)
            opening = pronoun.end() if pronoun else -1
        if opening >= 0:
            close = self.quoted(opening, limit)
            if close is None:
                close = self._last_mark(opening + 1, limit)
            named = close is not None and any(
                span == (opening + 1, close)
                for _, span in self.page.within("entity", opening + 1, opening + 2)
            )
            if close is not None and not named and form.count(" ", opening, close) >= 1:
                rest = form[close + 1 : close + 3].lstrip(" ")[:1]
                if not rest or rest in ".،,؛;:\n!?؟)" or close + 2 >= limit:
                    span = self.trimmed(at, close + 1 if opening != at else close)
                    return (self.trimmed(opening + 1, close) if opening == at else span), "direct"
        stop = self.clause_end(at, end)
        span = self.trimmed(at, stop)
        if span[0] >= span[1]:
            return None
        return span, self.mode(*span)

    def _last_mark(self, at: int, limit: int) -> int | None:
        first, last = bisect_left(self.marks, at), bisect_left(self.marks, limit)
        if last <= first:
            return None
        close = self.marks[last - 1]
        return close if form_closes(self.form, close) else None

    def clause_end(self, start: int, end: int) -> int:
        """The end of a reported clause: a new reporting verb, a contrast, or the sentence."""
        form = self.form
        cut = _cut().search(form, start, end)
        stop = cut.start() if cut else end
        at = bisect_left(self._cue_starts, start)
        for cue in self.cues[at : at + _CUES]:
            if cue.start >= stop:
                break
            lead = cue.start - len(cue.lead)
            before = form[max(start, lead - 5) : lead].rstrip()
            if cue.entry["type"] == "participle" and before[-1:] in ("،", ",", '"'):
                return lead
            conjoined = cue.lead == "و" or before.endswith(" كما")
            if (
                conjoined
                and cue.tense == "past"
                and cue.entry["type"] in ("say", "that", "about")
                and lead > start
            ):
                return lead - 4 if before.endswith("كما") else lead
            if cue.lead == "ل" and cue.tense == "present" and before[-1:] in "،,":
                return lead
        return stop

    def mode(self, start: int, end: int) -> str:
        """Mixed where three quoted words or more that are no name stand inside, else indirect."""
        form = self.form
        first, last = bisect_left(self.marks, start), bisect_left(self.marks, end)
        if last - first < 2:
            return "indirect"
        inside = self.marks[first : min(last, first + 2 * _MARKS)]
        names = {span for _, span in self.page.within("entity", start, end)}
        for left, right in pairwise(inside):
            words = form[left + 1 : right].strip()
            opens = form[left + 1 : left + 2] not in (" ", "،", ".")
            if opens and words.count(" ") >= 2 and (left + 1, right) not in names:
                return "mixed"
        return "indirect"

    def trimmed(self, start: int, end: int) -> Span:
        """The span without edge punctuation and without a quotation mark that lacks its partner."""
        form = self.form
        start = self._blank(start, end)
        if form.startswith("-", start):
            start = self._blank(start + 1, end)
        while end > start and form[end - 1] in " ،,.;:؛…!؟?\n":
            end -= 1
        if form.count('"', start, end) % 2:
            if form[end - 1] == '"':
                end -= 1
            elif form[start] == '"':
                start += 1
        while end > start and form[end - 1] in " ،,.;:؛…\n":
            end -= 1
        return self._blank(start, end), end


def form_closes(form: str, mark: int) -> bool:
    """Whether a quotation mark stands behind a word and before none."""
    return (
        mark > 0
        and form[mark - 1] not in " \n"
        and form[mark + 1 : mark + 2] in ("", " ", ".", "،", ",", "\n", "؛")
    )
