"""Parquet files: rows in, one file a split out, a row group at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from hasila import schema
from hasila.columns import batch
from hasila.publish.shapes import Shape
from hasila.publish.tables import Row

BATCH, ROW_GROUP = 1_000, 10_000
"""Rows that wait as dicts before they become Arrow, and those of a row group: the most that a file holds."""

LONG_BATCH, LONG_ROW_GROUP = 50, 500
"""The same for ``articles``, whose rows are long."""


def metadata(shape: Shape, version: str) -> dict[bytes, bytes]:
    """The schema metadata of a config: its ``datasets`` features, and the data's version with its digest."""
    features = json.dumps({"info": {"features": shape.features()}}, ensure_ascii=False)
    release = json.dumps({"config": shape.name, "data": version, "scheme": schema.version()})
    return {b"huggingface": features.encode(), b"hasila": release.encode()}


class SplitFile:
    """One Parquet file, written as rows arrive."""

    def __init__(self, path: Path, shape: Shape, version: str) -> None:
        """Open ``path``; its folder is made where it is missing."""
        self._shape = shape
        self._schema = shape.arrow().with_metadata(metadata(shape, version))
        long = shape.name == "articles"
        self._batch, self._group = (LONG_BATCH, LONG_ROW_GROUP) if long else (BATCH, ROW_GROUP)
        self._rows: list[Row] = []
        self._batches: list[pa.RecordBatch] = []
        self._waiting = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = pq.ParquetWriter(
            path, self._schema, compression="zstd", use_content_defined_chunking=True, write_page_index=True
        )

    def add(self, row: Row) -> None:
        """Append a row."""
        self._rows.append(row)
        if len(self._rows) == self._batch:
            self._pack()
            if self._waiting >= self._group:
                self._write()

    def _pack(self) -> None:
        self._batches.append(batch(self._rows, self._shape.fields, self._schema))
        self._waiting += len(self._rows)
        self._rows.clear()

    def _write(self) -> None:
        table = pa.Table.from_batches(self._batches, self._schema)
        self._file.write_table(table, row_group_size=self._group)
        self._batches.clear()
        self._waiting = 0

    def finish(self) -> None:
        """Write what waits and close the file."""
        if self._rows:
            self._pack()
        if self._batches:
            self._write()
        self._file.close()

    def abandon(self) -> None:
        """Close the file, as it is where it is not finished; a second error is not worth a word."""
        with suppress(OSError):
            self._file.close()
        self._file.is_open = False  # or pyarrow tries again, and complains, when it is collected


class Writer:
    """Writes the splits of configs below a directory.

    A split gets its file with its first row: one without rows has none, since an empty one breaks loading.
    """

    def __init__(self, folder: Path, version: str) -> None:
        """Write below ``folder``; ``version`` goes into every file."""
        self._folder = folder
        self._version = version
        self._files: dict[tuple[str, str], SplitFile] = {}

    def add(self, shape: Shape, split: str, rows: Iterable[Row]) -> None:
        """Append rows to a split of a config."""
        file = self._files.get((shape.name, split))
        for row in rows:
            if file is None:
                path = self._folder / shape.name / f"{split}-00000-of-00001.parquet"
                file = self._files[shape.name, split] = SplitFile(path, shape, self._version)
            file.add(row)

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for file in self._files.values() if kind is None else ():
                file.finish()
        finally:
            for file in self._files.values():
                file.abandon()
