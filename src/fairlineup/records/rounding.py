"""To how many decimals scores are rounded, so that one environment decides alike each time; and per cents."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

USUAL = 5
DIGITS = 5  # of a threshold nearer to 0 than that
SPARE = 3  # decimals beyond those of a threshold that is written with more
MOST = 15  # those of a double near 1


def decimals(thresholds: Iterable[float]) -> int:
    """Decimals that scores are rounded to before they are held against thresholds.

    Five, or more where a threshold says that the scale is finer: five significant digits of it, and three
    decimals more than one that is written with over five (0.9999995).
    """
    return max((_wanted(Decimal(repr(float(one)))) for one in thresholds), default=USUAL)


def _wanted(threshold: Decimal) -> int:
    if not threshold.is_finite() or threshold == 0:
        return USUAL
    written = -int(threshold.normalize().as_tuple().exponent)
    fine = written + SPARE if written > USUAL else USUAL
    return min(
        max(USUAL, fine, DIGITS - 1 - threshold.adjusted()), max(MOST, DIGITS - 1 - threshold.adjusted())
    )


def percent(rate: float, digits: int = 3) -> str:
    """A rate as a percentage of so many significant digits; never rounded to all."""
    text = f"{100 * rate:.{digits}g}"
    return "over 99.9 %" if rate < 1 and float(text) >= 100 else f"{float(text):g} %"


def so_many_people(count: int) -> str:
    """A number of people in words: "1 person", "12 people"."""
    return f"{count:,} {'person' if count == 1 else 'people'}"
