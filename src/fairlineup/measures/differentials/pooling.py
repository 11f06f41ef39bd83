"""Intersections of groups with few people: cells drawn towards each other, raw figures first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures import special
from fairlineup.measures.arguments import BadArgument
from fairlineup.measures.proportions import clopper_pearson
from fairlineup.measures.verification.dyads import CellRates
from fairlineup.records import Estimate, Measured, NotMeasured

METHOD = "partial pooling (beta-binomial, averaged over how much cells differ)"
RAW = "Clopper-Pearson on effective counts"
GRID = 30


@dataclass(frozen=True, slots=True)
class PooledCell:
    """One cell as counted, and drawn towards the others."""

    raw: Measured  #: From the cell's own counts.
    pooled: Estimate  #: The same, drawn towards the other cells.
    weight: float  #: How much the pooled value keeps of the raw one, in [0, 1].


def pool_cells(
    errors: Sequence[float], trials: Sequence[float], level: float = 0.95
) -> tuple[PooledCell, ...] | NotMeasured:
    """Rates of several cells, each drawn towards their common mean as far as its own counts are few.

    Rates of cells follow a beta distribution whose mean and spread are averaged over a grid (uniform in the
    log-odds of the mean and in 1 / sqrt(trials the pull is worth)), so that the
    interval carries that both are unknown.

    Args:
        errors: of each cell; people with an error, or effective counts. Need not be whole.
        trials: of each cell; people, or effective counts.
        level: coverage, which holds on average over cells, not for each.

    Returns: one a cell, raw first; NotMeasured for a single cell or without any error.
    Raises: BadInput: counts that do not fit.
    Source: Gelman et al., Bayesian Data Analysis, 5.3.
    Not: a measurement of a cell without people, which gets the mean of the others. A cell unlike all others
        is drawn towards them wrongly.
    """
    x, n = np.asarray(errors, np.float64), np.asarray(trials, np.float64)
    if x.shape != n.shape or x.ndim != 1 or (x < 0).any() or (x > n).any():
        raise BadArgument(
            "the cells do not fit",
            expected="0 <= errors <= trials of each cell",
            got=f"{x.tolist()} of {n.tolist()}",
            remedy="count people, or effective errors out of effective trials",
        )
    if (n > 0).sum() < 2 or x.sum() == 0:
        reason = "nothing to pool with: a single cell" if (n > 0).sum() < 2 else "no errors in any cell"
        return NotMeasured(reason, round(x.sum()), round(n.sum()))
    mean, pull, weight = _posterior(x, n)
    return tuple(_cell(x[c], n[c], (mean, pull, weight), level) for c in range(len(x)))


def pool_match_rates(cells: CellRates, level: float = 0.95) -> tuple[PooledCell, ...] | NotMeasured:
    """Pooled false match rates of cells, comparisons divided by their design effect.

    A cell without errors, or with nothing else, has no design effect: it gets the largest of the others.

    Returns: one a cell, in the order of `cells.errors.ravel()`.
    """
    effects = cells.design_effects.ravel()
    known = effects[np.isfinite(effects)]
    if not len(known):
        reason = (
            "no cell has matches beside comparisons without"
            if cells.errors.any()
            else "no errors in any cell"
        )
        return NotMeasured(reason, int(cells.errors.sum()), int(cells.trials.sum()))
    effects = np.maximum(np.where(np.isfinite(effects), effects, known.max()), 1.0)
    x, n = cells.errors.ravel() / effects, cells.trials.ravel() / effects
    return pool_cells(x.tolist(), n.tolist(), level)


Posterior = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def _posterior(x: NDArray[np.float64], n: NDArray[np.float64]) -> Posterior:
    """Means, pulls (in trials) and their probabilities, each of shape (grid points,)."""
    overall, total = (x.sum() + 0.5) / (n.sum() + 1), x.sum()
    width = 4 / math.sqrt(max(min(total, 50.0), 1.0)) + 2
    centre = float(special.logit(overall))
    means = special.expit(np.linspace(centre - width, centre + width, GRID))
    pulls = 1 / np.linspace(1e-4, 1, GRID) ** 2 / overall
    mean, pull = (one.ravel() for one in np.meshgrid(means, pulls))
    a, b = mean * pull, (1 - mean) * pull
    log = sum(special.betaln(a + xc, b + nc - xc) - special.betaln(a, b) for xc, nc in zip(x, n, strict=True))
    weight = np.exp(log - np.max(log))
    return mean, pull, weight / weight.sum()


def _cell(x: float, n: float, posterior: Posterior, level: float) -> PooledCell:
    mean, pull, weight = posterior
    kept = weight > 1e-4 * weight.max()
    mean, pull, weight = mean[kept], pull[kept], weight[kept] / weight[kept].sum()
    a, b = mean * pull + x, (1 - mean) * pull + n - x
    value = float(weight @ (a / (a + b)))
    tail = (1 - level) / 2
    low, high = (_quantile(a, b, weight, q) for q in (tail, 1 - tail))
    raw: Measured = NotMeasured("no trials", 0, 0)
    if n > 0:
        ends = clopper_pearson(x, n, level)
        raw = Estimate(float(x / n), *ends, round(x), round(n), RAW, level)
    pooled = Estimate(value, low, high, round(x), round(n), METHOD, level)
    return PooledCell(raw, pooled, float(weight @ (n / (n + pull))))


def _quantile(a: NDArray[np.float64], b: NDArray[np.float64], weight: NDArray[np.float64], q: float) -> float:
    """Quantile of a mixture of beta distributions, by halving on the log-odds."""
    low, high = -45.0, 45.0
    for _ in range(34):
        middle = (low + high) / 2
        below = float(weight @ special.betainc(a, b, special.expit(middle)))
        low, high = (middle, high) if below < q else (low, middle)
    return float(special.expit((low + high) / 2))
