"""What never became a comparison: failures to enrol and to acquire, and how many were offered."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.proportions import proportion, share_of_searches
from fairlineup.measures.student import student
from fairlineup.records import Estimate, Measured, NotMeasured


@dataclass(frozen=True, slots=True)
class GallerySize:
    """How many were offered to a gallery and how many are in it."""

    people_offered: int  #: People with a photograph offered.
    people_enrolled: int  #: N, people with at least one photograph enrolled.
    photos_offered: int  #: Photographs offered.
    photos_enrolled: int  #: Photographs enrolled.


def gallery_size(person: NDArray[np.int64], enrolled: NDArray[np.bool_]) -> GallerySize:
    """Count a gallery from one row a photograph: whose it is, and whether it was enrolled."""
    return GallerySize(
        people_offered=len(np.unique(person)),
        people_enrolled=len(np.unique(person[enrolled])),
        photos_offered=len(person),
        photos_enrolled=int(np.count_nonzero(enrolled)),
    )


def failure_to_enrol(
    attempts: int, failures: int, *, people: int | None = None, level: float = 0.95
) -> Measured:
    """FTE: share of photographs offered to a gallery that gave no usable reference.

    Source: ISO/IEC 19795-1, failure-to-enrol rate. Not: a loss on the wire, which is retried and left out.
    """
    return proportion(failures, attempts, people=people, level=level)


def failure_to_acquire(
    attempts: int, failures: int, *, people: int | None = None, level: float = 0.95
) -> Measured:
    """FTA: share of probe photographs that could not be processed.

    Source: ISO/IEC 19795-1, failure-to-acquire rate. Not: a miss of a mate, in which it is counted again.
    """
    return proportion(failures, attempts, people=people, level=level)


def failures_of_photographs(
    failed: NDArray[np.bool_], person: NDArray[np.int64], level: float = 0.95
) -> Measured:
    """FTE or FTA from one row a photograph, so that how alike a person's photographs fare is known.

    Args:
        failed: whether each photograph gave nothing that could be used, shape (n_photos,).
        person: who is on it, shape (n_photos,).
        level: two-sided coverage.

    Source: ISO/IEC 19795-1, as `failure_to_enrol` and `failure_to_acquire`, which are for those who have
        nothing but counts.
    """
    rate = share_of_searches(failed, person, level)
    return NotMeasured("no trials", 0, 0, 0) if isinstance(rate, NotMeasured) else rate


def seconds_per_photograph(
    seconds: NDArray[np.float64], person: NDArray[np.int64], level: float = 0.95
) -> Measured:
    """Mean time a photograph takes, with the person as the unit of chance.

    Args:
        seconds: of each photograph, NaN where the system did not tell, shape (n_photos,).
        person: who is on it, shape (n_photos,).
        level: two-sided coverage.

    Returns: seconds; `errors` is 0, `trials` the photographs timed; NotMeasured with fewer than two people.
    Source: ISO/IEC 19795-10 asks for throughput by group. Not: the time a person waits.
    """
    timed = np.isfinite(seconds)
    people, at, times = np.unique(person[timed], return_inverse=True, return_counts=True)
    trials = int(timed.sum())
    if len(people) < 2:
        reason = (
            "the system does not tell how long a photograph takes" if not trials else "fewer than two people"
        )
        return NotMeasured(reason, trials=trials, people=len(people))
    means = np.bincount(at, weights=seconds[timed]) / times
    value, spread = float(means.mean()), float(means.std(ddof=1)) / math.sqrt(len(means))
    reach = student(len(means) - 1.0, level) * spread
    method = "Student's t on people"
    return Estimate(value, max(0.0, value - reach), value + reach, 0, trials, method, level, len(people))
