"""Zones: what part of the page each line is.

A line is told by what it says (labels, forms, signatures), by its shape (short and without a full stop:
a heading) and by its place; copies by ``copies``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from hasila.annotation import Annotation
from hasila.rules.lexicon import forms, one_of
from hasila.rules.occurrences import LONGEST, Lookup
from hasila.rules.page import Page
from hasila.rules.zones.copies import Copy, copies

_SIGNATURE = re.compile(r"-{1,2} ?[^\n]{1,100}\(@[a-z0-9_]{1,30}\)[^\n]{0,40}$")
_URL_LINE = re.compile(r"(?:https?:/|www\.)\S+|pic\.twitter\.com/\S+")
_NO_WORDS = re.compile(r"[^a-z\u0621-\u064a]*")
_CLOSING = re.compile(r"[.!:؛،,…]\W*$")
_HEADLINE, _SUBHEADING, _FORM = 200, 80, 300
"""Longest headline, subheading and line of a form, in characters."""


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    form: tuple[int, int]
    text: str
    blank_before: bool
    type: str = ""
    rule: str = ""

    @property
    def heading(self) -> bool:
        """Whether the line has a heading's shape."""
        text = self.text
        if not 0 < len(text) <= _HEADLINE or text[0] in "-*•":
            return False
        return text[-1].isalnum() or not _CLOSING.search(text)


def find(page: Page) -> Iterator[Annotation]:
    """Zones that cover every line which is not blank; tweets and forms may span several."""
    lines = list(_lines(page))
    if len(lines) > 1:
        _boilerplate(page, lines)
        _tweets(lines)
    repeated = copies(page.analysis, [line.form for line in lines])
    _headings(lines, repeated)
    _related(lines)
    yield from _marks(page, lines, repeated)


def _lines(page: Page) -> Iterator[_Line]:
    """The lines of the raw text that are not blank, edge white space outside."""
    form, blank, at = page.analysis.form, True, 0
    for raw in page.analysis.text.split("\n"):
        inner = raw.strip()
        if inner:
            start = at + len(raw) - len(raw.lstrip())
            span = page.form_span(start, start + len(inner))
            yield _Line(start, start + len(inner), span, form[span[0] : span[1]].strip(), blank)
        blank = not inner
        at += len(raw) + 1


_ENDS = r"(?![a-z\u0621-\u064a])"


@cache
def _labels() -> re.Pattern[str]:
    """A label of related items (its group) or of links, share buttons and the like."""
    tails = {"link": r"(?: *[:.|»\"-]|$)", "start": r" *[:(|]", "whole": r" *:?$"}
    links = (one_of(forms("zones", kind)) + _ENDS + tail for kind, tail in tails.items())
    return re.compile(f"(?P<related>{one_of(forms('zones', 'related'))}{_ENDS} *:?$)|{'|'.join(links)}")


@cache
def _form() -> re.Pattern[str]:
    return re.compile(one_of(forms("zones", "form")) + _ENDS)


@cache
def _form_word() -> re.Pattern[str]:
    return re.compile(one_of(phrase.split()[0] for phrase in forms("zones", "form")) + _ENDS)


# Only lines with a word in which a phrase of a form may begin are searched for the phrases; a word that was
# cut short may go on to one.
_FORM_WORDS = Lookup(lambda word: _form_word().search(word) or (len(word) >= LONGEST or None))


def _has_form(line: _Line, hints: list[int]) -> bool:
    at = bisect_left(hints, line.form[0])
    return at < len(hints) and hints[at] < line.form[1] and bool(_form().search(line.text))


def _boilerplate(page: Page, lines: list[_Line]) -> None:
    starts = page.analysis.starts
    hints = [starts[index] for index, _ in _FORM_WORDS.on(page)]
    labels = _labels()
    for line in lines:
        text = line.text
        if _URL_LINE.fullmatch(text):
            line.type, line.rule = "boilerplate", "zone.url"
        elif len(text) <= 40 and _NO_WORDS.fullmatch(text):
            line.type, line.rule = "boilerplate", "zone.count"
        elif len(text) > _FORM:
            continue
        elif label := labels.match(text.lstrip('-*•|"#>» ')):
            line.type, line.rule = "boilerplate", "zone.related_label" if label["related"] else "zone.link"
        elif _has_form(line, hints):
            line.type, line.rule = "boilerplate", "zone.form"


