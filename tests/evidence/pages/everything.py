"""Results that have every part a report can show, all numbers invented."""

from __future__ import annotations

from dataclasses import replace

from fairlineup import results as rec
from fairlineup.measures import SAME_KIND
from fairlineup.records import NotMeasured

from .examples import (
    amount,
    contrast,
    effect,
    group,
    results,
    share,
    threshold,
    unmeasured,
    verdict,
)


def everything() -> rec.AuditResults:
    """Results with every optional part."""
    strict = threshold("strict", 0.55, groups=[group("circle", 90), group("square", 60)])
    whole = results(deployed(), replace(strict, matrices=deployed().matrices))
    assert isinstance(whole.processing, rec.Processing)
    failures = tuple(
        rec.GroupFailures("group", value, share(n, 300, 0.001, 0.03), share(n, 90, 0, 0.05))
        for value, n in (("circle", 2), ("square", 3))
    )
    return replace(
        whole,
        verdicts=(verdict(), of_groups()),
        extrapolation=(
            rec.LargerGallery("default", 5950, extrapolated()),
            rec.LargerGallery("strict", 5950, NotMeasured("under 30 errors at the lowest rung")),
        ),
        gallery_kinds=kinds(),
        within_gallery=within(),
        calibration=calibrated(),
        likelihood=likelihood(),
        labels=reviewed(),
        processing=replace(whole.processing, groups=failures),
    )


def within() -> rec.WithinGallery:
    """A gallery compared with itself, one pair a single picture."""
    pairs = tuple(
        rec.GalleryPair(
            f"other-{n}",
            f"gallery/other-{n}.png",
            f"other-{n + 1}",
            f"gallery/other-{n + 1}.png",
            rec.DistanceScore(0.3125 + n / 100),
            one_picture=not n,
        )
        for n in range(14)
    )
    one = rec.OnePicture(
        ("other-0", "other-1"), "gallery/other-0.png", "gallery/other-1.png", one_person=False
    )
    return rec.WithinGallery((one,), rec.ClosestWithin(600, 595, pairs))


def calibrated() -> rec.CalibrationUsed:
    """A calibration that shares people, and whose rate does not hold."""
    return rec.CalibrationUsed(
        name="a town, even half",
        part="a half",
        why="3 of these 90 people are among those of “a town”, and none is among those of this half",
        population="its people",
        capture="identity cards",
        people=900,
        calibration_overlap=3,
        overlap_by_photograph=2,
        rates=(
            rec.CalibratedRate(
                "default",
                0.6,
                66.0,
                1e-4,
                7e-5,
                1.4e-4,
                False,
                False,
                share(40, 7400, 0.0041, 0.0072),
                "more",
            ),
            rec.CalibratedRate(
                "strict",
                0.4,
                89.0,
                4e-6,
                None,
                8e-6,
                True,
                True,
                NotMeasured("few", 0, 9),
                "too few errors to tell",
            ),
        ),
        kinds=(rec.KindCompared("grey", "grey or toned", 0.9, 1.0, 0.33, differs=True),),
        warning="the rates of the calibration “a town” do not hold on these photographs",
    )


def deployed() -> rec.ThresholdResults:
    """A threshold at which everything was measured."""
    plain = threshold(
        "default",
        0.6,
        groups=[group("circle", 90), group("square", 60)],
        contrasts=[split_contrast(), split_contrast()],
    )
    return replace(
        plain,
        fmr_design_effect=2.4,
        fmr_bounds=rec.PublishedZeroBounds(3.4e-5, NotMeasured("too few"), 0.02),
        fpir_galleries_like_it=share(10, 150, 0.02, 0.16),
        matrices=(
            matrix(),
            rec.LabelMatrix("colour", NotMeasured("nobody in the gallery carries this label")),
        ),
        differentials=(
            differentials(),
            rec.LabelDifferentials("colour", NotMeasured("no source is cited")),
        ),
        intersections=(
            rec.Intersection(
                ("group", "colour"),
                "fpir",
                rec.IntersectionCells(
                    (
                        rec.IntersectionCell(
                            ("circle", "red"),
                            41,
                            share(3, 41, 0.015, 0.2),
                            share(3, 41, 0.02, 0.12, 0.058),
                        ),
                    )
                ),
            ),
            rec.Intersection(("group", "size"), "fpir", NotMeasured("no cell has 30 people")),
        ),
        alike=rec.AlikeImpostors(
            ("group",), share(138, 52_894, 0.0019, 0.0035), share(150, 102_102, 0.0010, 0.0021)
        ),
        hubs=rec.PublishedHubs(
            (rec.PublishedHub("other-0", 4, 1, 0.4),), 1.5, 3.0, 0.012, share(7, 150, 0.019, 0.094)
        ),
    )


