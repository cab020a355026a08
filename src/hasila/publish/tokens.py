"""The rows of ``tokens``: a sentence a row, one IOB2 column an entity type."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import regex

from hasila.annotation import Annotation
from hasila.arabic.analysis import analyse
from hasila.arabic.normal import fold
from hasila.arabic.words import separate
from hasila.corpus import Article
from hasila.publish.shapes import tag_columns
from hasila.publish.tables import Row, Sentences
from hasila.schema import Layer

Span = tuple[int, int]

LEFT_OUT = "boilerplate"
"""The zone type in which nothing is annotated."""

_GRAPHEME = regex.compile(r"\X")


def tokenise(text: str, cuts: Iterable[int] = ()) -> list[Span]:
    """The tokens of ``text``: words with their certain proclitics split off, and every other visible sign.

    ``cuts`` are further places at which a word is split. White space is in no token, nor are tatweel,
    bidi controls and zero-width signs that stand outside words.
    """
    analysis = analyse(text)
    wanted = set(cuts)
    found: list[Span] = []
    done = 0
    for start, end in analysis.words:
        first, last = analysis.normal.raw(start, end)
        _signs(text, done, first, found)
        inner = {first, last}
        for cut in separate(analysis.form[start:end]):
            inner.add(analysis.normal.raw(start + cut, end)[0])
        if wanted:
            inner.update(at for at in range(first + 1, last) if at in wanted)
        found += pairwise(sorted(inner))
        done = last
    _signs(text, done, len(text), found)
    return found


def _signs(text: str, start: int, end: int, found: list[Span]) -> None:
    """Append the visible signs between two words: punctuation, symbols, emoji, other scripts."""
    if start >= end:
        return
    for sign in _GRAPHEME.finditer(text, start, end):
        if fold(sign[0]).strip():
            found.append(sign.span())


def iob(tokens: Sequence[Span], spans: Iterable[Span]) -> tuple[list[str], list[Span]]:
    """IOB2 tags of ``spans`` over ``tokens``, and the spans that they cannot hold, as ranges of tokens.

    One column holds one level: of spans that overlap, the longest stays, then the earlier one.
    """
    tags = ["O"] * len(tokens)
    inner: list[Span] = []
    starts, ends = [start for start, _ in tokens], [end for _, end in tokens]
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        first, behind = bisect_left(starts, start), bisect_right(ends, end)
        if first == behind:
            continue
        if all(tag == "O" for tag in tags[first:behind]):
            tags[first:behind] = ["B", *["I"] * (behind - first - 1)]
        else:
            inner.append((first, behind))
    return tags, inner


def _whole(sentences: Sequence[Span], spans: Iterable[Span]) -> Iterator[Span]:
    """Sentences, joined where a span runs over the end of one."""
    reach = sorted(spans)
    at = 0
    far = 0
    open_start: int | None = None
    for start, end in sentences:
        open_start = start if open_start is None else open_start
        while at < len(reach) and reach[at][0] < end:
            far = max(far, reach[at][1])
            at += 1
        if far <= end:
            yield open_start, end
            open_start = None
    if open_start is not None:
        yield open_start, sentences[-1][1]


def token_rows(
    article: Article, annotations: Iterable[Annotation], layers: Mapping[str, Layer]
) -> Iterator[Row]:
    """Yield the sentences of an article, without boilerplate and copies: nothing is annotated there."""
    ordered = list(annotations)
    columns = tag_columns(layers)
    zones = sorted((one for one in ordered if one.layer == "zone"), key=lambda one: one.start)
    marked: dict[str, list[Span]] = {
        name: [
            one.span for one in ordered if one.layer == layer and (kind is None or one.fields["type"] == kind)
        ]
        for name, (layer, kind) in columns.items()
    }
    spans = [span for group in marked.values() for span in group]
    cuts = {at for span in spans for at in span}
    tokens = tokenise(article.text, cuts)
    sentences = list(_whole(Sentences(article.text).spans, spans))
    starts = [start for start, _ in sentences]
    held: dict[tuple[str, int], list[Span]] = defaultdict(list)
    for name, group in marked.items():
        for span in group:
            held[name, bisect_right(starts, span[0]) - 1].append(span)
    token, zone = 0, 0
    for number, (start, end) in enumerate(sentences):
        while token < len(tokens) and tokens[token][1] <= start:
            token += 1
        first = token
        while token < len(tokens) and tokens[token][0] < end:
            token += 1
        while zone < len(zones) and zones[zone].end <= start:
            zone += 1
        home = zones[zone] if zone < len(zones) and zones[zone].start < end else None
        if home is not None and (home.get("copy_of") or home.fields["type"] == LEFT_OUT):
            continue
        here = tokens[first:token]
        tags = {name: iob(here, held[name, number]) for name in columns}
        yield {
            "article": article.id,
            "sentence": number,
            "zone": home.id if home else None,
            "zone_type": home.fields["type"] if home else None,
            "start": start,
            "end": end,
            "text": article.text[start:end],
            "tokens": [article.text[a:b] for a, b in here],
            "starts": [a for a, _ in here],
            "ends": [b for _, b in here],
            **{name: column for name, (column, _) in tags.items()},
            "inner": [
                {"column": name, "start": start, "end": end}
                for name, (_, inner) in tags.items()
                for start, end in sorted(inner)
            ],
        }
