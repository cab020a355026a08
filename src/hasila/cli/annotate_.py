"""``hasila annotate``: a corpus in place, or files and streams to JSON lines or Parquet."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from hasila.annotation import Annotation, sort_key
from hasila.atomic import new_directory, write_file
from hasila.corpus import Corpus, Json, open_corpus, write_lines
from hasila.errors import HasilaError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add = parser.add_argument
    add(
        "inputs",
        nargs="*",
        metavar="CORPUS | INPUT",
        help="a corpus directory (default: the packaged one), or text files, JSON Lines (also .gz, .zst) or "
        "Parquet with id, text, published, publisher, or directories of these",
    )
    add("--published", metavar="DATE", help="publication date of texts that have none, such as 2022-01-31")
    add(
        "--out",
        type=Path,
        metavar="FILE.jsonl | DIR",
        help="write there instead of to standard output; DIR gets Parquet: a dataset a layer, and relations",
    )
    add("--workers", type=int, metavar="N", help="processes that fill DIR (default: one a core)")
    add("--resume", action="store_true", help="go on with the interrupted run in DIR")


def run(args: argparse.Namespace) -> int:
    """Annotate: a corpus into its ``annotations/rules/``, inputs to ``--out`` or standard output."""
    paths = [Path(name) for name in args.inputs]
    if not paths or (len(paths) == 1 and (paths[0] / "dataset" / "articles.jsonl").is_file()):
        return _corpus(open_corpus(paths[0] if paths else None), args)
    if args.out is not None and args.out.suffix != ".jsonl":
        return _stream(paths, args)
    if args.resume or args.workers:
        raise HasilaError("--workers and --resume are for --out DIR, which writes Parquet")
    rejects: list[str] = []
    _write(_annotated(paths, args.published, rejects), args.out)
    for one in rejects:
        print(one, file=sys.stderr)
    return 1 if rejects else 0


def _corpus(corpus: Corpus, args: argparse.Namespace) -> int:
    from hasila.rules import annotate_corpus
    from hasila.rules.relations import relate_corpus

    if args.published or args.resume or args.workers:
        raise HasilaError("--published, --workers and --resume are for files; a corpus has its dates itself")
    found = annotate_corpus(corpus)
    everything = (one for marks in found.values() for one in sorted(marks, key=sort_key))
    if args.out and args.out.suffix == ".jsonl":
        _write(everything, args.out)
        return 0
    related = relate_corpus(corpus, found)
    if args.out:
        _write_parquet(corpus, everything, related, args.out)
        return 0
    for article, marks in found.items():
        corpus.write_annotations(article, marks, "rules")
    write_lines(corpus.root / "annotations" / "rules" / "relations.jsonl", related)
    total = sum(len(marks) for marks in found.values())
    where = f"{corpus.root}/annotations/rules"
    print(
        f"{total} annotations of {len(found)} articles and {len(related)} relations in {where}",
        file=sys.stderr,
    )
    return 0


def _stream(paths: list[Path], args: argparse.Namespace) -> int:
    from hasila.progress import Rate
    from hasila.records import sources
    from hasila.rules.pipeline import as_date
    from hasila.stream import REJECTS, annotate_stream

    workers = _cores() if args.workers is None else args.workers
    if workers < 1:
        raise HasilaError("--workers is a number from 1")
    day = as_date(args.published)
    with Rate("records") as rate:
        done = annotate_stream(
            sources(paths), args.out, workers=workers, resume=args.resume, published=day, watch=rate.show
        )
    told = f"{done.annotations:,} annotations of {done.articles:,} articles in {args.out}"
    if done.rejects:
        told += f"; {done.rejects:,} records rejected, see {args.out / REJECTS}"
    print(told, file=sys.stderr)
    return 1 if done.rejects else 0


def _cores() -> int:
    """The cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _annotated(paths: Iterable[Path], published: str | None, rejects: list[str]) -> Iterator[Annotation]:
    """The annotations of article after article; what is no article, or repeats an id, joins ``rejects``."""
    from hasila.records import Reject, items, parse, sources
    from hasila.rules import annotate
    from hasila.rules.pipeline import as_date

    day = as_date(published)
    seen: set[str] = set()
    for item in items(sources(paths)):
        where = f"{item.file}:{item.place}"
        record = parse(item)
        if isinstance(record, Reject):
            rejects.append(f"{where}: {record.message}")
        elif record.id in seen:
            rejects.append(f"{where}: an earlier record has the id {record.id}")
        else:
            seen.add(record.id)
            yield from sorted(annotate(record.text, record.published or day, article=record.id), key=sort_key)


def _write(annotations: Iterable[Annotation], out: Path | None) -> None:
    """Put annotations where ``--out`` says: a ``.jsonl`` file, or standard output."""
    lines = (one.to_json(with_article=True) + "\n" for one in annotations)
    if out is None:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        sys.stdout.writelines(lines)
        sys.stdout.flush()
    else:
        write_file(out, "".join(lines))


def _write_parquet(
    corpus: Corpus, annotations: Iterable[Annotation], relations: Iterable[Json], out: Path
) -> None:
    """A corpus's annotations and relations in the shape that a stream's have.

    Raises:
        HasilaError: ``out`` is a file.
    """
    from hasila.rules.batch import to_record_batch
    from hasila.shards import ARTICLES, RELATIONS, ShardWriter, article_table, by_layer, relation_table

    if out.is_file():
        raise HasilaError(f"{out}: is a file; --out takes a directory or a name ending in .jsonl")
    found = to_record_batch(annotations)
    with new_directory(out) as folder:
        writer = ShardWriter(folder, 0)
        beside = {ARTICLES: article_table(corpus.stream(), found), RELATIONS: relation_table(relations)}
        writer.add({**beside, **by_layer(found)})
        writer.close()
