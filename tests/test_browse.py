"""The site that `hasila browse` writes, as files."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse_site import HOSTILE, hostile_corpus
from conftest import SAMPLE
from hasila.annotation import Annotation
from hasila.arabic.normal import fold
from hasila.browse import charts, claims, differences, search, text, timeline
from hasila.browse.site import build, page_names
from hasila.cli import main
from hasila.corpus import open_corpus
from hasila.errors import HasilaError, MissingExtra

ROOT = Path(__file__).parents[1]
VOID = {"meta", "input", "br", "img", "link", "hr"}


class Page(HTMLParser):
    """What a browser would find in a page: elements with attributes, inline parts, the article's lines."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.lines: list[str] = []
        self._open: list[str] = []
        self._data = self._line = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        if tag not in VOID:
            self._open.append(tag)
        self._data = tag == "script" and found.get("type") == "application/json"
        if tag in self.inline and not self._data:
            self.inline[tag].append("")
        if tag == "p" and "data-s" in found:
            self._line = True
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._line = False
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in self.inline and not self._data:
            self.inline[self._open[-1]][-1] += data
        elif self._line:
            self.lines[-1] += data


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample") / "site"
    return build(open_corpus(SAMPLE), out).root


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    return build(open_corpus(hostile_corpus(folder / "corpus")), folder / "site").root


def note(layer: str, id: str, start: int, end: int, **fields: object) -> Annotation:
    return Annotation(id, layer, start, end, "x" * (end - start), fields)


# Text


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=12)
TEXTS = st.text("اب ت\nx@1٢.,:#\u202e\u200f\U0001f64f-", max_size=60)


@given(TEXTS, SPANS)
def test_the_pieces_of_a_line_are_the_line(whole: str, spans: list[tuple[int, int]]) -> None:
    notes = [note("entity", f"e{k}", a, min(a + n, len(whole))) for k, (a, n) in enumerate(spans, 1)]
    notes = [one for one in notes if one.start < one.end]
    for line in text.lay_out(whole, notes):
        pieces = [piece for run in line.runs for piece in run.pieces]
        assert "".join(piece.text for piece in pieces) == whole[line.start : line.end]
        for piece in pieces:
            covering = {k for k, one in enumerate(notes) if one.start <= piece.start < one.end}
            assert set(piece.covered) == covering
            assert all(notes[k].end >= piece.start + len(piece.text) for k in covering)


@given(SPANS)
def test_spans_in_one_lane_never_touch_and_longer_ones_lie_further_out(spans: list[tuple[int, int]]) -> None:
    notes = [note("entity", f"e{k}", a, a + n) for k, (a, n) in enumerate(spans, 1)]
    lane = text.lanes(notes)
    for one in notes:
        for other in notes:
            meet = one.start <= other.end and other.start <= one.end
            overlap = one.start < other.end and other.start < one.end
            if one is not other and meet:
                assert lane[one.id] != lane[other.id]
            if overlap and one.end - one.start < other.end - other.start:
                assert lane[one.id] < lane[other.id]


def runs(line: str) -> list[str]:
    """The isolated stretches of a line."""
    found = text.lay_out(line, [])[0].runs
    return ["".join(piece.text for piece in run.pieces) for run in found if run.isolate]


def test_latin_handles_and_dates_are_isolated_whole() -> None:
    assert runs("— حزب الميناء (@meena) March 3, 2020") == ["@meena", "March 3, 2020"]
    assert runs("نشر موقع ISIL / ISIS News خبرا") == ["ISIL / ISIS News"]


def test_numbers_are_isolated_one_by_one_so_that_a_list_keeps_its_order() -> None:
    assert runs("بين 2000 إلى 4000، 3,500 و١٢") == ["2000", "4000", "3,500", "١٢"]
    assert runs("374من السجناء") == ["374"]


def test_a_latin_word_does_not_turn_an_arabic_line() -> None:
    assert text.direction("SDF قالت قوات سوريا الديمقراطية") == "rtl"
    assert text.direction("— Hanzala (@Hanzpal2) January 21, 2022") == "ltr"


def test_a_character_that_would_reorder_the_line_stands_alone() -> None:
    (line,) = text.lay_out("قال \u202eهنا", [])
    assert [run.control for run in line.runs if run.control] == ["U+202E"]


