"""Leave one article out of the lexicons: what the rules lose without the entries that it alone attests.

    python benchmarks/lexicon.py [CORPUS]

An entry from usage (not from grammar or a named list) whose form stands in one article and in no other
of the corpus might be there because its author had seen that article. For each article such entries are
taken out, the article is annotated without them, and the scores of all articles together stand beside
those of the full lexicons. General words that only one article happens to use go too, so the loss is an
upper bound. Prints Markdown.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from hasila.arabic.normal import fold
from hasila.corpus import open_corpus
from hasila.evaluate import evaluate
from hasila.publish.documents import table
from hasila.rules import lexicon

Line = tuple[str, int, str]


def attested(corpus: Path) -> dict[str, list[Line]]:
    """By article the entries that it alone attests: file, line, form."""
    folded = {name: fold(article.text) for name, article in open_corpus(corpus).articles.items()}
    found: dict[str, list[Line]] = {name: [] for name in folded}
    for path in sorted(lexicon.FOLDER.glob("*.tsv")):
        columns: list[str] = []
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            if not line or line.startswith("#"):
                continue
            cells = line.split("\t")
            if not columns:
                columns = cells
                continue
            entry = dict(zip(columns, cells, strict=True))
            where = [name for name, text in folded.items() if fold(entry["form"]).strip() in text]
            if entry["source"] == "usage" and len(where) == 1:
                found[where[0]].append((path.name, number, entry["form"]))
    return found


def annotate_without(corpus: Path, name: str, gone: list[Line]) -> list[dict[str, Any]]:
    """The rules' annotations of one article, made without some entries."""
    with tempfile.TemporaryDirectory() as folder:
        thinner = Path(shutil.copytree(lexicon.FOLDER, Path(folder) / "lexicon"))
        for file in {file for file, _, _ in gone}:
            lines = (thinner / file).read_text(encoding="utf-8").split("\n")
            for number in (number for f, number, _ in gone if f == file):
                lines[number - 1] = ""
            (thinner / file).write_text("\n".join(lines), encoding="utf-8")
        lexicon.FOLDER = thinner
        lexicon.entries.cache_clear()
        from hasila.rules import annotate_corpus

        opened = open_corpus(corpus)
        return [a.to_dict(with_article=True) for a in annotate_corpus(opened)[name]]


def scores(gold: Path, predicted: Any) -> dict[str, dict[str, float]]:
    """F1 by layer and measure."""
    return {
        layer: {
            measure: x["f1"] or 0.0
            for measure, x in (*found["spans"].items(), *found.get("tuples", {}).items())
            if not measure.startswith("relaxed")
        }
        for layer, found in evaluate(gold, predicted).items()
    }


def main(corpus: Path) -> None:
    """Print the table of scores and the counts of entries."""
    only = attested(corpus)
    jobs = [(corpus, name, gone) for name, gone in only.items()]
    # A process an article, since the lexicons are read once a process.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        without = [line for lines in pool.map(annotate_without, *zip(*jobs, strict=True)) for line in lines]
    full = scores(corpus / "annotations/hand", corpus / "annotations/rules")
    thin = scores(corpus / "annotations/hand", without)
    rows = [
        [layer, measure, f"{value:.3f}", f"{thin[layer][measure]:.3f}"]
        for layer, measures in full.items()
        for measure, value in measures.items()
    ]
    print(table(["layer", "measure", "F1, all entries", "F1, left out"], rows))
    counts = {name: Counter(file for file, _, _ in gone) for name, gone in only.items()}
    files = sorted(set().union(*counts.values()))
    print()
    print(table(["lexicon", *only], [[file, *(c[file] for c in counts.values())] for file in files]))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
