"""Runs side by side: everything a page about two or more of them shows, in one dict.

docs/versus.schema.json describes what is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from fairlineup import __version__, measures
from fairlineup.evidence.evaluation import Json, Sections, Told, measured_json, tell_nobody
from fairlineup.evidence.runs import FrozenRun
from fairlineup.evidence.versus.differences import cautions, differences
from fairlineup.evidence.versus.groups import Labels, labels_of
from fairlineup.evidence.versus.listing import parted
from fairlineup.evidence.versus.outcomes import (
    Asking,
    Pair,
    ask,
    gaps_json,
    groups_json,
    outcome_json,
    rate_json,
)
from fairlineup.evidence.versus.pairing import Pairing, Shared, Stage, pair
from fairlineup.evidence.versus.points import Point, check_rates, equal_points, own_point, threshold_json
from fairlineup.evidence.versus.processing import processing_json
from fairlineup.evidence.versus.questions import Questions, lay_out
from fairlineup.evidence.versus.side import Side, read_sides
from fairlineup.measures import Resampling
from fairlineup.records import Measured, NotMeasured
from fairlineup.seals import Plain

SCHEMA = "fairlineup-versus/1"
RATES = ("fpir", "fnir")


def compare_runs(*papers: FrozenRun, fmr: Sequence[float] = (), told: Told = tell_nobody) -> Json:
    """Lay finished runs side by side, the first as the one before, each other as one after.

    Args:
        papers: of the runs; level, seed and replicates are the first one's.
        fmr: false match rates to compare at; none takes every decade that all runs support.
        told: of each part that failed: it is `not_measured` with the reason, and the others stand.
    Returns: the content of versus.json; the same runs give the same content.
    Raises:
        BadInput: fewer than two runs, one twice, one not finished, other galleries, too few shared probes,
            a rate that is none.
        Refused: a run on people who do not exist, or simulated runs beside real ones.
    """
    check_rates(fmr)
    sides = read_sides(papers)
    pairing = pair(sides)
    questions = lay_out(sides, pairing)
    labels = labels_of(sides, questions)
    statistics = sides[0].papers.plan.statistics
    resampling = Resampling(statistics.replicates, statistics.seed)
    own = own_point(sides)
    sections = Sections(told)
    found = sections.rate("equal_fmr", equal_points, sides, questions, fmr, resampling)
    equal = () if isinstance(found, NotMeasured) else found
    why_none = found.reason if isinstance(found, NotMeasured) else "" if equal else _no_rate(questions)
    pairs = [(0, n) for n in range(1, len(sides))]
    level = statistics.level
    asked = Compared(sides, questions, labels, level, sections)
    points = [_point(asked, point) for point in (own, *equal)]
    sections.take("holm", _adjust, points[0])
    compared: Json = {
        "schema": SCHEMA,
        "fairlineup": __version__,
        "population": _population(sides),
        "statistics": cast("Json", asdict(statistics)),
        "runs": [_run(side) for side in sides],
        "pairing": _pairing(pairing, questions),
        "differences": differences(sides),
        "cautions": cast("list[Plain]", cautions(sides, pairing, labels)),
        "points": cast("list[Plain]", points),
        "equal_fmr_reason": why_none,
        "processing": [_processing(asked, one) for one in pairs],
        "parted": [_parted(asked, pairing, own, one) for one in pairs],
        "names": {e.person: e.name for side in sides for e in side.papers.dataset.entries if e.name},
    }
    return {**compared, "failed_sections": sections.failed}


@dataclass(frozen=True, slots=True)
class Compared:
    """What every part of the comparison needs at hand."""

    sides: Sequence[Side]
    questions: Questions
    labels: Labels
    level: float
    sections: Sections


def _point(given: Compared, point: Point) -> Json:
    """Everything at one operating point: thresholds, rates of each run, and each pair of runs."""
    sides, questions, level, take = given.sides, given.questions, given.level, given.sections.take
    outcomes = dict(zip(RATES, (questions.flagged, questions.missed), strict=True))
    everyone = range(len(sides))
    with given.sections.within("own" if point.fmr is None else f"fmr {point.fmr:g}"):
        rates = [
            {
                "run": sides[n].key,
                **{name: take(name, rate_json, ask(point, outcomes[name], (n,), level), n) for name in RATES},
            }
            for n in everyone
        ]
        compared = []
        for one in everyone[1:]:
            asked: dict[str, Asking] = {name: ask(point, outcomes[name], (0, one), level) for name in RATES}
            compared.append(_pair(given, asked, (0, one)))
        return {
            "kind": point.kind,
            "fmr": point.fmr,
            "thresholds": [
                {"run": side.key, **take("thresholds", threshold_json, side, n, questions, point, level)}
                for n, side in enumerate(sides)
            ],
            "rates": cast("list[Plain]", rates),
            "pairs": cast("list[Plain]", compared),
        }


def _pair(given: Compared, asked: dict[str, Asking], one: Pair) -> Json:
    take, labels = given.sections.take, given.labels
    return {
        **_named(given.sides, one),
        **{name: take(name, outcome_json, asked[name], one) for name in RATES},
        "groups": groups_json(asked, one, labels.groups, take),
        "gaps": gaps_json(asked, one, labels.gaps, take),
    }


def _processing(given: Compared, one: Pair) -> Json:
    named = _named(given.sides, one)
    found = given.sections.take("processing", processing_json, given.sides, one, given.level)
    return {**named, **({"fte": found, "fta": found} if "not_measured" in found else found)}


def _parted(given: Compared, pairing: Pairing, own: Point, one: Pair) -> Json:
    """Who is flagged by one alone; where that failed nobody is listed, and the reason stands beside it."""
    found = given.sections.take("parted", parted, given.sides, pairing.absent, given.questions, own, one)
    told = {"people": [], **found} if isinstance(found, dict) else {"people": found}
    return {**_named(given.sides, one), **told}


def _named(sides: Sequence[Side], one: Pair) -> Json:
    return {"before": sides[one[0]].key, "after": sides[one[1]].key}


def _adjust(point: Json) -> None:
    """Adjust every p-value of the comparison for all of them (Holm)."""
    tests = [
        cast("dict[str, Any]", one)[name]
        for one in cast("list[Plain]", point["pairs"])
        for name in RATES
        if "p" in cast("dict[str, Any]", one)[name]
    ]
    for one, adjusted in zip(tests, measures.holm([one["p"] for one in tests]), strict=True):
        one["holm_p"] = adjusted
        one["tests"] = len(tests)


def _population(sides: Sequence[Side]) -> Json:
    plans = [side.papers.plan.dataset for side in sides]
    return {
        "kind": sides[0].papers.population,
        "described": cast("list[Plain]", list(dict.fromkeys(plan.population for plan in plans))),
        "capture": cast("list[Plain]", list(dict.fromkeys(plan.capture for plan in plans))),
    }


def _run(side: Side) -> Json:
    papers, evidence = side.papers, side.evidence
    identity = papers.identity
    information = papers.information
    return {
        "key": side.key,
        "folder": papers.directory.path.resolve().name,
        "title": papers.plan.title,
        "begun": identity.begun,
        "system": {
            "name": information.name,
            "vendor": information.vendor,
            "version": information.version,
            "scale": cast("Json", asdict(information.scale)),
            "settings": cast("Json", dict(information.settings)),
            "models": [
                {"name": one.name, "digest": one.digest, "source": one.source} for one in information.models
            ],
        },
        "own_threshold": cast("Json", asdict(side.own)),
        "recorded_to": side.record_to,
        "gallery": {
            "people": evidence.others.people_enrolled,
            "photos": evidence.others.photos_enrolled,
            "offered": evidence.others.photos_offered,
        },
        "lost": cast("Json", dict(evidence.lost)),
        "lists_cut": sum(attempt.capped for attempt in evidence.absent_attempts),
        "digests": dict(identity.digests),
    }


def _pairing(pairing: Pairing, questions: Questions) -> Json:
    return {
        "absent": _stage(pairing.absent),
        "present": _stage(pairing.present),
        "same_picture_left_out": _own_pictures(pairing, questions),
        "gallery": _shared(pairing.gallery),
        "gallery_people_offered": pairing.gallery_people,
        "mates": _shared(pairing.mates),
        "list_length": questions.list_length,
    }


def _own_pictures(pairing: Pairing, questions: Questions) -> int:
    if isinstance(pairing.present, NotMeasured) or isinstance(questions.missed, NotMeasured):
        return 0
    return len(pairing.present.people) - len(questions.missed.person)


def _stage(stage: Stage | NotMeasured) -> Json:
    if isinstance(stage, NotMeasured):
        return measured_json(stage)
    return {
        "searches": len(stage.people),
        "people": len(set(stage.people)),
        **_shared(stage.asked),
        "unanswered": stage.unanswered,
    }


def _shared(shared: Shared) -> Json:
    return {"shared": shared.shared, "together": shared.together}


def _no_rate(questions: Questions) -> str:
    if not questions.comparisons:
        return "no target-absent searches in common, so no false match rate to be equal at"
    reasons: list[Measured | float] = [measures.threshold_at_fmr(one, 0.01) for one in questions.comparisons]
    told = next((one.reason for one in reasons if isinstance(one, NotMeasured)), "")
    return (
        f"no false match rate is supported by every run: {told}" if told else "none is supported by every run"
    )
