"""The codec on records made up for it: every form a record may have, there and back, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairlineup.records import BadInput, NotMeasured
from fairlineup.results import (
    FLAT,
    AuditResults,
    Pattern,
    Range,
    decode,
    encode,
    from_json,
    schema_of,
    to_json,
)


class Row(NamedTuple):
    rate: Annotated[float, Range(0, 1)]
    trials: int


@dataclass(frozen=True, slots=True)
class Part:
    """A share of something.

    Attributes:
        value: of the whole,
            from 0 to 1.
        people: whom it is about.
        tests: how many there were.
    """

    value: Annotated[float, Range(0, 1)]
    people: int | None
    tests: Annotated[int, Range(1)] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its share, or why there is none."""

    label: str
    share: Annotated[Part | NotMeasured, FLAT]


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of whatever is named, and how they were found."""

    how: Annotated[str, Pattern("^by [a-z]+$")]
    of: Annotated[Mapping[str, Part], FLAT]


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything of a kind.

    Attributes:
        kind: of two.
        from_: where it begins.
    """

    kind: Literal["own", "equal"]
    from_: float | NotMeasured
    groups: tuple[Group, ...]
    lost: Mapping[str, int]
    points: tuple[Row | tuple[int, int, int], ...]
    other: Part | None
    schema: Literal["whole/2"] = "whole/2"
    note: str = ""


WHOLE = Whole(
    "own",
    0.25,
    (Group("a", Part(0.5, None, 3)), Group("b", NotMeasured("nobody", people=0))),
    {"first": 2},
    (Row(0.5, 4), (1, 2, 3)),
    None,
)
PLAIN: dict[str, Any] = {
    "kind": "own",
    "from": 0.25,
    "groups": [
        {"label": "a", "value": 0.5, "people": None, "tests": 3},
        {"label": "b", "not_measured": "nobody", "people": 0},
    ],
    "lost": {"first": 2},
    "points": [[0.5, 4], [1, 2, 3]],
    "other": None,
    "schema": "whole/2",
}
SCHEMA = schema_of(Whole, "a whole")

measured = st.builds(
    NotMeasured,
    st.text(),
    st.none() | st.integers(0, 2**63),
    st.none() | st.integers(0, 2**63),
    st.none() | st.integers(0, 2**63),
)
parts = st.builds(Part, st.floats(0, 1), st.none() | st.integers(0, 2**63), st.none() | st.integers(1, 2**63))
wholes = st.builds(
    Whole,
    st.sampled_from(["own", "equal"]),
    st.floats(allow_nan=False, allow_infinity=False) | measured,
    st.lists(st.builds(Group, st.text(), parts | measured), max_size=3).map(tuple),
    st.dictionaries(st.text(), st.integers(-(2**63), 2**63), max_size=3),
    st.lists(
        st.builds(Row, st.floats(0, 1), st.integers(-(2**63), 2**63))
        | st.tuples(*[st.integers(-(2**63), 2**63)] * 3),
        max_size=3,
    ).map(tuple),
    st.none() | parts,
    note=st.text(),
)


def test_a_record_is_written_key_by_key() -> None:
    assert to_json(WHOLE) == PLAIN
    assert list(to_json(WHOLE)) == list(PLAIN)
    assert encode(WHOLE) == (json.dumps(PLAIN, indent=1, ensure_ascii=False) + "\n").encode()


@settings(max_examples=50)
@given(wholes)
def test_every_record_comes_back_and_keeps_its_schema(whole: Whole) -> None:
    content = encode(whole)
    again = decode(content, Whole)
    assert again == whole
    assert encode(again) == content
    jsonschema.validate(json.loads(content), SCHEMA)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_json_cannot_say_is_named(number: float) -> None:
    group = Group("a", Part(number, None))
    with pytest.raises(ValueError, match=r"groups\[0\]\.value is"):
        encode(Whole("own", 1.0, (group,), {}, (), None))


