"""Python's cyclic collector, held while many objects are made of which none is circular."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_HOLDER = Lock()


@contextmanager
def held() -> Iterator[None]:
    """No walks of the collector within; for code whose objects go by their reference counts alone.

    Of several threads the first one holds it, and it is free again when that one leaves. Where the caller
    has disabled it, nothing changes.
    """
    mine = gc.isenabled() and _HOLDER.acquire(blocking=False)
    if mine:
        gc.disable()
    try:
        yield
    finally:
        if mine:
            gc.enable()
            _HOLDER.release()
