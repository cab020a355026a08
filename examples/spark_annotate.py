"""Annotate Parquet with Spark: spark-submit spark_annotate.py IN_DIR OUT_DIR."""

import os
import sys
from collections.abc import Iterable, Iterator

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from hasila.rules import annotate_batch, batch_schema


def annotate(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches of articles to batches of annotations."""
    return map(annotate_batch, batches)


if __name__ == "__main__":
    source, out = sys.argv[1:3]
    # The workers' Python is this one, unless the cluster names its own.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # Spark copies a batch of its own making to the workers: a small one keeps their memory flat.
    spark = SparkSession.builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", 64).getOrCreate()
    articles = spark.read.parquet(source).select("id", "text", "published")
    articles.mapInArrow(annotate, from_arrow_schema(batch_schema())).write.parquet(out)
