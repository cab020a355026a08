"""How many: numerals, duals and vague quantities.

``layer`` reads ``numerals`` (their words: ``numeral_words``), ``duals``, ``hedges`` and the noun that is
``counted``.
"""

from hasila.rules.numbers.layer import find

__all__ = ["find"]
