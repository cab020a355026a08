"""Figures at scale: claims of events that no registry knows, grouped by place, date, category and side."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hasila.annotation import Annotation
from hasila.candidates import open_candidates
from hasila.claims import corpus_claims
from hasila.cli import main
from hasila.corpus import Corpus
from hasila.errors import HasilaError
from hasila.rules.batch import to_record_batch
from hasila.schema import layers, record
from hasila.shards import ShardWriter, article_table, by_layer, relation_table
from hasila.stream import annotate_stream
from hasila.wire import Passage

pytest.importorskip("duckdb")


class Page:
    """One article's annotations, as the rules leave them: ids of mentions instead of registry ids."""

    def __init__(self, article: str, place: str) -> None:
        self.article, self.marks, self.day = article, [], "2024-03-03"
        self.place = self.entity(place, "GPE")
        self.event = (
            f"#{self.mark('event', 'انفجار', participants=[{'role': 'place', 'target': self.place}]).id}"
        )

    def mark(self, layer: str, text: str, **fields: Any) -> Annotation:
        shape = layers()[layer]
        start = 100 * len(self.marks)
        values = {field.name: None for field in shape.fields} | fields
        number = sum(one.layer == layer for one in self.marks) + 1
        rest = {"provenance": {"method": "rule", "rule": "test", "version": "1"}}
        one = Annotation(
            f"{shape.prefix}{number}", layer, start, start + len(text), text, values, rest, self.article
        )
        self.marks.append(one)
        return one

    def entity(self, text: str, type: str) -> str:
        return self.mark("entity", text, type=type, level="NAM").id

    def claim(self, value: int | None, who: str | None, day: str | None = None, **fields: Any) -> Annotation:
        given = {
            "category": "killed", "side": "all", "measure": "cumulative", "low": value, "high": value,
            "comparator": "exact", "as_of": day or self.day, "event_ref": self.event, "stance": "assert",
            "originator": f"#{self.entity(who, 'ORG')}" if who else None, "originator_basis": "quotation",
        }  # fmt: skip
        return self.mark("figure", str(value), **(given | fields))


def write(folder: Path, *pages: Page, passages: tuple[Passage, ...] = ()) -> Path:
    found = to_record_batch(one for page in pages for one in page.marks)
    writer = ShardWriter(folder, 0)
    articles = article_table([], found)
    rows = [{"id": page.article, "published": None} for page in pages]
    writer.add({"articles": pa.Table.from_pylist(rows, schema=articles.schema), **by_layer(found)})
    writer.close()
    if passages:
        names = Passage.__dataclass_fields__
        table = [{name: getattr(one, name) for name in names} for one in passages]
        pq.write_table(pa.Table.from_pylist(table), folder / "wire.parquet")
    return folder


def related(folder: Path) -> list[tuple[str, str, str]]:
    """Type, later claim, earlier claim."""
    with open_candidates(folder) as found:
        claims = {(c["article"], c["id"]): c["value"] for c in found.claims()}
        rows = found._rows("SELECT * FROM relations ORDER BY ALL")
    return [(r["type"], claims[r["article"], r["id"]], claims[r["of_article"], r["of_id"]]) for r in rows]


def test_claims_of_one_place_and_time_count_the_same_thing(tmp_path: Path) -> None:
    one, two, far, late = (
        Page(x, p) for x, p in zip("abcd", ("الحَسَكة", "الحسكه", "حلب", "الحسكة"), strict=True)
    )
    one.claim(12, "الوزارة")
    two.claim(15, "المرصد", "2024-03-04")
    far.claim(12, "الوزارة")
    late.claim(3, "الوزارة", "2024-05-01")
    with open_candidates(write(tmp_path / "out", one, two, far, late)) as found:
        keys = {key["key"]: key for key in found.list_keys()}
    assert set(keys) == {
        "الحسكه 2024-03-03 killed all cumulative",
        "حلب 2024-03-03 killed all cumulative",
        "الحسكه 2024-05-01 killed all cumulative",
    }
    first = keys["الحسكه 2024-03-03 killed all cumulative"]
    assert (first["claims"], first["articles"], first["sources"], first["contradictions"]) == (2, 2, 2, 1)


