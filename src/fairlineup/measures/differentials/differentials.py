"""Single numbers for how far groups lie apart: shown beside the groups' rates, never instead of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from fairlineup.measures.arguments import BadArgument
from fairlineup.records import NotMeasured

Number = float | NotMeasured


def max_over_min(rates: Sequence[float]) -> Number:
    """The highest rate over the lowest.

    Source: NIST FRTE's demographic tables. Not: measured where a rate is 0; noise alone puts it well above 1.
    """
    values = _rates(rates)
    if values.min() == 0:
        return NotMeasured("a group has rate 0: a ratio needs all above it")
    return float(values.max() / values.min())


def max_over_geometric_mean(rates: Sequence[float]) -> Number:
    """The highest rate over the geometric mean of all.

    Source: NIST IR 8429. Not: measured where a rate is 0; noise alone puts it above 1.
    """
    values = _rates(rates)
    if (values == 0).any():
        return NotMeasured("a group has rate 0: a geometric mean needs all above it")
    return float(values.max() / np.exp(np.log(values).mean()))


def gini(rates: Sequence[float]) -> Number:
    """Gini coefficient of the groups' rates, corrected for their number: 0 when all are equal, 1 at most.

    Source: Howard et al. 2022 (arXiv 2203.05051). Not: measured where all rates are 0.
    """
    values = _rates(rates)
    k = len(values)
    if k < 2 or not values.any():
        return NotMeasured("needs at least two groups and a rate above 0")
    gaps = float(np.abs(values[:, None] - values[None, :]).sum())
    return k / (k - 1) * gaps / (2 * k**2 * float(values.mean()))


def garbe(fmr: Sequence[float], fnmr: Sequence[float], alpha: float = 0.5) -> Number:
    """Weighted sum of the Gini coefficients of false match and false non-match rates.

    Source: Howard et al. 2022. Not: comparable between data sets.
    """
    one, other = gini(fmr), gini(fnmr)
    if isinstance(one, NotMeasured) or isinstance(other, NotMeasured):
        return NotMeasured("a Gini coefficient is not measured")
    return alpha * one + (1 - alpha) * other


def fairness_discrepancy_rate(fmr: Sequence[float], fnmr: Sequence[float], alpha: float = 0.5) -> Number:
    """FDR: 1 - the weighted largest gaps between groups.

    Source: de Freitas Pereira and Marcel 2021. Not: a test: at FMR 1e-4 it is near 1 whatever the bias.
    """
    if len(_rates(fmr)) < 2 or len(_rates(fnmr)) < 2:
        return NotMeasured("needs at least two groups")
    return 1 - (alpha * float(np.ptp(_rates(fmr))) + (1 - alpha) * float(np.ptp(_rates(fnmr))))


def inequity_rate(fmr: Sequence[float], fnmr: Sequence[float], alpha: float = 0.5) -> Number:
    """IR: weighted product of the largest over the least rates of groups.

    Source: NIST, as in Howard et al. 2022. Not: measured where a rate is 0.
    """
    ratios = []
    for values in (_rates(fmr), _rates(fnmr)):
        if not values.all():
            return NotMeasured("a group has rate 0: a ratio needs all above it")
        ratios.append(float(values.max() / values.min()))
    return math.pow(ratios[0], alpha) * math.pow(ratios[1], 1 - alpha)


def _rates(rates: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = np.array(rates, dtype=np.float64)
    if len(values) and bool(((values >= 0) & (values <= 1)).all()):
        return values
    raise BadArgument(
        "rates of groups are out of range",
        expected="one rate from 0 to 1 a group",
        got=str(list(rates)),
        remedy="leave out groups without a measured rate",
    )
