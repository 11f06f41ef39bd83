"""From answers to AuditResults: every number of the report, from the same measures, in one place."""

from __future__ import annotations

import math
from collections.abc import Callable

from fairlineup import measures, results
from fairlineup.evidence.evaluation import subject
from fairlineup.evidence.evaluation.ahead import ahead, processes_for
from fairlineup.evidence.evaluation.appendix import alike, differentials, hubs, intersections
from fairlineup.evidence.evaluation.calibrated import calibrated
from fairlineup.evidence.evaluation.contrasts import contrasts
from fairlineup.evidence.evaluation.cost import seconds_to_measure
from fairlineup.evidence.evaluation.direction import direction, wrong_way_round
from fairlineup.evidence.evaluation.joined import join, observations_of
from fairlineup.evidence.evaluation.kinds import gallery_kinds
from fairlineup.evidence.evaluation.likelihood import likelihood, likelihood_parts
from fairlineup.evidence.evaluation.listing import (
    closest_non_mated,
    false_matches,
    missed,
    not_processed,
    on_scale,
    same_pictures,
)
from fairlineup.evidence.evaluation.matrices import matrices
from fairlineup.evidence.evaluation.measured_run import MeasuredRun, Part, RunAtThreshold
from fairlineup.evidence.evaluation.processing import if_lost_were, processing
from fairlineup.evidence.evaluation.rates import everyone, group_rates, published_rates
from fairlineup.evidence.evaluation.review import left_out, read_reviews
from fairlineup.evidence.evaluation.sections import OnFailure, Sections, ignore_failure
from fairlineup.evidence.evaluation.sizes import extrapolation, ladder
from fairlineup.evidence.evaluation.sweep import sweep, sweep_parts
from fairlineup.evidence.evaluation.verdicts import verdicts
from fairlineup.evidence.evaluation.within import within_gallery
from fairlineup.evidence.plan import ResolvedThreshold
from fairlineup.evidence.runs import FrozenRun, Observations
from fairlineup.records import NotMeasured, Progress, foretell, no_progress
from fairlineup.results import Share, number, significant


def evaluate(
    frozen: FrozenRun,
    on_failure: OnFailure = ignore_failure,
    observations: Observations | None = None,
    progress: Progress = no_progress,
    workers: int | None = None,
) -> results.AuditResults:
    """Every number of a finished run.

    Args:
        frozen: a run whose searches are all done.
        on_failure: called for each section that failed: it is not measured, and the others stand.
        observations: its answers; None reads them.
        progress: told of thresholds, of groups and of the sweep.
        workers: processes; None for one a core where it pays. The content does not depend on it.
    Returns: the content of results.json; the same run and observations give the same content.
    Raises: BadInput: the run is not finished, or a file of it cannot be read.
    """
    observations = observations or observations_of(frozen)
    asked, recorded = len(observations.searches), len(observations.score)
    foretell(progress, "measuring", asked, seconds_to_measure(recorded, processes_for(recorded)))
    run = MeasuredRun(frozen, join(observations, frozen), Sections(on_failure, progress))
    with ahead(run, _parts, workers) as rest:
        return _evaluated(run, observations, rest)


def _parts(run: MeasuredRun) -> list[Part]:
    return [*likelihood_parts(run), *sweep_parts(run)]


def _evaluated(
    run: MeasuredRun, observations: Observations, rest: Callable[[], None]
) -> results.AuditResults:
    frozen = run.frozen
    reviews, take = read_reviews(frozen.directory), run.sections.take
    canaries = take("canaries", subject.canaries, frozen.directory)
    processed = take("processing", processing, run, observations)
    thresholds = _thresholds(run)
    calibration = take("calibration", calibrated, frozen, thresholds, observations)
    warning = _reversed(run)
    rest()
    forbidden = _overlapping(calibration) or _unsteady(canaries) or warning
    return results.AuditResults(
        schema=results.AUDIT_FORMAT,
        title=frozen.plan.title,
        population=subject.population(frozen),
        system=subject.system(frozen),
        statistics=subject.statistics(frozen),
        digests=frozen.identity.digests,
        amended=frozen.identity.amended,
        dataset=subject.dataset(frozen),
        gallery=subject.galleries(run.answers),
        searches=subject.searches(run, observations),
        processing=processed,
        canaries=canaries,
        thresholds=thresholds,
        calibration=calibration,
        verdicts=_verdicts(run, forbidden),
        ladder=take("ladder", ladder, run),
        extrapolation=take("extrapolation", extrapolation, run),
        gallery_kinds=take("gallery_kinds", gallery_kinds, run),
        labels=take("labels", _labels, run, reviews, forbidden),
        likelihood=take("likelihood", likelihood, run),
        sweep=take("sweep", sweep, run),
        false_matches=take("false_matches", false_matches, run),
        closest_non_mated=take("closest_non_mated", closest_non_mated, run),
        within_gallery=take("within_gallery", within_gallery, frozen),
        missed=take("missed", missed, run),
        same_picture_mates=take("same_picture_mates", same_pictures, run),
        not_processed=take("not_processed", not_processed, observations),
        names={e.person: e.name for e in frozen.dataset.entries if e.name},
        warnings=tuple(one for one in (warning, _off_kind(calibration)) if one),
        failed_sections=run.sections.failed,
    )


