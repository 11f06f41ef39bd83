"""The rates at many thresholds, as records like those of the declared ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from fairlineup.evidence.pages.failed import listed
from fairlineup.evidence.pages.figures import Measured
from fairlineup.evidence.pages.subject import Report, score_of
from fairlineup.records import NotMeasured
from fairlineup.results import (
    Amount,
    DeclaredContrast,
    DistanceScore,
    GroupPoints,
    GroupRates,
    Per1000,
    PublishedEstimate,
    RatePoints,
    Rates,
    Share,
    SimilarityScore,
    Sweep,
    SweepPoint,
    ThresholdResults,
    UnmeasuredPoint,
)

E = TypeVar("E", bound=PublishedEstimate)
KINDS: dict[str, type[PublishedEstimate]] = {"flagged_per_1000": Per1000, "selectivity": Amount}
UNDECLARED = NotMeasured("nobody declared this threshold before the test")


def swept(subject: Report) -> Sweep | None:
    """The sweep; None where there is none, or it does not go through the deployed threshold."""
    found = subject.results.sweep
    if isinstance(found, NotMeasured) or score_of(subject.deployed.at) not in found.scores:
        return None
    return found


def swept_thresholds(subject: Report) -> list[ThresholdResults]:
    """Every threshold of the sweep, the declared ones as they were declared; none without a sweep."""
    sweep = swept(subject)
    if sweep is None:
        return []
    declared = {score_of(one.at): one for one in subject.results.thresholds}
    return [
        declared.get(score) or _at(subject.deployed, sweep, place) for place, score in enumerate(sweep.scores)
    ]


def _at(deployed: ThresholdResults, sweep: Sweep, place: int) -> ThresholdResults:
    """A threshold nobody declared: its rates, and nothing that is not measured there."""
    score = sweep.scores[place]
    known = {(one.label, one.value): one for one in listed(deployed.groups)}
    return ThresholdResults(
        name="",
        at=DistanceScore(score) if isinstance(deployed.at, DistanceScore) else SimilarityScore(score),
        source="",
        rates=_rates(sweep.everyone, deployed.rates, place, sweep.reasons),
        groups=tuple(
            _group(known[one.label, one.value], one, place, sweep.reasons)
            for one in sweep.groups
            if (one.label, one.value) in known
        ),
        contrasts=tuple(
            DeclaredContrast(contrast=one, holm_p=None, tests=0) for one in sweep.contrasts[place]
        ),
        matrices=sweep.matrices[place],
        fmr_bounds=None,
        if_lost_were=None,
        lists_cut_by_the_system=0,
        fpir_galleries_like_it=UNDECLARED,
        fmr_design_effect=UNDECLARED,
        alike=UNDECLARED,
        intersections=UNDECLARED,
        differentials=UNDECLARED,
        hubs=UNDECLARED,
    )


def _group(like: GroupRates, points: GroupPoints, place: int, reasons: Sequence[str]) -> GroupRates:
    rates = _rates(points.rates, like.rates, place, reasons)
    return replace(like, rates=rates, fta=_measured(Share, points.fta[place], like.fta, reasons))


def _rates(points: RatePoints, like: Rates, place: int, reasons: Sequence[str]) -> Rates:
    found: dict[str, Any] = {
        one.name: _measured(
            KINDS.get(one.name, Share),
            getattr(points, one.name)[place],
            getattr(like, one.name),
            reasons,
        )
        for one in fields(Rates)
    }
    return Rates(**found)


def _measured(
    kind: type[E], point: SweepPoint | UnmeasuredPoint, like: Measured, reasons: Sequence[str]
) -> E | NotMeasured:
    """A point as a measured number; the people searched for are those of the deployed threshold."""
    people = like.people if point.trials is not None and point.trials == like.trials else None
    if isinstance(point, UnmeasuredPoint):
        return NotMeasured(reasons[point.reason], point.errors, point.trials, people)
    return kind(*point, people=people, method="")
