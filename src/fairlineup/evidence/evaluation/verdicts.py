"""The declared limits held against what was measured, and what would change a verdict."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures
from fairlineup.evidence.evaluation.desk import Desk, part_of
from fairlineup.evidence.evaluation.figures import Json, measured_json
from fairlineup.evidence.evaluation.processing import failures
from fairlineup.evidence.plan import LimitChoice
from fairlineup.measures import Over, Verdict
from fairlineup.records import Estimate, Measured, NotMeasured
from fairlineup.seals import Plain

MADE_UP = "people who do not exist say nothing about how a system does on real ones"
OVERS: tuple[Over, ...] = ("all", "processed")


def verdicts(desk: Desk, forbidden: str = "") -> list[Plain]:
    """Each declared limit as a verdict.

    Args:
        desk: the run laid out.
        forbidden: why no verdict may be given; blank where one may. Made-up people never get one.
    """
    forbidden = MADE_UP if desk.papers.population == "synthetic" else forbidden
    given: list[Plain] = []
    for number, limit in enumerate(desk.papers.plan.limit, start=1):
        found = desk.sections.take(str(number), _verdict, desk, limit, forbidden or _failed(desk, limit))
        given.append(_not_given(limit, str(found["not_measured"])) if "not_measured" in found else found)
    return given


def _failed(desk: Desk, limit: LimitChoice) -> str:
    """Why a limit is held against no number: the section it is about failed; blank where none did."""
    if limit.measure == "fte":
        return desk.sections.reason("processing")
    at = ("thresholds", limit.threshold)
    rates = [(limit.measure,), (f"{limit.measure}_processed",), *([("groups",)] if limit.of else [])]
    return next((why for one in rates if (why := desk.sections.reason(*at, *one))), "")


def _not_given(limit: LimitChoice, reason: str) -> Json:
    none: Json = {"outcome": "not_given", "over": None, "reason": reason, "need_n_more": None}
    return {**cast("Json", asdict(limit)), **none}


def _verdict(desk: Desk, limit: LimitChoice, forbidden: str) -> Json:
    declared = cast("Json", asdict(limit))
    if forbidden:
        return _not_given(limit, forbidden)
    if limit.of:
        return {**declared, **_of_groups(desk, limit)}
    held, over = _of_everyone(desk, limit)
    return {**declared, **_told(held, over), "would_change": _margins(held, limit.at_most)}


def _of_everyone(desk: Desk, limit: LimitChoice) -> tuple[Verdict, str]:
    """Over all searches and over processed ones: the worse counts, so that refusing faces buys nothing."""
    people = np.arange(len(desk.evidence.people))
    rates = {over: _rate(desk, limit, people, over, desk.level) for over in _overs(limit)}
    held = measures.verdict(list(rates.values()), limit.at_most)
    over = next((over for over, rate in rates.items() if rate == held.worst), "all")
    return held, over


def _of_groups(desk: Desk, limit: LimitChoice) -> Json:
    """Every group must keep the limit: one-sided bounds, and Holm before one is said to break it."""
    one_sided = 2 * desk.level - 1
    source = desk.source(limit.of)
    groups = (desk.in_gallery if limit.measure == "fte" else desk.group_of)[limit.of]
    rates = {
        (value, over): measures.publish(_rate(desk, limit, people, over, one_sided), len(people), source)
        for value, people in groups.items()
        for over in _overs(limit)
    }
    held = measures.verdict_of_groups(list(rates.values()), limit.at_most, desk.level)
    worst, over = next((key for key, rate in rates.items() if rate == held.worst), (None, "all"))
    told = _told(held, over)
    return {
        **told,
        "reason": f"{told['reason']}; {limit.of} {worst}" if worst else told["reason"],
        "worst_group": worst,
        "groups": [
            {"group": value, "over": over, **measured_json(rate)} for (value, over), rate in rates.items()
        ],
        "would_change": _margins(held, limit.at_most),
    }


def _told(held: Verdict, over: str) -> Json:
    kinds = {"all": "over all searches", "processed": "over processed searches"}
    return {
        "outcome": held.outcome,
        "over": over,
        "reason": f"{kinds.get(over, 'over photographs offered')}, {held.reason}",
        "need_n_more": held.need_n_more,
        "worst": None if held.worst is None else measured_json(held.worst),
    }


def _margins(held: Verdict, limit: float) -> Json | None:
    """How few or many errors the deciding rate would need for another verdict."""
    if not isinstance(held.worst, Estimate):
        return None
    found = measures.margins(held.worst, limit)
    return {
        "errors": held.worst.errors,
        "trials": held.worst.trials,
        "pass_up_to": found.pass_up_to,
        "fail_from": found.fail_from,
    }


def _overs(limit: LimitChoice) -> tuple[Over, ...]:
    return OVERS[:1] if limit.measure == "fte" else OVERS


def _rate(
    desk: Desk,
    limit: LimitChoice,
    people: NDArray[np.int64],
    over: Over,
    level: float,
) -> Measured:
    """The rate a limit is about, of some people."""
    if limit.measure == "fte":
        return _failure_to_enrol(desk, people, level)
    evidence, threshold = desk.evidence, desk.score(desk.threshold(limit.threshold))
    part, length = part_of(evidence, "", people), desk.papers.plan.search.list_length
    if limit.measure == "fpir":
        return measures.false_positive_identification_rate(part.absent, threshold, over=over, level=level)
    return measures.false_negative_identification_rate(part.mated, threshold, length, over=over, level=level)


def _failure_to_enrol(
    desk: Desk,
    people: NDArray[np.int64],
    level: float,
) -> Measured:
    names = {desk.evidence.people[code] for code in people.tolist()}
    offered = [a for a in desk.evidence.enrolments if a.person in names]
    if not offered:
        return NotMeasured("no photograph of them was offered to a gallery", 0, 0, 0)
    return failures(offered, level)
