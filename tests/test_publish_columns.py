"""JSON values to Arrow columns and back; tokens of any text."""

from __future__ import annotations

import datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hasila.arabic.normal import fold
from hasila.columns import array, batch
from hasila.errors import HasilaError
from hasila.publish.tokens import iob, tokenise
from hasila.schema import Field, Label, Type

COLOURS = Type("label", nullable=True, labels=tuple(Label(n, n, "", "") for n in ("red", "green", "blue")))
SPAN = Type(
    "struct",
    nullable=True,
    fields=(
        Field("start", Type("int", bits=32), True),
        Field("text", Type("string", nullable=True), True),
        Field("colours", Type("list", item=COLOURS), False),
    ),
)
FIELDS = (
    Field("colour", COLOURS, True),
    Field("day", Type("date", nullable=True), True),
    Field("span", SPAN, True),
    Field("spans", Type("list", item=SPAN), False),
    Field("count", Type("int", nullable=True), True),
    Field("sure", Type("bool", nullable=True), True),
)

colours = st.none() | st.sampled_from(COLOURS.label_names)
spans = st.fixed_dictionaries(
    {
        "start": st.integers(0, 2**31 - 1),
        "text": st.none() | st.text(st.characters(exclude_categories=["Cs"])),
        "colours": st.none() | st.lists(colours),
    }
)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "colour": colours,
            "day": st.none() | st.dates().map(datetime.date.isoformat),
            "span": st.none() | spans,
            "spans": st.none() | st.lists(st.none() | spans),
            "count": st.none() | st.integers(0, 2**53 - 1),
            "sure": st.none() | st.booleans(),
        }
    )
)


def back(value: Any, kind: Type) -> Any:
    """An Arrow value as the JSON value that it came from."""
    if value is None:
        return None
    if kind.kind == "label":
        return kind.label_names[value]
    if kind.kind == "date":
        return value.isoformat()
    if kind.kind == "struct":
        return {f.name: back(value[f.name], f.type) for f in kind.fields}
    if kind.kind == "list":
        assert kind.item is not None
        return [back(item, kind.item) for item in value]
    return value


@given(rows)
def test_rows_come_back_from_arrow_as_they_went_in(given_rows: list[dict[str, Any]]) -> None:
    made = batch(given_rows, FIELDS)
    made.validate(full=True)
    assert made.schema == pa.schema([(f.name, f.type.arrow()) for f in FIELDS])
    kinds = {f.name: f.type for f in FIELDS}
    read = [{name: back(value, kinds[name]) for name, value in row.items()} for row in made.to_pylist()]
    assert read == given_rows


def test_a_key_that_a_row_lacks_is_null() -> None:
    assert batch([{}], FIELDS).to_pylist() == [dict.fromkeys(f.name for f in FIELDS)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            {"colour": "pink"},
            r"column colour: 'pink' is no label of the schema \(there are red, green, blue\)",
        ),
        ({"day": "2022-02-30"}, "column day: .*2022-02-30"),
        ({"count": "many"}, "column count: "),
        ({"span": {"start": 2**31}}, "column span: "),
        ({"span": "here"}, "column span: "),
    ],
)
def test_a_value_that_does_not_fit_names_its_column(row: dict[str, Any], message: str) -> None:
    with pytest.raises(HasilaError, match=message):
        batch([row], FIELDS)


def test_labels_are_their_positions_in_the_schema() -> None:
    assert array(["blue", None, "red"], COLOURS).to_pylist() == [2, None, 0]


letters = st.text(
    st.sampled_from(list('وبالحسكةل،."“ـًa1٣@#_- \n\u200f🙏🏽é\u0301'))
    | st.characters(exclude_categories=["Cs"])
)


@given(letters, st.sets(st.integers(0, 30)))
def test_tokens_are_in_order_and_hold_every_visible_sign(text: str, cuts: set[int]) -> None:
    tokens = tokenise(text, cuts)
    ends = [0, *(end for _, end in tokens)]
    for (start, end), before in zip(tokens, ends, strict=False):
        assert before <= start < end <= len(text)
        assert not text[start:end].isspace()
    outside = "".join(
        text[a:b] for a, b in zip(ends, [*(start for start, _ in tokens), len(text)], strict=True)
    )
    assert fold(outside).strip() == ""


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)), max_size=8))
def test_tags_and_what_they_have_no_room_for_are_all_spans(drawn: list[tuple[int, int]]) -> None:
    tokens = [(at, at + 1) for at in range(30)]
    wanted = sorted({(start, start + size) for start, size in drawn})
    tags, inner = iob(tokens, wanted)
    tagged, at = [], 0
    while at < len(tags):
        assert tags[at] != "I"
        end = at + 1
        if tags[at] == "B":
            while end < len(tags) and tags[end] == "I":
                end += 1
            tagged.append((at, end))
        at = end
    assert sorted([*tagged, *inner]) == wanted
    for start, end in inner:
        assert any(a < end and start < b and b - a >= end - start for a, b in tagged)
