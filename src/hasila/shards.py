"""Annotations as Parquet for people: one dataset a layer, ``DIR/<config>/part-00000.parquet``.

A row is an annotation, a column a field, a label its name. Beside them ``relations`` has those between the
figures of an article, and ``articles`` says what was annotated.
"""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hasila.annotation import Annotation
from hasila.corpus import Article
from hasila.records import Reject
from hasila.rules.batch import annotate_articles, to_record_batch
from hasila.rules.page import NO_REGISTRY
from hasila.rules.relations import relations
from hasila.schema import Type, layers, record

HEAD = ("article", "id", "start", "end", "text")
INPUT = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("published", pa.date32()),
        ("publisher", pa.string()),
        ("file", pa.string()),
        ("place", pa.int64()),
    ]
)
"""The records of a batch; ``place`` is the line or row of ``file``."""
Json = dict[str, Any]
ARTICLES, RELATIONS = "articles", "relations"
CHUNK = 256_000
"""Characters that are annotated at once: what Python holds at a time."""
ROW_GROUP = 16_000_000
"""Bytes of Arrow after which a row group is written."""


def by_layer(batch: pa.RecordBatch) -> dict[str, pa.Table]:
    """What ``annotate_batch`` gives, as one table a layer by its config name.

    A table has ``article, id, start, end, text`` and the layer's fields as columns, labels by name; a layer
    without annotations has an empty table.
    """
    tables = {}
    for name, layer in layers().items():
        rows = batch.filter(pc.equal(batch.column("layer"), name))
        columns = {head: rows.column(head) for head in HEAD}
        struct = rows.column(name)
        types = {field.name: field.type for field in (*layer.fields, *layer.common)}
        for place, part in enumerate(struct.flatten()):
            field = struct.type.field(place).name
            columns[field] = _named(part, types[field])
        tables[layer.config] = pa.table(columns)
    return tables


def relation_table(lines: Iterable[Json]) -> pa.Table:
    """Relations, as ``hasila.rules.relations`` gives them, a row each.

    Columns are ``article``, which is that of the source, and the schema's fields, labels by name.
    """
    rows = list(lines)
    columns = {"article": pa.array([row["source"]["article"] for row in rows], pa.string())}
    for field in record("relation"):
        columns[field.name] = pa.array([row[field.name] for row in rows], _named_type(field.type))
    return pa.table(columns)


def _named_type(kind: Type) -> pa.DataType:
    """The Arrow type of values whose labels are names."""
    if kind.kind == "label":
        return pa.string()
    if kind.kind == "struct":
        return pa.struct([pa.field(f.name, _named_type(f.type)) for f in kind.fields])
    if kind.kind == "list" and kind.item:
        return pa.list_(_named_type(kind.item))
    return kind.arrow()


def _named(values: pa.Array, kind: Type) -> pa.Array:
    """The values with each label's name in place of its position, at any depth."""
    if kind.kind == "label":
        return pa.array(kind.label_names, pa.string()).take(values)
    if kind.kind == "struct":
        parts = [_named(part, f.type) for part, f in zip(values.flatten(), kind.fields, strict=True)]
        fields = [pa.field(f.name, part.type) for f, part in zip(kind.fields, parts, strict=True)]
        return pa.StructArray.from_arrays(parts, fields=fields, mask=values.is_null())
    if kind.kind == "list" and kind.item:
        inner = _named(values.flatten(), kind.item)
        sizes = pc.fill_null(pc.list_value_length(values), 0)
        ends = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(sizes).cast(pa.int32())])
        return pa.ListArray.from_arrays(ends, inner, mask=values.is_null())
    return values