def split_contrast() -> rec.DeclaredContrast:
    """A declared comparison whose gap was told apart."""
    plain = contrast(0.0012)
    assert isinstance(plain.contrast.ratios, rec.GroupRatios)
    found = rec.PublishedDecomposition(
        gap=effect(0.061, 0.012, 0.124),
        algorithm=effect(0.083, 0.031, 0.151),
        gallery=effect(-0.022, -0.047, 0.004),
        one=rec.FalseCandidates(amount(0.081, 0.04, 0.13), amount(0.094, 0.05, 0.15)),
        other=rec.FalseCandidates(amount(0.020, 0.01, 0.03), amount(0.011, 0.0, 0.02)),
        composition={"circle": 420, "square": 175},
        of="the gallery of people who are no probe",
        searched=True,
    )
    ratios = replace(plain.contrast.ratios, decomposition=found)
    return replace(
        plain, contrast=replace(plain.contrast, ratios=ratios), simultaneous=amount(13.5, 1.8, 96.0)
    )


def matrix() -> rec.LabelMatrix:
    """A matrix of two groups."""
    cells = (
        rec.MatrixCell(0, 0, grey=False, fmr=share(41, 36_298, 7.8e-4, 1.6e-3)),
        rec.MatrixCell(0, 1, grey=True, fmr=share(12, 24_392, 2.4e-4, 9.4e-4)),
        rec.MatrixCell(
            1, 0, grey=True, fmr=unmeasured("only 1 false match; an interval needs 10", 1, 16_596)
        ),
        rec.MatrixCell(1, 1, grey=False, fmr=share(97, 16_596, 4.3e-3, 7.9e-3)),
    )
    return rec.LabelMatrix(
        "group", rec.Matrix("a register", ("circle", "square"), (88, 60), (428, 287), 7, cells)
    )


def differentials() -> rec.LabelDifferentials:
    """Two summaries, one that could not be made."""
    measures = (
        rec.PublishedDifferential("max/min", "FPIR", 13.5, 1.7, 4.4, 0.012, 999, "which groups these are"),
        rec.PublishedDifferential(
            "IR", "FPIR and FNIR", NotMeasured("a rate is 0"), 1.7, 4.4, 0.012, 999, "a cell of 0"
        ),
    )
    return rec.LabelDifferentials("group", rec.Differentials("fmr", ("circle", "square"), measures))


def extrapolated() -> rec.ExtrapolatedFpir:
    """FPIR in a larger gallery."""
    return rec.ExtrapolatedFpir(
        holds_for=SAME_KIND,
        fpir=share(10, 150, 0.21, 0.55, 0.37),
        outer=share(10, 150, 0.06, 0.72, 0.5),
        slope=effect(0.83, 0.61, 1.04),
        lowest_rung=148,
        if_independent=0.51,
    )


def kinds() -> tuple[rec.KindsOfGallery, ...]:
    """FPIR by kind of gallery photograph, measured and not."""
    few = NotMeasured("to compare takes 100 people of each of two kinds in the gallery (old: 12; new: 500)")
    rows = (
        rec.FpirOfKind("all others", 395, 400, share(30, 150, 0.1, 0.3, 0.2), None),
        rec.FpirOfKind("grey or toned", 200, 210, share(60, 150, 0.3, 0.5, 0.4), amount(2.0, 1.1, 3.6, 60)),
    )
    compared = rec.KindsCompared(200, 3, rows)
    return (
        rec.KindsOfGallery("default", "grey", "pixels", compared),
        rec.KindsOfGallery("default", "capture", "manifest", few),
    )


