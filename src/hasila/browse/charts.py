"""The charts for papers and the README, as SVG and PNG: labels, agreement of two readings, the toll."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hasila.atomic import write_file
from hasila.browse import toll
from hasila.browse.notes import label_field
from hasila.corpus import Corpus
from hasila.errors import HasilaError, MissingExtra
from hasila.evaluate import agreement

Json = dict[str, Any]

FONT = "Arimo, Helvetica, Arial, sans-serif"
"""Arimo first: the renderer carries it, so the layout is the same on every machine."""
INK, SOFT, LINE = "#22201c", "#5d584e", "#e6e2d8"
HAND, RULES = "#2b6ca3", "#d9a441"
SPANS = {"strict": "same span", "typed": "same span and type", "relaxed": "overlapping span"}
"""The measures of agreement that are shown, as ``hasila.evaluate`` names them."""


def write(corpus: Corpus, folder: Path) -> dict[str, Json]:
    """Write each chart that the corpus has data for, and say of each its title, size and address.

    Names are ``labels``, ``agreement`` and ``toll``. An SVG ends in a comment with the SHA-256 of the
    chart's data and design, so that a stale one can be told whatever the renderer's version.

    Raises:
        MissingExtra: altair or vl-convert-python is not installed.
    """
    try:
        import vl_convert
    except ImportError as error:
        raise MissingExtra("vl-convert-python", "browse") from error
    made: dict[str, Json] = {}
    for name, chart in specifications(corpus).items():
        text = json.dumps(chart, ensure_ascii=False, sort_keys=True)
        svg = vl_convert.vegalite_to_svg(text) + f"\n<!-- sha256:{digest(chart)} -->\n"
        write_file(folder / f"{name}.svg", svg)
        write_file(folder / f"{name}.png", vl_convert.vegalite_to_png(text, scale=2))
        size = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
        made[name] = {
            "title": chart["title"]["text"],
            "about": chart["description"],
            "address": "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode(),
            "width": round(float(size[1])) if size else 0,
            "height": round(float(size[2])) if size else 0,
        }
    return made


def digest(chart: Json) -> str:
    """SHA-256 of a chart's specification, data included."""
    return hashlib.sha256(json.dumps(chart, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def specifications(corpus: Corpus) -> dict[str, Json]:
    """The Vega-Lite specification of each chart that the corpus has data for.

    Raises:
        MissingExtra: altair is not installed.
    """
    try:
        import altair
    except ImportError as error:
        raise MissingExtra("altair", "browse") from error
    makers: dict[str, Callable[[Any, Corpus], Any]] = {
        "labels": _labels,
        "agreement": _agreement,
        "toll": toll.chart,
    }
    charts = {name: maker(altair, corpus) for name, maker in makers.items()}
    return {name: _styled(chart).to_dict() for name, chart in charts.items() if chart is not None}


def _styled(chart: Any) -> Any:
    axis = {"labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal"}
    axis |= {"gridColor": LINE, "domainColor": "#8a8577", "tickColor": "#8a8577"}
    return (
        chart.configure(font=FONT, background="white")
        .configure_axis(**axis)
        .configure_title(fontSize=14, anchor="start", subtitleFontSize=11, subtitleColor=SOFT, color=INK)
        .configure_legend(labelFontSize=11, titleFontSize=11, titleFontWeight="normal", symbolOpacity=1)
        .configure_view(stroke=None)
    )


def _label_rows(corpus: Corpus) -> list[Json]:
    """A row for each label that occurs: its layer's config and field, its place in the schema, its count."""
    counts: Counter[tuple[str, str, str]] = Counter()
    origins = ("hand", "rules")
    for origin in origins:
        for article in corpus.articles:
            for one in corpus.read_annotations(article, origin):
                field = label_field(corpus.layers[one.layer])
                if field and one.get(field.name) is not None:
                    counts[origin, one.layer, one.get(field.name)] += 1
    rows: list[Json] = []
    for name, layer in corpus.layers.items():
        field = label_field(layer)
        for place, label in enumerate(field.type.labels if field else ()):
            for origin in origins:
                count = counts[origin, name, label.name]
                if field and count:
                    panel = f"{layer.config}: {field.name.replace('_', ' ')}"
                    row = {"panel": panel, "label": label.title, "place": place}
                    rows.append({**row, "origin": origin, "count": count})
    return rows


def _labels(alt: Any, corpus: Corpus) -> Any:
    """How often each label of each layer's first label field occurs, by hand and by rule."""
    rows = _label_rows(corpus)
    if not rows:
        return None
    panels: dict[str, list[Json]] = {}
    for row in rows:
        panels.setdefault(row["panel"], []).append(row)
    origins = sorted({row["origin"] for row in rows})
    colour = alt.Color(
        "origin:N",
        title=None,
        scale=alt.Scale(domain=["hand", "rules"], range=[HAND, RULES]),
        legend=alt.Legend(orient="top", values=origins) if len(origins) > 1 else None,
    )
    charts = [
        alt.Chart(alt.Data(values=some), title=alt.Title(panel, fontSize=12))
        .mark_bar(height={"band": 0.8})
        .encode(
            y=alt.Y("label:N", sort=alt.SortField("place"), title=None),
            yOffset=alt.YOffset("origin:N", scale=alt.Scale(domain=origins)),
            x=alt.X("count:Q", title=None, axis=alt.Axis(tickCount=4, format="d")),
            color=colour,
        )
        .properties(width=190, height=alt.Step(14 // len(origins)))
        # Panels of like height share a row.
        for panel, some in sorted(panels.items(), key=lambda item: len({row["label"] for row in item[1]}))
    ]
    articles, by = len(corpus.articles), " and by ".join({"rules": "rule"}.get(o, o) for o in origins)
    return alt.concat(*charts, columns=3, spacing={"row": 22, "column": 22}).properties(
        title=alt.Title("Annotations by label", subtitle=f"{articles} articles, by {by}; copies count once"),
        description=f"Number of annotations by layer and label in {articles} articles, by {by}.",
    )


def _agreement(alt: Any, corpus: Corpus) -> Any:
    """F1 of the spans of two readings by layer, with intervals; None where there are no two."""
    passes = [corpus.root / "annotations" / "passes" / name for name in ("a", "b")]
    try:
        found = agreement(*passes) if all(path.is_dir() for path in passes) else {"layers": {}}
    except HasilaError:
        return None
    rows: list[Json] = []
    for layer, scores in found["layers"].items():
        for measure, shown in SPANS.items():
            spans = scores["spans"].get(measure)
            if spans and spans["f1"] is not None:
                low, high = spans["interval"] or (spans["f1"], spans["f1"])
                rows.append({"layer": layer, "measure": shown, "f1": spans["f1"], "low": low, "high": high})
    if not rows:
        return None
    floor = math.floor(10 * min(row["low"] for row in rows) - 0.5) / 10
    measures = list(SPANS.values())
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("layer:N", sort=list(found["layers"]), title=None),
        yOffset=alt.YOffset("measure:N", sort=measures),
        color=alt.Color(
            "measure:N", title=None, sort=measures, scale=alt.Scale(range=[HAND, "#b8321f", "#8a8577"])
        ),
    )
    x = alt.X("low:Q", title="F1", scale=alt.Scale(domain=[floor, 1]), axis=alt.Axis(tickCount=5))
    bars = base.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q")
    points = base.mark_point(filled=True, size=50, opacity=1).encode(x="f1:Q")
    about = "F1 of the spans of two readings, by layer, with 95 % bootstrap intervals"
    return (bars + points).properties(
        width=430,
        height=alt.Step(11),
        title=alt.Title("Agreement of two readings", subtitle=f"{about}; the axis starts at {floor}"),
        description=f"{about}.",
    )
