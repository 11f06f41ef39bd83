"""Scores from anywhere to results: error rates of everyone and of each group, with what they rest on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from fairlineup import measures, results
from fairlineup.evidence.evaluation import OnFailure, Sections, ignore_failure
from fairlineup.evidence.scorefiles.layouts import Layout
from fairlineup.evidence.scorefiles.reading import ScoreTable
from fairlineup.files import SEPARATORS
from fairlineup.measures import CellRates, Scores
from fairlineup.records import BadInput, Estimate, Measured, NotMeasured, by_form, form_of

CHOSEN = (1e-2, 1e-3, 1e-4)
ENOUGH = 30  # comparisons for a cell's rate not to be marked
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
class ScoreOptions:
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
class _Material:
    """What every part of the results needs at hand."""

    scores: Scores
    comparisons: measures.Comparisons
    options: ScoreOptions
    sections: Sections

    @property
    def level(self) -> float:
        """Coverage of intervals."""
        return self.options.level

    def source(self, label: str) -> str:
        """Where a label's values come from; blank where nobody said."""
        return self.options.sources.get(label, "")


def measure_scores(
    table: ScoreTable, options: ScoreOptions = ScoreOptions(), on_failure: OnFailure = ignore_failure
) -> results.ScoreResults:
    """Every number of a table of scores.

    Args:
        table: as read.
        options: thresholds, sources of labels, level.
        on_failure: called with each part that failed: it is not measured, with the reason; the others stand.
    Returns: the content of results.json.
    Raises: BadInput: a threshold that is no number, a source for a label the table does not have, or scores
        that lie the wrong way round where nobody said which way they go.
    """
    scores, sections = table.scores, Sections(on_failure)
    given = _Material(scores, scores.comparisons, _checked(scores, options), sections)
    chosen = () if options.thresholds else CHOSEN
    thresholds: list[tuple[float | NotMeasured, float | None]] = [(at, None) for at in options.thresholds]
    thresholds += [
        (sections.rate("threshold", measures.threshold_for, given.comparisons, fmr), fmr) for fmr in chosen
    ]
    return results.ScoreResults(
        schema=results.SCORES_FORMAT,
        source=_source(table),
        score="similarity" if scores.similar else "distance",
        warnings=tuple(_warnings(scores, table.layout)),
        counts=_counts(scores),
        labels={
            label: results.LabelRead(one.values, given.source(label), table.no_value.get(label, ()))
            for label, one in scores.labels.items()
        },
        level=options.level,
        thresholds=tuple(_at(given, *one) for one in thresholds),
        limits=LIMITS,
        failed_sections=sections.failed,
    )


def _warnings(scores: Scores, layout: Layout) -> Iterator[str]:
    """What to know before any rate is read.

    Raises: BadInput: the scores lie the wrong way round, and it was only their column's name that said so.
    """
    if not len(np.intersect1d(scores.probe, scores.gallery)):
        yield APART
    elif scores.direction.reversed:
        kind, other = ("similarity", "distance") if scores.similar else ("distance", "similarity")
        seen = scores.direction.in_words(kind)
        if not layout.direction_told:
            column = layout.columns.distance or layout.columns.similarity
            raise BadInput(
                "the scores lie the wrong way round",
                expected="people to be more like themselves than like others",
                got=f"the opposite: {seen}",
                remedy=f"say that column {column!r} is a {other}, or that it is a {kind} all the same",
                code="columns-unclear",
                facts={"column": column, "kind": kind, "other": other},
            )
        yield f"the scores seem to lie the wrong way round: {seen}"


def _checked(scores: Scores, options: ScoreOptions) -> ScoreOptions:
    """The options with labels as the table writes them. Raises: BadInput."""
    for threshold in options.thresholds:
        if not math.isfinite(threshold):
            raise BadInput(
                "a threshold is out of range",
                expected="a number",
                got=str(threshold),
                remedy="correct it",
                code="argument-unusable",
                facts={"threshold": str(threshold)},
            )
    there = by_form(scores.labels)
    sources = {}
    for label, source in options.sources.items():
        alike = [label] if label in scores.labels else there.get(form_of(label), ())
        if len(alike) != 1:
            raise BadInput(
                "a source is cited for a label the table does not have",
                expected=f"one of {', '.join(scores.labels) or 'none'}",
                got=repr(label),
                remedy="name the columns of that label",
                code="no-such-label",
                facts={"label_without_columns": label},
            )
        sources[alike[0]] = source
    return replace(options, sources=sources)


