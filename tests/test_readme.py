"""What README.md shows is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from hasila.schema import HOME

README = (HOME / "README.md").read_text(encoding="utf-8") if (HOME / "README.md").is_file() else ""
SHOWN = re.findall(r"^```python\n(.+?)^```\n\nprints\n\n```text\n(.+?)^```", README, re.DOTALL | re.MULTILINE)


def test_readme_shows_code_with_its_output() -> None:
    assert SHOWN


@pytest.mark.parametrize(("code", "output"), SHOWN)
def test_code_prints_what_readme_says(code: str, output: str) -> None:
    code = code.replace("/path/to/clone", str(HOME))
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == output


def test_every_linked_file_exists() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert [link for link in links if not Path(HOME / link).exists()] == []
