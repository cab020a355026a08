"""The site in a real browser: opened from ``file://``, by pointer and by keyboard."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from browse_site import hostile_corpus
from conftest import SAMPLE
from hasila.arabic.normal import fold
from hasila.browse.site import build
from hasila.corpus import open_corpus

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = (
    "index.html", "articles/a_market.html", "articles/c_denial.html", "figures.html", "referents.html",
    "events.html", "search.html", "charts.html",
)  # fmt: skip


@dataclass
class Visit:
    """A page, and everything that the browser complained of or asked for elsewhere."""

    page: Any
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium, driven by Playwright."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path = None
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium and Playwright are needed here: apt-get install chromium")
        pytest.skip("needs Chromium and Playwright")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(open_corpus(SAMPLE), tmp_path_factory.mktemp("sample") / "site").root


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    return build(open_corpus(hostile_corpus(folder / "corpus")), folder / "site").root


@pytest.fixture
def visit(chromium: Any) -> Iterator[Any]:
    """Open a page; at the end nothing may have been reported on the console or asked of the network."""
    visits: list[Visit] = []
    contexts = []

    def go(root: Path, name: str, *, width: int = 1280, scheme: str = "light") -> Any:
        context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        contexts.append(context)
        context.set_default_timeout(8000)
        found = Visit(context.new_page())
        visits.append(found)
        found.page.on("console", lambda message: found.complaints.append(message.text))
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        found.page.on(
            "request",
            lambda r: None if r.url.startswith(("file:", "data:")) else found.complaints.append(r.url),
        )
        path, _, fragment = name.partition("#")
        found.page.goto((root / path).as_uri() + (f"#{fragment}" if fragment else ""))
        return found.page

    yield go
    assert [one.complaints for one in visits] == [[] for _ in visits]
    for context in contexts:
        context.close()


def piece(page: Any, id: str, origin: str = "hand") -> Any:
    """The first piece of an annotation."""
    return page.locator(f"p.{origin} [data-a~='{id}']").first


def bars(element: Any) -> int:
    """How many bars are drawn under a piece."""
    image = element.evaluate("(e) => getComputedStyle(e).backgroundImage")
    drawn = re.findall(r"linear-gradient\((?:[^()]|\([^()]*\))*\)", image)
    return sum("rgb(" in one for one in drawn)


def expect_count(rows: Any, count: int) -> None:
    """Wait until as many are there."""
    from playwright.sync_api import expect

    expect(rows).to_have_count(count)


# Text


def test_an_arabic_line_runs_from_right_to_left(visit, site) -> None:
    page = visit(site, "articles/a_market.html")
    boxes = [piece(page, id).bounding_box() for id in ("e1", "v1", "n1", "v2", "e2")]
    lefts = [box["x"] for box in boxes]
    assert lefts == sorted(lefts, reverse=True), "later words stand further left"


def test_latin_inside_a_tweet_keeps_its_own_order(visit, site) -> None:
    page = visit(site, "articles/c_denial.html")
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('.zone-tweet p.hand bdi')].map((e) => {
          const node = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
          const xs = [];
          for (let n = node.nextNode(); n; n = node.nextNode()) for (let k = 0; k < n.length; k++) {
            const r = new Range(); r.setStart(n, k); r.setEnd(n, k + 1);
            xs.push(r.getBoundingClientRect().left);
          }
          return [e.textContent, xs];
        })"""
    )
    texts = [text for text, _ in boxes]
    assert "@meena" in texts and "March 3, 2020" in texts
    for text, lefts in boxes:
        assert lefts == sorted(lefts), text


def test_a_digit_glued_to_a_word_stands_to_its_right(visit, site) -> None:
    page = visit(site, "articles/a_market.html")
    assert page.locator("p.hand", has_text="20شخصا").count() == 1
    number, figure = (
        piece(page, "n5").bounding_box(),
        page.locator("p.hand [data-a~='f5']").last.bounding_box(),
    )
    assert number["x"] >= figure["x"] + figure["width"] - 1


def test_nested_spans_have_a_bar_each_in_places_of_their_own(visit, site) -> None:
    page = visit(site, "articles/a_market.html")
    inner = page.locator("p.hand [data-a~='e3'][data-a~='e2']").first
    assert bars(inner) == 3, "the town in the market in the quotation"
    places = inner.evaluate("(e) => getComputedStyle(e).backgroundPosition.split(', ')")
    assert len(set(places)) > 2


def test_a_copy_is_dimmed_and_leads_to_its_original(visit, site) -> None:
    page = visit(site, "articles/a_market.html")
    copy = page.locator(".row.copy").first
    colour = "(e) => getComputedStyle(e).color"
    assert copy.locator("p").first.evaluate(colour) != page.locator(".row p.hand").first.evaluate(colour)
    copy.get_by_role("link").click()
    assert page.locator("#card code").first.inner_text() == "z2"


# Layers, card, links


