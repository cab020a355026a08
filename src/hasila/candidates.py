"""Figures at scale: the claims of annotated Parquet, grouped into candidate keys, with their relations.

Where no registry says what is counted, claims of one place, category, side and measure whose dates lie close
together are taken to count the same thing. DuckDB does the work, out of memory where it must.
SUM_OF, SUBSET_OF and OVERLAPS rest on the words between two figures of an article: they are taken from
``relations``, which ``hasila annotate --out`` writes while it has the text; all others are made here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hasila.arabic.normal import fold
from hasila.claims import value_text
from hasila.errors import HasilaError, MissingExtra
from hasila.validate.relations import APPROX, DAYS, STOCK_DAYS, SYMMETRIC, VAGUE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Json = dict[str, Any]
APART = 3
"""Days without a claim after which the next one counts another event."""
NEAREST = 50
"""Earlier claims of the same key with which a claim is compared; keeps the work linear."""
DRIFT = 60
"""Characters by which a claim may stand elsewhere in a copy than in its original."""

END = "STRUCT(article TEXT, id TEXT)"
BESIDE = {
    "wire": ("wire.parquet", 'article TEXT, start INT, "end" INT, of_article TEXT, of_start INT, of_end INT'),
    "written": ("relations/*.parquet", f'type TEXT, source {END}, target {END}, "group" TEXT, strength TEXT'),
}
"""What annotated Parquet may lack: the view, its files, and its columns as far as they are read."""


def _folding() -> tuple[str, str, str]:
    """``fold`` as two strings for ``translate``, and the characters that it drops."""
    pairs = [
        (chr(c), fold(chr(c))) for c in (*range(0x20, 0x7F), *range(0xA0, 0x700), *range(0x2000, 0x2070))
    ]
    changed = [(old, new) for old, new in pairs if len(new) == 1 and old != new]
    return (
        "".join(o for o, _ in changed),
        "".join(n for _, n in changed),
        "".join(o for o, n in pairs if not n),
    )


class Candidates:
    """The candidate keys of one directory of annotated Parquet; made by ``open_candidates``."""

    def __init__(self, database: DuckDBPyConnection) -> None:
        self._db = database

    def list_keys(self, limit: int | None = None) -> list[Json]:
        """The keys, those with the most independent sources first.

        A key has ``claims``, ``articles``, ``sources`` (known voices, neither rumour nor the outlet itself;
        copied passages add none), the ``lowest`` and ``highest`` written value, its place and days, and the
        number of ``contradictions``.
        """
        return self._rows(
            "SELECT k.*, coalesce(c.n, 0) AS contradictions FROM keys k LEFT JOIN "
            "(SELECT key, count(*) AS n FROM relations r JOIN claims USING (article, id) "
            "WHERE r.type = 'CONTRADICTS' GROUP BY key) c USING (key) "
            f"ORDER BY sources DESC, claims DESC, key{f' LIMIT {limit}' if limit else ''}"
        )

    def claims(self, key: str = "*", category: str | None = None, side: str | None = None) -> list[Json]:
        """The claims that fit, as ``hasila.claims`` has them; ``key`` may hold ``*`` and ``?``."""
        chosen = (
            "key GLOB $key AND ($category IS NULL OR category = $category) "
            "AND ($side IS NULL OR side_name = $side)"
        )
        rows = self._rows(
            "SELECT article, id, key, category, side_name AS side, subgroup, measure, low, high, comparator, "
            "vague, as_of::TEXT AS as_of, as_of_basis, said_on::TEXT AS said_on, originator, originator_type,"
            ' stance, factuality, source, start, "end", text, '
            "coalesce((SELECT list({type: r.type, article: r.there.article, id: r.there.id}) FROM ends r "
            "WHERE r.article = c.article AND r.id = c.id), []) AS relations "
            f"FROM claims c WHERE {chosen} ORDER BY key, place_in_key",
            {"key": key, "category": category, "side": side},
        )
        return [{**row, "value": value_text(row)} for row in rows]

    def write(self, out: Path) -> None:
        """Write ``keys``, ``claims`` and ``relations`` as Parquet below ``out``.

        Raises:
            OSError: ``out`` cannot be written.
        """
        from hasila.atomic import new_directory

        left_out = "at_least_vague, at_most_vague, given, scope, what, least, most, written, place_in_key"
        with new_directory(out) as folder:
            for table in ("keys", f"claims EXCLUDE {left_out}", "relations"):
                name, _, excluded = table.partition(" EXCLUDE ")
                columns = f"* EXCLUDE ({excluded})" if excluded else "*"
                path = str(folder / f"{name}.parquet").replace("'", "''")
                self._db.execute(
                    f"COPY (SELECT {columns} FROM {name}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
                )

    def _rows(self, query: str, values: Json | None = None) -> list[Json]:
        found = self._db.execute(query, values or {})
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@contextmanager
def open_candidates(folder: Path) -> Iterator[Candidates]:
    """Group the claims below ``folder``, which ``hasila annotate --out`` wrote.

    ``wire.parquet`` there, from ``hasila wire``, makes claims in shared passages one. Without ``relations``,
    which an engine does not write, there is no SUM_OF, SUBSET_OF or OVERLAPS.

    Raises:
        HasilaError: there is no annotated Parquet.
        MissingExtra: ``duckdb`` is not installed.
    """
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("duckdb", "stream") from None
    missing = [
        n for n in ("articles", "entities", "events", "figures") if not list(folder.glob(f"{n}/*.parquet"))
    ]
    if missing:
        raise HasilaError(
            f"{folder}: no annotated Parquet ({', '.join(missing)}); `hasila annotate --out` writes it"
        )
    old, new, dropped = _folding()
    values = {"old": old, "new": new, "dropped": dropped, "drift": DRIFT, "apart": APART, "approx": APPROX}
    values |= {"nearest": NEAREST, "days": DAYS, "stock_days": STOCK_DAYS}
    with (
        tempfile.TemporaryDirectory(prefix="hasila-") as spill,
        duckdb.connect(f"{spill}/claims.duckdb") as database,
    ):
        database.execute("SET preserve_insertion_order = false")
        database.execute("SET enable_progress_bar = false")
        for name in ("articles", "entities", "events", "figures"):
            database.execute(
                f"CREATE VIEW {name} AS FROM read_parquet('{_quoted(folder / name / '*.parquet')}')"
            )
        for name, (files_, shape) in BESIDE.items():
            database.execute(
                f"CREATE VIEW {name} AS FROM read_parquet('{_quoted(folder / files_)}')"
                if any(folder.glob(files_))
                else f"CREATE TABLE {name} ({shape})"
            )
        ranges = ", ".join(
            f"('{name}', {low}, {high}::DOUBLE)".replace("inf:", "'inf':")
            for name, (low, high) in VAGUE.items()
        )
        database.execute(
            f"CREATE TABLE vague_ranges AS FROM (VALUES {ranges}) v(vague, at_least_vague, at_most_vague)"
        )
        database.execute(_script(values))
        database.execute(
            "CREATE VIEW ends AS "
            "SELECT type, article, id, {article: of_article, id: of_id} AS there FROM relations "
            "UNION ALL SELECT type, of_article, of_id, {article: article, id: id} FROM relations "
            f"WHERE type IN {tuple(sorted(SYMMETRIC))}"
        )
        yield Candidates(database)


def _script(values: Json) -> str:
    """The statements with their values put in: a macro or view cannot take parameters."""
    script = (files("hasila") / "candidates.sql").read_text(encoding="utf-8")
    for name in sorted(values, key=len, reverse=True):
        value = values[name]
        shown = f"'{_quoted(value)}'" if isinstance(value, str) else str(value)
        script = script.replace(f"${name}", shown)
    return script


def _quoted(text: object) -> str:
    return str(text).replace("'", "''")