# Differences


def test_differences_name_the_fields_and_follow_links_by_span() -> None:
    layers = open_corpus(SAMPLE).layers
    a = [
        note("number", "n1", 0, 2, low=1),
        note("event", "v1", 3, 5, participants=[{"role": "agent", "target": "n1"}]),
        note("entity", "e1", 6, 9, type="ORG"),
        note("entity", "e2", 20, 22, type="ORG"),
        note("timex", "t1", 30, 35, type="DATE"),
    ]
    b = [
        note("number", "n7", 0, 2, low=1),
        note("event", "v7", 3, 5, participants=[{"role": "agent", "target": "n7"}]),
        note("entity", "e7", 6, 9, type="GPE"),
        note("timex", "t7", 30, 33, type="DATE"),
    ]
    left, right = differences.compare(a, b, layers)
    assert (left["n1"].kind, left["v1"].kind) == ("same", "same")
    assert (left["e1"].kind, left["e1"].other, left["e1"].fields) == ("fields", "e7", ("type",))
    assert (left["e2"].kind, left["t1"].kind) == ("only", "span")
    assert right["t7"].other == "t1"


# Claims and timeline


def test_a_claim_knows_its_voice_and_what_superseded_it() -> None:
    made = {c.ends: c for c in claims.claims(open_corpus(SAMPLE), "hand")}
    old, new = made["a_market", "f2"], made["b_toll", "f1"]
    assert (old.superseded, new.superseded) == (True, False)
    spokesman = made["a_market", "f5"]
    assert (spokesman.source, spokesman.voice) == ("Spokesman of the Harbour Council", "Harbour Council")
    assert (spokesman.shown, new.shown) == ("≈20", "≥15")
    denial = made["c_denial", "f1"]
    assert [(link.type, link.article) for link in denial.relations] == [("DENIES", "b_toll")]


def test_the_timeline_goes_forward_and_draws_ranges_open_ends_and_relations() -> None:
    made = claims.claims(open_corpus(SAMPLE), "hand")
    killed = next(p for p in timeline.panels(made) if p.category == "killed")
    dates = [mark.claim.date for mark in sorted(killed.marks, key=lambda m: m.x)]
    assert dates == sorted(dates)
    marks = {mark.claim.ends: mark for mark in killed.marks}
    assert marks["b_toll", "f1"].open == "up"
    assert marks["b_toll", "f1"].y < marks["a_market", "f2"].y, "more stands higher"
    assert {curve.type for curve in killed.curves} == {"UPDATES", "DENIES"}
    (injured,) = (p.marks[0] for p in timeline.panels(made) if p.category == "injured")
    assert injured.top < injured.y < injured.bottom, "an approximation is a range"


def test_values_far_apart_keep_their_ticks_inside_the_plot() -> None:
    for low, high in [(0, 0), (1, 2), (3, 45_000), (10**6, 10**14)]:
        floor, ceiling, ticks = timeline._scale(low, high)
        assert floor < ceiling and 1 <= len(ticks) <= 7


# Search


def test_the_folding_table_is_the_normal_form() -> None:
    table = search.folding()
    for word in ("ٱلْحَسَكَةُ", "د١عش", "ﻷسايش", "لـ”الأمصار”", "ISIS ۱۲"):
        assert "".join(table.get(c, c) for c in word) == fold(word)
    changed = {c for c in map(chr, range(0xD800)) if fold(c) != c}
    assert changed <= set(table)


# Pages


def test_every_page_runs_only_what_its_policy_names(site: Path, hostile: Path) -> None:
    pages = [*site.rglob("*.html"), *hostile.rglob("*.html")]
    assert len(pages) > 12
    for path in pages:
        page = Page(path)
        (policy,) = (
            a["content"] or "" for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"
        )
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert rules["default-src"] == "'none'" and "unsafe" not in policy and "http" not in policy
        for tag in ("script", "style"):
            hashes = [
                f"'sha256-{base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()}'"
                for part in page.inline[tag]
            ]
            assert rules[f"{tag}-src"].split() == (hashes or ["'none'"]), path
        for tag, attributes in page.elements:
            assert tag not in ("iframe", "object", "embed", "base", "link"), path
            assert not [name for name in attributes if name.startswith("on") or name == "style"], path
            for name in ("href", "src"):
                value = attributes.get(name) or ""
                assert not re.match(r"(?i)\s*(javascript|https?|//|data:(?!image))", value), (path, value)


