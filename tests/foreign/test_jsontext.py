"""What is refused of JSON that somebody else wrote, and where the fault is said to be."""

import json
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from fairlineup.foreign import DEEPEST, MisfitError, Number, decode_json


@dataclass(frozen=True, slots=True)
class Found:
    name: str
    score: float
    others: tuple[tuple[str, float], ...] = ()


class Strict(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    number: int


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"null", None),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ('"\N{GRINNING FACE}"', "\N{GRINNING FACE}"),
        (b'"\\ud83d\\ude00"', "\N{GRINNING FACE}"),
        (b"[-0.0, 1e308, 100000000000000000000]", [-0.0, 1e308, 10**20]),
        (b'["[[[", "a\\\\", "\\"{"]', ["[[[", "a\\", '"{']),
        (b'[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
        (b"[" * DEEPEST + b"]" * DEEPEST, None),
    ],
)
def test_json_is_read(content: bytes | str, value: Any) -> None:
    found = decode_json(content)
    assert value is None or found == value


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (b"", "cut short"),
        (b"[1, 2", "cut short"),
        (b'{"a": 1} x', "trailing"),
        (b"[NaN]", "invalid character"),
        (b"[Infinity]", "invalid character"),
        (b"1e999", "out of range"),
        (b"-" + b"9" * 400, "longer one"),
        (b"9" * 5000, "longer one"),
        (b'"\\ud800"', "half a character"),
        (b'["\\udc00 and more"]', "surrogate"),
        ('"\ud800"', "half a character"),
        (b'"\xed\xa0\x80"', "UTF-8"),
        (b'{"a": 1, "a": 2}', "'a' twice"),
        (b'[{"a": 1, "b": {"c": 1, "\\u0063": 2}}]', "'c' twice"),
        ('{"a": 1}'.encode("utf-16"), "invalid character"),
        (b"[" * 100_000, "deeper ones"),
        (b'{"a":' * 100_000, "deeper ones"),
        (b'{"a":[' * 40 + b"]}" * 40, "deeper ones"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "deeper ones"),
    ],
)
def test_what_no_reader_should_take_is_refused(content: bytes | str, got: str) -> None:
    with pytest.raises(MisfitError) as error:
        decode_json(content)
    assert got in error.value.got


@pytest.mark.parametrize(
    ("content", "expected", "got", "path"),
    [
        (b'{"name": "a", "score": true}', "a number", "true or false", ".score"),
        (b'{"name": "a", "score": "0.9"}', "a number", "text", ".score"),
        (b'{"name": "a", "score": null}', "a number", "null", ".score"),
        (b'{"name": "a", "score": 1e999}', "a number that can be held", "number out of range", ".score"),
        (b'{"name": 1, "score": 1}', "text", "a whole number", ".name"),
        (b'{"name": "a"}', "the key 'score'", "none of that name", ""),
        (
            b'{"name": "a", "score": 1, "others": [["b", 2], ["c"]]}',
            "an array of length 2",
            None,
            ".others[1]",
        ),
        (b'{"name": "a", "score": 1, "others": [["b", "2"]]}', "a number", "text", ".others[0][1]"),
        (b"[]", "an object", "an array", ""),
    ],
)
def test_a_misfit_is_named_with_its_place(content: bytes, expected: str, got: str | None, path: str) -> None:
    with pytest.raises(MisfitError) as error:
        decode_json(content, Found)
    assert (error.value.expected, error.value.path) == (expected, path)
    assert got is None or error.value.got == got


def test_a_declared_type_is_made() -> None:
    found = decode_json(b'{"name": "a", "score": 1, "others": [["b", 2]], "unknown": {}}', Found)
    assert found == Found("a", 1.0, (("b", 2.0),))
    assert type(found.score) is float


def test_a_struct_may_forbid_keys_it_does_not_name() -> None:
    with pytest.raises(MisfitError, match="'numbr' too"):
        decode_json(b'{"number": 1, "numbr": 2}', Strict)
    with pytest.raises(MisfitError, match="a number, not a whole number"):
        decode_json(b'{"number": 1.5}', Strict)


def test_a_key_twice_is_refused_where_it_is_not_read() -> None:
    with pytest.raises(MisfitError, match="'x' twice"):
        decode_json(b'{"name": "a", "score": 1, "unread": {"x": 1, "x": 2}}', Found)


def test_sizes_are_held_to_before_anything_is_decoded() -> None:
    assert decode_json(b'["' + b"a" * 90 + b'"]', largest=100)
    with pytest.raises(MisfitError, match="104, not 100 bytes at most"):
        decode_json(b'["' + b"a" * 100 + b'"]', largest=100)
    with pytest.raises(MisfitError, match="10, not 6 values at most"):
        decode_json(b"[" + b"0," * 9 + b"0]", largest=100)
    with pytest.raises(MisfitError, match="deeper ones, not values nested 2 deep at most"):
        decode_json(b"[[[]]]", deepest=2)


def test_numbers_of_a_mapping_are_held_to_their_kind() -> None:
    assert decode_json(b'{"a": 1}', dict[str, Number]) == {"a": 1.0}
    with pytest.raises(MisfitError, match="true or false, not a number"):
        decode_json(b'{"a": true}', dict[str, Number])


LONG = "a" * 5_000


@pytest.mark.parametrize("text", [LONG, f"{LONG}\\\\", f'{LONG}\\"{LONG}', f"{LONG}:{LONG}", f"{LONG}é"])
def test_what_stands_about_a_long_text_is_checked_as_ever(text: str) -> None:
    assert decode_json(f'{{"a": "{text}", "b": {{"a": "{text}"}}}}') == {
        "a": json.loads(f'"{text}"'),
        "b": {"a": json.loads(f'"{text}"')},
    }
    for broken in (
        f'{{"a": "{text}", "a": 1}}',
        f'{{"a": "{text}", "b": {"[" * 70}{"]" * 70}}}',
        f'{{"a": "{text}", "b": {"1" * 30}}}',
        f'{{"{LONG}": "{text}", "{LONG}": 1}}',
    ):
        with pytest.raises(MisfitError):
            decode_json(broken)


def test_two_long_keys_are_two() -> None:
    assert len(decode_json(f'{{"{LONG}b": 1, "{LONG}c" : 1}}')) == 2
