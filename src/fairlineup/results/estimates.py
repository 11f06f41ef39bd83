"""Measured numbers as they are published: ten significant digits, an interval, and what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Self

from fairlineup.records import Measured, NotMeasured
from fairlineup.results.numbers import AtLeastZero, Count, Positive, Proportion, significant
from fairlineup.results.shape import Range

PerThousand = Annotated[float, Range(0, 1000)]


@dataclass(frozen=True, slots=True)
class PublishedEstimate:
    """A number with its interval."""

    value: float  #: The point estimate.
    low: float  #: Lower end of the interval.
    high: float  #: Upper end of the interval.
    errors: Count  #: Events behind the value: false matches, searches flagged, mates missed, hits.
    trials: Positive  #: Out of how many comparisons, searches, photographs or people.
    people: Count | None  #: How many people the trials are of, the unit of chance; null where not known.
    method: str  #: How the interval was made, in words.

    @classmethod
    def of(cls, measured: Measured) -> Self | NotMeasured:
        """A measure as it is published; a reason stays as it is."""
        if isinstance(measured, NotMeasured):
            return measured
        value, low, high = (significant(end) for end in (measured.value, measured.low, measured.high))
        return cls(value, low, high, measured.errors, measured.trials, measured.people, measured.method)


@dataclass(frozen=True, slots=True)
class Share(PublishedEstimate):
    """A share from 0 to 1 with its interval."""

    value: Proportion
    low: Proportion
    high: Proportion


@dataclass(frozen=True, slots=True)
class Per1000(PublishedEstimate):
    """A number per 1,000 searches with its interval."""

    value: PerThousand
    low: PerThousand
    high: PerThousand


@dataclass(frozen=True, slots=True)
class Amount(PublishedEstimate):
    """A mean or a ratio, of 0 or more, with its interval."""

    value: AtLeastZero
    low: AtLeastZero
    high: AtLeastZero


@dataclass(frozen=True, slots=True)
class Effect(PublishedEstimate):
    """A difference, of either sign, with its interval."""


def number(value: float | NotMeasured) -> float | NotMeasured:
    """A number without an interval, or the reason there is none, without its counts."""
    return NotMeasured(value.reason) if isinstance(value, NotMeasured) else significant(value)
