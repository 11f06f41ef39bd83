from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.evidence.bundles.differences import differences, numbers_in
from fairlineup.evidence.bundles.manifest import ListedFile, manifest_bytes, parse_manifest
from fairlineup.records import BadInput

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_a_value_does_not_differ_from_itself(value: Any) -> None:
    assert list(differences(value, value, 0.0)) == []
    assert list(differences(value, value, 1e-9)) == []


@pytest.mark.parametrize(
    ("told", "found", "path"),
    [
        ({"a": [1, {"b": 2.0}]}, {"a": [1, {"b": 2.5}]}, "a[1].b"),
        ({"a": 1}, {}, "a"),
        ({}, {"a": 1}, "a"),
        ([1], [1, 2], "[1]"),
        ([1, 2], [1], "[1]"),
        ({"a": 1}, {"a": 1.0}, "a"),
        ({"a": 1}, {"a": True}, "a"),
        ({"a": None}, {"a": 0}, "a"),
        ({"a": {"not_measured": "few"}}, {"a": 0.5}, "a"),
        ({"a": []}, {"a": {}}, "a"),
    ],
)
def test_what_differs_is_named(told: Any, found: Any, path: str) -> None:
    for tolerance in (0.0, 1e-9):
        assert [one.path for one in differences(told, found, tolerance)] == [path]


def test_the_tolerance_is_relative() -> None:
    assert list(differences(1e-12, 1e-12 * (1 + 1e-10), 1e-9)) == []
    assert len(list(differences(1e-12, 1e-12 * (1 + 1e-8), 1e-9))) == 1
    assert len(list(differences(0.0, 1e-300, 1e-9))) == 1
    assert len(list(differences(1.0, 1.0 + 2e-16, 0.0))) == 1


def test_numbers_are_counted_and_truths_are_none() -> None:
    assert numbers_in({"a": [1, 2.0, True, None, "3"], "b": {"c": 4}}) == 3


names = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=9)


@given(
    st.dictionaries(names, st.tuples(st.integers(0, 10**12), st.binary(min_size=32, max_size=32)), max_size=4)
)
def test_a_manifest_is_read_back(files: dict[str, tuple[int, bytes]]) -> None:
    listed = [ListedFile(name, size, digest.hex()) for name, (size, digest) in files.items()]
    assert parse_manifest(manifest_bytes(listed)) == tuple(sorted(listed))


@given(st.data())
def test_any_flipped_bit_of_a_manifest_gives_another_or_none(data: st.DataObject) -> None:
    listed = (ListedFile("a", 12, "0" * 64), ListedFile("b/c", 3, "f" * 64))
    content = bytearray(manifest_bytes(listed))
    at = data.draw(st.integers(0, len(content) * 8 - 1))
    content[at // 8] ^= 1 << at % 8
    with contextlib.suppress(ValueError, BadInput):
        assert parse_manifest(bytes(content)) != listed
