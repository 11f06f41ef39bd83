"""From evidence to results.json: every number of the report, from the same measures, in one place.

docs/results.schema.json describes what is written here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

from fairlineup import measures
from fairlineup.audit.evidence import Evidence, join
from fairlineup.audit.figures import Json, measured_json
from fairlineup.audit.listing import closest_non_mated, false_matches, missed, not_processed, same_pictures
from fairlineup.audit.papers import Papers
from fairlineup.audit.protocol import ENROL_STAGES, SEARCH_STAGES
from fairlineup.audit.rates import Desk, at_threshold, ladder, verdict_on_limit
from fairlineup.audit.settle import tally
from fairlineup.records import BadInput, Outcome
from fairlineup.runs import LOST, Attempt, Observations
from fairlineup.seals import Plain

SCHEMA = "fairlineup-results/1"


def evaluate(papers: Papers) -> Json:
    """Every number of a finished run.

    Args:
        papers: of a run whose searches are all done.
    Returns: the content of results.json; the same papers and observations give the same content.
    """
    observations = observations_of(papers)
    evidence = join(observations, papers.dataset, papers.information.scale)
    desk = Desk.of(papers, evidence)
    return {
        "schema": SCHEMA,
        "title": papers.plan.title,
        "population": _population(papers),
        "system": _system(papers),
        "statistics": {"level": papers.plan.statistics.level, "seed": papers.plan.statistics.seed},
        "digests": _digests(papers),
        "dataset": _dataset(papers),
        "gallery": _gallery(evidence),
        "searches": _searches(papers, observations, evidence),
        "processing": _processing(desk, observations),
        "thresholds": [at_threshold(desk, choice) for choice in papers.plan.threshold],
        "verdict": verdict_on_limit(desk),
        "ladder": ladder(desk),
        "false_matches": false_matches(papers, evidence, desk.weakest),
        "closest_non_mated": closest_non_mated(papers, evidence),
        "missed": missed(papers, evidence, desk.score(desk.limit_threshold)),
        "same_picture_mates": same_pictures(evidence, papers.dataset),
        "not_processed": not_processed(observations),
        "names": {e.person: e.name for e in papers.dataset.entries if e.name},
    }


def observations_of(papers: Papers) -> Observations:
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


def _not_whole(papers: Papers, got: str) -> BadInput:
    return BadInput(
        f"the run in {papers.directory.path} is not finished, or was edited",
        expected=f"the {papers.protocol.photographs:,} answers its plan asks for, in its order",
        got=got,
        remedy="give the command that began it again; if that is not enough, audit into a fresh folder",
    )


def _population(papers: Papers) -> Json:
    kind = papers.population
    return {
        "kind": kind,
        "synthetic_photographs": sum(e.population == "synthetic" for e in papers.dataset.entries),
        "comparable": kind == "real",
        "described": papers.plan.dataset.population,
        "capture": papers.plan.dataset.capture,
    }


def _system(papers: Papers) -> Json:
    system = cast("Json", asdict(papers.information))
    system.pop("seconds_per_photograph")
    return {**system, "list_length": papers.plan.search.list_length, "recorded_to": papers.protocol.record_to}


def _digests(papers: Papers) -> Plain:
    return papers.directory.read_identity()["digests"]


def _dataset(papers: Papers) -> Json:
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


def _searches(papers: Papers, observations: Observations, evidence: Evidence) -> Json:
    return {
        "target_absent": len(evidence.absent),
        "target_present": len(evidence.mated),
        "probe_people": len({e.person for e in (*papers.protocol.absent, *papers.protocol.present)}),
        "probe_photos": len({e.photo for e in (*papers.protocol.absent, *papers.protocol.present)}),
        "unlabelled": {label: _unlabelled(papers, label) for label in papers.plan.groups},
        "same_picture_left_out": len(measures.same_picture_searches(evidence.mated)),
        "lists_cut_by_the_system": sum(a.capped for a in observations.searches),
        "lost": cast("Json", dict(evidence.lost)),
    }


def _unlabelled(papers: Papers, label: str) -> int:
    """People searched for who carry no value of a label, and so stand in none of its groups."""
    probes = (*papers.protocol.absent, *papers.protocol.present)
    return len({e.person for e in probes} - {e.person for e in probes if e.labels.get(label)})


def _processing(desk: Desk, observations: Observations) -> Json:
    enrolments = [a for a in observations.enrolments if a.outcome != LOST]
    probes = list({a.photo: a for a in observations.searches if a.outcome != LOST}.values())
    failed = [a for a in enrolments if a.outcome != Outcome.OK.value]
    unprocessed = [a for a in probes if a.outcome != Outcome.OK.value]
    return {
        "fte": measured_json(
            measures.failure_to_enrol(
                len(enrolments), len(failed), people=_people(enrolments), level=desk.level
            )
        ),
        "fta": measured_json(
            measures.failure_to_acquire(
                len(probes), len(unprocessed), people=_people(probes), level=desk.level
            )
        ),
        "enrolment_outcomes": _outcomes(enrolments),
        "probe_outcomes": _outcomes(probes),
    }


def _people(attempts: Sequence[Attempt]) -> int:
    return len({attempt.person for attempt in attempts})


def _outcomes(attempts: Sequence[Attempt]) -> Json:
    return cast("Json", dict(sorted(Counter(attempt.outcome for attempt in attempts).items())))
