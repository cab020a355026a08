"""A corpus directory: raw articles, annotations by origin, registry and relations.

Reading here trusts the files; ``hasila.validate`` is what checks them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hasila import schema
from hasila.annotation import Annotation, to_lines
from hasila.atomic import write_file
from hasila.errors import HasilaError

Json = dict[str, Any]
REGISTRY = ("entities", "events", "subgroups", "keys")


def read_lines(path: Path) -> Iterator[Json]:
    """Yield the objects of a JSON Lines file; a missing file has none.

    Raises:
        HasilaError: a line is no JSON object, with file and line.
    """
    if not path.is_file():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip(b"\r\n"):
                continue
            try:
                value = json.loads(line.decode("utf-8"))
            except UnicodeDecodeError as error:
                raise HasilaError(f"{path}:{number}: not UTF-8 ({error}); save the file as UTF-8") from error
            except (ValueError, RecursionError) as error:
                raise HasilaError(f"{path}:{number}: not a JSON object ({error})") from error
            if not isinstance(value, dict):
                raise HasilaError(f"{path}:{number}: a line is one JSON object")
            yield value


def json_lines(records: Iterable[Json]) -> str:
    """The text of a JSON Lines file: UTF-8 unescaped, LF."""
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)


def write_lines(path: Path, records: Iterable[Json]) -> None:
    """Replace a JSON Lines file."""
    write_file(path, json_lines(records))


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its metadata line and its text, newlines untouched."""

    id: str
    text: str
    meta: Json

    @property
    def published(self) -> str | None:
        """The publication date, ISO 8601."""
        value = self.meta.get("published")
        return str(value) if value else None


class Corpus:
    """A directory of the shape that ``hasila init`` makes."""

    def __init__(self, root: Path) -> None:
        """Open the corpus at ``root``.

        Raises:
            HasilaError: there is no ``dataset/articles.jsonl``.
        """
        self.root = root
        if not (root / "dataset" / "articles.jsonl").is_file():
            raise HasilaError(
                f"{root}: no corpus here (dataset/articles.jsonl is missing); `hasila init` makes one"
            )
        self._annotations: dict[str, dict[str, list[Annotation]]] = {}

    @cached_property
    def layers(self) -> dict[str, schema.Layer]:
        """The packaged layers and the corpus's own."""
        return schema.layers(self.root / "schema" / "layers")

    @cached_property
    def articles(self) -> dict[str, Article]:
        """Articles by id, in the order of ``articles.jsonl``."""
        return {article.id: article for article in self.stream()}

    def stream(self) -> Iterator[Article]:
        """Yield the articles one at a time, in the order of ``articles.jsonl``; none is kept."""
        for line in read_lines(self.root / "dataset" / "articles.jsonl"):
            path = self.root / "dataset" / str(line.get("file", ""))
            try:
                text = path.read_bytes().decode("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise HasilaError(f"{path}: cannot be read as UTF-8 ({error})") from error
            yield Article(line["id"], text, line)

    def read_annotations(self, article: str, origin: str = "hand") -> list[Annotation]:
        """Read one article's annotations; nothing is kept."""
        path = self.root / "annotations" / origin / f"{article}.jsonl"
        return [Annotation.from_dict(line, article) for line in read_lines(path)]

    def annotations(self, origin: str = "hand") -> dict[str, list[Annotation]]:
        """Annotations by article; ``origin`` is a folder of ``annotations/`` (hand, rules, passes/a)."""
        if origin not in self._annotations:
            self._annotations[origin] = {
                article: self.read_annotations(article, origin) for article in self.articles
            }
        return self._annotations[origin]

    def write_annotations(self, article: str, annotations: Iterable[Annotation], origin: str) -> None:
        """Replace one article's annotations of one origin."""
        path = self.root / "annotations" / origin / f"{article}.jsonl"
        write_file(path, to_lines(annotations, self.layers))
        self._annotations.pop(origin, None)

    @cached_property
    def registry(self) -> dict[str, dict[str, Json]]:
        """``entities``, ``events``, ``subgroups`` and ``keys``, each by id in file order."""
        folder = self.root / "annotations" / "registry"
        return {name: {r["id"]: r for r in read_lines(folder / f"{name}.jsonl")} for name in REGISTRY}

    def relations(self, origin: str = "hand") -> list[Json]:
        """Relations between figures: the corpus's own, or those that the rules produce."""
        name = "relations.jsonl" if origin == "hand" else f"{origin}/relations.jsonl"
        return list(read_lines(self.root / "annotations" / name))


def open_corpus(path: str | Path | None = None) -> Corpus:
    """Open a corpus directory; the packaged one where ``path`` is None.

    Raises:
        HasilaError: there is no corpus at ``path``.
    """
    return Corpus(Path(path) if path is not None else schema.HOME)
