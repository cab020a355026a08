"""JSON values to Arrow, a column at a time, by the types that ``hasila.schema`` gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import Any

import pyarrow as pa

from hasila.errors import HasilaError
from hasila.schema import Field, Type


@cache
def _positions(kind: Type) -> dict[str | None, int | None]:
    return {None: None, **{name: place for place, name in enumerate(kind.label_names)}}


def array(values: Sequence[Any], kind: Type) -> pa.Array:
    """One column: labels become their positions, ISO dates become dates, null stays null.

    Raises:
        HasilaError: a label is not in the schema.
        pyarrow.ArrowInvalid: a value is not of the type.
    """
    if kind.kind == "label":
        positions = _positions(kind)
        try:
            return pa.array([positions[value] for value in values], pa.int64())
        except KeyError as error:
            known = ", ".join(kind.label_names)
            raise HasilaError(f"{error.args[0]!r} is no label of the schema (there are {known})") from None
    if kind.kind == "date":
        return pa.array(values, pa.string()).cast(pa.date32())
    if kind.kind == "struct":
        parts = [
            array([None if value is None else value.get(f.name) for value in values], f.type)
            for f in kind.fields
        ]
        fields = [pa.field(f.name, part.type) for f, part in zip(kind.fields, parts, strict=True)]
        mask = pa.array([value is None for value in values], pa.bool_())
        return pa.StructArray.from_arrays(parts, fields=fields, mask=mask)
    if kind.kind == "list":
        assert kind.item is not None
        sizes = [0 if value is None else len(value) for value in values]
        ends = pa.array(accumulate(sizes, initial=0), pa.int32())
        flat = array([item for value in values if value for item in value], kind.item)
        mask = pa.array([value is None for value in values], pa.bool_())
        return pa.ListArray.from_arrays(ends, flat, type=kind.arrow(), mask=mask)
    return pa.array(values, kind.arrow())


def batch(
    rows: Sequence[Mapping[str, Any]], fields: Sequence[Field], shape: pa.Schema | None = None
) -> pa.RecordBatch:
    """Rows as a record batch with one column a field; a key that a row lacks is null.

    Raises:
        HasilaError: a value does not fit its column; the message names it.
    """
    parts = []
    for one in fields:
        try:
            parts.append(array([row.get(one.name) for row in rows], one.type))
        except (pa.ArrowInvalid, pa.ArrowTypeError, HasilaError, AttributeError) as error:
            raise HasilaError(f"column {one.name}: {error}") from error
    if shape is None:
        shape = pa.schema([pa.field(f.name, f.type.arrow()) for f in fields])
    return pa.RecordBatch.from_arrays(parts, schema=shape)
