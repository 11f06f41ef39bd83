"""Results of an audit built from the records, all numbers invented; tests change them with `replace`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fairlineup import results as rec
from fairlineup.records import ModelInformation, NotMeasured, Scale, Threshold

from .sweeps import sweep

METHOD = "Clopper-Pearson on people"
NOTHING = NotMeasured("too few people")


def share(errors: int, trials: int, low: float, high: float, value: float | None = None) -> rec.Share:
    """A measured share with invented ends."""
    return rec.Share(errors / trials if value is None else value, low, high, errors, trials, trials, METHOD)


def amount(value: float, low: float, high: float, errors: int = 10, trials: int = 150) -> rec.Amount:
    """A measured mean or ratio."""
    return rec.Amount(value, low, high, errors, trials, trials, METHOD)


def effect(value: float, low: float, high: float, errors: int = 10, trials: int = 150) -> rec.Effect:
    """A measured difference."""
    return rec.Effect(value, low, high, errors, trials, trials, METHOD)


def unmeasured(reason: str, errors: int = 0, trials: int = 150) -> NotMeasured:
    """No number, and why."""
    return NotMeasured(reason, errors, trials, trials)


def rates(flagged: int = 10, missed: int = 9) -> rec.Rates:
    """All rates at one threshold."""
    return rec.Rates(
        fmr=share(11, 88_060, 5.720067741e-05, 2.727889889e-04),
        fpir=share(flagged, 150, 0.03242972816, 0.1191839771),
        fpir_processed=share(flagged, 148, 0.03287445304, 0.1207478871),
        flagged_per_1000=rec.Per1000(
            flagged / 150 * 1000, 32.42972816, 119.1839771, flagged, 150, 150, METHOD
        ),
        selectivity=amount((flagged + 1) / 150, 0.03494576793, 0.1354356184, flagged + 1),
        fnir=share(missed, 120, 0.03486739061, 0.1376010579),
        fnir_processed=share(missed, 118, 0.02418057706, 0.1184097695),
        rank_1=share(117, 120, 0.9286768058, 0.994814425),
        wrong_person_with_mate=share(10, 120, 0.04068612887, 0.1479154293),
        wrong_person_without_mate=share(1, 120, 0.0002, 0.0455),
    )


def rates_of_none() -> rec.Rates:
    """A threshold at which nobody was flagged."""
    nobody = share(0, 150, 0.0, 0.02429259717)
    flagged = rec.Per1000(0.0, 0.0, 24.29259717, 0, 150, 150, METHOD)
    return replace(rates(), fpir=nobody, fpir_processed=nobody, flagged_per_1000=flagged)


def withheld(found: rec.Rates, reason: str) -> rec.Rates:
    """The same counts without a rate."""
    measured = {name: getattr(found, name) for name in rec.Rates.__slots__}
    return rec.Rates(**{name: unmeasured(reason, one.errors, one.trials) for name, one in measured.items()})


def group(value: str, people: int, *, reason: str = "", source: str = "a register") -> rec.GroupRates:
    """A group at one threshold; with a reason it has counts alone."""
    fta = unmeasured(reason, 1, people) if reason else share(1, people, 0.0003, 0.06)
    found = withheld(rates(), reason) if reason else rates()
    return rec.GroupRates("group", value, people, source, found, fta)


def contrast(
    fisher: float, detectable: float | NotMeasured = 5.069591845, one: str = "square"
) -> rec.DeclaredContrast:
    """A declared comparison."""
    ratios = rec.GroupRatios(
        risk_ratio=replace(amount(13.5, 2.294871669, 81.34795076), method="score (Koopman)"),
        fmr_ratio=replace(amount(4.2, 1.9, 9.1, 11, 88_060), method="two-way by person"),
        decomposition=NotMeasured("nobody in the gallery is labelled"),
    )
    return rec.DeclaredContrast(
        contrast=rec.GroupContrast(
            "group", one, "others", "fpir", rec.GroupCounts(9, 60), rec.GroupCounts(1, 90), ratios
        ),
        p_values=rec.ContrastTests(fisher, fisher, fisher / 2, detectable),
        holm_p=min(1.0, 2 * fisher),
        tests=2,
    )


def threshold(
    name: str,
    score: float,
    found: rec.Rates | None = None,
    groups: Sequence[rec.GroupRates] = (),
    contrasts: Sequence[rec.DeclaredContrast] = (),
    unit: str = "distance",
) -> rec.ThresholdResults:
    """A declared threshold."""
    at: rec.OnScale = rec.DistanceScore(score) if unit == "distance" else rec.SimilarityScore(score)
    return rec.ThresholdResults(
        name=name,
        at=at,
        source="the plan",
        rates=found or rates(),
        fpir_galleries_like_it=NOTHING,
        fmr_design_effect=NOTHING,
        fmr_bounds=None,
        if_lost_were=None,
        lists_cut_by_the_system=0,
        groups=tuple(groups),
        contrasts=tuple(contrasts),
        matrices=(),
        alike=NOTHING,
        intersections=(),
        differentials=(),
        hubs=NOTHING,
    )


def pair(number: int, score: float, unit: str = "distance", probe: str = "") -> rec.CandidatePair:
    """A false match."""
    person = probe or f"probe-{number}"
    return rec.CandidatePair(
        probe=person,
        probe_photo=f"probe/{person}.png",
        gallery_person=f"other-{number}",
        gallery_photo=f"gallery/other-{number}.png",
        at=rec.DistanceScore(score) if unit == "distance" else rec.SimilarityScore(score),
        rank=1,
    )


def verdict(outcome: str = "fail", need_n_more: int | None = None) -> rec.LimitVerdict:
    """A declared limit with what was found."""
    return rec.LimitVerdict(
        measure="fpir",
        threshold="default",
        at_most=0.01,
        of="",
        source="the plan",
        outcome=outcome,  # type: ignore[arg-type]
        over="all",
        reason="over all searches, the lower end, 3.24 %, is above 1 %",
        need_n_more=need_n_more,
        held=rec.HeldByEveryone(rates().fpir, rec.WouldChange(10, 150, None, 5)),
    )


def not_given(reason: str) -> rec.LimitVerdict:
    """A declared limit on which no verdict is given."""
    return replace(verdict("not_given"), over=None, reason=reason, held=None)


MISSED = rec.Miss(
    "probe-2",
    "probe/probe-2.png",
    "gallery/probe-2.png",
    rec.DistanceScore(None),
    None,
    "the probe was not processed: no_face",
)
SYSTEM = rec.SystemTested(
    name="examined",
    vendor="A Vendor",
    version="2.5",
    scale=Scale("distance", 0.0, 2.0, "a distance"),
    default_threshold=Threshold(0.6, "its manual"),
    recommended_threshold=None,
    max_candidates=None,
    models=(ModelInformation("m", "sha256:00", "https://example.org/m", "CC0", 128, "euclidean"),),
    population="real",
    keeps_galleries=False,
    settings={"seed": 1},
    sample_thresholds=(),
    max_photo_bytes=None,
    wire=False,
    at_once=1,
    price=None,
    calls_per_enrolment=1,
    calls_per_search=1,
    terms=(),
    list_length=50,
    recorded_to=0.69,
)


def digests() -> rec.Digests:
    """What was frozen before the first search."""
    plan, manifest, photographs, system = (f"sha256:{two * 32}" for two in ("aa", "dd", "bb", "cc"))
    return rec.Digests(plan, manifest, photographs, system, "0.1.0")


def population(kind: str, synthetic: int = 0, described: str = "nobody") -> rec.PopulationAudited:
    """Whom the numbers hold for."""
    return rec.PopulationAudited(kind, synthetic, kind == "real", described, "portraits")  # type: ignore[arg-type]


def labels() -> rec.ReviewedLabels:
    """A label review that nobody began."""
    return rec.ReviewedLabels(rec.LabelReview(0, {}, 0, 0, 0, 0, NOTHING, ()), ())


def similarity() -> rec.AuditResults:
    """Results of a system with a scale of similarities."""
    whole = results(threshold("default", 80, unit="score"), threshold("strict", 99, unit="score"))
    return replace(
        whole,
        system=replace(SYSTEM, scale=Scale("similarity", 0, 100, "s")),
        false_matches=(pair(0, 81, "score"), pair(1, 97.5, "score"), pair(2, 79, "score")),
        closest_non_mated=(pair(1, 97.5, "score"),),
        missed=(),
    )


def results(*thresholds: rec.ThresholdResults) -> rec.AuditResults:
    """All results of two thresholds, or of others."""
    groups = [group("circle", 90), group("square", 60)]
    declared = thresholds or (
        threshold("default", 0.6, groups=groups, contrasts=[contrast(0.0012)]),
        threshold(
            "strict",
            0.55,
            replace(rates_of_none(), fmr=unmeasured("only 0 false matches; an interval needs 10")),
            groups,
        ),
    )
    return rec.AuditResults(
        schema="fairlineup-results/4",
        title="A test of tests",
        population=population("real", described="people of a town"),
        system=SYSTEM,
        statistics=rec.Statistics(0.95, 1, 2000),
        digests=digests(),
        amended=(),
        dataset=rec.DatasetSettled(870, 750, 0, {"both_roles: keep": 120}, {"group": "a register"}),
        gallery=rec.Galleries(
            rec.GalleryCounts(595, 595, 600, 595, 600), rec.GalleryCounts(715, 715, 720, 715, 720)
        ),
        searches=rec.SearchCounts("others", 150, 120, 150, 150, {}, 0, 0, {}),
        processing=rec.Processing(
            fte=share(5, 720, 0.002258574253, 0.01613108434),
            fta=share(2, 150, 0.00161882703, 0.0473330195),
            groups=(),
            enrolment_outcomes={"low_quality": 3, "no_face": 2, "ok": 715},
            probe_outcomes={"no_face": 2, "ok": 148},
        ),
        canaries=None,
        thresholds=declared,
        calibration=None,
        verdicts=(verdict(),),
        ladder=tuple(
            rec.GallerySizeRung(name, people, share(errors, 150, errors / 300, errors / 100), NOTHING)
            for name, found in (("default", (2, 5, 10)), ("strict", (0, 0, 0)))
            for people, errors in zip((148, 297, 595), found, strict=True)
        ),
        extrapolation=(),
        gallery_kinds=NotMeasured("of what kind the photographs are is not known"),
        labels=labels(),
        likelihood=NotMeasured("only 72 mated people; likelihood ratios need 100"),
        sweep=sweep(declared),
        false_matches=(pair(0, 0.41), pair(1, 0.52), pair(2, 0.57, probe="probe-1")),
        closest_non_mated=(pair(0, 0.41), pair(1, 0.52)),
        within_gallery=rec.WithinGallery((), NotMeasured("nobody asked it")),
        missed=(MISSED,),
        same_picture_mates=(),
        not_processed=(rec.PhotoNotProcessed("probe-2", "probe/probe-2.png", "no_face", ""),),
        names={"probe-0": "Ada Example", "other-0": "Bo Else"},
        warnings=(),
        failed_sections=(),
    )
