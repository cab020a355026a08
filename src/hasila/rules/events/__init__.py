"""What happened.

``layer`` finds triggers and how the text presents them, ``participants`` who and what takes part.
"""

from hasila.rules.events.layer import find

__all__ = ["find"]