def _tweets(lines: list[_Line]) -> None:
    """A signature and what stands above it: to the blank line where the page has them, else one line."""
    spaced = sum(line.blank_before for line in lines) * 2 > len(lines)
    for at, line in enumerate(lines):
        if line.type or not _SIGNATURE.match(line.text):
            continue
        line.type, line.rule = "tweet", "zone.tweet"
        above = at - 1
        while above >= 0 and not lines[above].type:
            lines[above].type, lines[above].rule = "tweet", "zone.tweet_text"
            if lines[above].blank_before or not (spaced or lines[above - 1].text.startswith(("#", "@"))):
                break
            above -= 1


def _headings(lines: list[_Line], repeated: dict[int, Copy]) -> None:
    text = [at for at, line in enumerate(lines) if not line.type]
    for place, at in enumerate(text):
        line = lines[at]
        after = lines[text[place + 1]] if place + 1 < len(text) else None
        line.type, line.rule = "body", "zone.body"
        if after is None or not line.heading:
            continue
        if place == 0:
            line.type, line.rule = "headline", "zone.headline"
        elif len(line.text) <= _SUBHEADING and len(after.text) > 1.2 * len(line.text):
            line.type, line.rule = "subheading", "zone.subheading"
    for at, copy in repeated.items():
        line = lines[at]
        if line.type in ("body", "headline", "subheading"):
            original = lines[copy.of[0]].type
            if copy.cut:
                line.type, line.rule = "teaser", "zone.teaser"
            elif original in ("headline", "subheading") and len(copy.of) == 1:
                line.type, line.rule = original, "zone.copy"
            else:
                line.type, line.rule = "body", "zone.copy"


def _related(lines: list[_Line]) -> None:
    """What a label of related items announces: an item with its headline, or mere links."""
    at = 0
    while at < len(lines):
        label = lines[at]
        at += 1
        if label.rule != "zone.related_label":
            continue
        first = at
        while at < len(lines) and lines[at].type not in ("boilerplate", "tweet"):
            at += 1
        item = lines[first:at]
        if all(line.heading for line in item):
            for line in item:
                line.type, line.rule = "boilerplate", "zone.link"
            continue
        for place, line in enumerate(item):
            opens = line.heading and place + 1 < len(item) and not item[place + 1].heading
            if opens and (place == 0 or len(line.text) > 40):
                line.type, line.rule = "headline", "zone.related_headline"
            elif line.type != "teaser":
                line.type, line.rule = "related", "zone.related"


def _marks(page: Page, lines: list[_Line], repeated: dict[int, Copy]) -> Iterator[Annotation]:
    of_line: list[Annotation] = []
    while len(of_line) < len(lines):
        at = last = len(of_line)
        while lines[last].rule in _SEVERAL and last + 1 < len(lines) and _continues(*lines[last : last + 2]):
            last += 1
        sources: list[Annotation] = []
        if (
            at in repeated
            and lines[at].type != "boilerplate"
            and all(n in repeated for n in range(at, last + 1))
        ):
            for line in range(at, last + 1):
                sources += [of_line[n] for n in repeated[line].of if n < at and of_line[n] not in sources]
        zone = page.mark_raw("zone", lines[at].start, lines[last].end, lines[last].rule, type=lines[at].type)
        if sources and all(source["type"] != "boilerplate" for source in sources):
            zone.rest["copy_of"] = sources
        of_line += [zone] * (last + 1 - at)
        yield zone


_SEVERAL = frozenset({"zone.tweet_text", "zone.form"})
"""Rules of which several lines may be one zone."""


def _continues(line: _Line, after: _Line) -> bool:
    """Whether two lines are one zone: a tweet up to its signature, a form without a blank line in it."""
    if line.type == "tweet" and after.type == "tweet":
        return line.rule == "zone.tweet_text"
    return line.rule == after.rule == "zone.form" and not after.blank_before
