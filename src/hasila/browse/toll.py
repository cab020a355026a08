"""The chart of the toll: the claims of the fullest categories over time, by side and source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from hasila.browse.claims import JOINED, Claim, claims, labels, side_name
from hasila.browse.timeline import bounds, day_name
from hasila.corpus import Corpus

Json = dict[str, Any]

SHOWN = 3
"""Categories that are shown: those with the most claims."""
MOST = 60
"""Claims that a panel shows, the latest: more do not fit a page."""
PALETTE = ("#b8321f", "#2b6ca3", "#96741a", "#5d584e", "#2f7d4f", "#7a4fa3", "#23808a", "#b23b6b")
BRIEF = {"several": "few", "tens": "10s", "hundreds": "100s", "thousands": "1000s"}
STANCES = {"deny": "not ", "decline": "? "}
SIGNS = (
    "Bars: ranges (≈ as ±10 %); arrows: open bounds; hollow: superseded; not: denied; ?: neither confirmed "
    "nor denied; red lines: contradicts or denies; grey: updates"
)
TICKS = [step * 10**power for power in range(16) for step in (1, 3)]


def chart(alt: Any, corpus: Corpus) -> Any:
    """The chart, of the hand layer or else of the rules; None where no claim has a date."""
    dated = ([c for c in claims(corpus, origin) if c.date] for origin in ("hand", "rules"))
    made = next(filter(None, dated), [])
    if not made:
        return None
    titles = labels("category")
    fullest = [name for name, _ in Counter(c.fields["category"] for c in made).most_common(SHOWN)]
    by_date = sorted(made, key=lambda c: str(c.date))
    latest = {name: [c for c in by_date if c.fields["category"] == name][-MOST:] for name in fullest}
    some = [c for claims_of in latest.values() for c in claims_of]
    colour = _colour(alt, corpus, made, some)
    panels = [_panel(alt, titles[name], latest[name], corpus, colour) for name in fullest]
    years = sorted({str(c.date)[:4] for c in some})
    signed = sorted({(len(c.sigil), c.sigil, c.voice) for c in some})
    key = [f"{sigil} {voice}" for _, sigil, voice in signed]
    lines = [" · ".join(key[k : k + 5]) for k in range(0, len(key), 5)]
    cut = [f"The latest {MOST} of a category"] if any(len(c) == MOST for c in latest.values()) else []
    below = [alt.hconcat(*panels[1:], spacing=30)] if panels[1:] else []
    title = f"Who says how many, as of when ({'–'.join(dict.fromkeys((years[0], years[-1])))})"
    return (
        alt.vconcat(panels[0], *below, spacing=18)
        .resolve_scale(color="shared")
        .properties(
            title=alt.Title(title, subtitle=[SIGNS, *cut, *lines]),
            description="Claimed counts by date, side and source, on a log scale, for the categories with "
            f"the most claims: {', '.join(titles[name].lower() for name in fullest)}.",
        )
    )


def _colour(alt: Any, corpus: Corpus, made: Sequence[Claim], some: Sequence[Claim]) -> Any:
    """A colour for each side, the same as on the site's timeline."""
    order = [side for side, _ in Counter(c.fields["side"] for c in made).most_common()]
    shown = {c.fields["side"] for c in some}
    palette = {side_name(corpus, s): PALETTE[k % len(PALETTE)] for k, s in enumerate(order) if s in shown}
    scale = alt.Scale(domain=list(palette), range=list(palette.values()))
    return alt.Color("side:N", title=None, scale=scale, legend=alt.Legend(orient="top"))


def _row(claim: Claim, slot: int, corpus: Corpus) -> Json:
    low, point, high, side = bounds(claim)
    return {
        "slot": slot,
        "day": day_name(str(claim.date))[:-5],
        "low": max(low, 1),
        "value": max(point, 1),
        "high": max(high, 1),
        "open": side,
        "side": side_name(corpus, claim.fields["side"]),
        "source": claim.sigil,
        "shown": STANCES.get(claim.fields.get("stance") or "", "") + BRIEF.get(claim.shown, claim.shown),
        "old": claim.superseded,
    }


