"""What holds for every layer of the rules: valid output, no input that breaks them."""

from __future__ import annotations

import pickle
import subprocess
import sys
from bisect import bisect_left
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import cache
from itertools import pairwise

import jsonschema_rs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hasila
from hasila.annotation import Annotation
from hasila.arabic import analyse, normalise
from hasila.arabic.words import WORD, split_words
from hasila.errors import HasilaError
from hasila.rules import Page, annotate, annotate_batch, annotate_corpus, batch_schema
from hasila.rules.numbers.numeral_words import ATOMS
from hasila.rules.occurrences import Lookup
from hasila.rules.pipeline import LAYERS
from hasila.schema import SCHEMA_DIR, layers, read

NEWS = """مقتل 14 مدنيا في قصف على سوق شعبي
قالت وكالة "الأناضول"، السبت، إن 14 مدنيا على الأقل قتلوا وأصيب نحو ثلاثين آخرين في قصف سوق بمدينة إدلب.
وأضاف مدير المستشفى أن الحصيلة مرشحة للارتفاع، بينما نزحت مئات العائلات منذ 3 أيام.
#إدلب صور من السوق pic.twitter.com/Xy12Zz
— Ahmad (@ahmad_i) May 3, 2021
"""


@cache
def validator() -> jsonschema_rs.Validator:
    registry = {}
    for path in SCHEMA_DIR.rglob("*.schema.json"):
        registry["https://x.invalid/" + path.relative_to(SCHEMA_DIR).as_posix()] = read(path)
    resources = jsonschema_rs.Registry(list(registry.items()), draft=jsonschema_rs.Draft202012)
    return jsonschema_rs.Draft202012Validator(
        {"$ref": "https://x.invalid/annotation.schema.json"}, registry=resources
    )


def check(text: str, found: list[Annotation]) -> None:
    """Everything that every output must fulfil."""
    known = {a.id for a in found}
    assert len(known) == len(found)
    for one in found:
        assert text[one.start : one.end] == one.text != ""
        assert one.text == one.text.strip()
        assert list(validator().iter_errors(one.to_dict())) == [], one
        for value in one.fields.values():
            for piece in value if isinstance(value, list) else [value]:
                if isinstance(piece, dict) and "text" in piece:
                    assert text[piece["start"] : piece["end"]] == piece["text"]
    zones = [a for a in found if a.layer == "zone"]
    assert all(left.end <= right.start for left, right in pairwise(zones))
    covered = {at for zone in zones for at in range(zone.start, zone.end)}
    assert all(not c.strip() or at in covered for at, c in enumerate(text))


HEAP = """قتل أصيب 23 ٤٥ 1.500 شخصا جنديين عشرات آلاف الآلاف من نحو أكثر على الأقل و ب لل الـ ألف مليون
وخمسين ثلاثة عشر يوم الأحد أمس مساء كانون الثاني/يناير 2022 عام قبل سنوات الساعة 10:30 الماضي " “ ” ( )
، . : - — / @abc #وسم https://t.co/x قالت إن قوات أن، عدد كبير أحد السجناء 5-6 اليوم الـ20 بين إلى
ﷲ ﻻ د١عش َ ـ 😀"""
WORDS = st.sampled_from([*HEAP.split(), "\u200f", "\n", "\n\n"])
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from(["", " ", " ", " "])), max_size=40).map(
    lambda parts: "".join(word + space for word, space in parts)
)


@given(TEXTS)
def test_any_heap_of_words_gives_valid_annotations(text):
    check(text, annotate(text, "2022-01-31"))


@given(st.text(max_size=200))
def test_any_text_gives_valid_annotations(text):
    found = annotate(text)
    assert all(text[a.start : a.end] == a.text for a in found)


def test_news_is_valid_and_proclitics_are_outside():
    text = "قال إنها قتلت وثلاثين من المسلحين بخمسة صواريخ، فجر السبت وللمرة الثانية، بـ20 غارة و40من الجند."
    found = annotate(text, date(2021, 5, 4))
    check(text, found)
    assert {a.text for a in found if a.layer == "number"} >= {"ثلاثين", "خمسة", "20", "40", "الثانية"}


