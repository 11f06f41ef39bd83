"""How far Cllr moves with other people: everybody is drawn anew, and a mated person may have gone unseen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.likelihood.likelihood import LN2, LN10, Bounds, LogRatios, penalties
from fairlineup.measures.likelihood.pairs import Pairs
from fairlineup.measures.verification.resampling import USUAL, Resampling, draw_people

CELLS = 1 << 24  # weights drawn at once
PART = 1 << 20  # of them, multiplied at once: they stay in the cache
Codes = NDArray[np.int64]
METHOD = "people drawn anew, model held (percentile); upper end with one more mated person at the lower bound"


def cllr_interval(
    pairs: Pairs,
    ratios: LogRatios,
    bounds: Bounds,
    level: float = 0.95,
    resampling: Resampling = USUAL,
) -> tuple[float, float]:
    """Interval of Cllr for other people of the same kind and the same model.

    Few mated comparisons carry most of the cost, and those that cost most may not have been seen: where
    ratios are strong, percentiles alone often end below the true Cllr (tests_long/test_cllr_coverage.py).
    So the upper end is that with one more mated person, whose ratios stand at the lower bound.

    Args:
        pairs: the comparisons judged.
        ratios: of `pairs`, within the bounds; order as in `cllr_replicates`.
        bounds: of the model.
        level: two-sided coverage aimed at.
        resampling: replicates and seed.

    Returns: ends, the point estimate between them.
    Source: percentile bootstrap by person; the unseen person after Vergeer et al. 2016.
    Not: the spread from fitting the model on other people.
    """
    drawn = _draw(pairs, ratios, resampling)
    each = len(pairs.mated_person) / pairs.mated_people
    worst = float(np.logaddexp(0, -LN10 * bounds.lower)) / LN2
    tail = (1 - level) / 2
    low = float(np.nanquantile(drawn.cllr(), tail))
    high = float(np.nanquantile(drawn.cllr(each, worst), 1 - tail))
    ours, theirs = penalties(ratios)
    value = float(ours.mean() + np.average(theirs, weights=ratios.weights)) / 2
    return min(low, value), max(high, value)


def cllr_replicates(pairs: Pairs, ratios: LogRatios, resampling: Resampling = USUAL) -> NDArray[np.float64]:
    """Cllr as it would be with other people: a mated ratio counts w_i times, a non-mated one w_i w_j.

    Args:
        pairs: the comparisons judged; people are drawn anew within those who stand on the same sides.
        ratios: of `pairs`, finite, non-mated in the order listed, then that of all beyond the reach, if any.
        resampling: replicates and seed.

    Returns: shape (replicates,). Replicates that draw nobody with a comparison of a kind are NaN.
    Source: two-way bootstrap by person, Owen 2007. Not: the spread from fitting the model on other people.
    """
    return _draw(pairs, ratios, resampling).cllr()


def sides(pairs: Pairs) -> NDArray[np.int64]:
    """On which sides each person stands: 1 mated + 2 probe + 4 gallery, shape (people,)."""
    mated = np.zeros(pairs.non_mated.people, np.int64)
    mated[pairs.mated_person] = 1
    found: NDArray[np.int64] = mated + 2 * pairs.non_mated.probe_side + 4 * pairs.non_mated.gallery_side
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """Bits lost on mated comparisons, their number, mean bits lost on non-mated ones; all (replicates,)."""

    mated_bits: NDArray[np.float64]
    mated: NDArray[np.float64]
    non_mated_mean: NDArray[np.float64]

    def cllr(self, more: float = 0.0, bits: float = 0.0) -> NDArray[np.float64]:
        """Cllr of each replicate, with `more` mated comparisons added at `bits` each."""
        with np.errstate(invalid="ignore", divide="ignore"):
            found: NDArray[np.float64] = (self.mated_bits + more * bits) / (self.mated + more)
        return (found + self.non_mated_mean) / 2


def _draw(pairs: Pairs, ratios: LogRatios, resampling: Resampling) -> _Drawn:
    from scipy.sparse import csr_array

    listed, strata = pairs.non_mated, sides(pairs)
    ours, theirs = penalties(ratios)
    last = float(theirs[-1]) if len(theirs) > len(listed) else 0.0
    excess = (theirs[: len(listed)] - last) * ratios.weights[: len(listed)]
    there, code = np.flatnonzero(strata), np.cumsum(strata > 0) - 1
    probes, row = np.unique(code[listed.probe], return_inverse=True)
    table = csr_array((excess, (row, code[listed.gallery])), shape=(len(probes), len(there)))
    mated = code[pairs.mated_person]
    bits = np.bincount(mated, weights=ours, minlength=len(there))
    times = np.bincount(mated, minlength=len(there))
    scale = ratios.trials / listed.trials
    rng = np.random.default_rng(resampling.seed)
    found = []
    step = max(1, CELLS // listed.people)
    for start in range(0, resampling.replicates, step):
        drawn = draw_people(rng, strata, min(step, resampling.replicates - start), uncounted=0)[there]
        for some in np.array_split(drawn, 1 + drawn.size // PART, axis=1):
            w = some.astype(np.float64, order="C")
            total = scale * _trials(pairs, there, code, w)
            cost = (w[probes] * np.asarray(table @ w, np.float64)).sum(axis=0)
            mean = np.divide(cost, total, out=np.full(len(total), np.nan), where=total > 0) + last
            found.append((bits @ w, times @ w, mean))
    return _Drawn(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _trials(pairs: Pairs, there: Codes, code: Codes, w: NDArray[np.float64]) -> NDArray[np.float64]:
    """Non-mated comparisons of each replicate, shape (replicates,), with weights of those who are `there`."""
    total = np.zeros(w.shape[1])
    for block in pairs.non_mated.blocks:
        m, n = block.probe_photos[there], block.gallery_photos[there]
        both = np.flatnonzero(m * n)
        total += block.share * ((m @ w) * (n @ w) - (m * n)[both] @ w[both] ** 2)
    counted = pairs.non_mated.counted
    if len(counted.times):
        total += np.einsum("p,pb,pb->b", counted.times, w[code[counted.probe]], w[code[counted.gallery]])
    return total
