"""The frame of the time rules: a rule is a pattern over symbols and a function that reads its match."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from hasila.rules.page import Page
from hasila.rules.timexes.words import Run, Word


@dataclass(slots=True)
class Reading:
    """What a rule says of its match; ``start`` and ``end`` (symbols of the run) where it is only a part."""

    type: str
    value: str | None
    anchor: str
    start: int | None = None
    end: int | None = None


@dataclass
class Context:
    """What rules resolve against: the publication date and the last day that the text named."""

    page: Page
    published: date | None
    named: date | None = None

    def future(self, word: Word) -> bool:
        """Whether the words before speak of what is to come."""
        tokens = self.page.analysis.tokens
        first, _ = self.page.analysis.sentence_at(word.start)
        for index in range(word.index - 1, max(-1, word.index - 9), -1):
            if self.page.analysis.words[index][0] < first or tokens[index] in _PAST_CUES:
                return False
            if tokens[index] in _FUTURE_CUES or _WILL.match(tokens[index]) or self._i_will(index):
                return True
        return False

    def _i_will(self, index: int) -> bool:
        """``سأعود``: the hamza, which the normal form drops, tells it from ساعة and سؤال."""
        if "سا" not in self.page.analysis.tokens[index][:3]:
            return False
        return _I_WILL.match(self.page.analysis.normal.slice(*self.page.analysis.words[index])) is not None


_FUTURE_CUES = frozenset(
    "المقرر المتوقع المنتظر المرتقب سوف ستعقد ينتظر يرتقب مقرر مقررا يعتزم تعتزم المزمع موعد".split()  # noqa: SIM905
)
_PAST_CUES = frozenset("قال قالت اعلن اعلنت اكد اكدت ذكر ذكرت افاد افادت وقال وقالت واعلن واعلنت".split())  # noqa: SIM905
_WILL = re.compile(
    r"[وف]?س(?:[يتن](?:تم|صل|قع|جد|ضع|قف|ظل|حل|مر)$|(?!يار|ياس|ياد|ياح|ياج|ياق|يطر|ينا|يول|يد|يرا|يرت|يره|يني|تين|تون|تمئ|تار|نو|نت|نه|ني|ندا|ناب|نجا)"
    r"[يتن][^\W\d_]{3,}$)"
)
"""A verb of the future; what is left out begins nouns and verbs of the past (سيارة، سيطرت، سيناء)."""

_I_WILL = re.compile(r"[وف]?سأ(?!ل(?:ت|وا|تا|ني|نا|ه|ها|هم|ته|تها|تهم)?$)[^\W\d_]{2,}$")
"""``سأل`` and its forms are of the past."""

Handler = Callable[[Context, re.Match[str], Run], "list[Reading] | Reading | None"]


@dataclass(frozen=True)
class Rule:
    """A pattern over symbols; it can only match where the string has one of ``starts``."""

    name: str
    pattern: re.Pattern[str]
    starts: str
    read: Handler


RULES: list[Rule] = []

MONTH = r"(?:[Mm]|KO)(?:[/(-]?(?:[Mm]|KO))?"
YEAR = r"(?:,?~?2?(?:[aA](?:Y|N)|Y|A[RCr]))"
LEAD = r"(?:B2?|[vT][OR]2)?"
"""``مطلع``, ``النصف الأول من``, ``الأسبوع الأخير من``: before a period of which it is a part."""
RELATIVE = r"[RrCi]"
LATE = r"(?:(?:[tu]O|[8Uut]Q)2)?"
"""``ساعة متأخرة من``, ``الساعات الأولى من``: before a part of the day or a day."""
DAY = r"(?:(?:EO?|J)[,(]?(?:y?W)?|y?W(?:[-+,]?W)?)"


def rule(name: str, pattern: str, starts: str) -> Callable[[Handler], Handler]:
    """Add a rule; of all that match at a place the longest wins, then the first written."""

    def add(read: Handler) -> Handler:
        RULES.append(Rule(f"timex.{name}", re.compile(pattern), starts, read))
        return read

    return add


def words_of(found: re.Match[str], run: Run, group: str | int = 0) -> list[Word]:
    """The words of a group of the match, marks left out."""
    first, last = found.span(group)
    return [word for word in run.words[first:last] if word is not None] if first >= 0 else []


def word_of(found: re.Match[str], run: Run, group: str) -> Word | None:
    """The first word of a group, None where it did not take part."""
    words = words_of(found, run, group)
    return words[0] if words else None
