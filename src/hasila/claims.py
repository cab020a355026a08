"""Who says how many: the figures of a corpus as rows, one a claim.

``corpus_claims`` reads a corpus; whatever else yields such rows can be filtered and shown the same way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from hasila.annotation import Annotation
from hasila.corpus import Corpus
from hasila.terminal import Table
from hasila.validate.relations import SYMMETRIC

Json = dict[str, Any]
SIGNS = {"approx": "≈", "at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<"}
SAID = ("key", "category", "side", "subgroup", "measure", "low", "high", "comparator", "vague")
SOURCED = ("as_of", "as_of_basis", "said_on", "originator", "originator_type", "stance", "factuality")


def value_text(figure: Mapping[str, Any]) -> str:
    """The value as a reader writes it: ``77``, ``≈3,500``, ``≥120``, ``2,000–4,000``, ``tens``."""
    low, high = figure.get("low"), figure.get("high")
    if figure.get("vague"):
        return str(figure["vague"])
    if low is not None and high is not None and low != high:
        return f"{low:,}–{high:,}"
    number = low if low is not None else high
    return "?" if number is None else f"{SIGNS.get(str(figure.get('comparator')), '')}{number:,}"


def short_names(articles: Iterable[str]) -> dict[str, str]:
    """Each article's id up to its first ``_`` where that tells it apart, else whole."""
    ids = list(articles)
    heads = Counter(article.partition("_")[0] for article in ids)
    return {x: x.partition("_")[0] if heads[x.partition("_")[0]] == 1 else x for x in ids}


def corpus_claims(corpus: Corpus, origin: str = "hand") -> Iterator[Json]:
    """The figures of a corpus in the order of its articles, one flat row each.

    A row has the figure's own fields, ``article``, ``id``, ``start``, ``end``, ``text``, ``value`` (see
    ``value_text``), ``source`` (the originator's name, from the registry or its first mention) and
    ``relations`` (``{"type", "article", "id"}`` as seen from this figure).
    """
    related = _related(corpus.relations(origin))
    entities = corpus.registry["entities"]
    for article, annotations_ in corpus.annotations(origin).items():
        by_id = {x.id: x for x in annotations_}
        for x in sorted(annotations_, key=lambda x: x.start):
            if x.layer != "figure":
                continue
            yield {
                "article": article,
                "id": x.id,
                **{name: x.get(name) for name in SAID},
                "value": value_text(x.fields),
                **{name: x.get(name) for name in SOURCED},
                "source": _name(x.get("originator"), entities, by_id),
                "relations": related.get((article, x.id), []),
                "start": x.start,
                "end": x.end,
                "text": x.text,
            }


def _related(relations: Iterable[Json]) -> dict[tuple[str, str], list[Json]]:
    found: dict[tuple[str, str], list[Json]] = {}
    for relation in relations:
        ends = [(relation["source"], relation["target"])]
        if relation["type"] in SYMMETRIC:
            ends.append((relation["target"], relation["source"]))
        for here, there in ends:
            row = {"type": relation["type"], **there}
            found.setdefault((here["article"], here["id"]), []).append(row)
    return found


def _name(
    reference: str | None, entities: Mapping[str, Json], mentions: Mapping[str, Annotation]
) -> str | None:
    if reference is None:
        return None
    if reference in entities:
        return str(entities[reference]["name_en"])
    mention = mentions.get(reference.removeprefix("#"))
    return mention.text if mention is not None else reference


def _verb(relation: str) -> str:
    return "part of" if relation == "SUM_OF" else relation.lower().replace("_", " ")


def counted(claim: Mapping[str, Any]) -> str:
    """What a claim counts: its key, or without a registry its category, side, subgroup and measure."""
    if claim["key"]:
        return str(claim["key"])
    return " ".join(str(claim[name]) for name in ("category", "side", "subgroup", "measure") if claim[name])


def keep(
    claims: Iterable[Json], key: str | None = None, category: str | None = None, side: str | None = None
) -> list[Json]:
    """The claims that fit, by what they count and then by date; ``key`` may hold ``*`` and ``?``."""
    fitting = [
        x
        for x in claims
        if (key is None or fnmatchcase(counted(x), key))
        and (category is None or x["category"] == category)
        and (side is None or x["side"] == side)
    ]
    return sorted(fitting, key=lambda x: (counted(x), x["as_of"] or x["said_on"] or "", x["said_on"] or ""))


def tables(claims: Iterable[Json], articles: Iterable[str]) -> list[Table]:
    """One table for each thing counted."""
    short = short_names(articles)
    groups: dict[str, list[list[Any]]] = {}
    for x in claims:
        relations = [
            f"{_verb(r['type'])} {r['id']}@{short.get(r['article'], r['article'])}" for r in x["relations"]
        ]
        where = f"{x['id']}@{short.get(x['article'], x['article'])}"
        by = [x["as_of"], x["said_on"], x["source"], x["stance"], x["factuality"]]
        groups.setdefault(counted(x), []).append([x["value"], *by, where, ", ".join(relations), x["text"]])
    header = ("value", "as of", "said on", "who says", "stance", "factuality", "figure", "relations", "words")
    return [Table(name, header, rows) for name, rows in groups.items()]
