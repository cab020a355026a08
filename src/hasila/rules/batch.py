"""The one seam to every engine: an Arrow batch of texts in, an Arrow batch of annotations out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any

import pyarrow as pa

from hasila.annotation import Annotation
from hasila.corpus import Article
from hasila.rules.pipeline import annotate, as_date
from hasila.schema import Field, Type, layers

_HEAD = (
    pa.field("article", pa.string()),
    pa.field("id", pa.string()),
    pa.field("layer", pa.string()),
    pa.field("start", pa.int32()),
    pa.field("end", pa.int32()),
    pa.field("text", pa.string()),
)


def _columns(layer: str) -> tuple[Field, ...]:
    shape = layers()[layer]
    head = {field.name for field in _HEAD}
    return (*shape.fields, *(f for f in shape.common if f.name not in head))


@cache
def batch_schema() -> pa.Schema:
    """The columns of ``annotate_batch``'s result: ``article, id, layer, start, end, text`` and one
    nullable struct a layer, which holds the layer's fields and the common ones behind them."""
    structs = [
        pa.field(name, pa.struct([pa.field(f.name, f.type.arrow()) for f in _columns(name)]))
        for name in layers()
    ]
    return pa.schema([*_HEAD, *structs])


@cache
def _encoder(kind: Type) -> Callable[[Any], Any] | None:
    """What turns labels into their positions and ISO dates into dates; None where there are none."""
    if kind.kind == "date":
        return date.fromisoformat
    if kind.kind == "label":
        return {name: place for place, name in enumerate(kind.label_names)}.__getitem__
    if kind.kind == "list" and kind.item and (inner := _encoder(kind.item)):
        return lambda values: [inner(value) for value in values]
    if kind.kind == "struct":
        encoders = {f.name: e for f in kind.fields if (e := _encoder(f.type))}
        if encoders:
            return lambda value: {
                k: encoders[k](v) if k in encoders and v is not None else v for k, v in value.items()
            }
    return None


@cache
def _encoders(layer: str) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    return tuple((f.name, _encoder(f.type)) for f in _columns(layer))


def to_record_batch(annotations: Iterable[Annotation]) -> pa.RecordBatch:
    """Annotations as a batch of ``batch_schema()``; labels are positions in the schema's label lists."""
    ordered = list(annotations)
    columns: list[pa.Array] = [
        pa.array([getattr(one, field.name) for one in ordered], field.type) for field in _HEAD
    ]
    for name in layers():
        values: list[dict[str, Any] | None] = []
        for one in ordered:
            if one.layer != name:
                values.append(None)
                continue
            row = {}
            for column, encode in _encoders(name):
                value = one.get(column)
                row[column] = encode(value) if encode and value is not None else value
            values.append(row)
        columns.append(pa.array(values, batch_schema().field(name).type))
    return pa.RecordBatch.from_arrays(columns, schema=batch_schema())


def annotate_articles(batch: pa.RecordBatch) -> Iterator[tuple[Article, list[Annotation]]]:
    """Each text of a batch, as ``annotate_batch`` takes it, with its annotations; a null text is left out."""
    ids = batch.column("id").to_pylist()
    texts = batch.column("text").to_pylist()
    dates = batch.column("published").to_pylist() if "published" in batch.schema.names else [None] * len(ids)
    for name, text, published in zip(map(str, ids), texts, dates, strict=True):
        if text:
            day = as_date(published)
            meta = {"published": day.isoformat() if day else None}
            yield Article(name, text, meta), annotate(text, day, article=name)


def annotate_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Annotate a batch of texts: a pure, picklable, deterministic function of its argument.

    Args:
        batch: columns ``id``, ``text`` and, where known, ``published`` (date, timestamp or ISO
            8601 string, nullable). A null text has no annotations.

    Returns:
        A batch of ``batch_schema()``, in the order of the input, layer by layer in text order.

    Raises:
        KeyError: there is no column ``id`` or ``text``.
        HasilaError: a ``published`` is no date.
    """
    return to_record_batch(one for _, found in annotate_articles(batch) for one in found)
