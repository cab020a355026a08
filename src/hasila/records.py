"""Articles from files of other people: text, JSON Lines (plain, gz, zst) or Parquet, one record at a time.

``items`` cuts the files into raw records of bounded size; ``parse`` makes an article of one, or says why it
is none. Both are deterministic, so that an interrupted run can find its place again.
"""

from __future__ import annotations

import gzip
import io
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import orjson

from hasila.errors import HasilaError, MissingExtra

MAX_BYTES = 4_000_000
"""A larger record is no news article; it is passed over without being held in memory."""
YEARS = range(1900, 2101)
"""A publication date outside is a mistake."""
FIELDS = ("id", "text", "published", "publisher", "title")

_LINES = (".jsonl", ".ndjson")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>|<!--")
_PAGE = re.compile(r"\s*<(?:!doctype|html|\?xml)\b", re.IGNORECASE)
_MARKUP = 0.1
"""The share of a text that may be tags."""


@dataclass(frozen=True, slots=True)
class Item:
    """A raw record: where it stands, what it holds, its size in bytes, how much input is read by then.

    ``content`` is a JSON line or a file's bytes, a Parquet row, or the Reject that it is already.
    """

    file: Path
    place: int
    content: bytes | dict[str, Any] | Reject
    size: int
    read: int


@dataclass(frozen=True, slots=True)
class Record:
    """An article: ``published`` and the others are None where unknown."""

    id: str
    text: str
    published: date | None = None
    publisher: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that is no article, with the reason as a word and as a sentence."""

    file: str
    place: int
    id: str | None
    reason: str
    message: str


def sources(paths: Iterable[Path]) -> list[Path]:
    """The input files: those given, and those below the directories given, sorted.

    Raises:
        HasilaError: a file is of no known kind, or nothing is left.
        OSError: a file or directory is missing or cannot be read.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = [
                Path(folder, name) for folder, _, names in os.walk(path, onerror=_raise) for name in names
            ]
            found += sorted(p for p in below if _kind(p) and not p.name.startswith("."))
        elif _kind(path) is None:
            raise HasilaError(f"{path}: not .txt, .jsonl (also .gz, .zst) or .parquet")
        else:
            path.stat()
            found.append(path)
    if not found:
        raise HasilaError(f"{', '.join(map(str, paths))}: no .txt, .jsonl (also .gz, .zst) or .parquet files")
    return found


def _raise(error: OSError) -> None:
    raise error


def _kind(path: Path) -> str | None:
    name = path.name.lower().removesuffix(".gz").removesuffix(".zst")
    if name.endswith(".txt"):
        return "text"
    if name.endswith(_LINES):
        return "lines"
    return "parquet" if path.name.lower().endswith(".parquet") else None


def items(files: Iterable[Path]) -> Iterator[Item]:
    """Every raw record of the files, in order; memory holds one at a time.

    Raises:
        HasilaError: a Parquet file has no column ``text``.
        OSError: a file cannot be opened.
    """
    before = 0
    for file in files:
        size = file.stat().st_size
        place = 0
        read = {"text": _whole, "lines": _lines, "parquet": _rows}[str(_kind(file))]
        try:
            for item in read(file):
                place = item.place
                yield Item(file, place, item.content, item.size, before + min(item.read, size))
        except (EOFError, gzip.BadGzipFile, ValueError) as error:
            broken = Reject(str(file), place + 1, None, "input-broken", f"the rest cannot be read: {error}")
            yield Item(file, place + 1, broken, 0, before + size)
        before += size


def _whole(file: Path) -> Iterator[Item]:
    with file.open("rb") as raw, _decompressed(file, raw) as stream:
        content = stream.read(MAX_BYTES + 1)
    large = _too_large(file, 1, None) if len(content) > MAX_BYTES else content
    yield Item(file, 1, large, len(content), file.stat().st_size)


def _lines(file: Path) -> Iterator[Item]:
    with file.open("rb") as raw, _decompressed(file, raw) as stream:
        number = 0
        while line := stream.readline(MAX_BYTES + 1):
            number += 1
            if len(line) > MAX_BYTES and not line.endswith(b"\n"):
                size = len(line)
                while (more := stream.readline(MAX_BYTES)) and not more.endswith(b"\n"):
                    size += len(more)
                yield Item(file, number, _too_large(file, number, size + len(more)), 0, raw.tell())
            elif not line.isspace():
                content = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                yield Item(file, number, content, len(line), raw.tell())


