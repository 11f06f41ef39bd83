"""Two groups against each other: the ratio of their rates, exact p-values, and what could have been found."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fairlineup.measures import special
from fairlineup.measures.arguments import MOST, BadArgument, check_whole
from fairlineup.measures.differentials.power import detectable_risk_ratio
from fairlineup.records import Estimate, Measured, NotMeasured

FARTHEST = 60.0  # log ratio from the one measured at which the ends of an interval are looked for


@dataclass(frozen=True, slots=True)
class Counts:
    """Errors among the people of one group, one row a person."""

    errors: int
    people: int

    def __post_init__(self) -> None:
        """Raises: BadInput: not whole numbers."""
        check_whole("the people of a group", self.people, 0, MOST)
        check_whole("the errors of a group", self.errors, -MOST, MOST)

    @property
    def rate(self) -> float:
        """Share of people; there must be some."""
        return self.errors / self.people


@dataclass(frozen=True, slots=True)
class Contrast:
    """A declared comparison of group a with group b."""

    a: Counts  #: Errors and people of the first group.
    b: Counts  #: Errors and people of the second, the one compared with.
    risk_ratio: Measured  #: Rate of a over rate of b; NotMeasured where a cell is empty.
    fisher_two_sided: float | NotMeasured  #: p-value of Fisher's exact test.
    #: Chance of at least a's errors in a, given all errors, if groups were alike.
    hypergeometric_one_sided: float | NotMeasured
    mid_p: float | NotMeasured  #: The same, with half the chance of exactly a's errors.
    #: Least ratio above 1 that Fisher's exact test of as many people finds with a power of 0.8.
    detectable_ratio: float | NotMeasured


def compare_groups(
    a_errors: int, a_trials: int, b_errors: int, b_trials: int, level: float = 0.95
) -> Contrast:
    """Compare the error rates of two groups of people.

    Args:
        a_errors: people of the first group with an error.
        a_trials: people of the first group; one row a person, not a search.
        b_errors: people of the group compared with who had an error.
        b_trials: people of the group compared with.
        level: coverage of the ratio's interval.

    Raises: BadInput: counts out of range.
    Source: Fisher 1935; Katz et al. 1978 for the ratio. Not: a cause; who is in the gallery counts too.
    """
    from scipy import stats  # a second to load

    a, b = Counts(a_errors, a_trials), Counts(b_errors, b_trials)
    for group in (a, b):
        _check(group)
    ratio = risk_ratio(a, b, level)
    if a.people == 0 or b.people == 0:
        none = NotMeasured("a group has no people", a.errors + b.errors, a.people + b.people)
        return Contrast(a, b, ratio, none, none, none, none)
    above = stats.hypergeom(a.people + b.people, a.people, a.errors + b.errors)
    table = np.array([[a.errors, a.people - a.errors], [b.errors, b.people - b.errors]])
    return Contrast(
        a=a,
        b=b,
        risk_ratio=ratio,
        fisher_two_sided=float(stats.fisher_exact(table).pvalue),
        hypergeometric_one_sided=float(above.sf(a.errors - 1)),
        mid_p=float(above.sf(a.errors) + above.pmf(a.errors) / 2),
        detectable_ratio=detectable_risk_ratio(
            a.people, b.people, b.rate or (a.errors + b.errors) / (a.people + b.people), level=level
        ),
    )


def risk_ratio(a: Counts, b: Counts, level: float = 0.95) -> Measured:
    """Rate of a over rate of b, with a log-normal interval, or the score interval where a cell is under 5.

    Returns: a ratio above 0; NotMeasured where either group has no error or no people.
    Source: Katz et al. 1978; Koopman 1984. Not: a cause; see `compare_groups`.
    """
    for group in (a, b):
        _check(group)
    errors, people = a.errors + b.errors, a.people + b.people
    if min(a.people, b.people, a.errors, b.errors) == 0:
        missing = "people" if min(a.people, b.people) == 0 else "errors"
        return NotMeasured(f"a group has no {missing}: a ratio needs some in both", errors, people, people)
    value = a.rate / b.rate
    z = float(-special.ndtri((1 - level) / 2))
    if min(a.errors, b.errors, a.people - a.errors, b.people - b.errors) < 5:
        low, high = _score_interval(a, b, z)
        return Estimate(value, low, high, errors, people, "score (Koopman)", level, people)
    factor = math.exp(z * math.sqrt(1 / a.errors - 1 / a.people + 1 / b.errors - 1 / b.people))
    return Estimate(value, value / factor, value * factor, errors, people, "log-normal (Katz)", level, people)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """P-values of several declared contrasts, adjusted for being several, in the order given.

    Source: Holm 1979.
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, worst = [0.0] * len(p_values), 0.0
    for done, i in enumerate(order):
        worst = max(worst, min(1.0, (len(order) - done) * p_values[i]))
        adjusted[i] = worst
    return tuple(adjusted)


def _score_interval(a: Counts, b: Counts, z: float) -> tuple[float, float]:
    from scipy import optimize

    value = math.log(a.rate / b.rate)

    def beyond(log_ratio: float) -> float:
        return _score(a, b, math.exp(log_ratio)) - z**2

    low, high = (
        optimize.brentq(beyond, *ends, xtol=1e-12, rtol=1e-12)
        for ends in ((value - FARTHEST, value), (value, value + FARTHEST))
    )
    return math.exp(low), math.exp(high)


def _score(a: Counts, b: Counts, ratio: float) -> float:
    """Squared score statistic of a given ratio, at the most likely rates that have it."""
    n, x = a.people + b.people, a.errors + b.errors
    middle = a.people * ratio + a.errors + b.people + b.errors * ratio
    root = math.sqrt(max(middle**2 - 4 * n * ratio * x, 0.0))
    p_b = min(2 * x / (middle + root), 1.0)  # no small difference of large numbers
    p_a = min(ratio * p_b, 1.0)
    variance = p_a * (1 - p_a) / a.people + ratio**2 * p_b * (1 - p_b) / b.people
    gap = a.rate - ratio * b.rate
    return gap**2 / variance if variance > 0 else (0.0 if gap == 0 else math.inf)


def _check(group: Counts) -> None:
    if 0 <= group.errors <= group.people:
        return
    raise BadArgument(
        "a group has more errors than people",
        expected="0 <= errors <= people",
        got=f"{group.errors} of {group.people}",
        remedy="count people, not searches or candidates",
    )
