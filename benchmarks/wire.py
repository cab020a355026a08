"""Wire copy at size: planted passages found, with their offsets, in time linear in the articles.

    python benchmarks/wire.py [--articles 10000]

Articles are random words of the packaged ones, by their frequency; half of them carry one of a few reports, a
third of these edited (a word added, one left out). A planted passage counts as found when 9 in 10 of its
characters are, and a found one as right when 9 in 10 of its characters were planted.

Peer: `rensa` alone, MinHash and LSH over whole articles, which finds pairs of articles and no offsets.
Limit: ten times the articles in at most eleven times the CPU time.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, pairwise

from rensa import RMinHash, RMinHashLSH

from hasila.arabic.words import WORD
from hasila.corpus import open_corpus
from hasila.wire import find_passages


@dataclass(frozen=True)
class Text:
    id: str
    text: str


def make(articles: int) -> tuple[list[Text], dict[str, tuple[int, int, str]]]:
    """Articles, and for each later carrier of a report its span and the article that had it first."""
    dice = random.Random(7)
    words = Counter(w for a in open_corpus().articles.values() for w in WORD.findall(a.text))
    vocabulary, weights = list(words), list(accumulate(words.values()))

    def sentence() -> str:
        return " ".join(dice.choices(vocabulary, cum_weights=weights, k=dice.randint(12, 30))) + "."

    reports = [" ".join(sentence() for _ in range(2)) for _ in range(max(1, articles // 20))]
    made, planted, first = [], {}, {}
    for number in range(articles):
        before = "\n".join(sentence() for _ in range(dice.randint(1, 6))) + "\n"
        after = "\n" + "\n".join(sentence() for _ in range(dice.randint(1, 6)))
        report = ""
        if number % 2:
            which = dice.randrange(len(reports))
            report = reports[which]
            if which in first and dice.random() < 1 / 3:
                parts = report.split(" ")
                parts.insert(len(parts) // 2, "عاجل")
                del parts[len(parts) // 4]
                report = " ".join(parts)
            if which in first:
                planted[f"a{number}"] = (len(before), len(before) + len(report), first[which])
            first.setdefault(which, f"a{number}")
        made.append(Text(f"a{number}", before + report + after))
    return made, planted


def measure(articles: int) -> tuple[float, str]:
    """CPU seconds, and what was found of what was planted."""
    texts, planted = make(articles)
    start = time.process_time()
    found = list(find_passages(texts))
    seconds = time.process_time() - start
    spans: dict[str, list[tuple[int, int]]] = {}
    right = 0
    for one in found:
        spans.setdefault(one.article, []).append((one.start, one.end))
        begin, end, _ = planted.get(one.article, (0, 0, ""))
        right += min(end, one.end) - max(begin, one.start) >= 0.9 * (one.end - one.start)
    hit = sum(
        sum(max(0, min(end, b) - max(begin, a)) for a, b in spans.get(id, ())) >= 0.9 * (end - begin)
        for id, (begin, end, _) in planted.items()
    )
    size = sum(len(t.text.encode()) for t in texts) / 1e6
    return seconds, (
        f"{articles:7,} articles, {size:5.1f} MB: {seconds:6.1f} s CPU, {size / seconds:5.2f} MB/s, "
        f"recall {hit / len(planted):.3f}, precision {right / len(found):.3f}"
    )


def whole_articles(articles: int) -> str:
    """What rensa alone finds of the planted pairs."""
    texts, planted = make(articles)
    start = time.process_time()
    index = RMinHashLSH(threshold=0.5, num_perm=64, num_bands=16)
    pairs: dict[str, set[str]] = {}
    for number, one in enumerate(texts):
        tokens = WORD.findall(one.text)
        sketch = RMinHash(num_perm=64, seed=1)
        sketch.update([" ".join(pair) for pair in pairwise(tokens)])
        pairs[one.id] = {texts[key].id for key in index.query(sketch)}
        index.insert(number, sketch)
    seconds = time.process_time() - start
    hit = sum(bool(pairs[id]) for id in planted)
    return f"  rensa alone, whole articles: {seconds:6.1f} s CPU, recall {hit / len(planted):.3f}, no offsets"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=10_000)
    args = parser.parse_args()
    measure(100)
    small, told = measure(args.articles // 10)
    print(told)
    large, told = measure(args.articles)
    print(told)
    print(whole_articles(args.articles))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"ratio of times, ten times the articles: {large / small:.1f}   limit 11   (peak {peak:.0f} MB)")


if __name__ == "__main__":
    main()
