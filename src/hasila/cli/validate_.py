"""``hasila validate``: check a corpus, problem by problem."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

FORMATS = ("text", "json", "sarif", "github")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``hasila validate`` takes."""
    add = parser.add_argument
    add("corpus", nargs="?", metavar="CORPUS", help="a corpus directory; the packaged one where left out")
    add(
        "--release",
        action="store_true",
        help="also compare with the last release and rebuild what is generated",
    )
    add("--format", choices=FORMATS, default="text", help="what to print (default: text)")


def run(args: argparse.Namespace) -> int:
    """Print the problems: 0 none, 1 some."""
    from hasila.validate.corpus import check_corpus
    from hasila.validate.report import FORMATS as reports

    problems, counts = check_corpus(args.corpus, release=args.release)
    sys.stdout.write(reports[args.format](problems, _prefix(args.corpus)))
    sys.stdout.flush()
    levels = "levels 1 to 6" if args.release else "levels 1 to 5"
    looked = f"{_many(counts.articles, 'article')}, {_many(counts.annotations, 'annotation')}, {levels}"
    if problems:
        files = len({p.file for p in problems})
        print(f"{_many(len(problems), 'problem')} in {_many(files, 'file')} ({looked})", file=sys.stderr)
        return 1
    print(f"no problems ({looked})", file=sys.stderr)
    return 0


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _prefix(corpus: str | None) -> str:
    """The way from here to the corpus, so that editors and CI find the files."""
    if corpus is None:
        return ""
    way = Path(corpus)
    if way.is_absolute():
        here = Path.cwd()
        way = way.relative_to(here) if way.is_relative_to(here) else way
    return "" if way == Path() else f"{way.as_posix()}/"
