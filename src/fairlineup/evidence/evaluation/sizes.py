"""FPIR against gallery size: the declared sizes, measured, and what they carry on to."""

from __future__ import annotations

from fairlineup import measures
from fairlineup.evidence.evaluation.measured_run import MeasuredRun, RunAtThreshold
from fairlineup.records import NotMeasured
from fairlineup.results import Effect, ExtrapolatedFpir, GallerySizeRung, LargerGallery, Share, significant


def ladder(run: MeasuredRun) -> tuple[GallerySizeRung, ...]:
    """FPIR at each declared gallery size and threshold."""
    everyone = run.answers.others.people_enrolled
    sizes = sorted({n for n in run.frozen.plan.gallery.sizes if n <= everyone} or _halves(everyone))
    return tuple(
        GallerySizeRung(
            threshold=name,
            people=rung.people,
            fpir=Share.of(at.unless_cut(rung.fpir)),
            band=Share.of(at.unless_cut(band.fpir)),
        )
        for name, at in run.declared
        for rung, band in zip(
            measures.false_positive_ladder(run.answers.absent, at.threshold, sizes, level=run.level),
            measures.ladder_bands(at.counts, sizes, run.resampling, run.level),
            strict=True,
        )
    )


def extrapolation(run: MeasuredRun) -> tuple[LargerGallery, ...]:
    """FPIR in larger galleries: those the plan names, or ten times the one searched; never beyond that."""
    everyone = run.answers.others.people_enrolled
    wanted = [n for n in run.frozen.plan.gallery.sizes if n > everyone]
    larger = wanted or ([10 * everyone] if everyone else [])
    return tuple(
        LargerGallery(name, people, _extrapolated(at, people))
        for name, at in run.declared
        for people in larger
    )


def _extrapolated(at: RunAtThreshold, people: int) -> ExtrapolatedFpir | NotMeasured:
    if at.incomplete:
        return at.incomplete
    found = measures.extrapolated_fpir(at.counts, people, at.run.level)
    if isinstance(found, NotMeasured):
        return NotMeasured(found.reason)
    return ExtrapolatedFpir(
        holds_for=measures.SAME_KIND,
        fpir=Share.of(found.fpir),
        outer=Share.of(found.outer),
        slope=Effect.of(found.slope),
        lowest_rung=found.lowest,
        if_independent=significant(found.if_independent, 6),
    )


def _halves(everyone: int) -> set[int]:
    return {max(1, everyone >> step) for step in range(6)} if everyone else set()
