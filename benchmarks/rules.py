"""Time the rules beside spaCy: ``python benchmarks/rules.py [--mb 2] [--layers]``.

One process, one thread, the same texts for both: the five articles as they stand; the reports of other events
in ``tests/rules``, some to a page; and long pages of the articles' paragraphs drawn at random, a tenth of the
words exchanged and the numerals fresh, so that no passage repeats. The long pages have few different words,
which the tokenizer of spaCy has cached after the first round.

spaCy is ``blank("ar")`` with an EntityRuler of the same names that the rules know, which is one layer; the
rules are all layers. CPU time, the best of seven rounds for each text; they take turns, so that a slow spell
of the machine falls on both.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import random
import re
import time
from collections.abc import Callable
from pathlib import Path

from hasila.arabic import analyse
from hasila.rules import Page, annotate
from hasila.rules.entities.names import LEXICONS
from hasila.rules.lexicon import entries
from hasila.rules.pipeline import LAYERS

ROOT = Path(__file__).parents[1]
RAW = ROOT / "dataset" / "raw"
REPORTS = [ROOT / "tests" / "rules" / f"{name}.jsonl" for name in ("reports", "entities")]
ARTICLE = 20_000
"""Bytes of one text: rules and spaCy alike read articles, not one long book."""


def news(size: int) -> list[str]:
    """About ``size`` bytes of texts of ``ARTICLE`` bytes each."""
    pool = [
        s for path in sorted(RAW.glob("*.txt")) for s in path.read_text("utf-8").split("\n") if len(s) > 60
    ]
    chance = random.Random(1)
    texts: list[str] = []
    while size > 0:
        lines, room = [], ARTICLE
        while room > 0:
            words = chance.choice(pool).split()
            for at in range(len(words)):
                if chance.random() < 0.1:
                    words[at] = chance.choice(chance.choice(pool).split())
            line = re.sub("[0-9]+", lambda _: str(chance.randint(1, 9999)), " ".join(words))
            lines.append(line)
            room -= len(line.encode())
        texts.append("\n".join(lines))
        size -= ARTICLE
    return texts


def reports(size: int = 5_000) -> list[str]:
    """The reports of other events, joined to pages of about ``size`` bytes, the length of an article."""
    pages = [""]
    for path in REPORTS:
        for line in path.read_text("utf-8").splitlines():
            if len(pages[-1].encode()) > size:
                pages.append("")
            pages[-1] += json.loads(line)["text"] + "\n"
    return pages


def best(works: list[Callable[[str], object]], texts: list[str], rounds: int = 7) -> list[float]:
    """The CPU time of each piece of work on all texts, in seconds: the sum of the least for each text."""
    spent = [[math.inf] * len(texts) for _ in works]
    for _ in range(rounds):
        for work, least in zip(works, spent, strict=True):
            for place, text in enumerate(texts):
                start = time.process_time()
                work(text)
                least[place] = min(least[place], time.process_time() - start)
    return [sum(least) for least in spent]


def spacy_pipe() -> Callable[[str], object]:
    import spacy

    nlp = spacy.blank("ar")
    nlp.max_length = 10**9
    ruler = nlp.add_pipe("entity_ruler")
    names = sorted({entry["written"] for file in LEXICONS for entry in entries(file)})
    ruler.add_patterns([{"label": "NAME", "pattern": name} for name in names])
    return nlp


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the rules beside spaCy.")
    parser.add_argument("--mb", type=float, default=1.0, help="size of the text in megabytes")
    parser.add_argument("--layers", action="store_true", help="time each layer too")
    args = parser.parse_args()
    articles = [path.read_text("utf-8") for path in sorted(RAW.glob("*.txt"))]
    texts = news(int(args.mb * 1e6))
    nlp = spacy_pipe()
    annotate(texts[0], "2022-01-31")
    nlp(texts[0])
    gc.freeze()  # so that neither pays for the collector's walks over the other's lexicon
    for what, some in (
        ("the articles", articles),
        ("other reports", reports()),
        (f"{ARTICLE // 1000} kB pages", texts),
    ):
        size = sum(len(text.encode()) for text in some) / 1e6
        rules, peer = best([lambda text: annotate(text, "2022-01-31"), nlp], some)
        print(f"{what}, {size:.2f} MB in {len(some)}")
        print(f"  spaCy blank(ar) + EntityRuler {size / peer:8.2f} MB/s")
        print(f"  hasila, {len(LAYERS)} layers             {size / rules:8.2f} MB/s")
        print(f"  ratio                         {peer / rules:8.2f}")
    ten = "\n".join(texts[:10])
    short, long = (best([lambda text: annotate(text, "2022-01-31")], some)[0] for some in (texts[:10], [ten]))
    growth = 10 * long / short * sum(map(len, texts[:10])) / len(ten)
    print(f"10 times the text, one page   {growth:8.1f} times the time; limit 11")
    if args.layers:
        spent = dict.fromkeys(["analysis", *(name for name, _ in LAYERS)], 0.0)
        for text in texts:
            start = time.process_time()
            page = Page(analyse(text))
            assert page.analysis.words and page.analysis.tokens and page.analysis.sentences
            spent["analysis"] += time.process_time() - start
            for name, find in LAYERS:
                start = time.process_time()
                page.finish(name, find(page))
                spent[name] += time.process_time() - start
        for name, seconds in spent.items():
            print(f"  {name:10} {1000 * seconds / size:8.0f} ms/MB")


if __name__ == "__main__":
    main()