def test_hostile_text_is_shown_and_never_markup(hostile: Path) -> None:
    page = Page(hostile / "articles" / "hostile.html")
    shown = [line.replace("\x00", "") for line in page.lines]
    wanted = [line.replace("\x00", "").rstrip("\r") for line in HOSTILE.split("\n") if line.strip()]
    assert [line.rstrip("\r\n") for line in shown] == wanted
    assert "img" not in {tag for tag, _ in page.elements}
    assert "textarea" not in {tag for tag, _ in page.elements}


def test_links_inside_the_site_lead_somewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        for tag, attributes in Page(path).elements:
            target = (attributes.get("href") or "").partition("#")[0]
            if tag == "a" and target:
                assert (path.parent / target).is_file(), (path, target)


def test_registry_links_name_an_element_of_their_page(site: Path) -> None:
    known = {
        name: {a["id"] for _, a in Page(site / f"{name}.html").elements if "id" in a}
        for name in ("referents", "events", "figures")
    }
    assert {"police", "harbour-council"} <= known["referents"]
    assert "market-attack" in known["events"]
    assert "attack-killed-civilians" in known["figures"]


def test_every_mention_of_a_referent_stands_on_its_page(site: Path) -> None:
    html = (site / "referents.html").read_text(encoding="utf-8")
    section = html.split('id="police"')[1].split("</section>")[0]
    wanted = [
        (article, one.id)
        for article, found in open_corpus(SAMPLE).annotations().items()
        for one in found
        if one.get("ref") == "police" and one.layer == "entity"
    ]
    assert re.findall(r'href="articles/([\w-]+)\.html#(e\d+)"', section) == wanted


def test_an_unsafe_article_id_never_becomes_a_path() -> None:
    assert page_names(["ok-1", "../up", "a/b", ""]) == {
        "ok-1": "ok-1.html", "../up": "_1.html", "a/b": "_2.html", "": "_3.html",
    }  # fmt: skip


# Corpora


