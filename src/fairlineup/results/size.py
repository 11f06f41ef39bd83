"""FPIR against gallery size: the declared sizes, measured, and what they carry on to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fairlineup.records import NotMeasured
from fairlineup.results.estimates import Effect, Share
from fairlineup.results.numbers import Positive, Proportion
from fairlineup.results.shape import FLAT


@dataclass(frozen=True, slots=True)
class GallerySizeRung:
    """FPIR at one gallery size and threshold, the mean over all galleries of so many of the people enrolled.

    Attributes:
        threshold: The threshold, by name.
        people: People in the gallery.
        fpir: Over all searches; errors is the expected count, rounded.
        band: The same with a band that holds at all sizes at once, for galleries like it.
    """

    threshold: str
    people: Positive
    fpir: Share | NotMeasured
    band: Share | NotMeasured


@dataclass(frozen=True, slots=True)
class ExtrapolatedFpir:
    """FPIR in a larger gallery.

    Attributes:
        fpir: Of two fitted models, both intervals joined.
        outer: Bounds that need no fit.
        slope: Of log(-log(1 - FPIR)) on log N; 1 if comparisons were independent and alike.
        lowest_rung: Least size in the fit.
        if_independent: 1 - (1 - FMR)^N, which supposes independent comparisons.
    """

    fpir: Share | NotMeasured
    outer: Share | NotMeasured
    slope: Effect | NotMeasured
    lowest_rung: Positive
    if_independent: Proportion


@dataclass(frozen=True, slots=True)
class LargerGallery:
    """FPIR in a gallery at most ten times as large, or why there is none.

    Attributes:
        threshold: By name.
        people: Gallery size.
        found: FPIR there.
    """

    threshold: str
    people: Positive
    found: Annotated[ExtrapolatedFpir | NotMeasured, FLAT]
