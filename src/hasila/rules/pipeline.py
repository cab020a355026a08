"""The layers in their order, over one page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import chain

from hasila import collector
from hasila.annotation import Annotation
from hasila.arabic import analyse
from hasila.corpus import Corpus
from hasila.errors import HasilaError
from hasila.rules import entities, events, figures, numbers, quotations, timexes, zones
from hasila.rules.events.participants import add_counts
from hasila.rules.page import NO_REGISTRY, Page, Registry

LAYERS: tuple[tuple[str, Callable[[Page], Iterable[Annotation]]], ...] = (
    ("zone", zones.find),
    ("timex", timexes.find),
    ("number", numbers.find),
    ("entity", entities.find),
    ("event", events.find),
    ("quotation", quotations.find),
    ("figure", figures.find),
)  # fmt: skip
"""Each layer reads what those above it found. Timexes come before numbers: both read the same numerals
(``numbers/numerals.py``), and a numeral that a timex has taken is no number."""


def annotate_page(page: Page) -> list[Annotation]:
    """Run every layer; all annotations, layer by layer in text order."""
    found = list(chain.from_iterable(page.finish(layer, find(page)) for layer, find in LAYERS))
    add_counts(page)
    return found


def annotate(
    text: str,
    published: date | str | None = None,
    *,
    article: str | None = None,
    registry: Registry = NO_REGISTRY,
) -> list[Annotation]:
    """Annotate one text by rule.

    Args:
        text: raw text; offsets of the result are its code points.
        published: publication date (date or ISO 8601), against which timexes resolve.
        article: id to put on each annotation.
        registry: where ``ref`` comes from; without it ``#<id>`` of the first mention.

    Raises:
        HasilaError: ``published`` is no date.
    """
    day = as_date(published)
    with collector.held():  # an eighth of the time otherwise
        return annotate_page(Page(analyse(text), day, article, registry))


def as_date(value: object) -> date | None:
    """A date from a date, a datetime, an ISO 8601 string or None.

    Raises:
        HasilaError: it is none of these.
    """
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise HasilaError(f"{value!r} is no date; write it as 2022-01-31") from None


def annotate_corpus(corpus: Corpus) -> dict[str, list[Annotation]]:
    """Annotate every article of a corpus against its registry; annotations by article id."""
    registry = Registry(corpus.registry)
    return {
        name: annotate(article.text, article.published, article=name, registry=registry)
        for name, article in corpus.articles.items()
    }
