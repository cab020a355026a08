"""One analysis of an Arabic text that every rule reads: normal form, words, sentences.

``analyse(text)`` gives it. Rules match in the normal form and map their spans back once.
"""

from hasila.arabic.analysis import Analysis, analyse
from hasila.arabic.normal import Normal, normalise

__all__ = ["Analysis", "Normal", "analyse", "normalise"]