@pytest.mark.parametrize(
    ("change", "path", "expected"),
    [
        ({"more": 1}, "", "the keys of Whole"),
        ({"kind": "third"}, "kind", "'own' or 'equal'"),
        ({"from": "0.25"}, "from", "a number or an object NotMeasured"),
        ({"from": True}, "from", "a number or an object NotMeasured"),
        ({"lost": {"first": 1.5}}, "lost.first", "a whole number"),
        ({"lost": []}, "lost", "an object"),
        ({"groups": "ab"}, "groups", "an array"),
        ({"groups": [{"label": "a"}]}, "groups[0]", "the key 'value'"),
        ({"groups": [{"label": "a", "value": 1.5, "people": 1}]}, "groups[0].value", "a number from 0 to 1"),
        ({"groups": [{"label": "a", "not_measured": None}]}, "groups[0].not_measured", "text"),
        ({"points": [[0.5, 4], [2.0, 4]]}, "points[1][0]", "a number from 0 to 1"),
        ({"points": [[1]]}, "points[0]", "a row of 2 or a row of 3"),
        ({"other": {"value": 0.5}}, "other", "the key 'people'"),
        ({"other": {"value": float("nan"), "people": 1}}, "", "JSON"),
        ({"other": {"value": 10**400, "people": 1}}, "", "JSON"),
    ],
)
def test_what_does_not_fit_is_named_by_its_place(change: Any, path: str, expected: str) -> None:
    with pytest.raises(BadInput) as told:
        decode(json.dumps({**PLAIN, **change}).encode(), Whole, "whole.json")
    assert told.value.code == "file-malformed"
    assert (told.value.facts["path"], told.value.expected) == (path, expected)


@pytest.mark.parametrize("key", [key for key in PLAIN if key != "schema"])
def test_a_key_that_is_missing_is_named(key: str) -> None:
    plain = {name: value for name, value in PLAIN.items() if name != key}
    with pytest.raises(BadInput) as told:
        from_json(plain, Whole)
    assert told.value.expected == f"the key {key!r}"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain, SCHEMA)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"note": "a", "note": "b"}',
        b'{"note": "\\ud800"}',
        b'{"note": "\xed\xa0\x80"}',
    ],
)
def test_what_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput) as told:
        decode(content, Whole)
    assert told.value.code == "file-malformed"


def test_an_older_format_is_refused_by_name() -> None:
    with pytest.raises(BadInput) as told:
        decode(json.dumps({"schema": "whole/1"}).encode(), Whole)
    assert told.value.code == "run-of-an-older-format"
    assert told.value.facts == {"format": "whole/1"}


def test_results_of_an_audit_name_the_software_that_reads_them() -> None:
    with pytest.raises(BadInput, match="5b5899f6"):
        decode(b'{"schema": "fairlineup-results/3"}', AuditResults)
    with pytest.raises(BadInput, match="3a906a1f"):
        decode(b'{"schema": "fairlineup-results/2"}', AuditResults)
    with pytest.raises(BadInput, match="d36563b"):
        decode(b'{"schema": "fairlineup-results/1"}', AuditResults)


def test_the_schema_says_what_the_types_and_the_docstrings_say() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$defs"]["Part"] == {
        "description": "A share of something.",
        "type": "object",
        "properties": {
            "value": {
                "type": "number",
                "minimum": 0,
                "maximum": 1,
                "description": "of the whole, from 0 to 1.",
            },
            "people": {"type": ["integer", "null"], "description": "whom it is about."},
            "tests": {"type": "integer", "minimum": 1, "description": "how many there were."},
        },
        "required": ["value", "people"],
        "additionalProperties": False,
    }
    assert len(SCHEMA["$defs"]["Group"]["anyOf"]) == 2
    assert SCHEMA["properties"]["schema"] == {"const": "whole/2"}
    assert "schema" in SCHEMA["required"]
    assert "note" not in SCHEMA["required"]


def test_free_keys_may_stand_beside_those_of_a_record() -> None:
    plain = {"how": "by count", "a": {"value": 0.75, "people": 1}}
    shares = from_json(plain, Shares)
    assert shares == Shares("by count", {"a": Part(0.75, 1)})
    assert to_json(shares) == plain
    schema = schema_of(Shares, "shares")
    jsonschema.validate(plain, schema)
    for wrong, path in (({"b": {"value": 2, "people": 1}}, "b.value"), ({"how": "guessed"}, "how")):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**plain, **wrong}, schema)
        with pytest.raises(BadInput) as told:
            from_json({**plain, **wrong}, Shares)
        assert told.value.facts == {"path": path}


@dataclass(frozen=True, slots=True)
class Free:
    """Anything."""

    things: Mapping[str, Any]


@pytest.mark.parametrize("thing", ["[" * 100 + "]" * 100, "1" * 400, "[NaN]", '{"a": [1e999]}'])
def test_what_may_be_anything_is_still_what_can_be_written_again(thing: str) -> None:
    with pytest.raises(BadInput) as told:
        decode(f'{{"things": {{"a": {thing}}}}}'.encode(), Free)
    assert (told.value.code, told.value.expected) == ("file-malformed", "JSON")
