"""Every code has one case, ``tests/cases/<code>/``: a whole small corpus that triggers it and no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hasila import validate
from hasila.validate import CODES
from hasila.validate.documentation import generate

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases"


@pytest.mark.parametrize("code", CODES)
def test_a_case_triggers_its_code_and_no_other(code: str) -> None:
    expected = json.loads((CASES / code / "expected.json").read_text(encoding="utf-8"))
    found = validate(CASES / code, release=expected.get("release", False))
    assert expected["why"]
    assert [p.code for p in found] == [code] * len(expected["problems"]), found
    assert [{"file": p.file, "line": p.line, "id": p.id} for p in found] == expected["problems"]
    assert all(p.level == CODES[code].level and p.message and p.hint for p in found)


def test_every_case_is_that_of_a_code() -> None:
    assert {path.name for path in CASES.iterdir()} == set(CODES)


def test_the_documentation_lists_every_code() -> None:
    page = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    assert generate(page) == page, "run `python -m hasila.validate.documentation`"
    assert all(f"| `{code}` |" in page for code in CODES)
