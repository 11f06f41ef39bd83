"""Every rate of an audit: at each threshold, for each group, for each declared contrast, on the ladder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures
from fairlineup.audit.evidence import Evidence
from fairlineup.audit.figures import Json, measured_json, number_json
from fairlineup.audit.papers import Papers
from fairlineup.audit.plan import ContrastChoice, ThresholdChoice
from fairlineup.measures import Mated, Searches
from fairlineup.records import Measured, NotMeasured
from fairlineup.seals import Plain


@dataclass(frozen=True, slots=True)
class Desk:
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
    def of(cls, papers: Papers, evidence: Evidence) -> Desk:
        """Lay out what a run's rates are taken from."""
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
        """The most permissive threshold, as a distance."""
        return max(self.score(choice) for choice in self.papers.plan.threshold)

    @property
    def limit_threshold(self) -> ThresholdChoice:
        """The threshold the declared limit is held at."""
        name = self.papers.plan.limit.threshold
        return next(choice for choice in self.papers.plan.threshold if choice.name == name)


def at_threshold(desk: Desk, choice: ThresholdChoice) -> Json:
    """All rates at one threshold, for everyone, each group and each declared contrast."""
    evidence, threshold = desk.evidence, desk.score(choice)
    scale = desk.papers.information.scale
    cut = desk.cut(choice)
    rates = _rates(desk, evidence.absent, evidence.mated, threshold, cut)
    return {
        "name": choice.name,
        "distance" if scale.kind == "distance" else "score": float(choice.score),
        "source": choice.source,
        **{name: measured_json(rate) for name, rate in rates.items()},
        "lists_cut_by_the_system": cut,
        "groups": [
            _group(desk, label, value, threshold)
            for label in desk.papers.plan.groups
            for value in desk.group_of[label]
        ],
        "contrasts": [_contrast(desk, contrast, threshold) for contrast in desk.papers.plan.contrast],
    }


def _rates(desk: Desk, absent: Searches, mated: Mated, threshold: float, cut: int) -> dict[str, Measured]:
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


def _group(desk: Desk, label: str, value: str, threshold: float) -> Json:
    evidence = desk.evidence
    people = desk.group_of[label][value]
    source = desk.papers.dataset.label_sources[label]
    in_group = np.isin(evidence.absent.person, people)
    absent = evidence.absent.only(in_group)
    mated = evidence.mated.only(np.isin(evidence.mated.searches.person, people))
    cut = int(np.count_nonzero(evidence.absent_capped[in_group] <= threshold))
    rates = _rates(desk, absent, mated, threshold, cut)
    rates["fta"] = _failure_to_acquire(absent, desk.level)
    published = {name: measures.publish(rate, len(people), source) for name, rate in rates.items()}
    return {
        "label": label,
        "value": value,
        "people": len(people),
        "label_source": source,
        **{name: measured_json(rate) for name, rate in published.items()},
    }


def _failure_to_acquire(searches: Searches, level: float) -> Measured:
    failures = int(np.count_nonzero(~searches.processed))
    return measures.failure_to_acquire(len(searches), failures, people=searches.people, level=level)


def _contrast(desk: Desk, contrast: ContrastChoice, threshold: float) -> Json:
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
        "risk_ratio": measured_json(found.risk_ratio),
        "fisher_two_sided": number_json(found.fisher_two_sided),
        "hypergeometric_one_sided": number_json(found.hypergeometric_one_sided),
        "mid_p": number_json(found.mid_p),
        "detectable_ratio": number_json(found.detectable_ratio),
    }


def _flagged(searches: Searches, people: NDArray[np.int64], threshold: float) -> tuple[int, int]:
    """People flagged at least once, and people searched for, of a group."""
    flagged = np.unique(searches.person[searches.row[searches.distance <= threshold]])
    searched = np.unique(searches.person)
    return int(np.isin(flagged, people).sum()), int(np.isin(searched, people).sum())


MADE_UP = "people who do not exist say nothing about how a system does on real ones"


def verdict_on_limit(desk: Desk) -> Json:
    """The declared limit against the rate over all searches and over processed ones: the worse counts.

    Made-up people get no verdict.
    """
    limit = desk.papers.plan.limit
    declared: Json = {
        "measure": limit.measure,
        "threshold": limit.threshold,
        "at_most": limit.at_most,
        "source": limit.source,
    }
    if desk.papers.population == "synthetic":
        return {**declared, "outcome": "not_given", "over": None, "reason": MADE_UP, "need_n_more": None}
    of_all, of_processed = _limited(desk, "all"), _limited(desk, "processed")
    held = measures.verdict([of_all, of_processed], limit.at_most)
    over = "all" if held.worst == of_all else "processed"
    return {
        **declared,
        "outcome": held.outcome,
        "over": over,
        "reason": f"over {over} searches {held.reason}",
        "need_n_more": held.need_n_more,
    }


def _limited(desk: Desk, over: measures.Over) -> Measured:
    """The rate the limit is about, at the threshold it is held at."""
    evidence, plan = desk.evidence, desk.papers.plan
    threshold = desk.score(desk.limit_threshold)
    if plan.limit.measure == "fpir":
        return measures.false_positive_identification_rate(
            evidence.absent, threshold, over=over, level=desk.level
        )
    return measures.false_negative_identification_rate(
        evidence.mated, threshold, plan.search.list_length, over=over, level=desk.level
    )


def ladder(desk: Desk) -> list[Plain]:
    """FPIR at each declared gallery size and threshold."""
    evidence = desk.evidence
    everyone = evidence.others.people_enrolled
    sizes = sorted({n for n in desk.papers.plan.gallery.sizes if n <= everyone} or _halves(everyone))
    return [
        {
            "threshold": choice.name,
            "people": rung.people,
            "fpir": measured_json(_unless_cut(desk.cut(choice), rung.fpir)),
        }
        for choice in desk.papers.plan.threshold
        for rung in measures.false_positive_ladder(
            evidence.absent, desk.score(choice), sizes, level=desk.level
        )
    ]


def _halves(everyone: int) -> set[int]:
    return {max(1, everyone >> step) for step in range(6)} if everyone else set()
