"""Hasila: Arabic news of one attack, with its contradicting figures annotated, validated and published.

Importing this is cheap; each name below loads what it needs when it is first used.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "1.2.0"

_HOMES = {
    "Annotation": "hasila.annotation",
    "Corpus": "hasila.corpus",
    "HasilaError": "hasila.errors",
    "open_corpus": "hasila.corpus",
    "load": "hasila.load",
    "validate": "hasila.validate",
    "annotate": "hasila.rules",
    "annotate_batch": "hasila.rules",
    "evaluate": "hasila.evaluate",
    "data_version": "hasila.version",
}

__all__ = ["__version__", *_HOMES]

if TYPE_CHECKING:
    from hasila.annotation import Annotation as Annotation
    from hasila.corpus import Corpus as Corpus
    from hasila.corpus import open_corpus as open_corpus
    from hasila.errors import HasilaError as HasilaError


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'hasila' has no attribute {name!r}")


class _Package(ModuleType):
    """Keeps ``hasila.validate`` the function, which importing the submodule of that name would replace."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
