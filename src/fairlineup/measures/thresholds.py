"""The one check of a threshold: a number, or nothing is measured at it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fairlineup.records import BadInput


def checked(threshold: Any) -> float:
    """A threshold as a number. -inf accepts nothing and inf everything that was compared.

    Raises: BadInput: NaN, at which nothing would be an error, or no number at all (a truth value is none).
    """
    is_number = isinstance(threshold, int | float | np.integer | np.floating)
    if is_number and not isinstance(threshold, bool) and not math.isnan(threshold):
        return float(threshold)
    raise BadInput(
        "a threshold is no number",
        expected="a distance to measure at, a number",
        got=str(threshold) if is_number else f"{type(threshold).__name__} {threshold!r}",
        remedy="give a number; a threshold that could not be found (NotMeasured) has none",
    )
