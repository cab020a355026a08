"""UIMA CAS through ``dkpro-cassis``: what XMI and JSON share. Offsets in the files count UTF-16 units.

A layer is a type ``hasila.<Layer>``, generated from the schema. Labels, strings, numbers and truth values are
string features, since a UIMA number cannot be null; ``type`` is called ``label``, a name that UIMA leaves
free. Links to annotations and to pieces of text are slots as INCEpTION has them: arrays of ``hasila.Link``
with ``role`` and ``target``. What has no feature of its own, such as the provenance, is in ``more``, as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from hasila.annotation import Annotation
from hasila.corpus import Article, Corpus
from hasila.errors import HasilaError, MissingExtra
from hasila.formats.fields import carried, complete, fields, piece, roles, way
from hasila.formats.merge import NEW, Found
from hasila.schema import Field, Layer

Json = dict[str, Any]

LINK, PIECE, MORE = "hasila.Link", "hasila.Piece", "more"
STRING, ANNOTATION = "uima.cas.String", "uima.tcas.Annotation"


def library() -> Any:
    """The module ``cassis``.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        import cassis
    except ImportError as error:
        raise MissingExtra("dkpro-cassis", "formats") from error
    return cassis


def type_name(layer: str) -> str:
    """The UIMA type of a layer: ``hasila.Entity``."""
    return "hasila." + "".join(word.capitalize() for word in layer.split("_"))


def feature(field: Field) -> str:
    """The name of a field's feature."""
    return "label" if field.name == "type" else field.name


def is_slot(field: Field) -> bool:
    """Whether a field points to annotations or pieces of text."""
    return way(field.type) in ("span", "spans", "link", "links", "roles")


def is_word(field: Field) -> bool:
    """Whether a field is a single value that a string can write."""
    return way(field.type) in ("label", "plain")


def type_system(layers: Mapping[str, Layer]) -> Any:
    """The UIMA type system of ``layers``."""
    found = library().TypeSystem()
    link = found.create_type(LINK, "uima.cas.TOP", "A slot's filler and what it is there.")
    found.create_feature(link, "role", STRING)
    found.create_feature(link, "target", ANNOTATION)
    found.create_type(PIECE, ANNOTATION, "A piece of text that a field of an annotation points to.")
    for layer in layers.values():
        one = found.create_type(type_name(layer.name), ANNOTATION, layer.description)
        found.create_feature(one, "id", STRING, description="The annotation's id in the corpus.")
        for field in fields(layer):
            if is_word(field):
                found.create_feature(one, feature(field), STRING, description=field.description)
            elif is_slot(field):
                found.create_feature(
                    one, feature(field), "uima.cas.FSArray", elementType=LINK, description=field.description
                )
        found.create_feature(one, MORE, STRING, description="Fields without a feature, as a JSON object.")
    return found


def to_cas(article: Article, annotations: list[Annotation], corpus: Corpus, types: Any) -> Any:
    """An article and its annotations as a CAS."""
    found = library().Cas(typesystem=types, sofa_string=article.text, sofa_mime="text/plain")
    document = found.get_document_annotation()
    document.begin, document.end = 0, len(article.text)
    document.language = article.meta["language"]
    made = {
        one.id: types.get_type(type_name(one.layer))(begin=one.start, end=one.end, id=one.id)
        for one in annotations
    }
    link, part = types.get_type(LINK), types.get_type(PIECE)
    array = types.get_type("uima.cas.FSArray")
    for one in annotations:
        more: Json = {}
        for field, value in carried(corpus.layers[one.layer], one):
            ends = _ends(field, value) if is_slot(field) else None
            if value is not None and is_word(field):
                setattr(made[one.id], feature(field), _word(value))
            elif ends and all(isinstance(end, tuple) or end in made for _, end in ends):
                targets = []
                for role, end in ends:
                    target = part(begin=end[0], end=end[1]) if isinstance(end, tuple) else made[end]
                    if isinstance(end, tuple):
                        found.add(target)
                    targets.append(link(role=role, target=target))
                setattr(made[one.id], feature(field), array(elements=targets))
            else:
                more[field.name] = value
        if more:
            setattr(made[one.id], MORE, json.dumps(more, ensure_ascii=False))
        found.add(made[one.id])
    return found


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(field: Field, word: str) -> Any:
    """What a string feature says; a word that is no value of the field is left for the validator to tell."""
    if field.type.kind == "bool":
        return {"true": True, "false": False}.get(word, word)
    if field.type.kind == "int":
        return int(word) if word.isascii() and word.isdecimal() else word
    return word


