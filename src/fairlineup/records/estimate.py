"""A measured number with everything needed to doubt it, or the reason there is none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A rate or count with its interval."""

    value: float  #: the point estimate.
    low: float  #: lower end of the interval.
    high: float  #: upper end of the interval.
    errors: int  #: how many errors stand behind it.
    trials: int  #: out of how many comparisons or searches.
    method: str  #: how the interval was made, in words.
    level: float  #: coverage the interval aims at, e.g. 0.95.
    #: how many people the errors could have fallen on (the unit of chance); None where not known.
    people: int | None = None
    seed: int | None = None  #: seed of the resampling, None where nothing was drawn.


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """No number, and why; counts are given where they are known."""

    reason: str  #: why not.
    errors: int | None = None  #: events seen.
    trials: int | None = None  #: trials made.
    people: int | None = None  #: how many people they are of.


Measured = Estimate | NotMeasured