def test_what_is_counted_as_other_is_not_compared(tmp_path: Path) -> None:
    page = Page("a", "حلب")
    for value, who in ((300, "الوزارة"), (800, "المرصد")):
        page.claim(value, who, category="other")
        page.claim(value, who)
    assert related(write(tmp_path / "out", page)) == [("CONTRADICTS", "800", "300")]


def test_category_side_and_measure_are_kept_apart(tmp_path: Path) -> None:
    page = Page("a", "حلب")
    page.claim(5, "الوزارة")
    page.claim(5, "الوزارة", category="injured")
    page.claim(5, "الوزارة", side="civilians")
    page.claim(5, "الوزارة", measure="increment")
    page.claim(5, "الوزارة", side=f"#{page.entity('التنظيم', 'ORG')}")
    with open_candidates(write(tmp_path / "out", page)) as found:
        assert len(found.list_keys()) == 5
        assert {claim["side"] for claim in found.claims()} == {"all", "civilians", "التنظيم"}


def test_a_claim_without_a_date_is_compared_within_its_article_alone(tmp_path: Path) -> None:
    pages = [Page(name, "حلب") for name in "ab"]
    for page in pages:
        page.claim(5, "الوزارة", as_of=None)
        page.claim(5, "الوزارة", as_of=None)
    with open_candidates(write(tmp_path / "out", *pages)) as found:
        assert sorted(key["claims"] for key in found.list_keys()) == [2, 2]


RELATIONS = [
    ("RESTATES", (12, "الوزارة", {}), (12, "الوزارة", {"as_of": "2024-03-05"})),
    ("UPDATES", (12, "الوزارة", {}), (15, "الوزارة", {"as_of": "2024-03-05"})),
    ("ROUNDS", (67, "الوزارة", {}), (70, "الوزارة", {})),
    ("CONTRADICTS", (12, "الوزارة", {}), (15, "المرصد", {})),
    ("CORROBORATES", (12, "الوزارة", {}), (12, "المرصد", {})),
    ("COMPATIBLE", (12, "الوزارة", {}), (10, "المرصد", {"high": None, "comparator": "at_least"})),
    ("DENIES", (12, "الوزارة", {}), (12, "المرصد", {"stance": "deny"})),
    ("DECLINES", (12, "الوزارة", {}), (12, "المرصد", {"stance": "decline"})),
    (None, (12, "الوزارة", {}), (15, "المرصد", {"as_of": "2024-03-06"})),
    (None, (12, "الوزارة", {}), (12, None, {"originator_basis": "publisher"})),
]


@pytest.mark.parametrize(("type_", "old", "new"), RELATIONS)
def test_the_relations_of_the_scheme(tmp_path: Path, type_: str | None, old: Any, new: Any) -> None:
    pages = [Page(name, "حلب") for name in "ab"]
    for page, (value, who, fields) in zip(pages, (old, new), strict=True):
        page.claim(value, who, **fields)
    found = related(write(tmp_path / "out", *pages))
    assert [one for one, _, _ in found] == ([type_] if type_ else [])


WORDED = [
    (
        "SUM_OF",
        "ارتفعت حصيلة القتلى إلى 67، هم 40 مدنيا و27 مسلحا.",
        {("40 مدنيا", "67"), ("27 مسلحا", "67")},
    ),
    ("SUBSET_OF", "قتل 50 شخصا بينهم 12 طفلا في القصف.", {("12 طفلا", "50 شخصا")}),
    (
        "OVERLAPS",
        "قتل 50 شخصا في القصف.\nوفقد 20 شخصا يرجح أنهم ضمن القتلى.",
        {("20 شخصا", "50 شخصا")},
    ),
]


