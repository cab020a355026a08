"""A corpus to Parquet: one pass over its articles fills every config."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from hasila.annotation import Annotation
from hasila.corpus import Article, Corpus
from hasila.errors import HasilaError
from hasila.publish.copies import project
from hasila.publish.pairs import Figure, Key, pair_rows, relation_rows
from hasila.publish.parquet import Writer
from hasila.publish.shapes import FULL, ORIGINS, REGISTRY, layer_shape, shapes
from hasila.publish.tables import Registry, article_row, layer_rows
from hasila.publish.tokens import token_rows
from hasila.version import data_version

Watch = Callable[[Iterable[Article]], Iterable[Article]]


def build(corpus: Corpus, out: Path, watch: Watch = iter) -> None:
    """Write every config of ``corpus`` below ``out``, as ``<config>/<split>-00000-of-00001.parquet``.

    Articles are read one at a time and rows written as they come: beside the open row groups, only the
    figures that stand in pairs and relations stay in memory.

    Args:
        corpus: a sound corpus.
        out: a directory.
        watch: sees the articles go by, such as ``hasila.progress.progress``.

    Raises:
        HasilaError: an article's annotations name a layer or label that the schema lacks.
        OSError: ``out`` cannot be written.
    """
    known = shapes(corpus.layers)
    registry = Registry(corpus.registry)
    named = {(o, name): layer_shape(layer, o) for o in ORIGINS for name, layer in corpus.layers.items()}
    figures: dict[str, dict[Key, Figure]] = {origin: {} for origin in ORIGINS}
    with Writer(out, data_version(corpus.root)) as writer:
        for number, article in enumerate(watch(corpus.stream())):
            split = article.meta["split"]
            for origin in ORIGINS:
                own = corpus.read_annotations(article.id, origin)
                _check(own, article.id, corpus)
                if origin == "hand":
                    writer.add(known["articles"], split, [article_row(article, own, corpus.layers)])
                    writer.add(known["tokens"], split, token_rows(article, own, corpus.layers) if own else ())
                every = own + project(article.text, own, corpus.layers)
                originals = {one.id for one in own}
                for name, row in layer_rows(article, every, corpus.layers, registry):
                    writer.add(named[origin, name], split, [row])
                    if name == "figure" and row["id"] in originals:
                        figure = Figure(row, article.published or "", number, split)
                        figures[origin][figure.key] = figure
        _across(corpus, figures, writer)


def _across(corpus: Corpus, figures: Mapping[str, Mapping[Key, Figure]], writer: Writer) -> None:
    """Write what belongs to no single article."""
    known = shapes(corpus.layers)
    for name in REGISTRY:
        writer.add(known[f"registry_{name}"], FULL, corpus.registry[name].values())
    hand = corpus.relations("hand")
    writer.add(known["relations"], FULL, relation_rows(hand, figures["hand"]))
    writer.add(known["figure_pairs"], FULL, pair_rows(hand, figures["hand"].values()))
    writer.add(known["rules_relations"], FULL, relation_rows(corpus.relations("rules"), figures["rules"]))


def _check(annotations: list[Annotation], article: str, corpus: Corpus) -> None:
    for one in annotations:
        if one.layer not in corpus.layers:
            there = ", ".join(corpus.layers)
            raise HasilaError(f"{article}: {one.id} has an unknown layer {one.layer!r} (there are {there})")
