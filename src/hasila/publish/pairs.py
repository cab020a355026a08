"""The rows of ``relations`` and ``figure_pairs``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from hasila import schema
from hasila.corpus import Json
from hasila.publish.shapes import FIGURE_IN_PAIR, NONE
from hasila.publish.tables import Row

Key = tuple[str, str]
"""A figure: its article and its id."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as a pair needs it: its row of the config ``figures``, its article's date, place and split."""

    row: Row
    published: str
    number: int
    split: str

    @property
    def key(self) -> Key:
        """Its article and id."""
        return self.row["article"], self.row["id"]

    @property
    def order(self) -> tuple[str, int, int, int]:
        """Earlier articles first, in an article the one that stands first."""
        return self.published, self.number, self.row["start"], -self.row["end"]

    def end(self) -> Row:
        """What the columns ``source`` and ``target`` hold."""
        names = ("article", "id", "start", "end", "text", "context", "context_start", *FIGURE_IN_PAIR)
        return {name: self.row.get(name) for name in names}


def relation_rows(relations: Iterable[Json], figures: Mapping[Key, Figure]) -> Iterator[Row]:
    """Yield a row a relation, with both figures' texts and splits."""
    for relation in relations:
        row = dict(relation)
        for end in ("source", "target"):
            figure = figures.get((relation[end]["article"], relation[end]["id"]))
            row[f"{end}_text"] = figure.row["text"] if figure else None
            row[f"{end}_split"] = figure.split if figure else None
        yield row


def _by_ends(relations: Iterable[Json]) -> dict[frozenset[Key], Json]:
    """The relation of each pair; of several the type that the schema lists first."""
    kind = next(f for f in schema.record("relation") if f.name == "type").type
    rank = {name: place for place, name in enumerate(kind.label_names)}
    found: dict[frozenset[Key], Json] = {}
    for relation in sorted(relations, key=lambda r: rank[r["type"]]):
        ends = frozenset((relation[end]["article"], relation[end]["id"]) for end in ("source", "target"))
        found.setdefault(ends, relation)
    return found


def pair_rows(relations: Iterable[Json], figures: Iterable[Figure]) -> Iterator[Row]:
    """Yield every pair of figures that share event and category, the later one as ``source``.

    Figures without an event are standing states; they share it with one another. Most pairs stand in no
    relation: those of equal values (``same_value``) are the hard negatives. A relation between figures of
    different events or categories is in ``relations`` alone.
    """
    known = _by_ends(relations)
    groups: dict[tuple[str | None, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[figure.row["event_ref"], figure.row["category"]].append(figure)
    for (event, category), group in groups.items():
        for target, source in combinations(sorted(group, key=lambda f: f.order), 2):
            relation = known.get(frozenset((source.key, target.key)))
            yield {
                "relation": relation["type"] if relation else NONE,
                "direction": _direction(relation, source),
                "relation_id": relation["id"] if relation else None,
                "event_ref": event,
                "category": category,
                "same_article": source.row["article"] == target.row["article"],
                "same_key": source.row["key"] is not None and source.row["key"] == target.row["key"],
                "same_value": _value(source) == _value(target) != (None, None),
                "source": source.end(),
                "source_split": source.split,
                "target": target.end(),
                "target_split": target.split,
            }


def _value(figure: Figure) -> tuple[Any, Any]:
    return figure.row["low"], figure.row["high"]


def _direction(relation: Json | None, source: Figure) -> str | None:
    if relation is None:
        return None
    start = relation["source"]
    return "forward" if (start["article"], start["id"]) == source.key else "backward"
