"""Who says it.

``layer`` joins what ``reporting`` words open: the source by ``speakers``, the content by ``clauses``.
"""

from hasila.rules.quotations.layer import find

__all__ = ["find"]
