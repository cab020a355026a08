"""Figures as a CSV file with the columns of UCDP's Georeferenced Event Dataset (GED), then some of our own.

GED has one row an event, with one reconciled estimate; here a row is one claim. So rows must not be added up
before one claim an event is chosen; ``key`` and ``as_of`` help to do so.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from hasila.annotation import Annotation
from hasila.atomic import write_file
from hasila.corpus import Article, Corpus

Row = dict[str, Any]

FILE = "figures.csv"
EMPTY = "always empty"
DEATHS = "best, where the category is killed and those counted are"

GED = {
    "id": "`<article>/<figure>`",
    "relid": EMPTY,
    "year": "the year of date_end",
    "active_year": EMPTY,
    "code_status": EMPTY,
    "type_of_violence": EMPTY,
    "conflict_dset_id": EMPTY,
    "conflict_new_id": EMPTY,
    "conflict_name": EMPTY,
    "dyad_dset_id": EMPTY,
    "dyad_new_id": EMPTY,
    "dyad_name": EMPTY,
    "side_a_dset_id": EMPTY,
    "side_a_new_id": EMPTY,
    "side_a": "the party whose people or acts are counted, in English; empty for civilians, all and unknown",
    "side_b_dset_id": EMPTY,
    "side_b_new_id": EMPTY,
    "side_b": EMPTY,
    "number_of_sources": "1: a row is one claim",
    "source_article": "publisher, date and title of the article",
    "source_office": "the publisher, empty where unknown",
    "source_date": "the publication date",
    "source_headline": "the article's title",
    "source_original": "the originator of the figure, in English",
    "where_prec": EMPTY,
    "where_coordinates": EMPTY,
    "where_description": "the place of the event, in English",
    "adm_1": EMPTY,
    "adm_2": EMPTY,
    "latitude": EMPTY,
    "longitude": EMPTY,
    "geom_wkt": EMPTY,
    "priogrid_gid": EMPTY,
    "country": EMPTY,
    "country_id": EMPTY,
    "region": EMPTY,
    "event_clarity": "1 where the count is of one day and one event, else 2: the source has added up already",
    "date_prec": "GED's code of the time from date_start to date_end: 1 a day, 2 two to six days, 3 a week, "
    "4 up to a month, 5 longer; empty where either is unknown",
    "date_start": "the first day that the event's date allows; of an increment or a stock, date_end",
    "date_end": "as_of",
    "deaths_a": f"{DEATHS} a party's",
    "deaths_b": EMPTY,
    "deaths_civilians": f"{DEATHS} civilians",
    "deaths_unknown": f"{DEATHS} all or unknown",
    "best": "the written value; empty of a range, an upper bound, a vague quantity, a denial",
    "high": "the upper bound, empty where open",
    "low": "the lower bound, empty where open",
    "gwnoa": EMPTY,
    "gwnob": EMPTY,
}
"""The columns of GED, in GED's order, and what they hold here."""

OWN = (
    "category", "side", "subgroup", "measure", "key", "comparator", "vague", "as_of", "said_on", "event_ref",
    "originator", "originator_type", "originator_basis", "stance", "factuality", "text",
)  # fmt: skip
"""Fields of the figure that follow GED's columns."""


def export(corpus: Corpus, origin: str, out: Path) -> list[str]:
    """Write ``figures.csv``, a figure a row, into ``out``."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [*GED, *OWN], lineterminator="\n")
    writer.writeheader()
    names = {key: line["name_en"] for key, line in corpus.registry["entities"].items()}
    others = 0
    for article in corpus.stream():
        for one in corpus.read_annotations(article.id, origin):
            if one.layer == "figure":
                writer.writerow(row(article, one, corpus.registry["events"], names))
            else:
                others += 1
    write_file(out / FILE, text.getvalue())
    empty = sum(meaning == EMPTY for meaning in GED.values())
    return [
        f"{others} annotations of other layers",
        f"{empty} of GED's {len(GED)} columns are empty: no coordinates, dyads or conflict ids",
    ]


def row(article: Article, figure: Annotation, events: Mapping[str, Row], name: Mapping[str, str]) -> Row:
    """One figure as a row, with the registry's events and the English names of its entities by id."""
    event = events.get(figure["event_ref"] or "", {})
    publisher, title, published = (article.meta.get(key) for key in ("publisher", "title", "published"))
    end = figure["as_of"]
    start = first_day(event.get("date")) if figure["measure"] == "cumulative" else end
    # An event that is dated after the count's own day tells nothing of when the count began.
    start = start if start and end and start <= end else None
    precision = date_precision(start, end)
    asserted = figure["stance"] in ("assert", "estimate")
    low, high = (figure["low"], figure["high"]) if asserted else (None, None)
    best = None if figure["comparator"] in ("range", "at_most", "less_than", "vague") else low
    killed = best if figure["category"] == "killed" else None
    side = figure["side"]
    found = {
        "id": f"{article.id}/{figure.id}",
        "year": end[:4] if end else None,
        "side_a": name.get(side),
        "number_of_sources": 1,
        "source_article": ", ".join(str(part) for part in (publisher, published, title) if part),
        "source_office": publisher,
        "source_date": published,
        "source_headline": title,
        "source_original": name.get(figure["originator"] or ""),
        "where_description": name.get(event.get("place") or ""),
        "event_clarity": 1 if event and precision == 1 else 2,
        "date_prec": precision,
        "date_start": start,
        "date_end": end,
        "deaths_a": killed if side in name else None,
        "deaths_civilians": killed if side == "civilians" else None,
        "deaths_unknown": killed if side in ("all", "unknown") else None,
        "best": best,
        "high": high,
        "low": low,
    }
    return found | {key: figure[key] for key in OWN if key != "text"} | {"text": figure.text}


def first_day(value: str | None) -> str | None:
    """The first day of a date of the registry: a day, month, year, or an interval of such."""
    return value and (value.partition("/")[0] + "-01-01")[:10]


def date_precision(start: str | None, end: str | None) -> int | None:
    """GED's ``date_prec`` of the days from ``start`` to ``end``, ISO dates; None where one is unknown."""
    if not start or not end:
        return None
    days = (date.fromisoformat(end) - date.fromisoformat(start)).days + 1
    return next((code for code, most in ((1, 1), (2, 6), (3, 7), (4, 31)) if days <= most), 5)
