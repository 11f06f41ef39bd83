"""Scores from anywhere to results: error rates of everyone and of each group, with what they rest on.

The content has a schema of its own, "fairlineup-scores/1": a table of scores knows neither system nor plan.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from fairlineup import measures
from fairlineup.evidence.evaluation import (
    Json,
    OnFailure,
    Sections,
    ignore_failure,
    measured_json,
    number_json,
)
from fairlineup.evidence.scorefiles.layouts import Layout
from fairlineup.evidence.scorefiles.reading import Found
from fairlineup.files import SEPARATORS
from fairlineup.measures import CellRates, Scores
from fairlineup.records import BadInput, Estimate, Measured, NotMeasured, by_form, form_of
from fairlineup.results import to_json
from fairlineup.seals import Plain

SCHEMA = "fairlineup-scores/1"
CHOSEN = (1e-2, 1e-3, 1e-4)
LIMITS = (
    "These are comparisons somebody else made: who and which pairs were left out of the table is not known.",
    "A person named in the table under two ids counts as two people.",
    "A false match rate is not the chance that a given match is wrong.",
)
OPTIMISTIC = "the threshold was chosen on these very comparisons: on others the rate is likely higher"
APART = (
    "no id stands on both sides: if the same people do, their ids are written in two ways, and comparisons "
    "of one person are counted as false matches"
)
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
    sections: Sections

    @property
    def kind(self) -> str:
        """What its scores are."""
        return "similarity" if self.scores.similar else "distance"


@dataclass(frozen=True, slots=True)
class _Cut:
    """A threshold to measure at, in the table's own unit, or why there is none."""

    threshold: float | NotMeasured
    target: float | None = None


def measure_scores(
    read: Found, source: Mapping[str, Plain], terms: Terms = Terms(), told: OnFailure = ignore_failure
) -> Json:
    """Every number of a table of scores.

    Args:
        read: the table as read.
        source: what is known of the file.
        terms: thresholds, sources of labels, level.
        told: of each part that failed: it is `not_measured` with the reason, and the others stand.
    Returns: the content of results.json.
    Raises: BadInput: a threshold that is no number, a source for a label the table does not have, or scores
        that lie the wrong way round where nobody said which way they go.
    """
    scores, layout = read.scores, read.layout
    terms, sections = _checked(scores, terms), Sections(told)
    table = _Table(scores, scores.comparisons, terms, sections)
    cuts = [_Cut(threshold) for threshold in terms.thresholds] or [
        _Cut(sections.rate("threshold", measures.threshold_for, table.comparisons, fmr), fmr)
        for fmr in CHOSEN
    ]
    found: Json = {
        "schema": SCHEMA,
        "source": {**source, "layout": layout.name, **_dialect(layout), "columns": _columns(layout)},
        "score": table.kind,
        "warnings": _warnings(table, layout),
        "counts": _counts(table),
        "labels": _labels(table, read.no_value),
        "level": terms.level,
        "thresholds": [_at(table, cut) for cut in cuts],
        "limits": list(LIMITS),
    }
    return {**found, "failed_sections": to_json(sections.failed)}


def _warnings(table: _Table, layout: Layout) -> list[Plain]:
    """What to know before any rate is read.

    Raises: BadInput: the scores lie the wrong way round, and it was only their column's name that said so.
    """
    if not len(np.intersect1d(table.scores.probe, table.scores.gallery)):
        return [APART]
    found = table.scores.direction
    if not found.reversed:
        return []
    seen = found.in_words(table.kind)
    if layout.direction_told:
        return [f"the scores seem to lie the wrong way round: {seen}"]
    other = "distance" if table.scores.similar else "similarity"
    column = layout.columns.distance or layout.columns.similarity
    raise BadInput(
        "the scores lie the wrong way round",
        expected="people to be more like themselves than like others",
        got=f"the opposite: {seen}",
        remedy=f"say that column {column!r} is a {other}, or that it is a {table.kind} all the same",
    )


def _dialect(layout: Layout) -> dict[str, Plain]:
    """How the cells are parted, where it is not by commas."""
    sign = layout.head.separator
    return (
        {}
        if sign == ","
        else {"cells_parted_by": SEPARATORS.get(sign, "white space" if sign == " " else sign)}
    )


