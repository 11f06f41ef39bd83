"""Intervals of several log ratios that all hold at once (max-T)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures import special
from fairlineup.measures.arguments import BadArgument
from fairlineup.measures.identification.galleries import MatchCounts, few_carry_it, fpir_replicates
from fairlineup.measures.student import student
from fairlineup.measures.verification.dyads import MIN_FALSE_MATCHES, CellRates
from fairlineup.measures.verification.resampling import USUAL, Resampled, Resampling
from fairlineup.records import Estimate, Measured, NotMeasured

Groups = int | tuple[int, ...]
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class JointRatios:
    """Several log ratios with what is known of their chance."""

    values: NDArray[np.float64]  #: Shape (ratios,).
    standard_errors: NDArray[np.float64]  #: Shape (ratios,).
    freedom: NDArray[np.float64]  #: Degrees of freedom of those, inf for known, shape (ratios,).
    #: The same log ratios in replicates drawn jointly, shape (ratios, replicates).
    draws: NDArray[np.float64]


def max_t(draws: NDArray[np.float64], level: float = 0.95) -> float:
    """How many standard deviations all draws at once stay within, with probability `level`.

    Raises: BadInput: draws that are not numbers.
    Source: Westfall and Young 1993, single step.
    """
    if draws.ndim != 2 or not len(draws) or not np.isfinite(draws).all():
        raise BadArgument(
            "the replicates do not fit",
            expected="numbers of shape (ratios, replicates)",
            got=f"shape {draws.shape}",
            remedy="add half an error to each replicate before taking logs",
        )
    away = np.abs(draws - draws.mean(axis=1, keepdims=True))
    spread = draws.std(axis=1, keepdims=True)
    scaled = np.divide(away, spread, out=np.zeros_like(away), where=spread > 0)
    return float(np.quantile(scaled.max(axis=0), level))


def simultaneous_intervals(ratios: JointRatios, level: float = 0.95) -> NDArray[np.float64]:
    """Log ratios' intervals that hold all at once with probability `level`, shape (ratios, 2).

    The max-T critical value gives the level each needs alone; Student's t at that level, with each ratio's
    own standard error, makes the interval. It is never narrower than that of one ratio alone.

    Source: Westfall and Young 1993; the replicates supply the correlation alone.
    """
    tail = float(special.ndtr(-max_t(ratios.draws, level)))
    alone = max(level, 1 - 2 * tail)
    reach = np.array([student(float(f), alone) for f in ratios.freedom]) * ratios.standard_errors
    return np.stack((ratios.values - reach, ratios.values + reach), axis=1)


def simultaneous_match_ratios(
    cells: CellRates, resampled: Resampled, contrasts: Sequence[tuple[Cell, Cell]], level: float = 0.95
) -> tuple[Measured, ...]:
    """Ratios of false match rates between cells, with intervals that hold all at once.

    Args:
        cells: rates at one threshold.
        resampled: replicates at that one threshold, of the same grouping.
        contrasts: cells (probe group, gallery group) over cells.
        level: two-sided coverage of all together.

    Returns: in the order given; NotMeasured, and not counted among the several, where a cell's own rate is
        not measured.
    """
    able = [pair for pair in contrasts if not _why_not(cells, pair)]
    found: dict[tuple[Cell, Cell], Measured] = {}
    if able:
        points = np.array([cells.log_ratio(*pair) for pair in able])
        logs = {
            one: np.log((resampled.errors[0][one] + 0.5) / np.maximum(resampled.trials[one], 1.0))
            for pair in able
            for one in pair
        }
        draws = np.stack([logs[a] - logs[b] for a, b in able])
        ends = simultaneous_intervals(JointRatios(points[:, 0], points[:, 1], points[:, 2], draws), level)
        for pair, value, (low, high) in zip(able, points[:, 0], ends, strict=True):
            errors, trials, people = _behind(cells, pair)
            found[pair] = Estimate(
                *_ratios(value, low, high),
                errors,
                trials,
                _words(len(able)),
                level,
                people,
                resampled.seed,
            )
    return tuple(
        found[pair] if pair in found else NotMeasured(_why_not(cells, pair), *_behind(cells, pair))
        for pair in contrasts
    )


def simultaneous_fpir_ratios(
    counts: MatchCounts,
    group: NDArray[np.int64],
    contrasts: Sequence[tuple[Groups, Groups]],
    *,
    like_it: bool = False,
    resampling: Resampling = USUAL,
    level: float = 0.95,
) -> tuple[Measured, ...]:
    """Ratios of FPIR between groups of probes, with intervals that hold all at once.

    Args:
        counts: matches of non-mated searches.
        group: of each search, shape (n_searches,); negative for none.
        contrasts: groups over groups; each side one group or several taken together.
        like_it: whether for galleries like this one, which resamples the gallery too.
        resampling: replicates and seed.
        level: two-sided coverage of all together.

    Returns: in the order given; NotMeasured, and not counted among the several, where a side has under 10
        flagged people, or (for galleries like it) where few gallery people are behind one.
    Not: a cause; who is in the gallery counts too.
    """
    sides = [tuple((g,) if isinstance(g, int) else tuple(g) for g in pair) for pair in contrasts]
    groups = 1 + max((g for pair in sides for side in pair for g in side), default=-1)
    used = np.where(group < groups, group, -1)
    flagged = [[_flagged(counts, used, side) for side in pair] for pair in sides]
    able = [k for k, both in enumerate(flagged) if min(both) >= MIN_FALSE_MATCHES]
    found: list[Measured] = [
        NotMeasured(f"a group has under {MIN_FALSE_MATCHES} flagged people", sum(both)) for both in flagged
    ]
    if not able:
        return tuple(found)
    searches = np.bincount(used[used >= 0], minlength=groups)
    shares = {k: [_shares(side, searches) for side in sides[k]] for k in able}
    parts = counts.covariance(np.repeat(counts.any_matched[:, None], groups, axis=1), used)
    covariance = parts.total(level) if like_it else parts.probes
    for k in able if like_it else ():
        rates = [(float(s @ parts.mean), float(s @ covariance @ s)) for s in shares[k]]
        reason = next(filter(None, (few_carry_it(*rate) for rate in rates)), "")
        if reason:
            found[k] = NotMeasured(reason, sum(flagged[k]))
            del shares[k]
    if not shares:
        return tuple(found)
    pairs = list(shares.values())
    gradients = np.array([one / (one @ parts.mean) - other / (other @ parts.mean) for one, other in pairs])
    values = np.array([math.log((one @ parts.mean) / (other @ parts.mean)) for one, other in pairs])
    errors = np.sqrt(np.einsum("kg,gh,kh->k", gradients, covariance, gradients))
    draws = fpir_replicates(counts, used, groups, resampling, gallery=like_it)
    draws += 0.5 / np.maximum(searches, 1)[:, None]
    logs = np.array([np.log(one @ draws) - np.log(other @ draws) for one, other in pairs])
    freedom = np.array([min(flagged[k]) - 1.0 for k in shares])
    ends = simultaneous_intervals(JointRatios(values, errors, freedom, logs), level)
    for k, value, (low, high) in zip(shares, values, ends, strict=True):
        both = np.isin(used, [g for side in sides[k] for g in side])
        found[k] = Estimate(
            *_ratios(value, low, high),
            int((counts.matched[both] > 0).sum()),
            int(both.sum()),
            _words(len(shares)),
            level,
            len(np.unique(counts.person[both])),
            resampling.seed,
        )
    return tuple(found)


def _flagged(counts: MatchCounts, group: NDArray[np.int64], side: tuple[int, ...]) -> int:
    """People of some groups who are flagged."""
    return len(np.unique(counts.person[(counts.matched > 0) & np.isin(group, side)]))


def _shares(side: tuple[int, ...], searches: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weight of each group's rate in the rate of several groups together."""
    shares = np.zeros(len(searches))
    shares[list(side)] = searches[list(side)] / searches[list(side)].sum()
    return shares


def _behind(cells: CellRates, pair: tuple[Cell, Cell]) -> tuple[int, int, int]:
    rows = {one[0] for one in pair}
    return (
        sum(int(cells.errors[one]) for one in pair),
        sum(int(cells.trials[one]) for one in pair),
        sum(int(cells.probe_people[g]) for g in rows),
    )


def _why_not(cells: CellRates, pair: tuple[Cell, Cell]) -> str:
    """Why a cell of the two is not measured; blank if both are."""
    rates = [cells.estimate(*one) for one in sorted(pair, key=lambda one: int(cells.pairs[one]))]
    return next((rate.reason for rate in rates if isinstance(rate, NotMeasured)), "")


def _ratios(value: float, low: float, high: float) -> tuple[float, float, float]:
    return math.exp(value), math.exp(low), math.exp(min(high, 700.0))


def _words(several: int) -> str:
    return f"simultaneous for {several} ratio{'s' * (several > 1)} (max-T by person, Student's t)"
