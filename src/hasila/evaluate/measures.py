"""What is counted in each layer: one comparison of two sides, from which scores and agreement are made.

What a layer is measured by derives from its schema: every field by its type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from hasila.annotation import Annotation
from hasila.evaluate.bootstrap import Blocks
from hasila.evaluate.matching import PLAIN, STAGES, Pair, exact, match
from hasila.evaluate.sources import Side
from hasila.schema import Field, Layer

Key = Callable[[Annotation], Hashable]
TUPLES: dict[str, tuple[tuple[str, ...], ...]] = {
    "figure": (("category", "low", "high"), ("category", "side", "low", "high")),
}
"""Beside spans: what is said, wherever in the article. The tuple of all fields is added."""


@dataclass
class Overlap:
    """How many of something each side has, and both have, by block."""

    a: Counter[int] = field(default_factory=Counter)
    b: Counter[int] = field(default_factory=Counter)
    both: Counter[int] = field(default_factory=Counter)
    inside: Counter[tuple[int, Hashable, Hashable]] = field(default_factory=Counter)
    """For characters: how many stand inside on side a, and on side b, by block, whatever the annotation."""


@dataclass
class Values:
    """A field of matched annotations: (block, value on side a, value on side b)."""

    pairs: list[tuple[int, Hashable, Hashable]] = field(default_factory=list)
    labels: tuple[str, ...] = ()
    link: bool = False


class Mention(NamedTuple):
    """An annotation that refers: ``id`` is the same on both sides where the span is."""

    id: Hashable
    article: str | None
    ref: Hashable
    block: int


@dataclass
class Compared:
    """One layer of two sides."""

    layer: Layer
    a: list[Annotation]
    b: list[Annotation]
    pairs: list[Pair]
    overlaps: dict[tuple[str, ...], Overlap] = field(default_factory=dict)
    values: dict[str, Values] = field(default_factory=dict)
    mentions: tuple[list[Mention], list[Mention]] | None = None
    """What refers to something, on each side; for layers with ``ref``."""

    @property
    def alone(self) -> tuple[list[Annotation], list[Annotation]]:
        """The annotations of each side that have no partner."""
        left, right = {id(x) for x, _ in self.pairs}, {id(y) for _, y in self.pairs}
        return [x for x in self.a if id(x) not in left], [y for y in self.b if id(y) not in right]


def type_field(layer: Layer) -> str | None:
    """The label that "typed" speaks of: the layer's first field, where that is a label."""
    first = layer.fields[0] if layer.fields else None
    return first.name if first is not None and first.type.kind == "label" else None


def value_fields(layer: Layer) -> tuple[str, ...]:
    """What an annotation is worth: ``value``, or the bounds ``low`` and ``high``."""
    return tuple(f.name for f in layer.fields if f.name in ("value", "low", "high"))


def is_link(one: Field) -> bool:
    """Whether the field points to an annotation of the same article."""
    return one.type.name == "annotationId"


def tuples_of(layer: Layer) -> dict[str, tuple[str, ...]]:
    """The named tuples of a layer; ``all`` leaves out links, and the key, which follows from the rest."""
    if layer.name not in TUPLES:
        return {}
    plain = tuple(f.name for f in layer.fields if not is_link(f) and f.name != "key")
    return {", ".join(names): names for names in TUPLES[layer.name]} | {"all": plain}


