"""UIMA CAS as XMI, with its type system beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from hasila.atomic import write_file
from hasila.corpus import Corpus
from hasila.errors import HasilaError
from hasila.formats.cas import library, read_files, to_cas, type_system
from hasila.formats.merge import Found

TYPES = "TypeSystem.xml"


def export(corpus: Corpus, origin: str, out: Path) -> list[str]:
    """Write ``TypeSystem.xml`` and ``<article>.xmi`` into ``out``.

    Raises:
        HasilaError: an article has a control character, which XML cannot write.
        MissingExtra: ``dkpro-cassis`` is not installed.
    """
    types = type_system(corpus.layers)
    write_file(out / TYPES, types.to_xml())
    for article in corpus.stream():
        cas = to_cas(article, corpus.read_annotations(article.id, origin), corpus, types)
        try:
            write_file(out / f"{article.id}.xmi", cas.to_xmi(pretty_print=True))
        except ValueError as error:
            raise HasilaError(f"{article.id}: XML cannot write its text ({error}); use cas-json") from error
    return [f"{len(corpus.relations(origin))} relations between figures"] if corpus.relations(origin) else []


def read(folder: Path, corpus: Corpus, origin: str) -> Iterator[tuple[str, Found]]:
    """Yield what the ``.xmi`` files of ``folder`` say, by article.

    Raises:
        HasilaError: a file cannot be read, or its text is not the corpus's.
        MissingExtra: ``dkpro-cassis`` is not installed.
    """

    def load(file: BinaryIO) -> Any:
        with (folder / TYPES).open("rb") as types:
            return library().load_cas_from_xmi(file, typesystem=library().load_typesystem(types))

    return read_files(folder, corpus, ".xmi", f"CAS of the types in {TYPES}", load)
