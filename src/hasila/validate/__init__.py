"""The validator: six levels of checks over a corpus directory, each mistake told once.

A record that fails a level is left alone by the later ones, and so is what refers to it.
Articles are read one after the other; what stays in memory is the registry, the relations and
the figures that they join.
"""

from __future__ import annotations

from pathlib import Path

from hasila.validate.corpus import check_corpus
from hasila.validate.problem import CODES, LEVELS, Code, Log, Problem

__all__ = ["CODES", "LEVELS", "Code", "Log", "Problem", "validate"]


def validate(path: str | Path | None = None, release: bool = False) -> list[Problem]:
    """Check the corpus at ``path`` (the packaged one where None), levels 1 to 5.

    With ``release``, level 6 compares it with the last release and rebuilds its generated files,
    provided that the other levels found nothing.

    Returns:
        The problems by file and line; none where the corpus is sound.

    Raises:
        HasilaError: there is no corpus at ``path``.
    """
    return check_corpus(path, release=release)[0]
