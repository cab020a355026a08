"""A publication: Parquet, card and metadata of one corpus, each replaced whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

from hasila.atomic import new_directory, write_file
from hasila.corpus import Corpus
from hasila.publish.build import Watch, build
from hasila.publish.configs import FOLDER, Config, configs_below


def publish(corpus: Corpus, out: Path | None = None, watch: Watch = iter) -> list[Config]:
    """Publish ``corpus`` in its own directory, or below ``out``, and list what was published.

    Parquet is built beside the former release and renamed into its place: an interrupted run leaves that one
    whole. In the corpus's own directory card, data dictionary and Croissant metadata follow; ``out`` gets a
    card that holds the list of configs alone, so that ``load_dataset(out, config)`` works.

    Raises:
        HasilaError: the corpus cannot be read.
        OSError: the directory cannot be written.
    """
    writers = _describers() if out is None else ()
    root = corpus.root if out is None else out
    with new_directory(root / FOLDER) as fresh:
        build(corpus, fresh, watch)
    listed = configs_below(root, corpus.layers)
    card = root / "README.md"
    if out is not None or not card.is_file():
        text = card.read_text(encoding="utf-8") if card.is_file() else ""
        write_file(card, with_configs(text, listed))
    for write in writers:
        write(corpus)
    return listed


def _describers() -> tuple[Callable[[Corpus], object], ...]:
    """What describes a corpus in its own directory; the last reads what the ones before it wrote."""
    from hasila.publish import card, croissant, dictionary

    return dictionary.write, card.write, croissant.write


def with_configs(card: str, listed: Iterable[Config]) -> str:
    """A dataset card whose YAML head lists these configs; whatever else stands in it is kept."""
    head: dict[str, Any] = {}
    body = card
    if card.startswith("---\n"):
        front, _, body = card[4:].partition("\n---\n")
        head = yaml.safe_load(front) or {}
    head["configs"] = [entry(config) for config in listed]
    front = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=110)
    return f"---\n{front}---\n{body}"


def entry(config: Config) -> dict[str, Any]:
    """A config as the card's YAML names it; ``articles`` is the default."""
    files = [{"split": split, "path": path} for split, path in config.files.items()]
    found: dict[str, Any] = {"config_name": config.name, "data_files": files}
    return found | {"default": True} if config.name == "articles" else found
