"""Wire copy: passages that articles share, with their offsets in both.

Sentences that nearly agree are found by MinHash (``rensa``); from them the two articles are aligned word by
word in the normal form: shared shingles, extended, joined over small edits. A passage leads to the earliest
article that has it, so ten outlets with one report are a star, not 45 pairs, and the work stays near-linear.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Protocol

from hasila.arabic import Analysis, analyse
from hasila.corpus import Corpus, read_lines, write_lines
from hasila.errors import HasilaError, MissingExtra

NAME = "wire"
"""The table: ``annotations/wire.jsonl`` of a corpus, ``wire.parquet`` beside annotated Parquet."""
LEAST = 10
"""Words that a passage has in common, at least."""
SHINGLE = 4
"""Words that agree in a row, at least."""
GAP = 6
"""Words of an edit over which two agreeing pieces are one passage."""
WINDOW = 200_000
"""Articles that are remembered; of these, half at least are the latest."""

_PERMUTATIONS, _BANDS = 64, 16
_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of an article that stands in an earlier one: spans in code points, half-open.

    ``words`` agree; ``share`` is their part of the words of the longer span, 1.0 where it is word for word.
    """

    article: str
    start: int
    end: int
    of_article: str
    of_start: int
    of_end: int
    words: int
    share: float


class Text(Protocol):
    """What has an id and a text: an article of a corpus, a record of a file."""

    @property
    def id(self) -> str:
        """The id."""

    @property
    def text(self) -> str:
        """The raw text."""


class _Generation:
    """Sentences by their MinHash, and the texts that they stand in."""

    def __init__(self) -> None:
        try:
            from rensa import RMinHashLSH
        except ImportError:
            raise MissingExtra("rensa", "stream") from None
        self.index = RMinHashLSH(threshold=0.5, num_perm=_PERMUTATIONS, num_bands=_BANDS)
        self.owner: list[str] = []
        self.texts: dict[str, str] = {}


def find_passages(articles: Iterable[Text], window: int = WINDOW) -> Iterator[Passage]:
    """Every passage that an article shares with an earlier one of ``articles``, which come in time's order.

    Memory holds the texts of ``window`` articles at most.

    Raises:
        MissingExtra: ``rensa`` is not installed.
    """
    generations = [_Generation()]
    for article in articles:
        analysis = analyse(article.text)
        sentences = list(_sentences(analysis))
        votes: Counter[str] = Counter()
        for _, _, sketch in sentences:
            for one in generations:
                votes.update({one.owner[key] for key in sorted(one.index.query(sketch))[:_CANDIDATES]})
        votes.pop(article.id, None)
        covered: list[tuple[int, int]] = []
        for candidate, _ in votes.most_common(_CANDIDATES):
            text = next(one.texts[candidate] for one in generations if candidate in one.texts)
            for passage, words in _align(article.id, analysis, candidate, analyse(text), covered):
                covered.append(words)
                yield passage
        current = generations[-1]
        # What is copied leads to its original already.
        for first, last, sketch in sentences:
            if not any(start <= first and last <= end for start, end in covered):
                current.index.insert(len(current.owner), sketch)
                current.owner.append(article.id)
                current.texts[article.id] = article.text
        if len(current.texts) >= window // 2:
            generations = [current, _Generation()]


def _sentences(analysis: Analysis) -> Iterator[tuple[int, int, Any]]:
    """The sentences that are long enough: first word, end, MinHash of the shingles."""
    from rensa import RMinHash

    tokens = analysis.tokens
    at = 0
    for _, end in analysis.sentences:
        first = at
        while at < len(tokens) and analysis.words[at][0] < end:
            at += 1
        if at - first >= LEAST:
            sketch = RMinHash(num_perm=_PERMUTATIONS, seed=1)
            sketch.update([" ".join(tokens[i : i + 2]) for i in range(first, at - 1)])
            yield first, at, sketch


