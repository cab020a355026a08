"""Rule annotators: the seven layers from raw Arabic text alone.

``pipeline`` runs the layers over a ``page`` in one order; each layer is a module with
``find(page)`` and its lexicons in ``lexicon/``. What a text does not decide stays null.
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
