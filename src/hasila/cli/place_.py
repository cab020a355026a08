"""``hasila place ARTICLE.txt DRAFT.jsonl``: quotes in, annotations with offsets out."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path

from hasila.errors import HasilaError


def arguments(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("article", metavar="ARTICLE.txt", type=Path, help="the raw article")
    parser.add_argument("draft", metavar="DRAFT.jsonl", type=Path, help="annotations with quotes for offsets")
    parser.add_argument("--annotator", metavar="NAME", help="who made the annotations that do not say")
    parser.add_argument("--out", metavar="FILE", type=Path, help="the annotation file (default: print it)")
    parser.add_argument("--add", action="store_true", help="keep what stands in the --out file and add to it")


def run(args: Namespace) -> int:
    """Place the draft, or say for each line what is wrong with it."""
    from hasila.annotation import Annotation, to_lines
    from hasila.atomic import write_file
    from hasila.corpus import read_lines
    from hasila.drafts import place_all
    from hasila.schema import layers

    if args.add and args.out is None:
        raise HasilaError("--add needs --out FILE, the file to add to")
    text, draft = _read(args.article), _read(args.draft)
    present = [Annotation.from_dict(line) for line in read_lines(args.out)] if args.add else []
    placed, problems = place_all(text, draft.split("\n"), args.annotator, present)
    for line, message in problems:
        print(f"{args.draft}:{line}: {message}", file=sys.stderr)
    if problems:
        print(f"{len(problems)} problems; nothing was written", file=sys.stderr)
        return 1
    lines = to_lines([*present, *placed])
    if args.out is None:
        sys.stdout.write(lines)
    else:
        write_file(args.out, lines)
        counts = Counter(x.layer for x in placed)
        told = [f"{n} {name if n == 1 else layers()[name].config}" for name, n in counts.items()]
        print(f"{args.out}: {', '.join(told) or 'nothing to place'}", file=sys.stderr)
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise HasilaError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
