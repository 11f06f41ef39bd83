"""Standard errors of what is fitted to comparisons, from the influence of each, by person."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.verification.comparisons import Comparisons

Table = NDArray[np.float64]


def dyadic_errors(
    near: Comparisons, influence: Table, own: Table | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Standard errors of sums of influences, where two comparisons vary together if they share a person.

    Args:
        near: the comparisons listed.
        influence: of each of them, shape (n_listed, columns).
        own: further influence of each person, as by mated comparisons, shape (people, columns).

    Returns: standard errors and their degrees of freedom (Satterthwaite, by person), shape (columns,).
    Source: dyadic-robust variance (Fafchamps and Gubert 2007), as in `cell_rates`.
    """
    people = np.zeros((near.people, influence.shape[1])) if own is None else own.copy()
    np.add.at(people, near.probe, influence)
    np.add.at(people, near.gallery, influence)
    low, high = np.minimum(near.probe, near.gallery), np.maximum(near.probe, near.gallery)
    _, pair = np.unique(low * near.people + high, return_inverse=True)
    pairs = np.zeros((int(pair.max(initial=-1)) + 1, influence.shape[1]))
    np.add.at(pairs, pair, influence)
    alone = (pairs**2).sum(axis=0) + (0.0 if own is None else (own**2).sum(axis=0))
    there = int((near.probe_side | near.gallery_side).sum())
    squares = (people**2).sum(axis=0)
    variance = squares * there / max(1, there - 1) - (pairs**2).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = np.where(squares > 0, squares**2 / (people**4).sum(axis=0), np.inf)
    return np.sqrt(np.maximum(variance, alone)), freedom
