"""Rule annotators: the seven layers from raw Arabic text alone.

``pipeline`` runs the layers over a ``page`` in one order; each layer is a folder with ``find(page)`` in its
``layer.py``, all lexicons are in ``lexicon/``. What a text does not decide stays null.
Over the corpus, ``relations`` compares the figures; ``batch`` is the seam to engines.
"""

from hasila.rules.batch import annotate_batch, batch_schema
from hasila.rules.page import First, Page, Registry
from hasila.rules.pipeline import annotate, annotate_corpus, annotate_page

__all__ = [
    "First",
    "Page",
    "Registry",
    "annotate",
    "annotate_batch",
    "annotate_corpus",
    "annotate_page",
    "batch_schema",
]
