"""From evidence to results.json: every number of the report, from the same measures, in one place.

docs/results.schema.json describes what is written here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures
from fairlineup.audit.evidence import Evidence, join
from fairlineup.audit.listing import closest_non_mated, false_matches, missed, not_processed, same_pictures
from fairlineup.audit.papers import Papers
from fairlineup.audit.plan import ContrastChoice, ThresholdChoice
from fairlineup.audit.protocol import ENROL_STAGES, SEARCH_STAGES
from fairlineup.audit.settle import tally
from fairlineup.measures import Mated, Searches
from fairlineup.records import BadInput, Estimate, Measured, NotMeasured, Outcome
from fairlineup.runs import LOST, Attempt, Observations
from fairlineup.seals import Plain

SCHEMA = "fairlineup-results/1"
Json = dict[str, Plain]


def evaluate(papers: Papers) -> Json:
    """Every number of a finished run.

    Args:
        papers: of a run whose searches are all done.
    Returns: the content of results.json; the same papers and observations give the same content.
    """
    observations = observations_of(papers)
    evidence = join(observations, papers.dataset, papers.information.scale)
    desk = _Desk.of(papers, evidence)
    thresholds = [_at_threshold(desk, choice) for choice in papers.plan.threshold]
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
        "thresholds": cast("list[Plain]", thresholds),
        "verdict": _verdict(desk),
        "ladder": _ladder(desk),
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


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every section needs at hand.

    Attributes:
        papers: the run's papers.
        evidence: its evidence.
        group_of: label to value to the codes of its people among the probes.
        level: coverage of intervals.
    """

    papers: Papers
    evidence: Evidence
    group_of: Mapping[str, Mapping[str, NDArray[np.int64]]]
    level: float

    @classmethod
    def of(cls, papers: Papers, evidence: Evidence) -> _Desk:
        code = {person: index for index, person in enumerate(evidence.people)}
        members: dict[str, dict[str, set[int]]] = {label: {} for label in papers.dataset.label_sources}
        for entry in (*papers.protocol.absent, *papers.protocol.present):
            for label, value in entry.labels.items():
                members[label].setdefault(value, set()).add(code[entry.person])
        group_of = {
            label: {v: np.array(sorted(people), dtype=np.int64) for v, people in sorted(values.items())}
            for label, values in members.items()
        }
        return cls(papers, evidence, group_of, papers.plan.statistics.level)

    def score(self, choice: ThresholdChoice) -> float:
        """The threshold as a distance."""
        score = float(choice.score)
        return score if self.papers.information.scale.kind == "distance" else -score

    def cut(self, choice: ThresholdChoice) -> int:
        """Target-absent lists the system cut before the threshold."""
        return int(np.count_nonzero(self.evidence.absent_capped <= self.score(choice)))

    @property
    def weakest(self) -> float:
        return max(self.score(choice) for choice in self.papers.plan.threshold)

    @property
    def limit_threshold(self) -> ThresholdChoice:
        name = self.papers.plan.limit.threshold
        return next(choice for choice in self.papers.plan.threshold if choice.name == name)


# --- at one threshold ----------------------------------------------------------------------------


def _at_threshold(desk: _Desk, choice: ThresholdChoice) -> Json:
    evidence, threshold = desk.evidence, desk.score(choice)
    scale = desk.papers.information.scale
    cut = desk.cut(choice)
    rates = _rates(desk, evidence.absent, evidence.mated, threshold, cut)
    return {
        "name": choice.name,
        "distance" if scale.kind == "distance" else "score": float(choice.score),
        "source": choice.source,
        **{name: _json(rate) for name, rate in rates.items()},
        "lists_cut_by_the_system": cut,
        "groups": [
            _group(desk, label, value, threshold)
            for label in desk.papers.plan.groups
            for value in desk.group_of[label]
        ],
        "contrasts": [_contrast(desk, contrast, threshold) for contrast in desk.papers.plan.contrast],
    }


def _rates(desk: _Desk, absent: Searches, mated: Mated, threshold: float, cut: int) -> dict[str, Measured]:
    level, length = desk.level, desk.papers.plan.search.list_length
    wrong = measures.wrong_person(mated, threshold, level=level)
    fpir = measures.false_positive_identification_rate(absent, threshold, level=level)
    rates: dict[str, Measured] = {
        "fmr": _unless_cut(cut, measures.false_match_rate(absent, threshold, level=level)),
        "fpir": fpir,
        "fpir_processed": measures.false_positive_identification_rate(
            absent, threshold, over="processed", level=level
        ),
        "flagged_per_1000": measures.flagged_per_1000(fpir),
        "selectivity": _unless_cut(cut, measures.selectivity(absent, threshold, length, level=level)),
        "fnir": measures.false_negative_identification_rate(mated, threshold, length, level=level),
        "fnir_processed": measures.false_negative_identification_rate(
            mated, threshold, length, over="processed", level=level
        ),
        "rank_1": measures.rank_k(mated, 1, level=level),
        "wrong_person_with_mate": wrong.with_mate,
        "wrong_person_without_mate": wrong.without_mate,
    }
    return rates


def _unless_cut(cut: int, measured: Measured) -> Measured:
    """A measure that needs every match, or the reason why some are missing."""
    if cut == 0:
        return measured
    text = f"the system cut {cut} lists before this threshold, so matches are missing"
    return NotMeasured(text, trials=measured.trials, people=measured.people)


