"""The contrasts declared in the plan: how much more often one group is flagged than another, and why."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures, results
from fairlineup.evidence.evaluation.matrices import why_none
from fairlineup.evidence.evaluation.measured_run import Codes, MeasuredRun, RunAtThreshold, once
from fairlineup.evidence.evaluation.rates import flagged_people
from fairlineup.evidence.plan import ContrastChoice
from fairlineup.measures import Contrast, Counts, Grouping
from fairlineup.records import Estimate, Measured, NotMeasured
from fairlineup.results import Amount, Effect, number, significant


def contrasts(run: MeasuredRun) -> dict[str, tuple[results.DeclaredContrast, ...]]:
    """Every declared contrast at every declared threshold, by threshold.

    The p-values are adjusted for all of these at once (Holm): a plan that asks more has to find more.
    """
    asked = [(name, at, contrast) for name, at in run.declared for contrast in run.frozen.plan.contrast]
    p_values = [_p_value(_tested(at, contrast)) for _, at, contrast in asked]
    known = [p for p in p_values if p is not None]
    adjusted = iter(measures.holm(known))
    together = {name: iter(_simultaneous(at)) for name, at in run.declared}
    rows: dict[str, list[results.DeclaredContrast]] = {name: [] for name, _ in run.declared}
    for (name, at, contrast), p in zip(asked, p_values, strict=True):
        tested, given = _tested(at, contrast), _contrast(at, contrast)
        rows[name].append(
            results.DeclaredContrast(
                contrast=given,
                p_values=None if isinstance(given.ratios, NotMeasured) else _tests(tested),
                holm_p=None if p is None else significant(next(adjusted)),
                tests=len(known),
                simultaneous=Amount.of(next(together[name])) if isinstance(tested, Contrast) else None,
            )
        )
    return {name: tuple(found) for name, found in rows.items()}


def group_contrasts(at: RunAtThreshold) -> tuple[results.GroupContrast, ...]:
    """Every declared contrast at a threshold that nobody declared: counts and ratios, but no test."""
    return tuple(_contrast(at, contrast) for contrast in at.run.frozen.plan.contrast)


@once
def sides(run: MeasuredRun, contrast: ContrastChoice) -> tuple[Codes, Codes]:
    """The people of both groups among the probes."""
    values = run.probes[contrast.label]
    nobody = np.zeros(0, np.int64)
    one = values.get(contrast.one, nobody)
    if contrast.other != "others":
        return one, values.get(contrast.other, nobody)
    rest = [people for value, people in values.items() if value != contrast.one]
    return one, np.setdiff1d(np.concatenate([*rest, nobody]), one)


@once
def _tested(at: RunAtThreshold, contrast: ContrastChoice) -> Contrast | NotMeasured:
    none = _withheld(at.run, contrast) or at.run.one_set
    if none:
        return none
    one, other = _counts(at, contrast)
    return measures.compare_groups(one.errors, one.people, other.errors, other.people, level=at.run.level)


def _withheld(run: MeasuredRun, contrast: ContrastChoice) -> NotMeasured | None:
    source = run.source(contrast.label)
    refused = (measures.group_publishable(len(people), source) for people in sides(run, contrast))
    return next((reason for reason in refused if reason is not None), None)


@once
def _counts(at: RunAtThreshold, contrast: ContrastChoice) -> tuple[results.GroupCounts, results.GroupCounts]:
    """People flagged and searched for, of both groups."""
    one, other = sides(at.run, contrast)
    return flagged_people(at, one), flagged_people(at, other)


def _p_value(found: Contrast | NotMeasured) -> float | None:
    p = found.fisher_two_sided if isinstance(found, Contrast) else None
    return p if isinstance(p, float) else None


def _tests(found: Contrast | NotMeasured) -> results.ContrastTests:
    if isinstance(found, NotMeasured):
        none = NotMeasured(found.reason)
        return results.ContrastTests(none, none, none, none)
    return results.ContrastTests(
        fisher_two_sided=number(found.fisher_two_sided),
        hypergeometric_one_sided=number(found.hypergeometric_one_sided),
        mid_p=number(found.mid_p),
        detectable_ratio=number(found.detectable_ratio),
    )


@once
def _contrast(at: RunAtThreshold, contrast: ContrastChoice) -> results.GroupContrast:
    one, other = _counts(at, contrast)
    withheld = _withheld(at.run, contrast)
    return results.GroupContrast(
        label=contrast.label,
        one=contrast.one,
        other=contrast.other,
        measure="fpir",
        one_counts=one,
        other_counts=other,
        ratios=NotMeasured(withheld.reason) if withheld else _ratios(at, contrast),
    )


def _ratios(at: RunAtThreshold, contrast: ContrastChoice) -> results.GroupRatios:
    one, other = (Counts(counts.errors, counts.people) for counts in _counts(at, contrast))
    return results.GroupRatios(
        risk_ratio=Amount.of(at.run.one_set or measures.risk_ratio(one, other, at.run.level)),
        fmr_ratio=Amount.of(_fmr_ratio(at, contrast)),
        decomposition=_decomposition(at, contrast),
    )


def _simultaneous(at: RunAtThreshold) -> tuple[Measured, ...]:
    """Ratios of the contrasts that may be given, with intervals that hold for all of them at once."""
    run, absent = at.run, at.run.answers.absent
    able = [c for c in run.frozen.plan.contrast if not isinstance(_tested(at, c), NotMeasured)]
    if not able:
        return ()
    pairs = [sides(run, contrast) for contrast in able]
    member = np.array([np.isin(absent.person, side) for pair in pairs for side in pair])
    kinds, atom = np.unique(member, axis=1, return_inverse=True)
    groups = [tuple(np.flatnonzero(kinds[k]).tolist()) for k in range(len(kinds))]
    return measures.simultaneous_fpir_ratios(
        at.counts,
        atom.ravel().astype(np.int64),
        list(zip(groups[::2], groups[1::2], strict=True)),
        resampling=run.resampling,
        level=run.level,
    )


def _fmr_ratio(at: RunAtThreshold, contrast: ContrastChoice) -> Measured:
    """False match rate of one group over the other's, with people on both sides in the interval."""
    run = at.run
    cells = measures.cell_rates(run.answers.among_others, at.threshold, _of_sides(run, contrast))
    rates = [cells.estimate(g, 0, run.level) for g in (0, 1)]
    errors, trials = (int(column.sum()) for column in (cells.errors, cells.trials))
    people = sum(len(members) for members in sides(run, contrast))
    if not all(isinstance(rate, Estimate) for rate in rates):
        return NotMeasured("the false match rate of a group is not measured", errors, trials, people)
    log, error, freedom = cells.log_ratio((0, 0), (1, 0))
    reach = measures.student(freedom, run.level) * error
    method = "two-way by person (dyadic variance, Student's t), log scale"
    low, high = math.exp(log - reach), math.exp(log + reach)
    return Estimate(math.exp(log), low, high, errors, trials, method, run.level, people)