def test_a_toggle_hides_its_layer_and_only_that(visit, site) -> None:
    page = visit(site, "articles/a_market.html")
    before = bars(piece(page, "e3"))
    height = page.locator(".text").bounding_box()["height"]
    page.get_by_role("checkbox", name="entities").uncheck()
    assert bars(piece(page, "e3")) == before - 2
    assert bars(piece(page, "n2")) > 0
    assert page.locator(".text").bounding_box()["height"] < height, "the lines close up"


def test_the_legend_is_the_schema(visit, site) -> None:
    page = visit(site, "articles/a_market.html")
    layers = open_corpus(SAMPLE).layers
    assert page.locator(".controls input[type=checkbox]").count() == len(layers)
    page.locator("summary[aria-label='Labels of entities']").click()
    shown = page.locator(".layer", has_text="entities").locator("dt code").all_inner_texts()
    assert shown == layers["entity"].field("type").type.label_names


def test_pointing_at_a_span_shows_its_fields_and_a_click_keeps_them(visit, site) -> None:
    page = visit(site, "articles/a_market.html")
    piece(page, "n5").hover()
    card = page.locator("#card")
    assert "20شخصا" in card.inner_text() and "About" in card.inner_text()
    piece(page, "e7").click()
    piece(page, "n5").hover()
    assert "Occupation" in card.inner_text()
    page.keyboard.press("Escape")
    assert "Occupation" not in card.inner_text()


def test_links_of_the_card_follow_number_quotation_event_and_referent(visit, site) -> None:
    page = visit(site, "articles/a_market.html#f2")
    for field_name, id in (("number", "n2"), ("quotation", "q2")):
        page.goto(page.url.split("#")[0] + "#f2")
        page.locator("#card dt", has_text=field_name).first.locator("+ dd a").click()
        assert page.locator("#card code").first.inner_text() == id
    page.goto(page.url.split("#")[0] + "#f2")
    page.locator("#card dt", has_text="event ref").locator("+ dd a").click()
    assert page.url.endswith("events.html#market-attack")
    page.go_back()
    page.locator("#card dt", has_text="originator").first.locator("+ dd a").click()
    assert page.url.endswith("referents.html#police")
    page.locator("#police .concordance a").first.click()
    assert "/articles/a_market.html#e1" in page.url
    assert page.locator("#card code").first.inner_text() == "e1"


def test_the_text_is_read_with_the_keyboard_alone(visit, site) -> None:
    page = visit(site, "articles/a_market.html")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.text p [data-a]')"):
            break
    first = page.evaluate("document.activeElement.getBoundingClientRect().left")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") < first
    assert page.locator("#card section").count() > 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('#card') !== null")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.text p [data-a]')")


def test_hand_and_rules_stand_side_by_side_with_differences_marked(visit, site) -> None:
    page = visit(site, "articles/a_market.html")
    assert not page.locator("p.rules").first.is_visible()
    page.get_by_label("Side by side").check()
    hand, rules = (page.locator(f"p.{origin}").nth(1).bounding_box() for origin in ("hand", "rules"))
    assert abs(hand["y"] - rules["y"]) < 2 and rules["x"] + rules["width"] <= hand["x"]
    image = "(e) => getComputedStyle(e).backgroundImage"
    assert "repeating" in piece(page, "e1").evaluate(image), "the rules lack it"
    assert "repeating" not in piece(page, "n4", "rules").evaluate(image), "both have it"
    piece(page, "e1").click()
    assert "no counterpart" in page.locator("#card").inner_text()
    page.goto(page.url.split("#")[0] + "#rules:n4")
    assert page.locator("#card code").first.inner_text() == "n4"


# Figures


def test_points_of_the_timeline_lead_to_their_sentences(visit, site) -> None:
    page = visit(site, "figures.html")
    point = page.get_by_role("link", name="≥15 killed")
    earlier = page.locator("a.claim[data-category=killed] circle").first.bounding_box()
    assert earlier["x"] < point.locator("circle").bounding_box()["x"]
    point.locator("circle").click()
    assert "/articles/b_toll.html#f1" in page.url
    assert "على الأقل" in page.locator("#card blockquote").first.inner_text()


def test_claims_are_filtered_by_category_side_and_source(visit, site) -> None:
    page = visit(site, "figures.html")
    rows = page.locator(".claim-row:visible")
    everything = rows.count()
    page.locator("[name=category]").select_option(label="Injured")
    assert rows.count() == 1 and page.locator(".panel:visible").count() == 1
    assert page.locator("#shown").inner_text() == f"1 of {everything} claims"
    page.get_by_role("button", name="Show all").click()
    page.locator("[name=source]").select_option("Harbour Party")
    expect_count(rows, 1)
    assert page.locator(".pair:visible").count() == 1
    page.get_by_role("button", name="Show all").click()
    expect_count(rows, everything)
    page.locator("[name=side]").select_option("civilians")
    assert 0 < rows.count() < everything


def test_contradicting_claims_are_joined_and_set_against_each_other(visit, site) -> None:
    page = visit(site, "figures.html")
    assert page.locator("svg path.curve.DENIES").count() >= 1 + 1, "one in the chart, one in the legend"
    pair = page.locator(".pair").inner_text()
    assert "denies" in pair and "Harbour Party" in pair and "Police" in pair


# Search


