"""Behind the first page: hubs, differentials beside their nulls, intersections, impostors who are alike."""

from __future__ import annotations

from functools import reduce
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures, results
from fairlineup.evidence.evaluation.matrices import why_none
from fairlineup.evidence.evaluation.measured_run import MeasuredRun, RunAtThreshold, once
from fairlineup.evidence.evaluation.rates import flagged_people
from fairlineup.measures import Comparisons, PersonTally
from fairlineup.records import NotMeasured
from fairlineup.results import Share, number, significant

SHOWN_HUBS = 10


def hubs(at: RunAtThreshold) -> results.PublishedHubs | NotMeasured:
    """Gallery people whom most searches for somebody else return, and FPIR without the first of them."""
    if at.incomplete:
        return at.incomplete
    answers = at.run.answers
    found = measures.gallery_hubs(answers.absent, at.threshold, SHOWN_HUBS, resampling=at.run.resampling)
    if isinstance(found, NotMeasured):
        return NotMeasured(found.reason)
    return results.PublishedHubs(
        people=tuple(
            results.PublishedHub(
                answers.people[one.person], one.searches, one.alone, significant(one.share, 6)
            )
            for one in found.hubs
        ),
        expected_most=found.expected,
        expected_95=found.expected_high,
        p=significant(found.p_value, 6),
        without_top=Share.of(found.fpir_without_first),
    )


def differentials(at: RunAtThreshold) -> tuple[results.LabelDifferentials, ...]:
    """Each declared label's differentials of false matches and misses, each beside its permutation null."""
    tallies = (PersonTally.of_comparisons(at.run.answers.among_others, at.threshold), _misses(at))
    return tuple(
        results.LabelDifferentials(label, _differentials(at.run, label, tallies)) for label in at.run.labels
    )


def _misses(at: RunAtThreshold) -> PersonTally:
    """Searches that missed the mate, by person; same pictures left out."""
    mated = at.run.everyone.mated
    distance, rank = measures.mate_standing(mated)
    missed = ~((rank > 0) & (distance <= at.threshold) & (rank <= at.run.list_length))
    return PersonTally.of_outcomes(missed, mated.searches.person, len(at.run.answers.people))


def _differentials(
    run: MeasuredRun, label: str, tallies: tuple[PersonTally, PersonTally]
) -> results.Differentials | NotMeasured:
    publishable = {
        value: people
        for value, people in run.probes[label].items()
        if measures.group_publishable(len(people), run.source(label)) is None
    }
    if len(publishable) < 2:
        return NotMeasured("fewer than two groups have a cited source and enough people")
    codes = run.codes_of(publishable.values())
    found = tuple(
        _beside_null(
            one,
            measures.permutation_null(one, tallies[: one.kinds], codes, len(publishable), run.resampling),
        )
        for one in measures.DIFFERENTIALS
    )
    return results.Differentials(of="fmr", groups=tuple(publishable), measures=found)


def _beside_null(one: measures.Differential, null: measures.Null) -> results.PublishedDifferential:
    return results.PublishedDifferential(
        name=one.name,
        of="FMR" if one.kinds == 1 else "FMR and FNIR",
        value=number(null.observed),
        null_median=number(null.median),
        null_95=number(null.high),
        p=number(null.p_value),
        permutations=null.permutations,
        hides=null.hides,
    )


def intersections(at: RunAtThreshold) -> tuple[results.Intersection, ...]:
    """FPIR of every pair of values of two labels: as counted, and partly pooled over the cells."""
    return tuple(
        results.Intersection((a, b), "fpir", _crossed(at, a, b)) for a, b in combinations(at.run.labels, 2)
    )


def _crossed(at: RunAtThreshold, a: str, b: str) -> results.IntersectionCells | NotMeasured:
    run = at.run
    if run.one_set:
        return run.one_set
    uncited = [label for label in (a, b) if not run.source(label).strip()]
    if uncited:
        return NotMeasured(f"no source is cited for {uncited[0]}")
    crossed = {
        (va, vb): flagged_people(at, np.intersect1d(pa, pb))
        for va, pa in run.probes[a].items()
        for vb, pb in run.probes[b].items()
    }
    cells = {values: counts for values, counts in crossed.items() if counts.people}
    pooled = measures.pool_cells(
        [one.errors for one in cells.values()], [one.people for one in cells.values()], run.level
    )
    if isinstance(pooled, NotMeasured):
        return NotMeasured(pooled.reason)
    return results.IntersectionCells(
        tuple(
            results.IntersectionCell(
                values=values,
                people=counts.people,
                raw=Share.of(measures.publish(cell.raw, counts.people, "cited")),
                pooled=Share.of(cell.pooled),
            )
            for (values, counts), cell in zip(cells.items(), pooled, strict=True)
        )
    )


def alike(at: RunAtThreshold) -> results.AlikeImpostors | NotMeasured:
    """The false match rate among impostors who share every declared label: sex with sex, age with age."""
    run = at.run
    none = [reason for label in run.labels if (reason := why_none(run, label))]
    if none or not run.labels:
        return none[0] if none else NotMeasured("the plan declares no groups")
    shared = _sharing_every_label(run)
    return results.AlikeImpostors(
        labels=run.labels,
        fmr=Share.of(measures.false_match_rate(shared, at.threshold, run.level)),
        everyone=Share.of(measures.false_match_rate(run.compared, at.threshold, run.level)),
    )


@once
def _sharing_every_label(run: MeasuredRun) -> Comparisons:
    """The comparisons of people who have the same value of every declared label."""
    everyone = run.compared
    groupings = [run.both_groupings(label)[0] for label in run.labels]
    probe: NDArray[np.int64] = np.stack([one.probe for one in groupings])
    gallery: NDArray[np.int64] = np.stack([one.gallery for one in groupings])
    kinds = np.unique(probe[:, (probe >= 0).all(axis=0)], axis=1).T
    parts = [
        everyone.between((probe == kind[:, None]).all(axis=0), (gallery == kind[:, None]).all(axis=0))
        for kind in kinds
    ]
    if not parts:
        return everyone.between(np.zeros(everyone.people, np.bool_), gallery[0] >= 0)
    return reduce(measures.together, parts)
