"""``hasila export``: a corpus in another tool's format."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hasila.formats import FORMATS


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``hasila export`` takes."""
    add = parser.add_argument
    add("format", choices=FORMATS, metavar="FORMAT", help=f"one of {', '.join(FORMATS)}")
    add("corpus", nargs="?", metavar="CORPUS", help="a corpus directory; the packaged one where left out")
    add("--out", type=Path, required=True, metavar="DIR", help="a new or empty directory to write into")
    add("--origin", choices=("hand", "rules"), default="hand", help="whose annotations (default: hand)")


def run(args: argparse.Namespace) -> int:
    """Write the files, say how much they hold and what was left out."""
    from hasila.atomic import new_directory
    from hasila.corpus import open_corpus
    from hasila.errors import HasilaError

    corpus = open_corpus(args.corpus)
    out: Path = args.out
    if out.is_file() or (out.is_dir() and any(out.iterdir())):
        raise HasilaError(f"{out}: is not empty; name a new directory, so that nothing in it is lost")
    with new_directory(out) as fresh:
        left_out = FORMATS[args.format].export(corpus, args.origin, fresh)
    counts = [len(corpus.read_annotations(article.id, args.origin)) for article in corpus.stream()]
    print(f"{out}: {len(counts)} articles, {sum(counts)} annotations of origin {args.origin}")
    for line in left_out:
        print(f"left out: {line}", file=sys.stderr)
    return 0
