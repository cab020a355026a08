"""IOB2 columns of entities, timexes and numbers, on the tokens of the published config ``tokens``.

``conll2003/<split>.txt`` has CoNLL-2003's four columns with one flat tag: of spans that overlap, the longest.
``wojood/<split>.txt`` has the token and a tag column a type, as Wojood's nested tagger reads it; a further
column of a type holds its spans that lie in longer ones of the same type. Tags are the labels of the schema,
in capitals: ``B-GPE``, ``B-DATE``, ``B-CARDINAL``. A sentence ends with a blank line.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hasila.annotation import Annotation
from hasila.atomic import write_file
from hasila.corpus import Article, Corpus
from hasila.errors import HasilaError
from hasila.formats.fields import complete, main_label
from hasila.formats.merge import NEW, Found
from hasila.publish.tokens import token_rows
from hasila.schema import Layer

Span = tuple[int, int]
Tagged = tuple[str, int, int]
"""A tag without its letter, and a span."""

LAYERS = ("entity", "timex", "number")
FLAT, NESTED = "conll2003", "wojood"
START = "-DOCSTART- -X- -X- O"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's tokens, as spans of the article, and by id the tagged spans that lie in it.

    A tagged span runs from the start of a token to the end of one; signs that no token has are outside.
    """

    tokens: list[Span]
    spans: dict[str, Tagged]


def tag_of(layers: Mapping[str, Layer]) -> dict[str, tuple[str, str]]:
    """Every tag by name, in schema order: its layer and main label."""
    found: dict[str, tuple[str, str]] = {}
    for name in LAYERS:
        main = main_label(layers[name])
        assert main is not None
        found |= {label.upper(): (name, label) for label in main.type.label_names}
    return found


def _tag(one: Annotation, layers: Mapping[str, Layer]) -> str:
    main = main_label(layers[one.layer])
    assert main is not None
    return str(one[main.name]).upper()


def sentences(article: Article, annotations: Sequence[Annotation], corpus: Corpus) -> list[Sentence]:
    """The sentences that have tags, in order; boilerplate and copies are left out."""
    marked = sorted((one for one in annotations if one.layer in LAYERS), key=lambda one: one.start)
    at = [one.start for one in marked]
    found = []
    for row in token_rows(article, annotations, corpus.layers):
        starts, ends = row["starts"], row["ends"]
        one = Sentence(list(zip(starts, ends, strict=True)), {})
        for inside in marked[bisect_left(at, row["start"]) : bisect_left(at, row["end"])]:
            first, behind = bisect_left(starts, inside.start), bisect_right(ends, inside.end)
            if first < behind:
                one.spans[inside.id] = _tag(inside, corpus.layers), starts[first], ends[behind - 1]
        found.append(one)
    return found


def tags(tokens: Sequence[Span], spans: Iterable[Tagged]) -> tuple[list[str], list[Tagged]]:
    """One tag a token, and the spans without a place: the longest stay, then the earlier ones."""
    found = ["O"] * len(tokens)
    left = []
    starts, ends = [start for start, _ in tokens], [end for _, end in tokens]
    for name, start, end in sorted(set(spans), key=lambda s: (s[1] - s[2], s[1], s[0])):
        first, behind = bisect_left(starts, start), bisect_right(ends, end)
        if all(tag == "O" for tag in found[first:behind]):
            found[first:behind] = [f"B-{name}", *[f"I-{name}"] * (behind - first - 1)]
        else:
            left.append((name, start, end))
    return found, left


def levels(sentence: Sentence, name: str) -> list[list[str]]:
    """The columns of one tag: the longest spans first, in the next column what lies in them, and so on."""
    found: list[list[str]] = []
    left = [span for span in sentence.spans.values() if span[0] == name]
    while left or not found:
        column, left = tags(sentence.tokens, left)
        found.append(column)
    return found


