"""``hasila agree PASS_A PASS_B``: how far two readings of the same articles agree."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from hasila import terminal
from hasila.errors import HasilaError


def arguments(parser: ArgumentParser) -> None:
    """Describe the command line."""
    what = "a directory of <article>.jsonl, one such file, or an origin of the packaged corpus (passes/a)"
    parser.add_argument("a", metavar="PASS_A", help=what)
    parser.add_argument("b", metavar="PASS_B", help="the same")
    parser.add_argument("--labels", action="store_true", help="also a row for every label")
    parser.add_argument(
        "--replicates", type=int, default=1000, metavar="N", help="bootstrap replicates (default 1000)"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the bootstrap (default 0)")
    terminal.output_options(parser)


def run(args: Namespace) -> int:
    """Print the agreement."""
    from hasila.evaluate import agreement
    from hasila.evaluate.sources import left_out
    from hasila.evaluate.tables import agreement_tables

    if not 1 <= args.replicates <= 100_000 or not 0 <= args.seed < 2**32:
        raise HasilaError("--replicates is a number from 1 to 100000, --seed one from 0 to 4294967295")
    for note in left_out(args.a, args.b):
        print(note, file=sys.stderr)
    result = agreement(args.a, args.b, replicates=args.replicates, seed=args.seed)
    terminal.show(args, agreement_tables(result, labels=args.labels), result)
    return 0
