"""A measured number with everything needed to doubt it, or the reason there is none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A rate or count with its interval.

    Attributes:
        value: the point estimate.
        low: lower end of the interval.
        high: upper end of the interval.
        errors: how many errors stand behind it.
        trials: out of how many comparisons or searches.
        method: how the interval was made, in words.
        level: coverage the interval aims at, e.g. 0.95.
        people: how many people the errors could have fallen on (the unit of chance); None where not known.
        seed: seed of the resampling, None where nothing was drawn.
    """

    value: float
    low: float
    high: float
    errors: int
    trials: int
    method: str
    level: float
    people: int | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """No number, and why; counts are given where they are known.

    Attributes:
        reason: why not.
        errors: events seen.
        trials: trials made.
        people: how many people they are of.
    """

    reason: str
    errors: int | None = None
    trials: int | None = None
    people: int | None = None


Measured = Estimate | NotMeasured