def _align(
    article: str, new: Analysis, of_article: str, old: Analysis, covered: list[tuple[int, int]]
) -> list[tuple[Passage, tuple[int, int]]]:
    """The passages that two articles share outside ``covered``, with their words in the new one."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i in range(len(old.tokens) - SHINGLE + 1):
        here = places[tuple(old.tokens[i : i + SHINGLE])]
        if len(here) < _CANDIDATES:
            here.append(i)
    pieces: list[tuple[int, int, int]] = []
    at = 0
    while at + SHINGLE <= len(new.tokens):
        inside = next((end for start, end in covered if start <= at < end), None)
        if inside is not None:
            at = inside
            continue
        starts = places.get(tuple(new.tokens[at : at + SHINGLE]), ())
        length, back = max(((_length(new.tokens, at, old.tokens, i), -i) for i in starts), default=(0, 0))
        if length:
            pieces.append((at, -back, length))
        at += max(1, length)
    found = []
    for group in _joined(pieces):
        agreeing = sum(length for _, _, length in group)
        if agreeing < LEAST:
            continue
        first, last = group[0][0], group[-1][0] + group[-1][2]
        of_first, of_last = group[0][1], group[-1][1] + group[-1][2]
        start, end = new.normal.raw(new.words[first][0], new.words[last - 1][1])
        of_start, of_end = old.normal.raw(old.words[of_first][0], old.words[of_last - 1][1])
        share = round(agreeing / max(last - first, of_last - of_first), 3)
        passage = Passage(article, start, end, of_article, of_start, of_end, agreeing, share)
        found.append((passage, (first, last)))
    return found


def _length(new: list[str], at: int, old: list[str], i: int) -> int:
    """How many words agree from two places on."""
    length = 0
    while at + length < len(new) and i + length < len(old) and new[at + length] == old[i + length]:
        length += 1
    return length


def _joined(pieces: list[tuple[int, int, int]]) -> Iterator[list[tuple[int, int, int]]]:
    """Pieces in the same order in both texts with small gaps between them."""
    group: list[tuple[int, int, int]] = []
    for piece in pieces:
        if group:
            at, i, length = group[-1]
            if not (0 <= piece[0] - at - length <= GAP and 0 <= piece[1] - i - length <= GAP):
                yield group
                group = []
        group.append(piece)
    if group:
        yield group


class Passages:
    """The shared passages of a collection, by article."""

    def __init__(self, passages: Iterable[Passage] = ()) -> None:
        self._of: dict[str, list[Passage]] = defaultdict(list)
        for one in passages:
            self._of[one.article].append(one)

    def places(self, article: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
        """Where the words of a span stand: in the article, and in the originals of the passages around it."""
        yield article, start, end
        for one in self._of.get(article, ()):
            if one.start <= start and end <= one.end:
                yield one.of_article, one.of_start, one.of_end


def shared(passages: Passages, a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Whether two spans (``article, start, end``) lie in one shared passage: then they are one source."""
    return any(
        one == other and start < of_end and of_start < end
        for one, start, end in passages.places(a["article"], a["start"], a["end"])
        for other, of_start, of_end in passages.places(b["article"], b["start"], b["end"])
    )


def write(corpus: Corpus) -> int:
    """Find the passages that a corpus's articles share and write its table; the number of passages."""
    ordered = sorted(corpus.articles.values(), key=lambda article: (article.published or "", article.id))
    found = list(find_passages(ordered))
    write_lines(corpus.root / "annotations" / f"{NAME}.jsonl", map(asdict, found))
    return len(found)


def read(corpus: Corpus) -> Passages:
    """The shared passages of a corpus: its table, or none where it has no table.

    Raises:
        HasilaError: a line of the table is no passage.
    """
    path = corpus.root / "annotations" / f"{NAME}.jsonl"
    names = [field.name for field in fields(Passage)]
    try:
        return Passages(Passage(*(line[name] for name in names)) for line in read_lines(path))
    except KeyError as error:
        raise HasilaError(f"{path}: a line has no {error}; `hasila wire` writes the table anew") from None
