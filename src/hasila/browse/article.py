"""One article's page: its rows of text with the lanes of every layer, its styles and its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hasila.annotation import Annotation
from hasila.browse import differences, notes
from hasila.browse.claims import Claim, Ends
from hasila.browse.text import Line, Piece, direction, lanes, lay_out, widest
from hasila.corpus import Article, Corpus

Json = dict[str, Any]
PITCH, BAR = 5, 3
"""Pixels from one lane to the next, and of its bar."""
COLOURS = 8
"""How many colours for layers ``site.css`` has."""

Classes = dict[str, dict[tuple[int, tuple[int, ...]], str]]
"""By origin, then by a piece's start and cover: the names of the lanes drawn under it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the article: by origin its zone and its drawn line."""

    line: Line
    zones: Mapping[str, Annotation | None]
    drawn: Mapping[str, Line]
    copies: tuple[tuple[str, str], ...]
    depths: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A layer on the page: its number there, its colour, and its count by origin."""

    number: int
    name: str
    title: str
    about: str
    colour: int
    counts: Mapping[str, int]
    labels: tuple[tuple[str, str, str, int], ...]


@dataclass(frozen=True, slots=True)
class View:
    """Everything that the template draws."""

    article: Article
    title: str
    direction: str
    layers: tuple[Shown, ...]
    rows: tuple[Row, ...]
    classes: Classes
    annotations: Mapping[str, Sequence[Annotation]]
    spans: Mapping[str, Sequence[Annotation]]
    summaries: Mapping[str, Mapping[str, str]]
    tally: Sequence[tuple[str, Mapping[str, int], int]]
    style: str
    content: Json


def page(
    corpus: Corpus,
    article: Article,
    found: Mapping[str, list[Annotation]],
    relations: Json,
) -> View:
    """Lay one article out, with its annotations by origin and the relations of its figures, by origin too."""
    origins = list(found)
    spans = {o: [a for a in some if a.layer != "zone"] for o, some in found.items()}
    differ: dict[str, differences.Differences] = {o: {} for o in origins}
    tally: Sequence[tuple[str, Mapping[str, int], int]] = ()
    if len(origins) > 1:
        a, b = (found[o] for o in origins)
        differ[origins[0]], differ[origins[1]] = differences.compare(a, b, corpus.layers)
        if a and b:
            tally = differences.tally(a, differ[origins[0]], differ[origins[1]], b)
    lane = {
        o: {n: lanes(a for a in some if a.layer == n) for n in corpus.layers} for o, some in spans.items()
    }
    depth = {n: widest(*(lane[o][n] for o in origins)) for n in corpus.layers}
    # Long spans lie furthest from the text, so that bars nest.
    order = sorted((n for n in depth if depth[n]), key=lambda n: _mean(n, spans))
    numbers = {name: number for number, name in enumerate(corpus.layers)}
    places = {
        o: {
            a.id: Place(numbers[a.layer], lane[o][a.layer][a.id], differ[o].get(a.id, SAME).kind != "same")
            for a in some
        }
        for o, some in spans.items()
    }
    rows, classes = _rows(article, found, spans, places)
    shown = tuple(_shown(corpus, number, name, found) for number, name in enumerate(corpus.layers))
    title = str(article.meta.get("title") or _first(article))
    content = {
        "origins": origins,
        "layers": notes.legend(corpus.layers.values()),
        "numbers": numbers,
        "notes": {
            o: {a.id: notes.note(a, corpus.layers[a.layer], differ[o]) for a in some}
            for o, some in found.items()
        },
        "registry": notes.registry_names(corpus, (a for some in found.values() for a in some)),
        "relations": relations,
    }
    return View(
        article=article,
        title=title,
        direction=direction(title),
        layers=shown,
        rows=rows,
        classes=classes,
        annotations=found,
        spans=spans,
        summaries={
            o: {a.id: notes.summary(a, corpus.layers[a.layer]) for a in some} for o, some in found.items()
        },
        tally=tally,
        style=_style([(numbers[n], numbers[n] % COLOURS, depth[n]) for n in order]),
        content=content,
    )


def _first(article: Article) -> str:
    line = next((line for line in article.text.split("\n") if line.strip()), article.id).strip()
    return line if len(line) <= 90 else line[:90].rpartition(" ")[0] + "…"


def _mean(layer: str, spans: Mapping[str, Sequence[Annotation]]) -> float:
    lengths = [a.end - a.start for some in spans.values() for a in some if a.layer == layer]
    return sum(lengths) / len(lengths)


def _shown(corpus: Corpus, number: int, name: str, found: Mapping[str, Sequence[Annotation]]) -> Shown:
    layer = corpus.layers[name]
    field = notes.label_field(layer)
    some = next((s for s in found.values() if any(a.layer == name for a in s)), ())
    values = [a.get(field.name) for a in some if a.layer == name] if field else []
    known = field.type.labels if field else ()
    return Shown(
        number=number,
        name=name,
        title=layer.config,
        about=layer.description,
        colour=number % COLOURS,
        counts={o: sum(a.layer == name for a in s) for o, s in found.items()},
        labels=tuple((x.name, x.title, x.description, values.count(x.name)) for x in known),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """An annotation's layer on the page, its lane there, and whether it differs from its counterpart."""

    layer: int
    lane: int
    differs: bool


SAME = differences.Difference("same")


