"""A publication: Parquet, card and metadata of one corpus, each replaced whole."""

from __future__ import annotations

from pathlib import Path

from hasila.atomic import new_directory, write_file
from hasila.corpus import Corpus
from hasila.publish import card, croissant, dictionary
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
    root = corpus.root if out is None else out
    with new_directory(root / FOLDER) as fresh:
        build(corpus, fresh, watch)
    listed = configs_below(root, corpus.layers)
    readme = root / "README.md"
    if out is not None or not readme.is_file():
        text = readme.read_text(encoding="utf-8") if readme.is_file() else ""
        write_file(readme, card.with_configs(text, listed))
    if out is None:
        dictionary.write(corpus)
        card.write(corpus)
        croissant.write(corpus)
    return listed
