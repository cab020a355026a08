"""What part of the page each line is.

``layer`` finds the zones; ``copies`` the passages that the page repeats.
"""

from hasila.rules.zones.layer import find

__all__ = ["find"]
