"""brat standoff: ``.txt``, ``.ann`` and ``annotation.conf``, all layers and fields, both ways.

An annotation is a text-bound ``T`` line of type ``<layer>-<main label>``; labels are attributes, links to
other annotations and to pieces of text (``hedge``, ``content`` …) relations. What brat has no place for, the
id first, stands as a JSON object in the annotation's ``AnnotatorNotes``. A span over several lines has a
fragment a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from pathlib import Path
from typing import Any

from hasila.annotation import Annotation
from hasila.atomic import write_file
from hasila.corpus import Article, Corpus
from hasila.errors import HasilaError
from hasila.formats.brat_names import Names, Unit
from hasila.formats.fields import carried, complete, main_label, piece, roles, way
from hasila.formats.merge import Found
from hasila.schema import Field, Layer

Json = dict[str, Any]
Span = tuple[int, int]

_ENDS = r"\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_BREAK = re.compile(rf"(?<![^\S{_ENDS}])[^\S{_ENDS}]*+[{_ENDS}]\s*+")
"""A line break with the white space around it: no fragment may hold one."""


def export(corpus: Corpus, origin: str, out: Path) -> list[str]:
    """Write ``annotation.conf``, and ``.txt`` and ``.ann`` of every article, into ``out``.

    Raises:
        HasilaError: a span begins or ends with a line break, which no fragment can hold.
    """
    names = Names(corpus.layers)
    write_file(out / "annotation.conf", names.configuration())
    relations = corpus.relations(origin)
    across = sum(r["source"]["article"] != r["target"]["article"] for r in relations)
    for article in corpus.stream():
        lines = _Writer(article, names, corpus.read_annotations(article.id, origin)).lines(relations)
        write_file(out / f"{article.id}.txt", article.text)
        write_file(out / f"{article.id}.ann", "".join(line + "\n" for line in lines))
    if not across:
        return []
    return [f"{across} relations between figures of two articles: brat joins nothing across documents"]


def fragments(text: str, spans: Iterable[Span]) -> list[Span]:
    """The pieces of ``spans`` that lie on one line each."""
    found = []
    for start, end in spans:
        at = start
        for gap in _BREAK.finditer(text, start, end):
            found.append((at, gap.start()))
            at = gap.end()
        found.append((at, end))
    return [span for span in found if span[0] < span[1]]


def joined(text: str, pieces: Iterable[Span]) -> list[Span]:
    """The spans whose fragments ``pieces`` are: those with only a line break between them belong together."""
    found: list[Span] = []
    for start, end in sorted(pieces):
        if found and _BREAK.fullmatch(text, found[-1][1], start):
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


class _Writer:
    """The lines of one ``.ann`` file."""

    def __init__(self, article: Article, names: Names, annotations: Sequence[Annotation]) -> None:
        self.article, self.names, self.annotations = article, names, annotations
        self.bound: list[str] = []
        self.relations: list[str] = []
        self.attributes: list[str] = []
        self.notes: list[str] = []
        self.handles: dict[str, str] = {}

    def lines(self, relations: Iterable[Json]) -> list[str]:
        for one in self.annotations:
            layer = self.names.layers[one.layer]
            main = main_label(layer)
            name = self.names.of(one.layer, one.get(main.name) if main else None)
            self.handles[one.id] = self._bound(name, [one.span], one.id)
        for one in self.annotations:
            self._describe(one, self.names.layers[one.layer])
        for relation in relations:
            ends = [relation["source"], relation["target"]]
            if all(end["article"] == self.article.id and end["id"] in self.handles for end in ends):
                self._relation(relation["type"], *(self.handles[end["id"]] for end in ends))
        return self.bound + self.relations + self.attributes + self.notes

    def _bound(self, name: str, spans: Sequence[Span], owner: str) -> str:
        pieces = fragments(self.article.text, spans)
        if joined(self.article.text, pieces) != list(spans):
            raise HasilaError(
                f"{self.article.id}: a span of {owner} begins or ends with a line break, which brat cannot "
                "carry; `hasila validate` shows where"
            )
        handle = f"T{len(self.bound) + 1}"
        places = ";".join(f"{start} {end}" for start, end in pieces)
        covered = " ".join(self.article.text[start:end] for start, end in pieces)
        self.bound.append(f"{handle}\t{name} {places}\t{covered}")
        return handle

    def _relation(self, name: str, source: str, target: str) -> None:
        self.relations.append(f"R{len(self.relations) + 1}\t{name} Arg1:{source} Arg2:{target}")

    def _describe(self, one: Annotation, layer: Layer) -> None:
        handle = self.handles[one.id]
        note: Json = {"id": one.id}
        main = main_label(layer)
        for said, value in carried(layer, one):
            if said != main and not self._field(one, layer, said, value):
                note[said.name] = value
        number = len(self.notes) + 1
        self.notes.append(f"#{number}\tAnnotatorNotes {handle}\t{json.dumps(note, ensure_ascii=False)}")

    def _field(self, one: Annotation, layer: Layer, field: Field, value: Any) -> bool:
        """Write one field; False where it must go into the note."""
        shape, handle = way(field.type), self.handles[one.id]
        if value is None or value == []:
            return False
        if shape == "label" or field.type.kind == "bool":
            word = str(value).lower() if field.type.kind == "bool" else str(value)
            name = self.names.of(layer.name, field.name)
            self.attributes.append(f"A{len(self.attributes) + 1}\t{name} {handle} {word}")
        elif shape in ("span", "spans"):
            spans = [(part["start"], part["end"]) for part in (value if shape == "spans" else [value])]
            whole = joined(self.article.text, fragments(self.article.text, spans)) == spans
            name = self.names.of(layer.name, field.name)
            for group in [spans] if whole else [[span] for span in spans]:
                self._relation(name, handle, self._bound(name, group, one.id))
        elif shape in ("link", "links"):
            targets = value if shape == "links" else [value]
            if any(target not in self.handles for target in targets):
                return False
            for target in targets:
                self._relation(self.names.of(layer.name, field.name), handle, self.handles[target])
        elif shape == "roles":
            label, link = roles(field)
            if any(
                set(part) != {label.name, link.name} or part[link.name] not in self.handles for part in value
            ):
                return False
            for part in value:
                name = self.names.of(layer.name, field.name, part[label.name])
                self._relation(name, handle, self.handles[part[link.name]])
        else:
            return False
        return True


@dataclass
class _Bound:
    """One ``T`` line, and what other lines say of it."""

    unit: Unit
    pieces: list[Span]
    note: Json = default(default_factory=dict)
    attributes: dict[str, str] = default(default_factory=dict)
    links: list[tuple[Unit, str]] = default(default_factory=list)


def read(folder: Path, corpus: Corpus, origin: str) -> Iterator[tuple[str, Found]]:
    """Yield what the ``.ann`` files of ``folder`` say, by article.

    Raises:
        HasilaError: a file is no brat standoff, with its line, or its ``.txt`` is not the corpus's article.
    """
    names = Names(corpus.layers)
    for article in corpus.stream():
        path = folder / f"{article.id}.ann"
        if not path.is_file():
            continue
        copy = path.with_suffix(".txt")
        if copy.is_file() and copy.read_bytes() != article.text.encode("utf-8"):
            raise HasilaError(
                f"{copy}: not the text of the corpus, so no offset can be trusted; bring it back"
            )
        try:
            rows = path.read_bytes().decode("utf-8").split("\n")
        except UnicodeDecodeError as error:
            raise HasilaError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
        yield article.id, _Reader(path, article, names).found(rows, corpus.relations(origin))


class _Reader:
    """The annotations of one ``.ann`` file."""

    def __init__(self, path: Path, article: Article, names: Names) -> None:
        self.path, self.article, self.names = path, article, names
        self.bound: dict[str, _Bound] = {}
        self.remarks: list[str] = []
        self.related: list[tuple[str, str, str]] = []

    def found(self, rows: Sequence[str], relations: Iterable[Json]) -> Found:
        later: list[tuple[int, str, str]] = []
        for number, row in enumerate(rows, start=1):
            row = row.removesuffix("\r")
            if not row.strip():
                continue
            handle, _, rest = row.partition("\t")
            if handle[:1] == "T":
                self._read_bound(number, handle, rest)
            else:
                later.append((number, handle, rest))
        readers = {"R": self._read_relation, "A": self._read_attribute, "#": self._read_note}
        for number, handle, rest in later:
            if handle[:1] in readers:
                readers[handle[:1]](number, handle, rest)
            else:
                self._remark(
                    number, f"{handle}: the corpus has no place for a line of this kind, so it is left out"
                )
        lines = self._lines()
        self._compare(relations)
        return Found(lines, self.remarks)

    def _remark(self, number: int | None, message: str) -> None:
        self.remarks.append(f"{self.path.name}:{f'{number}:' if number else ''} {message}")

    def _bad(self, number: int, want: str) -> HasilaError:
        return HasilaError(f"{self.path}:{number}: not brat standoff; such a line reads {want}")

    def _target(self, number: int, handle: str) -> _Bound | None:
        if handle not in self.bound:
            self._remark(number, f"it is about {handle}, which is not there, so it is left out")
        return self.bound.get(handle)

    def _read_bound(self, number: int, handle: str, rest: str) -> None:
        head, _, covered = rest.partition("\t")
        match = re.fullmatch(r"(\S+) (\d+ \d+(?:;\d+ \d+)*)", head)
        if not match:
            raise self._bad(number, "T1<TAB>TYPE START END<TAB>TEXT")
        unit = self.names.units.get(match[1])
        if unit is None:
            self._remark(number, f"{handle}: the corpus has no type {match[1]!r}, so it is left out")
            return
        pairs = [part.split(" ") for part in match[2].split(";")]
        pieces = [(int(start), int(end)) for start, end in pairs]
        text = self.article.text
        if any(not 0 <= start < end <= len(text) for start, end in pieces):
            raise HasilaError(f"{self.path}:{number}: {handle} leaves the text of {len(text)} code points")
        reads = " ".join(text[start:end] for start, end in pieces)
        if covered != reads:
            self._remark(number, f"{handle}: its offsets cover {reads!r}, not {covered!r}; the offsets count")
        if handle in self.bound:
            raise HasilaError(f"{self.path}:{number}: {handle} stands twice; give the second another number")
        self.bound[handle] = _Bound(unit, pieces)

    def _read_relation(self, number: int, handle: str, rest: str) -> None:
        match = re.fullmatch(r"(\S+) \S+?:(\S+) \S+?:(\S+)\s*", rest)
        if not match:
            raise self._bad(number, "R1<TAB>TYPE Arg1:T1 Arg2:T2")
        unit = self.names.links.get(match[1])
        source, target = self._target(number, match[2]), self._target(number, match[3])
        if source is None or target is None:
            return
        if unit is not None and unit.layer == source.unit.layer:
            source.links.append((unit, match[3]))
        elif match[1] in self.names.relations:
            self.related.append((match[1], match[2], match[3]))
        else:
            self._remark(
                number, f"{handle}: no {source.unit.layer} has a link {match[1]!r}, so it is left out"
            )

    def _read_attribute(self, number: int, handle: str, rest: str) -> None:
        match = re.fullmatch(r"(\S+) (\S+)(?: (\S+))?\s*", rest)
        if not match:
            raise self._bad(number, "A1<TAB>NAME T1 VALUE")
        unit, target = self.names.attributes.get(match[1]), self._target(number, match[2])
        if target is None:
            return
        if unit is None or unit.layer != target.unit.layer or match[3] is None:
            self._remark(
                number, f"{handle}: no {target.unit.layer} has an attribute {rest!r}, so it is left out"
            )
        else:
            target.attributes[unit.field] = match[3]

    def _read_note(self, number: int, handle: str, rest: str) -> None:
        head, _, value = rest.partition("\t")
        kind, _, about = head.partition(" ")
        target = self._target(number, about) if kind == "AnnotatorNotes" else None
        if kind != "AnnotatorNotes":
            self._remark(number, f"{handle}: a {kind} line has no place in the corpus, so it is left out")
        if target is None:
            return
        try:
            note = json.loads(value)
        except (ValueError, RecursionError):
            note = None
        # What an annotator types into brat's note box is a note like any other.
        given = note if isinstance(note, dict) else {"note": value}
        if "note" in target.note and "note" in given:
            given = given | {"note": f"{target.note['note']} {given['note']}"}
        target.note |= given

    def _lines(self) -> list[Json]:
        ids: dict[str, str] = {}
        seen: set[str] = set()
        for handle, one in self.bound.items():
            if one.unit.is_piece:
                continue
            name = one.note.get("id")
            prefix = self.names.layers[one.unit.layer].prefix
            if name is not None and not re.fullmatch(rf"{prefix}[1-9][0-9]*", str(name)):
                self._remark(None, f"{handle}: {name!r} is no id of a {one.unit.layer}; it gets a new one")
                name = None
            elif name in seen:
                self._remark(None, f"{handle}: the id {name!r} stands twice; the second gets a new one")
                name = None
            # A new annotation is called by its handle until it gets its id.
            ids[handle] = name or f"?{handle}"
            seen.add(ids[handle])
        self._orphans()
        return [self._line(handle, ids) for handle in ids]

    def _orphans(self) -> None:
        held = {target for one in self.bound.values() for _, target in one.links}
        for handle, one in self.bound.items():
            if one.unit.is_piece and handle not in held:
                self._remark(
                    None, f"{handle}: no annotation has it as its {one.unit.field}, so it is left out"
                )

    def _line(self, handle: str, ids: dict[str, str]) -> Json:
        one = self.bound[handle]
        layer = self.names.layers[one.unit.layer]
        whole = joined(self.article.text, one.pieces)
        if len(whole) > 1:
            self._remark(
                None, f"{handle}: a {layer.name} has one span, so the gaps between its fragments are lost"
            )
        line = {k: v for k, v in one.note.items() if k in layer.keys}
        for key in one.note.keys() - line.keys():
            self._remark(None, f"{handle}: no {layer.name} has a field {key!r}, so it is left out")
        line |= {"id": ids[handle], "start": whole[0][0], "end": whole[-1][1]}
        main = main_label(layer)
        if main is not None:
            line[main.name] = one.unit.label
        for unit, _ in one.links:
            line.pop(unit.field, None)
        for name, word in one.attributes.items():
            is_truth = layer.field(name).type.kind == "bool"
            line[name] = {"true": True, "false": False}.get(word, word) if is_truth else word
        for unit, target in one.links:
            self._link(line, layer, unit, target, ids)
        return complete(layer, line, self.article.text)

    def _link(self, line: Json, layer: Layer, unit: Unit, handle: str, ids: dict[str, str]) -> None:
        field, target = layer.field(unit.field), self.bound[handle]
        shape = way(field.type)
        if shape in ("span", "spans"):
            parts = [piece(self.article.text, *span) for span in joined(self.article.text, target.pieces)]
            if shape == "spans":
                line[field.name] = line.get(field.name, []) + parts
                return
            if len(parts) > 1 or field.name in line:
                self._remark(None, f"{handle}: {field.name} is one piece of text, so only one is kept")
            line[field.name] = parts[0]
        elif handle not in ids:
            self._remark(None, f"{handle}: {field.name} leads to a piece of text, so it is left out")
        elif shape == "roles":
            label, link = roles(field)
            line.setdefault(field.name, []).append({label.name: unit.label, link.name: ids[handle]})
        elif shape == "links":
            line.setdefault(field.name, []).append(ids[handle])
        else:
            if field.name in line:
                self._remark(None, f"{handle}: {field.name} leads to one annotation, so only one is kept")
            line[field.name] = ids[handle]

    def _compare(self, relations: Iterable[Json]) -> None:
        """Relations between figures are shown in brat; what is changed there is told, not taken."""
        names = {handle: one.note.get("id") for handle, one in self.bound.items()}
        here = {
            (r["type"], r["source"]["id"], r["target"]["id"])
            for r in relations
            if r["source"]["article"] == r["target"]["article"] == self.article.id
        }
        there = {(kind, names[source], names[target]) for kind, source, target in self.related}
        for kind, source, target in sorted(here ^ there, key=str):
            what = "gone" if (kind, source, target) in here else "new"
            self._remark(
                None, f"{kind} from {source} to {target} is {what}; edit annotations/relations.jsonl by hand"
            )
