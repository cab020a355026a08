"""``hasila figures``: who says how many, by what is counted and by date."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path

from hasila import terminal
from hasila.claims import corpus_claims, keep, tables
from hasila.corpus import open_corpus
from hasila.errors import HasilaError
from hasila.schema import layers

SHOWN = 50
"""Candidate keys that a terminal gets."""


def arguments(parser: ArgumentParser) -> None:
    """Describe the command line."""
    categories = layers()["figure"].field("category").type.label_names
    parser.add_argument(
        "corpus",
        metavar="CORPUS | DIR",
        nargs="?",
        help="a corpus directory (default: the packaged one), or what `hasila annotate --out DIR` wrote: "
        "then claims are grouped by place, date, category and side into candidate keys",
    )
    parser.add_argument("--origin", default="hand", help="whose figures: hand (default), rules, passes/a …")
    parser.add_argument("--key", metavar="KEY", help="only this figure key; * and ? stand for any letters")
    parser.add_argument("--category", choices=categories, metavar="CATEGORY", help=", ".join(categories))
    parser.add_argument("--side", metavar="SIDE", help="only figures that count this side")
    parser.add_argument(
        "--out", type=Path, metavar="OUT", help="of DIR: write keys, claims and relations as Parquet to OUT"
    )
    terminal.output_options(parser)


def run(args: Namespace) -> int:
    """Print the claims, or of annotated Parquet the candidate keys."""
    if args.corpus and (Path(args.corpus) / "figures").is_dir():
        return _candidates(Path(args.corpus), args)
    if args.out:
        raise HasilaError("--out is for annotated Parquet; `hasila publish` writes a corpus's tables")
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


def _candidates(folder: Path, args: Namespace) -> int:
    from hasila.candidates import open_candidates

    with open_candidates(folder) as found:
        if args.out:
            found.write(args.out)
            return 0
        if args.key or args.category or args.side:
            claims = found.claims(args.key or "*", args.category, args.side)
            if not claims:
                print("no claim fits", file=sys.stderr)
            terminal.show(args, tables(claims, {claim["article"]: None for claim in claims}), claims)
            return 0
        keys = found.list_keys(None if args.json or args.csv else SHOWN + 1)
    if len(keys) > SHOWN and not (args.json or args.csv):
        print(f"the {SHOWN} keys with the most sources; --csv, --json and --out have all", file=sys.stderr)
        keys = keys[:SHOWN]
    header = ("key", "claims", "articles", "sources", "lowest", "highest", "contradictions")
    data = [{k: v.isoformat() if isinstance(v, date) else v for k, v in key.items()} for key in keys]
    terminal.show(args, [terminal.Table("", header, [[key[h] for h in header] for key in keys])], data)
    return 0