def export(corpus: Corpus, origin: str, out: Path) -> list[str]:
    """Write both forms, a file a split, into ``out``.

    Raises:
        HasilaError: no sentence has a span, so that every tag would be ``O``.
    """
    flat_rows: dict[str, list[str]] = {}
    nested: dict[str, list[Sentence]] = {}
    texts: dict[str, list[Article]] = {}
    for article in corpus.articles.values():
        split = article.meta["split"]
        found = sentences(article, corpus.read_annotations(article.id, origin), corpus)
        nested.setdefault(split, []).extend(found)
        texts.setdefault(split, []).extend([article] * len(found))
        rows = flat_rows.setdefault(split, [])
        rows += [START, ""]
        for one in found:
            words = [article.text[start:end] for start, end in one.tokens]
            column, _ = tags(one.tokens, one.spans.values())
            rows += [f"{word} -X- -X- {tag}" for word, tag in zip(words, column, strict=True)] + [""]
    every = [name for found in nested.values() for one in found for name in one.spans]
    if not every:
        raise HasilaError(
            f"{corpus.root}: no {', '.join(LAYERS)} of origin {origin}: every tag would be O; annotate first"
        )
    columns = _columns(corpus, [one for found in nested.values() for one in found])
    for split, found in nested.items():
        write_file(out / FLAT / f"{split}.txt", "\n".join(flat_rows[split]) + "\n")
        write_file(out / NESTED / f"{split}.txt", _nested(found, texts[split], columns))
    shown = sum(row.split(" ")[-1][0] == "B" for rows in flat_rows.values() for row in rows if row)
    return [
        f"{len(every) - shown} of {len(every)} spans in {FLAT}/: they lie in or across longer ones",
        "all other layers, and every field but the type",
    ]


def _columns(corpus: Corpus, found: Iterable[Sentence]) -> dict[str, int]:
    """How many columns each tag needs: one, or more where its spans nest."""
    columns = dict.fromkeys(tag_of(corpus.layers), 1)
    for one in found:
        for name in {span[0] for span in one.spans.values()}:
            columns[name] = max(columns[name], len(levels(one, name)))
    return columns


def _nested(found: Iterable[Sentence], articles: Iterable[Article], columns: Mapping[str, int]) -> str:
    parts = []
    for one, article in zip(found, articles, strict=True):
        wide: list[list[str]] = []
        for name, count in columns.items():
            own = levels(one, name)
            wide += own + [["O"] * len(one.tokens)] * (count - len(own))
        for at, (start, end) in enumerate(one.tokens):
            parts.append(" ".join([article.text[start:end], *(column[at] for column in wide)]))
        parts.append("")
    return "\n".join(parts) + "\n"


def read(folder: Path, corpus: Corpus, origin: str) -> Iterator[tuple[str, Found]]:
    """Yield what ``wojood/<split>.txt`` says, by article.

    Ids are not in the file: a span that the corpus has keeps its annotation, with all fields; one that is new
    takes the annotation of its tag that it overlaps and that is there no more, as moved; else it is new.

    Raises:
        HasilaError: a file has other sentences than the corpus, or a tag that the schema lacks.
    """
    known = tag_of(corpus.layers)
    by_split: dict[str, list[Article]] = {}
    for article in corpus.articles.values():
        by_split.setdefault(article.meta["split"], []).append(article)
    for split, articles in by_split.items():
        path = folder / NESTED / f"{split}.txt"
        if not path.is_file():
            continue
        blocks = _blocks(path)
        for article in articles:
            present = corpus.read_annotations(article.id, origin)
            spans: set[Tagged] = set()
            shown: dict[str, Tagged] = {}
            for one in sentences(article, present, corpus):
                block = next(blocks, None)
                if block is None:
                    raise HasilaError(f"{path}: ends before the sentences of {article.id}; export it again")
                shown.update(one.spans)
                spans.update(_read_sentence(path, block, one, article, known))
            yield article.id, _found(article, present, spans, shown, corpus)
        if (left := next(blocks, None)) is not None:
            raise HasilaError(f"{path}:{left[0][0]}: a sentence more than the corpus has; export it again")


