"""Who and where.

``layer`` collects what the lexicon (``names``), the ``patterns`` (of ``places`` and ``bodies``) and
``people`` with their roles give, all read by ``reader``; ``referents`` tells which mentions are of one.
"""

from hasila.rules.entities.layer import find

__all__ = ["find"]
