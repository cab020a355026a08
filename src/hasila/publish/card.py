"""The dataset card: the generated parts of README.md and annotations/GUIDELINES.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml

from hasila.atomic import write_file
from hasila.corpus import Corpus
from hasila.publish.configs import Config, configs
from hasila.publish.documents import Block, fill, table
from hasila.schema import labelled, record

DOCUMENTS = ("README.md", "annotations/GUIDELINES.md")


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


def config_table(listed: list[Config]) -> str:
    """Every config with its rows by split."""
    splits = list(dict.fromkeys(split for config in listed for split in config.rows))
    rows = [
        [f"`{config.name}`", config.description, *(config.rows.get(split) for split in splits)]
        for config in listed
    ]
    return table(["config", "a row is", *splits], rows)


def size_table(corpus: Corpus) -> str:
    """Articles with their sizes and the hand annotations of each layer; copies are not counted."""
    hand = corpus.annotations("hand")
    layers = list(corpus.layers.values())
    rows: list[list[object]] = []
    total: Counter[str] = Counter()
    for article in corpus.articles.values():
        counts = Counter(annotation.layer for annotation in hand[article.id])
        total.update(counts)
        rows.append(
            [
                f"`{article.id}`",
                article.meta["split"],
                article.published,
                article.meta["publisher"] or "unknown",
                len(article.text),
                *(counts[layer.name] for layer in layers),
            ]
        )
    chars = sum(len(article.text) for article in corpus.articles.values())
    rows.append(["**all**", "", "", "", chars, *(total[layer.name] for layer in layers)])
    head = ["article", "split", "published", "publisher", "code points", *(x.config for x in layers)]
    return table(head, rows)


def label_summary(corpus: Corpus) -> str:
    """One line a closed label set."""
    rows = [
        [layer.name, f"`{path}`", ", ".join(f"`{name}`" for name in kind.label_names)]
        for layer in corpus.layers.values()
        for path, kind in labelled(layer.fields)
    ]
    rows += [
        ["relation", f"`{path}`", ", ".join(f"`{name}`" for name in kind.label_names)]
        for path, kind in labelled(record("relation"))
        if path in ("type", "strength")
    ]
    return table(["layer", "field", "labels, in the order of their ids"], rows)


def label_definitions(corpus: Corpus, layer_name: str) -> str:
    """Every label of one layer (or of relations) with definition and standard."""
    fields = record("relation") if layer_name == "relation" else corpus.layers[layer_name].fields
    rows = [
        [f"`{path}`", f"`{label.name}`", label.description, label.standard]
        for path, kind in labelled(fields)
        if path != "provenance.method"
        for label in kind.labels
    ]
    return table(["field", "label", "meaning", "from"], rows)


def count_table(corpus: Corpus) -> str:
    """Hand and rule annotations by layer and main label; copies are not counted."""
    rows: list[list[object]] = []
    origins = {
        origin: [a for found in corpus.annotations(origin).values() for a in found]
        for origin in ("hand", "rules")
    }
    for layer in corpus.layers.values():
        main = next((f for f in layer.fields if f.type.kind == "label"), None)
        mine = {
            origin: Counter(a.get(main.name) if main else "" for a in found if a.layer == layer.name)
            for origin, found in origins.items()
        }
        rows.append([f"**{layer.name}**", "", *(sum(counts.values()) for counts in mine.values())])
        for label in main.type.label_names if main else []:
            if any(counts[label] for counts in mine.values()):
                rows.append(["", f"`{label}`", *(counts[label] for counts in mine.values())])
    return table(["layer", "label", "hand", "rules"], rows)


def bibtex(corpus: Corpus) -> str:
    """The BibTeX entry that CITATION.cff says."""
    cited = yaml.safe_load((corpus.root / "CITATION.cff").read_text(encoding="utf-8"))
    names = [
        a["name"] if "name" in a else f"{a['family-names']}, {a['given-names']}" for a in cited["authors"]
    ]
    year = str(cited["date-released"])[:4]
    key = cited["title"].split(":")[0].split()[0].lower()
    author = " and ".join(f"{{{name}}}" for name in names)
    return (
        f"```bibtex\n@misc{{{key}{year},\n  author  = {{{author}}},\n  title   = {{{cited['title']}}},\n"
        f"  year    = {{{year}}},\n  version = {{{cited['version']}}},\n  note    = {{Data set}}\n}}\n```"
    )


def blocks(corpus: Corpus) -> dict[str, Block]:
    """Every generated part by name."""
    from hasila.publish import measured

    passes = cache(partial(measured.passes, corpus.root))
    parts: dict[str, Block] = {
        "configs": lambda: config_table(configs(corpus)),
        "sizes": partial(size_table, corpus),
        "labels": partial(label_summary, corpus),
        "counts": partial(count_table, corpus),
        "citation": partial(bibtex, corpus),
        "agreement": lambda: measured.agreement_table(passes()),
        "confusions": lambda: measured.confusion_table(passes()),
        "rules": partial(measured.rules_table, corpus),
    }
    for name in (*corpus.layers, "relation"):
        parts[f"labels-{name}"] = partial(label_definitions, corpus, name)
    return parts


def render(corpus: Corpus, path: Path) -> str:
    """The document at ``path`` with its generated parts anew; a README gets its YAML head too."""
    text = path.read_text(encoding="utf-8")
    if path.name == "README.md":
        text = with_configs(text, configs(corpus))
    return fill(text, blocks(corpus), str(path))


def write(corpus: Corpus) -> list[Path]:
    """Rewrite the generated parts of the corpus's documents; return those that changed."""
    changed = _changed(corpus)
    for path, text in changed.items():
        write_file(path, text)
    return list(changed)


def stale(corpus: Corpus) -> list[Path]:
    """The documents whose generated parts are not what the sources give."""
    return list(_changed(corpus))


def _changed(corpus: Corpus) -> dict[Path, str]:
    there = [path for name in DOCUMENTS if (path := corpus.root / name).is_file()]
    fresh = {path: render(corpus, path) for path in there}
    return {path: text for path, text in fresh.items() if text != path.read_text(encoding="utf-8")}