@pytest.fixture
def no_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the charts out where a test is about something else: rendering them takes seconds."""
    monkeypatch.setattr(charts, "write", lambda corpus, folder: {})


@pytest.mark.parametrize(
    "missing",
    [
        ["rules"],
        ["registry"],
        ["relations.jsonl"],
        ["hand"],
        ["hand", "rules", "registry", "relations.jsonl"],
    ],
    ids=lambda names: "+".join(names),
)
@pytest.mark.usefixtures("no_images")
def test_any_part_of_a_corpus_may_be_missing(corpus_dir: Path, tmp_path: Path, missing: list[str]) -> None:
    for name in missing:
        path = corpus_dir / "annotations" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    pages = build(open_corpus(corpus_dir), tmp_path / "site").pages
    assert {"index.html", "figures.html", "search.html", "articles/a_market.html"} <= set(pages)


@pytest.mark.usefixtures("no_images")
def test_figures_that_only_the_rules_have_lead_to_the_rules(corpus_dir: Path, tmp_path: Path) -> None:
    hand, rules = (corpus_dir / "annotations" / name for name in ("hand", "rules"))
    shutil.rmtree(rules)
    shutil.copytree(hand, rules)
    for path in hand.iterdir():
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(x for x in lines if json.loads(x)["layer"] == "zone"), encoding="utf-8")
    build(open_corpus(corpus_dir), tmp_path / "site")
    for name, id in (("figures", "f2"), ("referents", "e1"), ("events", "v1")):
        html = (tmp_path / "site" / f"{name}.html").read_text(encoding="utf-8")
        assert f"a_market.html#rules:{id}" in html and "a_market.html#" + id not in html


@pytest.mark.usefixtures("no_images")
def test_a_layer_of_the_corpus_itself_appears(corpus_dir: Path, tmp_path: Path) -> None:
    weapon = {
        "title": "weapons",
        "description": "What is used in an attack.",
        "allOf": [{"$ref": "../common.schema.json#/$defs/annotation"}],
        "properties": {
            "layer": {"const": "weapon"},
            "id": {"type": "string", "pattern": "^w[1-9][0-9]*$(?!\\n)"},
            "type": {"oneOf": [{"const": "gun", "title": "Gun"}, {"const": "knife", "title": "Knife"}]},
        },
        "required": ["type"],
        "unevaluatedProperties": False,
    }
    folder = corpus_dir / "schema" / "layers"
    folder.mkdir(parents=True)
    (folder / "weapon.schema.json").write_text(json.dumps(weapon), encoding="utf-8")
    line = {"id": "w1", "layer": "weapon", "start": 0, "end": 6, "text": "الشرطة", "type": "gun"}
    line["provenance"] = {"method": "hand", "annotator": "test"}
    path = corpus_dir / "annotations" / "hand" / "a_market.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + json.dumps(line) + "\n", encoding="utf-8")
    build(open_corpus(corpus_dir), tmp_path / "site")
    html = (tmp_path / "site" / "articles" / "a_market.html").read_text(encoding="utf-8")
    assert "weapons" in html and "Knife" in html and re.search(r'data-a="[^"]*\bw1\b', html)


@pytest.mark.usefixtures("no_images")
def test_a_malformed_annotation_is_named(corpus_dir: Path, tmp_path: Path) -> None:
    path = corpus_dir / "annotations" / "hand" / "b_toll.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    for broken in (
        {**first, "end": 9999},
        {k: v for k, v in first.items() if k != "id"},
        {**first, "type": 7},
    ):
        path.write_text(json.dumps(broken) + "\n", encoding="utf-8")
        with pytest.raises(HasilaError, match=r"b_toll\.jsonl.*hasila validate"):
            build(open_corpus(corpus_dir), tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_a_folder_with_other_files_is_left_alone(sample, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(HasilaError, match="holds other files"):
        build(sample, tmp_path)
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.usefixtures("no_images")
def test_the_command_writes_replaces_and_says_where(tmp_path: Path, capsys) -> None:
    for _ in range(2):
        assert main(["browse", str(SAMPLE), "--out", str(tmp_path / "site")]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines()[-1].endswith("index.html") and "pages" in printed.err
    assert main(["browse", str(tmp_path / "nothing")]) == 2


def test_without_jinja_the_command_says_what_to_install(sample, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtra, match=r"hasila\[browse\]"):
        build(sample, tmp_path / "site")


# Charts


def test_charts_are_the_same_twice_and_open_as_images(tmp_path: Path, sample) -> None:
    first = charts.write(sample, tmp_path / "a")
    charts.write(sample, tmp_path / "b")
    assert set(first) == {"labels", "toll"}
    for name in first:
        svg = (tmp_path / "a" / f"{name}.svg").read_bytes()
        assert svg == (tmp_path / "b" / f"{name}.svg").read_bytes()
        assert svg.startswith(b"<svg") and (tmp_path / "a" / f"{name}.png").read_bytes()[:4] == b"\x89PNG"


def test_the_label_chart_counts_every_annotation_once(sample) -> None:
    rows = charts._label_rows(sample)
    counted = sum(
        row["count"] for row in rows if row["origin"] == "hand" and row["panel"].startswith("entities")
    )
    assert counted == sum(one.layer == "entity" for some in sample.annotations().values() for one in some)


@pytest.mark.slow
def test_the_committed_charts_are_of_the_committed_data() -> None:
    made = charts.specifications(open_corpus(ROOT))
    for path in sorted((ROOT / "docs" / "figures").glob("*.svg")):
        assert f"sha256:{charts.digest(made[path.stem])}" in path.read_text(encoding="utf-8"), (
            f"{path.name} is stale: run `hasila browse . --charts docs/figures`"
        )


@pytest.mark.slow
def test_pages_of_the_packaged_corpus_stay_small(tmp_path: Path) -> None:
    pages = build(open_corpus(ROOT), tmp_path / "site").pages
    assert len([name for name in pages if name.startswith("articles/")]) == len(open_corpus(ROOT).articles)
    assert max(size for name, size in pages.items() if name.startswith("articles/")) < 500_000


def test_days_of_a_panel_do_not_overlap() -> None:
    for panel in timeline.panels(claims.claims(open_corpus(SAMPLE), "hand")):
        for day, following in pairwise(panel.days):
            assert day.x + day.width <= following.x
