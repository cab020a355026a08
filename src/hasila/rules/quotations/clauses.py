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
from hasila.rules.occurrences import Lookup
from hasila.rules.page import Page

Span = tuple[int, int]

_THAT = re.compile(rf"ان(?:ه|ها|هم|هما|هن|ني|نا|نهم|ك)?{ENDS}")
_THAT_WORD = Lookup(re.compile("[بلف]?ان").match)
_WITHOUT = ("دون ", "قبل ", "بعد ", "منذ ", "لولا ")
"""``من دون أن``: the clause behind it says what was not said."""
_PREPOSITION = re.compile(r"(?:عن|من|الي|علي)(?= )")
_FAR = 160
"""How far a clause begins behind its source."""
_MARKS = 24
_CUES = 12
_REACH = 1200
"""How far a quotation reaches from its cue, in characters; with the two above it keeps the time linear."""
_THAT_BEHIND = re.compile(rf"[ ]*ان{ENDS}")
_COLON = re.compile(r" *:")
_TOKEN = re.compile(r"\S+")
_PRONOUN = re.compile(r'ان\w{1,3} *(?=")')
_SENTENCE_END = re.compile(r"[.!?؟]\s")
_BLANK = " ،,"
_EDGE = _BLANK + ".;:؛…\n"
_EDGE_BEHIND = _EDGE + "!?؟"


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


@cache
def _cut_words() -> frozenset[str]:
    """The word of each contrast that tells it best."""
    contrasts = (max(form.split(), key=len) for form in forms("boundaries", "contrast"))
    return frozenset({*contrasts, "فيما", "لكن", "ولكن"})


_CUT_WORD = Lookup(lambda word: word if word in _cut_words() else None)


