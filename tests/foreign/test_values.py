"""Numbers and values that somebody else's program gives."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from fairlineup.foreign import MisfitError, Number, convert, number


@dataclass(frozen=True, slots=True)
class Match:
    Similarity: Number


class Unshown:
    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    "value",
    [1, 0.5, np.float64(0.5), np.float32(0.5), np.int64(2), np.array(0.5), Fraction(1, 2), Decimal("0.5")],
)
def test_numbers_of_python_and_numpy_are_numbers(value: Any) -> None:
    found = number(value)
    assert found == value
    assert type(found) is float


@pytest.mark.parametrize(
    "value",
    [
        True,
        np.bool_(True),
        np.array(True),
        "0.9",
        np.str_("0.9"),
        b"1",
        None,
        1j,
        float("nan"),
        np.float32("inf"),
        10**400,
        pytest.param(10**5000, id="5,001 digits"),
        np.array([0.5]),
        [0.5],
        Decimal("sNaN"),
        Decimal("1e999"),
        Unshown(),
    ],
)
def test_what_is_no_finite_number_is_refused(value: Any) -> None:
    with pytest.raises(MisfitError) as error:
        number(value)
    assert error.value.expected == "a finite number"
    assert len(error.value.got) <= 120


def test_a_reply_is_converted() -> None:
    assert convert({"Similarity": 99, "At": datetime(2026, 1, 1)}, Match) == Match(99.0)  # noqa: DTZ001


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "99", None, [99]])
def test_a_reply_that_is_not_as_declared_is_refused(value: Any) -> None:
    with pytest.raises(MisfitError) as error:
        convert([{"Similarity": 1.0}, {"Similarity": value}], list[Match])
    assert error.value.path == "[1].Similarity"
