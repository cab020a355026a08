"""spaCy: every span on whole tokens, every field at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import DocBin

from hasila.corpus import Corpus, open_corpus
from hasila.errors import HasilaError
from hasila.formats import FORMATS
from hasila.formats.fields import fields, main_label
from hasila.formats.spacy import document, register, tokens


def docs(folder: Path) -> list[Any]:
    register()
    vocab = spacy.blank("ar").vocab
    return [doc for path in sorted(folder.iterdir()) for doc in DocBin().from_disk(path).get_docs(vocab)]


def test_spacy_finds_every_annotation_with_its_fields(tmp_path: Path) -> None:
    corpus = open_corpus()
    FORMATS["spacy"].export(corpus, "hand", tmp_path)
    found = {doc.user_data["hasila"]["article"]["id"]: doc for doc in docs(tmp_path)}
    assert found.keys() == corpus.articles.keys()
    for article in corpus.articles.values():
        doc = found[article.id]
        assert doc.text == article.text
        for name, layer in corpus.layers.items():
            here = [one for one in corpus.annotations("hand")[article.id] if one.layer == name]
            main = main_label(layer)
            assert main
            assert [
                (span.id_, span.label_, span.start_char, span.end_char, span.text) for span in doc.spans[name]
            ] == [(one.id, one[main.name], one.start, one.end, one.text) for one in here]
            for span, one in zip(doc.spans[name], here, strict=True):
                for field in fields(layer):
                    assert span._.get(field.name) == one.get(field.name)


def test_there_is_a_file_a_split(tmp_path: Path, sample: Corpus) -> None:
    FORMATS["spacy"].export(sample, "hand", tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"train.spacy", "validation.spacy", "test.spacy"}


def test_proclitics_are_tokens(tmp_path: Path) -> None:
    """So a name stands alone: in والأسايش the span begins inside the word."""
    words, spaces = tokens("قالت والأسايش بالحسكة", {6, 15})
    assert list(zip(words, spaces, strict=True)) == [
        ("قالت", True),
        ("و", False),
        ("الأسايش", True),
        ("ب", False),
        ("الحسكة", False),
    ]


@given(
    text=st.text(st.sampled_from('ابوال ١2\n\t\u200f\u0640\u064b👮🏽"،a ') | st.characters(codec="utf-8")),
    data=st.data(),
)
def test_tokens_make_up_the_text_and_end_at_every_cut(text: str, data: st.DataObject) -> None:
    cuts = data.draw(st.sets(st.integers(0, len(text)), max_size=5))
    words, spaces = tokens(text, cuts)
    joined = "".join(word + " " * space for word, space in zip(words, spaces, strict=True))
    assert joined == text
    assert all(words)


def test_a_span_that_no_token_can_bear_is_an_error(corpus: Corpus) -> None:
    article = corpus.articles["a_market"]
    one = corpus.annotations("hand")["a_market"][2]
    one.start, one.end = 6, 8
    assert article.text[7] == " "
    with pytest.raises(HasilaError, match=f"{one.id} begins or ends with white space"):
        document(article, [one], corpus.layers, spacy.blank("ar").vocab)
