"""Standard errors of what is fitted to comparisons, from the influence of each, by person."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.verification.comparisons import Comparisons
from fairlineup.measures.verification.layout import pairs_of_people

Column = NDArray[np.float64]


def dyadic_errors(near: Comparisons, influences: Iterable[tuple[Column, Column]]) -> tuple[Column, Column]:
    """Standard errors of sums of influences, where two comparisons vary together if they share a person.

    Args:
        near: the comparisons listed.
        influences: for each sum, that of each comparison, shape (n_listed,), and further influence of each
            person, as by mated comparisons, shape (people,).

    Returns: standard errors and their degrees of freedom (Satterthwaite, by person), shape (sums,).
    Source: dyadic-robust variance (Fafchamps and Gubert 2007), as in `cell_rates`.
    """
    there = int((near.probe_side | near.gallery_side).sum())
    found = [_of_sum(near, there, influence, own) for influence, own in influences]
    errors, freedom = zip(*found, strict=True) if found else ((), ())
    return np.array(errors, np.float64), np.array(freedom, np.float64)


def _of_sum(near: Comparisons, there: int, influence: Column, own: Column) -> tuple[float, float]:
    pair, pairs = pairs_of_people(near)
    some = np.flatnonzero(influence)
    moved = influence[some]
    sides = np.concatenate((np.arange(near.people), near.probe[some], near.gallery[some]))
    people = np.bincount(sides, np.concatenate((own, moved, moved)), near.people)
    alone = float((np.bincount(pair[some], moved, pairs) ** 2).sum())
    squares = float((people**2).sum())
    variance = squares * there / max(1, there - 1) - alone
    freedom = squares**2 / float((people**4).sum()) if squares > 0 else np.inf
    return float(np.sqrt(max(variance, alone + float((own**2).sum())))), freedom
