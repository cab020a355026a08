"""``hasila figures``: who says how many, by what is counted and by date."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from hasila import terminal
from hasila.claims import corpus_claims, keep, tables
from hasila.corpus import open_corpus
from hasila.errors import HasilaError
from hasila.schema import layers


def arguments(parser: ArgumentParser) -> None:
    """Describe the command line."""
    categories = layers()["figure"].field("category").type.label_names
    parser.add_argument(
        "corpus", metavar="CORPUS", nargs="?", help="a corpus directory (default: the packaged one)"
    )
    parser.add_argument("--origin", default="hand", help="whose figures: hand (default), rules, passes/a …")
    parser.add_argument("--key", metavar="KEY", help="only this figure key; * and ? stand for any letters")
    parser.add_argument("--category", choices=categories, metavar="CATEGORY", help=", ".join(categories))
    parser.add_argument("--side", metavar="SIDE", help="only figures that count this side")
    terminal.output_options(parser)


def run(args: Namespace) -> int:
    """Print the claims."""
    corpus = open_corpus(args.corpus)
    folder = corpus.root / "annotations" / args.origin
    if not folder.is_dir():
        raise HasilaError(f"{folder}: no annotations of this origin")
    everything = list(corpus_claims(corpus, args.origin))
    claims = keep(everything, args.key, args.category, args.side)
    if not claims:
        print(f"none of {len(everything)} figures fits", file=sys.stderr)
    terminal.show(args, tables(claims, corpus.articles), claims)
    return 0
