"""The shape of every config: its columns and their types, all derived from ``schema/``.

A column is a ``schema.Field``; its Arrow type and ``datasets`` feature follow from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pyarrow as pa

from hasila import schema
from hasila.annotation import HEAD
from hasila.schema import Field, Label, Layer, Type

ORIGINS = ("hand", "rules")
FULL = "full"
"""The one split of a config whose rows belong to no single article."""

LINK = "annotationId"
"""The ``$defs`` name of a field that points to an annotation of the same article."""

REFERENCES = ("reference", "registryId")
"""The ``$defs`` names of fields that point to the registry."""

STRING = Type("string", nullable=True)
INT32 = Type("int", bits=32)
BOOL = Type("bool")


@dataclass(frozen=True, slots=True)
class Shape:
    """A config to publish: its name, what a row is, and its columns in order."""

    name: str
    description: str
    fields: tuple[Field, ...]

    def arrow(self) -> pa.Schema:
        """The Arrow schema, without metadata."""
        return pa.schema([pa.field(f.name, f.type.arrow()) for f in self.fields])

    def features(self) -> dict[str, object]:
        """The ``datasets`` features as JSON, in the form that every version since 2.21 reads."""
        return {f.name: f.type.feature() for f in self.fields}


def column(name: str, kind: Type, description: str) -> Field:
    """A column that the publisher adds to those of the schema."""
    return Field(name, kind, True, description)


def list_of(item: Type) -> Type:
    """The type of a list."""
    return Type("list", item=item)


def label_type(names: Iterable[str]) -> Type:
    """A closed label set that the publisher adds."""
    return Type("label", labels=tuple(Label(n, n, "", "") for n in names))


def is_reference(kind: Type) -> bool:
    """Whether a field points to an annotation or to the registry."""
    return kind.kind == "string" and (kind.name == LINK or kind.name in REFERENCES)


def with_texts(fields: Iterable[Field]) -> tuple[Field, ...]:
    """``fields`` with a ``<field>_text`` behind each one that points to an annotation or the registry."""
    found: list[Field] = []
    for one in fields:
        kind = one.type
        if kind.kind == "list" and kind.item and kind.item.kind == "struct":
            kind = replace(kind, item=replace(kind.item, fields=with_texts(kind.item.fields)))
        elif kind.kind == "struct" and kind.name != "figureId":
            kind = replace(kind, fields=with_texts(kind.fields))
        found.append(replace(one, type=kind))
        if is_reference(kind):
            what = "text of the annotation" if kind.name == LINK else "name of the registry line"
            found.append(column(f"{one.name}_text", STRING, f"The {what} that `{one.name}` points to."))
        elif kind.kind == "list" and kind.item and is_reference(kind.item):
            what = f"The texts that `{one.name}` points to."
            found.append(column(f"{one.name}_text", list_of(STRING), what))
    return tuple(found)


_MEANING = {
    "article": "The article's id.",
    "id": "Its id, unique in the article; `<id>@<zone>` of a copy.",
    "start": "Where it starts in the article, in Unicode code points.",
    "end": "Where it ends, exclusive.",
    "copy_of": "Of a copy: the original. Of a zone: the earlier zones that it repeats.",
}


def _common(layer: Layer, names: Iterable[str]) -> tuple[Field, ...]:
    by_name = {f.name: f for f in layer.common}
    found = (by_name[name] for name in names)
    return tuple(
        replace(
            f, required=f.required or f.name == "article", description=_MEANING.get(f.name, f.description)
        )
        for f in found
    )


def _tail(layer: Layer) -> tuple[Field, ...]:
    return _common(layer, (f.name for f in layer.common if f.name not in HEAD))


CONTEXT = (
    column("context", Type("string"), "The sentence that it stands in, or the sentences that it runs over."),
    column("context_start", INT32, "Where the context starts in the article, in code points."),
)


def layer_shape(layer: Layer, origin: str) -> Shape:
    """An annotation a row."""
    fields = (
        *_common(layer, ("article", "id", "start", "end", "text")),
        *with_texts(layer.fields), *CONTEXT, *_tail(layer),
    )  # fmt: skip
    if origin == "hand":
        return Shape(layer.config, layer.description, fields)
    return Shape(f"{origin}_{layer.config}", f"What the {origin} produce: {layer.description}", fields)


def articles_shape(layers: Mapping[str, Layer]) -> Shape:
    """An article a row, with its text and its hand annotations nested by layer."""
    nested = []
    for layer in layers.values():
        fields = (*_common(layer, ("id", "start", "end", "text")), *layer.fields, *_tail(layer))
        kind = list_of(Type("struct", fields=fields))
        nested.append(column(layer.config, kind, layer.description))
    text = column("text", Type("string"), "The article exactly as it stands on disk.")
    return Shape(
        "articles",
        "An article a row: text, what is known of it, and every hand annotation nested by layer.",
        (*schema.record("article"), text, *nested),
    )


TAGGED = ("timex", "number", "event")
"""Layers that get a tag column of their own in ``tokens``, beside the entity types."""

IOB = label_type(("O", "B", "I"))


def tag_columns(layers: Mapping[str, Layer]) -> dict[str, tuple[str, str | None]]:
    """The tag columns of ``tokens`` by name: the layer and the entity type that each marks."""
    found: dict[str, tuple[str, str | None]] = {
        name: ("entity", name) for name in layers["entity"].field("type").type.label_names
    }
    return found | {name: (name, None) for name in TAGGED}


def _inner(layers: Mapping[str, Layer]) -> Type:
    """A span that lies in a longer one of its tag column."""
    fields = (
        column("column", label_type(tag_columns(layers)), "The tag column that it belongs to."),
        column("start", INT32, "The place of its first token in `tokens`, from 0."),
        column("end", INT32, "The place behind its last token."),
    )
    return Type("struct", fields=fields)


def tokens_shape(layers: Mapping[str, Layer]) -> Shape:
    """A sentence a row."""
    zone = layers["zone"]
    common = {f.name: f for f in zone.common}
    offsets = list_of(INT32)
    tags = tuple(
        column(
            name,
            list_of(IOB),
            f"IOB2 tags of the layer `{layer}`{f', type {kind}' if kind else ''}.",
        )
        for name, (layer, kind) in tag_columns(layers).items()
    )
    return Shape(
        "tokens",
        "A sentence a row: its tokens with proclitics split off, and IOB2 tags, one column an entity type.",
        (
            *_common(zone, ("article",)),
            column("sentence", INT32, "Its number in the article, from 0; left-out ones are counted."),
            column("zone", replace(common["id"].type, nullable=True), "The zone that it stands in."),
            column("zone_type", replace(zone.field("type").type, nullable=True), "The type of that zone."),
            replace(common["start"], description="Where the sentence starts, in code points."),
            replace(common["end"], description="Where it ends, exclusive."),
            replace(common["text"], description="The sentence, equal to article[start:end]."),
            column("tokens", list_of(Type("string")), "The tokens; a proclitic is a token of its own."),
            column("starts", offsets, "Where each token starts in the article, in code points."),
            column("ends", offsets, "Where each token ends, exclusive."),
            *tags,
            column("inner", list_of(_inner(layers)), "Spans that overlap a longer one of their column."),
        ),
    )


_SPLIT = next(f for f in schema.record("article") if f.name == "split").type
SPLITS = tuple(_SPLIT.label_names)


def _split_column(end: str) -> Field:
    return column(f"{end}_split", _SPLIT, f"The split of the article of `{end}`.")


def relations_shape(origin: str) -> Shape:
    """A relation between two figures a row."""
    fields = []
    for one in schema.record("relation"):
        fields.append(one)
        if one.name in ("source", "target"):
            fields.append(column(f"{one.name}_text", STRING, f"The text of the figure `{one.name}`."))
            fields.append(_split_column(one.name))
    what = "How one figure stands to another, within and across articles."
    if origin == "hand":
        return Shape("relations", what, tuple(fields))
    return Shape(f"{origin}_relations", f"What the {origin} produce: {what}", tuple(fields))


FIGURE_IN_PAIR = (
    "side", "subgroup", "measure", "key", "low", "high", "comparator", "vague",
    "as_of", "as_of_basis", "said_on", "originator", "originator_type", "originator_basis",
    "stance", "factuality",
)  # fmt: skip
"""The fields of a figure that ``figure_pairs`` gives for both ends."""

NONE = "NONE"
DIRECTIONS = ("forward", "backward")


def pairs_shape(layers: Mapping[str, Layer]) -> Shape:
    """A pair of figures a row."""
    figure = layers["figure"]
    fields = tuple(figure.field(name) for name in FIGURE_IN_PAIR)
    end = Type(
        "struct", fields=(*_common(figure, ("article", "id", "start", "end", "text")), *CONTEXT, *fields)
    )  # fmt: skip
    relation = next(f for f in schema.record("relation") if f.name == "type")
    return Shape(
        "figure_pairs",
        "A pair of figures of the same event and category a row, with their relation or NONE.",
        (
            column(
                "relation",
                label_type((NONE, *relation.type.label_names)),
                "The relation between the two, NONE where none holds.",
            ),
            column(
                "direction",
                replace(label_type(DIRECTIONS), nullable=True),
                "`forward`: the relation runs from `source` to `target`; `backward`: the other way; "
                "null for NONE.",
            ),
            column("relation_id", STRING, "The line of `relations`; null for NONE."),
            replace(
                figure.field("event_ref"),
                description="The event of both; null: standing states.",
            ),
            figure.field("category"),
            column("same_article", BOOL, "Whether both stand in one article."),
            column("same_key", BOOL, "Whether both count the same: one figure key."),
            column(
                "same_value",
                BOOL,
                "Whether both have the same low and high, not both null. With NONE: a hard negative.",
            ),
            column("source", end, "The figure of the later article; in one article, the later one."),
            _split_column("source"),
            column("target", end, "The other figure."),
            _split_column("target"),
        ),
    )


REGISTRY = {"entities": "entity", "events": "event", "subgroups": "subgroup", "keys": "key"}


def registry_shape(name: str) -> Shape:
    """A registry line a row; ``name`` is its file's."""
    node = schema.read(schema.SCHEMA_DIR / "registry.schema.json")["$defs"][REGISTRY[name]]
    return Shape(f"registry_{name}", node["description"], schema.record(REGISTRY[name]))


def shapes(layers: Mapping[str, Layer]) -> dict[str, Shape]:
    """The shape of every config by name, in the order in which they are listed."""
    found = [
        articles_shape(layers),
        *(layer_shape(layer, "hand") for layer in layers.values()),
        tokens_shape(layers),
        pairs_shape(layers),
        relations_shape("hand"),
        *(registry_shape(name) for name in REGISTRY),
        *(layer_shape(layer, "rules") for layer in layers.values()),
        relations_shape("rules"),
    ]
    return {shape.name: shape for shape in found}
