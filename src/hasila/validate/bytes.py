"""Level 1: bytes. Files are UTF-8 with LF, one JSON object a line, articles are those listed.

A good line costs one parse and a count of its quotation marks; only a line that fails is looked
at again, slowly, to say what is wrong with it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import orjson

from hasila.validate.problem import Log

Json = dict[str, Any]
MAX_LINE = 1 << 20
"""Bytes of the longest line, the newline included."""
MAX_DEPTH = 32
BOM = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Sheet:
    """One JSON Lines file as read: the records that can be used, and what is known of the others."""

    file: str
    log: Log
    numbers: list[int] = field(default_factory=list)
    raws: list[bytes] = field(default_factory=list)
    records: list[Json] = field(default_factory=list)
    failed: set[int] = field(default_factory=set)
    """Indexes of records that have a problem; later levels leave them alone."""
    broken: set[str] = field(default_factory=set)
    """Ids of lines that could not be used: a reference to one is no second mistake."""
    lost: bool = False
    """Whether a line was lost whose id cannot be told."""
    count: int = 0
    """Problems of this file."""

    def line_problem(self, code: str, number: int, message: str, column: int | None = None) -> None:
        """Note a problem of a line that gives no record."""
        self.count += 1
        self.log.add(code, self.file, message, line=number, column=column)

    def lose(self, raw: bytes) -> None:
        """Remember the id of a line that cannot be used, if it can be read."""
        found = re.search(rb'"id"\s*:\s*"([A-Za-z0-9._-]+)"', raw)
        if found:
            self.broken.add(found[1].decode())
        else:
            self.lost = True

    def report(self, code: str, index: int, message: str, *path: str | int, hint: str | None = None) -> None:
        """Note a problem of a record; ``path`` leads to the field, for the column."""
        self.failed.add(index)
        self.count += 1
        id = self.records[index].get("id")
        self.log.add(
            code, self.file, message, line=self.numbers[index], column=column(self.raws[index], path),
            id=id if isinstance(id, str) else None, hint=hint,
        )  # fmt: skip

    def silent(self, id: str) -> bool:
        """Whether a reference to ``id`` may be missing only because of a mistake already told."""
        return self.lost or id in self.broken


def column(raw: bytes, path: tuple[str | int, ...]) -> int | None:
    """The column of the last key of ``path`` in a line, from 1; None without a path."""
    line = raw.decode("utf-8", "replace")
    at = -1
    for key in path:
        if isinstance(key, str):
            found = line.find(json.dumps(key, ensure_ascii=False) + ":", at + 1)
            at = found if found >= 0 else at
    return at + 1 if at >= 0 else None


class _Refused(ValueError):
    """A line that ``json`` takes and we do not."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _no_duplicates(pairs: list[tuple[str, Any]]) -> Json:
    found: Json = {}
    for key, value in pairs:
        if key in found:
            raise _Refused("line-duplicate-key", f"the key {key!r} stands twice")
        found[key] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise _Refused("line-nan", f"{name} is no JSON")


_STRING = re.compile(r'"(?:[^"\\]|\\.)*"?')


def depth(line: str) -> int:
    """How many levels of brackets a line opens; strings do not count."""
    deepest = level = 0
    for char in re.findall(r"[\[\]{}]", _STRING.sub("", line)):
        level += 1 if char in "[{" else -1
        deepest = max(deepest, level)
    return deepest


