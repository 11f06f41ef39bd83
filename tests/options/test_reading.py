"""Tables of options into dataclasses: what is right is read, what is wrong is named with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.options import (
    INLINE,
    NOT_BLANK,
    Naming,
    above,
    at_least,
    below,
    between,
    check_options,
    read_options,
    such,
    words_for,
)
from fairlineup.records import BadInput

NAMING = Naming("the option {} of a test", remedy="correct it there")


@dataclass(frozen=True, slots=True)
class Inner:
    score: float | Literal["default"]
    name: Annotated[str, NOT_BLANK] = "here"


@dataclass(frozen=True, slots=True)
class Outer:
    region: str = ""
    at_once: Annotated[int, between(1, 64)] = 4
    share: Annotated[float, above(0.5), below(1)] = 0.75
    seconds: Annotated[float, at_least(0)] | None = None
    exact: bool = False
    mode: Literal["off", "standard", "strict"] = "off"
    day: date | None = None
    path: Path | None = None
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    sizes: tuple[Annotated[int, at_least(1)], ...] = ()
    inner: Inner = Inner(0.5)
    several: tuple[Inner, ...] = ()
    rates: Annotated[float, between(0, 1)] | Mapping[str, Annotated[float, between(0, 1)]] = 0.0
    extra: Mapping[str, Any] = field(default_factory=dict)
    address: Annotated[
        str, such(lambda text: "@" not in text, "an address without a password", hides=lambda _: True)
    ] = ""


@dataclass(frozen=True, slots=True)
class Needed:
    url: str
    count: int = 1


def _error(table: Mapping[str, Any], kind: type[Any] = Outer) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_options(kind, table, NAMING)
    return caught.value


def test_every_kind_of_field_is_read_as_toml_and_json_write_it() -> None:
    table = {
        "at_once": 64,
        "share": 0.6,
        "seconds": 3,
        "exact": True,
        "mode": "strict",
        "day": "2026-01-31",
        "path": "a/model.toml",
        "mean": [1, 2.5, 3],
        "sizes": [1, 2],
        "inner": {"score": "default"},
        "several": [{"score": 1}, {"score": 0.5, "name": "b"}],
        "rates": {"a": 1, "b": 0.5},
        "extra": {"anything": [{"x": 1}]},
    }
    read = read_options(Outer, table, NAMING)
    assert read == Outer(
        at_once=64,
        share=0.6,
        seconds=3.0,
        exact=True,
        mode="strict",
        day=date(2026, 1, 31),
        path=Path("a/model.toml"),
        mean=(1.0, 2.5, 3.0),
        sizes=(1, 2),
        inner=Inner("default"),
        several=(Inner(1.0), Inner(0.5, "b")),
        rates={"a": 1.0, "b": 0.5},
        extra={"anything": [{"x": 1}]},
    )
    assert type(read.seconds) is float
    assert check_options(read, NAMING) is read


def test_nothing_said_is_the_defaults_and_one_table_is_a_list_of_one() -> None:
    assert read_options(Outer, {}, NAMING) == Outer()
    assert read_options(Outer, {"several": {"score": 2}}, NAMING).several == (Inner(2.0),)
    assert read_options(Outer, {"day": date(2026, 1, 31), "seconds": None}, NAMING).day == date(2026, 1, 31)


def test_a_misspelt_name_is_told_with_the_one_that_was_meant() -> None:
    error = _error({"regoin": "x"})
    assert (error.code, error.facts["option"]) == ("option-unknown", "regoin")
    assert "the option regoin of a test" in str(error)
    assert "did you mean 'region'?" in str(error)
    assert _error({"inner": {"score": 1, "nmae": "x"}}).facts["option"] == "inner.nmae"
    assert "did you mean" not in str(_error({"zzzzzz": 1}))


@pytest.mark.parametrize(
    ("table", "where", "expected"),
    [
        ({"region": 3}, "region", "text"),
        ({"at_once": 65}, "at_once", "a whole number from 1 to 64"),
        ({"at_once": True}, "at_once", "a whole number from 1 to 64"),
        ({"at_once": 4.0}, "at_once", "a whole number from 1 to 64"),
        ({"at_once": "4"}, "at_once", "a whole number from 1 to 64"),
        ({"share": 0.5}, "share", "a number above 0.5 and below 1"),
        ({"share": float("nan")}, "share", "a number above 0.5 and below 1"),
        ({"seconds": float("inf")}, "seconds", "a number of 0 or more"),
        ({"seconds": 10**400}, "seconds", "a number of 0 or more"),
        ({"seconds": -1}, "seconds", "a number of 0 or more"),
        ({"exact": 1}, "exact", "true or false"),
        ({"mode": "stric"}, "mode", "one of 'off', 'standard', 'strict'"),
        ({"mode": ["off"]}, "mode", "one of 'off', 'standard', 'strict'"),
        ({"day": "yesterday"}, "day", "a day, as 2026-01-31"),
        ({"path": "a\0b"}, "path", "a path"),
        ({"mean": [1, 2]}, "mean", "a list of 3"),
        ({"mean": [1, 2, "x"]}, "mean[2]", "a number"),
        ({"sizes": 3}, "sizes", "a list"),
        ({"sizes": [3, 0]}, "sizes[1]", "a whole number of 1 or more"),
        ({"inner": 3}, "inner", "a table"),
        ({"inner": {}}, "inner.score", "a number or 'default'"),
        ({"inner": {"score": "x"}}, "inner.score", "a number or 'default'"),
        ({"several": [{"score": 1}, {"score": 1, "name": " "}]}, "several[1].name", "text that is not blank"),
        ({"rates": 2}, "rates", "a number from 0 to 1 or a table"),
        ({"rates": {"a": 0.5, "b": 2}}, "rates.b", "a number from 0 to 1"),
        ({"extra": [1]}, "extra", "a table"),
    ],
)
def test_a_value_it_cannot_have_is_named_with_its_place(
    table: Mapping[str, Any], where: str, expected: str
) -> None:
    error = _error(table)
    assert (error.code, error.facts["option"], error.expected) == ("option-unusable", where, expected)


def test_a_name_that_is_missing_is_told() -> None:
    error = _error({"count": 2}, Needed)
    assert (error.facts["option"], error.expected, error.got) == ("url", "text", "nothing")


def test_fields_of_a_dataclass_inline_stand_in_the_table_itself() -> None:
    @dataclass(frozen=True, slots=True)
    class Whole:
        needed: Annotated[Needed, INLINE]
        name: str = ""

    Whole.__annotations__["needed"] = Annotated[Needed, INLINE]
    assert read_options(Whole, {"url": "u", "name": "n"}, NAMING) == Whole(Needed("u"), "n")
    assert _error({"name": "n"}, Whole).facts["option"] == "url"
    assert "'count'" in _error({"url": "u", "coutn": 1}, Whole).remedy


def test_what_may_be_secret_is_not_repeated() -> None:
    for value in ("https://me:hunter2@host", ["hunter2"], {"password": "hunter2"}, (("hunter2",),)):
        assert "hunter2" not in str(_error({"address": value}))


def test_what_can_not_be_written_is_told_all_the_same() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    tables: tuple[Any, ...] = ({"count": 16**6000}, {"name": 16**6000}, {"name": deep}, {5: 1}, {None: 1})
    for table in tables:
        assert _error(table).code in {"option-unusable", "option-unknown"}


def test_a_caller_says_which_error_and_which_code() -> None:
    class PlanError(BadInput):
        pass

    naming = Naming("the plan's {}", code="plan-invalid", error=PlanError)
    with pytest.raises(PlanError, match="the plan's colour") as caught:
        read_options(Outer, {"colour": 1}, naming)
    assert caught.value.code == "plan-invalid"


def test_a_dataclass_that_code_made_is_held_to_the_same() -> None:
    with pytest.raises(BadInput, match="at_once"):
        check_options(Outer(at_once=65), NAMING)
    with pytest.raises(BadInput, match=r"several\[0\].name"):
        check_options(Outer(several=(Inner(1.0, ""),)), NAMING)


def test_words_say_what_an_annotation_allows() -> None:
    assert words_for(Annotated[int, between(1, 1_000_000)]) == "a whole number from 1 to 1,000,000"
    assert words_for(Literal["a", "b"]) == "'a' or 'b'"
    assert words_for(float | None) == "a number"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*Outer.__slots__, "other"]), JSON, max_size=4))
def test_any_table_is_read_or_refused_by_name(table: dict[str, Any]) -> None:
    try:
        read = read_options(Outer, table, NAMING)
    except BadInput as error:
        place = error.facts["option"]
    else:
        check_options(read, NAMING)
        place = ""
    assert place.split(".")[0].split("[")[0] in (*table, "")


@dataclass(frozen=True)
class _Settings:
    settings: dict[str, str | int | float | bool]


def test_a_whole_number_is_never_rounded_to_fit_another_kind() -> None:
    found = read_options(_Settings, {"settings": {"a": 2**53 + 1, "b": 1.5}}, NAMING)
    assert found.settings == {"a": 2**53 + 1, "b": 1.5}
    assert type(found.settings["a"]) is int
    with pytest.raises(BadInput):
        read_options(_Settings, {"settings": {"a": 10**20 + 1}}, NAMING)