TORTURE = {
    "no space": "السلام" * 170_000,
    "one word of digits": "7" * 1_000_000,
    "digits apart": "12 " * 300_000,
    "numeral words": "خمسة وعشرون ألفا و" * 50_000,
    "quotation marks": "“" * 100_000 + "قال" + "”" * 100_000,
    "brackets": "(" * 100_000 + ")" * 100_000,
    "diacritics": "\u064b" * 1_000_000,
    "bidi controls": "\u202b\u200f" * 300_000,
    "emoji": "👩‍👩‍👧" * 100_000,
    "other scripts": "тест 試験 δοκιμή " * 60_000,
    "line breaks": "\n" * 500_000,
    "short lines": "قتل 5\n" * 100_000,
    "one line again and again": "قتل خمسة جنود في هجوم على حاجز قرب المدينة.\n" * 15_000,
    "months": "كانون الثاني/يناير " * 40_000,
    "days": "يوم الأحد الماضي صباح " * 30_000,
    "and": "و " * 300_000,
    "hyphens": "1-2-3-4-" * 100_000,
    "handles": "@a " * 200_000,
    "signatures": "— A (@a) May 1, 2020\n" * 30_000,
    "hedges": "أكثر من " * 80_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TORTURE)
def test_no_input_breaks_a_layer(name):
    text = TORTURE[name]
    found = annotate(text, "2022-01-31")
    assert all(text[a.start : a.end] == a.text for a in found)


def test_ids_follow_the_text_and_links_are_filled_in():
    found = annotate(NEWS, "2021-05-05")
    for layer in layers().values():
        of_layer = [a for a in found if a.layer == layer.name]
        assert [a.id for a in of_layer] == [f"{layer.prefix}{n}" for n in range(1, len(of_layer) + 1)]
        assert [a.start for a in of_layer] == sorted(a.start for a in of_layer)


def test_the_layers_are_those_of_the_schema():
    assert {name for name, _ in LAYERS} <= set(layers())


def test_page_maps_between_form_and_raw():
    text = "قُتِلَ ثـــلاثةُ جنود"
    page = Page(analyse(text))
    start = page.analysis.form.index("ثلاثه")
    pointer = page.pointer(start, start + 5)
    assert pointer["text"] == "ثـــلاثةُ"
    assert page.form_span(pointer["start"], pointer["end"]) == (start, start + 5)


@given(st.text(alphabet="اب ﷲﻻ\u064b\u0640\u200f😀é1", max_size=30))
def test_the_map_between_form_and_text_is_that_of_each_code_point(text):
    places = [place for place, letter in enumerate(text) for _ in normalise(letter).form]
    normal = normalise(text)
    assert [normal.raw_at(position) for position in range(len(normal.form))] == places
    assert [normal.form_at(at) for at in range(len(text) + 1)] == [
        bisect_left(places, at) for at in range(len(text) + 1)
    ]


@given(st.text(alphabet="قد ab_'-.,:/12\nپé٣"))
def test_words_are_those_of_their_pattern(text):
    found = list(WORD.finditer(text))
    words = (
        [match[0] for match in found],
        [match.start() for match in found],
        [match.end() for match in found],
    )
    assert split_words(text) == words


def test_a_lookup_gives_the_places_and_readings_of_its_words():
    long = Lookup(lambda word: len(word) if len(word) > 4 else None)
    page = Page(analyse("قتل مسلحون خمسة جنود قرب المدينة"))
    assert long.on(page) == [(1, 6), (5, 7)]
    assert [index for index, _ in ATOMS.on(page)] == [2]


