"""What a run over a stream has done: its inputs, its finished batches, the ids that it has seen.

One SQLite file beside the output, so that a kill at any moment leaves a state from which the run goes on,
and so that memory stays flat however many ids there are.
"""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hasila.errors import HasilaError

NAME = "_run.sqlite"
CACHE = 64_000
"""Kilobytes of the ids that stay in memory."""

_TABLES = """
CREATE TABLE IF NOT EXISTS run (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS batches (number INTEGER PRIMARY KEY, articles INT, annotations INT, rejects INT);
CREATE TABLE IF NOT EXISTS ids (id TEXT PRIMARY KEY, batch INT) WITHOUT ROWID;
"""


class Journal:
    """The journal of the run in ``out``; only one process can have it open."""

    def __init__(self, out: Path) -> None:
        """Open it, or begin it.

        Raises:
            HasilaError: another process has it open.
            OSError: it cannot be read or written.
        """
        self.path = out / NAME
        self.path.open("ab").close()
        with self._errors():
            self._db = sqlite3.connect(self.path, timeout=0)
            self._db.execute(f"PRAGMA cache_size = -{CACHE}")
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.executescript(f"BEGIN EXCLUSIVE; {_TABLES} COMMIT;")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if "locked" in str(error):
                raise HasilaError(f"{self.path.parent}: another run is at work here") from None
            raise OSError(errno.EIO, str(error), str(self.path)) from None

    def get(self, key: str) -> Any:
        """A value of the run, or None."""
        with self._errors():
            row = self._db.execute("SELECT value FROM run WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else None

    def note(self, key: str, value: Any) -> None:
        """Note a value of the run; ``commit`` makes it last."""
        with self._errors():
            self._db.execute("INSERT OR REPLACE INTO run VALUES (?, ?)", (key, json.dumps(value)))

    def done(self) -> set[int]:
        """The numbers of the finished batches."""
        with self._errors():
            return {number for (number,) in self._db.execute("SELECT number FROM batches")}

    def totals(self) -> tuple[int, int, int]:
        """Articles, annotations and rejects of the finished batches."""
        query = "SELECT total(articles), total(annotations), total(rejects) FROM batches"
        with self._errors():
            articles, annotations, rejects = self._db.execute(query).fetchone()
        return int(articles), int(annotations), int(rejects)

    def repeated(self, batch: int, ids: Iterable[str]) -> list[bool]:
        """For each id, in order, whether it occurs before: in this batch or an earlier one."""
        found = []
        here: set[str] = set()
        with self._errors():
            for id in ids:
                known = id in here
                if (
                    not known
                    and not self._db.execute(
                        "INSERT INTO ids VALUES (?, ?) ON CONFLICT DO NOTHING", (id, batch)
                    ).rowcount
                ):
                    # Known, be it from this batch when it was cut the last time.
                    known = (
                        self._db.execute("SELECT batch FROM ids WHERE id = ?", (id,)).fetchone()[0] != batch
                    )
                here.add(id)
                found.append(known)
        return found

    def finish(self, batch: int, articles: int, annotations: int, rejects: int) -> None:
        """Note a finished batch; ``commit`` makes it last."""
        with self._errors():
            self._db.execute(
                "INSERT INTO batches VALUES (?, ?, ?, ?)", (batch, articles, annotations, rejects)
            )

    def commit(self) -> None:
        """Make all notes last."""
        with self._errors():
            self._db.commit()

    def end(self) -> None:
        """The run is complete: forget the ids, which only a run under way needs."""
        self.note("complete", True)
        with self._errors():
            self._db.execute("DELETE FROM ids")
            self._db.commit()
            self._db.execute("VACUUM")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()
