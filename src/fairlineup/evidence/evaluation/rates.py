"""Every rate of an audit at one threshold: for everyone, and for each group of probes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures
from fairlineup.evidence.evaluation.desk import Desk, Part, unless_cut
from fairlineup.evidence.evaluation.figures import Json, measured_json
from fairlineup.measures import Mated, Over, Searches
from fairlineup.records import Measured
from fairlineup.seals import Plain

Rates = Mapping[str, Measured]


def everyone(desk: Desk, threshold: float) -> dict[str, Measured]:
    """All rates of everyone at a distance."""
    evidence = desk.evidence
    fmr = desk.sections.rate("fmr", measures.false_match_rate, evidence.among_others, threshold, desk.level)
    return _rates(desk, evidence.absent, evidence.mated, threshold, unless_cut(desk.cut(threshold), fmr))


def of_groups(desk: Desk, label: str, threshold: float) -> list[tuple[Part, Rates]]:
    """All rates of each group of a label's probes at a distance, fit to be published."""
    source = desk.source(label)
    cells = measures.cell_rates(desk.evidence.among_others, threshold, desk.probe_groups(label))
    groups: list[tuple[Part, Rates]] = []
    for g, part in enumerate(desk.parts[label]):
        fmr = unless_cut(desk.cut(threshold, part.people), cells.estimate(g, 0, desk.level))
        rates = _rates(desk, part.absent, part.mated, threshold, fmr)
        rates["fta"] = _failure_to_acquire(part.absent, desk.level)
        people = len(part.people)
        groups.append((part, {n: measures.publish(rate, people, source) for n, rate in rates.items()}))
    return groups


def groups_json(desk: Desk, threshold: float) -> list[Plain]:
    """All rates of each declared group."""
    return [
        {
            "label": label,
            "value": part.value,
            "people": len(part.people),
            "label_source": desk.source(label),
            **rates_json(rates),
        }
        for label in desk.papers.plan.groups
        for part, rates in of_groups(desk, label, threshold)
    ]


def rates_json(rates: Rates) -> Json:
    """Rates by name."""
    return {name: measured_json(rate) for name, rate in rates.items()}


def flagged_people(searches: Searches, people: NDArray[np.int64], threshold: float) -> tuple[int, int]:
    """People flagged at least once, and people searched for, of a group."""
    flagged = np.unique(searches.person[searches.row[searches.distance <= threshold]])
    searched = np.unique(searches.person)
    return int(np.isin(flagged, people).sum()), int(np.isin(searched, people).sum())


def _rates(
    desk: Desk, absent: Searches, mated: Mated, threshold: float, fmr: Measured
) -> dict[str, Measured]:
    level, length = desk.level, desk.papers.plan.search.list_length
    rate, flagged = desk.sections.rate, measures.false_positive_identification_rate
    missed, wrong = measures.false_negative_identification_rate, measures.wrong_person
    fpir = rate("fpir", flagged, absent, threshold, level=level)
    cut = desk.cut(threshold, np.unique(absent.person))
    listed = rate("selectivity", measures.selectivity, absent, threshold, length, level=level)
    processed: Over = "processed"
    return {
        "fmr": fmr,
        "fpir": fpir,
        "fpir_processed": rate("fpir_processed", flagged, absent, threshold, over=processed, level=level),
        "flagged_per_1000": rate("flagged_per_1000", measures.flagged_per_1000, fpir),
        "selectivity": unless_cut(cut, listed),
        "fnir": rate("fnir", missed, mated, threshold, length, level=level),
        "fnir_processed": rate(
            "fnir_processed", missed, mated, threshold, length, over=processed, level=level
        ),
        "rank_1": rate("rank_1", measures.rank_k, mated, 1, level=level),
        "wrong_person_with_mate": rate(
            "wrong_person_with_mate", lambda: wrong(mated, threshold, level=level).with_mate
        ),
        "wrong_person_without_mate": rate(
            "wrong_person_without_mate", lambda: wrong(mated, threshold, level=level).without_mate
        ),
    }


def _failure_to_acquire(searches: Searches, level: float) -> Measured:
    return measures.failures_of_photographs(~searches.processed, searches.person, level)