def _parse(line: str) -> Json:
    """Parse a line strictly.

    Raises:
        _Refused: it is no acceptable JSON object; ``code`` says why.
    """
    if (deep := depth(line)) > MAX_DEPTH:
        raise _Refused("line-too-deep", f"the line is nested {deep} levels deep; {MAX_DEPTH} are allowed")
    try:
        value = json.loads(line, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (_Refused, json.JSONDecodeError):
        raise
    except UnicodeEncodeError as error:
        half = f"\\u{ord(error.object[error.start]):04x}"
        raise _Refused("line-surrogate", f"{half} is half of a surrogate pair") from error
    except ValueError as error:
        raise _Refused("line-not-json", f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise _Refused("line-not-object", f"a line is one JSON object, this is {type(value).__name__}")
    return value


def _examine(sheet: Sheet, number: int, raw: bytes) -> Json | None:
    """Say what is wrong with a line; give its record where it can be used all the same."""
    if number == 1 and raw.startswith(BOM):
        sheet.line_problem("bytes-bom", number, "the file begins with a byte order mark", 1)
        raw = raw[len(BOM) :]
    try:
        line = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = len(raw[: error.start].decode("utf-8")) + 1
        shown = f"byte 0x{raw[error.start]:02x} is no UTF-8 here"
        sheet.line_problem("bytes-not-utf8", number, shown, before)
        sheet.lose(raw)
        return None
    if not line.endswith("\n"):
        sheet.line_problem(
            "bytes-no-newline", number, "the last line does not end in a newline", len(line) + 1
        )
    if not line.strip():
        sheet.line_problem("line-blank", number, "the line is blank")
        return None
    try:
        return _parse(line.rstrip("\r\n"))
    except _Refused as error:
        sheet.line_problem(error.code, number, str(error))
    except json.JSONDecodeError as error:
        sheet.line_problem("line-not-json", number, f"not JSON: {error.msg}", error.colno)
    sheet.lose(raw)
    return None


def records(sheet: Sheet, path: Path) -> Iterator[tuple[int, bytes, Json]]:
    """Yield line number, bytes and record of every line that level 1 lets pass; note the others."""
    loads, dumps = orjson.loads, orjson.dumps
    returned = False
    number = 0
    with path.open("rb") as file:
        readline: Callable[[int], bytes] = file.readline
        while raw := readline(MAX_LINE + 1):
            number += 1
            if len(raw) > MAX_LINE:
                sheet.line_problem("line-too-long", number, f"the line is longer than {MAX_LINE} bytes")
                sheet.lose(raw[:4096])
                while raw and not raw.endswith(b"\n"):
                    raw = readline(MAX_LINE)
                continue
            try:
                record = loads(raw)
                quotes = dumps(record).count(b'"')
            except (orjson.JSONDecodeError, orjson.JSONEncodeError):
                record, quotes = None, -1
            carriage = b"\r" in raw
            if carriage and not returned:
                returned = True
                at = raw.index(b"\r")
                sheet.line_problem(
                    "bytes-crlf", number, "a carriage return (CR) stands in the file",
                    len(raw[:at].decode("utf-8", "replace")) + 1,
                )  # fmt: skip
            # A key that stands twice leaves fewer quotation marks than the line has. Escapes by
            # number could make up for it, so a line with them is read the slow way.
            if record.__class__ is dict and raw[-1] == 10 and quotes == raw.count(b'"') and b"\\u" not in raw:
                yield number, raw, record
            elif (mended := _examine(sheet, number, raw)) is not None:
                yield number, raw, mended


def read_article(path: Path, file: str, listed: Json, log: Log, line: int) -> str | None:
    """The text of an article as listed, or None, with the problem noted.

    ``file`` and ``line`` say where the problem is: the raw file, the line of ``articles.jsonl``.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        log.add(
            "article-missing", "dataset/articles.jsonl",
            f"the text of {listed['id']!r} cannot be read: {file} ({error.strerror})",
            line=line, id=listed["id"],
        )  # fmt: skip
        return None
    same = hashlib.sha256(data).hexdigest() == listed["sha256"]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        log.add(
            "bytes-not-utf8", file, f"byte 0x{data[error.start]:02x} is no UTF-8 here",
            line=before.count(b"\n") + 1, column=len(before.rpartition(b"\n")[2].decode("utf-8")) + 1,
        )  # fmt: skip
        return None
    if data.startswith(BOM):
        log.add("bytes-bom", file, "the file begins with a byte order mark", line=1, column=1)
        return text if same else None
    if b"\r" in data:
        before = data[: data.index(b"\r")]
        log.add(
            "bytes-crlf", file, "a carriage return (CR) stands in the file",
            line=before.count(b"\n") + 1, column=len(before.rpartition(b"\n")[2].decode("utf-8")) + 1,
        )  # fmt: skip
        return text if same else None
    found = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "chars": len(text)}
    wrong = [f"{key} is {found[key]}, not {listed[key]}" for key in found if found[key] != listed[key]]
    if wrong:
        log.add(
            "article-changed", "dataset/articles.jsonl", f"{file}: {'; '.join(wrong)}",
            line=line, id=listed["id"],
        )  # fmt: skip
        return text if same else None
    return text


def leads_outside(file: str) -> bool:
    """Whether a path as written leaves the folder that it starts from, on any system."""
    parts = file.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or parts[0].endswith(":")


def is_symlink(root: Path, file: str, log: Log) -> bool:
    """Whether a step of the way from ``root`` to ``file`` is a symbolic link; notes it."""
    path = root
    for part in file.split("/"):
        path = path / part
        if path.is_symlink():
            where = path.relative_to(root).as_posix()
            if not any(p.code == "path-symlink" and p.file == where for p in log.problems):
                log.add("path-symlink", where, f"{where} is a symbolic link")
            return True
    return False
