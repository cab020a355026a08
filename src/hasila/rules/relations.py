"""Relations between the figures of some articles, by the definitions of the scheme, tried in its order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from hasila.annotation import Annotation
from hasila.arabic.normal import fold
from hasila.corpus import Article, Corpus
from hasila.rules.page import Registry
from hasila.schema import record
from hasila.validate.relations import DAYS, STOCK_DAYS, Figure
from hasila.wire import Passages, shared
from hasila.wire import read as read_passages

Json = dict[str, Any]

_NEAREST = 50
"""How many earlier claims of the same key a claim is compared with; keeps the time linear."""
_PARTS = re.compile(r"(?:بينهم|بينها|منهم|منها|من بين|بما في ذلك|بمن فيهم|including|among)[\s:\"]*$")
_LISTED = re.compile(
    r"(?:^|[\s،,:])(?:بينهم|بينها|منهم|منها|هم|وهم|هي|بواقع|مقابل|بما في ذلك|بالاضافه|اضافه|فضلا"
    r"|الي جانب|:|،|و)"
)
_OF_THEM = re.compile(r"\s*(?:منهم|منها)(?!\w)")
_ROSE = re.compile(r"(?:ارتفع|ارتفاع|ترتفع|يرتفع|زاد|قفز|تصاعد|ليصل|لتصل)")
_AMONG = re.compile(
    r"(?:يرجح|يعتقد|يحتمل|ربما|قد يكون)\S* [^.؛\n]{0,40}?(?:ضمن|من بين|بين) [^.؛\n]{0,20}?(?:ال)?"
    r"(?P<whom>قتلي|جثث|معتقلين|جرحي|نازحين)"
)
_WHOM = {"قتلي": "killed", "جثث": "killed", "معتقلين": "detained", "جرحي": "injured", "نازحين": "displaced"}
_CLAIMS = frozenset({"assert", "estimate"})


@dataclass(frozen=True)
class _Claim:
    """A figure with what comparing it needs."""

    figure: Annotation
    article: Article
    registry: Registry

    @cached_property
    def measured(self) -> Figure:
        fields = {"id": self.figure.id, **self.figure.fields}
        return Figure(self.article.id, fields, self.article.published)

    @cached_property
    def order(self) -> tuple[str, str, int]:
        return self.measured.order

    @cached_property
    def key(self) -> tuple[Any, ...] | None:
        """What is counted; None where it is not known well enough to compare."""
        f = self.figure
        if f["key"]:
            return (f["key"],)
        if f["side"] == "unknown" or f["category"] == "other":
            return None
        names = (f["event_ref"], f["category"], f["side"], f["subgroup"], f["measure"])
        local = any(isinstance(n, str) and n.startswith("#") for n in names)
        return (*names, self.article.id if local or f["event_ref"] is None else None)

    @cached_property
    def voice(self) -> str | None:
        """Whoever speaks in the end; None where nobody is known."""
        ref: str | None = self.figure["originator"]
        entities = self.registry.tables.get("entities", {})
        seen: set[str] = set()
        while ref and ref not in seen:
            seen.add(ref)
            ref = entities.get(ref, {}).get("speaks_for") or ref
        return f"{self.article.id}{ref}" if ref and ref.startswith("#") else ref

    @property
    def value(self) -> tuple[Any, Any, Any]:
        return self.figure["low"], self.figure["high"], self.figure["vague"]

    @cached_property
    def day(self) -> date | None:
        value = self.figure["as_of"]
        return date.fromisoformat(value) if value else None

    @cached_property
    def place(self) -> Json:
        """The figure's words, as evidence."""
        f = self.figure
        return {"article": self.article.id, "start": f.start, "end": f.end, "text": f.text}


def relations(
    articles: Iterable[Article],
    annotations: Mapping[str, Iterable[Annotation]],
    registry: Registry,
    passages: Passages | None = None,
) -> list[Json]:
    """The relations between all figures of ``articles``, as lines of ``relations.jsonl``.

    Args:
        articles: the articles, with their texts and publication dates.
        annotations: the annotations of each, by article id.
        registry: keys, and ``speaks_for``, after which voices are compared.
        passages: what the articles share; two claims in one passage are one source and corroborate nothing.
    """
    claims = sorted(
        (
            _Claim(one, article, registry)
            for article in articles
            for one in annotations.get(article.id, ())
            if one.layer == "figure" and not one.get("copy_of")
        ),
        key=lambda claim: claim.order,
    )
    found = [
        *_one_voice(claims),
        *_answers(claims),
        *_parts(claims),
        *_other_voices(claims, passages or Passages()),
        *_overlaps(claims),
    ]
    types = next(f for f in record("relation") if f.name == "type").type.label_names
    found.sort(key=lambda line: types.index(line["type"]))
    return [{"id": f"r{number}", **line} for number, line in enumerate(found, start=1)]


