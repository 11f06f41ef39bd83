"""Whether a limit was kept, as a value with its reason."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fairlineup.measures.proportions import clopper_pearson, garwood
from fairlineup.records import Estimate, Measured, NotMeasured

Outcome = Literal["kept", "broken", "undecided"]
MOST_TRIALS = 1e12


@dataclass(frozen=True, slots=True)
class Verdict:
    """A limit held against measurements.

    Attributes:
        outcome: "kept", "broken" or "undecided".
        limit: the limit, on the scale of the measurements.
        worst: the measurement that decided: the one broken, the one unmeasured, or the highest upper end.
        need_n_more: undecided only: how many more people (trials where people are not known) would bring
            every upper end under the limit at the present rates; None where no number would.
        reason: in words.
    """

    outcome: Outcome
    limit: float
    worst: Measured | None
    need_n_more: int | None
    reason: str


def verdict(estimates: Sequence[Measured], limit: float) -> Verdict:
    """Hold a limit against every measurement at once.

    Kept only if the highest upper end is at or under the limit; broken if any lower end is above it; else
    undecided. What was not measured keeps nothing. Intervals are taken as they come: kept is safe for any
    number of them, while broken, for many, is not adjusted for being many.

    Source: a limit such as "greater than one percent", RCW 43.386.020. Not: an endorsement of the system.
    """
    measured = [one for one in estimates if isinstance(one, Estimate)]
    missing = [one for one in estimates if isinstance(one, NotMeasured)]
    if measured:
        broken = max(measured, key=lambda one: one.low)
        if broken.low > limit:
            return Verdict(
                "broken", limit, broken, None, f"the lower end, {_rate(broken.low)}, is above {_rate(limit)}"
            )
    if missing or not measured:
        reason = f"not measured: {missing[0].reason}" if missing else "nothing was measured"
        return Verdict("undecided", limit, missing[0] if missing else None, None, reason)
    worst = max(measured, key=lambda one: one.high)
    if worst.high <= limit:
        return Verdict(
            "kept", limit, worst, None, f"the upper end, {_rate(worst.high)}, is not above {_rate(limit)}"
        )
    needs = [needed_more(one, limit) for one in measured]
    known = [need for need in needs if need is not None]
    more = max(known) if len(known) == len(needs) else None
    return Verdict("undecided", limit, worst, more, _undecided(worst, limit, more))


def needed_more(estimate: Estimate, limit: float) -> int | None:
    """People (or trials) to add for the upper end to reach the limit at the present rate; None if it cannot.

    The upper end is read as that of independent trials, which gives the effective number behind it whatever
    method made it; people are then added in proportion. Over 1e12 trials count as out of reach.
    """
    if estimate.high <= limit:
        return 0
    if estimate.value >= limit:
        return None
    have = _effective(estimate, estimate.high)
    want = _effective(estimate, limit)
    if want >= MOST_TRIALS:
        return None
    units = estimate.people if estimate.people is not None else estimate.trials
    return max(1, math.ceil(units * (want / have - 1) - 1e-6))


def _effective(estimate: Estimate, high: float) -> float:
    """Independent trials at which this rate would have this upper end."""

    def beyond(log_trials: float) -> float:
        trials = math.exp(log_trials)
        if estimate.high >= 1:
            return garwood(estimate.value * trials, estimate.level)[1] / trials - high
        return clopper_pearson(estimate.value * trials, trials, estimate.level)[1] - high

    if beyond(math.log(MOST_TRIALS)) >= 0:
        return MOST_TRIALS
    from scipy import optimize

    return math.exp(float(optimize.brentq(beyond, math.log(1e-6), math.log(MOST_TRIALS), xtol=1e-13)))


def _undecided(worst: Estimate, limit: float, more: int | None) -> str:
    text = f"the upper end, {_rate(worst.high)}, is above {_rate(limit)} and no lower end is"
    unit = "trials" if worst.people is None else "people"
    if more is None:
        return f"{text}; more of the same would not settle it"
    return f"{text}; about {more:,} more {unit} would settle it"


def _rate(value: float) -> str:
    return f"{100 * value:.3g} %"
