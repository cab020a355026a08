"""``hasila import``: what was corrected in another tool, back into a corpus."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hasila.formats import FORMATS

READ = [name for name, one in FORMATS.items() if one.reads]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``hasila import`` takes."""
    add = parser.add_argument
    add("format", choices=READ, metavar="FORMAT", help=f"one of {', '.join(READ)}")
    add("folder", type=Path, metavar="DIR", help="a directory that `hasila export FORMAT` wrote")
    add("--into", required=True, metavar="CORPUS", help="the corpus that the corrections belong to")
    add("--annotator", metavar="NAME", help="who corrected; signs what is new or changed")
    add("--origin", choices=("hand", "rules"), default="hand", help="whose annotations (default: hand)")
    add("--dry-run", action="store_true", help="say what would change, and write nothing")


def run(args: argparse.Namespace) -> int:
    """Take the corrections over and validate: 0 the corpus is sound, 1 it has problems."""
    from hasila.corpus import open_corpus
    from hasila.errors import HasilaError
    from hasila.formats.merge import merge
    from hasila.validate import validate
    from hasila.validate.report import as_text

    corpus = open_corpus(args.into)
    if not args.folder.is_dir():
        raise HasilaError(
            f"{args.folder}: no such directory; `hasila export {args.format} --out DIR` makes one"
        )
    merged = {
        article: merge(corpus, article, args.origin, found, args.annotator)
        for article, found in FORMATS[args.format].read(args.folder, corpus, args.origin)
    }
    if not merged:
        files = FORMATS[args.format].files
        raise HasilaError(f"{args.folder}: holds nothing of the corpus's articles (looked for {files})")
    for article, changes in merged.items():
        if changes.any and not args.dry_run:
            corpus.write_annotations(article, changes.annotations, args.origin)
        print(f"{article}: {_counts(changes.kept, 'kept', names=False)}", end="")
        for ids, what in (
            (changes.changed, "changed"),
            (changes.added, "added"),
            (changes.removed, "removed"),
        ):
            print(f", {_counts(ids, what)}" if ids else "", end="")
        print()
        for remark in changes.remarks:
            print(remark, file=sys.stderr)
    if args.dry_run:
        return 0
    problems = validate(corpus.root)
    sys.stderr.write(as_text(problems, f"{args.into}/"))
    print(f"{len(problems) or 'no'} problems in {args.into}", file=sys.stderr)
    return 1 if problems else 0


def _counts(ids: list[str], what: str, *, names: bool = True) -> str:
    listed = ", ".join(ids[:10]) + (" …" if len(ids) > 10 else "")
    return f"{len(ids)} {what}" + (f" ({listed})" if names else "")
