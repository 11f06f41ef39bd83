"""Kinds of plain values that records of results hold, with the limits of each."""

from __future__ import annotations

from typing import Annotated

from fairlineup.results.shape import Pattern, Range

Count = Annotated[int, Range(0)]
Positive = Annotated[int, Range(1)]
Proportion = Annotated[float, Range(0, 1)]
AtLeastZero = Annotated[float, Range(0)]
Digest = Annotated[str, Pattern(r"^sha256:[0-9a-f]{64}$")]


def significant(value: float, digits: int = 10) -> float:
    """A number with so many significant digits."""
    return float(f"{value:.{digits}g}")
