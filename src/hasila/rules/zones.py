"""Zones: what part of the page each line is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hasila.annotation import Annotation
from hasila.rules.page import Page

_LINE = re.compile(r"[^\s](?:[^\n]*[^\s])?")


def find(page: Page) -> Iterator[Annotation]:
    """One zone a line."""
    for line in _LINE.finditer(page.analysis.form):
        yield page.mark("zone", *line.span(), "zone.body", type="body")
