"""Score the rules on public test cases: ``python benchmarks/suites.py FOLDER``.

FOLDER holds ``numbers.jsonl`` (input, kind, value) and ``timexes.jsonl`` (input, text, value,
reference). A number case passes when exactly one number with that kind and value is found; a timex case
when one of that value overlaps the expected text. Cases that contradict the scheme are listed in
docs/suites.md by their input and leave the count.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from hasila.arabic.normal import fold
from hasila.rules import annotate

LISTED = Path(__file__).parents[1] / "docs" / "suites.md"


def exempt() -> set[str]:
    """Folded inputs of the cases that docs/suites.md lists, in backquotes at a line's start."""
    if not LISTED.is_file():
        return set()
    return {fold(m) for m in re.findall(r"^- `([^`]+)`", LISTED.read_text(encoding="utf-8"), re.MULTILINE)}


def plain(value: str | None) -> str | None:
    """``T19`` and ``T19:00`` are the same time."""
    return re.sub(r"(T[0-9]{2}):00$", r"\1", value) if value else value


def number_case(case: dict[str, Any]) -> tuple[bool, Any]:
    found = [(a["kind"], a["low"], a["high"]) for a in annotate(case["input"]) if a.layer == "number"]
    return found == [(case["kind"], case["value"], case["value"])], found


def timex_case(case: dict[str, Any]) -> tuple[bool, Any]:
    found = [a for a in annotate(case["input"], case["reference"][:10]) if a.layer == "timex"]
    start = case["input"].find(case["text"])
    end = start + len(case["text"])
    right = any(plain(a["value"]) == plain(case["value"]) and a.start < end and start < a.end for a in found)
    return right, [(a.text, a["value"]) for a in found]


def main(folder: Path) -> None:
    """Print each failing case and the score of each suite."""
    listed = exempt()
    for name, judge in (("numbers", number_case), ("timexes", timex_case)):
        cases = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()]
        counted = [case for case in cases if fold(case["input"]) not in listed]
        passed = 0
        for case in counted:
            right, found = judge(case)
            passed += right
            if not right:
                print(
                    f"{name}: {case['input']!r} expected {case.get('kind', '')} {case['value']} found {found}"
                )
        share = passed / max(len(counted), 1)
        print(f"{name}: {passed}/{len(counted)} = {share:.3f}, {len(cases) - len(counted)} listed\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