def of_groups() -> rec.LimitVerdict:
    """A limit that every group must keep."""
    circle, square = share(1, 90, 0.0003, 0.06), share(9, 60, 0.07, 0.27)
    held = rec.HeldByGroups(
        worst=square,
        worst_group="square",
        groups=(rec.GroupHeld("circle", "all", circle), rec.GroupHeld("square", "all", square)),
        would_change=rec.WouldChange(9, 60, 1, None),
    )
    return replace(verdict("inconclusive", 240), of="group", threshold="strict", held=held)


def likelihood() -> rec.Likelihood:
    """Scores as evidence."""
    along = (-2.0, -1.0, 0.0, 1.0, 2.0)
    ratios = rec.PublishedRatios(
        capture="portraits",
        population="people of a town",
        note="per group from 100 mated people up",
        method="kernel",
        tried=(
            rec.MethodTried("affine", rec.MethodCost(0.13)),
            rec.MethodTried("kernel", rec.MethodCost(0.12)),
        ),
        withheld="",
        implied=(rec.PublishedImpliedRate(0.4, 2e-4, 1.7e-4, 0.6, 2.3),),
        scores=(0.3, 0.4, 0.5, 0.6),
        log10_lr=(2.4, 1.9, 0.7, -1.1),
        log10_lr_low=(2.1, 1.7, 0.5, -1.4),
        log10_lr_high=(2.5, 2.1, 0.9, -0.8),
        at_thresholds=(
            rec.RatioAtThreshold("default", -1.1, -1.4, -0.8),
            rec.RatioAtThreshold("strict", 0.2, 0.0, 0.4),
        ),
        elub=rec.RatioBounds(-1.6, 2.5),
        cllr=amount(0.12, 0.09, 0.17, 118, 120),
        cllr_min=0.08,
        cllr_cal=0.04,
        people=rec.PeopleByHalf(61, 59),
        mated_people=rec.PeopleByHalf(61, 59),
        dropped=3,
        tippett=rec.PublishedTippett(along, (1.0, 0.99, 0.96, 0.9, 0.4), (0.3, 0.1, 0.02, 0.0, 0.0)),
        ece=rec.PublishedCrossEntropy(
            along,
            (0.02, 0.06, 0.11, 0.06, 0.02),
            (0.01, 0.05, 0.08, 0.05, 0.01),
            (0.08, 0.44, 1.0, 0.44, 0.08),
        ),
    )
    of_square = rec.GroupLikelihoodRatios(
        "kernel", amount(0.15, 0.1, 0.2, 117, 120), (rec.RatioAtThreshold("default", -0.4, -0.7, -0.1),)
    )
    few = NotMeasured("only 72 mated people; a group needs 100")
    return rec.Likelihood(
        ratios=ratios,
        other_splits=(0.11, 0.14),
        groups=(
            rec.GroupLikelihood("group", "circle", few),
            rec.GroupLikelihood("group", "square", of_square),
        ),
        posterior=tuple(
            rec.PublishedPosterior(
                "default",
                prior,
                share(10, 150, p / 2, (1 + p) / 2, p),
                share(10, 150, p / 8, p, p / 4),
            )
            for prior, p in ((0.5, 0.93), (0.1, 0.6), (0.01, 0.12))
        ),
    )


def reviewed() -> rec.ReviewedLabels:
    """A label review that found one error."""
    wrong = rec.WrongLabel(
        kind="non_mated",
        pair="pair-1",
        probe_photo="probe/probe-1.png",
        gallery_photo="gallery/other-1.png",
        decisions=("same_person", "same_person"),
        reasons=("the same shot",),
        reviewers=("first", "second"),
        when=("2026-11-23T10:00:00+00:00",),
    )
    kappa = effect(0.84, 0.71, 0.95, 75, 78)
    review = rec.LabelReview(80, {"first": 80, "second": 78}, 78, 75, 3, 2, kappa, (wrong,))
    return rec.ReviewedLabels(review, (verdict("inconclusive", 31),))
