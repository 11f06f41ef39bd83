"""Proportions with their intervals: exact for claims, Wilson for the eye, people as the unit of chance."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures import special
from fairlineup.measures.arguments import (
    BadArgument,
    as_share,
    check_codes,
    check_column,
    check_level,
    check_word,
)
from fairlineup.measures.repeats import Repeats
from fairlineup.records import Estimate, Measured, NotMeasured

Interval = tuple[float, float]
Method = Literal["clopper-pearson", "wilson"]
METHODS = {"clopper-pearson": "Clopper-Pearson", "wilson": "Wilson"}
ROUNDED = 1e-9  # by which a probability may pass 1 that was added up
NEARLY_NONE = 1e-6  # errors so few that the lower end is below the smallest float


def shares_of(errors: NDArray[Any], trials: NDArray[Any]) -> NDArray[np.float64]:
    """Errors over trials, in the shape of `errors`; NaN where there are no trials."""
    shares: NDArray[np.float64] = np.full(errors.shape, np.nan)
    np.divide(errors, trials, out=shares, where=trials > 0)
    return shares


def clopper_pearson(errors: float, trials: float, level: float = 0.95) -> Interval:
    """Exact interval of a proportion of independent trials.

    Args:
        errors: at least 0 and at most trials; need not be whole, so that effective counts can be given.
        trials: more than 0; need not be whole.
        level: two-sided coverage, which is never less than this.

    Raises: BadInput: counts or level out of range.
    Source: Clopper and Pearson 1934. Not: an interval for comparisons that share people.
    """
    _check(errors, trials, level)
    tail = (1 - level) / 2
    low = 0.0 if errors < NEARLY_NONE else float(special.betaincinv(errors, trials - errors + 1, tail))
    high = (
        1.0
        if trials - errors < NEARLY_NONE
        else float(special.betainccinv(errors + 1, trials - errors, tail))
    )
    return low, high


def wilson(errors: float, trials: float, level: float = 0.95) -> Interval:
    """Score interval of a proportion, close to its coverage on average: for display, not for claims.

    Raises: BadInput: counts or level out of range.
    Source: Wilson 1927. Not: a guarantee; Clopper-Pearson is used where something is claimed or refused.
    """
    _check(errors, trials, level)
    z = float(-special.ndtri((1 - level) / 2))
    p = errors / trials
    centre = p + z**2 / (2 * trials)
    spread = z * math.sqrt(p * (1 - p) / trials + z**2 / (4 * trials**2))
    scale = 1 + z**2 / trials
    low = 0.0 if errors == 0 else max(0.0, (centre - spread) / scale)
    high = 1.0 if errors == trials else min(1.0, (centre + spread) / scale)
    return low, high


def garwood(count: float, level: float = 0.95) -> Interval:
    """Exact interval of the mean of a Poisson count (which need not be whole).

    Source: Garwood 1936. Raises: BadInput: a negative count.
    """
    _check(count, max(count, 1.0), level)
    tail = (1 - level) / 2
    low = 0.0 if count < NEARLY_NONE else float(special.gammaincinv(count, tail))
    return low, float(special.gammainccinv(count + 1, tail))


def zero_error_bound(trials: float, level: float = 0.95) -> float:
    """One-sided upper bound of a rate after no error in `trials` independent trials (about 3 / trials).

    Source: the rule of three. Not: the upper end of the two-sided interval, which is higher.
    """
    _check(0, trials, level)
    return float(-math.expm1(math.log1p(-level) / trials))


def proportion(
    errors: int,
    trials: int,
    *,
    people: int | None = None,
    level: float = 0.95,
    method: Method = "clopper-pearson",
) -> Measured:
    """A share of trials with its interval.

    Args:
        errors: whole number out of trials.
        trials: whole number; none gives NotMeasured.
        people: how many people the trials are of. Where there are more trials than people the interval takes
            a person as one trial, as if all their trials went one way, which is the worst case.
        level: two-sided coverage.
        method: Clopper-Pearson for claims, Wilson for display.

    Raises: BadInput: counts or level out of range.
    """
    if trials == 0:
        return NotMeasured("no trials", errors=0, trials=0, people=people)
    _check(errors, trials, level)
    effective = trials if people is None else min(people, trials)
    interval = (
        clopper_pearson if check_word("method", method, tuple(METHODS)) == "clopper-pearson" else wilson
    )
    low, high = interval(errors / trials * effective, effective, level)
    words = METHODS[method] if effective == trials else f"{METHODS[method]}, a person counted once"
    value = errors / trials
    return Estimate(value, min(low, value), max(high, value), errors, trials, words, level, people)


def share_of_searches(outcomes: NDArray[Any], person: NDArray[np.int64], level: float) -> Measured:
    """Share of searches with some outcome, with the probe person as the unit of chance.

    The value is over searches. Where nobody was searched for twice the interval is Clopper-Pearson on the
    searches. Otherwise it is on as many independent searches as they are worth: their number over the design
    effect, which is estimated from how alike the searches of a person are (`Repeats`).

    Args:
        outcomes: true or false, or a probability in [0, 1], shape (n_searches,).
        person: probe person of each search, shape (n_searches,).
        level: two-sided coverage.

    Source: Korn and Graubard 1998 (Clopper-Pearson on effective counts).
    """
    check_level(level)
    check_column("person", person, len(outcomes), "iu")
    if len(outcomes) == 0:
        return NotMeasured("no searches", errors=0, trials=0, people=0)
    check_codes("person", person)
    if not (np.min(outcomes) >= 0 and np.max(outcomes) <= 1 + ROUNDED):
        raise BadArgument(
            "an outcome of a search is no share",
            expected="true or false, or a probability from 0 to 1",
            got=f"{np.min(outcomes):g} to {np.max(outcomes):g}",
            remedy="give one outcome a search",
        )
    repeats = Repeats.of(person)
    trials, people = repeats.searches, repeats.people
    total = min(float(np.sum(outcomes, dtype=np.float64)), float(trials))
    effective = repeats.worth(outcomes, level)
    value = total / trials
    low, high = clopper_pearson(min(value * effective, effective), effective, level)
    words = "Clopper-Pearson on people"
    if people < trials:
        words += f" ({trials} searches of {people} people count as {effective:.6g} independent ones)"
    return Estimate(value, min(low, value), max(high, value), round(total), trials, words, level, people)


def _check(errors: float, trials: float, level: float) -> None:
    if 0 <= errors <= trials and 0 < trials < math.inf and 0 < level < 1:
        return
    raise BadArgument(
        "a proportion out of range",
        expected="0 <= errors <= trials, trials > 0 and 0 < level < 1",
        got=f"{errors} of {trials} at level {level}",
        remedy=as_share(level, "check how the errors were counted"),
    )
