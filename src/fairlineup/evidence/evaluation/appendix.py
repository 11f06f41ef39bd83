"""Behind the first page: hubs, differentials beside their nulls, intersections, impostors who are alike."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures
from fairlineup.evidence.evaluation.desk import Desk
from fairlineup.evidence.evaluation.figures import Json, measured_json, number_json
from fairlineup.evidence.evaluation.matrices import labelled, why_none
from fairlineup.evidence.evaluation.rates import flagged_people
from fairlineup.measures import Comparisons, PersonTally
from fairlineup.records import NotMeasured
from fairlineup.seals import Plain

SHOWN_HUBS = 10


def hubs(desk: Desk, threshold: float) -> Json:
    """Gallery people whom most searches for somebody else return, and FPIR without the first of them."""
    if desk.cut(threshold):
        return {"not_measured": "the system cut lists before this threshold, so matches are missing"}
    found = measures.gallery_hubs(desk.evidence.absent, threshold, SHOWN_HUBS, resampling=desk.resampling)
    if isinstance(found, NotMeasured):
        return {"not_measured": found.reason}
    return {
        "people": [
            {
                "person": desk.evidence.people[one.person],
                "searches": one.searches,
                "alone": one.alone,
                "share": float(f"{one.share:.6g}"),
            }
            for one in found.hubs
        ],
        "expected_most": found.expected,
        "expected_95": found.expected_high,
        "p": float(f"{found.p_value:.6g}"),
        "without_top": measured_json(found.fpir_without_first),
    }


def differentials(desk: Desk, threshold: float) -> list[Plain]:
    """Each declared label's differentials of false matches and misses, each beside its permutation null."""
    evidence = desk.evidence
    people = len(evidence.people)
    fmr = PersonTally.of_comparisons(evidence.among_others, threshold)
    distance, rank = measures.mate_standing(evidence.mated)
    missed = ~((rank > 0) & (distance <= threshold) & (rank <= desk.papers.plan.search.list_length))
    counted = np.ones(len(evidence.mated), np.bool_)
    counted[measures.same_picture_searches(evidence.mated)] = False
    fnir = PersonTally.of_outcomes(missed[counted], evidence.mated.searches.person[counted], people)
    rows: list[Plain] = []
    for label in desk.papers.plan.groups:
        codes, values = _publishable(desk, label)
        if len(values) < 2:
            reason = "fewer than two groups have a cited source and enough people"
            rows.append({"label": label, "not_measured": reason})
            continue
        rows.append(
            {
                "label": label,
                "of": "fmr",
                "groups": list(values),
                "measures": [
                    {
                        "name": one.name,
                        "of": "FMR" if one.kinds == 1 else "FMR and FNIR",
                        **_null(
                            measures.permutation_null(
                                one, (fmr, fnir)[: one.kinds], codes, len(values), desk.resampling
                            )
                        ),
                    }
                    for one in measures.DIFFERENTIALS
                ],
            }
        )
    return rows


def intersections(desk: Desk, threshold: float) -> list[Plain]:
    """FPIR of every pair of values of two labels: as counted, and partly pooled over the cells."""
    return [
        {"labels": [a, b], "measure": "fpir", **_crossed(desk, a, b, threshold)}
        for a, b in combinations(desk.papers.plan.groups, 2)
    ]


def alike(desk: Desk, threshold: float) -> Json:
    """The false match rate among impostors who share every declared label: sex with sex, age with age."""
    reasons = [reason for label in desk.papers.plan.groups if (reason := why_none(desk, label))]
    if reasons or not desk.papers.plan.groups:
        return {"not_measured": reasons[0] if reasons else "the plan declares no groups"}
    everyone = labelled(desk)
    parts: list[Comparisons] = []
    keys = [desk.both_groups(label)[0] for label in desk.papers.plan.groups]
    probe, gallery = (np.stack([getattr(one, side) for one in keys]) for side in ("probe", "gallery"))
    for kind in np.unique(probe[:, (probe >= 0).all(axis=0)], axis=1).T:
        same = [(side == kind[:, None]).all(axis=0) for side in (probe, gallery)]
        parts.append(everyone.between(same[0], same[1]))
    total = parts[0] if parts else everyone.between(np.zeros(everyone.people, np.bool_), gallery[0] >= 0)
    for part in parts[1:]:
        total = measures.together(total, part)
    return {
        "labels": list(desk.papers.plan.groups),
        "fmr": measured_json(measures.false_match_rate(total, threshold, desk.level)),
        "everyone": measured_json(measures.false_match_rate(everyone, threshold, desk.level)),
    }


def _publishable(desk: Desk, label: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Codes of the groups that may be published, and their values."""
    codes = np.full(len(desk.evidence.people), -1, np.int64)
    values: list[str] = []
    for value, people in desk.group_of[label].items():
        if measures.group_publishable(len(people), desk.source(label)) is None:
            codes[people] = len(values)
            values.append(value)
    return codes, tuple(values)


def _null(null: measures.Null) -> Json:
    return {
        "value": number_json(null.observed),
        "null_median": number_json(null.median),
        "null_95": number_json(null.high),
        "p": number_json(null.p_value),
        "permutations": null.permutations,
        "hides": null.hides,
    }


def _crossed(desk: Desk, a: str, b: str, threshold: float) -> Json:
    if desk.one_set:
        return {"not_measured": desk.one_set.reason}
    uncited = [label for label in (a, b) if not desk.source(label).strip()]
    if uncited:
        return {"not_measured": f"no source is cited for {uncited[0]}"}
    absent = desk.evidence.absent
    crossed = {
        (va, vb): flagged_people(absent, np.intersect1d(pa, pb), threshold)
        for va, pa in desk.group_of[a].items()
        for vb, pb in desk.group_of[b].items()
    }
    cells = {values: counts for values, counts in crossed.items() if counts[1]}
    counts = list(cells.values())
    pooled = measures.pool_cells([x for x, _ in counts], [n for _, n in counts], desk.level)
    if isinstance(pooled, NotMeasured):
        return {"not_measured": pooled.reason}
    return {
        "cells": [
            {
                "values": list(values),
                "people": n,
                "raw": measured_json(measures.publish(cell.raw, n, "cited")),
                "pooled": measured_json(cell.pooled),
            }
            for (values, (_, n)), cell in zip(cells.items(), pooled, strict=True)
        ]
    }