def _group(desk: _Desk, label: str, value: str, threshold: float) -> Json:
    evidence = desk.evidence
    people = desk.group_of[label][value]
    source = desk.papers.dataset.label_sources[label]
    absent = evidence.absent.only(np.isin(evidence.absent.person, people))
    mated = evidence.mated.only(np.isin(evidence.mated.searches.person, people))
    in_group = np.isin(evidence.absent.person, people)
    cut = int(np.count_nonzero(evidence.absent_capped[in_group] <= threshold))
    rates = _rates(desk, absent, mated, threshold, cut)
    rates["fta"] = _failure_to_acquire(absent, desk.level)
    published = {name: measures.publish(rate, len(people), source) for name, rate in rates.items()}
    return {
        "label": label,
        "value": value,
        "people": len(people),
        "label_source": source,
        **{name: _json(rate) for name, rate in published.items()},
    }


def _failure_to_acquire(searches: Searches, level: float) -> Measured:
    failures = int(np.count_nonzero(~searches.processed))
    return measures.failure_to_acquire(len(searches), failures, people=searches.people, level=level)


def _contrast(desk: _Desk, contrast: ContrastChoice, threshold: float) -> Json:
    values = desk.group_of[contrast.label]
    source = desk.papers.dataset.label_sources[contrast.label]
    one = values.get(contrast.one, np.zeros(0, np.int64))
    rest = [people for value, people in values.items() if value != contrast.one]
    other = (
        np.setdiff1d(np.concatenate([*rest, np.zeros(0, np.int64)]), one)
        if contrast.other == "others"
        else values.get(contrast.other, np.zeros(0, np.int64))
    )
    a, b = (_flagged(desk.evidence.absent, people, threshold) for people in (one, other))
    head: Json = {
        "label": contrast.label,
        "one": contrast.one,
        "other": contrast.other,
        "measure": "fpir",
        "one_counts": {"errors": a[0], "people": a[1]},
        "other_counts": {"errors": b[0], "people": b[1]},
    }
    for people in (one, other):
        withheld = measures.group_publishable(len(people), source)
        if withheld is not None:
            return {**head, "not_measured": withheld.reason}
    found = measures.compare_groups(*a, *b, level=desk.level)
    return {
        **head,
        "risk_ratio": _json(found.risk_ratio),
        "fisher_two_sided": _number(found.fisher_two_sided),
        "hypergeometric_one_sided": _number(found.hypergeometric_one_sided),
        "mid_p": _number(found.mid_p),
        "detectable_ratio": _number(found.detectable_ratio),
    }


def _flagged(searches: Searches, people: NDArray[np.int64], threshold: float) -> tuple[int, int]:
    """People flagged at least once, and people searched for, of a group."""
    flagged = np.unique(searches.person[searches.row[searches.distance <= threshold]])
    searched = np.unique(searches.person)
    return int(np.isin(flagged, people).sum()), int(np.isin(searched, people).sum())


# --- the rest ------------------------------------------------------------------------------------


def _verdict(desk: _Desk) -> Json:
    limit = desk.papers.plan.limit
    rates = _rates(desk, desk.evidence.absent, desk.evidence.mated, desk.score(desk.limit_threshold), cut=0)
    held = measures.verdict([rates[limit.measure], rates[f"{limit.measure}_processed"]], limit.at_most)
    return {
        "outcome": held.outcome,
        "measure": limit.measure,
        "threshold": limit.threshold,
        "at_most": limit.at_most,
        "reason": held.reason,
        "need_n_more": held.need_n_more,
    }


def _ladder(desk: _Desk) -> list[Plain]:
    evidence = desk.evidence
    everyone = evidence.others.people_enrolled
    sizes = sorted({n for n in desk.papers.plan.gallery.sizes if n <= everyone} or _halves(everyone))
    return [
        {
            "threshold": choice.name,
            "people": rung.people,
            "fpir": _json(_unless_cut(desk.cut(choice), rung.fpir)),
        }
        for choice in desk.papers.plan.threshold
        for rung in measures.false_positive_ladder(
            evidence.absent, desk.score(choice), sizes, level=desk.level
        )
    ]


def _halves(everyone: int) -> set[int]:
    return {max(1, everyone >> step) for step in range(6)} if everyone else set()


def _population(papers: Papers) -> Json:
    kind = papers.information.population
    return {
        "kind": kind,
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
        "same_picture_left_out": len(measures.same_picture_searches(evidence.mated)),
        "lists_cut_by_the_system": sum(a.capped for a in observations.searches),
        "lost": cast("Json", dict(evidence.lost)),
    }


def _processing(desk: _Desk, observations: Observations) -> Json:
    enrolments = [a for a in observations.enrolments if a.outcome != LOST]
    probes = list({a.photo: a for a in observations.searches if a.outcome != LOST}.values())
    failed = [a for a in enrolments if a.outcome != Outcome.OK.value]
    unprocessed = [a for a in probes if a.outcome != Outcome.OK.value]
    return {
        "fte": _json(
            measures.failure_to_enrol(
                len(enrolments), len(failed), people=_people(enrolments), level=desk.level
            )
        ),
        "fta": _json(
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


# --- numbers as JSON -----------------------------------------------------------------------------


def _json(measured: Measured) -> Json:
    if isinstance(measured, Estimate):
        return {
            "value": _significant(measured.value),
            "low": _significant(measured.low),
            "high": _significant(measured.high),
            "errors": measured.errors,
            "trials": measured.trials,
            "people": measured.people,
            "method": measured.method,
        }
    counts = {"errors": measured.errors, "trials": measured.trials, "people": measured.people}
    return {"not_measured": measured.reason, **{k: v for k, v in counts.items() if v is not None}}


def _number(value: float | NotMeasured) -> Plain:
    return {"not_measured": value.reason} if isinstance(value, NotMeasured) else _significant(value)


def _significant(value: float) -> float:
    return float(f"{value:.10g}")
