"""FPIR against gallery size: the declared rungs, measured, and what they carry on to."""

from __future__ import annotations

from fairlineup import measures
from fairlineup.evidence.evaluation.desk import Desk, unless_cut
from fairlineup.evidence.evaluation.figures import Json, measured_json
from fairlineup.evidence.plan import ResolvedThreshold
from fairlineup.measures import MatchCounts
from fairlineup.records import NotMeasured
from fairlineup.seals import Plain


def ladder(desk: Desk) -> list[Plain]:
    """FPIR at each declared gallery size and threshold."""
    evidence = desk.evidence
    everyone = evidence.others.people_enrolled
    sizes = sorted({n for n in desk.papers.plan.gallery.sizes if n <= everyone} or _halves(everyone))
    return [
        {
            "threshold": choice.name,
            "people": rung.people,
            "fpir": measured_json(unless_cut(desk.cut(desk.score(choice)), rung.fpir)),
            "band": measured_json(unless_cut(desk.cut(desk.score(choice)), band.fpir)),
        }
        for choice in desk.papers.plan.threshold
        for rung, band in zip(
            measures.false_positive_ladder(evidence.absent, desk.score(choice), sizes, level=desk.level),
            measures.ladder_bands(_counts(desk, choice), sizes, desk.resampling, desk.level),
            strict=True,
        )
    ]


def extrapolation(desk: Desk) -> list[Plain]:
    """FPIR in larger galleries: those the plan names, or ten times the one searched; never beyond that."""
    everyone = desk.evidence.others.people_enrolled
    wanted = [n for n in desk.papers.plan.gallery.sizes if n > everyone]
    larger = wanted or ([10 * everyone] if everyone else [])
    return [
        {"threshold": choice.name, "people": people, **_extrapolated(desk, choice, people)}
        for choice in desk.papers.plan.threshold
        for people in larger
    ]


def _extrapolated(desk: Desk, choice: ResolvedThreshold, people: int) -> Json:
    if desk.cut(desk.score(choice)):
        return {"not_measured": "the system cut lists before this threshold, so matches are missing"}
    found = measures.extrapolated_fpir(_counts(desk, choice), people, desk.level)
    if isinstance(found, NotMeasured):
        return {"not_measured": found.reason}
    return {
        "fpir": measured_json(found.fpir),
        "outer": measured_json(found.outer),
        "slope": measured_json(found.slope),
        "lowest_rung": found.lowest,
        "if_independent": float(f"{found.if_independent:.6g}"),
    }


def _counts(desk: Desk, choice: ResolvedThreshold) -> MatchCounts:
    return MatchCounts.of(desk.evidence.absent, desk.score(choice))


def _halves(everyone: int) -> set[int]:
    return {max(1, everyone >> step) for step in range(6)} if everyone else set()
