"""A new corpus from articles: their bytes, what is known of them, splits by time, and a house around it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Any

from hasila import schema
from hasila.atomic import new_directory, write_file
from hasila.corpus import Corpus, write_lines
from hasila.errors import HasilaError
from hasila.records import Item, Record, Reject, items, parse, sources

Json = dict[str, Any]
VERSION = "0.1.0"
RIGHTS = "Text: its publisher."
SHOWN = 20
"""Rejected articles that an error lists."""
HELD_OUT = 0.1
"""The share of the dated articles, newest first, that test gets, and then validation."""


def initialise(folder: Path, paths: Iterable[Path]) -> Corpus:
    """Make a corpus at ``folder`` from article files (see ``hasila.records``), whole or not at all.

    Texts keep their bytes. An id is the record's own or the file's stem, with ``-`` for what an id cannot
    hold. A date is the record's own or the one with which the file's name begins.

    Raises:
        HasilaError: something stands at ``folder``, an article cannot be one, or an id occurs twice.
        OSError: a file cannot be read or written.
    """
    target = folder.resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise HasilaError(f"{folder}: already there; a new corpus needs a new or empty directory")
    files_ = sources(paths)
    if not target.exists():
        with new_directory(target) as fresh:
            _fill(fresh, files_, target.name)
    else:  # it may be where the user stands: fill it, rather than put another in its place
        with new_directory(target / ".new") as fresh:
            _fill(fresh, files_, target.name)
        for child in sorted((target / ".new").iterdir()):
            os.replace(child, target / child.name)
        (target / ".new").rmdir()
    return Corpus(target)


def _fill(root: Path, paths: Sequence[Path], title: str) -> None:
    lines: list[Json] = []
    wrong: list[str] = []
    taken: dict[str, str] = {}
    raw = root / "dataset" / "raw"
    raw.mkdir(parents=True)
    for item in items(paths):
        where = f"{item.file}:{item.place}" if item.file.suffix != ".txt" else str(item.file)
        record = parse(item)
        problem = record.message if isinstance(record, Reject) else _unfit(record)
        if problem is None and isinstance(record, Record):
            id = article_id(record.id)
            if id in taken:
                problem = f"the id {id} is taken by {taken[id]}; rename one of them"
            else:
                taken[id] = where
                data = record.text.encode()
                (raw / f"{id}.txt").write_bytes(data)
                lines.append(_line(id, record, data, item))
        if problem is not None:
            wrong.append(f"{where}: {problem}")
    if wrong:
        more = [f"… and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
        raise HasilaError("\n".join(["these are no articles, so nothing was made:", *wrong[:SHOWN], *more]))
    splits = split_by_time([line["published"] for line in lines])
    for number, (line, split) in enumerate(zip(lines, splits, strict=True)):
        line |= {"split": split, "fold": number, "rights": RIGHTS}
    order = [field.name for field in schema.record("article")]
    write_lines(root / "dataset" / "articles.jsonl", ({k: line[k] for k in order} for line in lines))
    write_file(root / "dataset" / "VERSION", f"{VERSION}\n")
    values = {
        "title": re.sub(r'["\\\n$]', " ", title),
        "articles": str(len(lines)),
        "scheme": schema.version(),
        "today": date.today().isoformat(),
        "layers": "\n\n".join(_label_part(name) for name in schema.layers()) + "\n",
    }
    for name, template in _templates(files("hasila") / "templates" / "corpus"):
        write_file(root / name, Template(template).substitute(values))


def _unfit(record: Record) -> str | None:
    """Why a text cannot be kept byte for byte in a corpus."""
    if record.text.startswith("\ufeff"):
        return "begins with a byte order mark; save it as UTF-8 without one"
    if "\r" in record.text:
        return "has carriage returns (CR); convert its line ends to LF first, as offsets depend on them"
    return None


def article_id(name: str) -> str:
    """``name`` with ``-`` for what an article id cannot hold."""
    id = re.sub(r"[^0-9A-Za-z._-]", "-", name)[:200]
    return id if id[:1].isalnum() else f"a{id}"[:200]


def _line(id: str, record: Record, data: bytes, item: Item) -> Json:
    day = record.published.isoformat() if record.published else None
    named = (
        f"The file's name, {item.file.name}." if item.file.suffix == ".txt" else f"Given in {item.file.name}."
    )
    return {
        "id": id,
        "file": f"raw/{id}.txt",
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "chars": len(record.text),
        "title": record.title,
        "publisher": record.publisher,
        "published": day,
        "published_earliest": day,
        "published_latest": day,
        "published_evidence": named if day else None,
        "language": "ar",
        "translated": False,
    }


def split_by_time(days: Sequence[str | None]) -> list[str]:
    """A split for each publication day: the newest tenth is test, the one before validation.

    A day is never divided, each of the two gets a day if that leaves one for training, and what has no date
    is for training.
    """
    known = sorted((day for day in days if day), reverse=True)
    share = max(1, round(HELD_OUT * len(known)))
    split_of: dict[str, str] = {}
    rest = sorted(set(known), reverse=True)
    for split in ("test", "validation"):
        count = 0
        while count < share and len(rest) > 1:
            day = rest.pop(0)
            split_of[day] = split
            count += known.count(day)
    return [split_of.get(day or "", "train") for day in days]


def _templates(folder: Traversable, above: str = "") -> Iterator[tuple[str, str]]:
    for one in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if one.is_dir():
            yield from _templates(one, f"{above}{one.name}/")
        else:
            yield f"{above}{one.name}", one.read_text(encoding="utf-8")


def _label_part(layer: str) -> str:
    return f"## {layer}\n\n<!-- generated: labels-{layer} -->\n<!-- end -->"