def _source(table: ScoreTable) -> results.ScoreFile:
    columns, sign = table.layout.columns, table.layout.head.separator
    return results.ScoreFile(
        file=table.file,
        sha256=table.sha256,
        layout=table.layout.name,
        cells_parted_by=None if sign == "," else SEPARATORS.get(sign, "white space" if sign == " " else sign),
        columns=results.ColumnsRead(
            columns.person_probe,
            columns.person_gallery,
            columns.distance or columns.similarity,
            tuple(name for name in columns.photos if name),
            dict(columns.groups or {}),
        ),
    )


def _counts(scores: Scores) -> results.ScoreCounts:
    listing = scores.listing
    counted = listing.counted
    comparisons, mated = int(counted.sum()), int(np.count_nonzero(scores.probe == scores.gallery))
    return results.ScoreCounts(
        rows=len(scores) + scores.same_photograph,
        same_photograph=scores.same_photograph,
        one_set=listing.once,
        mirrored=int(listing.mirrored.sum()) // 2,
        mirrored_counted_once=not bool(counted.all()),
        comparisons=comparisons,
        mated=mated,
        non_mated=comparisons - mated,
        failed=int(np.isinf(scores.distance[counted]).sum()),
        people=len(scores.people),
        probe_people=len(np.unique(scores.probe)),
        gallery_people=len(np.unique(scores.gallery)),
        mated_people=len(np.unique(scores.mated.person)),
    )


def _at(given: _Material, threshold: float | NotMeasured, fmr: float | None) -> results.ScoresAtThreshold:
    """The table at a threshold, which was chosen for a false match rate where one is given."""
    at = partial(results.ScoresAtThreshold, chosen_for_fmr=fmr, warning=None if fmr is None else OPTIMISTIC)
    if isinstance(threshold, NotMeasured):
        return at(threshold=None, rates=NotMeasured(threshold.reason))
    with given.sections.within(f"at {threshold:g}"):
        return at(threshold=threshold, rates=_rates(given, threshold))


def _rates(given: _Material, at: float) -> results.ScoreRates:
    scores, level, rate, take = given.scores, given.level, given.sections.rate, given.sections.take
    fmr = rate("fmr", measures.false_match_rate, given.comparisons, at, level)
    fnmr = rate("fnmr", measures.false_non_match_rate, scores.mated, at, level)
    zero_bounds = take("zero_bounds", _zero_bounds, given, fmr)
    fpir, among, fnir = _of_searches(given, at)
    return results.ScoreRates(
        fmr=results.Share.of(fmr),
        zero_bounds=zero_bounds,
        fnmr=results.Share.of(fnmr),
        fpir=results.Share.of(fpir),
        searched_among_people=among,
        fnir=results.Share.of(fnir),
        groups=tuple(row for label in scores.labels for row in _groups(given, label, at)),
        matrices=tuple(
            results.ScoreLabelMatrix(label, take("matrices", _matrix, given, label, at))
            for label in scores.labels
        ),
    )


def _zero_bounds(given: _Material, fmr: Measured) -> results.PublishedZeroBounds | NotMeasured | None:
    """What can be claimed after no false match; None where there was one."""
    if fmr.errors:
        return None
    found = measures.zero_false_match_bounds(given.comparisons, given.level)
    if isinstance(found, NotMeasured):
        return found
    return results.PublishedZeroBounds(
        results.significant(found.naive), results.number(found.adjusted), results.significant(found.disjoint)
    )


def _of_searches(given: _Material, at: float) -> tuple[Measured, int | None, Measured]:
    """FPIR, among how many people, and FNIR where the table is a full rectangle; otherwise why not."""
    level, rate = given.level, given.sections.rate
    strangers = rate("fpir", measures.non_mated_searches, given.scores)
    present = rate("fnir", measures.mated_searches, given.scores)
    fpir, fnir = measures.false_positive_identification_rate, measures.false_negative_identification_rate
    flagged: Measured
    if isinstance(strangers, NotMeasured):
        flagged, among = strangers, None
    else:
        flagged, among = rate("fpir", fpir, strangers, at, level=level), strangers.gallery_people
    missed = present if isinstance(present, NotMeasured) else rate("fnir", fnir, present, at, level=level)
    return flagged, among, missed


