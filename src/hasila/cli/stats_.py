"""``hasila stats``: how many annotations of each layer and label, by hand and by rule."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from typing import Any

from hasila import terminal
from hasila.corpus import Corpus, open_corpus
from hasila.schema import labelled, record

ORIGINS = ("hand", "rules")


def arguments(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument(
        "corpus", metavar="CORPUS", nargs="?", help="a corpus directory (default: the packaged one)"
    )
    terminal.output_options(parser)


def run(args: Namespace) -> int:
    """Print the counts."""
    counts = count(open_corpus(args.corpus))
    rows: list[list[terminal.Cell]] = []
    for layer, fields in counts.items():
        for field, labels in fields.items():
            rows += [[layer, field, label, *by.values()] for label, by in labels.items()]
    terminal.show(args, [terminal.Table("", ("layer", "field", "label", *ORIGINS), rows)], counts)
    return 0


def count(corpus: Corpus) -> dict[str, dict[str, dict[str, dict[str, int]]]]:
    """``{layer: {field: {label: {origin: n}}}}``; the layer's total stands under ``""``, ``""``.

    Labels stand in schema order, those that never occur left out; relations count as a layer.
    """
    fields = {name: layer.fields for name, layer in corpus.layers.items()} | {"relation": record("relation")}
    items: dict[str, dict[str, list[dict[str, Any]]]] = {name: {} for name in fields}
    for origin in ORIGINS:
        for given in corpus.annotations(origin).values():
            for x in given:
                if x.layer in items:
                    items[x.layer].setdefault(origin, []).append({**x.fields, **x.rest})
        items["relation"][origin] = corpus.relations(origin)
    found: dict[str, dict[str, dict[str, dict[str, int]]]] = {}
    for name, by in items.items():
        total = {origin: len(by.get(origin, ())) for origin in ORIGINS}
        if not any(total.values()):
            continue
        found[name] = {"": {"": total}}
        for path, kind in labelled(fields[name]):
            tallies = {o: Counter(v for item in by.get(o, ()) for v in _values(item, path)) for o in ORIGINS}
            present = {
                label: {origin: tallies[origin][label] for origin in ORIGINS}
                for label in kind.label_names
                if any(tally[label] for tally in tallies.values())
            }
            if present and not path.startswith("provenance"):
                found[name][path] = present
    return found


def _values(item: Any, path: str) -> list[str]:
    """The labels at a dotted path, through lists."""
    nodes = [item]
    for name in path.split("."):
        inner = [node.get(name) for node in nodes if isinstance(node, dict)]
        nodes = [x for value in inner for x in (value if isinstance(value, list) else [value])]
    return [x for x in nodes if isinstance(x, str)]
