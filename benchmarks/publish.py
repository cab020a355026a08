"""Publishing at size: the same rows to Parquet by Hasila and by ``datasets``, and a corpus end to end.

    python benchmarks/publish.py [--spans 1000000] [--articles 20000]

1. Rows in memory (dicts, labels by name) to one Parquet file: ``hasila.publish.parquet`` against
   ``Dataset.from_generator(…).to_parquet()``, both with the config's features, in one process, one after the
   other. ``from_generator`` gets a fingerprint, so that it need not hash its input.
2. A corpus on disk (JSON Lines) to all of its configs, at two sizes in a process each: spans a second, and
   the peak of resident memory, which must not grow with the corpus.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hasila import schema
from hasila.annotation import to_lines
from hasila.corpus import open_corpus
from hasila.publish.build import build
from hasila.publish.parquet import Writer
from hasila.publish.shapes import layer_shape
from hasila.publish.tables import Registry, layer_rows

SAMPLE = Path(__file__).parents[1] / "tests" / "sample"


def sample_rows(count: int) -> list[dict[str, Any]]:
    """``count`` rows of the config ``entities``: those of the sample, each a dict of its own."""
    corpus = open_corpus(SAMPLE)
    registry = Registry(corpus.registry)
    rows = [
        row
        for article in corpus.stream()
        for layer, row in layer_rows(article, corpus.read_annotations(article.id), corpus.layers, registry)
        if layer == "entity"
    ]
    return [{**rows[n % len(rows)], "id": f"e{n}"} for n in range(count)]


def in_memory(count: int, folder: Path) -> None:
    """Time both writers on the same rows and print the ratio."""
    os.environ["HF_HOME"] = str(folder / "hf")
    os.environ["HF_HUB_OFFLINE"] = "1"
    import datasets
    import pyarrow.parquet as pq

    datasets.disable_progress_bars()
    rows = sample_rows(count)
    shape = layer_shape(schema.layers()["entity"], "hand")
    features = datasets.Features.from_dict(json.loads(json.dumps(shape.features())))
    complete = [{name: row.get(name) for name in features} for row in rows]

    start = time.perf_counter()
    with Writer(folder / "ours", "benchmark") as writer:
        writer.add(shape, "train", rows)
    ours = time.perf_counter() - start

    def generate() -> Iterator[dict[str, Any]]:
        yield from complete

    start = time.perf_counter()
    made = datasets.Dataset.from_generator(
        generate, features=features, cache_dir=str(folder / "cache"), fingerprint="benchmark"
    )
    made.to_parquet(str(folder / "theirs.parquet"))
    theirs = time.perf_counter() - start

    first = datasets.Dataset(pq.read_table(folder / "ours" / "entities" / "train-00000-of-00001.parquet"))
    second = datasets.Dataset(pq.read_table(folder / "theirs.parquet"))
    assert first.features == second.features
    assert first.data.table.equals(second.data.table.cast(first.data.table.schema))
    print(f"{count:,} rows in memory to one Parquet file, equal tables")
    print(f"  hasila                      {ours:6.1f} s   {count / ours:9,.0f} rows/s")
    print(f"  Dataset.from_generator      {theirs:6.1f} s   {count / theirs:9,.0f} rows/s")
    print(f"  ratio                       {theirs / ours:6.1f}")


def write_corpus(folder: Path, articles: int) -> int:
    """A corpus of copies of the sample's first article; return its spans."""
    sample = open_corpus(SAMPLE)
    article = next(iter(sample.articles.values()))
    lines = [one for one in sample.annotations()[article.id] if one.layer != "figure"]
    for one in lines:
        one.fields.pop("participants", None)
        if one.layer == "event":
            one.fields["participants"] = []
    text = to_lines(lines)
    raw, hand = folder / "dataset" / "raw", folder / "annotations" / "hand"
    raw.mkdir(parents=True)
    hand.mkdir(parents=True)
    (folder / "dataset" / "VERSION").write_text("0.0.0\n", encoding="utf-8")
    with (folder / "dataset" / "articles.jsonl").open("w", encoding="utf-8") as file:
        for number in range(articles):
            name = f"a{number}"
            (raw / f"{name}.txt").write_text(article.text, encoding="utf-8")
            (hand / f"{name}.jsonl").write_text(text, encoding="utf-8")
            meta = {**article.meta, "id": name, "file": f"raw/{name}.txt", "fold": number}
            file.write(json.dumps(meta, ensure_ascii=False) + "\n")
    return articles * len(lines)


def build_alone(folder: str) -> None:
    """Build a corpus in this process and print seconds and peak memory in MB."""
    start = time.perf_counter()
    build(open_corpus(folder), Path(folder) / "out")
    seconds = time.perf_counter() - start
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def end_to_end(articles: int, folder: Path) -> None:
    """Time the whole way from JSON Lines at two sizes."""
    print("JSON Lines on disk to every config (layers with copies, articles, tokens)")
    for count in (articles // 4, articles):
        home = folder / f"corpus-{count}"
        spans = write_corpus(home, count)
        done = subprocess.run(
            [sys.executable, __file__, "--build", str(home)], capture_output=True, text=True, check=True
        )
        seconds, peak = json.loads(done.stdout)
        print(
            f"  {count:7,} articles, {spans:9,} spans: {seconds:6.1f} s   {spans / seconds:7,.0f} spans/s"
            f"   peak {peak:5.0f} MB"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--spans", type=int, default=1_000_000)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--build", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.build:
        build_alone(args.build)
        return
    with tempfile.TemporaryDirectory(prefix="hasila-benchmark-") as name:
        end_to_end(args.articles, Path(name))
        in_memory(args.spans, Path(name))


if __name__ == "__main__":
    main()
