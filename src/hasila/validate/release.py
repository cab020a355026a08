"""Level 6: release. What was released is kept, and what is generated is what the sources give.

``schema/released.json`` says what the last release had; only ``hasila.release.freeze`` writes it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from hasila.annotation import to_lines
from hasila.corpus import Corpus, json_lines
from hasila.release import broken, read_released, snapshot
from hasila.validate.problem import Log

PARQUET = Path("dataset/parquet")


def check(corpus: Corpus, log: Log) -> None:
    """Compare a sound corpus with its last release, and its generated files with its sources."""
    released = read_released(corpus.root)
    for code, path, message, id in broken(released, snapshot(corpus)):
        log.add(code, path, message, id=id)
    generated = (*_rules(corpus), *_parquet(corpus), *_documents(corpus))
    there = {path for path, _ in generated}
    missing = [path for path in released.get("generated", ()) if not (corpus.root / path).exists()]
    for path, why in (*generated, *((path, "it is gone") for path in missing if path not in there)):
        log.add("release-stale", path, why)


def _rules(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Files of the rule layer that the rules do not give."""
    folder = corpus.root / "annotations" / "rules"
    if not folder.is_dir() or not any(folder.glob("*.jsonl")):
        return
    from hasila.rules import annotate_corpus
    from hasila.rules.relations import relate_corpus

    found = annotate_corpus(corpus)
    expected = {f"{article}.jsonl": to_lines(marks, corpus.layers) for article, marks in found.items()}
    expected["relations.jsonl"] = json_lines(relate_corpus(corpus, found))
    for name, text in expected.items():
        path = folder / name
        if not path.is_file():
            yield path.relative_to(corpus.root).as_posix(), "it is missing; the rules give one"
        elif path.read_text(encoding="utf-8") != text:
            yield path.relative_to(corpus.root).as_posix(), "the rules give something else"


def _parquet(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Parquet files that are not what the corpus gives; the writer's version may differ."""
    folder = corpus.root / PARQUET
    if not folder.is_dir():
        return
    import pyarrow.parquet as pq

    from hasila.publish.build import build

    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch)
        build(corpus, fresh)
        names = {p.relative_to(base).as_posix() for base in (fresh, folder) for p in base.rglob("*.parquet")}
        for name in sorted(names):
            old, new = folder / name, fresh / name
            shown = (PARQUET / name).as_posix()
            if not new.is_file():
                yield shown, "the corpus gives no such file"
            elif not old.is_file():
                yield shown, "it is missing"
            elif old.read_bytes() != new.read_bytes():
                if pq.read_schema(old).metadata != pq.read_schema(new).metadata:
                    yield shown, "its features or its data version are not those of the corpus"
                elif not pq.read_table(old).equals(pq.read_table(new)):
                    yield shown, "its rows are not those of the corpus"


def _documents(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Generated parts of the documents, the data dictionary and the Croissant metadata."""
    if not (corpus.root / PARQUET).is_dir():
        return
    from hasila.publish import card, croissant, dictionary

    for path in (*card.stale(corpus), *croissant.stale(corpus)):
        file = path if not path.is_absolute() else path.relative_to(corpus.root)
        yield file.as_posix(), "its generated part is not what the corpus gives"
    written = corpus.root / dictionary.PATH
    if written.is_file() and written.read_text(encoding="utf-8") != dictionary.render(corpus.layers):
        yield Path(dictionary.PATH).as_posix(), "it does not describe the present columns"
