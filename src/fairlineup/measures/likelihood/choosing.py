"""Which model of likelihood ratios fits: each is judged on people it has not seen, and the best is taken."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.likelihood.calibrators import Calibrator, Training, fit_affine, fit_isotonic
from fairlineup.measures.likelihood.kernel import fit_kernel
from fairlineup.measures.likelihood.likelihood import Bounds, LogRatios, empirical_bounds, penalties
from fairlineup.measures.likelihood.pairs import Pairs, first_bytes
from fairlineup.records import NotMeasured

Method = Literal["affine", "kernel", "isotonic"]
TRIED: tuple[Method, ...] = ("affine", "kernel")
FITS: Mapping[str, Callable[[Training], Calibrator | NotMeasured]] = {
    "affine": fit_affine,
    "kernel": fit_kernel,
    "isotonic": fit_isotonic,
}
FOLDS = 5
REPEATS = 3


def cross_validated(pairs: Pairs, method: Method, salt: str) -> float | NotMeasured:
    """Cllr of a method in bits, each fifth of the people judged by a fit on the other four; three times.

    Both people of a comparison that judges are of the fifth left out, so nobody is judged by a fit that saw
    them. The bounds (ELUB) come from each fit too, as they would in use. One division into fifths decides
    little, since few mated comparisons carry most of the cost: the mean of three is given.

    Returns: NotMeasured where a fit is, or a fifth holds too little to judge.
    Source: repeated cross-validation by person. Not: the Cllr of the model fitted on all.
    """
    return _cross_validated(pairs, (method,), salt)[method]


def _cross_validated(pairs: Pairs, methods: Sequence[Method], salt: str) -> dict[Method, float | NotMeasured]:
    """The cost of each method, all of them on the same fifths."""
    costs: dict[Method, list[float | NotMeasured]] = {method: [] for method in methods}
    for repeat in range(REPEATS):
        fold = _folds(pairs.ids, f"{salt}\0{repeat}")
        parts = [(pairs.among(fold != n), pairs.among(fold == n)) for n in range(FOLDS)]
        for method, found in costs.items():
            if not any(isinstance(one, NotMeasured) for one in found):
                found.append(_once(parts, method))
    return {method: _mean(found) for method, found in costs.items()}


def _mean(costs: Sequence[float | NotMeasured]) -> float | NotMeasured:
    numbers = [one for one in costs if isinstance(one, float)]
    reason = next((one for one in costs if isinstance(one, NotMeasured)), None)
    return reason or float(np.mean(numbers))


def _once(parts: Sequence[tuple[Pairs, Pairs]], method: Method) -> float | NotMeasured:
    ours, theirs, weights = [], [], []
    for fit, test in parts:
        model = FITS[method](fit.training())
        if isinstance(model, NotMeasured):
            return NotMeasured(f"a fold cannot be fitted: {model.reason}", people=model.people)
        if not len(test.mated_person) or not test.non_mated.trials:
            return NotMeasured("a fold holds no comparison of one kind")
        ratios = ratios_of(test, model, empirical_bounds(ratios_of(fit, model)))
        mated, non_mated = penalties(ratios)
        ours.append(mated)
        theirs.append(non_mated)
        weights.append(ratios.weights)
    non_mated_cost = np.average(np.concatenate(theirs), weights=np.concatenate(weights))
    return float(np.concatenate(ours).mean() + non_mated_cost) / 2


def by_cost(pairs: Pairs, salt: str) -> dict[Method, float | NotMeasured]:
    """The cross-validated Cllr of each method, the least first, the simplest of equals before others."""
    costs = _cross_validated(pairs, TRIED, salt)
    return dict(sorted(costs.items(), key=lambda one: one[1] if isinstance(one[1], float) else math.inf))


def ratios_of(pairs: Pairs, model: Calibrator, bounds: Bounds | None = None) -> LogRatios:
    """Ratios of all comparisons; those beyond the reach are one entry with their number as weight."""
    beyond = [pairs.beyond] if pairs.beyond > 0 else []
    distance = np.concatenate((pairs.non_mated.distance, np.full(len(beyond), np.inf)))
    found = [model.log10_lr(one) for one in (pairs.mated_distance, distance)]
    if bounds is not None:
        found = [bounds.applied(one) for one in found]
    return LogRatios(found[0], found[1], np.concatenate((pairs.weights, beyond)))


def _folds(ids: Sequence[str], salt: str) -> NDArray[np.int64]:
    """The fold of each person, by SHA-256 over salt and id; shape (people,)."""
    return first_bytes(tuple(ids), f"{salt}\0fold").astype(np.int64) % FOLDS