@once
def _of_sides(run: MeasuredRun, contrast: ContrastChoice) -> Grouping:
    """Both groups of probes, everyone in the gallery together."""
    return Grouping.of_probes(run.codes_of(sides(run, contrast)), 2)


def _decomposition(
    at: RunAtThreshold, contrast: ContrastChoice
) -> results.PublishedDecomposition | NotMeasured:
    """The gap in expected false candidates, split into the algorithm's part and the gallery's."""
    run, none = at.run, why_none(at.run, contrast.label)
    if none:
        return none
    values, photos, whose, searched = _composition(run, contrast.label)
    present = np.flatnonzero(photos)
    if not len(present):
        return NotMeasured("no labeled photograph was enrolled")
    cells = measures.cell_rates(run.compared, at.threshold, _split(run, contrast))
    found = measures.decompose_gap(cells, 0, 1, photos[present], run.level)
    if isinstance(found, NotMeasured):
        return NotMeasured(found.reason)
    return results.PublishedDecomposition(
        gap=Effect.of(found.gap),
        algorithm=Effect.of(found.algorithm),
        gallery=Effect.of(found.gallery),
        one=results.FalseCandidates(Amount.of(found.group), Amount.of(found.group_balanced)),
        other=results.FalseCandidates(Amount.of(found.reference), Amount.of(found.reference_balanced)),
        composition={values[h]: int(photos[h]) for h in present.tolist()},
        of=whose,
        searched=searched,
    )


@once
def _split(run: MeasuredRun, contrast: ContrastChoice) -> Grouping:
    """Both groups of probes, against each group that has photographs in the gallery."""
    grouping, values = run.both_groupings(contrast.label)
    present = np.flatnonzero(_composition(run, contrast.label)[1])
    codes = np.full(len(values) + 1, -1, np.int64)  # the last is that of people without the label
    codes[present] = np.arange(len(present))
    return Grouping(run.codes_of(sides(run, contrast)), codes[grouping.gallery], 2, len(present))


@once
def _composition(run: MeasuredRun, label: str) -> tuple[tuple[str, ...], NDArray[np.int64], str, bool]:
    """The values of a label, labeled photographs of each, whose they are, and if of the gallery searched.

    Of the mates, if nobody in that gallery is labelled.
    """
    grouping, values = run.both_groupings(label)
    for comparisons, whose, searched in (
        (run.answers.among_others, "the gallery of people who are no probe", True),
        (run.answers.among_probes, "other probes’ mates, for nobody else in the gallery is labeled", False),
    ):
        photos = np.sum([block.gallery_photos for block in comparisons.blocks], axis=0)
        inside = grouping.gallery >= 0
        counts = np.bincount(grouping.gallery[inside], weights=photos[inside], minlength=len(values))
        if counts.any():
            return values, counts.astype(np.int64), whose, searched
    return values, np.zeros(len(values), np.int64), "nobody", False
