"""Whether a limit was kept, as a value with its reason, and what would change it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from fairlineup.measures import special
from fairlineup.measures.arguments import check_number, out_of_range
from fairlineup.measures.differentials.contrasts import holm
from fairlineup.measures.proportions import clopper_pearson, garwood
from fairlineup.records import Estimate, Measured, NotMeasured

Outcome = Literal["pass", "fail", "inconclusive"]
MOST_TRIALS = 1e12


@dataclass(frozen=True, slots=True)
class Verdict:
    """A limit held against measurements."""

    outcome: Outcome  #: "pass", "fail" or "inconclusive".
    limit: float  #: The limit, on the scale of the measurements.
    #: The measurement that decided: the one broken, the one unmeasured, or the highest upper end.
    worst: Measured | None
    #: Undecided only: how many more people (trials where people are not known) would bring every upper end
    #: under the limit at the present rates; None where no number would.
    need_n_more: int | None
    reason: str  #: In words.


def verdict(estimates: Sequence[Measured], limit: float) -> Verdict:
    """Hold a limit against every measurement at once.

    Kept only if the highest upper end is at or under the limit; broken if any lower end is above it; else
    undecided. What was not measured keeps nothing. Intervals are not adjusted for their number: that
    makes no difference to kept, but with many intervals broken is found too often.

    Raises: BadInput: a limit that is not a number of 0 or more, or of 1 or more on shares, which every rate
        keeps (1 per cent is 0.01).
    Source: a limit such as "greater than one percent", RCW 43.386.020. Not: an endorsement of the system.
    """
    check_limit(estimates, limit)
    measured = [one for one in estimates if isinstance(one, Estimate)]
    missing = [one for one in estimates if isinstance(one, NotMeasured)]
    if measured:
        broken = max(measured, key=lambda one: one.low)
        if broken.low > limit:
            reason = f"the lower end, {_rate(broken.low, broken)}, is above {_rate(limit, broken)}"
            return Verdict("fail", limit, broken, None, reason)
    if missing or not measured:
        reason = f"not measured: {missing[0].reason}" if missing else "nothing was measured"
        return Verdict("inconclusive", limit, missing[0] if missing else None, None, reason)
    worst = max(measured, key=lambda one: one.high)
    if worst.high <= limit:
        reason = f"the upper end, {_rate(worst.high, worst)}, is not above {_rate(limit, worst)}"
        return Verdict("pass", limit, worst, None, reason)
    needs = [needed_more(one, limit) for one in measured]
    known = [need for need in needs if need is not None]
    more = max(known) if len(known) == len(needs) else None
    return Verdict("inconclusive", limit, worst, more, _undecided(worst, limit, more))


@dataclass(frozen=True, slots=True)
class Margins:
    """What would have to be true for a verdict to be another, at the same number of trials."""

    #: Most errors with an upper end at or under the limit; None if even none is too many.
    pass_up_to: int | None
    fail_from: int | None  #: Fewest errors with a lower end above the limit; None if even all are too few.


def margins(estimate: Estimate, limit: float) -> Margins:
    """How few or many errors would decide, with as many trials as there were and as much behind each.

    Source: the interval's effective number of independent trials, read back from its upper end.
    """
    check_limit([estimate], limit)
    effective = _effective(estimate)
    per_error = effective / estimate.trials
    trials = estimate.trials

    def ends(errors: int) -> tuple[float, float]:
        return clopper_pearson(min(errors * per_error, effective), effective, estimate.level)

    passing = _first(lambda errors: ends(errors)[1] > limit, trials) - 1
    failing = _first(lambda errors: ends(errors)[0] > limit, trials)
    return Margins(passing if passing >= 0 else None, failing if failing <= trials else None)


def chance_of_so_many(estimate: Estimate, limit: float) -> float:
    """Chance of at least so many errors if the true rate were at the limit: small means above it.

    Source: exact binomial test on effective trials. Not: the chance that the limit was kept.
    """
    check_limit([estimate], limit)
    effective = _effective(estimate)
    errors = estimate.value * effective
    if errors <= 0:
        return 1.0
    if estimate.high > 1:
        return float(special.gammainc(errors, limit * effective))
    return float(special.betainc(errors, effective - errors + 1, limit))


def verdict_of_groups(groups: Sequence[Measured], limit: float, level: float = 0.95) -> Verdict:
    """Hold a limit against every group of people, each of which must keep it.

    To say that all keep it, each needs a one-sided bound under it, without adjustment (intersection-union).
    To say that one breaks it, the least p-value is adjusted for there being several groups (Holm).

    Args:
        groups: a rate of each group, with two-sided intervals of level 2 x level - 1, so that each end is a
            one-sided bound of `level`.
        limit: on the scale of the rates.
        level: one-sided confidence.

    Source: Berger 1982 (intersection-union); Holm 1979.
    """
    check_limit(groups, limit)
    measured = [one for one in groups if isinstance(one, Estimate)]
    adjusted = holm([chance_of_so_many(one, limit) for one in measured])
    least = min(range(len(measured)), key=lambda i: adjusted[i], default=None)
    if least is not None and adjusted[least] <= 1 - level:
        p, worst = adjusted[least], measured[least]
        reason = f"one group is above {_rate(limit, worst)} (p {p:.2g}, adjusted for {len(measured)} groups)"
        return Verdict("fail", limit, worst, None, reason)
    missing = [one for one in groups if isinstance(one, NotMeasured)]
    held = verdict([one for one in groups if isinstance(one, NotMeasured) or one.high > limit], limit)
    if missing or any(one.high > limit for one in measured) or not measured:
        if held.outcome != "fail":
            return held
        worst = max(measured, key=lambda one: one.low)
        reason = (
            f"one group lies above {_rate(limit, worst)}, but not once adjusted for {len(measured)} groups"
        )
        return Verdict("inconclusive", limit, worst, None, reason)
    worst = max(measured, key=lambda one: one.high)
    upper = _rate(worst.high, worst)
    reason = f"every group's one-sided upper bound, at most {upper}, is not above {_rate(limit, worst)}"
    return Verdict("pass", limit, worst, None, reason)


def needed_more(estimate: Estimate, limit: float) -> int | None:
    """People (or trials) to add for the upper end to reach the limit at the present rate; None if it cannot.

    The upper end is read as that of independent trials, which gives the effective number behind it whatever
    method made it; people are then added in proportion. Over 1e12 trials count as out of reach.
    """
    check_limit([estimate], limit)
    if estimate.high <= limit:
        return 0
    if estimate.value >= limit:
        return None
    have = _effective(estimate)
    want = _effective(estimate, limit)
    if want >= MOST_TRIALS:
        return None
    units = estimate.people if estimate.people is not None else estimate.trials
    return max(1, math.ceil(units * (want / have - 1) - 1e-6))


def check_limit(estimates: Sequence[Measured], limit: float) -> None:
    """Raises: BadInput: no number of 0 or more, or one that no share could break."""
    number = check_number("the limit", limit)
    measured = [one for one in estimates if isinstance(one, Estimate)]
    shares = bool(measured) and all(_is_share(one) for one in measured)
    if 0 <= number < (1 if shares else math.inf):
        return
    expected = "a share from 0 to under 1, as the rates held against it" if shares else "0 or more"
    remedy = f"{number:g} per cent is {number / 100:g}" if 1 <= number <= 100 else "correct the limit"
    raise out_of_range("the limit", expected, f"{number:g}", remedy)


def _is_share(measured: Estimate) -> bool:
    """Whether this is a rate that cannot pass 1: no mean of a count, as selectivity is."""
    return measured.high <= 1 and "Poisson" not in measured.method


def _first(holds: Callable[[int], bool], trials: int) -> int:
    """Fewest errors from 0 to trials from which on `holds` is true; trials + 1 if it never is."""
    low, high = 0, trials + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _effective(estimate: Estimate, high: float | None = None) -> float:
    """Independent trials at which this rate would have this upper end; by default its own."""
    high = estimate.high if high is None else high
    if estimate.high == 1 and high == 1:  # an upper end of 1 says nothing: the lower end does
        return _solved(lambda trials: estimate.low - _ends(estimate, trials)[0])
    return _solved(lambda trials: _ends(estimate, trials)[1] - high)


def _ends(estimate: Estimate, trials: float) -> tuple[float, float]:
    """Both ends at this rate after `trials` independent trials; a Poisson interval where it may pass 1."""
    errors = estimate.value * trials
    if estimate.high > 1:
        low, high = garwood(errors, estimate.level)
        return low / trials, high / trials
    return clopper_pearson(errors, trials, estimate.level)


def _solved(lacking: Callable[[float], float]) -> float:
    """Trials at which `lacking`, which falls with them, reaches 0; at most 1e12."""
    if lacking(MOST_TRIALS) >= 0:
        return MOST_TRIALS
    from scipy import optimize

    reach = math.log(1e-6), math.log(MOST_TRIALS)
    return math.exp(float(optimize.brentq(lambda log: lacking(math.exp(log)), *reach, xtol=1e-13)))


def _undecided(worst: Estimate, limit: float, more: int | None) -> str:
    text = f"the upper end, {_rate(worst.high, worst)}, is above {_rate(limit, worst)} and no lower end is"
    unit = "trials" if worst.people is None else "people"
    if more is None:
        return f"{text}; more of the same would not settle it"
    return f"{text}; about {more:,} more {unit} would settle it"


def _rate(value: float, measured: Estimate) -> str:
    """A value in words: a share in per cent, a mean or a number per 1,000 as it is."""
    return f"{100 * value:.3g} %" if _is_share(measured) else f"{value:.3g}"
