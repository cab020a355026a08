"""The version of the data: what ``dataset/VERSION`` says and a digest of what it says it of."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterator
from pathlib import Path

from hasila import schema
from hasila.errors import HasilaError

SOURCES = (
    "dataset/articles.jsonl", "dataset/raw/*.txt", "annotations/hand/*.jsonl", "annotations/rules/*.jsonl",
    "annotations/registry/*.jsonl", "annotations/relations.jsonl", "schema/layers/*.schema.json",
)  # fmt: skip
"""What a release is made of, below the corpus; the packaged schemas come to it."""


def source_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield every source of the corpus at ``root`` with its name, in a fixed order."""
    yield from ((f"scheme/{p.name}", p) for p in sorted(schema.SCHEMA_DIR.rglob("*.schema.json")))
    for pattern in SOURCES:
        for name in sorted(glob.glob(pattern, root_dir=root)):
            yield Path(name).as_posix(), root / name


def content_digest(root: Path) -> str:
    """SHA-256, as 64 hexadecimal digits, over the names and bytes of all sources of a corpus."""
    found = hashlib.sha256()
    for name, path in source_files(root):
        with path.open("rb") as file:
            one = hashlib.file_digest(file, "sha256").hexdigest()
        found.update(f"{name}\0{one}\n".encode())
    return found.hexdigest()


def data_version(path: str | Path | None = None) -> str:
    """The version of a corpus's data: its ``dataset/VERSION`` and 12 digits of its digest, ``1.0.0+3f2a…``.

    Args:
        path: a corpus directory; the packaged corpus where left out.

    Raises:
        HasilaError: the corpus has no ``dataset/VERSION``.
    """
    root = Path(path) if path is not None else schema.HOME
    file = root / "dataset" / "VERSION"
    try:
        version = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise HasilaError(f"{file}: missing; write the data's version into it, such as 1.0.0") from error
    return f"{version}+{content_digest(root)[:12]}"
