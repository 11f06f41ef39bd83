"""The threshold card of a run: which threshold gives a wanted FPIR, for all and for the worst-off group."""

from __future__ import annotations

from collections.abc import Sequence

from fairlineup import measures
from fairlineup.evidence.evaluation.desk import Desk
from fairlineup.evidence.evaluation.evaluate import evidence_of
from fairlineup.evidence.evaluation.figures import Json, measured_json
from fairlineup.evidence.runs import FrozenRun
from fairlineup.measures import Mated, OperatingPoint, Searches
from fairlineup.records import BadInput, NotMeasured
from fairlineup.seals import Plain


def threshold_card(papers: FrozenRun, wanted: Sequence[float], gallery_people: int | None = None) -> Json:
    """Thresholds for each FPIR wanted, with what they miss, and the maker's own thresholds beside them.

    Args:
        papers: of a finished run.
        wanted: FPIRs; with none the plan's limits on FPIR, and 0.3 %, at which NIST reports identification.
        gallery_people: N; None for the gallery searched.
    Raises: BadInput: the run is not finished, it made no target-absent search, or an FPIR is out of range.
    """
    desk = Desk.of(papers, evidence_of(papers))
    if not len(desk.evidence.absent):
        raise BadInput(
            "the run searched nobody among strangers",
            expected="a run with target-absent searches",
            got="none",
            remedy="set target_absent = true under [search] in the plan, and run it",
        )
    people = gallery_people or desk.evidence.others.people_enrolled
    declared = {limit.at_most for limit in papers.plan.limit if limit.measure == "fpir"} | {0.003}
    rates = sorted(wanted or declared, reverse=True)
    return {
        "system": papers.information.name,
        "population": papers.population,
        "gallery_people": people,
        "scale": papers.information.scale.kind,
        "wanted": [_wanted(desk, rate, people) for rate in rates],
        "named": [_named(desk, name, score, source) for name, score, source in _named_thresholds(papers)],
    }


def _wanted(desk: Desk, rate: float, people: int) -> Json:
    evidence = desk.evidence
    groups = [_group(desk, label, value, rate, people) for label, value in _groups(desk)]
    measured = [one for one in groups if "score" in one]
    worst = min(measured, key=lambda one: desk.distance(_number(one["score"])), default=None)
    return {
        "fpir": rate,
        "everyone": _point(desk, evidence.absent, evidence.mated, rate, people),
        "groups": list(groups),
        "worst_group": worst or {"not_measured": "no group has enough behind it"},
    }


def _groups(desk: Desk) -> list[tuple[str, str]]:
    return [(label, part.value) for label in desk.papers.plan.groups for part in desk.parts[label]]


def _group(desk: Desk, label: str, value: str, rate: float, people: int) -> Json:
    part = next(part for part in desk.parts[label] if part.value == value)
    head: Json = {"label": label, "value": value, "people": len(part.people)}
    withheld = measures.group_publishable(len(part.people), desk.source(label))
    if withheld is not None:
        return {**head, "not_measured": withheld.reason}
    return {**head, **_point(desk, part.absent, part.mated, rate, people)}


def _point(desk: Desk, absent: Searches, mated: Mated, rate: float, people: int) -> Json:
    found = measures.threshold_for_fpir(absent, rate, people, desk.level)
    if isinstance(found, OperatingPoint) and desk.cut(found.threshold):
        found = NotMeasured("the system cut lists before this threshold, so matches are missing")
    if isinstance(found, NotMeasured):
        return {"not_measured": found.reason}
    length = desk.papers.plan.search.list_length
    missed = measures.false_negative_identification_rate(mated, found.threshold, length, level=desk.level)
    return {
        "score": desk.distance(found.threshold),
        "fpir": measured_json(found.fpir),
        "fnir": measured_json(missed),
    }


def _named_thresholds(papers: FrozenRun) -> list[tuple[str, float, str]]:
    """The plan's thresholds and the maker's: default, recommended, and those of its sample code."""
    system = papers.information
    makers = [
        ("default", system.default_threshold),
        ("recommended", system.recommended_threshold),
        *(("sample code", one) for one in system.sample_thresholds),
    ]
    plan = [(choice.name, choice.score, choice.source) for choice in papers.plan.threshold]
    known = {score for _, score, _ in plan}
    return [*plan, *((name, t.score, t.source) for name, t in makers if t and t.score not in known)]


def _named(desk: Desk, name: str, score: float, source: str) -> Json:
    """A threshold somebody named, with what it gives; the whole gallery was searched."""
    evidence, threshold = desk.evidence, desk.distance(score)
    if threshold > desk.distance(desk.papers.plan.search.record_to):
        reason = "it is weaker than the weakest score recorded"
        return {"name": name, "score": score, "source": source, "not_measured": reason}
    length = desk.papers.plan.search.list_length
    rates: dict[str, Plain] = {
        "fpir": measured_json(
            measures.false_positive_identification_rate(evidence.absent, threshold, level=desk.level)
        ),
        "fnir": measured_json(
            measures.false_negative_identification_rate(evidence.mated, threshold, length, level=desk.level)
        ),
    }
    return {"name": name, "score": score, "source": source, **rates}


def _number(value: Plain) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
