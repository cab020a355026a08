"""Drafts: quotes in, annotations with offsets out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from hasila.cli import main
from hasila.drafts import place_all
from hasila.schema import HOME
from hasila.validate.schema import packaged

TEXT = "مقتل 12 مدنيا في هجوم على سوق\nوقالت الشرطة إن 12 جنديا و12 شرطيا قتلوا.\n"
PAGE = (HOME / "docs" / "annotating.md").read_text(encoding="utf-8")


def number(**fields: Any) -> dict[str, Any]:
    plain = {"kind": "cardinal", "form": "digits", "low": 12, "high": 12, "comparator": "exact"}
    return {"layer": "number", "line": 1, "text": "12", **plain, **fields}


def place(*drafts: dict[str, Any] | str, annotator: str | None = "reader") -> Any:
    lines = [x if isinstance(x, str) else json.dumps(x) for x in drafts]
    return place_all(TEXT, lines, annotator)


def mistake(*drafts: dict[str, Any] | str, annotator: str | None = "reader") -> str:
    _, problems = place(*drafts, annotator=annotator)
    assert len(problems) == 1, problems
    line, message = problems[0]
    return f"{line}: {message}"


def test_a_quote_becomes_a_span_with_every_field_of_the_schema() -> None:
    (found,), problems = place(number())
    assert not problems
    assert (found.id, found.span, found.text) == ("n1", (5, 7), "12")
    assert found["vague"] is None and found["hedge"] is None
    assert found.rest["provenance"] == {"method": "hand", "annotator": "reader"}
    assert packaged()["number"].violations(found.to_dict()) == []


def test_a_repeated_quote_needs_nth_or_context() -> None:
    assert mistake(number(line=2)).startswith("1: the quote '12' occurs 2 times (nth 1: ")
    (by_count,), _ = place(number(line=2, nth=2))
    (by_context,), _ = place(number(line=2, context="12 شرطيا"))
    assert by_count.span == by_context.span == (TEXT.index("12 شرطيا"), TEXT.index("12 شرطيا") + 2)


def test_the_unit_is_the_nearest_one() -> None:
    (found,), _ = place(number(line=2, nth=1, unit="جنديا"))
    assert TEXT[found["unit"]["start"] : found["unit"]["end"]] == "جنديا"


def test_a_draft_without_text_is_the_whole_line() -> None:
    (found,), _ = place({"layer": "zone", "line": 2, "type": "body"})
    assert found.text == TEXT.split("\n")[1]


def test_a_quotation_covers_its_parts_and_an_elision_runs_to_the_nearest_end() -> None:
    draft = {
        "layer": "quotation",
        "line": 2,
        "source": "الشرطة",
        "cue": "قالت",
        "content": ["12 جنديا [...] قتلوا"],
    }
    draft |= {"mode": "indirect", "stance": "assert", "named": True}
    (found,), problems = place(draft)
    assert not problems
    assert found.text == "قالت الشرطة إن 12 جنديا و12 شرطيا قتلوا"
    assert found["content"][0]["text"] == "12 جنديا و12 شرطيا قتلوا"


def test_ids_go_on_from_the_highest_given_and_comments_are_skipped() -> None:
    found, _ = place("// the numbers", "", number(id="n7"), number(line=2, nth=2), number(line=2, nth=1))
    assert [(x.id, x.start) for x in sorted(found, key=lambda x: x.start)] == [
        ("n7", 5),
        ("n8", 46),
        ("n9", 56),
    ]


@pytest.mark.parametrize(
    ("draft", "message"),
    [
        ("{", "1: not JSON: Expecting property name"),
        ("[1]", "1: a draft line is one JSON object"),
        ('{"layer": "numbers"}', "1: `layer` is one of zone, entity,"),
        (number(txt="12"), "1: unknown key 'txt'; the keys of a number draft are comparator,"),
        (number(text="13"), "1: the quote '13' is not in 'مقتل 12"),
        (number(line=9), "1: line 9 to 9 is not in a text of 3 lines"),
        (number(line="1"), "1: 'line' is a number, not '1'"),
        (number(text=12), "1: 'text' is a string, not 12"),
        (number(id=3), "1: `id` is a string such as n1, not 3"),
        (number(unit=5), '1: a quote is a string or {"text": …, "line": …}, not 5'),
        (number(low="12"), '1: /low: "12" is no integer'),
        (number(kind="cardnal"), "1: /kind: \"cardnal\" is no label here. Did you mean 'cardinal'?"),
        (number(id="t1"), '1: /id: "t1" is not of the form'),
        (number(text="دنيا"), "1: 'م' stands before 'دنيا' in the same word"),
        ({"layer": "zone", "type": "body"}, "1: neither `text` nor `line` says where it is"),
    ],
)
def test_each_mistake_is_told_with_its_line(draft: dict[str, Any] | str, message: str) -> None:
    assert mistake(draft).startswith(message)


def test_an_annotator_is_needed_once() -> None:
    assert mistake(number(), annotator=None) == "1: no `provenance`; say who annotates with --annotator NAME"
    _, problems = place(number(provenance={"method": "hand", "annotator": "x"}), annotator=None)
    assert not problems


def test_what_is_pointed_to_must_be_there_and_ids_differ() -> None:
    event = {"layer": "event", "line": 1, "text": "هجوم", "type": "Attack", "realis": "actual"}
    dangling = event | {"participants": [{"role": "patient", "target": "n1"}]}
    assert mistake(dangling) == "1: it points to 'n1', which is not there"
    assert not place(dangling, number(id="n1"))[1]
    assert mistake(number(id="n1"), number(id="n1", line=2, nth=1)) == "2: the id 'n1' is taken"


def blocks(page: str) -> dict[str, str]:
    return dict(re.findall(r"`(\S+)`:\n\n```\w+\n(.*?)```", page, re.DOTALL))


def test_the_example_of_the_page_gives_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = blocks(PAGE)
    for name in ("article.txt", "draft.jsonl", "wrong.jsonl"):
        (tmp_path / name).write_text(files[name], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    consoles = re.findall(r"```console\n\$ hasila (.+?)\n(.*?)```", PAGE, re.DOTALL)
    assert len(consoles) == 2
    for (command, told), status in zip(consoles, (0, 1), strict=True):
        words = [a or b for a, b in re.findall(r'"([^"]+)"|(\S+)', command)]
        assert main(words) == status
        assert capsys.readouterr().err == told
    written = (tmp_path / "annotations.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    assert written[: files["annotations.jsonl"].count("\n")] == files["annotations.jsonl"].splitlines(
        keepends=True
    )
    assert len(written) == sum(line.startswith("{") for line in files["draft.jsonl"].split("\n"))


def test_adding_keeps_what_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article, draft, out = (tmp_path / name for name in ("a.txt", "draft.jsonl", "a.jsonl"))
    article.write_text(TEXT, encoding="utf-8")
    call = ["place", str(article), str(draft), "--annotator", "x", "--out", str(out), "--add"]
    for drafted in (number(), number(line=2, nth=1)):
        draft.write_text(json.dumps(drafted), encoding="utf-8")
        assert main(call) == 0
    ids = [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert ids == ["n1", "n2"]
    before = out.read_bytes()
    draft.write_text(json.dumps(number(text="none")), encoding="utf-8")
    assert main(call) == 1
    assert out.read_bytes() == before
    assert f"{draft}:1: the quote 'none' is not in" in capsys.readouterr().err