Block = list[tuple[int, list[str]]]


def _blocks(path: Path) -> Iterator[Block]:
    """The sentences of a file: numbered rows of columns."""
    block: Block = []
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise HasilaError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    for number, row in enumerate(text.split("\n"), start=1):
        if row.strip():
            block.append((number, row.split()))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _read_sentence(
    path: Path, block: Block, sentence: Sentence, article: Article, known: Mapping[str, Any]
) -> Iterator[Tagged]:
    """Yield the tagged spans of one sentence; its tokens may be cut otherwise than the corpus's."""
    if not sentence.tokens:
        return
    at, end = sentence.tokens[0][0], sentence.tokens[-1][1]
    starts = [start for start, _ in sentence.tokens]
    ends = [end for _, end in sentence.tokens]

    def skips(first: int, behind: int) -> bool:
        """Whether a token, or part of one, stands between."""
        return bisect_left(starts, behind) > bisect_right(ends, first)

    places: list[Span] = []
    for number, row in block:
        start = article.text.find(row[0], at, end)
        if start < 0 or skips(at, start):
            raise HasilaError(
                f"{path}:{number}: {row[0]!r} is not what follows in {article.id}; the file must have the "
                "corpus's sentences in its order, as exported"
            )
        places.append((start, start + len(row[0])))
        at = start + len(row[0])
    if skips(at, end):
        raise HasilaError(
            f"{path}:{block[-1][0]}: a sentence of {article.id} ends too early; export it again"
        )
    for column in range(1, max(len(row) for _, row in block)):
        open_: tuple[str, int, int] | None = None
        for (start, stop), (number, row) in zip(places, block, strict=True):
            tag = row[column] if column < len(row) else "O"
            letter, _, name = tag.partition("-")
            if tag != "O" and (letter not in "BI" or name not in known):
                raise HasilaError(
                    f"{path}:{number}: {tag!r} is no tag (there are B- and I- {', '.join(known)})"
                )
            if letter == "I" and open_ is not None and open_[0] == name:
                open_ = name, open_[1], stop
                continue
            if letter == "I":
                raise HasilaError(
                    f"{path}:{number}: {tag!r} follows no B-{name}; IOB2 begins every span with B"
                )
            if open_ is not None:
                yield open_
            open_ = (name, start, stop) if letter == "B" else None
        if open_ is not None:
            yield open_


def _found(
    article: Article,
    present: Sequence[Annotation],
    spans: set[Tagged],
    shown: Mapping[str, Tagged],
    corpus: Corpus,
) -> Found:
    """Match the spans of a file to the annotations of the corpus."""
    known = tag_of(corpus.layers)
    left = {one.id: one for one in present if one.id in shown}
    by_span: dict[Tagged, list[Annotation]] = {}
    for one in left.values():
        by_span.setdefault(shown[one.id], []).append(one)
    lines = []
    fresh: list[Tagged] = []
    for span in sorted(spans, key=lambda s: (s[1], -s[2])):
        if span in by_span:
            lines += [left.pop(one.id).to_dict() for one in by_span[span]]
        else:
            fresh.append(span)
    found = Found(lines, covers=shown.keys())
    for tag, start, end in fresh:
        layer, label = known[tag]
        main = main_label(corpus.layers[layer])
        assert main is not None
        rivals = [one for one in left.values() if one.layer == layer and one.start < end and start < one.end]
        nearest = min(rivals, key=lambda one: abs(one.start - start) + abs(one.end - end), default=None)
        own = left.pop(nearest.id).to_dict() if nearest else {"id": f"{NEW}{tag}{start}-{end}"}
        line = complete(
            corpus.layers[layer], own | {main.name: label, "start": start, "end": end}, article.text
        )
        lines.append(line)
        if nearest is None:
            what = f"{article.id}: {tag} {article.text[start:end]!r} at {start}"
            found.remarks.append(f"{what} is new; columns carry its type alone, so fill in its other fields")
    return found