@pytest.mark.parametrize(("type_", "text", "pairs"), WORDED)
def test_the_relations_that_rest_on_words_between_figures(
    tmp_path: Path, type_: str, text: str, pairs: set[tuple[str, str]]
) -> None:
    lines = "".join(
        json.dumps({"id": f"{name}", "text": text, "published": "2024-03-04"}) + "\n" for name in "ab"
    )
    (tmp_path / "in.jsonl").write_text(lines, encoding="utf-8")
    annotate_stream([tmp_path / "in.jsonl"], tmp_path / "out")
    with open_candidates(tmp_path / "out") as found:
        claims = {(c["article"], c["id"]): c for c in found.claims()}
        rows = found._rows("SELECT * FROM relations ORDER BY ALL")
    within = [r for r in rows if r["article"] == r["of_article"]]
    assert {r["type"] for r in within} == {type_}
    for article in "ab":
        assert {
            (claims[article, r["id"]]["text"], claims[article, r["of_id"]]["text"])
            for r in within
            if r["article"] == article
        } == pairs
    assert {r["group"] is None for r in within} == {type_ != "SUM_OF"}


def test_a_part_does_not_contradict_its_whole(tmp_path: Path) -> None:
    page = Page("a", "حلب")
    whole, part = page.claim(50, None), page.claim(12, None)
    write(tmp_path / "without", page)
    assert [one for one, _, _ in related(tmp_path / "without")] == ["CONTRADICTS"]
    folder = write(tmp_path / "with", page)
    ends = {"source": {"article": "a", "id": part.id}, "target": {"article": "a", "id": whole.id}}
    line = {
        **{field.name: None for field in record("relation")},
        **ends,
        "id": "r1",
        "type": "SUBSET_OF",
        "evidence": [],
    }
    (folder / "relations").mkdir()
    pq.write_table(relation_table([line]), folder / "relations" / "part-00000.parquet")
    assert related(folder) == [("SUBSET_OF", "12", "50")]


def test_one_report_in_ten_outlets_is_one_source(tmp_path: Path) -> None:
    pages = [Page(f"a{n}", "حلب") for n in range(10)]
    claims = [page.claim(12, f"المصدر {n}") for n, page in enumerate(pages)]
    start = claims[0].start
    passages = tuple(
        Passage(f"a{n}", start - 50, start + 50, "a0", start - 50, start + 50, 12, 1.0) for n in range(1, 10)
    )
    assert Counter(r[0] for r in related(write(tmp_path / "plain", *pages))) == {"CORROBORATES": 45}
    with open_candidates(write(tmp_path / "wire", *pages, passages=passages)) as found:
        (key,) = found.list_keys()
        assert (key["claims"], key["sources"]) == (10, 1)
        assert {r["type"] for claim in found.claims() for r in claim["relations"]} == {"RESTATES"}


def test_a_registrys_keys_are_kept(tmp_path: Path, sample: Corpus) -> None:
    found = to_record_batch(one for marks in sample.annotations().values() for one in marks)
    writer = ShardWriter(tmp_path, 0)
    writer.add({"articles": article_table(sample.stream(), found), **by_layer(found)})
    writer.close()
    with open_candidates(tmp_path) as candidates:
        got = candidates.claims()
    known = {(c["article"], c["id"]): c for c in corpus_claims(sample)}
    assert got and {(c["article"], c["id"]) for c in got} == set(known)
    assert all(c["key"] == known[c["article"], c["id"]]["key"] for c in got)
    assert all(c["value"] == known[c["article"], c["id"]]["value"] for c in got)
    assert set(got[0]) == set(next(iter(known.values())))


def test_the_command_shows_keys_and_the_claims_of_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = Page("a", "حلب"), Page("b", "حلب")
    one.claim(12, "الوزارة")
    two.claim(15, "المرصد")
    folder = str(write(tmp_path / "out", one, two))
    assert main(["figures", folder]) == 0
    assert "حلب 2024-03-03 killed all cumulative" in capsys.readouterr().out
    assert main(["figures", folder, "--key", "حلب*"]) == 0
    assert "contradicts" in capsys.readouterr().out
    assert main(["figures", folder, "--out", str(tmp_path / "tables")]) == 0
    assert sorted(p.name for p in (tmp_path / "tables").iterdir()) == [
        "claims.parquet", "keys.parquet", "relations.parquet",
    ]  # fmt: skip


def test_a_directory_without_annotated_parquet_is_told(tmp_path: Path) -> None:
    with pytest.raises(HasilaError, match="no annotated Parquet"), open_candidates(tmp_path):
        pass
