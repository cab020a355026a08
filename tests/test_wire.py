"""Wire copy: what articles share, where it stands in each, and that it is one source."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from hasila.cli import main
from hasila.corpus import Corpus, open_corpus
from hasila.initialise import initialise
from hasila.validate import validate
from hasila.wire import LEAST, Passages, find_passages, read, shared

pytest.importorskip("rensa")

REPORT = (
    "قال مدير الدفاع المدني في المحافظة إن فرق الإنقاذ انتشلت 12 جثة من تحت الأنقاض "
    "وما زالت تبحث عن أربعة مفقودين في المبنى المنهار."
)


@dataclass(frozen=True)
class Text:
    id: str
    text: str


def noise(seed: int, words: int = 60) -> str:
    """Sentences that no two seeds share."""
    dice = random.Random(seed)
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
    made = ["".join(dice.choice(letters) for _ in range(dice.randint(3, 8))) for _ in range(words)]
    return " ".join(made[: words // 2]) + ". " + " ".join(made[words // 2 :]) + "."


def test_a_shared_passage_has_its_offsets_in_both_articles() -> None:
    first = Text("first", f"{noise(1)}\n\n{REPORT}\n\n{noise(2)}")
    second = Text("second", f"{REPORT} {noise(3)}")
    (passage,) = find_passages([first, second])
    assert second.text[passage.start : passage.end] == REPORT.rstrip(".")
    assert first.text[passage.of_start : passage.of_end] == REPORT.rstrip(".")
    assert (passage.article, passage.of_article, passage.share) == ("second", "first", 1.0)


def test_spelling_marks_and_small_edits_do_not_hide_a_copy() -> None:
    edited = REPORT.replace("إن", "أنّ").replace("12", "١٢").replace("المنهار", "المنهـار")
    edited = edited.replace("انتشلت", "انتشلت حتى الآن")
    (passage,) = find_passages([Text("a", REPORT), Text("b", f"{noise(1)}\n{edited}")])
    assert REPORT[passage.of_start : passage.of_end] == REPORT.rstrip(".")
    assert 0.8 < passage.share < 1.0


def test_ten_outlets_with_one_report_lead_to_the_first() -> None:
    articles = [Text(f"a{n}", f"{noise(n)}\n{REPORT}\n{noise(100 + n)}") for n in range(10)]
    found = list(find_passages(articles))
    assert [(p.article, p.of_article) for p in found] == [(f"a{n}", "a0") for n in range(1, 10)]


def test_what_articles_do_not_share_is_no_passage() -> None:
    short = "قال مدير الدفاع المدني في المحافظة إن"
    assert len(short.split()) < LEAST
    assert not list(find_passages([Text(f"a{n}", f"{short} {noise(n)}") for n in range(20)]))


def test_memory_forgets_what_is_older_than_the_window() -> None:
    between = [Text(f"n{n}", noise(n)) for n in range(60)]
    articles = [Text("old", REPORT), *between, Text("new", REPORT)]
    assert not list(find_passages(articles, window=20))
    assert len(list(find_passages(articles))) == 1


def test_two_claims_in_one_report_are_one_source() -> None:
    texts = {"a": f"{noise(1)}\n{REPORT}", "b": f"{REPORT}\n{noise(2)}", "c": f"{noise(3)} {REPORT}"}
    own = " وقتل 12 شخصا."
    passages = Passages(find_passages([Text(id, text + own) for id, text in texts.items()]))

    def claim(article: str, words: str) -> dict[str, object]:
        start = (texts[article] + own).index(words)
        return {"article": article, "start": start, "end": start + len(words)}

    assert shared(passages, claim("b", "12 جثة"), claim("a", "12 جثة"))
    assert shared(passages, claim("b", "12 جثة"), claim("c", "12 جثة"))
    assert not shared(passages, claim("b", "12 جثة"), claim("a", "12 شخصا"))
    assert not shared(Passages(), claim("b", "12 جثة"), claim("a", "12 جثة"))


def test_passages_that_share_parts_of_an_original_are_apart() -> None:
    other = REPORT.replace("الدفاع", "الإسعاف").replace("الإنقاذ", "الطوارئ").replace("أربعة", "تسعة")
    half, rest = noise(7, 30), noise(8, 30)
    texts = {"a": f"{half}\n{rest}", "b": f"{half}\n{other}", "c": f"{rest}\n{noise(9)}"}
    passages = Passages(find_passages([Text(id, text) for id, text in texts.items()]))
    spans = [{"article": "b", "start": 10, "end": 14}, {"article": "c", "start": 10, "end": 14}]
    assert not shared(passages, *spans)


@pytest.fixture
def outlets(tmp_path: Path) -> Corpus:
    """Two outlets, each with the same report and a date."""
    for day, text in ((3, f"{noise(1)}\n{REPORT}\n"), (4, f"{REPORT}\n{noise(2)}\n")):
        (tmp_path / f"2024-03-0{day}_x.txt").write_text(text, encoding="utf-8")
    return initialise(tmp_path / "corpus", [tmp_path])


def test_a_corpus_keeps_its_passages_in_a_table(outlets: Corpus) -> None:
    assert not list(read(outlets).places("2024-03-04_x", 0, 5))[1:]
    assert main(["wire", str(outlets.root)]) == 0
    assert [place[0] for place in read(outlets).places("2024-03-04_x", 0, 5)] == [
        "2024-03-04_x",
        "2024-03-03_x",
    ]
    assert validate(outlets.root) == []


def test_files_have_their_passages_in_parquet(tmp_path: Path, outlets: Corpus) -> None:
    out = tmp_path / "wire.parquet"
    assert main(["wire", str(outlets.root / "dataset" / "raw"), "--out", str(out)]) == 0
    (row,) = pq.read_table(out).to_pylist()
    assert (row["article"], row["of_article"]) == ("2024-03-04_x", "2024-03-03_x")


def test_one_report_does_not_corroborate_itself(outlets: Corpus) -> None:
    from hasila.annotation import Annotation
    from hasila.rules.page import NO_REGISTRY
    from hasila.rules.relations import relations

    def figure(article: str, voice: str) -> Annotation:
        start = outlets.articles[article].text.index("12 جثة")
        fields = dict.fromkeys(("key", "subgroup", "vague", "number", "quotation"))
        fields |= {"category": "killed", "side": "all", "measure": "cumulative", "event_ref": "collapse"}
        fields |= {"low": 12, "high": 12, "comparator": "exact", "as_of": "2024-03-03", "said_on": None}
        fields |= {"originator": voice, "originator_basis": "quotation", "stance": "assert"}
        return Annotation("f1", "figure", start, start + 6, "12 جثة", fields, {}, article)

    articles = list(outlets.articles.values())
    marks = {a.id: [figure(a.id, f"voice-{n}")] for n, a in enumerate(articles)}
    assert [r["type"] for r in relations(articles, marks, NO_REGISTRY)] == ["CORROBORATES"]
    main(["wire", str(outlets.root)])
    assert relations(articles, marks, NO_REGISTRY, read(open_corpus(outlets.root))) == []
