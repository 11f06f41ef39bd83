from __future__ import annotations

import hashlib
import json
import random
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.seals import Plain, canonical_json, digest, digest_file, digest_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
WHOLE = st.integers(-(2**53 - 1), 2**53 - 1)
PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | WHOLE | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def _shuffled(value: Any, seed: int) -> Any:
    if isinstance(value, dict):
        items = [(key, _shuffled(item, seed)) for key, item in value.items()]
        random.Random(seed).shuffle(items)  # noqa: S311 - an order, not a secret
        return dict(items)
    return [_shuffled(item, seed) for item in value] if isinstance(value, list) else value


# --- RFC 8785 ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bits", "written"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_in_appendix_b(bits: str, written: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical_json(number).decode() == written


def test_the_sample_of_section_3_2_2() -> None:
    text = r"""{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }"""
    wanted = (
        r'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        r'"string":"€$\u000f\nA' + r"""'B\"\\\\\"/"}"""
    )
    assert canonical_json(json.loads(text)).decode() == wanted


def test_keys_are_sorted_by_utf_16_as_in_section_3_2_3() -> None:
    text = r"""{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis"}"""
    assert list(json.loads(canonical_json(json.loads(text))).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


# --- what follows --------------------------------------------------------------------------------


@given(PLAIN, st.integers(0, 99))
def test_order_of_keys_does_not_matter(value: Plain, seed: int) -> None:
    assert canonical_json(_shuffled(value, seed)) == canonical_json(value)


@given(PLAIN)
def test_reads_back_to_the_value_and_is_one_line(value: Plain) -> None:
    text = canonical_json(value)
    assert json.loads(text, parse_int=float) == value
    assert b"\n" not in text
    assert canonical_json(json.loads(text)) == text


@given(PLAIN, PLAIN)
def test_different_values_have_different_bytes(one: Plain, other: Plain) -> None:
    if canonical_json(one) == canonical_json(other):
        assert json.loads(canonical_json(one)) == json.loads(canonical_json(other))
    else:
        assert digest_of(one) != digest_of(other)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf"), 2**53 + 1, -(2**60), 10**400])
def test_refuses_what_is_no_number_that_every_reader_holds(number: float) -> None:
    with pytest.raises(ValueError, match="is no"):
        canonical_json({"a": [number]})


def test_refuses_half_a_character() -> None:
    for text in ("\ud800", "a\udfff"):
        with pytest.raises(ValueError, match="surrogates"):
            canonical_json(text)
        with pytest.raises(ValueError, match="surrogates"):
            canonical_json({text: 1})


@pytest.mark.parametrize("thing", [b"bytes", {1, 2}, Path("x"), object(), {1: 2}])
def test_refuses_what_is_not_plain(thing: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json({"a": thing})


def test_digest_is_the_published_one() -> None:
    assert digest(b"abc") == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest_of({"b": 1.0, "a": "é"}) == digest('{"a":"é","b":1}'.encode())


def test_digest_of_a_file_larger_than_one_read(tmp_path: Path) -> None:
    content = bytes(range(256)) * 5000
    (tmp_path / "file").write_bytes(content)
    assert digest_file(tmp_path / "file") == f"sha256:{hashlib.sha256(content).hexdigest()}"
    with pytest.raises(FileNotFoundError):
        digest_file(tmp_path / "none")


def test_refuses_what_is_nested_without_end() -> None:
    value: Any = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ValueError, match="nested"):
        canonical_json(value)
