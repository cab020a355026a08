"""What the search page searches: the texts, the annotations, and the normal form's folding table."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

from hasila.annotation import Annotation
from hasila.arabic.normal import fold
from hasila.browse.notes import label_field, strings, summary, title
from hasila.corpus import Corpus

Json = dict[str, Any]


@cache
def folding() -> dict[str, str]:
    """Every code point that ``hasila.arabic.normal.fold`` changes, with what it becomes ('' for dropped)."""
    points = (chr(c) for c in range(sys.maxunicode + 1) if not 0xD800 <= c < 0xE000)
    return {c: folded for c in points if (folded := fold(c)) != c}


def index(corpus: Corpus, article: str, text: str, annotations: Mapping[str, list[Annotation]]) -> Json:
    """One article for the search: its text, and of each annotation
    ``[origin, id, layer, start, end, label, words]``.

    ``words`` holds what the annotation says besides its text: labels, values, names of the referents.
    """
    rows = []
    for origin, found in annotations.items():
        for one in found:
            layer = corpus.layers[one.layer]
            field = label_field(layer)
            label = one.get(field.name) if field else None
            words = f"{summary(one, layer)} {' '.join(_names(corpus, one))}".strip()
            rows.append([origin, one.id, one.layer, one.start, one.end, label, words])
    return {"id": article, "text": text, "notes": rows}


def _names(corpus: Corpus, annotation: Annotation) -> list[str]:
    found = []
    for value in dict.fromkeys(strings(annotation.fields)):
        for part in ("entities", "events", "subgroups"):
            record = corpus.registry[part].get(value)
            if record:
                found.append(title(part, record))
    return found
