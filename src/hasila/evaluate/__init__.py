"""Measuring: predicted annotations against gold, and two readings against each other.

``matching`` pairs annotations, ``measures`` counts what each layer's schema makes countable,
``scores`` and ``agreement`` turn the counts into figures; docs/evaluation.md defines them.
"""

from hasila.evaluate.agreement import agreement
from hasila.evaluate.scores import evaluate

__all__ = ["agreement", "evaluate"]
