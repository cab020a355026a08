"""UIMA CAS as JSON (the form that ``dkpro-cassis`` and INCEpTION write), its type system inside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hasila.atomic import write_file
from hasila.corpus import Corpus
from hasila.formats.cas import library, read_files, to_cas, type_system
from hasila.formats.merge import Found


def export(corpus: Corpus, origin: str, out: Path) -> list[str]:
    """Write ``<article>.json`` into ``out``.

    Raises:
        MissingExtra: ``dkpro-cassis`` is not installed.
    """
    types = type_system(corpus.layers)
    for article in corpus.stream():
        cas = to_cas(article, corpus.read_annotations(article.id, origin), corpus, types)
        write_file(out / f"{article.id}.json", cas.to_json(pretty_print=True) + "\n")
    return [f"{len(corpus.relations(origin))} relations between figures"] if corpus.relations(origin) else []


def read(folder: Path, corpus: Corpus, origin: str) -> Iterator[tuple[str, Found]]:
    """Yield what the ``.json`` files of ``folder`` say, by article.

    Raises:
        HasilaError: a file cannot be read, or its text is not the corpus's.
        MissingExtra: ``dkpro-cassis`` is not installed.
    """
    return read_files(folder, corpus, ".json", "CAS in JSON", library().load_cas_from_json)
