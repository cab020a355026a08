"""Who says it.

``layer`` joins what the ``cues`` open, read by ``reporting``: the source by ``speakers``, the content by
``clauses``.
"""

from hasila.rules.quotations.layer import find

__all__ = ["find"]
