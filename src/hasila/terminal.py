"""Tables for people: aligned columns that right-to-left text does not scramble, CSV or JSON."""

from __future__ import annotations

import csv
import json
import sys
import unicodedata
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any, NamedTuple

from wcwidth import wcswidth

FSI, PDI = "\u2068", "\u2069"
Cell = str | int | float | None


def isolate(text: str) -> str:
    """Wrap ``text`` in FSI … PDI where it has right-to-left letters, so that its neighbours stay in place."""
    if any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text):
        return f"{FSI}{text}{PDI}"
    return text


class Table(NamedTuple):
    """A table with a title (``""`` for none) and column names that differ."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def _shown(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.3f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def width(text: str) -> int:
    """Terminal columns that ``text`` takes."""
    return max(0, int(wcswidth(text)))


def table(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Aligned columns under a ruled header, numbers to the right; None is a dash."""
    shown = [[_shown(cell) for cell in row] for row in rows]
    right = [
        any(isinstance(row[k], int | float) for row in rows)
        and not any(isinstance(row[k], str) for row in rows)
        for k in range(len(header))
    ]
    widths = [max(map(width, (name, *(row[k] for row in shown)))) for k, name in enumerate(header)]

    def line(cells: Sequence[str]) -> str:
        parts = []
        for cell, columns, to_right in zip(cells, widths, right, strict=True):
            blank = " " * (columns - width(cell))
            parts.append(blank + isolate(cell) if to_right else isolate(cell) + blank)
        return "  ".join(parts).rstrip()

    rule = "  ".join("─" * columns for columns in widths)
    return "\n".join([line(header), rule, *(line(row) for row in shown)])


def output_options(parser: ArgumentParser) -> None:
    """Add ``--json`` and ``--csv``, one of which may be given."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--json", action="store_true", help="print JSON")
    group.add_argument("--csv", action="store_true", help="print CSV with a header line")


def show(args: Namespace, tables: Sequence[Table], data: Any) -> None:
    """Print ``data`` as JSON, or the tables as one CSV or for people, as the options ask."""
    if args.json:
        print(json.dumps(data, ensure_ascii=False, indent=2))
        return
    filled = [one for one in tables if one.rows]
    if args.csv:
        titled = ["table"] if any(one.title for one in tables) else []
        columns = [*titled, *dict.fromkeys(name for one in tables for name in one.header)]
        writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
        writer.writeheader()
        for one in filled:
            named = {"table": one.title} if titled else {}
            writer.writerows(named | dict(zip(one.header, row, strict=True)) for row in one.rows)
        return
    parts = [(f"{one.title}\n" if one.title else "") + table(one.header, one.rows) for one in filled]
    print("\n\n".join(parts))
