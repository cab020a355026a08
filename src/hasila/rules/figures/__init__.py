"""The claim about a number.

``layer`` joins ``quantities`` of people or acts, what befell them (``outcomes``), whose they are (``sides``),
and who says so (``voices``).
"""

from hasila.rules.figures.layer import find

__all__ = ["find"]
