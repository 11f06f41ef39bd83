"""Every rate of an audit at one threshold: for everyone, and for each group of probes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fairlineup import measures
from fairlineup.evidence.evaluation.measured_run import (
    Codes,
    MeasuredRun,
    ProbeGroup,
    RunAtThreshold,
    once,
)
from fairlineup.records import Measured
from fairlineup.results import Amount, GroupCounts, GroupRates, Per1000, Rates, Share

Measures = Mapping[str, Measured]


@once
def everyone(at: RunAtThreshold) -> Measures:
    """All rates of everyone."""
    fmr = at.run.sections.rate("fmr", lambda: at.cells.estimate(level=at.run.level))
    return _rates(at, at.run.everyone, at.unless_cut(fmr))


@once
def of_groups(at: RunAtThreshold, label: str) -> tuple[tuple[ProbeGroup, Measures], ...]:
    """All rates of each group of a label's probes, fit to be published; none where no probe carries it."""
    run, source = at.run, at.run.source(label)
    if not run.groups[label]:
        return ()
    cells = measures.cell_rates(run.answers.among_others, at.threshold, run.probe_grouping(label))
    groups: list[tuple[ProbeGroup, Measures]] = []
    for g, group in enumerate(run.groups[label]):
        fmr = at.unless_cut(cells.estimate(g, 0, run.level), group.people)
        rates = {**_rates(at, group, fmr), "fta": _failure_to_acquire(run, group)}
        people = len(group.people)
        groups.append((group, {n: measures.publish(rate, people, source) for n, rate in rates.items()}))
    return tuple(groups)


def group_rates(at: RunAtThreshold) -> tuple[GroupRates, ...]:
    """All rates of each declared group, as they are published."""
    return tuple(
        GroupRates(
            label=label,
            value=group.value,
            people=len(group.people),
            label_source=at.run.source(label),
            rates=published_rates(rates),
            fta=Share.of(rates["fta"]),
        )
        for label in at.run.labels
        for group, rates in of_groups(at, label)
    )


def published_rates(rates: Measures) -> Rates:
    """Rates as they are published."""
    return Rates(
        fmr=Share.of(rates["fmr"]),
        fpir=Share.of(rates["fpir"]),
        fpir_processed=Share.of(rates["fpir_processed"]),
        flagged_per_1000=Per1000.of(rates["flagged_per_1000"]),
        selectivity=Amount.of(rates["selectivity"]),
        fnir=Share.of(rates["fnir"]),
        fnir_processed=Share.of(rates["fnir_processed"]),
        rank_1=Share.of(rates["rank_1"]),
        wrong_person_with_mate=Share.of(rates["wrong_person_with_mate"]),
        wrong_person_without_mate=Share.of(rates["wrong_person_without_mate"]),
    )


def flagged_people(at: RunAtThreshold, people: Codes) -> GroupCounts:
    """People of a group who were flagged at least once, and who were searched for."""
    searches = at.run.everyone.absent
    flagged = np.unique(searches.person[searches.closest <= at.threshold])
    searched = np.unique(searches.person)
    return GroupCounts(int(np.isin(flagged, people).sum()), int(np.isin(searched, people).sum()))


def _rates(at: RunAtThreshold, group: ProbeGroup, fmr: Measured) -> dict[str, Measured]:
    run, absent, mated, threshold = at.run, group.absent, group.mated, at.threshold
    processed, level, length, rate = group.processed, run.level, run.list_length, run.sections.rate
    flagged, missed = (
        measures.false_positive_identification_rate,
        measures.false_negative_identification_rate,
    )
    fpir = rate("fpir", flagged, absent, threshold, level=level)
    listed = rate("selectivity", measures.selectivity, absent, threshold, length, level=level)
    return {
        "fmr": fmr,
        "fpir": fpir,
        "fpir_processed": rate("fpir_processed", flagged, processed.absent, threshold, level=level),
        "flagged_per_1000": rate("flagged_per_1000", measures.flagged_per_1000, fpir),
        "selectivity": at.unless_cut(listed, group.people),
        "fnir": rate("fnir", missed, mated, threshold, length, level=level),
        "fnir_processed": rate("fnir_processed", missed, processed.mated, threshold, length, level=level),
        "rank_1": rate("rank_1", _rank_1, run, group),
        "wrong_person_with_mate": rate("wrong_person_with_mate", lambda: _wrong_person(at, group)[0]),
        "wrong_person_without_mate": rate("wrong_person_without_mate", lambda: _wrong_person(at, group)[1]),
    }


@once
def _wrong_person(at: RunAtThreshold, group: ProbeGroup) -> tuple[Measured, Measured]:
    """With the mate, and without."""
    found = measures.wrong_person(group.mated, at.threshold, level=at.run.level)
    return found.with_mate, found.without_mate


@once
def _rank_1(run: MeasuredRun, group: ProbeGroup) -> Measured:
    return measures.rank_k(group.mated, 1, level=run.level)


@once
def _failure_to_acquire(run: MeasuredRun, group: ProbeGroup) -> Measured:
    return measures.failures_of_photographs(~group.absent.processed, group.absent.person, run.level)
