"""The same rates at many thresholds, so that a reader can move the threshold and see every number move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, NamedTuple

from fairlineup.results.contrasts import GroupContrast
from fairlineup.results.groups import LabelMatrix
from fairlineup.results.shape import FLAT


class SweepPoint(NamedTuple):
    """A rate at one score."""

    value: float  #: The point estimate.
    low: float  #: Lower end of the interval.
    high: float  #: Upper end of the interval.
    errors: int  #: Events behind the value.
    trials: int  #: Out of how many.


class UnmeasuredPoint(NamedTuple):
    """Why there is no rate at one score."""

    reason: int  #: Its place in `reasons`.
    errors: int | None  #: Events seen, where known.
    trials: int | None  #: Trials made, where known.


Points = tuple[SweepPoint | UnmeasuredPoint, ...]


@dataclass(frozen=True, slots=True)
class RatePoints:
    """Points of each rate, one a score; the rates are those of `Rates`."""

    fmr: Points  #: False match rate.
    fpir: Points  #: False-positive identification rate.
    fpir_processed: Points  #: The same over processed searches.
    flagged_per_1000: Points  #: FPIR per 1,000 searches.
    selectivity: Points  #: Innocent people listed per search.
    fnir: Points  #: False-negative identification rate.
    fnir_processed: Points  #: The same over processed searches.
    rank_1: Points  #: Mate first.
    wrong_person_with_mate: Points  #: The mate and someone else.
    wrong_person_without_mate: Points  #: Someone else and not the mate.


@dataclass(frozen=True, slots=True)
class GroupPoints:
    """Points of one group's rates."""

    label: str  #: Label column.
    value: str  #: Its value.
    rates: Annotated[RatePoints, FLAT]  #: Points of each rate.
    fta: Points  #: Failure to acquire.


@dataclass(frozen=True, slots=True)
class Sweep:
    """The same rates at many thresholds."""

    scores: tuple[float, ...]  #: On the system's scale, most permissive last; the declared ones among them.
    everyone: RatePoints  #: Points of each rate.
    groups: tuple[GroupPoints, ...]  #: The same by group.
    reasons: tuple[str, ...]  #: Why a point is not measured.
    #: Declared contrasts at each score, without tests: nobody declared the threshold.
    contrasts: tuple[tuple[GroupContrast, ...], ...]
    matrices: tuple[tuple[LabelMatrix, ...], ...]  #: Matrices at each score.
