from __future__ import annotations

import math
from typing import Any

import pytest

from fairlineup.records import BadInput, Price, Scale, SystemInformation

UNIT = Scale("similarity", 0.0, 1.0, "made up")


@pytest.mark.parametrize("amount", [-0.001, math.nan, math.inf, -math.inf, True])
def test_a_price_below_zero_is_no_price(amount: Any) -> None:
    with pytest.raises(BadInput, match=r"price.amount: expected a number of 0 or more"):
        Price(amount, "USD", "2026-11-01", "a list")
    assert Price(0, "USD", "2026-11-01", "a list").amount == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at_once", 0),
        ("calls_per_enrolment", -1),
        ("calls_per_search", math.nan),
        ("seconds_per_photograph", -1.0),
        ("seconds_per_photograph", math.inf),
    ],
)
def test_what_a_run_is_paced_and_paid_by_is_a_number(name: str, value: Any) -> None:
    with pytest.raises(BadInput, match=f"{name}: expected a number of"):
        SystemInformation("x", "x", "1", UNIT, None, None, **{name: value})
