"""Annotate Parquet with Ray Data: python ray_annotate.py IN_DIR OUT_DIR."""

import sys

import pyarrow as pa
import ray

from hasila.rules import annotate_batch


def annotate(table: pa.Table) -> pa.Table:
    """A table of articles to a table of annotations."""
    return pa.Table.from_batches([annotate_batch(table)])


if __name__ == "__main__":
    source, out = sys.argv[1:3]
    articles = ray.data.read_parquet(source, columns=["id", "text", "published"])
    articles.map_batches(annotate, batch_format="pyarrow", batch_size=64).write_parquet(out)