def relate_corpus(corpus: Corpus, annotations: Mapping[str, Iterable[Annotation]]) -> list[Json]:
    """``relations`` of a corpus's articles, with its registry and the passages that it knows of."""
    return relations(corpus.articles.values(), annotations, Registry(corpus.registry), read_passages(corpus))


def _line(
    type_: str, source: _Claim, target: _Claim, *, group: str | None = None, strength: str | None = None
) -> Json:
    return {
        "type": type_,
        "source": {"article": source.article.id, "id": source.figure.id},
        "target": {"article": target.article.id, "id": target.figure.id},
        "group": group,
        "evidence": [source.place, target.place],
        "strength": strength,
        "note": None,
        "provenance": {"method": "rule", "rule": f"relation.{type_.lower()}", "version": "1"},
    }


def _by_key(claims: Iterable[_Claim]) -> Iterator[list[_Claim]]:
    groups: dict[tuple[Any, ...], list[_Claim]] = defaultdict(list)
    for claim in claims:
        if claim.key is not None and claim.figure["stance"] in _CLAIMS:
            groups[claim.key].append(claim)
    return iter(groups.values())


def _one_voice(claims: list[_Claim]) -> Iterator[Json]:
    """RESTATES, ROUNDS, UPDATES: the same key and voice."""
    for group in _by_key(claims):
        voices: dict[str, list[_Claim]] = defaultdict(list)
        for claim in group:
            if claim.voice is not None:
                voices[claim.voice].append(claim)
        for said in voices.values():
            for at, new in enumerate(said):
                yield from _against_older(new, said[max(0, at - _NEAREST) : at])


def _against_older(new: _Claim, older: list[_Claim]) -> Iterator[Json]:
    counted: _Claim | None = None
    restated = long_ago = False
    for old in reversed(older):
        if new.value == old.value and not restated:
            restated, long_ago = True, not _same_time(new, old)
            yield _line("RESTATES", new, old)
        elif new.value == old.value:
            continue
        elif _same_time(new, old) and (weak := _rounding(new, old)) is not None:
            yield _line("ROUNDS", *weak)
        elif _newer(new, old) and (counted is None or _later(old, counted)):
            counted = old
    if counted is not None and not long_ago:
        yield _line("UPDATES", new, counted)


def _same_time(one: _Claim, other: _Claim) -> bool:
    return one.day == other.day or one.day is None or other.day is None


def _newer(new: _Claim, old: _Claim) -> bool:
    if new.day and old.day and new.day != old.day:
        return new.day > old.day
    return _same_time(new, old) and bool(_ROSE.search(_sentence(new)))


def _later(one: _Claim, other: _Claim) -> bool:
    return one.day is not None and (other.day is None or one.day > other.day)


def _sentence(claim: _Claim) -> str:
    """The line up to the figure, folded."""
    text, start = claim.article.text, claim.figure.start
    first = max(text.rfind("\n", 0, start) + 1, start - 200)
    return fold(text[first:start])


def _rounding(one: _Claim, other: _Claim) -> tuple[_Claim, _Claim] | None:
    """The weaker of two values and the one that it rounds, or None."""
    for weak, exact in ((one, other), (other, one)):
        a, b = weak.measured, exact.measured
        wide, narrow = a.range(), b.range()
        if wide != narrow and wide[0] <= narrow[0] and narrow[1] <= wide[1]:
            return weak, exact
        if a.written is None or b.written is None or a.written == b.written:
            continue
        unit = 10
        while unit <= a.written:
            if a.written % unit == 0 and abs(a.written - b.written) < unit:
                return weak, exact
            unit *= 10
    return None


def _answers(claims: list[_Claim]) -> Iterator[Json]:
    """DENIES and DECLINES: what is answered is the claim of the same count and value."""
    asserted: dict[tuple[Any, ...], list[_Claim]] = defaultdict(list)
    for claim in claims:
        if claim.figure["stance"] in _CLAIMS:
            asserted[_stated(claim)].append(claim)
    for act in claims:
        stance = act.figure["stance"]
        if stance in _CLAIMS:
            continue
        same = asserted.get(_stated(act), [])[-_NEAREST:]
        answered = [
            c
            for c in same
            if c.figure["side"] == act.figure["side"] and (c.voice != act.voice or c.voice is None)
        ]
        if stance == "decline" or act.figure["number"] is None:
            answered = [c for c in answered if c.article.id == act.article.id and c.order < act.order][-1:]
        for claim in answered:
            if claim.article.id == act.article.id or claim.key == act.key:
                yield _line("DENIES" if stance == "deny" else "DECLINES", act, claim)


def _stated(claim: _Claim) -> tuple[Any, ...]:
    return claim.figure["category"], claim.measured.written, claim.figure["vague"]


