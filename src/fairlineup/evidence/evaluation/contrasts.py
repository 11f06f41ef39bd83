"""The contrasts declared in the plan: how much more often one group is flagged than another, and why."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures
from fairlineup.evidence.evaluation.desk import Desk
from fairlineup.evidence.evaluation.figures import Json, measured_json, number_json
from fairlineup.evidence.evaluation.matrices import labelled, why_none
from fairlineup.evidence.evaluation.rates import flagged_people
from fairlineup.evidence.plan import ContrastChoice
from fairlineup.measures import Contrast, Counts, Grouping
from fairlineup.records import Estimate, Measured, NotMeasured
from fairlineup.seals import Plain

TESTS = ("fisher_two_sided", "hypergeometric_one_sided", "mid_p", "detectable_ratio")


def contrasts(desk: Desk) -> dict[str, list[Plain]]:
    """Every declared contrast at every declared threshold, by threshold.

    The p-values are adjusted for all of these at once (Holm): a plan that asks more has to find more.
    """
    plan = desk.papers.plan
    asked = [(choice, contrast) for choice in plan.threshold for contrast in plan.contrast]
    found = [_compared(desk, contrast, desk.score(choice)) for choice, contrast in asked]
    p_values = [c.fisher_two_sided if isinstance(c, Contrast) else None for c in found]
    known = [float(p) for p in p_values if isinstance(p, float)]
    adjusted = iter(measures.holm(known))
    rows: dict[str, list[Plain]] = {choice.name: [] for choice in plan.threshold}
    together = {choice.name: iter(_simultaneous(desk, desk.score(choice))) for choice in plan.threshold}
    for (choice, contrast), one, p in zip(asked, found, p_values, strict=True):
        holm = None if not isinstance(p, float) else number_json(next(adjusted))
        row = _ratios(desk, contrast, desk.score(choice))
        row |= {} if "not_measured" in row else _tests(one)
        row |= {"holm_p": holm, "tests": len(known)}
        if isinstance(one, Contrast):
            row["simultaneous"] = measured_json(next(together[choice.name]))
        rows[choice.name].append(row)
    return rows


def sides(desk: Desk, contrast: ContrastChoice) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The people of both groups among the probes."""
    values = desk.group_of[contrast.label]
    nobody = np.zeros(0, np.int64)
    one = values.get(contrast.one, nobody)
    if contrast.other != "others":
        return one, values.get(contrast.other, nobody)
    rest = [people for value, people in values.items() if value != contrast.one]
    return one, np.setdiff1d(np.concatenate([*rest, nobody]), one)


def contrast_ratios(desk: Desk, threshold: float) -> list[Plain]:
    """Every declared contrast at a distance that nobody declared: counts and ratios, but no test."""
    return [_ratios(desk, contrast, threshold) for contrast in desk.papers.plan.contrast]


def _compared(desk: Desk, contrast: ContrastChoice, threshold: float) -> Contrast | NotMeasured:
    a, b = _counts(desk, contrast, threshold)
    return _withheld(desk, contrast) or desk.one_set or measures.compare_groups(*a, *b, level=desk.level)


def _withheld(desk: Desk, contrast: ContrastChoice) -> NotMeasured | None:
    source = desk.source(contrast.label)
    refused = (measures.group_publishable(len(people), source) for people in sides(desk, contrast))
    return next((reason for reason in refused if reason is not None), None)


def _counts(desk: Desk, contrast: ContrastChoice, threshold: float) -> list[tuple[int, int]]:
    """People flagged and searched for, of both groups."""
    return [flagged_people(desk.evidence.absent, people, threshold) for people in sides(desk, contrast)]


def _tests(found: Contrast | NotMeasured) -> Json:
    if isinstance(found, NotMeasured):
        return {name: number_json(found) for name in TESTS}
    return {name: number_json(getattr(found, name)) for name in TESTS}


def _ratios(desk: Desk, contrast: ContrastChoice, threshold: float) -> Json:
    a, b = _counts(desk, contrast, threshold)
    head: Json = {
        "label": contrast.label,
        "one": contrast.one,
        "other": contrast.other,
        "measure": "fpir",
        "one_counts": {"errors": a[0], "people": a[1]},
        "other_counts": {"errors": b[0], "people": b[1]},
    }
    withheld = _withheld(desk, contrast)
    if withheld is not None:
        return {**head, "not_measured": withheld.reason}
    both = sides(desk, contrast)
    return {
        **head,
        "risk_ratio": measured_json(desk.one_set or measures.risk_ratio(Counts(*a), Counts(*b), desk.level)),
        "fmr_ratio": measured_json(_fmr_ratio(desk, both, threshold)),
        "decomposition": _decomposition(desk, contrast.label, both, threshold),
    }


