"""Thresholds in the unit, direction and precision of the scores they are held against, turned in this place.

Measures hold distances: similarities are kept as their negatives. What a threshold is given or returned as is
what the user's own table shows.
"""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import BadArgument


class Scored(Protocol):
    """Anything that holds distances and knows whether they were similarities."""

    @property
    def distance(self) -> NDArray[np.float64]:
        """Lower is more alike."""
        ...

    @property
    def similar(self) -> bool:
        """Whether the distances are negated similarities."""
        ...


def distance_at(scored: Scored, threshold: Any) -> float:
    """The distance behind a threshold on the scale of some scores: a comparison matches at or below it.

    Scores of 32 or 16 bits are compared with the threshold at their own precision, so that a score of
    float32(0.6) matches at 0.6.

    Raises: BadInput: as `in_precision_of`.
    """
    return in_precision_of(scored.distance, threshold, similar=scored.similar)


def in_precision_of(distance: NDArray[np.float64], threshold: Any, *, similar: bool = False) -> float:
    """A threshold as a distance of some precision. -inf accepts nothing, and inf all that did not fail.

    Raises: BadInput: NaN, at which nothing would be an error, or no number at all (true and false are not).
    """
    at = -_number(threshold) if similar else _number(threshold)
    precision = np.finfo(distance.dtype)
    if math.isinf(at):
        return at if at < 0 else float(precision.max)
    return float(precision.dtype.type(np.clip(at, precision.min, precision.max)))


def on_scale(scored: Scored, distance: float) -> float:
    """A distance as a threshold on the scale of some scores, in the digits of their precision."""
    at = 0.0 - distance if scored.similar else distance
    return float(str(scored.distance.dtype.type(at)))


def _number(threshold: Any) -> float:
    is_number = isinstance(threshold, int | float | np.integer | np.floating)
    if is_number and not isinstance(threshold, bool) and not math.isnan(threshold):
        return float(threshold)
    raise BadArgument(
        "a threshold is no number",
        expected="a distance or similarity to measure at, a number",
        got=str(threshold) if is_number else f"{type(threshold).__name__} {threshold!r}",
        remedy="give a number; a threshold that could not be found (NotMeasured) has none",
    )
