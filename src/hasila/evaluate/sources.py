"""What is compared: the annotations of two sides, by article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from hasila import schema
from hasila.annotation import Annotation
from hasila.corpus import Corpus, read_lines
from hasila.errors import HasilaError
from hasila.schema import Layer
from hasila.validate.schema import packaged

Side = dict[str, list[Annotation]]
Source = str | Path | Iterable[Annotation | Mapping[str, Any]]
"""A directory of ``<article>.jsonl``, one such file, or the annotations themselves."""


def locate(path: str | Path) -> Path:
    """The path as given, or that of an origin of the packaged corpus (``annotations/rules``, ``rules``).

    Raises:
        HasilaError: there is neither.
    """
    given = Path(path)
    options = [given]
    if not given.is_absolute():
        options += [schema.HOME / given, schema.HOME / "annotations" / given]
    for option in options:
        if option.exists():
            return option
    raise HasilaError(
        f"{path}: no such file or directory; give a directory of <article>.jsonl, one such file, "
        "or an origin of the packaged corpus such as annotations/hand"
    )


def read_side(source: Source) -> Side:
    """The annotations of one side by article.

    An annotation that names no article belongs to the file it stands in; in a list, to the
    article ``""``. ``relations.jsonl`` is no annotation file and is passed over.

    Raises:
        HasilaError: nothing is there, or a line is no annotation, with file and line.
    """
    if not isinstance(source, str | Path):
        side: Side = {}
        for number, item in enumerate(source, start=1):
            one = item if isinstance(item, Annotation) else _annotation(item, None, f"item {number}")
            side.setdefault(one.article or "", []).append(one)
        return side
    path = locate(source)
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    files = [file for file in files if file.name != "relations.jsonl"]
    if not files:
        raise HasilaError(f"{path}: no annotations here; expected one <article>.jsonl an article")
    side = {}
    for file in files:
        if path.is_dir():
            side[file.stem] = []
        for number, line in enumerate(read_lines(file), start=1):
            one = _annotation(line, file.stem, f"{file}:{number}")
            side.setdefault(one.article or file.stem, []).append(one)
    return side


def _annotation(line: Mapping[str, Any], article: str | None, where: str) -> Annotation:
    """One annotation; what it leaves out is taken as open, what it says has to fit the schema."""
    name = line.get("layer")
    if not isinstance(name, str):
        raise HasilaError(f"{where}: no annotation: it has no `layer`")
    shape = packaged().get(name)
    if shape is not None and not shape.valid({**_plainest(name), **line}):
        found = shape.violations({**_plainest(name), **line})
        raise HasilaError(f"{where}: {found[0][1]}; `hasila validate` says more")
    try:
        return Annotation.from_dict(line, article)
    except KeyError as missing:
        raise HasilaError(f"{where}: no annotation: it has no {missing}") from missing


@cache
def _plainest(name: str) -> dict[str, Any]:
    """Stands in for what a line leaves out, so that only what it says is checked."""
    values: dict[str, Any] = {"provenance": {"method": "hand", "annotator": "unnamed"}}
    for field in schema.layers()[name].fields:
        kind = field.type
        if field.required:
            filler = kind.label_names[0] if kind.labels else [] if kind.kind == "list" else "unknown"
            values[field.name] = None if kind.nullable else filler
    return values


def both(a: Source, b: Source) -> tuple[Side, Side, list[str]]:
    """Both sides, and the articles to compare: those that both have as files, all of two lists.

    Raises:
        HasilaError: they share no article.
    """
    left, right = read_side(a), read_side(b)
    if not isinstance(a, str | Path) and not isinstance(b, str | Path):
        return left, right, sorted({*left, *right})
    shared = sorted({*left} & {*right})
    if not shared:
        raise HasilaError(
            f"no article in common: {', '.join(left) or 'none'} against {', '.join(right) or 'none'}"
        )
    return left, right, shared


def left_out(a: str | Path, b: str | Path) -> list[str]:
    """One remark for each article that only one of two directories has, and that is not compared."""
    left, right = read_side(a), read_side(b)
    alone = [(x, a, b) for x in left if x not in right] + [(x, b, a) for x in right if x not in left]
    return [f"left out: {article} is in {here}, not in {there}" for article, here, there in alone]


def corpus_of(source: Source) -> Corpus | None:
    """The corpus whose directory a path stands in, if any."""
    if not isinstance(source, str | Path):
        return None
    path = locate(source).resolve()
    for root in (path, *path.parents):
        if (root / "dataset" / "articles.jsonl").is_file():
            return Corpus(root)
    return None


def layers_for(source: Source) -> dict[str, Layer]:
    """The packaged layers, and those that the corpus around ``source`` adds."""
    corpus = corpus_of(source)
    return corpus.layers if corpus is not None else schema.layers()
