"""Progress on standard error, for people alone."""

from __future__ import annotations

import io

import pytest

from hasila import progress as module
from hasila.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_a_count_that_is_wiped_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(module, "EVERY", 0)
    assert list(progress(range(3), "things")) == [0, 1, 2]
    assert "2 things, " in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_file_sees_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(progress(range(3))) == [0, 1, 2]
    assert capsys.readouterr().err == ""


def test_quick_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    assert list(progress(range(3))) == [0, 1, 2]
    assert terminal.getvalue() == ""
