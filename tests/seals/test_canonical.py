from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.seals import Plain, canonical_json, digest, digest_file, digest_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def _shuffled(value: Any, seed: int) -> Any:
    if isinstance(value, dict):
        items = [(key, _shuffled(item, seed)) for key, item in value.items()]
        random.Random(seed).shuffle(items)  # noqa: S311 - an order, not a secret
        return dict(items)
    return [_shuffled(item, seed) for item in value] if isinstance(value, list) else value


@given(PLAIN, st.integers(0, 99))
def test_order_of_keys_does_not_matter(value: Plain, seed: int) -> None:
    assert canonical_json(_shuffled(value, seed)) == canonical_json(value)


@given(PLAIN)
def test_reads_back_to_the_value_and_is_one_line(value: Plain) -> None:
    text = canonical_json(value)
    assert json.loads(text) == value
    assert b"\n" not in text


@given(PLAIN, PLAIN)
def test_different_values_have_different_bytes(one: Plain, other: Plain) -> None:
    if canonical_json(one) == canonical_json(other):
        assert json.loads(canonical_json(one)) == json.loads(canonical_json(other))
    else:
        assert digest_of(one) != digest_of(other)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_refuses_what_is_no_number(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"a": [number]})


@pytest.mark.parametrize("thing", [b"bytes", {1, 2}, Path("x"), object()])
def test_refuses_what_is_not_plain(thing: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json({"a": thing})


def test_digest_is_the_published_one() -> None:
    assert digest(b"abc") == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest_of({"b": 1, "a": "é"}) == digest('{"a":"é","b":1}'.encode())


def test_digest_of_a_file_larger_than_one_read(tmp_path: Path) -> None:
    content = bytes(range(256)) * 5000
    (tmp_path / "file").write_bytes(content)
    assert digest_file(tmp_path / "file") == f"sha256:{hashlib.sha256(content).hexdigest()}"
    with pytest.raises(FileNotFoundError):
        digest_file(tmp_path / "none")
