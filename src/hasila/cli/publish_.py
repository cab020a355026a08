"""``hasila publish``: a corpus as Parquet, with its card and metadata, here or on the Hub."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hasila.corpus import Corpus, open_corpus
from hasila.terminal import Table, output_options, show

SHOWN = 20
"""Problems that are printed before the rest is left to ``hasila validate``."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``hasila publish`` takes."""
    add = parser.add_argument
    add("corpus", nargs="?", metavar="CORPUS", help="a corpus directory; the packaged one where left out")
    add(
        "--out",
        type=Path,
        metavar="DIR",
        help="write below DIR, for load_dataset(DIR, config), not in CORPUS",
    )
    add(
        "--push",
        metavar="REPO",
        help="then upload to OWNER/NAME, a dataset repository of the Hugging Face Hub",
    )
    add("--release", action="store_true", help="also freeze labels, ids and splits in schema/released.json")
    output_options(parser)


def run(args: argparse.Namespace) -> int:
    """Publish: 0 done; 1 the corpus has problems, nothing was written."""
    from hasila.progress import progress
    from hasila.publish import hub
    from hasila.publish.publication import publish

    corpus = open_corpus(args.corpus)
    api = hub.account() if args.push else None
    if _refused(corpus):
        return 1
    listed = publish(corpus, args.out, progress)
    if args.release:
        from hasila.release import freeze

        freeze(corpus)
    splits = list(dict.fromkeys(split for one in listed for split in one.rows))
    rows = [(one.name, *(one.rows.get(split) for split in splits)) for one in listed]
    data = {one.name: dict(one.rows) for one in listed}
    show(args, [Table("", ("config", *splits), rows)], data)
    if api is not None:
        print(f"uploaded: {hub.push(api, args.out or corpus.root, args.push)}", file=sys.stderr)
    return 0


def _refused(corpus: Corpus) -> bool:
    """Whether the corpus has problems; they are printed."""
    from hasila.validate import validate

    problems = validate(corpus.root)
    for problem in problems[:SHOWN]:
        where = ":".join(
            str(part) for part in (problem.file, problem.line, problem.column) if part is not None
        )
        print(f"{where}: {problem.code}: {problem.message}", file=sys.stderr)
    if problems:
        print(
            f"hasila publish: {len(problems)} problems, so nothing was written; `hasila validate` shows all",
            file=sys.stderr,
        )
    return bool(problems)
