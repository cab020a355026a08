"""IOB2 columns of entities, timexes and numbers, on the tokens of the published config ``tokens``.

``conll2003/<split>.txt`` has CoNLL-2003's four columns with one flat tag: of spans that overlap, the longest.
``wojood/<split>.txt`` has the token and a tag column a type, as Wojood's nested tagger reads it; a further
column of a type holds its spans that lie in longer ones of the same type. Tags are the labels of the schema,
in capitals: ``B-GPE``, ``B-DATE``, ``B-CARDINAL``. A sentence ends with a blank line.
"""

from __future__ import annotations

from collections import Counter
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
from hasila.publish.tokens import iob, token_rows
from hasila.schema import Layer

Span = tuple[int, int]
Tagged = tuple[str, int, int]
"""A tag without its letter, and a span."""

LAYERS = ("entity", "timex", "number")
FLAT, NESTED = "conll2003", "wojood"
START = "-DOCSTART- -X- -X- O"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's tokens, as spans of the article, and the tagged spans that lie in it."""

    tokens: list[Span]
    spans: list[Tagged]


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
    spans = [(_tag(one, corpus.layers), *one.span) for one in annotations if one.layer in LAYERS]
    found = []
    for row in token_rows(article, annotations, corpus.layers):
        inside = sorted({s for s in spans if row["start"] <= s[1] and s[2] <= row["end"]})
        found.append(Sentence(list(zip(row["starts"], row["ends"], strict=True)), inside))
    return found


def flat(sentence: Sentence) -> list[str]:
    """One tag a token: of overlapping spans the longest, then the earlier one."""
    names = {span[1:]: span[0] for span in reversed(sentence.spans)}
    letters, _ = iob(sentence.tokens, names)
    kept = _spans(sentence.tokens, letters)
    tags = ["O"] * len(letters)
    for first, behind in kept:
        name = names[sentence.tokens[first][0], sentence.tokens[behind - 1][1]]
        tags[first:behind] = [f"B-{name}", *[f"I-{name}"] * (behind - first - 1)]
    return tags


def levels(sentence: Sentence, name: str) -> list[list[str]]:
    """The columns of one tag: the longest spans first, in the next column what lies in them, and so on."""
    found = []
    left = [(start, end) for tag, start, end in sentence.spans if tag == name]
    while left or not found:
        letters, _ = iob(sentence.tokens, left)
        found.append([letter if letter == "O" else f"{letter}-{name}" for letter in letters])
        kept = {
            (sentence.tokens[first][0], sentence.tokens[behind - 1][1])
            for first, behind in _spans(sentence.tokens, letters)
        }
        if not kept:
            break
        left = [span for span in left if span not in kept]
    return found


def _spans(tokens: Sequence[Span], letters: Sequence[str]) -> Iterator[Span]:
    """The ranges of tokens that IOB2 letters mark."""
    first = None
    for at, letter in enumerate([*letters, "O"]):
        if letter[0] != "I" and first is not None:
            yield first, at
            first = None
        if letter[0] == "B":
            first = at


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
            rows += [f"{word} -X- -X- {tag}" for word, tag in zip(words, flat(one), strict=True)] + [""]
    every = [span for found in nested.values() for one in found for span in one.spans]
    if not every:
        raise HasilaError(
            f"{corpus.root}: no {', '.join(LAYERS)} of origin {origin}, so every tag would be O; annotate first"
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
        for name in {span[0] for span in one.spans}:
            columns[name] = max(columns[name], len(levels(one, name)))
    return columns


def _nested(found: Iterable[Sentence], articles: Iterable[Article], columns: Mapping[str, int]) -> str:
    parts = []
    for one, article in zip(found, articles, strict=True):
        tags: list[list[str]] = []
        for name, count in columns.items():
            own = levels(one, name)
            tags += own + [["O"] * len(one.tokens)] * (count - len(own))
        for at, (start, end) in enumerate(one.tokens):
            parts.append(" ".join([article.text[start:end], *(column[at] for column in tags)]))
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
            shown: set[Tagged] = set()
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
    for number, row in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
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
    places: list[Span] = []
    for number, row in block:
        start = article.text.find(row[0], at, end)
        if start < 0 or any(a < start and b > at for a, b in sentence.tokens):
            raise HasilaError(
                f"{path}:{number}: {row[0]!r} is not what follows in {article.id}; the file must have the "
                "corpus's sentences in its order, as exported"
            )
        places.append((start, start + len(row[0])))
        at = start + len(row[0])
    if any(a < end and b > at for a, b in sentence.tokens):
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
    article: Article, present: Sequence[Annotation], spans: set[Tagged], shown: set[Tagged], corpus: Corpus
) -> Found:
    """Match the spans of a file to the annotations of the corpus."""
    known = tag_of(corpus.layers)
    carried = [
        one for one in present if one.layer in LAYERS and (_tag(one, corpus.layers), *one.span) in shown
    ]
    left = {one.id: one for one in carried}
    lines = []
    fresh: list[Tagged] = []
    for span in sorted(spans, key=lambda s: (s[1], -s[2])):
        same = [one for one in left.values() if (_tag(one, corpus.layers), *one.span) == span]
        if same:
            lines += [left.pop(one.id).to_dict() for one in same]
        else:
            fresh.append(span)
    found = Found(lines, covers={one.id for one in carried})
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
            what = f"{tag} {article.text[start:end]!r} at {start}"
            found.remarks.append(f"{what} is new; columns carry its type alone, so fill in its other fields")
    return found
