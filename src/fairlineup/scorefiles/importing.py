"""Scores from anywhere to results: error rates of everyone and of each group, with what they rest on.

The content has a schema of its own, "fairlineup-scores/1": a table of scores knows neither system nor plan.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from fairlineup import measures
from fairlineup.evaluation import Json, Sections, Told, measured_json, number_json, tell_nobody
from fairlineup.measures import CellRates, Scores
from fairlineup.records import BadInput, Estimate, Measured, NotMeasured
from fairlineup.scorefiles.layouts import Layout
from fairlineup.seals import Plain

SCHEMA = "fairlineup-scores/1"
CHOSEN = (1e-2, 1e-3, 1e-4)
LIMITS = (
    "These are comparisons somebody else made: who and which pairs were left out of the table is not known.",
    "A person named in the table under two ids counts as two people.",
    "A false match rate is not the chance that a given match is wrong.",
)
OPTIMISTIC = "the threshold was chosen on these very comparisons: on others the rate is likely higher"
UNDECLARED = "the best group is known only after looking; declare contrasts in a plan to test them"


@dataclass(frozen=True, slots=True)
class Terms:
    """How a table is measured.

    Attributes:
        thresholds: in the table's own unit; none to take those of FMR 1e-2, 1e-3 and 1e-4 on the table.
        sources: label to where its values come from; a label without one gets counts only.
        level: coverage of intervals.
    """

    thresholds: Sequence[float] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class _Table:
    scores: Scores
    comparisons: measures.Comparisons
    terms: Terms
    similar: bool
    sections: Sections

    def unit(self, distance: float) -> float:
        """A distance in the table's own unit."""
        return 0.0 - distance if self.similar else distance


@dataclass(frozen=True, slots=True)
class _Cut:
    """A threshold to measure at, or why there is none."""

    distance: float | NotMeasured
    target: float | None = None


def measure_scores(
    scores: Scores,
    layout: Layout,
    source: Mapping[str, Plain],
    terms: Terms = Terms(),
    told: Told = tell_nobody,
) -> Json:
    """Every number of a table of scores.

    Args:
        scores: as read.
        layout: in which they were found.
        source: what is known of the file.
        terms: thresholds, sources of labels, level.
        told: of each part that failed: it is `not_measured` with the reason, and the others stand.
    Returns: the content of results.json.
    Raises: BadInput: a threshold that is no number, or a source for a label the table does not have.
    """
    _check(scores, terms)
    sections = Sections(told)
    similar = bool(layout.columns.similarity)
    table = _Table(scores, scores.comparisons, terms, similar=similar, sections=sections)
    cuts = [_Cut(0.0 - t if table.similar else t) for t in terms.thresholds] or [
        _Cut(sections.rate("threshold", measures.threshold_for, table.comparisons, fmr), fmr)
        for fmr in CHOSEN
    ]
    found: Json = {
        "schema": SCHEMA,
        "source": {**source, "layout": layout.name, "columns": _columns(layout)},
        "score": "similarity" if table.similar else "distance",
        "counts": _counts(table),
        "labels": _labels(table),
        "level": terms.level,
        "thresholds": [_at(table, cut) for cut in cuts],
        "limits": list(LIMITS),
    }
    return {**found, "failed_sections": sections.failed}


def _check(scores: Scores, terms: Terms) -> None:
    for threshold in terms.thresholds:
        if not math.isfinite(threshold):
            raise BadInput(
                "--threshold is out of range", expected="a number", got=str(threshold), remedy="correct it"
            )
    for label in terms.sources:
        if label not in scores.labels:
            there = ", ".join(scores.labels) or "none"
            raise BadInput(
                "--cite names a label the table does not have",
                expected=f"one of {there}",
                got=repr(label),
                remedy="name its columns with --group LABEL=PROBECOL,GALLERYCOL",
            )


def _columns(layout: Layout) -> Json:
    columns = layout.columns
    return {
        "person_probe": columns.person_probe,
        "person_gallery": columns.person_gallery,
        "score": columns.distance or columns.similarity,
        "photos": [name for name in columns.photos if name],
        "groups": {label: list(pair) for label, pair in (columns.groups or {}).items()},
    }


def _counts(table: _Table) -> Json:
    scores = table.scores
    listing = scores.listing
    counted = listing.counted
    mated = int(np.count_nonzero(scores.probe == scores.gallery))
    return {
        "rows": len(scores),
        "mirrored": int(listing.mirrored.sum()) // 2,
        "mirrored_counted_once": not bool(counted.all()),
        "comparisons": int(counted.sum()),
        "mated": mated,
        "non_mated": int(counted.sum()) - mated,
        "failed": int(np.isinf(scores.distance[counted]).sum()),
        "people": len(scores.people),
        "probe_people": len(np.unique(scores.probe)),
        "gallery_people": len(np.unique(scores.gallery)),
        "mated_people": len(np.unique(scores.mated.person)),
    }


def _labels(table: _Table) -> Json:
    return {
        label: {"values": list(one.values), "source": table.terms.sources.get(label, "")}
        for label, one in table.scores.labels.items()
    }


def _at(table: _Table, cut: _Cut) -> Json:
    chosen: Json = {} if cut.target is None else {"chosen_for_fmr": cut.target, "warning": OPTIMISTIC}
    if isinstance(cut.distance, NotMeasured):
        return {**chosen, "threshold": None, "not_measured": cut.distance.reason}
    level, distance, take, rate = table.terms.level, cut.distance, table.sections.take, table.sections.rate
    with table.sections.within(f"at {table.unit(distance):g}"):
        fmr = rate("fmr", measures.false_match_rate, table.comparisons, distance, level)
        fnmr = rate("fnmr", measures.false_non_match_rate, table.scores.mated, distance, level)
        return {
            **chosen,
            "threshold": table.unit(distance),
            "fmr": measured_json(fmr),
            "zero_bounds": take("zero_bounds", _zero_bounds, table, distance, fmr),
            "fnmr": measured_json(fnmr),
            **_of_searches(table, distance),
            "groups": [row for label in table.scores.labels for row in _of_groups(table, label, distance)],
            "matrices": [
                {"label": label, **take("matrices", _matrix, table, label, distance)}
                for label in table.scores.labels
            ],
        }


