"""Reporting words and what hangs on them: ``قال فلان إن …``, ``نقلت … عن …``, ``…، بحسب فلان``."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache

from hasila.annotation import Annotation
from hasila.arabic.words import ENDS, LETTER
from hasila.rules.inflect import Hit
from hasila.rules.lexicon import forms, one_of
from hasila.rules.occurrences import Lookup, anchored
from hasila.rules.page import Page
from hasila.rules.quotations.clauses import Clauses
from hasila.rules.quotations.cues import RELATIVE_BEFORE, RELATIVE_ENDS, cue_words
from hasila.rules.quotations.speakers import NOBODY, Speaker, Speakers

Span = tuple[int, int]

_STATED = re.compile(r"((?:جاء|ورد|نشر|صدر)ت?)(?: +(?:في|عن|علي))? +")
_SAYING = re.compile(r" +(?:قول|تاكيد|اعلان|تصريح)(?:ه|ها|هم)(?= )")
_DATELINE = re.compile(r"[^\n.:\"]{2,50}?\([^()\n]{2,20}\) *-+ *")
"""``طهران (أ ف ب) - ``: belongs to no clause."""
_NOBODY = re.compile(" +(?:اي|ايه|احد) ")
_NOT = re.compile(rf"(?<!{LETTER})[وف]?((?:لم|لا|لن) +)$")
_BESIDE = 8
"""Characters from a source to what it says where only أن is between."""
_REFUTES = ("غير صحيحه", "غير صحيح", "عاريه عن الصحه", "لا اساس لها")
_REFUTE_ENDS = frozenset(words[-4:] for words in _REFUTES)
_ASIDE = re.compile(r"(?:فيما|بينما|في حين|في وقت) (?:قد )?$")
_VERBAL = re.compile(
    r"[،,] +(?:و(?:[يت]\w{3,}|\w{3,}ت|\w{3,}وا|لجا|لا|لم)(?= )|بينما|في حين|فيما|حيث|كما|لكن)"
)
_ACCORDING = re.compile(
    rf"(?<!{LETTER})(?P<lead>و?)(?P<cue>(?:ب?حسب|وفقا?|طبقا)(?: +ل(?:ما +|(?=\S))| +ما +|ما +| +)"
    r"|نقلا +عن +|استنادا +الي +|كما +|علي +(?:ما|حد +(?:قول|تعبير|وصف)) +)"
)
_ACCORDING_WORD = Lookup(re.compile(r"و?(?:ب?حسب(?:ما)?|وفقا?|طبقا|نقلا|استنادا|كما|علي)").fullmatch)
_RELATIVE = re.compile(r"[ ،,]+(و?(?:الذي|التي|الذين))(?= )")
_CONTRAST = re.compile(r"[،,] +(?:بينما|في حين ان|في حين|فيما) ")
_AFTER = re.compile(
    r"[ ،,]*(?:و[\w]|بينما|في حين|فيما|الذي|التي|حيث|مضيف|مشير|لكن|موكد|لافت|مبين|موضح|كما|ما ادي|مما|ف|\.|$)"
)
_NEGATOR_ENDS = frozenset({"م ", "ا ", "ن ", "  "})
_AND_THAT = re.compile(rf"[ ،,]+و(?P<that>ان(?P<pronoun>ه|ها|هم|هما|هن)?){ENDS}")
_NEGATED_AGAIN = re.compile(rf" +(?:او|ولم|ولا|ولن) +(?P<second>[تين]\S+){ENDS}")
_OPENS = re.compile(r"(?:^|[ ،,])(?:ان\w{0,3}|كما|لكن|و|:)$")
"""Searched in the last seven characters: no opener is longer with what stands around it."""
_ABOUT = re.compile(r"(?<![^\s،,])عن(?= )")


@cache
def _conjoined() -> re.Pattern[str]:
    """A conjunction at the head of a clause, but no word whose و is its own."""
    return re.compile(rf"(?:(?!{one_of(forms('boundaries', 'waw'))})و|كما +|ف(?=ال))")


class Reporting:
    """Collects the quotations of one page, cue by cue."""

    def __init__(self, page: Page) -> None:
        self.page, self.form = page, page.form
        self.hits = cue_words(page)
        self.starts = [hit.start for hit in self.hits]
        self.clauses = Clauses(page, self.hits)
        self.speakers = Speakers(page)
        self.found: list[Annotation] = []
        self.taken: set[int] = set()
        self.last: tuple[Span | None, Speaker] = None, NOBODY

    def add(
        self,
        rule: str,
        cue: Span | None,
        source: Span | None,
        content: list[Span],
        who: Speaker,
        mode: str,
        stance: str,
    ) -> None:
        """Keep one quotation; its own span covers the three."""
        pointer = self.page.pointer
        spans = [span for span in (cue, source, *content) if span]
        one = self.page.mark(
            "quotation", min(spans)[0], max([end for _, end in spans]), f"quotation.{rule}",
            source=pointer(*source) if source else None, cue=pointer(*cue) if cue else None,
            content=[pointer(*piece) for piece in content], source_ref=who.ref, source_type=who.type,
            named=who.named if source else None, mode=mode, stance=stance, parent=None,
        )  # fmt: skip
        self.found.append(one)

    def cues(self) -> None:
        """Reporting verbs, participles and بحسب, in text order."""
        waiting = anchored(self.page, _ACCORDING, _ACCORDING_WORD)[::-1]
        for hit in self.hits:
            while waiting and waiting[-1].start() <= hit.start:
                self._according(waiting.pop())
            kind = hit.entry["type"]
            if hit.start in self.taken or (kind == "participle" and not self._opens_adjunct(hit)):
                continue
            start, end = self.clauses.sentence_at(hit.start)
            limit = self.clauses.line_end(hit.end)
            if kind == "relay":
                self._relay(hit, end, limit)
            elif kind == "describe":
                self._described(hit, end, limit)
            else:
                self._verb(hit, start, end, limit)
        while waiting:
            self._according(waiting.pop())

    def _opens_adjunct(self, hit: Hit) -> bool:
        before = self.form[max(0, hit.start - 4) : hit.start].rstrip("و ")
        return bool(before) and before[-1] in '،,"'

    def _verb(self, hit: Hit, start: int, end: int, limit: int) -> None:
        form, clauses, kind = self.form, self.clauses, hit.entry["type"]
        participle = kind == "participle"
        cue, stance = self._negated(hit, start)
        if cue[0] < hit.start and _NOBODY.match(form, hit.end):
            return  # لم تعلن أي جهة
        source, behind, opened = self._subject(hit, cue, start, end, participle)
        if opened is None:
            opened = clauses.complement(behind, end if end > limit else limit, far=kind == "that")
        if opened is None and kind == "that":
            return
        content: tuple[Span, str] | None = None
        if opened is None:
            begin = clauses.noun_complement(behind, end)
            content = clauses.content(begin, end, limit) if begin is not None else None
        elif opened[1] or form[opened[0] : opened[0] + 2].lstrip()[:1] == '"':
            content = clauses.content(opened[0], max(end, self.clauses.sentence_at(opened[0])[1]), limit)
        else:
            content = clauses.content(opened[0], max(end, opened[0]), limit)
        if content is None:
            content = self._quoted_before(hit, start)
        if content is None or content[0][1] <= content[0][0]:
            return
        said = form[content[0][0] : content[0][1]]
        if said[-4:] in _REFUTE_ENDS and said.endswith(_REFUTES):
            stance = "deny"
        impersonal = source is None and form.startswith("يزعم", hit.start)
        if source is None and not impersonal:
            source, who = self._same(start)
        else:
            who = self.speakers.describe(source) if source else NOBODY
        pieces = self._split(content[0]) if content[1] == "indirect" else [content[0]]
        self.add("participle" if participle else "verb", cue, source, pieces, who, content[1], stance)
        if impersonal:
            return
        spoke = self.last[0]
        aside = spoke and spoke[0] >= start and _ASIDE.search(form, max(start, cue[0] - 16), cue[0])
        if not aside:
            self.last = source, who

    def _subject(
        self, hit: Hit, cue: Span, start: int, end: int, participle: bool
    ) -> tuple[Span | None, int, tuple[int, bool] | None]:
        """The source phrase of a verb, where the search for what it says begins, and the clause if found."""
        form, speakers = self.form, self.speakers
        if participle:
            return None, cue[1], None
        relative = form[hit.start - 2 : hit.start] in RELATIVE_ENDS
        if relative and RELATIVE_BEFORE.search(form, max(0, hit.start - 8), hit.start):
            before = speakers.before(start, hit.start - len(hit.lead))
            if before:
                return before, cue[1], None
        found = speakers.after(cue[1], min(end, cue[1] + 200))
        if found:
            behind = self._behind(found[1])
            opened = self.clauses.complement(behind, min(end, found[1] + 160), far=False)
            if opened:
                return found[:2], behind, opened if behind == found[1] else None
            if found[2] > found[0]:
                return speakers.trim(found[0], found[2]), self._behind(found[2]), None
        joined = hit.lead or form.startswith("ل", hit.start - 1)
        return None if joined else speakers.before(start, cue[0]), cue[1], None

    def _behind(self, at: int) -> int:
        form = self.form
        while at < len(form) and form[at] in '")':
            at += 1
        return at

    def _split(self, content: Span) -> list[Span]:
        """Coordinated clauses, ``إنها … وإن …``, are pieces of their own."""
        pieces, begin = [], content[0]
        joined = self.form.find("وان", *content) >= 0
        for found in _AND_THAT.finditer(self.form, *content) if joined else ():
            pieces.append(self.clauses.trimmed(begin, found.start()))
            begin = found.start("that") if found["pronoun"] else found.end()
        pieces.append(self.clauses.trimmed(begin, content[1]))
        return [piece for piece in pieces if piece[1] > piece[0]]

    def _same(self, start: int) -> tuple[Span | None, Speaker]:
        """Who spoke last, for a verb without a subject; the phrase itself where it is in the sentence."""
        source, who = self.last
        if source and source[0] >= start:
            return source, who
        return None, Speaker(who.ref, who.type, None)

    def _negated(self, hit: Hit, start: int) -> tuple[Span, str]:
        """The cue with its negator, and the stance that follows."""
        form = self.form
        stance = hit.entry["stance"]
        negator = form[hit.start - 2 : hit.start] in _NEGATOR_ENDS
        single = _NOT.search(form, max(start, hit.start - 6), hit.start) if negator else None
        if single:
            both = _NEGATED_AGAIN.match(form, hit.end)
            if both:
                self.taken.add(both.start("second"))
                return (single.start(1), both.end()), "decline"
            return (single.start(1), hit.end), "assert" if stance == "deny" else "decline"
        if hit.entry["form"] == "رفض":
            stance = "decline"
        return (hit.start, hit.end), stance

    def _quoted_before(self, hit: Hit, start: int) -> tuple[Span, str] | None:
        """``"…"، قال فلان``: what is said stands before its cue."""
        form, marks = self.form, self.clauses.marks
        lead = hit.start - len(hit.lead)
        last = bisect_left(marks, lead) - 1
        if last < 1 or form[marks[last] + 1 : lead].strip(" ،,") not in ("", "هكذا", "كما"):
            return None
        opening = marks[last - 1]
        if opening < start - 400 or form.count(" ", opening, marks[last]) < 2 or "\n" in form[opening:lead]:
            return None
        return self.clauses.trimmed(opening + 1, marks[last]), "direct"

    def _relay(self, hit: Hit, end: int, limit: int) -> None:
        """``نقلت X عن Y أن …``: two quotations of the same words."""
        form, clauses = self.form, self.clauses
        about = _ABOUT.search(form, hit.end, min(end, hit.end + 140))
        start = clauses.sentence_at(hit.start)[0]
        source, _, opened = self._subject(hit, (hit.start, hit.end), start, end, False)
        if source and opened and opened[0] - source[1] <= _BESIDE:  # نقلت X أن …
            self._verb(hit, start, end, limit)
            return
        if about is None:
            return
        outer = self.speakers.after(hit.end, about.start()) if about.start() - hit.end > 2 else None
        following = self.hits[bisect_left(self.starts, about.end()) :][:1]
        describing = following[0] if following and following[0].entry["type"] == "describe" else None
        inner = self.speakers.after(
            about.end(), min(end, describing.start if describing else about.end() + 200)
        )
        if inner is None:
            return
        behind = self._behind(inner[1])
        if saying := _SAYING.match(form, behind):
            behind = saying.end()
        if describing:
            behind = clauses.page.form.find(" ", describing.end + 1)
        opened = clauses.complement(behind, min(limit, behind + 220), far=True)
        begin = opened[0] if opened else clauses.noun_complement(behind, end)
        content = clauses.content(begin, max(end, begin), limit) if begin is not None else None
        if content is None:
            return
        speaker, outer_who = (outer[:2], self.speakers.describe(outer[:2])) if outer else self._same(start)
        self.add("relay", (hit.start, hit.end), speaker, [content[0]], outer_who, content[1], "assert")
        whole = inner[0], inner[2] if inner[2] > inner[0] and not opened else inner[1]
        who = self.speakers.describe(whole)
        self.add("relayed", (about.start(), about.end()), whole, [content[0]], who, content[1], "assert")
        between = bisect_left(self.starts, hit.end)
        for other in self.hits[between : between + 4]:
            if other.start < content[0][0] and other.entry["type"] != "describe":
                self.taken.add(other.start)
            elif other.start < content[0][0]:
                self.last = speaker, outer_who
                self._described(other, end, limit)
                self.taken.add(other.start)
        self.last = whole, who

    def _described(self, hit: Hit, end: int, limit: int) -> None:
        """``وصفته بأنه كبير``."""
        found = re.compile(r' +ب(?P<that>ان(?=ه))?(?P<rest>"?)').match(self.form, hit.end)
        if not found:
            return
        begin = found.start("that") if found["that"] else found.start("rest")
        stop = re.compile(r"[،,.\n]").search(self.form, begin, limit)
        content = self.clauses.trimmed(begin, min(end, stop.start()) if stop else end)
        if self.form[content[0]] == '"' == self.form[content[1] - 1]:
            content = content[0] + 1, content[1] - 1
        mode = "direct" if found["rest"] else "indirect"
        source, who = self._same(self.clauses.sentence_at(hit.start)[0])
        self.add("described", (hit.start, hit.end), source, [content], who, mode, "assert")

    def _according(self, found: re.Match[str]) -> None:
        """``بحسب X``, ``وفق ما قاله X``, ``على ما أفادت X``."""
        cue_start = found.start("cue")
        at = bisect_left(self.starts, found.end())
        start, end = self.clauses.sentence_at(cue_start)
        verb = self.hits[at] if at < len(self.starts) and self.starts[at] == found.end() else None
        words = found["cue"].split()
        if words == ["كما"] and (verb is None or not self._tail(verb, end)):
            return
        if {"ما", "لما", "كما", "حسبما", "بحسبما"} & set(words):
            stated = _STATED.match(self.form, found.end())
            if verb is None and stated is None:
                return
            begin = verb.end if verb else found.end() + len(stated[1] if stated else "")
            cue = cue_start, begin
            if verb:
                self.taken.add(verb.start)
            elif stated:
                begin = stated.end()
        else:
            phrase = found["cue"].rstrip() if words[0] in ("علي", "نقلا", "استنادا") else words[0]
            cue, begin = (cue_start, cue_start + len(phrase)), found.end()
        after = self.speakers.after(begin, min(end, begin + 200))
        if after is None:
            return
        source = after[0], after[1]
        who = self.speakers.describe(source)
        if verb is None and who.type is None and not self.page.within("entity", *source):
            return
        self._around(found.start(), cue, source, who, start, end)
        if verb is not None and verb.entry["type"] == "relay":
            self._relayed_within(found.start(), source, start, end)
        if self.last[0] is None or self.last[0][0] < start:
            self.last = source, who

    def _tail(self, verb: Hit, end: int) -> bool:
        """Whether a verb behind كما has a subject and nothing that it reports: ``…، كما أكد فلان.``"""
        found = self.speakers.after(verb.end, min(end, verb.end + 200))
        if found is None:
            return False
        rest = self.form[self._behind(found[1]) : end].lstrip(" ")
        return not rest or rest[0] in "،.؛\n"

    def _relayed_within(self, lead: int, source: Span, start: int, end: int) -> None:
        """``بحسب ما نقلت X عن Y``: the source behind عن too."""
        about = re.compile(r" +(عن) +").match(self.form, self._behind(source[1]))
        found = self.speakers.after(about.end(), min(end, about.end() + 200)) if about else None
        if about and found:
            inner = found[0], found[1]
            self._around(lead, about.span(1), inner, self.speakers.describe(inner), start, end)

    def _around(self, lead: int, cue: Span, source: Span, who: Speaker, start: int, end: int) -> None:
        """Add the clause that a بحسب interrupts, ends or opens."""
        form, clauses = self.form, self.clauses
        pieces: list[Span] = []
        head = form[start:lead].strip(' ،,"')
        opener = _OPENS.search(head[-7:])
        after = min(self._behind(source[1]), max(end, source[1]))
        if not head or opener:
            joint = re.compile(rf"[ ،,]*(?:ف?ان{ENDS}|ف(?=ال|قد))? *").match(form, after)
            begin = joint.end() if joint else after
            piece = clauses.trimmed(begin, clauses.clause_end(begin, end))
            pieces.append(piece)
        else:
            begin = self._main_clause(start, lead)
            pieces.append(clauses.trimmed(begin, lead))
            if not _AFTER.match(form, after, end) and form[after : after + 1] in ("،", ","):
                stop = clauses.clause_end(after, end)
                broken = _VERBAL.search(form, after + 1, stop)
                piece = clauses.trimmed(after, broken.start() if broken else stop)
                if form.count(" ", *piece) >= 1 and re.match(
                    r"(?:بين|في|من|خلال|علي|الي|بعد|منذ|قبل|مع|ب|ل|عن|جراء)", form[piece[0] : piece[1]]
                ):
                    pieces.append(piece)
        pieces = [piece for piece in pieces if piece[1] > piece[0]]
        if pieces:
            mode = self.clauses.mode(*pieces[0])
            if self.wholly_quoted(pieces[0]):
                mode, pieces[0] = "direct", (pieces[0][0] + 1, pieces[0][1] - 1)
            self.add("according", cue, source, pieces, who, mode, "assert")

    def wholly_quoted(self, piece: Span) -> bool:
        """Whether a span is one quotation in marks."""
        inner = self.form[piece[0] : piece[1]]
        return len(inner) > 2 and inner[0] == '"' == inner[-1] and inner.count('"') == 2

    def _main_clause(self, start: int, lead: int) -> int:
        """The beginning of the clause that ends at ``lead``."""
        form = self.form
        if dateline := _DATELINE.match(form, start, lead):
            start = dateline.end()
        relative = list(_RELATIVE.finditer(form, start, lead))[-1:]
        for found in relative:
            detached = found[0].lstrip(" ").startswith(("،", ",", "و"))
            if detached and not re.search(r"[،,]", form[found.end() : lead].rstrip(" ،,")):
                begin = found.start(1)
                return begin + 1 if form[begin] == "و" else begin
        cuts = list(_CONTRAST.finditer(form, start, lead)) if self.clauses.contrasted(start, lead) else []
        begin = cuts[-1].end() if cuts else start
        joined = _conjoined().match(form, begin)
        return joined.end() if joined else begin
