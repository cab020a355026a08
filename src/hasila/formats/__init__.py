"""A corpus in the formats of other tools, and corrections made there back.

A format is a module with ``export(corpus, origin, out)``, which fills a folder and returns what it left out,
and, where people edit, ``read(folder, corpus, origin)``, which yields a ``Found`` an article. To add one,
write the module and a line below; the command line and docs/formats.md follow.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hasila.corpus import Corpus

if TYPE_CHECKING:
    from hasila.formats.merge import Found


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name on the command line, its module, what it carries and what it loses."""

    name: str
    module: str
    title: str
    files: str
    carries: str
    loses: str
    reads: bool = True

    def export(self, corpus: Corpus, origin: str, out: Path) -> list[str]:
        """Write the annotations of one origin into the folder ``out``; return what was left out."""
        found: list[str] = importlib.import_module(f"hasila.formats.{self.module}").export(
            corpus, origin, out
        )
        return found

    def read(self, folder: Path, corpus: Corpus, origin: str) -> Iterator[tuple[str, Found]]:
        """Yield what the files of ``folder`` say, by article."""
        found: Iterator[tuple[str, Found]]
        found = importlib.import_module(f"hasila.formats.{self.module}").read(folder, corpus, origin)
        return found


ALL = "every layer and field"
ACROSS = "relations across articles"
FORMATS = {
    one.name: one
    for one in (
        Format("brat", "brat", "brat standoff", "<article>.txt, <article>.ann, annotation.conf", ALL, ACROSS),
        Format("cas-xmi", "cas_xmi", "UIMA CAS, XMI", "<article>.xmi, TypeSystem.xml", ALL, "relations"),
        Format("cas-json", "cas_json", "UIMA CAS, JSON", "<article>.json", ALL, "relations"),
        Format(
            "web-annotation", "web_annotation", "W3C Web Annotation",
            "<article>.jsonld, <article>.txt, _relations.jsonld", ALL, "nothing; relations are not read back",
        ),
        Format(
            "iob2", "iob2", "IOB2 columns", "conll2003/<split>.txt, wojood/<split>.txt",
            "entities, timexes and numbers with their type",
            "other layers and fields; conll2003/ also what lies inside or across a longer span",
        ),
        Format(
            "spacy", "spacy", "spaCy DocBin", "<split>.spacy", ALL,
            "relations; is not read back", reads=False,
        ),
        Format(
            "ged", "ged", "CSV with the columns of UCDP GED", "figures.csv", "figures",
            "other layers; is not read back", reads=False,
        ),
    )
}  # fmt: skip
