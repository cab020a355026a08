"""``hasila init``: a corpus from articles."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``hasila init`` takes."""
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR", help="the corpus to make: a new or an empty directory")
    add(
        "articles",
        type=Path,
        nargs="+",
        metavar="ARTICLE",
        help="text files (2022-01-31_name.txt gives the date), JSON Lines (also .gz, .zst) or Parquet with "
        "id, text, published, publisher, title; or directories of these",
    )


def run(args: argparse.Namespace) -> int:
    """Make the corpus: 0 done."""
    from hasila.initialise import initialise

    corpus = initialise(args.folder, args.articles)
    splits = Counter(article.meta["split"] for article in corpus.stream())
    undated = sum(article.published is None for article in corpus.stream())
    shown = ", ".join(f"{name} {splits[name]}" for name in ("train", "validation", "test") if splits[name])
    print(f"{args.folder}: {splits.total()} articles ({shown})", file=sys.stderr)
    if undated:
        print(
            f"{undated} without a publication date: see {args.folder}/dataset/articles.jsonl",
            file=sys.stderr,
        )
    print(f"next: hasila annotate {args.folder}", file=sys.stderr)
    return 0