def _simultaneous(desk: Desk, threshold: float) -> tuple[Measured, ...]:
    """Ratios of the contrasts that may be given, with intervals that hold for all of them at once."""
    plan, absent = desk.papers.plan, desk.evidence.absent
    able = [c for c in plan.contrast if not isinstance(_compared(desk, c, threshold), NotMeasured)]
    if not able:
        return ()
    pairs = [sides(desk, contrast) for contrast in able]
    member = np.array([np.isin(absent.person, side) for pair in pairs for side in pair])
    kinds, atom = np.unique(member, axis=1, return_inverse=True)
    groups = [tuple(np.flatnonzero(kinds[k]).tolist()) for k in range(len(kinds))]
    return measures.simultaneous_fpir_ratios(
        measures.MatchCounts.of(absent, threshold),
        atom.ravel().astype(np.int64),
        list(zip(groups[::2], groups[1::2], strict=True)),
        resampling=desk.resampling,
        level=desk.level,
    )


def _fmr_ratio(desk: Desk, both: Sequence[NDArray[np.int64]], threshold: float) -> Measured:
    """False match rate of one group over the other's, with people on both sides in the interval."""
    evidence = desk.evidence
    codes = np.full(len(evidence.people), -1, np.int64)
    for code, members in enumerate(both):
        codes[members] = code
    cells = measures.cell_rates(evidence.among_others, threshold, Grouping.of_probes(codes, 2))
    rates = [cells.estimate(g, 0, desk.level) for g in (0, 1)]
    errors, trials = (int(column.sum()) for column in (cells.errors, cells.trials))
    people = sum(len(members) for members in both)
    if not all(isinstance(rate, Estimate) for rate in rates):
        return NotMeasured("the false match rate of a group is not measured", errors, trials, people)
    log, error, freedom = cells.log_ratio((0, 0), (1, 0))
    reach = measures.student(freedom, desk.level) * error
    method = "two-way by person (dyadic variance, Student's t), log scale"
    low, high = math.exp(log - reach), math.exp(log + reach)
    return Estimate(math.exp(log), low, high, errors, trials, method, desk.level, people)


def _decomposition(desk: Desk, label: str, both: Sequence[NDArray[np.int64]], threshold: float) -> Json:
    """The gap in expected false candidates, split into the algorithm's part and the gallery's."""
    reason = why_none(desk, label)
    if reason:
        return {"not_measured": reason}
    comparisons = labelled(desk)
    grouping, values = desk.both_groups(label)
    probe = np.full(len(desk.evidence.people), -1, np.int64)
    for code, people in enumerate(both):
        probe[people] = code
    photos, whose, searched = _composition(desk, grouping, len(values))
    present = np.flatnonzero(photos)
    if not len(present):
        return {"not_measured": "no labelled photograph was enrolled"}
    codes = np.full(len(values) + 1, -1, np.int64)  # the last is that of people without the label
    codes[present] = np.arange(len(present))
    split = Grouping(probe, codes[grouping.gallery], 2, len(present))
    cells = measures.cell_rates(comparisons, threshold, split)
    found = measures.decompose_gap(cells, 0, 1, photos[present], desk.level)
    if isinstance(found, NotMeasured):
        return {"not_measured": found.reason}
    return {
        **{name: measured_json(getattr(found, name)) for name in ("gap", "algorithm", "gallery")},
        "one": {"real": measured_json(found.group), "balanced": measured_json(found.group_balanced)},
        "other": {
            "real": measured_json(found.reference),
            "balanced": measured_json(found.reference_balanced),
        },
        "composition": {values[h]: int(photos[h]) for h in present.tolist()},
        "of": whose,
        "searched": searched,
    }


def _composition(desk: Desk, grouping: Grouping, groups: int) -> tuple[NDArray[np.int64], str, bool]:
    """Labelled photographs of each group, whose they are, and whether of the target-absent gallery.

    Of the mates, if nobody in that gallery is labelled.
    """
    evidence = desk.evidence
    for comparisons, whose, searched in (
        (evidence.among_others, "the gallery of people who are no probe", True),
        (evidence.among_probes, "other probes’ mates, for nobody else in the gallery is labelled", False),
    ):
        photos = np.sum([block.gallery_photos for block in comparisons.blocks], axis=0)
        inside = grouping.gallery >= 0
        counts = np.bincount(grouping.gallery[inside], weights=photos[inside], minlength=groups)
        if counts.any():
            return counts.astype(np.int64), whose, searched
    return np.zeros(groups, np.int64), "nobody", False
