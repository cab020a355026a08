"""Every mention of each referent and each event, across articles, with the words around it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hasila.annotation import Annotation
from hasila.browse.claims import Sentences
from hasila.corpus import Corpus

Json = dict[str, Any]
WIDTH = 42
"""Code points of context on each side of a mention."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention in its context."""

    article: str
    id: str
    before: str
    text: str
    after: str
    label: str
    form: str


@dataclass(slots=True)
class Referent:
    """A line of the registry, or a referent that only its mentions know, with its mentions."""

    id: str
    record: Json | None
    mentions: list[Mention] = field(default_factory=list)

    @property
    def aliases(self) -> list[tuple[str, int]]:
        """The forms that occur, the most frequent first."""
        return Counter(mention.form for mention in self.mentions).most_common()

    @property
    def articles(self) -> int:
        """In how many articles it is mentioned."""
        return len({mention.article for mention in self.mentions})


@dataclass(frozen=True, slots=True)
class Index:
    """The referents, in the order of their mentions' number; and the mentions that name none."""

    known: list[Referent]
    unlinked: list[Referent]


def gather(corpus: Corpus, origin: str, layer: str, part: str) -> Index:
    """The mentions of one layer by the registry line (of ``part``) that they name.

    A mention whose ``ref`` is no line of the registry counts as a referent of its own article; one
    without ``ref`` is listed by its wording.
    """
    records = corpus.registry[part]
    known = {key: Referent(key, record) for key, record in records.items()}
    loose: dict[str, Referent] = {}
    for article in corpus.stream():
        found = [a for a in corpus.read_annotations(article.id, origin) if a.layer == layer]
        if not found:
            continue
        sentences = Sentences(article.text)
        for one in found:
            ref = one.get("ref")
            if ref in known:
                target = known[ref]
            else:
                name = f"{article.id}:{ref}" if ref else one.text
                target = loose.setdefault(name, Referent(name, None))
            target.mentions.append(_mention(article.id, one, sentences))
    ranked = sorted(known.values(), key=lambda r: -len(r.mentions))
    return Index(ranked, sorted(loose.values(), key=lambda r: -len(r.mentions)))


def _mention(article: str, one: Annotation, sentences: Sentences) -> Mention:
    before, text, after = sentences.around(one.start, one.end)
    label = str(one.get("level") or one.get("realis") or "")
    form = str(one.get("norm") or text)
    return Mention(article, one.id, _tail(before), text, _head(after), label, form)


def _tail(text: str) -> str:
    """The last words of ``text``."""
    if len(text) <= WIDTH:
        return text
    return "…" + text[-WIDTH:].partition(" ")[2]


def _head(text: str) -> str:
    """The first words of ``text``."""
    if len(text) <= WIDTH:
        return text
    return text[:WIDTH].rpartition(" ")[0] + "…"


def children(records: Iterable[Json], key: str) -> dict[str, list[str]]:
    """Ids of the records that name another in ``key``, by that other's id."""
    found: dict[str, list[str]] = {}
    for record in records:
        if record.get(key):
            found.setdefault(record[key], []).append(record["id"])
    return found