def _parts(claims: list[_Claim]) -> Iterator[Json]:
    """SUM_OF where the parts listed behind a total make it up, else SUBSET_OF behind بينهم or منهم."""
    number = 0
    by_article: dict[str, list[_Claim]] = defaultdict(list)
    for claim in claims:
        if claim.figure["stance"] in _CLAIMS:
            by_article[claim.article.id].append(claim)
    for said in by_article.values():
        said.sort(key=lambda claim: claim.figure.start)
        summed: set[str] = set()
        for at, total in enumerate(said):
            listed = _listed(said, at)
            parts = _making_up(total, listed)
            if parts:
                number += 1
                summed.update(part.figure.id for part in parts)
                for part in parts:
                    yield _line("SUM_OF", part, total, group=f"s{number}")
        yield from _subsets(said, summed)


def _listed(said: list[_Claim], at: int) -> list[_Claim]:
    """The figures of the total's category that follow it in its sentence."""
    total, found = said[at], []
    last = total
    for part in said[at + 1 : at + 12]:
        gap = total.article.text[last.figure.end : part.figure.start]
        if re.search(r"[.!؟\n]\s|\n", gap) or len(gap) > 120 or not _LISTED.search(fold(gap)):
            break
        if part.figure["category"] != total.figure["category"]:
            break
        found.append(part)
        last = part
    return found


def _making_up(total: _Claim, listed: list[_Claim]) -> list[_Claim]:
    whole, sum_ = total.measured.written, 0
    for at, part in enumerate(listed):
        if whole is None or part.measured.written is None:
            return []
        sum_ += part.measured.written
        if sum_ == whole and at > 0:
            return listed[: at + 1]
    return []


def _subsets(said: list[_Claim], summed: set[str]) -> Iterator[Json]:
    whole: _Claim | None = None
    before: _Claim | None = None
    for claim in said:
        text = claim.article.text
        if before is not None and claim.figure.start >= before.figure.end:
            gap = fold(text[before.figure.end : claim.figure.start])
            joined = len(gap) < 90 and not re.search(r"[.؛\n]", gap.strip())
            if joined and _PARTS.search(gap):
                whole = before
            elif not joined or not re.search(r"(?:^|\s)و\s*$", gap):
                whole = None
            inside = whole is not None and claim.figure["category"] == whole.figure["category"]
            if whole is not None and inside and claim.figure.id not in summed and not _exceeds(claim, whole):
                yield _line("SUBSET_OF", claim, whole)
            elif len(gap) < 120 and "\n" not in gap and _of_them(claim, before, summed):
                yield _line("SUBSET_OF", claim, before)
        before = claim


def _of_them(claim: _Claim, before: _Claim, summed: set[str]) -> bool:
    """``عدد كبير منهم``: a part of what was counted right before."""
    same = claim.figure["category"] == before.figure["category"]
    behind = claim.article.text[claim.figure.end : claim.figure.end + 8]
    return same and claim.figure.id not in summed and bool(_OF_THEM.match(fold(behind)))


def _exceeds(part: _Claim, whole: _Claim) -> bool:
    least, most = part.measured.range()[0], whole.measured.range()[1]
    return least > most


def _other_voices(claims: list[_Claim], passages: Passages) -> Iterator[Json]:
    """CONTRADICTS, CORROBORATES, COMPATIBLE: the same key and time, another voice."""
    for group in _by_key(claims):
        for at, new in enumerate(group):
            for old in group[max(0, at - _NEAREST) : at]:
                if (new.voice is not None and new.voice == old.voice) or not _comparable(new, old):
                    continue
                line = _compared(new, old, passages)
                if line is not None:
                    yield line


def _comparable(new: _Claim, old: _Claim) -> bool:
    if new.day is None or old.day is None:
        return False
    allowed = STOCK_DAYS if new.figure["measure"] == "stock" else DAYS
    return abs((new.day - old.day).days) <= allowed


def _compared(new: _Claim, old: _Claim, passages: Passages) -> Json | None:
    one, other = new.measured.range(), old.measured.range()
    if one[1] < other[0] or other[1] < one[0]:
        lower, higher = (new, old) if one[1] < other[0] else (old, new)
        earlier = lower.day is not None and higher.day is not None and lower.day <= higher.day
        soft = new.figure["measure"] == "cumulative" and earlier
        return _line("CONTRADICTS", new, old, strength="soft" if soft else "hard")
    if not (new.measured.bounded and old.measured.bounded):
        return _line("COMPATIBLE", new, old)
    bases = {new.figure["originator_basis"], old.figure["originator_basis"]}
    if bases & {"publisher", "rumour"} or shared(passages, new.place, old.place):
        return None
    return _line("CORROBORATES", new, old)


def _overlaps(claims: list[_Claim]) -> Iterator[Json]:
    """OVERLAPS: ``يرجح أنهم ضمن القتلى``."""
    latest: dict[tuple[str, str, str], _Claim] = {}
    for claim in claims:
        f = claim.figure
        behind = fold(claim.article.text[f.end : f.end + 110]).split("\n")[0]
        among = _AMONG.search(behind)
        if among:
            other = latest.get((claim.article.id, _WHOM[among["whom"]], f["side"]))
            if other is not None and other.figure["category"] != f["category"]:
                yield _line("OVERLAPS", claim, other)
        latest[(claim.article.id, f["category"], f["side"])] = claim
