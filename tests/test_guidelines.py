"""Every worked example of the guidelines is what the hand layer has."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from hasila.corpus import Corpus, open_corpus
from hasila.schema import HOME

CORPUS = open_corpus(HOME)
FENCE = re.compile(r"^```(example|counterexample) (\w+) (\w+)\n(.+?)\n```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    kind: str
    layer: str
    article: str
    passage: str
    fields: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.layer}-{self.article}"


def examples() -> list[Example]:
    text = (HOME / "annotations" / "GUIDELINES.md").read_text(encoding="utf-8")
    found = []
    for kind, layer, article, body in FENCE.findall(text):
        passage, *lines = body.split("\n")
        pairs = [line.partition(": ") for line in lines]
        found.append(Example(kind, layer, article, passage, tuple((a, c) for a, _, c in pairs)))
    return found


def pattern(words: str) -> str:
    return r"[\s\S]*?".join(re.escape(part.strip()) for part in words.split("…"))


def span_of(example: Example, text: str) -> tuple[int, int]:
    """The place of the marked words; the passage must occur in the article."""
    before, _, rest = example.passage.partition("⟦")
    marked, _, after = rest.partition("⟧")
    inner = pattern(marked)
    found = re.search(f"{re.escape(before)}({inner}){re.escape(after)}", text)
    assert found, f"{example.passage!r} is not in article {example.article}"
    return found.span(1)


def said(value: Any) -> str:
    if isinstance(value, dict):
        return str(value["text"]).strip('"“”')
    return "null" if value is None else str(value)


def article_of(corpus: Corpus, prefix: str) -> str:
    return next(name for name in corpus.articles if name.startswith(prefix))


@pytest.mark.parametrize("example", examples(), ids=str)
def test_example_stands_in_the_hand_layer(example: Example) -> None:
    name = article_of(CORPUS, example.article)
    span = span_of(example, CORPUS.articles[name].text)
    there = [a for a in CORPUS.annotations()[name] if a.layer == example.layer and a.span == span]
    if example.kind == "counterexample":
        assert not there
        return
    assert there, "no annotation has this span"
    wanted = {key: value.strip('"“”') for key, value in example.fields}
    assert any(all(said(a.get(key)) == value for key, value in wanted.items()) for a in there), [
        {key: said(a.get(key)) for key in wanted} for a in there
    ]


def test_every_layer_has_at_least_five_examples() -> None:
    counts = Counter(example.layer for example in examples())
    assert {name for name in CORPUS.layers if counts[name] < 5} == set()