def _overlapping(calibration: results.CalibrationUsed | NotMeasured | None) -> str:
    """Why the calibration forbids a verdict; blank where it does not."""
    if isinstance(calibration, NotMeasured):
        return "whether the calibration was made from these people could not be found out"
    if calibration is None or not calibration.calibration_overlap:
        return ""
    people, sure = calibration.calibration_overlap, calibration.overlap_by_photograph
    how = f"{sure:,} of them with the very photograph" if sure else "by their ids, with other photographs"
    return f"the calibration behind the thresholds was made from {people:,} of these people, {how}"


def _off_kind(calibration: results.CalibrationUsed | NotMeasured | None) -> str:
    """The warning that the calibration's rates do not hold here; blank where none was found wrong."""
    return calibration.warning if isinstance(calibration, results.CalibrationUsed) else ""


def _unsteady(canaries: results.CanaryChange | NotMeasured | None) -> str:
    """Why canary pairs forbid a verdict; blank where they do not."""
    if isinstance(canaries, NotMeasured):
        return "whether the system changed while it was audited could not be found out"
    if not canaries or (canaries.changed == 0 and canaries.largest_change == 0):
        return ""
    changed = f"{canaries.changed} of {canaries.photographs} canaries were answered otherwise at the end"
    moved = f"a score moved by {canaries.largest_change:g}"
    return f"the system changed while it was audited: {changed}, and {moved}"


def _reversed(run: MeasuredRun) -> str:
    """The warning that scores lie the wrong way round, or may; blank where they do not."""
    found = run.sections.rate("direction", direction, run.answers)
    if isinstance(found, NotMeasured):
        return "whether the scores lie the wrong way round could not be found out"
    return wrong_way_round(found, run.scale)


def _verdicts(run: MeasuredRun, forbidden: str) -> tuple[results.LimitVerdict, ...]:
    with run.sections.within("verdicts"):
        return verdicts(run, forbidden)


def _labels(run: MeasuredRun, review: results.LabelReview, forbidden: str) -> results.ReviewedLabels:
    """How far two people reviewed the labels, and the verdicts without those that both call wrong."""
    if not review.exclusions:
        return results.ReviewedLabels(review, ())
    answers = run.answers.without(*left_out(run.answers, review.exclusions))
    without = MeasuredRun(run.frozen, answers, run.sections)
    return results.ReviewedLabels(review, verdicts(without, forbidden))


def _thresholds(run: MeasuredRun) -> tuple[results.ThresholdResults, ...]:
    """All rates at each declared threshold: for everyone, each group, each contrast, each pair of groups."""
    with run.sections.within("thresholds"):
        found = run.sections.take("contrasts", contrasts, run)
        return tuple(
            _threshold(run, choice, found if isinstance(found, NotMeasured) else found[choice.name])
            for choice in run.sections.each("thresholds", run.frozen.plan.threshold)
        )


def _threshold(
    run: MeasuredRun, choice: ResolvedThreshold, compared: tuple[results.DeclaredContrast, ...] | NotMeasured
) -> results.ThresholdResults:
    at, take = run.at_choice(choice), run.sections.take
    with run.sections.within(choice.name):
        return results.ThresholdResults(
            name=choice.name,
            at=on_scale(run.scale, choice.score),
            source=choice.source,
            rates=published_rates(everyone(at)),
            fpir_galleries_like_it=_galleries_like_it(at),
            fmr_design_effect=take("fmr_design_effect", _design_effect, at),
            fmr_bounds=take("fmr_bounds", _fmr_bounds, at),
            if_lost_were=take("if_lost_were", if_lost_were, at),
            lists_cut_by_the_system=at.cut,
            groups=take("groups", group_rates, at),
            contrasts=compared,
            matrices=take("matrices", matrices, at),
            alike=take("alike", alike, at),
            intersections=take("intersections", intersections, at),
            differentials=take("differentials", differentials, at),
            hubs=take("hubs", hubs, at),
        )


def _galleries_like_it(at: RunAtThreshold) -> Share | NotMeasured:
    measure, absent = measures.fpir_for_galleries_like_it, at.run.answers.absent
    rate = at.run.sections.rate
    return Share.of(rate("fpir_galleries_like_it", measure, absent, at.threshold, level=at.run.level))


def _design_effect(at: RunAtThreshold) -> float | NotMeasured:
    effect = float(at.cells.design_effects[0, 0])
    none = NotMeasured("every comparison matches" if at.cells.errors.any() else "no false match")
    return number(effect if math.isfinite(effect) else none)


def _fmr_bounds(at: RunAtThreshold) -> results.PublishedZeroBounds | NotMeasured | None:
    """What can be claimed after no false match; None where there was one."""
    if at.cells.errors.any():
        return None
    bounds = measures.zero_false_match_bounds(at.run.answers.among_others, at.run.level)
    if isinstance(bounds, NotMeasured):
        return bounds
    return results.PublishedZeroBounds(
        naive=significant(bounds.naive),
        adjusted=number(bounds.adjusted),
        disjoint=significant(bounds.disjoint),
    )
