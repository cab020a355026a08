"""The figures as claims: who says how many, of whom, as of when, and against whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hasila.annotation import Annotation
from hasila.arabic.analysis import analyse
from hasila.corpus import Corpus
from hasila.schema import layers

Json = dict[str, Any]
Ends = tuple[str, str]
"""A figure: its article and its id."""

SIGNS = {"approx": "≈", "at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<"}
JOINED = ("UPDATES", "CONTRADICTS", "DENIES", "DECLINES")
"""The relations that the timeline draws: what superseded a claim, and what speaks against it."""
AGAINST = JOINED[1:]


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure, ready to be shown."""

    article: str
    id: str
    text: str
    sentence: tuple[str, str, str]
    fields: Json
    shown: str
    date: str | None
    source: str
    voice: str
    sigil: str = ""
    superseded: bool = False
    relations: tuple[Link, ...] = field(default=())

    @property
    def ends(self) -> Ends:
        """Article and id."""
        return self.article, self.id


@dataclass(frozen=True, slots=True)
class Link:
    """A relation seen from one of its figures; ``outgoing`` where this one is its source."""

    type: str
    strength: str | None
    outgoing: bool
    article: str
    id: str
    note: str | None


def quantity(low: int | None, high: int | None, comparator: str | None, vague: str | None) -> str:
    """A number as it is claimed: ``≈200``, ``≥15``, ``2000–4000``, ``tens``."""
    if vague:
        return vague
    if low is not None and high is not None and low != high:
        return f"{low}–{high}"
    value = low if low is not None else high
    return f"{SIGNS.get(comparator or '', '')}{value}" if value is not None else "?"


def claims(corpus: Corpus, origin: str) -> list[Claim]:
    """Every figure of one origin, in the order of articles and text."""
    relations = _links(corpus.relations(origin))
    superseded = {
        (link.article, link.id) for links in relations.values() for link in links
        if link.type == "UPDATES" and link.outgoing
    }  # fmt: skip
    found: list[Claim] = []
    for article in corpus.stream():
        figures = [a for a in corpus.read_annotations(article.id, origin) if a.layer == "figure"]
        if not figures:
            continue
        sentences = Sentences(article.text)
        for one in figures:
            source, voice = _source(corpus, one, article.meta)
            claim = Claim(
                article=article.id,
                id=one.id,
                text=one.text,
                sentence=sentences.around(one.start, one.end),
                fields=one.fields,
                shown=quantity(*(one.get(name) for name in ("low", "high", "comparator", "vague"))),
                date=one.get("as_of") or one.get("said_on") or article.published,
                source=source,
                voice=voice,
                superseded=(article.id, one.id) in superseded,
                relations=tuple(relations.get((article.id, one.id), ())),
            )
            found.append(claim)
    return _signed(found)


def _links(relations: Iterable[Mapping[str, Any]]) -> dict[Ends, list[Link]]:
    found: dict[Ends, list[Link]] = {}
    for one in relations:
        ends = [(one[end]["article"], one[end]["id"]) for end in ("source", "target")]
        for here, there, outgoing in ((ends[0], ends[1], True), (ends[1], ends[0], False)):
            link = Link(one["type"], one.get("strength"), outgoing, *there, one.get("note"))
            found.setdefault(here, []).append(link)
    return found


def _source(corpus: Corpus, figure: Annotation, article: Json) -> tuple[str, str]:
    """The name of whom the number comes from, and of the organisation whose word it is."""
    entities = corpus.registry["entities"]
    who = figure.get("originator")
    if who is None:
        name = article.get("publisher") if figure.get("originator_basis") == "publisher" else None
        return (name, name) if name else ("not named", "not named")
    voice, seen = who, {who}
    while (record := entities.get(voice)) and record.get("speaks_for") and record["speaks_for"] not in seen:
        voice = record["speaks_for"]
        seen.add(voice)
    named, spoken = (str(entities.get(x, {}).get("name_en") or x) for x in (who, voice))
    return named, spoken


def _signed(found: Sequence[Claim]) -> list[Claim]:
    """Give every voice a sigil, the most frequent first: A … Z, AA …"""
    voices = [name for name, _ in Counter(c.voice for c in found).most_common()]
    sigils = {name: _letters(k) for k, name in enumerate(voices)}
    return [replace(c, sigil=sigils[c.voice]) for c in found]


def _letters(number: int) -> str:
    name = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, 26)
        name = chr(65 + digit) + name
    return name


class Sentences:
    """The sentences of one text."""

    def __init__(self, text: str) -> None:
        self.analysis = analyse(text)

    def around(self, start: int, end: int) -> tuple[str, str, str]:
        """What stands before, in and after ``[start, end)`` within its sentence."""
        text, normal = self.analysis.text, self.analysis.normal
        if not self.analysis.sentences:
            return "", text[start:end], ""
        place = min(normal.form_at(start), max(len(normal.form) - 1, 0))
        first, last = normal.raw(*self.analysis.sentence_at(place))
        return text[min(first, start) : start], text[start:end], text[end : max(last, end)]


def labels(name: str) -> dict[str, str]:
    """Titles of a figure field's labels, in schema order."""
    kind = layers()["figure"].field(name).type
    return {label.name: label.title for label in kind.labels}


def side_name(corpus: Corpus, side: str | None) -> str:
    """A side's English name."""
    if side is None:
        return "not said"
    known = corpus.registry["entities"].get(side)
    return str(known["name_en"]) if known else side.replace("-", " ").capitalize()