def _groups(given: _Material, label: str, at: float) -> tuple[results.ScoreGroup, ...]:
    """A row a group, or one row with the reason where they could not be measured."""
    found = given.sections.take("groups", _group_rates, given, label, at)
    rows = (found,) if isinstance(found, NotMeasured) else found
    return tuple(results.ScoreGroup(label, row) for row in rows)


def _group_rates(given: _Material, label: str, at: float) -> tuple[results.ScoreGroupRates, ...]:
    """Each group of probes against everyone, and beside the group with the lowest rate."""
    scores, source = given.scores, given.source(label)
    groups = scores.label(label)
    cells = measures.cell_rates(given.comparisons, at, scores.probe_grouping(label))
    rates = [
        measures.publish(cells.estimate(g, 0, given.level), int(cells.probe_people[g]), source)
        for g in range(len(groups.values))
    ]
    known = [g for g, rate in enumerate(rates) if isinstance(rate, Estimate)]
    best = min(known, key=lambda g: float(cells.rates[g, 0]), default=None)
    rows = []
    for g, value in enumerate(groups.values):
        mated = scores.mated.of((groups.probe == g) | (groups.gallery == g))
        fnmr = measures.false_non_match_rate(mated, at, given.level)
        fnmr = measures.publish(fnmr, len(np.unique(mated.person)), source)
        ratio = None
        if best is not None and g != best and _is_published(given, cells, g):
            ratio = results.RatioToBest(groups.values[best], UNDECLARED, _ratio(given, cells, g, best))
        people = int(cells.probe_people[g])
        rows.append(
            results.ScoreGroupRates(
                value, people, source, results.Share.of(rates[g]), results.Share.of(fnmr), ratio
            )
        )
    return tuple(rows)


def _ratio(given: _Material, cells: CellRates, one: int, best: int) -> results.Amount:
    """A group's false match rate over the lowest published one, both resting on the same people."""
    log, error, freedom = cells.log_ratio((one, 0), (best, 0))
    reach = measures.student(freedom, given.level) * error
    errors, trials = (int(column[[one, best], 0].sum()) for column in (cells.errors, cells.trials))
    return results.Amount(
        value=results.significant(math.exp(log)),
        low=results.significant(math.exp(log - reach)),
        high=results.significant(math.exp(log + reach)),
        errors=errors,
        trials=trials,
        people=int(cells.probe_people[[one, best]].sum()),
        method="two-way by person (dyadic variance, Student's t), log scale",
    )


def _is_published(given: _Material, cells: CellRates, g: int) -> bool:
    enough = int(cells.probe_people[g]) >= measures.MIN_PEOPLE_PER_GROUP
    return enough and isinstance(cells.estimate(g, 0, given.level), Estimate)


def _matrix(given: _Material, label: str, at: float) -> results.ScoreMatrix | NotMeasured:
    """Each group of probes against each group of the gallery, or why there is none."""
    source, groups = given.source(label), given.scores.label(label)
    if not source.strip():
        return NotMeasured("no source is cited for this label")
    if (groups.gallery < 0).all() or (groups.probe < 0).all():
        return NotMeasured("only one side of the comparisons carries this label")
    cells = measures.cross_group_matrix(given.scores, label, at).cells
    everyone = range(len(groups.values))
    return results.ScoreMatrix(
        groups.values, tuple(_cell(given, cells, (g, h), source) for g in everyone for h in everyone)
    )


def _cell(given: _Material, cells: CellRates, place: tuple[int, int], source: str) -> results.MatrixCell:
    g, h = place
    people = int(min(cells.probe_people[g], cells.gallery_people[h]))
    rate = measures.publish(cells.estimate(g, h, given.level), people, source)
    return results.MatrixCell(g, h, int(cells.pairs[g, h]) < ENOUGH, results.Share.of(rate))
