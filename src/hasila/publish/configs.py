"""What stands published: every config with its files, rows and features."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from hasila.corpus import Corpus
from hasila.errors import HasilaError
from hasila.publish.shapes import FULL, SPLITS, shapes
from hasila.schema import Layer

FOLDER = "dataset/parquet"


@dataclass(frozen=True, slots=True)
class Config:
    """A published config: by split its file, relative to the corpus, and its rows; its features as JSON."""

    name: str
    description: str
    files: Mapping[str, str]
    rows: Mapping[str, int]
    features: Mapping[str, object]

    @property
    def total(self) -> int:
        """The rows of all splits."""
        return sum(self.rows.values())


def configs(corpus: Corpus) -> list[Config]:
    """What is published of ``corpus``: every config that has data, ``articles``, the default one, first.

    Raises:
        HasilaError: a file there is no Parquet of the publisher's.
    """
    return configs_below(corpus.root, corpus.layers)


def configs_below(root: Path, layers: Mapping[str, Layer]) -> list[Config]:
    """What is published below ``root``, in the order of the schema.

    The paths in ``files`` are relative to ``root``, with forward slashes, as the card's YAML names them.

    Raises:
        HasilaError: a file there is no Parquet of the publisher's.
    """
    found = []
    for shape in shapes(layers).values():
        files, rows, features = {}, {}, shape.features()
        for split in (*SPLITS, FULL):
            path = root / FOLDER / shape.name / f"{split}-00000-of-00001.parquet"
            if not path.is_file():
                continue
            try:
                footer = pq.read_metadata(path)
                features = json.loads(footer.metadata[b"huggingface"])["info"]["features"]
            except (pa.ArrowInvalid, KeyError, TypeError) as error:
                raise HasilaError(f"{path}: not a Parquet file of `hasila publish` ({error})") from error
            files[split] = path.relative_to(root).as_posix()
            rows[split] = footer.num_rows
        if files:
            found.append(Config(shape.name, shape.description, files, rows, features))
    return found
