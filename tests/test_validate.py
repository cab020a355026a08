"""The validator by level: what it takes, what it says, and what it leaves unsaid."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from hasila import HasilaError, release, validate
from hasila.cli import main
from hasila.corpus import open_corpus
from hasila.offsets import inside_characters, word_before
from hasila.validate import timex
from hasila.validate.references import Registry
from hasila.validate.relations import Figure, _definition

Json = dict[str, Any]
HAND = "annotations/hand/a_market.jsonl"


def edit(root: Path, name: str, id: str, /, **changes: Any) -> int:
    """Change fields of one record of a file; its line number."""
    path = root / name
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if json.loads(line)["id"] == id)
    lines[at] = json.dumps(json.loads(lines[at]) | changes, ensure_ascii=False)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return at + 1


def codes(root: Path) -> list[tuple[str, str, int | None]]:
    return [(p.code, p.file, p.line) for p in validate(root)]


def test_the_packaged_corpus_and_the_sample_are_sound(corpus_dir: Path) -> None:
    assert validate() == []
    assert validate(corpus_dir) == []


def test_no_corpus_is_no_problem_but_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(HasilaError, match="no corpus here"):
        validate(tmp_path)
    assert main(["validate", str(tmp_path)]) == 2
    assert "no corpus here" in capsys.readouterr().err


# Level 1


def test_a_line_of_100_mb_is_refused_in_little_memory(corpus_dir: Path) -> None:
    path = corpus_dir / HAND
    whole = path.read_bytes()
    path.write_bytes(b'{"id": "z9", "note": "' + b"x" * 100_000_000 + b'"}\n' + whole)
    tracemalloc.start()
    found = codes(corpus_dir)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == [("line-too-long", HAND, 1)]
    assert peak < 30_000_000


@pytest.mark.parametrize(
    ("bad", "code", "column"),
    [
        (b'{"id": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "line-too-deep", None),
        (b'{"id": ' + b"[" * 10_000, "line-too-deep", None),
        (b'{"id": "z9", "layer": "zone", "note": ' + b"[" * 900 + b"]" * 900 + b"}", "line-too-deep", None),
        (b'{"id": "z9" "layer": "zone"}', "line-not-json", 13),
        (b'{"id": "z9"} {"id": "z10"}', "line-not-json", 14),
        (b'{"id": "z9", "low": -Infinity}', "line-nan", None),
        (b'{"id": "z9", "note": "\\ude00\\ud83d"}', "line-surrogate", None),
        (b'{"id": "z9", "a": {"b": 1, "b": 1}}', "line-duplicate-key", None),
        (b'{"id": "z9", "\\u0069d": "z9"}', "line-duplicate-key", None),
        (b'{"id": "z9", "x" :1, "x":"\\u0022\\u0022"}', "line-duplicate-key", None),
        (b'{"id": "z9", "note": "\xff"}', "bytes-not-utf8", 23),
        ('{"id": "ز'.encode() + b'\xff"}', "bytes-not-utf8", 10),
        (b'{"id": "z9", "n": ' + b"9" * 5000 + b"}", "line-not-json", None),
        (b"null", "line-not-object", None),
        (b"   ", "line-blank", None),
    ],
)  # fmt: skip
def test_a_bad_line_is_told_once_and_the_others_are_read(
    corpus_dir: Path, bad: bytes, code: str, column: int | None
) -> None:
    path = corpus_dir / HAND
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], bad + b"\n", *lines[2:]]))
    (found,) = validate(corpus_dir)
    assert (found.code, found.file, found.line, found.column) == (code, HAND, 3, column)


def test_escapes_that_mean_the_same_are_no_mistake(corpus_dir: Path) -> None:
    path = corpus_dir / HAND
    path.write_text("".join(json.dumps(json.loads(x)) + "\n" for x in path.read_text("utf-8").splitlines()))
    assert validate(corpus_dir) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda b: b"\xef\xbb\xbf" + b, "bytes-bom"),
        (lambda b: b.replace(b"\n", b"\r\n"), "bytes-crlf"),
        (lambda b: b[:40] + b"\xff" + b[41:], "bytes-not-utf8"),
    ],
)
def test_a_resaved_article_is_told_once(
    corpus_dir: Path, change: Callable[[bytes], bytes], expected: str
) -> None:
    path = corpus_dir / "dataset/raw/a_market.txt"
    path.write_bytes(change(path.read_bytes()))
    assert codes(corpus_dir) == [(expected, "dataset/raw/a_market.txt", 1)]


@pytest.mark.parametrize("name", ["dataset/raw", "annotations/hand", "annotations/registry", HAND])
def test_symbolic_links_are_refused(corpus_dir: Path, tmp_path: Path, name: str) -> None:
    (corpus_dir / name).rename(tmp_path / "elsewhere")
    (corpus_dir / name).symlink_to(tmp_path / "elsewhere")
    found = [p for p in codes(corpus_dir) if p[0] == "path-symlink"]
    assert found == [("path-symlink", name, None)]


@pytest.mark.parametrize("file", ["raw/../a.txt", "/etc/passwd", "..\\a.txt", "C:\\a.txt"])
def test_paths_stay_inside(corpus_dir: Path, file: str) -> None:
    edit(corpus_dir, "dataset/articles.jsonl", "a_market", file=file)
    assert codes(corpus_dir) == [("path-outside", "dataset/articles.jsonl", 1)]


# What a mistake leaves unsaid


def test_a_lost_line_does_not_make_its_references_dangle(corpus_dir: Path) -> None:
    path = corpus_dir / HAND
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if '"id": "n1"' in line)
    for broken in (
        lines[at][:-1],
        lines[at].replace('"id": "n1"', '"id": n1'),
        lines[at].replace("exact", "exakt"),
    ):
        path.write_text("\n".join([*lines[:at], broken, *lines[at + 1 :]]) + "\n", encoding="utf-8")
        assert [(p.file, p.line) for p in validate(corpus_dir)] == [(HAND, at + 1)]


def test_a_deleted_line_does(corpus_dir: Path) -> None:
    path = corpus_dir / HAND
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("".join(x + "\n" for x in lines if '"id": "n1"' not in x), encoding="utf-8")
    assert codes(corpus_dir) == [("dangling-reference", HAND, 5)]


def test_a_wrong_number_is_told_at_the_number_alone(corpus_dir: Path) -> None:
    line = edit(corpus_dir, HAND, "n1", low=13, high=13)
    assert codes(corpus_dir) == [("number-text-mismatch", HAND, line)]


def test_a_wrong_figure_breaks_no_relation(corpus_dir: Path) -> None:
    line = edit(corpus_dir, HAND, "f2", low=13, high=13)
    assert codes(corpus_dir) == [("figure-number-mismatch", HAND, line)]


def test_single_readings_are_checked_up_to_their_own_links(corpus_dir: Path) -> None:
    folder = corpus_dir / "annotations/passes/a"
    folder.mkdir(parents=True)
    (folder / "a_market.jsonl").write_bytes((corpus_dir / HAND).read_bytes())
    file = "annotations/passes/a/a_market.jsonl"
    edit(corpus_dir, file, "e1", ref="an-id-that-the-registry-does-not-have")
    edit(corpus_dir, file, "f1", low=13, high=13)
    assert validate(corpus_dir) == []
    line = edit(corpus_dir, file, "f1", number="n99")
    assert codes(corpus_dir) == [("dangling-reference", file, line)]


def test_without_a_registry_references_are_mentions(corpus_dir: Path) -> None:
    for path in (corpus_dir / "annotations/registry").iterdir():
        path.unlink()
    (corpus_dir / "annotations/relations.jsonl").unlink()
    for path in (corpus_dir / "annotations/hand").iterdir():
        lines = [json.loads(x) for x in path.read_text("utf-8").splitlines()]
        first: dict[str, str] = {}
        for one in lines:
            for key in ("ref", "source_ref", "originator", "event_ref", "side", "subgroup", "key"):
                if one.get(key) and one[key] not in ("civilians", "all"):
                    mention = next((x["id"] for x in lines if x.get("ref") == one[key]), None)
                    first.setdefault(one[key], mention or "")
        text = path.read_text("utf-8")
        for id, mention in first.items():
            text = text.replace(f'"{id}"', f'"#{mention}"' if mention else "null")
        path.write_text(text, encoding="utf-8")
    assert validate(corpus_dir) == []
    line = edit(corpus_dir, HAND, "e1", ref="#e77")
    assert codes(corpus_dir) == [("dangling-reference", HAND, line)]


# Level 3


@pytest.mark.parametrize(
    ("text", "rest", "before"),
    [
        ("والأسايش", "الأسايش", ""),
        ("بالحسكة", "الحسكة", ""),
        ("وللتحالف", "لتحالف", ""),
        ("لـ20", "20", ""),
        ("374من", "من", ""),
        ("374من", "74من", ""),
        ("وَالحسكة", "الحسكة", ""),
        ("وسيقتل", "يقتل", ""),
        ("#سوريا", "سوريا", ""),
        ("@meena", "meena", ""),
        ("قسد/داعش", "داعش", ""),
        ("بالحسكة", "حسكة", "بال"),
        ("والحسكة", "حسكة", "وال"),
        ("غويران", "يران", "غو"),
        ("meena", "ena", "me"),
    ],
)
def test_only_proclitics_stay_outside_a_word(text: str, rest: str, before: str) -> None:
    assert word_before(text, len(text) - len(rest)) == before


@given(st.text(alphabet="aكبَ\u200d👩🏽🇸🇾\u0600\n\r ❤\ufe0f가가क\u094dष©", max_size=12))
def test_characters_are_extended_grapheme_clusters(text: str) -> None:
    expected = {p for m in regex.finditer(r"\X", text) for p in range(m.start() + 1, m.end())}
    assert inside_characters(text) == expected


@pytest.mark.parametrize(
    ("shift", "hint"),
    [
        (1, "start counts UTF-16 units; in code points it is 12."),
        (11, "start counts bytes; in code points it is 12."),
        (2, "The text stands at [12, 15)."),
    ],
)  # fmt: skip
def test_a_misplaced_span_is_told_where_it_belongs(corpus_dir: Path, shift: int, hint: str) -> None:
    from hasila.validate.spans import Page, span_problem

    text = "🙏 في القرية قتل 12\n"
    start = text.index("قتل")
    found = span_problem(Page(text), start + shift, start + shift + 3, "قتل")
    assert found is not None and found[0] in ("span-text-mismatch", "span-out-of-range")
    assert found[2] is not None and hint in found[2]


# Level 5


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (
            "DATE",
            "2022 2022-01 2022-01-20 2022-W03 2022-W03-WE 2022-W03-4 2022-SU 2022-Q1 2022-H2 202 20",
        ),
        ("DATE", "XXXX-01-20 PAST_REF PRESENT_REF FUTURE_REF BC0300"),
        (
            "TIME",
            "2022-01-20T15:30 T08:00 2022-01-20TEV 2022-01-20TMO TNI 2022-01-20T15:30:00Z XXXX-XX-XXTEV",
        ),
        ("DURATION", "P3Y PXY P1M PT24H P2W P1DE P1.5Y P1Y6M PT30M P10D PXM"),
        ("SET", "P1D XXXX-WXX-5 XXXX-XX-XX XXXX-XX-XXTEV"),
    ],
)
def test_timex_values_that_are(kind: str, values: str) -> None:
    assert {value: timex.problem(kind, value) for value in values.split()} == dict.fromkeys(values.split())


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (
            "DATE",
            "2022-13 2022-02-30 22-01-20 2022-1-20 2022/01/20 2022-01-20T15:30 P1D 2022-W54 NOW 2022-01-20\n",
        ),
        ("TIME", "2022-01-20 15:30 T25:00 T15:61 2022-02-30TEV"),
        ("DURATION", "P 3Y PT P3 PY 2022 P1H"),
        ("SET", "2022-01-20 P X"),
    ],
)
def test_timex_values_that_are_not(kind: str, values: str) -> None:
    assert [value for value in values.split(" ") if timex.problem(kind, value) is None] == []


REGISTRY = Registry()
REGISTRY.tables["entities"] = {"spokesman": {"speaks_for": "sdf"}, "sdf": {"speaks_for": None}}


def figure(article: str = "b", **fields: Any) -> Figure:
    value = fields.pop("value", 100)
    base = {
        "id": "f1", "key": "k", "originator": "sdf", "originator_basis": "quotation", "low": value,
        "high": value, "comparator": "exact", "vague": None, "as_of": "2022-01-21", "measure": "cumulative",
        "stance": "assert",
    }  # fmt: skip
    return Figure(article, base | fields, {"a": "2022-01-21", "b": "2022-01-22"}[article])


OBSERVATORY = {"originator": "observatory"}
MORE = {"low": 100, "high": None, "comparator": "more_than"}
TENS = {"low": None, "high": None, "comparator": "vague", "vague": "tens"}


@pytest.mark.parametrize(
    ("type_", "source", "target", "code"),
    [
        ("RESTATES", {}, {}, None),
        ("RESTATES", {"originator": "spokesman"}, {}, None),
        ("RESTATES", {"originator": None}, {"originator": None}, "relation-voice"),
        ("RESTATES", {"value": 101}, {}, "relation-value"),
        ("ROUNDS", {"value": 70}, {"value": 67}, None),
        ("ROUNDS", MORE, {"low": 120, "high": None, "comparator": "at_least"}, None),
        ("ROUNDS", {"value": 67}, {"value": 70}, "relation-value"),
        ("ROUNDS", {"value": 90}, {"value": 67}, "relation-value"),
        ("UPDATES", {"as_of": "2022-01-22", "value": 180}, {}, None),
        ("UPDATES", {"as_of": "2022-01-20"}, {}, "relation-time"),
        ("UPDATES", OBSERVATORY, {}, "relation-voice"),
        ("UPDATES", {"key": "other"}, {}, "relation-key"),
        ("DENIES", {"stance": "deny"}, {}, None),
        ("DENIES", {}, {}, "relation-stance"),
        ("DECLINES", {"stance": "deny"}, {}, "relation-stance"),
        ("CONTRADICTS", OBSERVATORY | {"value": 120}, {}, None),
        ("CONTRADICTS", OBSERVATORY, {}, "relation-value"),
        ("CONTRADICTS", OBSERVATORY | {"value": 105, "comparator": "approx"}, {}, "relation-value"),
        ("CONTRADICTS", OBSERVATORY, MORE, None),
        ("CONTRADICTS", OBSERVATORY | TENS, {"value": 5000}, None),
        ("CONTRADICTS", OBSERVATORY | {"value": 120, "as_of": "2022-01-23"}, {}, "relation-time"),
        ("CONTRADICTS", OBSERVATORY | {"value": 9, "as_of": "2022-01-31", "measure": "stock"}, {}, None),
        ("CONTRADICTS", {"originator": None, "value": 120}, {"originator": None}, None),
        ("CORROBORATES", OBSERVATORY, {}, None),
        ("CORROBORATES", OBSERVATORY, MORE, "relation-value"),
        ("CORROBORATES", OBSERVATORY | {"originator_basis": "rumour"}, {}, "relation-voice"),
        ("CORROBORATES", {"originator": "spokesman"}, {}, "relation-voice"),
        ("COMPATIBLE", OBSERVATORY | {"value": 120}, MORE, None),
        ("COMPATIBLE", OBSERVATORY, {}, "relation-value"),
        ("OVERLAPS", {"key": "other"}, {}, None),
    ],
)
def test_relations_hold_as_the_scheme_defines_them(
    type_: str, source: Json, target: Json, code: str | None
) -> None:
    found = _definition(type_, figure("b", **source), figure("a", **target), REGISTRY)
    assert (found[0] if found else None) == code


def test_updates_lead_in_no_circle(corpus_dir: Path) -> None:
    path = corpus_dir / "annotations/relations.jsonl"
    lines = [json.loads(x) for x in path.read_text("utf-8").splitlines()]
    update = next(x for x in lines if x["type"] == "UPDATES")
    back = update | {"id": "r9", "source": update["target"], "target": update["source"]}
    edit(corpus_dir, "annotations/hand/b_toll.jsonl", "f1", as_of="2020-02-29")
    path.write_text(
        "".join(json.dumps(x, ensure_ascii=False) + "\n" for x in [*lines, back]), encoding="utf-8"
    )
    assert codes(corpus_dir) == [("reference-cycle", "annotations/relations.jsonl", 4)]


# Level 6


def test_what_was_released_is_kept(corpus_dir: Path) -> None:
    release.freeze(open_corpus(corpus_dir))
    assert validate(corpus_dir) == []
    path = corpus_dir / "annotations/hand/c_denial.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("".join(x + "\n" for x in lines if '"id": "t1"' not in x), encoding="utf-8")
    gone = release.broken(release.read_released(corpus_dir), release.snapshot(open_corpus(corpus_dir)))
    assert [(one.code, one.id) for one in gone] == [("release-id-gone", "t1")]
    with pytest.raises(HasilaError, match="t1 of the last release is gone"):
        release.freeze(open_corpus(corpus_dir))
    release.freeze(open_corpus(corpus_dir), retire={"annotations/hand/c_denial.jsonl": ["t1"]})
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(HasilaError, match="t1 was retired"):
        release.freeze(open_corpus(corpus_dir))


def test_rules_that_say_something_else_make_a_release_stale(corpus_dir: Path) -> None:
    found = validate(corpus_dir, release=True)
    assert {p.code for p in found} == {"release-stale"}
    assert {p.file for p in found} >= {"annotations/rules/a_market.jsonl"}


def test_a_changed_relation_of_the_rules_makes_a_release_stale(corpus_dir: Path) -> None:
    assert main(["annotate", str(corpus_dir)]) == 0
    path = corpus_dir / "annotations/rules/relations.jsonl"

    def stale() -> set[str]:
        return {p.file for p in validate(corpus_dir, release=True) if "/rules/" in p.file}

    assert stale() == set()
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert stale() == {"annotations/rules/relations.jsonl"}
