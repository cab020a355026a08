"""What a release promises to keep: splits, ids, labels. Only ``freeze`` writes ``schema/released.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from hasila import schema
from hasila.atomic import write_file
from hasila.corpus import Corpus
from hasila.errors import HasilaError

RELEASED = "schema/released.json"
"""What the last release had, below the corpus."""
Released = dict[str, Any]


class Broken(NamedTuple):
    """A promise of the last release that no longer holds: the problem's code, file, message and id."""

    code: str
    file: str
    message: str
    id: str | None = None


def read_released(root: Path) -> Released:
    """What the last release had; nothing before the first.

    Raises:
        HasilaError: the file is no JSON object.
    """
    path = root / RELEASED
    if not path.is_file():
        return {}
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise HasilaError(f"{path}: not readable ({error}); take it from the last release") from error
    if not isinstance(value, dict):
        raise HasilaError(f"{path}: not a JSON object; take it from the last release")
    return value


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


def broken(released: Released, now: Released) -> Iterator[Broken]:
    """What of the last release's splits, ids and labels is no longer there."""
    for article, split in released.get("splits", {}).items():
        current = now["splits"].get(article)
        if current != split:
            said = f"{article} was in {split}, now {'in ' + current if current else 'it is gone'}"
            yield Broken("release-split-changed", "dataset/articles.jsonl", said, article)
    retired = released.get("retired", {})
    for file, ids in released.get("ids", {}).items():
        there = now["ids"].get(file, {})
        for id, before in ids.items():
            after = there.get(id)
            if after is None and id not in retired.get(file, ()):
                yield Broken("release-id-gone", file, f"{id} of the last release is gone", id)
            elif after is not None and not _same_thing(before, after):
                said = f"{id} was {_shown(before)}, now it is {_shown(after)}"
                yield Broken("release-id-reused", file, said, id)
    for file, gone in retired.items():
        for id in sorted(set(gone) & now["ids"].get(file, {}).keys()):
            yield Broken("release-id-reused", file, f"{id} was retired and is there again", id)
    for name, labels in released.get("labels", {}).items():
        current_labels = now["labels"].get(name, [])
        if current_labels[: len(labels)] != labels:
            at = next((i for i, x in enumerate(labels) if current_labels[i : i + 1] != [x]), 0)
            said = f"{name}: {labels[at]!r} stood at place {at + 1}"
            yield Broken("release-labels-changed", RELEASED, said)


def _same_thing(before: Any, after: Any) -> bool:
    """Whether two entries can be one record, corrected: spans overlap, others are equal."""
    if isinstance(before, list) and isinstance(after, list):
        return bool(before[0] < after[1] and after[0] < before[1])
    return bool(before == after)


def _shown(entry: Any) -> str:
    return f"[{entry[0]}, {entry[1]})" if isinstance(entry, list) else str(entry)


def freeze(corpus: Corpus, retire: Mapping[str, Iterable[str]] | None = None) -> Path:
    """Write ``schema/released.json``: from now on its splits, ids and labels are kept.

    Args:
        corpus: a sound corpus that is being released.
        retire: ids that are gone on purpose, by file; they are never used again.

    Raises:
        HasilaError: the corpus does not keep what the last release promised.
    """
    before, now = read_released(corpus.root), snapshot(corpus)
    retired = {file: set(gone) for file, gone in before.get("retired", {}).items()}
    for file, gone in (retire or {}).items():
        retired.setdefault(file, set()).update(gone)
    now["retired"] = {file: sorted(gone) for file, gone in sorted(retired.items())}
    if found := list(broken(before | {"retired": now["retired"]}, now)):
        more = f" ({len(found)} problems of this kind)" if len(found) > 1 else ""
        raise HasilaError(
            f"{found[0].file}: {found[0].message}{more}; bring it back, or retire ids on purpose"
        )
    version = (corpus.root / "dataset" / "VERSION").read_text(encoding="utf-8").strip()
    generated = [name for name in ("dataset/parquet", "croissant.json") if (corpus.root / name).exists()]
    head = {"data": version, "scheme": schema.version(), "generated": generated}
    path = corpus.root / RELEASED
    write_file(path, json.dumps(head | now, ensure_ascii=False, indent=1) + "\n")
    return path
