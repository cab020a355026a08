"""Time expressions with TIMEX3 values.

``layer`` takes the longest reading over each run of time ``words``; the rules, declared by ``rule``,
stand in ``dates``, ``days``, ``clock`` and ``lengths``, the reckoning in ``calendar``.
"""

from hasila.rules.timexes.layer import find

__all__ = ["find"]
