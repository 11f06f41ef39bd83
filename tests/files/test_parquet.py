"""Made-up Parquet files that unfold too far: each is refused before anything in it is decoded."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as arrow
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.files import NotParquetError, codes_of, open_parquet, parquet, values_of
from fairlineup.files.thrift import read_struct


def packed(table: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **{"compression": "zstd", **options})
    return buffer.getvalue()


def refused(content: bytes, columns: tuple[str, ...] | None = None) -> str:
    with pytest.raises(NotParquetError) as error:
        open_parquet(io.BytesIO(content), columns)
    return str(error.value)


def varint(number: int) -> bytes:
    """A whole number as Thrift's compact protocol writes it."""
    left, found = number << 1, b""
    while left > 127:
        found, left = found + bytes([left & 127 | 128]), left >> 7
    return found + bytes([left])


def footer_at(content: bytes) -> int:
    return len(content) - 8 - int.from_bytes(content[-8:-4], "little")


TABLE = arrow.table(
    {
        "name": arrow.array(["a", "b", None, "a"]),
        "code": arrow.array(["x", "x", "y", "x"]).dictionary_encode(),
        "score": arrow.array([0.5, None, 1.5, 2.0]),
        "capped": arrow.array([True, False, True, None]),
        "narrow": arrow.array([1, 2, 3, 4], arrow.float16()),
    }
)
OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"use_dictionary": False},
    {"data_page_version": "2.0"},
    {"compression": "none", "row_group_size": 2},
    {"compression": "snappy", "data_page_size": 1},
    {
        "use_dictionary": False,
        "column_encoding": {"name": "DELTA_LENGTH_BYTE_ARRAY", "score": "BYTE_STREAM_SPLIT"},
    },
)


@pytest.mark.parametrize("options", OPTIONS)
def test_what_is_no_attack_is_read(options: dict[str, Any]) -> None:
    read = open_parquet(io.BytesIO(packed(TABLE, **options))).read()
    for name in TABLE.column_names:
        assert values_of(read[name]) == TABLE[name].to_pylist()
    assert values_of(open_parquet(io.BytesIO(packed(TABLE[:0], **options))).read()["name"]) == []


def test_texts_are_made_once_and_told_apart_once() -> None:
    groups = packed(arrow.table({"name": ["b", "a", "b", "c"]}), row_group_size=2)
    column = open_parquet(io.BytesIO(groups)).read()["name"]
    names, codes = codes_of(column)
    assert [names[code] for code in codes] == ["b", "a", "b", "c"]
    assert len(set(names)) == len(names) == 3
    values = values_of(
        open_parquet(io.BytesIO(packed(arrow.table({"name": ["long text"] * 2})))).read()["name"]
    )
    assert values[0] is values[1]


def test_a_name_twice_in_a_dictionary_is_one_name() -> None:
    twice = arrow.DictionaryArray.from_arrays([0, 1, 2], ["a", "a", "b"])
    names, codes = codes_of(arrow.chunked_array([twice]))
    assert (names, codes.tolist()) == (("a", "b"), [0, 0, 1])


BOMBS: dict[str, Callable[[], bytes]] = {
    "rows of one value": lambda: packed(arrow.table({"a": np.zeros(40_000, np.int64)})),
    "a long text": lambda: packed(arrow.table({"a": ["0" * 300_000]}), use_dictionary=False),
    "a long text in the dictionary": lambda: packed(arrow.table({"a": ["0" * 300_000]})),
    "many row groups": lambda: packed(arrow.table({"a": np.zeros(400, np.int64)}), row_group_size=1),
    "wide cells": lambda: packed(
        arrow.table({"a": arrow.array([b"0" * 5000] * 100, arrow.binary(5000))}), compression="gzip"
    ),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_file_that_unfolds_too_far_is_refused(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = BOMBS[kind]()
    open_parquet(io.BytesIO(content))
    monkeypatch.setattr(parquet, "FLOOR", 2 * len(content))
    monkeypatch.setattr(parquet, "RATIO", 2)
    monkeypatch.setattr(parquet, "PAGES", 300)
    assert "unfolds to more than" in refused(content)


def test_a_column_nobody_reads_may_be_anything() -> None:
    content = packed(arrow.table({"A": [1], "b": [[1]], "c": [{"d": 1}]}))
    assert "lists or tables" in refused(content)
    assert open_parquet(io.BytesIO(content), ("a",)).read(columns=["A"]).num_rows == 1


def test_texts_that_share_their_beginnings_are_refused() -> None:
    delta = {"use_dictionary": False, "column_encoding": {"a": "DELTA_BYTE_ARRAY"}}
    assert "in a way that is not read" in refused(packed(arrow.table({"a": ["x" * 10_000] * 100}), **delta))


@pytest.mark.parametrize("kind", [arrow.string_view(), arrow.large_binary(), arrow.large_string()])
def test_a_long_text_in_every_row_costs_one(kind: Any) -> None:
    """Whatever kind of text the footer says it is: as codes, or not at all."""
    content = packed(arrow.table({"a": arrow.array([b"x" * 100] * 50, kind)}))
    try:
        column = open_parquet(io.BytesIO(content)).read()["a"]
    except NotParquetError as error:
        assert "'a' of" in str(error)  # noqa: PT017 - either will do
    else:
        assert arrow.types.is_dictionary(column.type)


def test_a_footer_that_says_more_or_fewer_rows_than_there_are_is_refused() -> None:
    content = packed(arrow.table({"a": np.arange(100_000)}))
    at = footer_at(content)
    for said in (90_000, 99_999, 1_000_000):
        lying = content[:at] + content[at:].replace(varint(100_000), varint(said))
        assert "rows in pages where" in refused(lying)


def test_a_page_that_says_less_than_it_unfolds_to_is_never_unfolded() -> None:
    content = packed(arrow.table({"a": ["0" * 3_000_000]}), use_dictionary=False)
    header, _ = read_struct(content[4:])
    lying = content.replace(varint(header[2]), varint(2_000_001))
    assert lying != content
    with pytest.raises(OSError, match="too small"):
        open_parquet(io.BytesIO(lying)).read()


def test_a_footer_longer_than_any_is_refused() -> None:
    content = packed(arrow.table({"a": [1]}).replace_schema_metadata({"a": "0" * 1_000_000}))
    assert "a footer of 2," in refused(content)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_header_or_none(content: bytes) -> None:
    try:
        found, length = read_struct(content)
    except ValueError:
        return
    assert length > 0
    assert all(isinstance(key, int) for key in found)


@given(st.integers(0, 10**9), st.integers(0, 255), st.sampled_from(OPTIONS[:4]))
def test_a_changed_byte_is_read_refused_or_an_error_of_arrows(at: int, byte: int, options: Any) -> None:
    content = bytearray(packed(TABLE, **options))
    content[at % len(content)] = byte
    try:
        read = open_parquet(io.BytesIO(bytes(content))).read()
        for name in read.column_names:
            values_of(read[name])
    except (ValueError, OSError, arrow.ArrowException):
        pass


@pytest.mark.parametrize("options", OPTIONS[:4])
def test_a_footer_that_ends_arrow_is_refused_before(options: Any) -> None:
    """Arrow ends the process where statistics of a column do not belong to its type."""
    content = packed(TABLE, **options)
    begin = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    for at in range(begin, len(content)):
        changed = bytearray(content)
        changed[at] = 5 if content[at] != 5 else 6
        with suppress(ValueError, OSError, arrow.ArrowException):
            open_parquet(io.BytesIO(bytes(changed)))