@dataclass
class Clauses:
    """The clauses of one page around its cues."""

    page: Page
    cues: list[Hit]

    def __post_init__(self) -> None:
        self.form = self.page.form
        self._cue_starts = [cue.start for cue in self.cues]
        self._sentence = (0, 0)
        self._timexes = dict(self.page.spans.get("timex", []))
        self._events = frozenset(self.page.starts("event"))
        starts = self.page.analysis.starts
        self._thats = [starts[index] for index, _ in _THAT_WORD.on(self.page)]
        self._thats.append(len(self.form))
        self._cuts = [starts[index] for index, _ in _CUT_WORD.on(self.page)]

    @cached_property
    def marks(self) -> list[int]:
        """The places of the quotation marks."""
        return [found.start() for found in re.finditer('"', self.form)]

    def sentence_at(self, at: int) -> Span:
        """The sentence that holds ``at``, as far as a reader would follow it."""
        start, end = self._sentence
        if not start <= at < end:
            start, end = self._sentence = self.page.analysis.sentence_at(at)
        if end - start <= _REACH:
            return start, end
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
        form = self.form
        stop = end if end - start < _FAR else start + _FAR
        colon = form.find(":", start, stop)
        that = self._that(start, stop if colon < 0 else colon)
        if that is None and colon < 0:
            return None
        opening = that[0] if that else colon
        gap = form[self._behind_time(start, opening) : opening]
        if gap and gap != " ":
            if _SENTENCE_END.search(gap) or self._cue_between(start + 1, opening) or gap.count(" ") > 16:
                return None
            if not far and not _opener().match(gap):
                return None
        if not far and self._blank(start, end) in self._events:
            return None
        if that is None:
            inner = _THAT_BEHIND.match(form, colon + 1)
            return (inner.end() if inner else colon + 1), True
        _, word, behind = that
        at = word if behind - word > 2 else behind
        near = form[at : at + 2]
        marked = _COLON.match(form, at) if ":" in near or near == "  " else None
        return (marked.end() if marked else at), False

    def _behind_time(self, start: int, end: int) -> int:
        """Behind the time expression with which a span begins: ``قال فلان يوم الثلاثاء إن``."""
        at = self._blank(start, end)
        return min(self._timexes.get(at, start), end)

    def _that(self, start: int, end: int) -> tuple[int, int, int] | None:
        """The first أن not joined by و: where it begins with its preposition, without it, and its end."""
        form = self.form
        index = bisect_left(self._thats, start)
        while (at := self._thats[index]) < end:
            word = at if form[at] == "ا" else at + 1
            found = _THAT.match(form, word, end)
            apart = at == 0 or form[at - 1] in ' "،,' or form[at - 1].isspace()
            if found and apart and not form.endswith(_WITHOUT, 0, at):
                return at, word, found.end()
            index += 1
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
        form = self.form
        while at < end and form[at] in _BLANK:
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
        bare = _THAT_BEHIND.match(form, start)
        at = bare.end() if bare else start
        while at < limit and form[at] in " ،,:":
            at += 1
        if at >= limit or form[at] == "\n":
            return None
        opening = at
        if form[at] != '"':
            pronoun = _PRONOUN.match(form, at) if form[at] == "ا" else None
            opening = pronoun.end() if pronoun else -1
        if opening >= 0:
            close = self.quoted(opening, limit)
            if close is None:
                close = self._last_mark(opening + 1, limit)
            if close is not None and " " in form[opening:close] and not self._named(opening + 1, close):
                rest = form[close + 1 : close + 3].lstrip(" ")[:1]
                if not rest or rest in ".،,؛;:\n!?؟)" or close + 2 >= limit:
                    span = self.trimmed(at, close + 1 if opening != at else close)
                    return (self.trimmed(opening + 1, close) if opening == at else span), "direct"
        stop = self.clause_end(at, end)
        span = self.trimmed(at, stop)
        if span[0] >= span[1]:
            return None
        return span, self.mode(*span)

    def _named(self, start: int, end: int) -> bool:
        """Whether a span is a name."""
        return any(span == (start, end) for _, span in self.page.within("entity", start, start + 1))

    def _last_mark(self, at: int, limit: int) -> int | None:
        first, last = bisect_left(self.marks, at), bisect_left(self.marks, limit)
        if last <= first:
            return None
        close = self.marks[last - 1]
        return close if form_closes(self.form, close) else None

    def clause_end(self, start: int, end: int) -> int:
        """The end of a reported clause: a new reporting verb, a contrast, or the sentence."""
        form = self.form
        cut = _cut().search(form, start, end) if self.contrasted(start, end) else None
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

    def contrasted(self, start: int, end: int) -> bool:
        """Whether a span holds a word or a mark with which a contrast may begin."""
        at = bisect_left(self._cuts, start)
        return (at < len(self._cuts) and self._cuts[at] < end) or self.form.find("؛", start, end) >= 0

    def mode(self, start: int, end: int) -> str:
        """Mixed where three quoted words or more that are no name stand inside, else indirect."""
        form = self.form
        if form.count('"', start, end) < 2:
            return "indirect"
        first, last = bisect_left(self.marks, start), bisect_left(self.marks, end)
        inside = self.marks[first : min(last, first + 2 * _MARKS)]
        for left, right in pairwise(inside):
            words = form[left + 1 : right]
            if words[:1] in (" ", "،", ".") or words.strip().count(" ") < 2:
                continue
            if not self._named(left + 1, right):
                return "mixed"
        return "indirect"

    def trimmed(self, start: int, end: int) -> Span:
        """The span without edge punctuation and without a quotation mark that lacks its partner."""
        text = self.form[start:end].lstrip(_BLANK)
        if text and text[0] == "-":
            text = text[1:].lstrip(_BLANK)
        start = end - len(text)
        text = text.rstrip(_EDGE_BEHIND)
        if '"' in text and text.count('"') % 2:
            if text[-1] == '"':
                text = text[:-1]
            elif text[0] == '"':
                start, text = start + 1, text[1:]
            end = start + len(text.rstrip(_EDGE))
            return self._blank(start, end), end
        return start, start + len(text)


def form_closes(form: str, mark: int) -> bool:
    """Whether a quotation mark stands behind a word and before none."""
    return (
        mark > 0
        and form[mark - 1] not in " \n"
        and form[mark + 1 : mark + 2] in ("", " ", ".", "،", ",", "\n", "؛")
    )