def _ends(field: Field, value: Any) -> list[tuple[str, Any]] | None:
    """The slots of a pointing field: a role, and a span or the id of an annotation; None: it is empty."""
    shape = way(field.type)
    if not value:
        return None
    if shape == "roles":
        label, link = roles(field)
        return [(part[label.name], part[link.name]) for part in value]
    many = value if shape in ("spans", "links") else [value]
    if shape in ("span", "spans"):
        return [(field.name, (part["start"], part["end"])) for part in many]
    return [(field.name, target) for target in many]


def read_files(
    folder: Path, corpus: Corpus, suffix: str, kind: str, load: Callable[[BinaryIO], Any]
) -> Iterator[tuple[str, Found]]:
    """Yield what the files ``<article><suffix>`` of ``folder`` say, by article.

    Raises:
        HasilaError: a file is no ``kind`` that ``load`` can read, or its text is not the corpus's.
    """
    for article in corpus.stream():
        path = folder / f"{article.id}{suffix}"
        if not path.is_file():
            continue
        try:
            with path.open("rb") as file:
                cas = load(file)
        except OSError:
            raise
        except Exception as error:
            raise HasilaError(f"{path}: no {kind} ({error})") from error
        yield article.id, from_cas(cas, article, corpus, path.name)


def from_cas(cas: Any, article: Article, corpus: Corpus, where: str) -> Found:
    """What a CAS says of an article.

    Raises:
        HasilaError: its text is not the corpus's, or an offset cuts a character.
    """
    if cas.sofa_string != article.text:
        raise HasilaError(f"{where}: not the text of the corpus, so no offset can be trusted; bring it back")
    by_type = {type_name(name): layer for name, layer in corpus.layers.items()}
    found = Found([])
    names: dict[int, str] = {}
    seen: set[str] = set()
    rows = []
    for one in cas.select(ANNOTATION):
        layer = by_type.get(one.type.name)
        if layer is None:
            if one.type.name.startswith("hasila.") and one.type.name not in (LINK, PIECE):
                found.remarks.append(f"{where}: the corpus has no layer for {one.type.name}; it is left out")
            continue
        given = one.get("id")
        if not given or given in seen:
            if given:
                found.remarks.append(f"{where}: the id {given!r} stands twice; the second gets a new one")
            given = f"{NEW}{one.xmiID or id(one)}"
        names[id(one)] = given
        seen.add(given)
        rows.append((one, layer))
    for one, layer in rows:
        found.lines.append(_line(one, layer, names, article, where, found.remarks))
    return found


def _offsets(one: Any, article: Article, where: str) -> tuple[int, int]:
    start, end = one.begin, one.end
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(article.text)):
        raise HasilaError(f"{where}: {one.type.name} {one.get('id') or ''} has no place in the text")
    return start, end


def _line(
    one: Any, layer: Layer, names: Mapping[int, str], article: Article, where: str, remarks: list[str]
) -> Json:
    start, end = _offsets(one, article, where)
    line: Json = {}
    try:
        line |= json.loads(one.get(MORE) or "{}")
    except (ValueError, TypeError):
        remarks.append(f"{where}: `{MORE}` of {names[id(one)]} is no JSON object, so it is left out")
    line |= {"id": names[id(one)], "start": start, "end": end}
    for field in fields(layer):
        value = one.get(feature(field))
        if value is None:
            continue
        if is_word(field):
            line[field.name] = _value(field, value)
        elif is_slot(field) and value.elements:
            parts = [_filler(field, slot, names, article, where) for slot in value.elements]
            parts = [part for part in parts if part is not None]
            if len(parts) < len(value.elements) or (len(parts) > 1 and field.type.kind != "list"):
                remarks.append(f"{where}: {field.name} of {names[id(one)]} has a filler that does not fit")
            if parts:
                line[field.name] = parts if field.type.kind == "list" else parts[0]
    return complete(layer, line, article.text)


def _filler(field: Field, slot: Any, names: Mapping[int, str], article: Article, where: str) -> Any:
    """What fills a slot; None: nothing that the field can point to."""
    if slot is None or slot.target is None:
        return None
    if way(field.type) in ("span", "spans"):
        return piece(article.text, *_offsets(slot.target, article, where))
    target = names.get(id(slot.target))
    if way(field.type) == "roles" and target is not None:
        label, link = roles(field)
        return {label.name: slot.role, link.name: target}
    return target
