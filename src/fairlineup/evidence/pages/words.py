"""Numbers to words: percents with sensible digits, small rates, shares of people, dates."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime

from fairlineup.records import escaped_in_json

SPACE = "\u00a0"  # between a number and its unit, where no line may break
MOST_NINES = 4  # decimals of a percentage just short of 100
MINUTE = 1e-12  # below it a rate is only said to be under it


def count(number: float) -> str:
    """A count: 1,065,150."""
    return f"{number:,.0f}"


def significant(value: float, digits: int = 2) -> str:
    """A number with so many significant digits and no exponent: 0.0024, 42,000."""
    if value == 0:
        return "0"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, decimals)
    return f"{rounded:,.{max(0, decimals)}f}"


def percent_number(rate: float) -> str:
    """A rate in [0, 1] as the number before the percent sign; never rounded up to 100 nor down to 0."""
    value = 100 * rate
    if rate in (0, 1):
        return f"{value:.0f}"
    if value < 1e-6:
        return _power_of_ten(value) if rate >= MINUTE else f"under {_power_of_ten(100 * MINUTE)}"
    if value < 1:
        return significant(value)
    text = f"{value:.1f}"
    return text if text != "100.0" else _short_of_hundred(value)


def percent(rate: float) -> str:
    """A rate in [0, 1] as a percentage: "91.4 %", "0.0024 %"."""
    return f"{percent_number(rate)}{SPACE}%"


def declared_percent(rate: float) -> str:
    """A rate somebody chose, a limit or a tick, written as they would: "0.3 %", "95 %"."""
    return f"{100 * rate:.6g}{SPACE}%"


def thousand_number(value: float) -> str:
    """A count per 1,000: 914, 66.7, 5.6, 0.28."""
    if value >= 100:
        return count(value)
    return f"{value:.1f}" if value >= 1 else significant(value)


def mean_number(value: float) -> str:
    """A mean of counts: 10.4, 0.073."""
    return f"{value:,.1f}" if value >= 10 else significant(value)


def ratio_number(value: float) -> str:
    """A ratio: 13.5, 3.81, 0.50."""
    return significant(value, 3 if value >= 1 else 2)


def signed_number(value: float) -> str:
    """A difference that may be under 0: 0.12, −0.034."""
    return f"−{significant(-value)}" if value < 0 else significant(value)


def points_number(value: float) -> str:
    """A difference of rates in percentage points, always with its sign."""
    sign = "−" if value < 0 else "+" if value > 0 else "±"
    return f"{sign}{percent_number(abs(value))}"


def of_every(rate: float) -> tuple[str, str]:
    """A rate as so many of every so many: 0.914 is ("91", "100"), 0.0054 is ("54", "10,000").

    Not: a count; nobody counted these.
    """
    base = 100
    while rate * base < 10 and base < 10**10:
        base *= 10
    many = round(rate * base)
    if many == base and rate < 1:
        return f"over {count(base - 1)}", count(base)
    return (count(many) if many or rate == 0 else "under 1"), count(base)


def one_in(rate: float) -> str:
    """A small rate as "1 in 42,000"; blank where that says less than the percentage."""
    return f"1 in {significant(1 / rate)}" if MINUTE <= rate < 0.1 else ""


def p_value(value: float) -> str:
    """A p-value for print, with its sign: "= 0.012", "under 0.0001"."""
    if value < 0.0001:
        return "under 0.0001"
    return "over 0.99" if 0.99 < value < 1 else f"= {significant(value)}" if value < 1 else "= 1"


def score(value: float) -> str:
    """A score of a pair on a system's own scale: 0.4123, 81; 0.9999995 is not rounded up to 1."""
    text = f"{value:.4g}"
    exponent = math.log10(abs(float(text))) if float(text) else 0.5
    return threshold(value) if exponent.is_integer() and abs(float(text)) > abs(value) else text


def tick_of(ticks: Sequence[float]) -> Callable[[float], str]:
    """How the numbers of an axis are written: with six digits, or as many as tell them apart."""
    digits = next((n for n in range(6, 17) if len({f"{one:.{n}g}" for one in ticks}) == len(ticks)), 17)
    return lambda tick: f"{tick:.{digits}g}"


def threshold(value: float) -> str:
    """A threshold as it was declared."""
    return f"{value:.10g}"


def plain_number(value: float) -> str:
    """A round number as it is, without a tail: 1,000, 2.5, 0.04."""
    return f"{value:,.6g}" if abs(value) < 1e6 else count(value)


def date(moment: str) -> str:
    """An ISO moment as a day in words: "22 November 2026"; as it stands where it is no ISO moment."""
    try:
        day = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return f"{day.day} {day:%B %Y}"


def plural(number: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 search", "150 searches"."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def shortened(text: str, length: int) -> str:
    """Text that fits, with an ellipsis where it was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _short_of_hundred(value: float) -> str:
    decimals = -math.floor(math.log10(round(100 - value, 12)))
    return f"{value:.{decimals}f}" if decimals <= MOST_NINES else f"over {'99.' + '9' * MOST_NINES}"


def _power_of_ten(value: float) -> str:
    mantissa, exponent = f"{value:.1e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised}" if mantissa == "1.0" else f"{mantissa.removesuffix('.0')} × 10{raised}"


def as_page(html: str) -> bytes:
    """A finished page as it is written: words from outside neither turn nor hide what stands beside them."""
    return "\n".join(map(escaped_in_json, html.split("\n"))).encode()