class ShardWriter:
    """The shard ``number`` of every dataset below a directory: written beside, renamed when complete."""

    def __init__(self, out: Path, number: int) -> None:
        """Nothing is written yet."""
        self.out, self.name = out, f"part-{number:05d}.parquet"
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._waiting: dict[str, list[pa.Table]] = defaultdict(list)
        self._bytes = 0

    def add(self, tables: dict[str, pa.Table]) -> None:
        """Add the rows of some layers.

        Raises:
            OSError: they cannot be written.
        """
        for config, table in tables.items():
            self._waiting[config].append(table)
            self._bytes += table.nbytes
        if self._bytes > ROW_GROUP:
            self._write()

    def _path(self, config: str) -> Path:
        return self.out / config / f".{self.name}.new"

    def _write(self) -> None:
        for config, tables in self._waiting.items():
            table = pa.concat_tables(tables)
            if config not in self._writers:
                (self.out / config).mkdir(parents=True, exist_ok=True)
                self._writers[config] = pq.ParquetWriter(self._path(config), table.schema, compression="zstd")
            if table.num_rows:
                self._writers[config].write_table(table)
        self._waiting.clear()
        self._bytes = 0

    def close(self) -> None:
        """Put the shard in its place.

        Raises:
            OSError: it cannot be written.
        """
        self._write()
        for writer in self._writers.values():
            writer.close()
        for config in self._writers:
            os.replace(self._path(config), self.out / config / self.name)


def remove_unfinished(out: Path) -> None:
    """Remove what an interrupted run left half-written."""
    for path in out.glob("*/.part-*.parquet.new"):
        path.unlink()


def annotate_shard(out: str, number: int, data: bytes) -> tuple[int, int, list[Reject]]:
    """Annotate one batch into the shard ``number`` below ``out``.

    Args:
        out: a directory.
        number: the shard's number.
        data: a batch of ``INPUT`` as an Arrow IPC stream.

    Returns:
        The articles and annotations written, and the records on which the rules failed.

    Raises:
        OSError: the shard cannot be written.
    """
    records = pa.ipc.open_stream(data).read_next_batch()
    writer = ShardWriter(Path(out), number)
    rejects: list[Reject] = []
    articles = annotations = 0
    for chunk in _chunks(records):
        done, found, related = _annotated(chunk, rejects)
        tables = {ARTICLES: _articles(done, found), RELATIONS: relation_table(related), **by_layer(found)}
        writer.add(tables)
        articles += done.num_rows
        annotations += found.num_rows
    writer.close()
    gc.collect()
    return articles, annotations, rejects


def _chunks(records: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Slices of at most ``CHUNK`` characters, or one record; an empty batch is one slice."""
    start = size = 0
    for at, length in enumerate(pc.utf8_length(records.column("text")).to_pylist()):
        if size and size + length > CHUNK:
            yield records.slice(start, at - start)
            start, size = at, 0
        size += length
    yield records.slice(start)


def _annotated(
    chunk: pa.RecordBatch, rejects: list[Reject]
) -> tuple[pa.RecordBatch, pa.RecordBatch, list[Json]]:
    """The records that can be annotated, their annotations and relations; the others join ``rejects``."""
    kept: list[pa.RecordBatch] = [chunk.slice(0, 0)]
    found: list[Annotation] = []
    related: list[Json] = []
    for at in range(chunk.num_rows):
        one = chunk.slice(at, 1)
        try:
            for article, annotations in annotate_articles(one):
                lines = relations([article], {article.id: annotations}, NO_REGISTRY)
                found += annotations
                related += lines
        except Exception as error:
            row = one.to_pylist()[0]
            message = f"the rules failed: {type(error).__name__}: {error}"
            rejects.append(Reject(row["file"], row["place"], row["id"], "annotation-failed", message))
        else:
            kept.append(one)
    return pa.concat_batches(kept), to_record_batch(found), related


def _articles(records: pa.RecordBatch, found: pa.RecordBatch) -> pa.Table:
    """A row an article: where it came from, its length, its annotations; not its text."""
    counts = pc.value_counts(found.column("article"))
    count_of = dict(zip(counts.field(0).to_pylist(), counts.field(1).to_pylist(), strict=True))
    columns = {name: records.column(name) for name in ("id", "published", "publisher", "file", "place")}
    columns["chars"] = pc.utf8_length(records.column("text"))
    ids = records.column("id").to_pylist()
    columns["annotations"] = pa.array([count_of.get(id, 0) for id in ids], pa.int32())
    return pa.table(columns)


def article_table(articles: Iterable[Article], found: pa.RecordBatch) -> pa.Table:
    """The rows of a corpus's articles, as a stream has them; ``found`` are their annotations."""
    rows = [
        {
            "id": article.id,
            "text": article.text,
            "published": date.fromisoformat(article.published) if article.published else None,
            "publisher": article.meta["publisher"],
            "file": article.meta["file"],
            "place": 1,
        }
        for article in articles
    ]
    return _articles(pa.RecordBatch.from_pylist(rows, schema=INPUT), found)
