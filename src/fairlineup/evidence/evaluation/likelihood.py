"""What a score of a run is worth as evidence: likelihood ratios, and how likely a candidate is the mate."""

from __future__ import annotations

import math

import numpy as np

from fairlineup import measures
from fairlineup.evidence.evaluation.desk import Desk
from fairlineup.evidence.evaluation.figures import Json, measured_json
from fairlineup.evidence.evaluation.rates import everyone
from fairlineup.measures import LikelihoodOptions, LikelihoodRatios, Pairs
from fairlineup.records import Estimate, Measured, NotMeasured
from fairlineup.seals import Plain

POINTS = 41  # of a drawn line
OTHER_SPLITS = 9


def likelihood(desk: Desk) -> Json:
    """Likelihood ratios of this run's image types, for everyone and for groups with enough mated people."""
    evidence, reason = desk.evidence, ""
    if not len(evidence.mated):
        reason = "nobody was searched who is in the gallery"
    elif any(attempt.capped for attempt in (*evidence.absent_attempts, *evidence.mated_attempts)):
        reason = "the system cut lists, so that scores are missing"
    if reason:
        return {"not_measured": reason, "posterior": posterior(desk)}
    pairs = measures.pairs_of(evidence.mated, evidence.among_others, evidence.people)
    found = _report(desk, pairs)
    told = {**_ratios(desk, found), "other_splits": _other_splits(pairs, found)}
    groups = [
        {"label": label, "value": value, **_of_group(desk, pairs, label, value)}
        for label in desk.papers.plan.groups
        for value in desk.group_of[label]
    ]
    return {**told, "groups": list(groups), "posterior": posterior(desk)}


def posterior(desk: Desk) -> list[Plain]:
    """What answers and candidates are worth at each threshold, for stated shares of people enrolled."""
    rows: list[Plain] = []
    for choice in desk.papers.plan.threshold:
        rates = everyone(desk, desk.score(choice))
        rows += [
            {
                "threshold": choice.name,
                "prior": one.prior,
                "enrolled": measured_json(one.enrolled),
                "mate": measured_json(one.mate),
            }
            for one in measures.probability_of_mate(rates["fnir"], rates["fpir"], rates["selectivity"])
        ]
    return rows


def _other_splits(pairs: Pairs, chosen: LikelihoodRatios | NotMeasured) -> list[Plain]:
    """Cllr of the method had other people been fitted on: how much hangs on who they were."""
    if isinstance(chosen, NotMeasured):
        return []
    found = [measures.cllr_of_split(pairs, chosen.method, f"split {n}") for n in range(OTHER_SPLITS)]
    return [_short(one) for one in found if not isinstance(one, NotMeasured)]


def _report(
    desk: Desk, pairs: Pairs, options: LikelihoodOptions | None = None
) -> LikelihoodRatios | NotMeasured:
    choice = desk.papers.plan.dataset
    options = options or LikelihoodOptions(level=desk.level, resampling=desk.resampling)
    return measures.likelihood_report(pairs, choice.capture, choice.population, options)


def _of_group(desk: Desk, pairs: Pairs, label: str, value: str) -> Json:
    """A group's probes against the whole gallery."""
    people = desk.group_of[label][value]
    withheld = measures.group_publishable(len(people), desk.source(label))
    if withheld is not None:
        return {"not_measured": withheld.reason}
    mask = np.isin(np.arange(len(desk.evidence.people)), people)
    found = _report(desk, pairs.among(mask, gallery=np.ones(len(mask), np.bool_)))
    if isinstance(found, NotMeasured):
        return {"not_measured": found.reason}
    return {
        "method": found.method,
        "cllr": measured_json(found.cllr),
        "at_thresholds": _at_thresholds(desk, found),
    }


def _ratios(desk: Desk, found: LikelihoodRatios | NotMeasured) -> Json:
    if isinstance(found, NotMeasured):
        return {"not_measured": found.reason}
    low, high = found.supported or (0.0, 0.0)
    stated = found.supported is not None and not found.withheld
    distances = np.linspace(low, high, POINTS) if stated else np.zeros(0)
    line = found.ratios_at(distances, desk.level)
    return {
        "capture": found.capture,
        "population": found.population,
        "note": found.note,
        "method": found.method,
        "tried": [
            {"method": method, **({"cllr": _short(cost)} if isinstance(cost, float) else _reason(cost))}
            for method, cost in found.tried.items()
        ],
        "withheld": found.withheld,
        "implied": [
            {
                "score": desk.distance(one.distance),
                "implied": _short(one.implied),
                "counted": _short(one.counted),
                "ratio_low": _short(one.low),
                "ratio_high": _short(one.high),
            }
            for one in found.implied
        ],
        "scores": [desk.distance(float(d)) for d in distances],
        **{
            name: [_short(float(getattr(one, end))) for one in line if isinstance(one, Estimate)]
            for name, end in (("log10_lr", "value"), ("log10_lr_low", "low"), ("log10_lr_high", "high"))
        },
        "at_thresholds": _at_thresholds(desk, found),
        "elub": {"low": found.bounds.lower, "high": found.bounds.upper},
        "cllr": measured_json(found.cllr),
        "cllr_min": _short(found.cllr_min),
        "cllr_cal": _short(found.cllr_cal),
        "people": {"fit": found.fit.people, "test": found.test.people},
        "mated_people": {"fit": found.fit.mated_people, "test": found.test.mated_people},
        "dropped": found.dropped,
        "tippett": {
            "log10_lr": _line(found.tippett.log10_lr),
            "mated": _line(found.tippett.mated),
            "non_mated": _line(found.tippett.non_mated),
        },
        "ece": {
            "log10_odds": _line(found.cross_entropy.log10_prior_odds),
            "system": _line(found.cross_entropy.system),
            "pav": _line(found.cross_entropy.calibrated),
            "none": _line(found.cross_entropy.uninformative),
        },
    }


def _at_thresholds(desk: Desk, found: LikelihoodRatios) -> list[Plain]:
    """The likelihood ratio right at each declared threshold, with its interval, or why there is none."""
    rows: list[Plain] = []
    for choice in desk.papers.plan.threshold:
        distance = desk.score(choice)
        one: Measured = NotMeasured(f"the threshold lies beyond the recording distance, {found.reach:g}")
        if distance <= found.reach:
            one = found.ratios_at(np.array([distance]), desk.level)[0]
        ends: Json = {"log10_lr": None, "low": None, "high": None}
        if isinstance(one, NotMeasured):
            ends |= _reason(one)
        else:
            ends = {"log10_lr": _short(one.value), "low": _short(one.low), "high": _short(one.high)}
        rows.append({"threshold": choice.name, **ends})
    return rows


def _reason(one: NotMeasured) -> Json:
    return {"not_measured": one.reason}


def _line(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[Plain]:
    return [_short(float(value)) for value in values]


def _short(value: float) -> Plain:
    return float(f"{value:.6g}") if math.isfinite(value) else None
