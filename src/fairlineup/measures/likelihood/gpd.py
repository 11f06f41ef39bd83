"""The generalised Pareto distribution of what lies beyond a threshold, fitted to weighted excesses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import TooLittleData

MIN_EXCESSES = 100
PRIOR_SCALE = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class ParetoTails:
    """Generalised Pareto distributions, one for each set of weights."""

    shape: NDArray[np.float64]  #: Xi, shape (sets,); below 0 the distribution ends at -scale / xi.
    scale: NDArray[np.float64]  #: Sigma, on the scale of the excesses, shape (sets,).

    def survival(self, excess: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of excesses beyond each value, shape (values, sets); 0 at and past the end.

        Args:
            excess: 0 or more, shape (values,).
        """
        reached = 1 + self.shape * (np.asarray(excess)[:, None] / self.scale)
        with np.errstate(divide="ignore"):
            logs = np.log(np.maximum(reached, 0.0))
        small = np.abs(self.shape) < 1e-9
        exponent = np.where(small, -np.asarray(excess)[:, None] / self.scale, 0.0)
        return np.exp(np.where(small, exponent, -logs / np.where(small, 1.0, self.shape)))


def fit_pareto(excess: NDArray[np.float64], weights: NDArray[np.floating] | None = None) -> ParetoTails:
    """Fit one generalised Pareto distribution for each column of weights.

    The estimator is a mean over a grid of the profile likelihood, so it exists and needs no search; all
    columns share one product of matrices.

    Args:
        excess: above the threshold, 0 or more, shape (n,).
        weights: how often each counts, shape (n, sets); None for once each.

    Raises: BadInput: under 100 excesses, or none of them above 0.
    Source: Zhang and Stephens 2009, with their k = -shape; weights in the place of repeated excesses.
    Not: proof that the tail goes on like this beyond the data.
    """
    _check(excess)
    counts = np.ones((len(excess), 1)) if weights is None else np.asarray(weights, np.float64)
    theta = _grid(excess)
    total = counts.sum(axis=0)
    k = -(np.log1p(-np.outer(theta, excess)) @ counts) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        profile = total * (np.log(theta[:, None] / k) + k - 1)
    profile = np.where(np.isfinite(profile), profile, -np.inf)
    share = np.exp(profile - profile.max(axis=0))
    chosen = (theta[:, None] * share).sum(axis=0) / share.sum(axis=0)
    shapes = np.array(
        [np.log1p(-one * excess) @ counts[:, s] / total[s] for s, one in enumerate(chosen)], np.float64
    )
    return ParetoTails(shapes, -shapes / chosen)


def _grid(excess: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of k / sigma: below 1 / the largest excess, spread by the first quartile."""
    ordered = np.sort(excess)
    points = 30 + int(np.sqrt(len(ordered)))
    quartile = ordered[int(len(ordered) / 4 + 0.5) - 1]
    spread = 1 - np.sqrt(points / (np.arange(1, points + 1) - 0.5))
    return np.asarray(1 / ordered[-1] + spread / (PRIOR_SCALE * quartile), np.float64)


def _check(excess: NDArray[np.float64]) -> None:
    enough = len(excess) >= MIN_EXCESSES
    quarter = len(excess) // 4 - 1
    sound = enough and bool(np.isfinite(excess).all()) and excess.min() >= 0
    if sound and np.partition(excess, quarter)[quarter] > 0:
        return
    raise TooLittleData(
        "no tail can be fitted",
        expected=f"{MIN_EXCESSES} finite excesses of 0 or more, three quarters of them above 0",
        got="others" if enough else str(len(excess)),
        remedy="take more comparisons, or a threshold further in",
    )
