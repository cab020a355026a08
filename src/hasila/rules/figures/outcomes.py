"""What befalls people: the events and states of a page that say so, and which of them a numeral counts."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from hasila.annotation import Annotation
from hasila.arabic.words import LETTER
from hasila.rules.occurrences import Lookup, led
from hasila.rules.page import Page

OF_EVENT = {
    "Die": "killed", "Injure": "injured", "Capture": "captured", "Surrender": "surrendered",
    "Escape": "escaped", "Release": "freed", "Rescue": "freed", "Detention": "detained",
    "Displacement": "displaced", "Bombing": "bombings",
}  # fmt: skip
"""The category that an event gives to those who undergo it, or to itself."""

_STATES = re.compile(
    rf"(?<!{LETTER})[وف]?(?:(?P<killed>عداد +(?:الموتي|القتلي|الاموات))"
    r"|(?P<missing>(?:في +)?عداد +المفقودين|مفقود(?:ا|ين|ون|ه)?|فقدان(?: +الاتصال)?|فقد +اثر\S*"
    r"|(?:اختف[يت]|فقد)\S{0,2}"
    r"(?= +(?:نحو|حوالي|اكثر|ما +لا|[0-9]|عشر|ميات|منه[ما]|اثن|ثلاث|اربع|خمس|ست|سبع|ثمان|تسع)))"
    r"|(?P<holding_out>[يت]تحصن\S*|متحصن\S*)|(?P<at_large>طليق\S*|طلقاء|طلقين|فارين)"
    r"|(?P<other>محاصر(?:ا|ين|ون|ه|ات)?|عالق(?:ا|ين|ون|ه|ات)?)"
    rf"|(?P<displaced>بلا +ماوي|دون +ماوي|مشردين))(?!{LETTER})"
)
_STATE_WORD = Lookup(
    re.compile(
        r"[وف]?(?:عداد|مفقود\w*|فقد\w*|اختف\w*|[يت]تحصن\w*|متحصن\w*|طلي?ق\w*|فارين|محاصر\w*|عالق\w*|بلا|دون|مشردين)"
    ).fullmatch
)
_IN = ("في", "وفي", "ففي")
CONTRAST = re.compile(r"(?:في حين|بينما|فيما|لكن|غير ان|الا ان|نجا|نجت|نجوا) ")
"""Behind it something else is told than before it, of survivors too."""
STOP = re.compile(r"[.؛!؟?\n]")
_TOLL = re.compile(
    r"(?:^| )(?:و?(?:الي|ل)|[فو]?[تي]?(?:بلغ|وصل|تجاوز|تخط|ارتفع|زاد|قارب|ناهز)\w*"
    r"|عند|هو|هي|علي|بين|ب|:)[ :\"]*$"
)
_OUTCOME = re.compile(
    r"(?:ال)?(?:قتلي|قتيل|ضحايا|ضحيه|جرحي|مصابين|مصابون|وفيات|شهداء|خساير|جثث|اصابات|مفقودين|نازحين)"
)
_ASIDE = re.compile(r"بما في ذلك|بمن فيهم|بينهم|الذين|ممن")
_PREPOSED = re.compile(r"^(?:في|ب|ل|خلال|امس|اليوم|جراء|اثر|عقب|نتيجه|مساء|صباح|فجر|حتي|علي|،)")
_FATE = re.compile("(?:مصرع|حتف)ه")
"""``لقوا حتفهم``: a noun that is told behind those whom it befalls, like a verb."""
_NEUTRALISED = re.compile("حيد|تحييد")
_AGAIN = re.compile(r"(?:اعاد|اعيد|تعيد|يعيد|مجددا|اعاده)\w* *(?:القاء *)?$")


class Outcome(NamedTuple):
    """An event or state and the category that it gives.

    ``verb`` says that words may stand between it and its count.
    """

    start: int
    end: int
    category: str
    verb: bool
    event: Annotation | None


class Outcomes:
    """The outcomes of one page, in text order."""

    def __init__(self, page: Page) -> None:
        self.page, self.form = page, page.form
        self._all = sorted(self._read(), key=attrgetter("start"))
        self._starts = [outcome.start for outcome in self._all]

    @cached_property
    def injuries(self) -> bool:
        """Whether the page tells of wounded."""
        return any(t.category == "injured" and t.event for t in self._all)

    def _read(self) -> Iterator[Outcome]:
        for event, (start, end) in zip(self.page.events, self.page.spans.get("event", []), strict=True):
            category = OF_EVENT.get(event.fields["type"])
            if category is None:
                continue
            verb = event.rest["provenance"].get("rule", "").endswith("verb") or event.text.isascii()
            if category == "captured" and self._again(start, end):
                category = "recaptured"
            elif category == "killed":
                verb = verb or _FATE.match(self.form, start) is not None
                if _NEUTRALISED.match(self.form, start):
                    category = "killed_or_captured"
            yield Outcome(start, end, category, verb or category == "bombings", event)
        for found in led(self.page, _STATES, _STATE_WORD, _IN):
            state = found.lastgroup or ""
            yield Outcome(found.start(state), found.end(), state, True, None)

    def _again(self, start: int, end: int) -> bool:
        return bool(
            _AGAIN.search(self.form, max(0, start - 22), start) or self.form.startswith(" مجددا", end)
        )

    def before(self, start: int, floor: int, known: bool, bomb: bool = False) -> Outcome | None:
        """The nearest trigger before a numeral that can govern it."""
        at = bisect_left(self._starts, start) - 1
        while at >= 0 and self._all[at].start >= floor:
            trigger = self._all[at]
            at -= 1
            gap = self.form[trigger.end : start]
            if STOP.search(gap):
                return None
            words = len(gap.split())
            if _OUTCOME.match(self.form, trigger.start):
                if words <= 14 and (words == 0 or _TOLL.search(gap.rstrip(' "')) or _TOLL.search(gap)):
                    return trigger
                if words <= 14 and not known:
                    continue
                return None
            if trigger.category == "at_large" or (trigger.category == "bombings" and not bomb):
                continue
            if words > (10 if known else 2):
                return None
            if not trigger.verb and words > 2 and not _PREPOSED.match(gap.strip()):
                return None
            return trigger
        return None

    def after(self, end: int, limit: int, fell: bool) -> Outcome | None:
        """The verb behind a numeral that says what befell those it counts; the noun where they ``fell``."""
        at = bisect_left(self._starts, end)
        while at < len(self._all) and self._all[at].start < limit:
            trigger = self._all[at]
            at += 1
            gap = self.form[end : trigger.start]
            words = len(gap.split())
            if trigger.category == "bombings" or words > 24 or STOP.search(gap) or CONTRAST.search(gap):
                return None
            if words > (10 if "،" in gap else 16) and not _ASIDE.search(gap):
                return None
            led = gap.strip(' "').endswith(("الي", "علي")) and words <= 4
            if led and "حاجه" not in gap and trigger.category in ("displaced", "escaped", "surrendered"):
                return trigger
            if not (trigger.verb or fell) or gap.endswith((" و", "،و", " ف")):
                continue
            if trigger.event is None or fell or not _OUTCOME.match(self.form, trigger.start):
                return trigger
        return None

    def paired(self, trigger: Outcome) -> bool:
        """``مقتل وإصابة``: two outcomes for one count."""
        at = bisect_left(self._starts, trigger.start)
        if at == 0:
            return False
        other = self._all[at - 1]
        gap = self.form[other.end : trigger.start].strip()
        if self.page.within("number", max(0, other.start - 40), other.start):
            return False
        return gap in ("و", "او") and {other.category, trigger.category} == {"killed", "injured"}