def _decompressed(file: Path, raw: IO[bytes]) -> IO[bytes]:
    if file.suffix.lower() == ".gz":
        return io.BufferedReader(gzip.GzipFile(fileobj=raw))
    if file.suffix.lower() != ".zst":
        return raw
    try:
        import zstandard
    except ImportError:
        raise MissingExtra("zstandard", "stream") from None

    class _Stream(io.RawIOBase):
        """Frames, whose errors become ValueError."""

        inner = zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            try:
                return int(self.inner.readinto(buffer))
            except zstandard.ZstdError as error:
                raise ValueError(str(error)) from None

    return io.BufferedReader(_Stream(), 1 << 17)


def _rows(file: Path) -> Iterator[Item]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file, buffer_size=1 << 20, pre_buffer=False) as parquet:
            names = parquet.schema_arrow.names
            if "text" not in names:
                raise HasilaError(f"{file}: no column 'text' (there are {', '.join(names)})")
            total = max(1, parquet.metadata.num_rows)
            size = file.stat().st_size
            number = 0
            for batch in parquet.iter_batches(64, columns=[name for name in FIELDS if name in names]):
                for row in batch.to_pylist():
                    number += 1
                    text = row["text"]
                    length = len(text) if isinstance(text, str) else 0
                    yield Item(file, number, row, 2 * length, size * number // total)
    except pa.ArrowInvalid as error:
        raise ValueError(str(error)) from None


def _too_large(file: Path, place: int, size: int | None) -> Reject:
    shown = f"{size:,} bytes, " if size else ""
    return Reject(str(file), place, None, "too-large", f"{shown}more than {MAX_BYTES:,}")


def parse(item: Item) -> Record | Reject:
    """The article that an item holds, or why it holds none."""
    if isinstance(item.content, Reject):
        return item.content
    values = _values(item)
    if isinstance(values, Reject):
        return values
    given = values.get("id")
    name = str(given) if isinstance(given, int | str) and str(given) else _default_id(item)
    text = values.get("text")

    def reject(reason: str, message: str) -> Reject:
        return Reject(str(item.file), item.place, name[:200], reason, message)

    if not isinstance(text, str):
        return reject("no-text", "there is no field 'text' with a string")
    if not text or text.isspace():
        return reject("empty-text", "the text is empty")
    if len(text) * 4 > MAX_BYTES and len(text.encode()) > MAX_BYTES:
        return reject("too-large", f"the text has more than {MAX_BYTES:,} bytes")
    if _is_markup(text):
        return reject("html", "this is HTML; extract its text first")
    try:
        published = _day(values.get("published"))
    except ValueError:
        shown = str(values["published"])[:40]
        return reject("bad-date", f"published is {shown!r}, not a date such as 2022-01-31")
    publisher, title = (
        v if isinstance(v := values.get(k), str) and v else None for k in ("publisher", "title")
    )
    return Record(name, text, published, publisher, title)


def _values(item: Item) -> dict[str, Any] | Reject:
    content = item.content
    if isinstance(content, dict):
        return content
    assert isinstance(content, bytes)
    where = str(item.file), item.place, None
    try:
        if _kind(item.file) == "text":
            return {"text": content.decode("utf-8"), "published": _dated(item.file)}
        values = orjson.loads(content)
    except UnicodeDecodeError as error:
        return Reject(*where, "not-utf8", f"not UTF-8 at byte {error.start}; save it as UTF-8")
    except ValueError as error:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as wrong:
            return Reject(
                *where, "not-utf8", f"not UTF-8 at byte {wrong.start} of the line; save it as UTF-8"
            )
        return Reject(*where, "not-json", f"not a JSON object ({error})")
    if not isinstance(values, dict):
        return Reject(*where, "not-json", "a line is one JSON object")
    return values


def _default_id(item: Item) -> str:
    """A text file's stem; the file's name and the line's number for a record without an id."""
    stem = item.file.name.split(".", 1)[0] if _kind(item.file) != "text" else text_stem(item.file)
    return stem if _kind(item.file) == "text" else f"{stem}-{item.place}"


def text_stem(file: Path) -> str:
    """The name of a text file without ``.txt`` (and ``.gz``, ``.zst``)."""
    return re.sub(r"\.txt(\.gz|\.zst)?$", "", file.name, flags=re.IGNORECASE)


def _dated(file: Path) -> str | None:
    """The date with which a text file's name begins, such as ``2022-01-31_name.txt``."""
    found = re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])", file.name)
    return found[0] if found else None


def _day(value: object) -> date | None:
    """A publication day.

    Raises:
        ValueError: it is no date, or absurd.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        value = value.date()
    day = value if isinstance(value, date) else date.fromisoformat(str(value).strip()[:10])
    if day.year not in YEARS:
        raise ValueError
    return day


def _is_markup(text: str) -> bool:
    if "<" not in text:
        return False
    return bool(_PAGE.match(text)) or sum(len(t) for t in _TAG.findall(text)) > _MARKUP * len(text)
