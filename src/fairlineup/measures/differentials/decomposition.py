"""The gap between two groups of probes, split into what the algorithm does and who is in the gallery."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import BadArgument
from fairlineup.measures.verification.dyads import MIN_FALSE_MATCHES, CellRates, log_interval, too_few
from fairlineup.records import Estimate, Measured, NotMeasured

METHOD = "two-way by person (dyadic covariance of all cells, Student's t)"
INDEPENDENT = "1 - exp(-expected false candidates): FPIR if comparisons were independent"


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Expected false candidates per search of a group against those of a reference group."""

    group: Measured  #: With the gallery as it is.
    reference: Measured  #: Of the reference group, with the gallery as it is.
    group_balanced: Measured  #: With as many photographs in all, equally many of each gallery group.
    reference_balanced: Measured  #: Of the reference group, in that balanced gallery.
    gap: Measured  #: group - reference; algorithm + gallery exactly.
    algorithm: Measured  #: group_balanced - reference_balanced.
    gallery: Measured  #: What the real gallery adds to the gap over the balanced one.


def decompose_gap(
    cells: CellRates,
    group: int,
    reference: int,
    gallery_photos: NDArray[np.int64],
    level: float = 0.95,
) -> Decomposition | NotMeasured:
    """Split the gap in expected false candidates between a probe group and a reference group.

    With N_h photographs of gallery group h, N = sum_h N_h, and M[g, h] the false match rate of cell g, h:
    lambda_g = sum_h N_h M[g, h]; balanced_g = (N / H) sum_h M[g, h]; algorithm = balanced_g - balanced_g0;
    gallery = (lambda_g - balanced_g) - (lambda_g0 - balanced_g0). Intervals follow from the covariance of all
    cells, on the log scale for a group's own figure.

    Args:
        cells: rates of probe groups against gallery groups, one threshold for all.
        group: row of the group.
        reference: row of the group compared with.
        gallery_photos: N_h, photographs of each gallery group in the gallery searched, shape (gallery
            groups,).
        level: two-sided coverage.

    Returns: false candidates per search; NotMeasured where a cell has no comparisons or a row has under 10
        errors.
    Raises: BadInput: rows or counts that do not fit the cells.
    Source: NIST IR 8429, annex B, FPIR by composition; the split follows Kitagawa 1955 with the balanced
        gallery as the standard.
    Not: a cause. Who is in a gallery, and how the groups were photographed, lie behind both parts.
    """
    _check(cells, group, reference, gallery_photos)
    rows = (group, reference)
    errors, trials = int(cells.errors[rows, :].sum()), int(cells.trials[rows, :].sum())
    people = int(cells.probe_people[list(rows)].sum())
    reason = _unmeasured(cells, rows)
    if reason:
        return NotMeasured(reason, errors, trials, people)
    groups = len(gallery_photos)
    real = gallery_photos.astype(np.float64)
    balanced = np.full(groups, real.sum() / groups)

    def difference(weights: NDArray[np.float64]) -> Estimate:
        table = np.zeros(cells.errors.shape)
        table[group] += weights
        table[reference] -= weights
        value, low, high = cells.combined(table, level)
        return Estimate(value, low, high, errors, trials, METHOD, level, people)

    return Decomposition(
        group=false_candidates(cells, group, real, level),
        reference=false_candidates(cells, reference, real, level),
        group_balanced=false_candidates(cells, group, balanced, level),
        reference_balanced=false_candidates(cells, reference, balanced, level),
        gap=difference(real),
        algorithm=difference(balanced),
        gallery=difference(real - balanced),
    )


def false_candidates(
    cells: CellRates, group: int, gallery_photos: NDArray[np.float64], level: float = 0.95
) -> Measured:
    """Expected false candidates per search of a probe group: sum over gallery groups of photographs x rate.

    Returns: photographs per search, may pass 1; NotMeasured where a cell has no comparisons or the row has
        under 10 errors.
    Not: FPIR, which counts searches, and of these is the lesser.
    """
    errors, trials = int(cells.errors[group].sum()), int(cells.trials[group].sum())
    people = int(cells.probe_people[group])
    reason = _unmeasured(cells, (group,))
    if reason:
        return NotMeasured(reason, errors, trials, people)
    weights = np.zeros(cells.errors.shape)
    weights[group] = gallery_photos
    value, error, freedom = cells.weighted(weights)
    low, high = log_interval(value, error, freedom, level) if value > 0 else (0.0, 0.0)
    return Estimate(value, low, high, errors, trials, METHOD, level, people)


def fpir_if_independent(candidates: Measured) -> Measured:
    """1 - exp(-expected false candidates): what FPIR would be if comparisons were independent.

    For comparison with the FPIR counted, which differs because few people carry most false matches.
    Not: a measured FPIR.
    """
    if isinstance(candidates, NotMeasured):
        return candidates
    value, low, high = (-math.expm1(-one) for one in (candidates.value, candidates.low, candidates.high))
    return replace(candidates, value=value, low=low, high=high, method=INDEPENDENT)


def without_gallery_labels(labelled: int, people: int) -> NotMeasured | None:
    """Why a gap cannot be split where gallery people lack a group label; None if all have one."""
    if people > 0 and labelled == people:
        return None
    found = "none" if labelled == 0 else f"{labelled:,} of {people:,}"
    reason = (
        f"of the gallery people {found} have a group label, so the algorithm's part and the"
        " gallery's cannot be told apart"
    )
    return NotMeasured(reason, people=people)


def _unmeasured(cells: CellRates, rows: tuple[int, ...]) -> str:
    if (cells.trials[rows, :] == 0).any():
        return "a cell has no comparisons"
    if cells.probe_people[list(rows)].min() < 2 or cells.gallery_people.min() < 2:
        return "an interval needs at least two people of each group on either side"
    errors, pairs = (counts[rows, :].sum(axis=1) for counts in (cells.errors, cells.pairs))
    fewest = int(np.argmin(pairs))
    if pairs[fewest] >= MIN_FALSE_MATCHES:
        return ""
    return f"a row has {too_few(int(errors[fewest]), int(pairs[fewest]))}"


def _check(cells: CellRates, group: int, reference: int, gallery_photos: NDArray[np.int64]) -> None:
    probe_groups, gallery_groups = cells.errors.shape
    fits = gallery_photos.shape == (gallery_groups,) and bool((gallery_photos >= 0).all())
    if fits and group != reference and 0 <= min(group, reference) <= max(group, reference) < probe_groups:
        return
    raise BadArgument(
        "the gap does not fit the cells",
        expected=f"two different rows of {probe_groups}, and photographs of {gallery_groups} gallery groups",
        got=f"rows {group} and {reference}, and photographs {gallery_photos.tolist()}",
        remedy="take groups and photographs from the same grouping as the rates",
    )
