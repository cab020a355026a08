"""A file to read: every miss, every spurious annotation, every wrong field, in its sentence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Any

from hasila.annotation import Annotation
from hasila.arabic.sentences import sentence_spans
from hasila.evaluate.measures import Compared, Comparison
from hasila.schema import Field, Type
from hasila.terminal import isolate


class _Text:
    """One article: the line and the sentence of a position."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sentences = sentence_spans(text)
        self.starts = [start for start, _ in self.sentences]

    def line(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1

    def quote(self, annotation: Annotation) -> str:
        """The sentence with the annotation in bold; a longer annotation stands by itself."""
        k = bisect_right(self.starts, annotation.start) - 1
        start, end = self.sentences[k] if k >= 0 else annotation.span
        if annotation.end > end or annotation.start < start:
            start, end = annotation.span
        parts = (start, annotation.start), annotation.span, (annotation.end, end)
        before, marked, after = (_plain(self.text[a:b]) for a, b in parts)
        return isolate(f"{before}**{marked}**{after}")


def _plain(text: str) -> str:
    return re.sub(r"([*_`\\\[\]<>#|])", r"\\\1", " ".join(text.split("\n")))


def error_report(comparison: Comparison, texts: Mapping[str, str], gold: str, predicted: str) -> str:
    """Markdown: layer by layer, article by article, in the order of the text.

    ``texts`` holds the articles by id, ``gold`` and ``predicted`` are how the sides are called.
    """
    pages = {article: _Text(texts[article]) for article in comparison.articles}
    out = [
        "# Errors",
        "",
        f"{predicted} against {gold}. *Missed* stands only in gold, *spurious* only in what was predicted; "
        "*wrong* is in both, with other fields or another span.",
        "",
    ]
    for name, c in comparison.layers.items():
        missed, spurious = c.alone
        wrong = [(x, y, found) for x, y in c.pairs if (found := list(_differences(comparison, c, x, y)))]
        out += [
            f"## {name}",
            "",
            f"{len(missed)} missed, {len(spurious)} spurious, {len(wrong)} of {len(c.pairs)} matched wrong.",
            "",
        ]
        entries = [(x, "missed", _label(c, x)) for x in missed]
        entries += [(y, "spurious", _label(c, y)) for y in spurious]
        entries += [(x, "wrong", "; ".join(found)) for x, _, found in wrong]
        entries.sort(key=lambda e: (comparison.articles.index(e[0].article or ""), e[0].start, e[0].end))
        for x, kind, told in entries:
            page = pages[x.article or ""]
            out.append(f"- `{x.article}:{page.line(x.start)}` **{kind}** {told}  ")
            out.append(f"  {page.quote(x)}")
        out.append("")
    return "\n".join(out)


def _label(c: Compared, annotation: Annotation) -> str:
    """The labels and bounds of an annotation, so that the entry stands by itself."""
    shown = [
        f"{f.name} {annotation.get(f.name)}"
        for f in c.layer.fields
        if f.type.kind in ("label", "int") and annotation.get(f.name) is not None
    ]
    return f"({', '.join(shown)})" if shown else ""


def _differences(comparison: Comparison, c: Compared, x: Annotation, y: Annotation) -> Iterator[str]:
    if x.span != y.span:
        yield f"span: {isolate(_short(x.text))} → {isolate(_short(y.text))}"
    for one in c.layer.fields:
        inner = one.type.item
        if inner is not None and inner.kind == "struct" and inner.name != "span":
            same = comparison.members("a", x, one) == comparison.members("b", y, one)
        elif one.name in c.values:
            same = comparison.value("a", x, one) == comparison.value("b", y, one)
        else:
            same = x.get(one.name) == y.get(one.name)
        if not same:
            yield f"{one.name}: {_told(comparison, 'a', x, one)} → {_told(comparison, 'b', y, one)}"


def _told(comparison: Comparison, side: str, annotation: Annotation, one: Field) -> str:
    def words(value: Any, kind: Type) -> str:
        if isinstance(value, list):
            assert kind.item is not None
            return ", ".join(words(v, kind.item) for v in value) or "none"
        if isinstance(value, Mapping) and kind.name == "span":
            return isolate(_short(value["text"]))
        if isinstance(value, Mapping):
            return " ".join(words(value.get(f.name), f.type) for f in kind.fields)
        if value is None:
            return "none"
        if kind.name == "annotationId":
            return isolate(_short(comparison.text_of(side, annotation.article, value)))
        return _plain(str(value))

    return words(annotation.get(one.name), one.type)


def _short(text: str) -> str:
    return _plain(text if len(text) <= 60 else f"{text[:28]} … {text[-28:]}")