@pytest.mark.parametrize("asked", ["المَرفـأ", "المرفا", "ﺍﻟﻤﺮﻓﺄ"])
def test_the_search_folds_as_the_package_does(visit, site, asked: str) -> None:
    page = visit(site, "search.html")
    page.get_by_label("Words").fill(asked)
    found = page.locator("#results mark")
    texts = [article.text for article in open_corpus(SAMPLE).articles.values()]
    assert found.count() == sum(fold(text).count(fold(asked)) for text in texts)
    assert {fold(text) for text in found.all_inner_texts()} == {fold("المرفأ")}


def test_a_hit_in_the_text_leads_to_the_words_themselves(visit, site) -> None:
    page = visit(site, "search.html")
    page.get_by_label("Words").fill("القصف")
    page.locator("#results a").click()
    page.wait_for_url("**/b_toll.html#*")
    marked = page.evaluate("[...CSS.highlights.get('hit')].map(String)")
    assert marked == ["القصف"]


def test_annotations_are_found_by_layer_label_and_english_name(visit, site) -> None:
    page = visit(site, "search.html")
    page.locator("#layer").select_option("figure")
    everything = page.locator("#results li").count()
    page.locator("#label").select_option("injured")
    assert page.locator("#results li").count() == 1 < everything
    page.locator("#layer").select_option("entity")
    page.get_by_label("Words").fill("harbour party")
    refs = [
        one
        for some in open_corpus(SAMPLE).annotations().values()
        for one in some
        if one.layer == "entity" and one.get("ref") == "harbour-party"
    ]
    assert page.locator("#results li").count() == len(refs)


# Safety


@pytest.mark.parametrize(
    "name", ["articles/hostile.html#e1", "figures.html", "referents.html", "search.html#script", "index.html"]
)
def test_hostile_content_is_shown_not_run(visit, hostile, name: str) -> None:
    page = visit(hostile, name)
    if name.startswith("articles"):
        piece(page, "e1").hover()
        piece(page, "f1").click()
        assert "<img src=x" in page.locator("#card").inner_text()
        assert "<script>" in page.locator(".text").inner_text()
    assert "taken" not in page.title().replace("document.title='taken'", "")
    assert page.locator("img").count() == 0
    assert page.evaluate("window.taken") is None


def test_an_override_does_not_reorder_what_follows(visit, hostile) -> None:
    page = visit(hostile, "articles/hostile.html")
    lefts = page.evaluate(
        """() => {
          const lines = [...document.querySelectorAll('.text p')];
          const line = lines.find((p) => p.textContent.includes('الناطق'));
          const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
          for (let n = walker.nextNode(); n; n = walker.nextNode()) {
            const at = n.data.indexOf('الناطق');
            if (at >= 0) return [0, 3, 5].map((k) => {
              const r = new Range(); r.setStart(n, at + k); r.setEnd(n, at + k + 1);
              return r.getBoundingClientRect().left; });
          }
        }"""
    )
    assert lefts == sorted(lefts, reverse=True)
    assert page.locator(".code").count() == 4


def test_the_policy_stops_a_script_that_is_put_into_the_page(chromium, site, tmp_path) -> None:
    copy = shutil.copytree(site, tmp_path / "site")
    path = copy / "index.html"
    html = path.read_text(encoding="utf-8")
    path.write_text(
        html.replace("</main>", "<script>document.title='taken'</script></main>"), encoding="utf-8"
    )
    page = chromium.new_page()
    page.goto(path.as_uri())
    assert page.title() != "taken"
    page.close()


# Everywhere


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_a_serious_accessibility_fault(chromium, site, name: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto((site / name).as_uri())
    if name.startswith("articles"):
        page.get_by_label("Side by side").check()
        piece(page, "e1").click()
    violations = axe.Axe().run(page).response["violations"]
    context.close()
    serious = [v for v in violations if v["impact"] in ("serious", "critical")]
    assert not serious, [(v["id"], [node["html"][:120] for node in v["nodes"][:3]]) for v in serious]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_a_narrow_screen(visit, site, name: str) -> None:
    page = visit(site, name, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_card_leaves_the_span_in_view_on_a_narrow_screen(visit, site) -> None:
    page = visit(site, "articles/a_market.html#f5", width=360, scheme="dark")
    page.wait_for_timeout(600)
    card, span = page.locator("#card").bounding_box(), piece(page, "f5").bounding_box()
    assert span["y"] >= 0 and span["y"] + span["height"] / 2 <= card["y"]


def test_a_page_prints_its_text_without_the_controls(visit, site) -> None:
    page = visit(site, "articles/a_market.html")
    page.emulate_media(media="print")
    assert page.locator(".text").is_visible() and piece(page, "e1").is_visible()
    assert not page.locator(".controls").is_visible() and not page.locator("#card").is_visible()


def test_the_first_paint_is_fast(visit, site) -> None:
    page = visit(site, "articles/a_market.html")
    painted = """new Promise((done) => new PerformanceObserver((list) => done(
        list.getEntries().find((one) => one.name === 'first-contentful-paint').startTime
    )).observe({ type: 'paint', buffered: true }))"""
    assert page.evaluate(painted) < 2000
