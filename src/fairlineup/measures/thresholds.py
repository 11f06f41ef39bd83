"""The one check of a threshold: a number, or nothing is measured at it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fairlineup.records import BadInput

FARTHEST = float(np.finfo(np.float64).max)


def checked(threshold: Any) -> float:
    """A threshold as a number. -inf accepts nothing, and inf whatever has a distance: not what failed.

    Raises: BadInput: NaN, at which nothing would be an error, or no number at all (a truth value is none).
    """
    is_number = isinstance(threshold, int | float | np.integer | np.floating)
    if is_number and not isinstance(threshold, bool) and not math.isnan(threshold):
        return min(float(threshold), FARTHEST)
    raise BadInput(
        "a threshold is no number",
        expected="a distance to measure at, a number",
        got=str(threshold) if is_number else f"{type(threshold).__name__} {threshold!r}",
        remedy="give a number; a threshold that could not be found (NotMeasured) has none",
    )