def _rows(
    article: Article,
    found: Mapping[str, list[Annotation]],
    spans: Mapping[str, list[Annotation]],
    places: Mapping[str, Mapping[str, Place]],
) -> tuple[tuple[Row, ...], Classes]:
    drawn = {o: lay_out(article.text, some, _parts(some)) for o, some in spans.items()}
    zones = {o: [a for a in some if a.layer == "zone"] for o, some in found.items()}
    rows = []
    for k, line in enumerate(next(iter(drawn.values()))):
        mine = {
            o: next((z for z in zones[o] if z.start < line.end and line.start < z.end), None) for o in drawn
        }
        copied = next(
            ([(o, i) for i in z.get("copy_of")] for o, z in mine.items() if z and z.get("copy_of")), ()
        )
        here = {o: lines[k] for o, lines in drawn.items()}
        rows.append(Row(line, mine, here, tuple(copied), _depths(here, spans, places)))
    classes: Classes = {o: {} for o in drawn}
    for o, lines in drawn.items():
        for piece in (piece for line in lines for run in line.runs for piece in run.pieces if piece.covered):
            names = (_class(piece, spans[o][k], places[o]) for k in piece.covered)
            classes[o][piece.start, piece.covered] = " ".join(names)
    return tuple(rows), classes


def _parts(annotations: Sequence[Annotation]) -> list[int]:
    """Where source and cue of quotations begin and end."""
    quotations = (a for a in annotations if a.layer == "quotation")
    parts = (part for a in quotations for part in (a.get("source"), a.get("cue")) if part)
    return [part[end] for part in parts for end in ("start", "end")]


def _depths(
    drawn: Mapping[str, Line],
    spans: Mapping[str, Sequence[Annotation]],
    places: Mapping[str, Mapping[str, Place]],
) -> str:
    """How many lanes each layer needs in one row, as classes: ``n3-2`` for two of layer 3."""
    depth: dict[int, int] = {}
    for origin, line in drawn.items():
        for k in {k for run in line.runs for piece in run.pieces for k in piece.covered}:
            place = places[origin][spans[origin][k].id]
            depth[place.layer] = max(depth.get(place.layer, 0), place.lane + 1)
    return " ".join(f"n{layer}-{lanes}" for layer, lanes in sorted(depth.items()))


def _class(piece: Piece, annotation: Annotation, places: Mapping[str, Place]) -> str:
    place = places[annotation.id]
    thin = annotation.layer == "quotation" and not any(
        part and part["start"] <= piece.start < part["end"]
        for part in (annotation.get("source"), annotation.get("cue"))
    )
    return f"k{place.layer}-{place.lane}{'t' if thin else ''}{'d' if place.differs else ''}"


def _style(layers: Sequence[tuple[int, int, int]]) -> str:
    """The lanes of one page: (layer number, colour, lanes) from the innermost out.

    A row sets ``--n…`` to the lanes that a layer needs there, the toggles set ``--on…`` to 0 or 1; from the
    two follows how far below the text each lane lies.
    """
    if not layers:
        return ""
    body, off, row, depths, inks = [], [], [], [], []
    lanes: list[str] = []
    above = "0px"
    for number, colour, depth in layers:
        ink = f"var(--i{number})"
        body.append(f"--on{number}:1;--i{number}:var(--layer-{colour})")
        off.append(f"body:has(#layer-{number}:not(:checked)){{--on{number}:0;--i{number}:transparent}}")
        row.append(f"--y{number}:calc({above})")
        above = f"var(--y{number}) + var(--on{number})*var(--n{number},0)*{PITCH}px"
        depths += [f".n{number}-{k}{{--n{number}:{k}}}" for k in range(1, depth + 1)]
        for k in range(depth):
            lane = f"{number}-{k}"
            lanes.append(lane)
            inks.append(
                f".k{lane},.k{lane}d{{--b{lane}:linear-gradient({ink},{ink})}}"
                f".k{lane}t,.k{lane}td"
                f"{{--b{lane}:linear-gradient(transparent 1px,{ink} 1px 2px,transparent 2px)}}"
                f"body:has(#view-both:checked) :is(.k{lane}d,.k{lane}td)"
                f"{{--b{lane}:repeating-linear-gradient(90deg,{ink} 0 3px,transparent 3px 6px)}}"
            )
    images = ",".join(f"var(--b{lane},none)" for lane in lanes)
    where = ",".join(
        f"left bottom calc(var(--total) - var(--y{number}) - {k * PITCH + BAR}px)"
        for number, _, depth in layers
        for k in range(depth)
    )
    row.append(f"--total:calc({above})")
    drawn = (
        f".text p [data-a]{{background-image:{images};background-position:{where};"
        f"background-size:100% {BAR}px;background-repeat:no-repeat;padding-bottom:var(--total)}}"
    )
    return "\n".join([f"body{{{';'.join(body)}}}", *off, *depths, f".row{{{';'.join(row)}}}", drawn, *inks])


def related_figures(
    claims: Sequence[Claim], known: Mapping[Ends, Claim], files: Mapping[str, str], prefix: str
) -> Json:
    """By figure id of one article: ``[type, outgoing, address, claim, words]`` of each relation."""
    found: Json = {}
    for claim in claims:
        for link in claim.relations:
            other = known.get((link.article, link.id))
            if other is not None:
                page = "" if link.article == claim.article else files[link.article]
                address = f"{page}#{prefix}{link.id}"
                row = [link.type, link.outgoing, address, f"{other.voice}: {other.shown}", other.text]
                found.setdefault(claim.id, []).append(row)
    return found
