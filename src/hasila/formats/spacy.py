"""spaCy ``DocBin``: a ``Doc`` an article, a ``SpanGroup`` a layer, fields as extensions of ``Span``.

The documents have the corpus's own tokens, proclitics split off, and a token ends wherever a span begins or
ends: every span stands on whole tokens, and ``doc.text`` is the article to the last space. To read a file::

    import spacy
    from hasila.formats.spacy import register

    register()
    docs = spacy.tokens.DocBin().from_disk("train.spacy").get_docs(spacy.blank("ar").vocab)
    for span in next(docs).spans["entity"]:
        print(span.id_, span.label_, span.text, span._.ref)
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from hasila import schema
from hasila.annotation import Annotation
from hasila.atomic import write_file
from hasila.corpus import Article, Corpus
from hasila.errors import HasilaError, MissingExtra
from hasila.formats.fields import fields, main_label, way
from hasila.publish.tokens import tokenise
from hasila.schema import Layer

DATA = "hasila"
"""The key of ``doc.user_data``: ``article`` with its metadata, ``annotations`` with the fields by id."""


def library() -> Any:
    """The module ``spacy`` with its ``tokens``.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        import spacy
        import spacy.tokens
    except ImportError as error:
        raise MissingExtra("spacy", "formats") from error
    return spacy


def register(layers: Mapping[str, Layer] | None = None) -> None:
    """Give ``Span`` an extension for each field of ``layers``: ``span._.ref``, None where its layer has none.

    Raises:
        MissingExtra: spaCy is not installed.
    """
    span = library().tokens.Span
    for name in {field.name for layer in (layers or schema.layers()).values() for field in fields(layer)}:
        span.set_extension(name, getter=partial(_value, name), force=True)


def _value(name: str, span: Any) -> Any:
    return _listed(span.doc.user_data.get(DATA, {}).get("annotations", {}).get(span.id_, {}).get(name))


def _listed(value: Any) -> Any:
    """``value`` with lists where spaCy's reader of ``DocBin`` made tuples."""
    if isinstance(value, dict):
        return {key: _listed(part) for key, part in value.items()}
    return [_listed(part) for part in value] if isinstance(value, (list, tuple)) else value


def export(corpus: Corpus, origin: str, out: Path) -> list[str]:
    """Write ``<split>.spacy`` into ``out``.

    Raises:
        HasilaError: a span begins or ends with white space.
        MissingExtra: spaCy is not installed.
    """
    spacy = library()
    vocab = spacy.blank("ar").vocab
    bins: dict[str, Any] = {}
    for article in corpus.stream():
        doc = document(article, corpus.read_annotations(article.id, origin), corpus.layers, vocab)
        split = article.meta["split"]
        if split not in bins:
            bins[split] = spacy.tokens.DocBin(store_user_data=True)
        bins[split].add(doc)
    for split, found in bins.items():
        write_file(out / f"{split}.spacy", found.to_bytes())
    return [f"{len(corpus.relations(origin))} relations between figures"] if corpus.relations(origin) else []


def document(
    article: Article, annotations: Iterable[Annotation], layers: Mapping[str, Layer], vocab: Any
) -> Any:
    """An article as a spaCy ``Doc``.

    Raises:
        HasilaError: a span begins or ends with white space.
    """
    listed = list(annotations)
    cuts = {at for one in listed for span in _spans(one, layers[one.layer]) for at in span}
    words, spaces = tokens(article.text, cuts)
    doc = library().tokens.Doc(vocab, words=words, spaces=spaces)
    assert doc.text == article.text
    meta = {"id": article.id, **article.meta}
    doc.user_data[DATA] = {
        "article": meta,
        "annotations": {one.id: {**one.fields, **one.rest} for one in listed},
    }
    for name, layer in layers.items():
        group = []
        main = main_label(layer)
        for one in listed:
            if one.layer != name:
                continue
            label = str(one[main.name]) if main else name
            span = doc.char_span(one.start, one.end, label=label, span_id=one.id)
            if span is None:
                raise HasilaError(f"{article.id}: {one.id} begins or ends with white space; no token does")
            group.append(span)
        doc.spans[name] = group
    return doc


def _spans(one: Annotation, layer: Layer) -> Iterator[tuple[int, int]]:
    """The span of an annotation, and those of the pieces of text that its fields point to."""
    yield one.span
    for field in fields(layer):
        value = one.get(field.name)
        if value and way(field.type) in ("span", "spans"):
            for part in value if isinstance(value, list) else [value]:
                yield part["start"], part["end"]


def tokens(text: str, cuts: Iterable[int]) -> tuple[list[str], list[bool]]:
    """spaCy's words and spaces that make up ``text``; what no token has, such as a line break, is a word."""
    at = sorted(set(cuts))
    words: list[str] = []
    spaces: list[bool] = []

    def between(start: int, end: int) -> None:
        if start < end and words and text[start] == " " and not spaces[-1]:
            spaces[-1] = True
            start += 1
        inner = at[bisect_right(at, start) : bisect_left(at, end)]
        edges = [start, *inner, end] if start < end else []
        for first, last in pairwise(edges):
            words.append(text[first:last])
            spaces.append(False)

    done = 0
    for start, end in tokenise(text, cuts):
        between(done, start)
        words.append(text[start:end])
        spaces.append(False)
        done = end
    between(done, len(text))
    return words, spaces
