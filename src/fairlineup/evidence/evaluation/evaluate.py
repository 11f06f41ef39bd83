"""From evidence to results.json: every number of the report, from the same measures, in one place.

docs/results.schema.json describes what is written here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

from fairlineup import measures
from fairlineup.evidence.asking import steadiness
from fairlineup.evidence.calibration import calibration_overlap
from fairlineup.evidence.evaluation.appendix import alike, differentials, hubs, intersections
from fairlineup.evidence.evaluation.contrasts import contrasts
from fairlineup.evidence.evaluation.desk import Desk
from fairlineup.evidence.evaluation.direction import direction, wrong_way_round
from fairlineup.evidence.evaluation.evidence import Evidence, join
from fairlineup.evidence.evaluation.figures import Json, measured_json, number_json
from fairlineup.evidence.evaluation.likelihood import likelihood
from fairlineup.evidence.evaluation.listing import (
    closest_non_mated,
    false_matches,
    missed,
    not_processed,
    same_pictures,
)
from fairlineup.evidence.evaluation.matrices import matrices
from fairlineup.evidence.evaluation.processing import if_lost_were, processing
from fairlineup.evidence.evaluation.rates import everyone, groups_json, rates_json
from fairlineup.evidence.evaluation.review import Reviews, left_out, read_reviews, reviews_json
from fairlineup.evidence.evaluation.sections import Sections, Told, tell_nobody
from fairlineup.evidence.evaluation.sizes import extrapolation, ladder
from fairlineup.evidence.evaluation.sweep import sweep
from fairlineup.evidence.evaluation.verdicts import verdicts
from fairlineup.evidence.plan import (
    ENROL_STAGES,
    SEARCH_STAGES,
    ResolvedThreshold,
    tally,
)
from fairlineup.evidence.runs import FrozenRun, Observations
from fairlineup.records import BadInput, NotMeasured
from fairlineup.seals import Plain

SCHEMA = "fairlineup-results/2"


def evaluate(papers: FrozenRun, told: Told = tell_nobody) -> Json:
    """Every number of a finished run.

    Args:
        papers: of a run whose searches are all done.
        told: of each section that failed: it is `not_measured` with the reason, and the others stand.
    Returns: the content of results.json; the same papers and observations give the same content.
    Raises: BadInput: the run is not finished, or a paper of it cannot be read.
    """
    observations = observations_of(papers)
    evidence = _joined(papers, observations)
    reviews = read_reviews(papers.directory)
    sections = Sections(told)
    desk, take = Desk.of(papers, evidence, sections), sections.take
    calibration = take("calibration", _calibration, papers)
    canaries = take("canaries", steadiness, papers.directory)
    processed = take("processing", processing, desk, observations)
    thresholds = _thresholds(desk)
    reversed_scores = _reversed(desk)
    forbidden = _forbidden(calibration) or _unsteady(canaries) or reversed_scores
    found: Json = {
        "schema": SCHEMA,
        "title": papers.plan.title,
        "population": _population(papers),
        "system": _system(papers),
        "statistics": cast("Json", asdict(papers.plan.statistics)),
        "digests": _digests(papers),
        "amended": cast("list[Plain]", [*papers.identity.amended]),
        "dataset": _dataset(papers),
        "gallery": _gallery(evidence),
        "searches": _searches(papers, observations, evidence),
        "processing": processed,
        "canaries": canaries,
        "thresholds": thresholds,
        "calibration": calibration,
        "verdicts": _verdicts(desk, forbidden),
        "ladder": take("ladder", ladder, desk),
        "extrapolation": take("extrapolation", extrapolation, desk),
        "labels": take("labels", _labels, desk, reviews, forbidden),
        "likelihood": take("likelihood", likelihood, desk),
        "sweep": take("sweep", sweep, desk),
        "false_matches": take("false_matches", false_matches, papers, evidence, desk.weakest),
        "closest_non_mated": take("closest_non_mated", closest_non_mated, papers, evidence),
        "missed": take("missed", missed, papers, evidence, _deployed(desk)),
        "same_picture_mates": take("same_picture_mates", same_pictures, evidence, papers.dataset),
        "not_processed": take("not_processed", not_processed, observations),
        "names": {e.person: e.name for e in papers.dataset.entries if e.name},
        "warnings": [reversed_scores] if reversed_scores else [],
    }
    return {**found, "failed_sections": sections.failed}


def _deployed(desk: Desk) -> float:
    """The threshold of the first limit, as a distance."""
    return desk.score(desk.threshold(desk.papers.plan.limit[0].threshold))


def evidence_of(papers: FrozenRun) -> Evidence:
    """What a finished run can be measured on. Raises: BadInput: it is not finished."""
    return _joined(papers, observations_of(papers))


def _joined(papers: FrozenRun, observations: Observations) -> Evidence:
    return join(observations, papers)


def _calibration(papers: FrozenRun) -> Json | None:
    """Whether the calibration behind thresholds by similarity was made from people of this audit."""
    if papers.calibration is None:
        return None
    people = {entry.person for entry in papers.dataset.entries}
    manifest = papers.identity.digests["manifest"]
    overlap = calibration_overlap(papers.calibration, people, manifest)
    told: Plain = {"not_measured": overlap.reason} if isinstance(overlap, NotMeasured) else overlap
    return {"name": papers.calibration.name, "calibration_overlap": told}


def _forbidden(calibration: Json | None) -> str:
    if not calibration:
        return ""
    if "calibration_overlap" not in calibration:
        return "whether the calibration was made from these people could not be found out"
    overlap = calibration["calibration_overlap"]
    if isinstance(overlap, int) and overlap > 0:
        return f"the calibration behind the thresholds was made from up to {overlap:,} of these people"
    return ""


def _unsteady(canaries: Json | None) -> str:
    """Why canary pairs forbid a verdict; blank where they do not."""
    if canaries and "changed" not in canaries:
        return "whether the system changed while it was audited could not be found out"
    if not canaries or (canaries["changed"] == 0 and canaries["largest_change"] == 0):
        return ""
    changed = (
        f"{canaries['changed']} of {canaries['photographs']} canaries were answered otherwise at the end"
    )
    moved = f"a score moved by {canaries['largest_change']:g}"
    return f"the system changed while it was audited: {changed}, and {moved}"


def _reversed(desk: Desk) -> str:
    """The warning that scores lie the wrong way round, or may; blank where they do not."""
    found = desk.sections.rate("direction", direction, desk.evidence)
    if isinstance(found, NotMeasured):
        return "whether the scores lie the wrong way round could not be found out"
    return wrong_way_round(found, desk.papers.information.scale)


def _verdicts(desk: Desk, forbidden: str) -> Plain:
    with desk.sections.within("verdicts"):
        return verdicts(desk, forbidden)


def _labels(desk: Desk, reviews: Reviews, forbidden: str) -> Json:
    """How far two people reviewed the labels, and the verdicts without those that both call wrong."""
    if not reviews.exclusions:
        return {**reviews_json(reviews), "verdicts_without": []}
    out = left_out(desk.evidence, reviews.exclusions)
    reviewed = Desk.of(desk.papers, desk.evidence.without(out.candidates, out.mated), desk.sections)
    return {
        **reviews_json(reviews),
        "verdicts_without": verdicts(reviewed, forbidden),
    }


def _thresholds(desk: Desk) -> list[Plain]:
    """All rates at each declared threshold: for everyone, each group, each contrast, each pair of groups."""
    with desk.sections.within("thresholds"):
        compared = cast("Json", desk.sections.take("contrasts", contrasts, desk))
        return [_threshold(desk, choice, compared) for choice in desk.papers.plan.threshold]


def _threshold(desk: Desk, choice: ResolvedThreshold, compared: Mapping[str, Plain]) -> Json:
    unit, at, take = desk.papers.information.scale.unit, desk.score(choice), desk.sections.take
    with desk.sections.within(choice.name):
        return {
            "name": choice.name,
            unit: choice.score,
            "source": choice.source,
            **rates_json(everyone(desk, at)),
            **_uncertainty(desk, at),
            "lists_cut_by_the_system": desk.cut(at),
            "groups": take("groups", groups_json, desk, at),
            "contrasts": compared.get(choice.name, dict(compared)),
            "matrices": take("matrices", matrices, desk, at),
            "alike": take("alike", alike, desk, at),
            "intersections": take("intersections", intersections, desk, at),
            "differentials": take("differentials", differentials, desk, at),
            "hubs": take("hubs", hubs, desk, at),
        }


def _uncertainty(desk: Desk, threshold: float) -> Json:
    """What stands beside FMR and FPIR: another gallery, dependence, and bounds where nothing was found."""
    take, rate = desk.sections.take, desk.sections.rate
    like_it = rate(
        "fpir_galleries_like_it",
        measures.fpir_for_galleries_like_it,
        desk.evidence.absent,
        threshold,
        level=desk.level,
    )
    return {
        "fpir_galleries_like_it": measured_json(like_it),
        "fmr_design_effect": take("fmr_design_effect", _design_effect, desk, threshold),
        "fmr_bounds": take("fmr_bounds", _fmr_bounds, desk, threshold),
        "if_lost_were": take("if_lost_were", if_lost_were, desk, threshold),
    }


def _design_effect(desk: Desk, threshold: float) -> Plain:
    cells = measures.cell_rates(desk.evidence.among_others, threshold)
    effect = float(cells.design_effects[0, 0])
    none = NotMeasured("every comparison matches" if cells.errors.any() else "no false match")
    return number_json(effect if math.isfinite(effect) else none)


def _fmr_bounds(desk: Desk, threshold: float) -> Plain:
    """What can be claimed after no false match; null where there was one."""
    among_others = desk.evidence.among_others
    if measures.cell_rates(among_others, threshold).errors.any():
        return None
    return _bounds(measures.zero_false_match_bounds(among_others, desk.level))


def _bounds(bounds: measures.ZeroBounds | NotMeasured) -> Plain:
    if isinstance(bounds, NotMeasured):
        return measured_json(bounds)
    return {
        "naive": number_json(bounds.naive),
        "adjusted": number_json(bounds.adjusted),
        "disjoint": number_json(bounds.disjoint),
    }


def observations_of(papers: FrozenRun) -> Observations:
    """All answers of a run, with the people of its settled manifest.

    Raises:
        BadInput: the run is not finished, or its answers are not those its plan asks for.
    """
    person_of = {entry.photo: entry.person for entry in papers.dataset.entries}
    try:
        observations = papers.directory.observations(ENROL_STAGES, SEARCH_STAGES, person_of)
    except KeyError as error:
        raise _not_whole(papers, f"one for {error}") from error
    asked = [
        (stage, entry.photo)
        for stages in (ENROL_STAGES, SEARCH_STAGES)
        for stage, entries in papers.protocol.stages
        if stage in stages
        for entry in entries
    ]
    answered = [(a.stage, a.photo) for a in (*observations.enrolments, *observations.searches)]
    if answered != asked:
        raise _not_whole(papers, f"{len(answered):,}" if len(answered) != len(asked) else "other answers")
    return observations


def _not_whole(papers: FrozenRun, got: str) -> BadInput:
    return BadInput(
        f"the run in {papers.directory.path} is not finished, or was edited",
        expected=f"the {papers.protocol.photographs:,} answers its plan asks for, in its order",
        got=got,
        remedy="give the command that began it again; if that is not enough, audit into a fresh folder",
    )


def _population(papers: FrozenRun) -> Json:
    kind = papers.population
    return {
        "kind": kind,
        "synthetic_photographs": sum(e.population == "synthetic" for e in papers.dataset.entries),
        "comparable": kind == "real",
        "described": papers.plan.dataset.population,
        "capture": papers.plan.dataset.capture,
    }


def _system(papers: FrozenRun) -> Json:
    system = cast("Json", asdict(papers.information))
    system.pop("seconds_per_photograph")
    return {
        **system,
        "list_length": papers.plan.search.list_length,
        "recorded_to": papers.plan.search.record_to,
    }


def _digests(papers: FrozenRun) -> Plain:
    return dict(papers.identity.digests)


def _dataset(papers: FrozenRun) -> Json:
    entries = papers.dataset.entries
    return {
        "photographs": len(entries),
        "people": len({entry.person for entry in entries}),
        "left_out": len(papers.dataset.left_out),
        "settled": cast("Json", tally(papers.dataset.settlements)),
        "label_sources": dict(papers.dataset.label_sources),
    }


def _gallery(evidence: Evidence) -> Json:
    def counted(size: measures.GallerySize) -> Json:
        return {
            "people": size.people_enrolled,
            "photos": size.photos_enrolled,
            "offered": size.photos_offered,
            "enrolled": size.photos_enrolled,
            "people_offered": size.people_offered,
        }

    return {**counted(evidence.others), "with_mates": counted(evidence.everyone)}


def _searches(papers: FrozenRun, observations: Observations, evidence: Evidence) -> Json:
    return {
        "strangers": papers.protocol.strangers,
        "target_absent": len(evidence.absent),
        "target_present": len(evidence.mated),
        "probe_people": len({e.person for e in (*papers.protocol.absent, *papers.protocol.present)}),
        "probe_photos": len({e.photo for e in (*papers.protocol.absent, *papers.protocol.present)}),
        "unlabelled": {label: _unlabelled(papers, label) for label in papers.plan.groups},
        "same_picture_left_out": len(measures.same_picture_searches(evidence.mated)),
        "lists_cut_by_the_system": sum(a.capped for a in observations.searches),
        "lost": cast("Json", dict(evidence.lost)),
    }


def _unlabelled(papers: FrozenRun, label: str) -> int:
    """People searched for who carry no value of a label, and so stand in none of its groups."""
    probes = (*papers.protocol.absent, *papers.protocol.present)
    return len({e.person for e in probes} - {e.person for e in probes if e.labels.get(label)})
