"""Versions and promises of the data: its version with a digest, and what a release keeps."""

from __future__ import annotations

import glob
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from hasila import schema
from hasila.atomic import write_file
from hasila.corpus import Corpus
from hasila.errors import HasilaError

SOURCES = (
    "dataset/articles.jsonl", "dataset/raw/*.txt", "annotations/hand/*.jsonl", "annotations/rules/*.jsonl",
    "annotations/registry/*.jsonl", "annotations/relations.jsonl", "schema/layers/*.schema.json",
)  # fmt: skip
"""What a release is made of, below the corpus; the packaged schemas come to it."""

RELEASED = "schema/released.json"
"""What the last release had, below the corpus."""
Released = dict[str, Any]


def source_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield every source of the corpus at ``root`` with its name, in a fixed order."""
    yield from ((f"scheme/{p.name}", p) for p in sorted(schema.SCHEMA_DIR.rglob("*.schema.json")))
    for pattern in SOURCES:
        for name in sorted(glob.glob(pattern, root_dir=root)):
            yield Path(name).as_posix(), root / name


def content_digest(root: Path) -> str:
    """SHA-256, as 64 hexadecimal digits, over the names and bytes of all sources of a corpus."""
    found = hashlib.sha256()
    for name, path in source_files(root):
        with path.open("rb") as file:
            one = hashlib.file_digest(file, "sha256").hexdigest()
        found.update(f"{name}\0{one}\n".encode())
    return found.hexdigest()


def data_version(path: str | Path | None = None) -> str:
    """The version of a corpus's data: its ``dataset/VERSION`` and 12 digits of its digest, ``1.0.0+3f2a…``.

    Args:
        path: a corpus directory; the packaged corpus where left out.

    Raises:
        HasilaError: the corpus has no ``dataset/VERSION``.
    """
    root = Path(path) if path is not None else schema.HOME
    file = root / "dataset" / "VERSION"
    try:
        version = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise HasilaError(f"{file}: missing; write the data's version into it, such as 1.0.0") from error
    return f"{version}+{content_digest(root)[:12]}"


def snapshot(corpus: Corpus) -> Released:
    """What a release promises to keep: splits, labels in their order, ids and what each one names.

    ``ids`` has for every file the ids of its lines, each with the span of the annotation, the table of the
    registry, or the ends of the relation.
    """
    ids: dict[str, dict[str, Any]] = {}
    for article, lines in corpus.annotations("hand").items():
        if lines:
            spans: dict[str, Any] = {one.id: [one.start, one.end] for one in lines}
            ids[f"annotations/hand/{article}.jsonl"] = spans
    for name, table in corpus.registry.items():
        if table:
            ids[f"annotations/registry/{name}.jsonl"] = dict.fromkeys(table, name)
    relations = {
        r["id"]: " → ".join(f"{r[e]['article']}/{r[e]['id']}" for e in ("source", "target"))
        for r in corpus.relations()
    }
    if relations:
        ids["annotations/relations.jsonl"] = relations
    sets = {name: layer.fields + layer.common for name, layer in corpus.layers.items()}
    sets |= {name: schema.record(name) for name in ("article", "relation")}
    labels = {
        f"{name}.{path}": kind.label_names
        for name, fields in sets.items()
        for path, kind in schema.labelled(fields)
    }
    splits = {article.id: article.meta["split"] for article in corpus.articles.values()}
    return {"splits": splits, "labels": labels, "ids": ids}


def freeze(corpus: Corpus, retire: Mapping[str, Iterable[str]] | None = None) -> Path:
    """Write ``schema/released.json``: from now on its splits, ids and labels are kept.

    Args:
        corpus: a sound corpus that is being released.
        retire: ids that are gone on purpose, by file; they are never used again.

    Raises:
        HasilaError: the corpus does not keep what the last release promised.
    """
    from hasila.validate.problem import Log
    from hasila.validate.release import check_kept, read_released

    before, now = read_released(corpus.root), snapshot(corpus)
    retired = {file: set(gone) for file, gone in before.get("retired", {}).items()}
    for file, gone in (retire or {}).items():
        retired.setdefault(file, set()).update(gone)
    now["retired"] = {file: sorted(gone) for file, gone in sorted(retired.items())}
    log = Log()
    check_kept(before | {"retired": now["retired"]}, now, log)
    if log.problems:
        first = log.problems[0]
        more = f" ({len(log.problems)} problems of this kind)" if len(log.problems) > 1 else ""
        raise HasilaError(f"{first.file}: {first.message}{more}; {first.hint}")
    version = (corpus.root / "dataset" / "VERSION").read_text(encoding="utf-8").strip()
    generated = [name for name in ("dataset/parquet", "croissant.json") if (corpus.root / name).exists()]
    head = {"data": version, "scheme": schema.version(), "generated": generated}
    path = corpus.root / RELEASED
    write_file(path, json.dumps(head | now, ensure_ascii=False, indent=1) + "\n")
    return path
