"""A count of what is done, on standard error, while long work runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

EVERY = 0.5
"""Seconds between two updates; work that takes less shows nothing."""


def progress(items: Iterable[Item], noun: str = "articles") -> Iterator[Item]:
    """Yield ``items`` and count them on one line of standard error, if that is a terminal."""
    if not sys.stderr.isatty():
        yield from items
        return
    start = shown = time.monotonic()
    try:
        for count, item in enumerate(items, start=1):
            yield item
            now = time.monotonic()
            if now - shown >= EVERY:
                shown = now
                sys.stderr.write(f"\r\x1b[K{count:,} {noun}, {count / (now - start):,.0f} a second")
                sys.stderr.flush()
    finally:
        if shown != start:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
