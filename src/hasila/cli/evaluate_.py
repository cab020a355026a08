"""``hasila evaluate GOLD PREDICTED``: scores by layer, and the errors as a file to read."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from hasila import terminal
from hasila.atomic import write_file
from hasila.corpus import Corpus, open_corpus
from hasila.errors import HasilaError


def arguments(parser: ArgumentParser) -> None:
    """Describe the command line."""
    what = "a directory of <article>.jsonl, one such file, or an origin of the packaged corpus (hand, rules)"
    parser.add_argument("gold", metavar="GOLD", help=what)
    parser.add_argument("predicted", metavar="PREDICTED", help="the same")
    parser.add_argument("--labels", action="store_true", help="also a row for every label")
    parser.add_argument(
        "--errors", metavar="FILE", type=Path, help="write each miss, spurious and wrong one as Markdown"
    )
    parser.add_argument(
        "--corpus", metavar="DIR", help="where the articles stand that --errors quotes (default: around GOLD)"
    )
    terminal.output_options(parser)


def run(args: Namespace) -> int:
    """Print the scores."""
    from hasila.evaluate.scores import compare, scores
    from hasila.evaluate.sources import left_out
    from hasila.evaluate.tables import score_tables

    for note in left_out(args.gold, args.predicted):
        print(note, file=sys.stderr)
    comparison = compare(args.gold, args.predicted)
    result = scores(comparison)
    if args.errors is not None:
        from hasila.evaluate.errors import error_report

        texts = _texts(args, comparison.articles)
        write_file(args.errors, error_report(comparison, texts, args.gold, args.predicted))
        print(f"errors: {args.errors}", file=sys.stderr)
    terminal.show(args, score_tables(result, labels=args.labels), result)
    return 0


def _texts(args: Namespace, articles: Sequence[str]) -> dict[str, str]:
    from hasila.evaluate.sources import corpus_of

    corpus: Corpus | None = open_corpus(args.corpus) if args.corpus else corpus_of(args.gold)
    missing = [x for x in articles if corpus is None or x not in corpus.articles]
    if corpus is None or missing:
        raise HasilaError(
            f"--errors quotes the articles, and there is no text of {', '.join(missing[:3])}; "
            "name their corpus with --corpus DIR"
        )
    return {article: corpus.articles[article].text for article in articles}
