"""``hasila annotate``: a corpus in place, or files to JSON lines or Parquet."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from hasila.annotation import Annotation, sort_key
from hasila.atomic import new_directory, write_file
from hasila.corpus import Corpus, open_corpus, write_lines
from hasila.errors import HasilaError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "inputs",
        nargs="*",
        metavar="CORPUS | FILE",
        help="a corpus directory (default: the packaged one), or text files",
    )
    parser.add_argument(
        "--published", metavar="DATE", help="publication date of the files, such as 2022-01-31"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE.jsonl | DIR", help="write there instead of to standard output"
    )


def run(args: argparse.Namespace) -> int:
    """Annotate: a corpus into its ``annotations/rules/``, files to ``--out`` or standard output."""
    paths = [Path(name) for name in args.inputs]
    if not paths or (len(paths) == 1 and paths[0].is_dir()):
        return _corpus(open_corpus(paths[0] if paths else None), args)
    write(annotate_files(paths, args.published), args.out)
    return 0


def _corpus(corpus: Corpus, args: argparse.Namespace) -> int:
    from hasila.rules import Registry, annotate_corpus
    from hasila.rules.relations import relations

    if args.published:
        raise HasilaError("--published is for files; a corpus's dates stand in dataset/articles.jsonl")
    found = annotate_corpus(corpus)
    if args.out:
        write((one for marks in found.values() for one in sorted(marks, key=sort_key)), args.out)
        return 0
    for article, marks in found.items():
        corpus.write_annotations(article, marks, "rules")
    related = relations(corpus.articles.values(), found, Registry(corpus.registry))
    write_lines(corpus.root / "annotations" / "rules" / "relations.jsonl", related)
    total = sum(len(marks) for marks in found.values())
    where = f"{corpus.root}/annotations/rules"
    print(
        f"{total} annotations of {len(found)} articles and {len(related)} relations in {where}",
        file=sys.stderr,
    )
    return 0


def annotate_files(paths: Iterable[Path], published: str | None) -> Iterator[Annotation]:
    """The annotations of text files, file by file in line order; the article is ``article_id``.

    Raises:
        HasilaError: a file is missing or not UTF-8, an id occurs twice, or ``published`` is no date.
    """
    from hasila.rules import annotate
    from hasila.rules.pipeline import as_date

    day = as_date(published)
    seen: dict[str, Path] = {}
    for path in paths:
        name = article_id(path)
        if name in seen:
            raise HasilaError(f"{path}: the id {name} is taken by {seen[name]}; rename one of them")
        seen[name] = path
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise HasilaError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
        except OSError as error:
            raise HasilaError(f"{path}: {error.strerror or error}") from error
        yield from sorted(annotate(text, day, article=name), key=sort_key)


def article_id(path: Path) -> str:
    """The file's stem, with ``-`` for what an article id cannot hold."""
    name = re.sub(r"[^0-9A-Za-z._-]", "-", path.stem)[:200]
    return name if name[:1].isalnum() else f"file{name}"[:200]


def write(annotations: Iterable[Annotation], out: Path | None) -> None:
    """Put annotations where ``--out`` says: a ``.jsonl`` file, a directory of Parquet, or standard output."""
    if out is not None and out.suffix != ".jsonl":
        write_parquet(annotations, out)
        return
    lines = (one.to_json(with_article=True) + "\n" for one in annotations)
    if out is None:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        sys.stdout.writelines(lines)
        sys.stdout.flush()
    else:
        write_file(out, "".join(lines))


def write_parquet(annotations: Iterable[Annotation], out: Path) -> None:
    """One Parquet dataset a layer, ``DIR/<config>/part-00000.parquet``: an annotation a row, labels as names.

    Raises:
        HasilaError: ``out`` is a file.
    """
    import pyarrow.parquet as pq

    from hasila.rules.batch import layer_tables

    if out.is_file():
        raise HasilaError(f"{out}: is a file; --out takes a directory or a name ending in .jsonl")
    with new_directory(out) as folder:
        for config, table in layer_tables(annotations).items():
            (folder / config).mkdir()
            pq.write_table(table, folder / config / "part-00000.parquet")