class Comparison:
    """Two sides, matched layer by layer; ``layers`` holds what each layer's comparison counts."""

    def __init__(self, a: Side, b: Side, articles: Sequence[str], layers: dict[str, Layer]) -> None:
        self.articles = articles
        self.blocks = Blocks(a, b, articles)
        self._of = {
            (side, article, x.id): x
            for side, given in (("a", a), ("b", b))
            for article in articles
            for x in given.get(article, [])
        }
        self._partner: dict[tuple[str | None, str], str] = {}
        self.layers: dict[str, Compared] = {}
        for name, layer in layers.items():
            one = [_placed(x, article) for article in articles for x in a.get(article, []) if x.layer == name]
            other = [
                _placed(x, article) for article in articles for x in b.get(article, []) if x.layer == name
            ]
            if one or other:
                pairs = list(_grouped(one, other, partial(match, stages=STAGES.get(name, PLAIN))))
                self.layers[name] = Compared(layer, one, other, pairs)
                self._partner |= {(y.article, y.id): x.id for x, y in pairs}
        for compared in self.layers.values():
            self._measure(compared)

    def block(self, annotation: Annotation) -> int:
        """The paragraph that an annotation starts in."""
        return self.blocks.of(annotation.article or "", annotation.start)

    def value(self, side: str, annotation: Annotation, one: Field) -> Hashable:
        """A field's value as it is compared.

        A link of side b, and a reference ``#<id>`` of side b, is read through its partner on side a.
        """
        value = annotation.get(one.name)
        if is_link(one) and value is not None:
            if side == "a":
                return str(value)
            return self._partner.get((annotation.article, value), f"({value})")
        if side == "b" and isinstance(value, str) and value.startswith("#"):
            partner = self._partner.get((annotation.article, value[1:]))
            if partner is not None:
                mention = self._of["a", annotation.article or "", partner]
                return str(mention.get("ref") or f"#{partner}")
        return value if isinstance(value, Hashable) else str(value)

    def _measure(self, c: Compared) -> None:
        layer = c.layer
        typed, valued = type_field(layer), value_fields(layer)
        self._spans(c, ("spans", "strict"), lambda x: x.span)
        c.overlaps["spans", "relaxed"] = self._overlapping(c, lambda x: None)
        if typed:
            self._spans(c, ("spans", "typed"), lambda x: (x.span, x.get(typed)))
            c.overlaps["spans", "relaxed typed"] = self._overlapping(c, lambda x: x.get(typed))
        if valued and layer.name not in TUPLES:
            self._spans(c, ("spans", "valued"), lambda x: (x.span, *(x.get(v) for v in valued)))
            c.overlaps["spans", "relaxed valued"] = self._overlapping(
                c, lambda x: tuple(x.get(v) for v in valued)
            )
        for one in layer.fields:
            if one.type.kind == "label" and not one.type.nullable:
                self._by_label(c, one, typed)
            self._field(c, one)
        for name, names in tuples_of(layer).items():
            fields = [layer.field(n) for n in names]
            c.overlaps["tuples", name] = self._count(
                [(x.article, *(self.value("a", x, f) for f in fields)) for x in c.a],
                [(y.article, *(self.value("b", y, f) for f in fields)) for y in c.b],
                [self.block(x) for x in c.a],
                [self.block(y) for y in c.b],
            )
        if any(f.name == "ref" for f in layer.fields):
            self._mentions(c)

    def _count(
        self, a: Sequence[Hashable], b: Sequence[Hashable], at_a: Sequence[int], at_b: Sequence[int]
    ) -> Overlap:
        """Two multisets of keys and the block of each member."""
        waiting: Counter[Hashable] = Counter(b)
        both: Counter[int] = Counter()
        for key, block in zip(a, at_a, strict=True):
            if waiting[key] > 0:
                waiting[key] -= 1
                both[block] += 1
        return Overlap(Counter(at_a), Counter(at_b), both)

    def _spans(self, c: Compared, name: tuple[str, ...], key: Key) -> None:
        c.overlaps[name] = self._keyed(c.a, c.b, key)

    def _keyed(self, a: list[Annotation], b: list[Annotation], key: Key) -> Overlap:
        return self._count(
            [(x.article, key(x)) for x in a],
            [(y.article, key(y)) for y in b],
            [self.block(x) for x in a],
            [self.block(y) for y in b],
        )

    def _overlapping(self, c: Compared, key: Key) -> Overlap:
        """Any overlap, one to one, among annotations that agree in ``key``."""
        both = Counter(self.block(x) for x, _ in _grouped(c.a, c.b, match, key))
        return Overlap(Counter(map(self.block, c.a)), Counter(map(self.block, c.b)), both)

    def _by_label(self, c: Compared, one: Field, typed: str | None) -> None:
        for label in one.type.label_names:
            a = [x for x in c.a if x.get(one.name) == label]
            b = [y for y in c.b if y.get(one.name) == label]
            if a or b:
                name = ("labels", one.name, label)
                c.overlaps[name] = self._keyed(a, b, lambda x: (x.span, x.get(typed) if typed else None))

    def _field(self, c: Compared, one: Field) -> None:
        kind, inner = one.type, one.type.item
        if kind.kind == "struct":
            self._pointers(c, one)
        elif inner is not None and inner.name == "span":
            self._characters(c, one)
        elif inner is not None and inner.kind == "struct":
            self._members(c, one)
        else:
            values = [(self.block(x), self.value("a", x, one), self.value("b", y, one)) for x, y in c.pairs]
            if all(x is None and y is None for _, x, y in values):
                return
            c.values[one.name] = Values(values, tuple(kind.label_names), is_link(one))

    def _pointers(self, c: Compared, one: Field) -> None:
        a, b = [_pointed(x, one.name) for x in c.a], [_pointed(y, one.name) for y in c.b]
        part = Compared(c.layer, [x for x in a if x], [y for y in b if y], [])
        c.overlaps["fields", one.name, "strict"] = self._keyed(part.a, part.b, lambda x: x.span)
        c.overlaps["fields", one.name, "relaxed"] = self._overlapping(part, lambda x: None)

    def _characters(self, c: Compared, one: Field) -> None:
        """Code points of a list of spans, in matched annotations; each counts for its annotation's block."""
        found = Overlap()
        for side, given in ((found.a, c.a), (found.b, c.b)):
            for x in given:
                side[self.block(x)] += len(_positions(x, one.name))
        for x, y in c.pairs:
            found.both[self.block(x)] += len(_positions(x, one.name) & _positions(y, one.name))
        found.inside = self._inside(c, one.name)
        c.overlaps["fields", one.name, "characters"] = found

    def _inside(self, c: Compared, name: str) -> Counter[tuple[int, Hashable, Hashable]]:
        covered: dict[str | None, tuple[set[int], set[int]]] = {x: (set(), set()) for x in self.articles}
        for side, given in enumerate((c.a, c.b)):
            for x in given:
                covered[x.article][side].update(_positions(x, name))
        found: Counter[tuple[int, Hashable, Hashable]] = Counter()
        for article in self.articles:
            a, b = covered[article]
            here = Counter((self.blocks.of(article, p), p in a, p in b) for p in a | b)
            for block, length in self.blocks.lengths(article):
                told = sum(here[block, x, y] for x, y in ((True, True), (True, False), (False, True)))
                found[block, False, False] = max(0, length - told)
            found += here
        return found

    def members(self, side: str, annotation: Annotation, one: Field) -> Counter[Hashable]:
        """The members of a list of structs, as they are compared."""
        assert one.type.item is not None
        fields = one.type.item.fields
        inner = [
            Annotation("", annotation.layer, 0, 0, "", member, article=annotation.article)
            for member in annotation.get(one.name) or []
        ]
        return Counter(tuple(self.value(side, m, f) for f in fields) for m in inner)

    def text_of(self, side: str, article: str | None, identifier: str) -> str:
        """The words of the annotation that a link points to."""
        found = self._of.get((side, article or "", identifier))
        return found.text if found else identifier

    def _members(self, c: Compared, one: Field) -> None:
        """A list of structs: equal members of matched annotations, links read through their partners."""
        found = Overlap()
        for x in c.a:
            found.a[self.block(x)] += self.members("a", x, one).total()
        for y in c.b:
            found.b[self.block(y)] += self.members("b", y, one).total()
        for x, y in c.pairs:
            found.both[self.block(x)] += (self.members("a", x, one) & self.members("b", y, one)).total()
        c.overlaps["fields", one.name, "members"] = found

    def _mentions(self, c: Compared) -> None:
        """Mentions with a reference; one on the same span of both sides is the same mention."""
        same: dict[int, Hashable] = {}
        for number, (x, y) in enumerate(_grouped(c.a, c.b, partial(match, stages=(exact,)))):
            same[id(x)] = same[id(y)] = number

        def mentions(side: str, given: list[Annotation]) -> list[Mention]:
            return [
                Mention(
                    same.get(id(x), (side, x.article, x.id)),
                    x.article,
                    (x.article, ref) if ref.startswith("#") else ref,
                    self.block(x),
                )
                for x in given
                if (ref := x.get("ref"))
            ]

        c.mentions = mentions("a", c.a), mentions("b", c.b)


def _placed(annotation: Annotation, article: str) -> Annotation:
    return annotation if annotation.article == article else replace(annotation, article=article)


def _grouped(
    a: Iterable[Annotation],
    b: Iterable[Annotation],
    matcher: Callable[[list[Annotation], list[Annotation]], list[Pair]],
    key: Key = lambda x: None,
) -> Iterable[Pair]:
    """Match within articles, among annotations that agree in ``key``."""
    left: dict[Hashable, list[Annotation]] = {}
    right: dict[Hashable, list[Annotation]] = {}
    for side, given in ((left, a), (right, b)):
        for x in given:
            side.setdefault((x.article, key(x)), []).append(x)
    for group, members in left.items():
        if group in right:
            yield from matcher(members, right[group])


def _pointed(annotation: Annotation, name: str) -> Annotation | None:
    span = annotation.get(name)
    if not span:
        return None
    return Annotation(
        annotation.id, annotation.layer, span["start"], span["end"], span["text"], article=annotation.article
    )


def _positions(annotation: Annotation, name: str) -> set[int]:
    return {k for span in annotation.get(name) or [] for k in range(span["start"], span["end"])}
