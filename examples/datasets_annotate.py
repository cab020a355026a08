"""Annotate Parquet with ``datasets``: python datasets_annotate.py IN.parquet OUT.parquet [PROCESSES]."""

import sys

import pyarrow as pa
from datasets import Dataset, Features

from hasila.rules import annotate_batch, batch_schema


def annotate(table: pa.Table) -> pa.Table:
    """A table of articles to a table of annotations."""
    return pa.Table.from_batches([annotate_batch(table)])


if __name__ == "__main__":
    source, out = sys.argv[1:3]
    articles = Dataset.from_parquet(source, columns=["id", "text", "published"])
    annotations = articles.with_format("arrow").map(
        annotate,
        batched=True,
        batch_size=64,
        num_proc=int(sys.argv[3]) if len(sys.argv) > 3 else 1,
        remove_columns=articles.column_names,
        features=Features.from_arrow_schema(batch_schema()),
    )
    annotations.to_parquet(out)
