"""Streams: records of any number in, Parquet shards out, in flat memory, resumable.

The input is cut into batches, the same ones in every run. Each batch goes to a worker process, which
annotates it into one shard a layer; the journal then notes it as done. What a kill interrupts has no note,
and ``resume`` does it again.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from hasila.errors import HasilaError
from hasila.journal import NAME, Journal
from hasila.records import Item, Record, Reject, items, parse
from hasila.shards import INPUT, annotate_shard, remove_unfinished

REJECTS = "rejects.jsonl"
SMALLEST, LARGEST = 256_000, 16_000_000
"""Bytes of a batch: smaller ones spread a small input over the workers, larger ones make fewer shards."""

Result = tuple[int, int, list[Reject]]
Watch = Callable[[int, int, int], None]
"""Is told the records and bytes of input that are done, and the bytes that there were to do."""


@dataclass(slots=True)
class Batch:
    """Consecutive raw records: a number, the bytes in them, where in the input they begin and end."""

    number: int
    begin: int = 0
    end: int = 0
    items: list[Item] = field(default_factory=list)
    size: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run has written, earlier parts of it included."""

    articles: int
    annotations: int
    rejects: int


def batches(files: Iterable[Path], size: int) -> Iterator[Batch]:
    """Cut the records of the files into batches of about ``size`` bytes."""
    batch = Batch(0)
    for item in items(files):
        batch.items.append(item)
        batch.size += item.size
        batch.end = item.read
        if batch.size >= size:
            yield batch
            batch = Batch(batch.number + 1, batch.end, batch.end)
    if batch.items:
        yield batch