def _of_groups(table: _Table, label: str, distance: float) -> list[Plain]:
    """A row a group, or one row with the reason where they could not be measured."""
    found = table.sections.take("groups", _groups, table, label, distance)
    return [{"label": label, **found}] if isinstance(found, dict) else found


def _zero_bounds(table: _Table, distance: float, fmr: Measured) -> Plain:
    """What can be claimed after no false match; null where there was one."""
    if fmr.errors:
        return None
    bounds = measures.zero_false_match_bounds(table.comparisons, table.terms.level)
    if isinstance(bounds, NotMeasured):
        return measured_json(bounds)
    return {
        "naive": number_json(bounds.naive),
        "adjusted": number_json(bounds.adjusted),
        "disjoint": number_json(bounds.disjoint),
    }


def _of_searches(table: _Table, distance: float) -> Json:
    """FPIR and FNIR where the table is a full rectangle; otherwise why not."""
    level, rate = table.terms.level, table.sections.rate
    strangers = rate("fpir", measures.non_mated_searches, table.scores)
    present = rate("fnir", measures.mated_searches, table.scores)
    if isinstance(strangers, NotMeasured):
        fpir: Measured = strangers
        gallery: Plain = None
    else:
        flagged = measures.false_positive_identification_rate
        fpir = rate("fpir", flagged, strangers, distance, level=level)
        own_left_out = bool(np.isin(strangers.person, table.scores.gallery).all())
        gallery = strangers.gallery_people - own_left_out
    fnir = (
        present
        if isinstance(present, NotMeasured)
        else rate("fnir", measures.false_negative_identification_rate, present, distance, level=level)
    )
    return {"fpir": measured_json(fpir), "searched_among_people": gallery, "fnir": measured_json(fnir)}


def _groups(table: _Table, label: str, distance: float) -> list[Plain]:
    """Each group of probes against everyone, and beside the group with the lowest rate."""
    groups, level = table.scores.labels[label], table.terms.level
    cells = measures.cell_rates(table.comparisons, distance, table.scores.probe_grouping(label))
    source = table.terms.sources.get(label, "")
    rates = [
        measures.publish(cells.estimate(g, 0, level), int(cells.probe_people[g]), source)
        for g in range(len(groups.values))
    ]
    known = [g for g, rate in enumerate(rates) if isinstance(rate, Estimate)]
    best = min(known, key=lambda g: float(cells.rates[g, 0]), default=None)
    rows: list[Plain] = []
    for g, value in enumerate(groups.values):
        mated = table.scores.mated.of((groups.probe == g) | (groups.gallery == g))
        people = len(np.unique(mated.person))
        fnmr = measures.publish(measures.false_non_match_rate(mated, distance, level), people, source)
        rows.append(
            {
                "label": label,
                "value": value,
                "people": int(cells.probe_people[g]),
                "label_source": source,
                "fmr": measured_json(rates[g]),
                "fnmr": measured_json(fnmr),
                "ratio_to_best": _ratio(table, cells, (g, best), groups.values),
            }
        )
    return rows


def _ratio(table: _Table, cells: CellRates, pair: tuple[int, int | None], values: Sequence[str]) -> Plain:
    """A group's false match rate over the lowest published one, both resting on the same people."""
    one, best = pair
    published = best is not None and _is_published(table, cells, one)
    if best is None or one == best or not published:
        return None
    log, error, freedom = cells.log_ratio((one, 0), (best, 0))
    reach = measures.student(freedom, table.terms.level) * error
    errors, trials = (int(column[[one, best], 0].sum()) for column in (cells.errors, cells.trials))
    method = "two-way by person (dyadic variance, Student's t), log scale"
    low, high = math.exp(log - reach), math.exp(log + reach)
    people = int(cells.probe_people[[one, best]].sum())
    ratio = Estimate(math.exp(log), low, high, errors, trials, method, table.terms.level, people)
    return {"best": values[best], "warning": UNDECLARED, **measured_json(ratio)}


def _is_published(table: _Table, cells: CellRates, g: int) -> bool:
    enough = int(cells.probe_people[g]) >= measures.MIN_PEOPLE_PER_GROUP
    return enough and isinstance(cells.estimate(g, 0, table.terms.level), Estimate)


def _matrix(table: _Table, label: str, distance: float) -> Json:
    """Each group of probes against each group of the gallery, or why there is none."""
    source, groups = table.terms.sources.get(label, ""), table.scores.labels[label]
    if not source.strip():
        return {"not_measured": "no source is cited for this label"}
    if (groups.gallery < 0).all() or (groups.probe < 0).all():
        return {"not_measured": "only one side of the comparisons carries this label"}
    matrix = measures.cross_group_matrix(table.scores, label, distance)
    cells = matrix.cells
    rows: list[Plain] = []
    for g in range(len(groups.values)):
        for h in range(len(groups.values)):
            people = int(min(cells.probe_people[g], cells.gallery_people[h]))
            rate = measures.publish(cells.estimate(g, h, table.terms.level), people, source)
            rows.append(
                {"probe": g, "gallery": h, "grey": int(cells.pairs[g, h]) < 30, **measured_json(rate)}
            )
    return {"values": list(groups.values), "cells": rows}
