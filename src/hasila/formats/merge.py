"""What a person corrected elsewhere, back into a corpus: ids and the provenance of untouched lines stay."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hasila.annotation import Annotation
from hasila.corpus import Corpus
from hasila.errors import HasilaError
from hasila.release import read_released
from hasila.schema import Layer

Json = dict[str, Any]

NEW = "?"
"""What the id of a new annotation begins with, until it gets a real one."""


@dataclass
class Found:
    """What a format says of one article.

    ``lines`` are annotation lines without ``text`` to trust; new ones have an id that begins with ``?``, and
    links may use it. ``remarks`` say what could not be taken. ``covers`` are the ids of the annotations that
    the format shows: one that is missing among ``lines`` was deleted; None: it shows all.
    """

    lines: list[Json]
    remarks: list[str] = field(default_factory=list)
    covers: Collection[str] | None = None


@dataclass
class Changes:
    """An article's annotations after an import, and what became of each id."""

    annotations: list[Annotation]
    kept: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether the article differs from before."""
        return bool(self.changed or self.added or self.removed)


def merge(corpus: Corpus, article: str, origin: str, found: Found, annotator: str | None) -> Changes:
    """Compare what a format says of an article with the corpus's annotations of one origin.

    A line that says what the corpus says stays as it is, with its provenance. One that differs becomes the
    annotator's. A new one gets the next number of its layer that neither the corpus nor a release has used.

    Raises:
        HasilaError: something was changed, and ``annotator`` does not say by whom.
    """
    present = {one.id: one for one in corpus.read_annotations(article, origin)}
    changes = Changes([], remarks=list(found.remarks))
    told: list[str] = []
    lines = _distinct(found.lines, corpus.layers, told)
    names = _names(lines, present, _released(corpus, article, origin), corpus.layers, told)
    changes.remarks += [f"{article}: {remark}" for remark in told]
    signed = {"method": "hand", "annotator": annotator}
    for line in lines:
        layer = corpus.layers[line["layer"]]
        line = _renamed(line, names) | {"id": names[line["id"]]}
        old = present.get(line["id"])
        if old is not None and _content(old.to_dict(layer)) == _content(line):
            changes.kept.append(old.id)
            changes.annotations.append(old)
            continue
        (changes.added if old is None else changes.changed).append(line["id"])
        own = line.get("provenance") if old is None else None
        if not (isinstance(own, dict) and (own.get("method") == "hand" or origin != "hand")):
            own = None
        if own is None and not annotator:
            raise HasilaError(
                f"{article}: {line['id']} is new or changed; say whose correction it is with --annotator NAME"
            )
        changes.annotations.append(Annotation.from_dict(line | {"provenance": own or signed}, article))
    covered = present.keys() if found.covers is None else set(found.covers)
    there = {one.id for one in changes.annotations}
    for name, one in present.items():
        if name in covered and name not in there:
            changes.removed.append(name)
        elif name not in there:
            changes.annotations.append(one)
    return changes


def _distinct(lines: Iterable[Json], layers: Mapping[str, Layer], remarks: list[str]) -> list[Json]:
    """The lines, those new whose id is none of their layer or is another line's already."""
    found = []
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        name = line["id"]
        is_id = re.fullmatch(rf"{layers[line['layer']].prefix}[1-9][0-9]*", name)
        if name in seen or not (is_id or name.startswith(NEW)):
            why = "stands twice" if name in seen else f"is no id of a {line['layer']}"
            remarks.append(f"the id {name!r} {why}; the annotation gets a new one")
            line = line | {"id": f"{NEW}{NEW}{number}"}
        seen.add(name)
        found.append(line)
    return found


def _content(line: Mapping[str, Any]) -> Json:
    """What a line says, whoever says it."""
    return {k: v for k, v in line.items() if k not in ("text", "provenance", "article")}


def _released(corpus: Corpus, article: str, origin: str) -> set[str]:
    """The ids that releases have used, those of retired annotations too."""
    released: Mapping[str, Any] = read_released(corpus.root)
    file = f"annotations/{origin}/{article}.jsonl"
    return {*released.get("ids", {}).get(file, ()), *released.get("retired", {}).get(file, ())}


def _names(
    lines: Sequence[Json],
    present: Collection[str],
    released: Collection[str],
    layers: Mapping[str, Layer],
    remarks: list[str],
) -> dict[str, str]:
    """The id that every line gets, by the one that it came with."""
    used = {*present, *released, *(line["id"] for line in lines)}
    highest: dict[str, int] = {}
    for layer in layers.values():
        numbers = (name.removeprefix(layer.prefix) for name in used if name.startswith(layer.prefix))
        highest[layer.name] = max((int(n) for n in numbers if n.isdecimal()), default=0)
    found: dict[str, str] = {}
    for line in sorted(lines, key=lambda one: (one["start"], -one["end"])):
        name = line["id"]
        gone = name in released and name not in present
        if gone:
            remarks.append(f"the id {name} belonged to an annotation of a release; the new one gets another")
        if gone or name.startswith(NEW):
            highest[line["layer"]] += 1
            found[name] = f"{layers[line['layer']].prefix}{highest[line['layer']]}"
        else:
            found[name] = name
    return found


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """``value`` with the ids of new annotations in place of the names that they came with."""
    if isinstance(value, dict):
        return {key: _renamed(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, names) for part in value]
    return names.get(value, value) if isinstance(value, str) and value.startswith(NEW) else value