def annotate_stream(
    files: Sequence[Path],
    out: Path,
    *,
    workers: int = 1,
    resume: bool = False,
    published: date | None = None,
    batch_bytes: int | None = None,
    watch: Watch = lambda records, done, total: None,
) -> Summary:
    """Annotate the records of ``files`` into Parquet below ``out`` (see ``hasila.shards``).

    Args:
        files: input files (see ``hasila.records.sources``).
        out: a new or empty directory, or that of an interrupted run.
        workers: processes that annotate.
        resume: go on with the run in ``out``.
        published: the publication date of records that have none.
        batch_bytes: bytes of a batch; left out, between 256 kB and 16 MB by the size of the input.
        watch: is told of the progress.

    Raises:
        HasilaError: ``out`` cannot be begun or resumed; a worker was killed, the disk is full, or the run was
            interrupted: then the message says how to go on.
        OSError: an input or ``out`` cannot be opened.
    """
    if out.is_file():
        raise HasilaError(f"{out}: is a file; --out takes a directory or a name ending in .jsonl")
    there = out.exists() and any(out.iterdir())
    if there and not resume:
        raise HasilaError(f"{out}: not empty; --resume goes on with a run, a new one needs a new directory")
    if there and not (out / NAME).exists():
        raise HasilaError(f"{out}: holds no run of `hasila annotate` that could be resumed")
    total = sum(file.stat().st_size for file in files)
    out.mkdir(parents=True, exist_ok=True)
    journal = Journal(out)
    try:
        plan = {
            "files": [[str(file), file.stat().st_size] for file in files],
            "published": published.isoformat() if published else None,
        }
        before = journal.get("plan")
        if before is not None and before != plan:
            raise HasilaError(f"{out}: was begun with other inputs or another --published; use the same ones")
        if before is None:
            size = batch_bytes or min(LARGEST, max(SMALLEST, total // (8 * workers)))
            journal.note("plan", plan)
            journal.note("batch_bytes", size)
            journal.note("rejects_size", 0)
            journal.commit()
        if not journal.get("complete"):
            remove_unfinished(out)
            try:
                _Run(journal, out, published, watch, total).do(files, workers)
            except (KeyboardInterrupt, BrokenProcessPool, OSError) as error:
                raise _stopped(error, out, len(journal.done())) from None
            journal.end()
        return Summary(*journal.totals())
    finally:
        journal.close()


def _stopped(error: BaseException, out: Path, done: int) -> HasilaError:
    reason = "interrupted"
    if isinstance(error, BrokenProcessPool):
        reason = "a worker process was killed (was memory short? fewer --workers take less)"
    elif isinstance(error, OSError):
        reason = f"{error.filename or out}: {error.strerror or error}"
    return HasilaError(f"{reason}; {done} finished shards are intact, the same command with --resume goes on")


class _Run:
    def __init__(self, journal: Journal, out: Path, published: date | None, watch: Watch, total: int) -> None:
        self.journal, self.out, self.published, self.watch, self.total = journal, out, published, watch, total
        self.pending: dict[Future[Result], tuple[Batch, list[Reject]]] = {}
        self.records = self.bytes = 0
        kept = int(journal.get("rejects_size"))
        self.rejects = (out / REJECTS).open("ab")
        self.rejects.truncate(kept)

    def do(self, files: Sequence[Path], workers: int) -> None:
        done = self.journal.done()
        pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_begin)
        try:
            for batch in batches(files, int(self.journal.get("batch_bytes"))):
                if batch.number in done:
                    self.total -= batch.end - batch.begin
                    continue
                data, rejects = self._prepare(batch)
                while len(self.pending) > workers:
                    self._collect()
                future = pool.submit(annotate_shard, str(self.out), batch.number, data)
                batch.items.clear()
                self.pending[future] = batch, rejects
            while self.pending:
                self._collect()
        except BaseException:
            for process in multiprocessing.active_children():
                process.kill()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
            self.rejects.close()

    def _prepare(self, batch: Batch) -> tuple[bytes, list[Reject]]:
        """The batch's articles as an Arrow IPC stream, and what is none."""
        rejects: list[Reject] = []
        kept: list[tuple[Item, Record]] = []
        for item in batch.items:
            record = parse(item)
            if isinstance(record, Reject):
                rejects.append(record)
            else:
                kept.append((item, record))
        again = self.journal.repeated(batch.number, (record.id for _, record in kept))
        rows = []
        for (item, record), repeated in zip(kept, again, strict=True):
            if repeated:
                message = "an earlier record has this id"
                rejects.append(Reject(str(item.file), item.place, record.id, "duplicate-id", message))
                continue
            dated = record if record.published else replace(record, published=self.published)
            rows.append(
                {
                    "id": dated.id,
                    "text": dated.text,
                    "published": dated.published,
                    "publisher": dated.publisher,
                    "file": str(item.file),
                    "place": item.place,
                }
            )
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, INPUT) as stream:
            stream.write_batch(pa.RecordBatch.from_pylist(rows, schema=INPUT))
        return sink.getvalue().to_pybytes(), rejects

    def _collect(self) -> None:
        """Wait for a batch, and note what is done: the rejects first, for which the journal then vouches."""
        for future in wait(self.pending, return_when=FIRST_COMPLETED).done:
            articles, annotations, failed = future.result()
            batch, rejects = self.pending.pop(future)
            rejects += failed
            for one in sorted(rejects, key=lambda reject: (reject.file, reject.place)):
                self.rejects.write(json.dumps(asdict(one), ensure_ascii=False).encode() + b"\n")
            self.rejects.flush()
            os.fsync(self.rejects.fileno())
            self.journal.note("rejects_size", self.rejects.tell())
            self.journal.finish(batch.number, articles, annotations, len(rejects))
            self.journal.commit()
            self.records += articles + len(rejects)
            self.bytes += batch.end - batch.begin
            self.watch(self.records, self.bytes, self.total)


def _begin() -> None:
    """In a worker: the terminal's Ctrl-C is the parent's to handle, and without a parent there is no work.

    Annotations have no circles; looking for some takes an eighth of the time. ``annotate_shard`` looks once.
    """
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
