"""A count of what is done, on standard error, while long work runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

EVERY = 0.5
"""Seconds between two updates; work that takes less shows nothing."""
SELDOM = 10.0
"""The same where standard error is a file."""


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


class Rate:
    """Records and bytes done, their rate and the time left, on standard error.

    A terminal has one line that changes; elsewhere a line is written once in a while.
    """

    def __init__(self, noun: str) -> None:
        """Begin to count."""
        self.noun = noun
        self.terminal = sys.stderr.isatty()
        self.start = self.shown = time.monotonic()

    def __enter__(self) -> Rate:
        return self

    def __exit__(self, *_: object) -> None:
        if self.terminal and self.shown != self.start:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def show(self, records: int, done: int, total: int) -> None:
        """Show what is done: records, bytes, and the bytes that there are to do."""
        now = time.monotonic()
        if now - self.shown < (EVERY if self.terminal else SELDOM) or not done:
            return
        self.shown = now
        rate = done / (now - self.start)
        left = time.strftime("%H:%M:%S", time.gmtime((total - done) / rate))
        text = (
            f"{records:,} {self.noun}, {done / 1e6:,.1f} of {total / 1e6:,.1f} MB, "
            f"{rate / 1e6:.2f} MB/s, {left} left"
        )
        sys.stderr.write(f"\r\x1b[K{text}" if self.terminal else f"{text}\n")
        sys.stderr.flush()
