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
    """FPIR at one gallery size and threshold, the mean over galleries of so many people enrolled."""

    threshold: str  #: The threshold, by name.
    people: Positive  #: People in the gallery.
    fpir: Share | NotMeasured  #: Over all searches; errors is the expected count, rounded.
    band: Share | NotMeasured  #: The same with a band that holds at all sizes at once, for galleries like it.


@dataclass(frozen=True, slots=True)
class ExtrapolatedFpir:
    """FPIR in a larger gallery of the same kind of people and photographs."""

    holds_for: str  #: The galleries all of this is about. Of others it says nothing.
    fpir: Share | NotMeasured  #: Of two fitted models, both intervals joined.
    outer: Share | NotMeasured  #: Bounds that need no fit.
    #: Of log(-log(1 - FPIR)) on log N; 1 if comparisons were independent and alike.
    slope: Effect | NotMeasured
    lowest_rung: Positive  #: Least size in the fit.
    if_independent: Proportion  #: 1 - (1 - FMR)^N, which supposes independent comparisons.


@dataclass(frozen=True, slots=True)
class LargerGallery:
    """FPIR in a gallery at most ten times as large and of the same kind, or why there is none."""

    threshold: str  #: By name.
    people: Positive  #: Gallery size.
    found: Annotated[ExtrapolatedFpir | NotMeasured, FLAT]  #: FPIR there.