def _joined(ordered: Sequence[Claim], rows: Sequence[Json]) -> list[Json]:
    """A row for each relation between two claims of the panel."""
    places: Mapping[Any, Json] = {c.ends: row for c, row in zip(ordered, rows, strict=True)}
    found = []
    for claim in ordered:
        for link in claim.relations:
            other = places.get((link.article, link.id))
            if link.outgoing and other and link.type in JOINED:
                here = places[claim.ends]
                row = {"slot": here["slot"], "value": here["value"], "type": link.type}
                found.append({**row, "x2": other["slot"], "y2": other["value"]})
    return found


def _panel(alt: Any, title: str, some: Sequence[Claim], corpus: Corpus, colour: Any) -> Any:
    ordered = sorted(some, key=lambda c: (c.date, c.fields["side"] or "", bounds(c)[1], c.ends))
    rows = [_row(claim, slot, corpus) for slot, claim in enumerate(ordered)]
    days = [row for k, row in enumerate(rows) if not k or row["day"] != rows[k - 1]["day"]]
    size = len(rows)
    across = alt.Scale(domain=[-0.8, size - 0.2], nice=False)
    ends = [max(0.8, min(r["low"] for r in rows) * 0.6), max(r["high"] for r in rows) * 1.8]
    up = alt.Scale(type="log", nice=False, domain=ends)
    axis = alt.Axis(values=TICKS, format="~s")
    x = alt.X("slot:Q", axis=None, scale=across)
    y = alt.Y("value:Q", title=title.lower(), scale=up, axis=axis)
    low = alt.Y("low:Q", title=title.lower(), scale=up, axis=axis)
    base, day = alt.Chart(alt.Data(values=rows)).encode(x=x), alt.Chart(alt.Data(values=days))
    marks = base.encode(y=y)
    against = alt.condition("datum.type == 'UPDATES'", alt.value("#8a8577"), alt.value("#d0402a"))
    dashed = alt.condition(
        "datum.type == 'DENIES' || datum.type == 'DECLINES'", alt.value([2, 3]), alt.value([1, 0])
    )
    on_disc = alt.condition("datum.old", alt.value("#22201c"), alt.value("white"))
    layers = [
        day.mark_rule(color="#b9b3a3", strokeDash=[2, 3])
        .transform_calculate(edge="datum.slot - 0.5")
        .encode(x=alt.X("edge:Q", axis=None, scale=across)),
        day.mark_text(align="left", baseline="top", dx=-8, fontSize=10, color="#5d584e").encode(
            x=x, y=alt.value(174), text="day:N"
        ),
        alt.Chart(alt.Data(values=_joined(ordered, rows)))
        .mark_rule(opacity=0.7)
        .encode(x=x, y=y, x2="x2:Q", y2="y2:Q", color=against, strokeDash=dashed),
        base.mark_rule(strokeWidth=4, opacity=0.4).encode(y=low, y2="high:Q", color=colour),
        marks.transform_filter("datum.open == 'up'").mark_text(text="↑", dy=-14, fontSize=14),
        marks.transform_filter("datum.open == 'down'").mark_text(text="↓", dy=15, fontSize=14),
        marks.mark_circle(size=170, opacity=1, strokeWidth=1.5, fill="white").encode(stroke=colour),
        marks.transform_filter("!datum.old").mark_circle(size=170, opacity=1).encode(color=colour),
        marks.mark_text(fontSize=9, fontWeight="bold").encode(text="source:N", color=on_disc),
        marks.transform_filter("length(datum.shown) <= 7")
        .mark_text(dy=15, fontSize=10)
        .encode(text="shown:N"),
        marks.transform_filter("length(datum.shown) > 7")
        .mark_text(dy=-16, fontSize=10)
        .encode(text="shown:N"),
    ]
    return alt.layer(*layers).properties(width=(26 if size > 20 else 34) * max(size, 6), height=170)
