"""Student's t, for intervals whose standard error is itself estimated from few people."""

from __future__ import annotations

import math

from fairlineup.measures import special
from fairlineup.measures.arguments import check_level


def student(freedom: float, level: float) -> float:
    """Student's t that a share `level` of draws lies within; normal for infinite degrees of freedom."""
    tail = (1 - check_level(level)) / 2
    return float(-special.ndtri(tail) if math.isinf(freedom) else -special.stdtrit(max(freedom, 1.0), tail))