def _checked(scores: Scores, terms: Terms) -> Terms:
    """The terms with labels as the table writes them. Raises: BadInput."""
    for threshold in terms.thresholds:
        if not math.isfinite(threshold):
            raise BadInput(
                "--threshold is out of range", expected="a number", got=str(threshold), remedy="correct it"
            )
    there = by_form(scores.labels)
    sources = {}
    for label, source in terms.sources.items():
        alike = [label] if label in scores.labels else there.get(form_of(label), ())
        if len(alike) != 1:
            raise BadInput(
                "--cite names a label the table does not have",
                expected=f"one of {', '.join(scores.labels) or 'none'}",
                got=repr(label),
                remedy="name its columns with --group LABEL=PROBECOL,GALLERYCOL",
            )
        sources[alike[0]] = source
    return replace(terms, sources=sources)


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
        "rows": len(scores) + scores.same_photograph,
        "same_photograph": scores.same_photograph,
        "one_set": listing.once,
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


def _labels(table: _Table, no_value: Mapping[str, Sequence[str]]) -> Json:
    return {
        label: {
            "values": list(one.values),
            "source": table.terms.sources.get(label, ""),
            "taken_for_no_value": list(no_value.get(label, ())),
        }
        for label, one in table.scores.labels.items()
    }


def _at(table: _Table, cut: _Cut) -> Json:
    chosen: Json = {} if cut.target is None else {"chosen_for_fmr": cut.target, "warning": OPTIMISTIC}
    at = cut.threshold
    if isinstance(at, NotMeasured):
        return {**chosen, "threshold": None, "not_measured": at.reason}
    level, take, rate = table.terms.level, table.sections.take, table.sections.rate
    with table.sections.within(f"at {at:g}"):
        fmr = rate("fmr", measures.false_match_rate, table.comparisons, at, level)
        fnmr = rate("fnmr", measures.false_non_match_rate, table.scores.mated, at, level)
        return {
            **chosen,
            "threshold": at,
            "fmr": measured_json(fmr),
            "zero_bounds": to_json(take("zero_bounds", _zero_bounds, table, fmr)),
            "fnmr": measured_json(fnmr),
            **_of_searches(table, at),
            "groups": [row for label in table.scores.labels for row in _of_groups(table, label, at)],
            "matrices": [
                {"label": label, **to_json(take("matrices", _matrix, table, label, at))}
                for label in table.scores.labels
            ],
        }


def _of_groups(table: _Table, label: str, at: float) -> list[Plain]:
    """A row a group, or one row with the reason where they could not be measured."""
    found: Any = to_json(table.sections.take("groups", _groups, table, label, at))
    return [{"label": label, **found}] if isinstance(found, dict) else found


def _zero_bounds(table: _Table, fmr: Measured) -> Plain:
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


def _of_searches(table: _Table, at: float) -> Json:
    """FPIR and FNIR where the table is a full rectangle; otherwise why not."""
    level, rate = table.terms.level, table.sections.rate
    strangers = rate("fpir", measures.non_mated_searches, table.scores)
    present = rate("fnir", measures.mated_searches, table.scores)
    if isinstance(strangers, NotMeasured):
        fpir: Measured = strangers
        gallery: Plain = None
    else:
        flagged = measures.false_positive_identification_rate
        fpir = rate("fpir", flagged, strangers, at, level=level)
        gallery = strangers.gallery_people
    fnir = (
        present
        if isinstance(present, NotMeasured)
        else rate("fnir", measures.false_negative_identification_rate, present, at, level=level)
    )
    return {"fpir": measured_json(fpir), "searched_among_people": gallery, "fnir": measured_json(fnir)}


def _groups(table: _Table, label: str, at: float) -> list[Plain]:
    """Each group of probes against everyone, and beside the group with the lowest rate."""
    groups, level = table.scores.label(label), table.terms.level
    cells = measures.cell_rates(table.comparisons, at, table.scores.probe_grouping(label))
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
        fnmr = measures.publish(measures.false_non_match_rate(mated, at, level), people, source)
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


def _matrix(table: _Table, label: str, at: float) -> Json:
    """Each group of probes against each group of the gallery, or why there is none."""
    source, groups = table.terms.sources.get(label, ""), table.scores.label(label)
    if not source.strip():
        return {"not_measured": "no source is cited for this label"}
    if (groups.gallery < 0).all() or (groups.probe < 0).all():
        return {"not_measured": "only one side of the comparisons carries this label"}
    matrix = measures.cross_group_matrix(table.scores, label, at)
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
