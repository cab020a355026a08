"""``hasila wire``: passages that articles share."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, fields
from itertools import islice
from pathlib import Path

from hasila.corpus import open_corpus
from hasila.errors import HasilaError
from hasila.progress import progress
from hasila.records import Record, items, parse, sources
from hasila.wire import NAME, Passage, find_passages
from hasila.wire import write as write_corpus


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``hasila wire`` takes."""
    add = parser.add_argument
    add(
        "inputs",
        nargs="*",
        type=Path,
        metavar="CORPUS | INPUT",
        help="a corpus directory (default: the packaged one), or inputs as for `hasila annotate`, in time",
    )
    add("--out", type=Path, metavar="FILE.parquet", help="where the passages of inputs go")


def run(args: argparse.Namespace) -> int:
    """Write the table of shared passages: 0 done."""
    if not args.inputs or (args.inputs[0] / "dataset" / "articles.jsonl").is_file():
        corpus = open_corpus(args.inputs[0] if args.inputs else None)
        count = write_corpus(corpus)
        print(f"{count:,} passages in {corpus.root}/annotations/{NAME}.jsonl", file=sys.stderr)
        return 0
    if args.out is None or args.out.suffix != ".parquet":
        raise HasilaError("for inputs, --out FILE.parquet says where the passages go")
    count = _write(find_passages(progress(_records(sources(args.inputs)))), args.out)
    print(f"{count:,} passages in {args.out}", file=sys.stderr)
    return 0


def _records(files: list[Path]) -> Iterator[Record]:
    """The articles; what is none is for `hasila annotate` to tell."""
    records = (parse(item) for item in items(files))
    return (record for record in records if isinstance(record, Record))


def _write(passages: Iterator[Passage], out: Path) -> int:
    """Write passages as they come; the file is there when all are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers = {"words": pa.int32(), "share": pa.float64()}
    spans = {"start": pa.int32(), "end": pa.int32(), "of_start": pa.int32(), "of_end": pa.int32()}
    shape = pa.schema([(f.name, (numbers | spans).get(f.name, pa.string())) for f in fields(Passage)])
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_name(f".{out.name}.new")
    count = 0
    try:
        with pq.ParquetWriter(fresh, shape, compression="zstd") as writer:
            for some in _batched(passages, 20_000):
                writer.write_table(pa.Table.from_pylist([asdict(one) for one in some], schema=shape))
                count += len(some)
        os.replace(fresh, out)
    finally:
        fresh.unlink(missing_ok=True)
    return count


def _batched(passages: Iterator[Passage], size: int) -> Iterator[list[Passage]]:
    """Lists of ``size`` passages."""
    while some := list(islice(passages, size)):
        yield some
