"""Code points to UTF-8 bytes and UTF-16 units, and back."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hasila.offsets import from_units, to_units, unit_starts

UNITS: tuple[Literal["utf-8", "utf-16"], ...] = ("utf-8", "utf-16")
CODECS = {"utf-8": "utf-8", "utf-16": "utf-16-le"}
ARABIC = "ابتثجحخدمنهويىةلا\u0640\u064b\u0651\u200f"
TEXTS = st.text(st.sampled_from(ARABIC + "aé \n٣👮🏽\U0001f4f0\u200d\u0301") | st.characters(codec="utf-8"))


def size(text: str, unit: str) -> int:
    return len(text.encode(CODECS[unit])) // (2 if unit == "utf-16" else 1)


@pytest.mark.parametrize(
    ("text", "utf8", "utf16"),
    [
        ("", [0], [0]),
        ("ab", [0, 1, 2], [0, 1, 2]),
        ("سجن", [0, 2, 4, 6], [0, 1, 2, 3]),
        ("é", [0, 2], [0, 1]),
        ("e\u0301", [0, 1, 3], [0, 1, 2]),
        ("📰غ", [0, 4, 6], [0, 2, 3]),
        ("👮🏽", [0, 4, 8], [0, 2, 4]),
        ("﷽", [0, 3], [0, 1]),
    ],
)
def test_the_table_says_where_each_code_point_starts(text: str, utf8: list[int], utf16: list[int]) -> None:
    assert unit_starts(text, "utf-8") == utf8
    assert unit_starts(text, "utf-16") == utf16


@pytest.mark.parametrize("unit", UNITS)
@given(data=st.data(), text=TEXTS)
def test_a_span_goes_there_and_back(unit: Literal["utf-8", "utf-16"], data: st.DataObject, text: str) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    starts = unit_starts(text, unit)
    units = to_units((start, end), starts)
    assert units == (size(text[:start], unit), size(text[:end], unit))
    assert from_units(units, starts) == (start, end)


@given(text=TEXTS)
def test_utf16_offsets_cut_the_encoded_text_where_code_points_cut_the_text(text: str) -> None:
    encoded, starts = text.encode("utf-16-le"), unit_starts(text, "utf-16")
    for at in range(len(text)):
        start, end = to_units((at, at + 1), starts)
        assert encoded[2 * start : 2 * end].decode("utf-16-le") == text[at]


def test_an_offset_inside_a_code_point_is_an_error() -> None:
    with pytest.raises(ValueError, match="cuts a code point"):
        from_units((0, 1), unit_starts("📰", "utf-16"))
    with pytest.raises(ValueError, match="leaves a text of 2 units"):
        from_units((0, 3), unit_starts("س", "utf-8"))
    with pytest.raises(ValueError, match="not in a text of 1 code points"):
        to_units((0, 2), unit_starts("س", "utf-8"))
