"""The same rates at many thresholds, so that a reader can move the threshold and see every number move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, NamedTuple

from fairlineup.results.contrasts import GroupContrast
from fairlineup.results.groups import LabelMatrix
from fairlineup.results.shape import FLAT


class SweepPoint(NamedTuple):
    """A rate at one score.

    Attributes:
        value: The point estimate.
        low: Lower end of the interval.
        high: Upper end of the interval.
        errors: Events behind the value.
        trials: Out of how many.
    """

    value: float
    low: float
    high: float
    errors: int
    trials: int


class UnmeasuredPoint(NamedTuple):
    """Why there is no rate at one score.

    Attributes:
        reason: Its place in `reasons`.
        errors: Events seen, where known.
        trials: Trials made, where known.
    """

    reason: int
    errors: int | None
    trials: int | None


Points = tuple[SweepPoint | UnmeasuredPoint, ...]


@dataclass(frozen=True, slots=True)
class RatePoints:
    """Points of each rate, one a score; the rates are those of `Rates`.

    Attributes:
        fmr: False match rate.
        fpir: False-positive identification rate.
        fpir_processed: The same over processed searches.
        flagged_per_1000: FPIR per 1,000 searches.
        selectivity: Innocent people listed per search.
        fnir: False-negative identification rate.
        fnir_processed: The same over processed searches.
        rank_1: Mate first.
        wrong_person_with_mate: The mate and someone else.
        wrong_person_without_mate: Someone else and not the mate.
    """

    fmr: Points
    fpir: Points
    fpir_processed: Points
    flagged_per_1000: Points
    selectivity: Points
    fnir: Points
    fnir_processed: Points
    rank_1: Points
    wrong_person_with_mate: Points
    wrong_person_without_mate: Points


@dataclass(frozen=True, slots=True)
class GroupPoints:
    """Points of one group's rates.

    Attributes:
        label: Label column.
        value: Its value.
        rates: Points of each rate.
        fta: Failure to acquire.
    """

    label: str
    value: str
    rates: Annotated[RatePoints, FLAT]
    fta: Points


@dataclass(frozen=True, slots=True)
class Sweep:
    """The same rates at many thresholds.

    Attributes:
        scores: On the system's scale, most permissive last; the declared ones among them.
        everyone: Points of each rate.
        groups: The same by group.
        reasons: Why a point is not measured.
        contrasts: Declared contrasts at each score, without tests: nobody declared the threshold.
        matrices: Matrices at each score.
    """

    scores: tuple[float, ...]
    everyone: RatePoints
    groups: tuple[GroupPoints, ...]
    reasons: tuple[str, ...]
    contrasts: tuple[tuple[GroupContrast, ...], ...]
    matrices: tuple[tuple[LabelMatrix, ...], ...]
