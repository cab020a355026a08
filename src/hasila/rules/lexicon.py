"""Lexicons: reviewed TSV files in ``lexicon/``, read once.

The first line names the columns. ``form`` is written as in good Arabic print and folded here;
``gloss``, ``type`` and ``source`` stand in every file; further columns belong to the layer.
``written`` holds the form as the file has it. Lines that start with ``#`` are remarks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from hasila.arabic.normal import fold
from hasila.errors import HasilaError

FOLDER = Path(__file__).parent / "lexicon"
Entry = Mapping[str, str]


@cache
def entries(name: str) -> tuple[Entry, ...]:
    """The entries of ``lexicon/<name>.tsv`` in file order, ``form`` folded, cells by column.

    Raises:
        HasilaError: a line has too many or too few cells, or no form.
    """
    path = FOLDER / f"{name}.tsv"
    columns: list[str] = []
    found: list[Entry] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if not columns:
            columns = cells
            continue
        if len(cells) != len(columns):
            raise HasilaError(f"{path}:{number}: {len(cells)} cells, the header has {len(columns)}")
        entry = dict(zip(columns, cells, strict=True))
        entry["written"] = entry["form"]
        entry["form"] = fold(entry["form"])
        if not entry["form"]:
            raise HasilaError(f"{path}:{number}: no form")
        found.append(MappingProxyType(entry))
    return tuple(found)


@cache
def by_form(name: str, *types: str) -> dict[str, Entry]:
    """Entries by folded form, of the given types only (all where none is given); the first one wins.

    Read once and shared: not to be changed.
    """
    found: dict[str, Entry] = {}
    for entry in entries(name):
        if not types or entry["type"] in types:
            found.setdefault(entry["form"], entry)
    return found


def forms(name: str, *types: str) -> list[str]:
    """The folded forms of the given types."""
    return list(by_form(name, *types))


def one_of(words: Iterable[str]) -> str:
    """A regular expression for any of ``words``, as a trie; longer words are tried first.

    The trie keeps the time for a position independent of the number of words. A space matches
    any run of spaces.
    """
    root: dict[str, dict[str, object]] = {}
    for word in words:
        node: dict[str, object] = root  # type: ignore[assignment]
        for letter in word:
            node = node.setdefault(letter, {})  # type: ignore[assignment]
        node[""] = {}
    return _pattern(root)


def _pattern(node: Mapping[str, object]) -> str:
    branches = []
    for letter in sorted(key for key in node if key):
        child = node[letter]
        assert isinstance(child, dict)
        branches.append((" +" if letter == " " else re.escape(letter)) + _pattern(child))
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 and "" not in node else f"(?:{'|'.join(branches)})"
    return body + "?" if "" in node else body
