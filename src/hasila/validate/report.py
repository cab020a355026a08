"""Problems as text, JSON, SARIF 2.1.0 and GitHub annotations."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from hasila import __version__
from hasila.validate.problem import CODES, LEVELS, Problem

Problems = Sequence[Problem]


def as_text(problems: Problems, prefix: str = "") -> str:
    """``file:line:column: code: id: message`` and the hint below; ``prefix`` is the way to the corpus."""
    return "".join(
        f"{_place(p, prefix)}: {p.code}: {f'{p.id}: ' if p.id else ''}{p.message}\n    {p.hint}\n"
        for p in problems
    )


def _place(problem: Problem, prefix: str) -> str:
    parts = (prefix + problem.file, problem.line, problem.column if problem.line else None)
    return ":".join(str(part) for part in parts if part is not None)


def as_json(problems: Problems, prefix: str = "") -> str:
    """One array of objects; files stay relative to the corpus."""
    return json.dumps([p.to_dict() for p in problems], ensure_ascii=False, indent=2) + "\n"


def as_github(problems: Problems, prefix: str = "") -> str:
    """Workflow commands that mark the lines of a pull request."""
    return "".join(
        f"::error {','.join(_github_fields(p, prefix))}::"
        f"{_escaped(f'{p.id}: ' if p.id else '')}{_escaped(p.message)}. {_escaped(p.hint)}\n"
        for p in problems
    )


def _github_fields(problem: Problem, prefix: str) -> list[str]:
    fields = {
        "file": prefix + problem.file,
        "line": problem.line,
        "col": problem.column,
        "title": problem.code,
    }
    return [f"{name}={_escaped(str(v), ',:')}" for name, v in fields.items() if v is not None]


def _escaped(text: str, also: str = "") -> str:
    for char in "%\r\n" + also:
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def as_sarif(problems: Problems, prefix: str = "") -> str:
    """A SARIF 2.1.0 log with one run; columns are code points."""
    codes = sorted({p.code for p in problems})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": CODES[code].summary},
            "help": {"text": CODES[code].hint},
            "properties": {"level": CODES[code].level, "levelName": LEVELS[CODES[code].level]},
        }
        for code in codes
    ]
    run = {
        "tool": {"driver": {"name": "hasila validate", "semanticVersion": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(p, prefix, codes.index(p.code)) for p in problems],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _sarif_result(problem: Problem, prefix: str, rule: int) -> dict[str, Any]:
    place: dict[str, Any] = {
        "artifactLocation": {"uri": _uri(prefix + problem.file), "uriBaseId": "%SRCROOT%"}
    }
    if problem.line is not None:
        column = {} if problem.column is None else {"startColumn": problem.column}
        place["region"] = {"startLine": problem.line, **column}
    location: dict[str, Any] = {"physicalLocation": place}
    if problem.id is not None:
        location["logicalLocations"] = [{"name": problem.id}]
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": "error",
        "message": {"text": f"{problem.message}. {problem.hint}"},
        "locations": [location],
    }


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path)


FORMATS: dict[str, Callable[[Problems, str], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}
