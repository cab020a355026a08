"""Relations between figures, by the scheme's definitions."""

import json
from pathlib import Path

import pytest

from hasila.corpus import Article
from hasila.rules import Registry, annotate
from hasila.rules.relations import relations

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "rules/relations.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: next(iter(case["articles"])))
def test_relations_of_what_the_rules_find(case):
    articles = [Article(name, a["text"], a) for name, a in case["articles"].items()]
    found = {a.id: annotate(a.text, a.published, article=a.id) for a in articles}
    figures = {(name, a.id): a.text for name, marks in found.items() for a in marks}
    lines = relations(articles, found, Registry())
    seen = [
        {
            "type": line["type"],
            "source": figures[line["source"]["article"], line["source"]["id"]],
            "target": figures[line["target"]["article"], line["target"]["id"]],
        }
        for line in lines
    ]
    assert sorted(seen, key=str) == sorted(case["relations"], key=str)


def test_every_relation_of_the_sample_is_found(sample):
    registry = Registry(sample.registry)
    found = relations(sample.articles.values(), sample.annotations("hand"), registry)
    wanted = {(r["type"], str(r["source"]), str(r["target"])) for r in sample.relations()}
    assert wanted <= {(r["type"], str(r["source"]), str(r["target"])) for r in found}


def test_lines_are_numbered_and_their_evidence_stands_in_the_text(sample):
    found = relations(sample.articles.values(), sample.annotations("hand"), Registry(sample.registry))
    assert [line["id"] for line in found] == [f"r{n}" for n in range(1, len(found) + 1)]
    for line in found:
        for place in line["evidence"]:
            assert sample.articles[place["article"]].text[place["start"] : place["end"]] == place["text"]