def test_published_may_be_a_date_a_time_or_a_string():
    expected = [(a.text, a.get("value")) for a in annotate("وقع الهجوم أمس.", date(2020, 1, 2))]
    for published in ("2020-01-02", datetime(2020, 1, 2, 23), "2020-01-02T10:00:00"):
        assert [(a.text, a.get("value")) for a in annotate("وقع الهجوم أمس.", published)] == expected
    with pytest.raises(HasilaError, match="is no date"):
        annotate("نص", "yesterday")


def test_batch_gives_what_annotate_gives():
    batch = pa.RecordBatch.from_pydict(
        {"id": ["a", "b", "c"], "text": [NEWS, "", None], "published": [date(2021, 5, 5), None, None]}
    )
    result = pickle.loads(pickle.dumps(annotate_batch))(batch)
    assert result.schema == batch_schema()
    direct = annotate(NEWS, "2021-05-05", article="a")
    rows = result.to_pylist()
    assert [(r["article"], r["id"], r["start"], r["end"], r["text"]) for r in rows] == [
        ("a", d.id, d.start, d.end, d.text) for d in direct
    ]
    for row, annotation in zip(rows, direct, strict=True):
        assert [name for name in layers() if row[name] is not None] == [annotation.layer]
    kinds = layers()["number"].field("kind").type.label_names
    first = next(r for r in rows if r["layer"] == "number")
    assert kinds[first["number"]["kind"]] == "cardinal"


def test_batch_without_dates_and_without_rows():
    empty = pa.RecordBatch.from_pydict({"id": pa.array([], pa.string()), "text": pa.array([], pa.string())})
    assert annotate_batch(empty).num_rows == 0
    plain = pa.RecordBatch.from_pydict({"id": [7], "text": ["قتل خمسة."]})
    assert set(annotate_batch(plain).column("article").to_pylist()) == {"7"}


def test_threads_agree():
    texts = [NEWS.replace("14", str(n)) for n in range(12)]
    once = [[a.to_dict() for a in annotate(t)] for t in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda t: [a.to_dict() for a in annotate(t)], texts)) == once


def test_corpus_is_annotated_against_its_registry(corpus):
    found = annotate_corpus(corpus)
    assert list(found) == list(corpus.articles)
    for name, marks in found.items():
        check(corpus.articles[name].text, marks)
        assert all(a.article == name for a in marks)


def command(*args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hasila.cli", "annotate", *map(str, args)],
        capture_output=True,
        encoding="utf-8",
    )


def test_command_annotates_files(tmp_path):
    (tmp_path / "one.txt").write_text(NEWS, encoding="utf-8")
    done = command(tmp_path / "one.txt", "--published", "2021-05-05")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == len(annotate(NEWS, "2021-05-05"))
    assert all('"article": "one"' in line for line in lines)
    assert command(tmp_path / "one.txt", "--out", tmp_path / "o.jsonl").returncode == 0
    assert len((tmp_path / "o.jsonl").read_text("utf-8").splitlines()) == len(lines)
    assert command(tmp_path / "one.txt", "--out", tmp_path / "parquet").returncode == 0
    table = pq.read_table(tmp_path / "parquet" / "numbers")
    assert set(table.column("kind").to_pylist()) == {"cardinal"}
    assert table.num_rows == sum(a.layer == "number" for a in annotate(NEWS))
    assert {layer.config for layer in layers().values()} <= {p.name for p in (tmp_path / "parquet").iterdir()}


def test_command_says_what_is_wrong(tmp_path):
    assert "No such file" in command(tmp_path / "absent.txt").stderr
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe")
    failed = command(tmp_path / "bad.txt")
    assert failed.returncode != 0
    assert "UTF-8" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_command_annotates_a_corpus_in_place(corpus_dir, corpus):
    done = command(corpus_dir)
    assert done.returncode == 0, done.stderr
    for name in corpus.articles:
        assert (corpus_dir / "annotations" / "rules" / f"{name}.jsonl").stat().st_size > 0
    reread = hasila.open_corpus(corpus_dir).annotations("rules")
    assert {n: len(a) for n, a in reread.items()} == {n: len(a) for n, a in annotate_corpus(corpus).items()}
