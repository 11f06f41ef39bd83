"""Our likelihood ratios against the `lir` package of the Netherlands Forensic Institute."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from numpy.typing import NDArray

from fairlineup.measures import (
    Affine,
    LogRatios,
    Training,
    cllr,
    cllr_min,
    empirical_bounds,
    empirical_cross_entropy,
    fit_affine,
    fit_isotonic,
)
from fairlineup.measures.likelihood.calibrators import Isotonic

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pytest.importorskip("lir", reason="make test-long installs it")
    from lir.algorithms.bayeserror import elub
    from lir.algorithms.isotonic_regression import IsotonicCalibrator
    from lir.algorithms.logistic_regression import LogitCalibrator
    from lir.data.models import LLRData
    from lir.metrics import cllr as lir_cllr
    from lir.metrics import cllr_min as lir_cllr_min
    from lir.plotting.expected_calibration_error import calculate_ece

Column = NDArray[np.float64]
SYSTEMS = [(n, m, seed) for n, m in ((15, 20), (80, 2000), (400, 6000)) for seed in range(20)]


def drawn(n: int, m: int, seed: int) -> LogRatios:
    """Ratios of a system whose strength and calibration differ from seed to seed, some with ties."""
    rng = np.random.default_rng(seed)
    apart, stretch, shift = rng.uniform(0.2, 4), rng.uniform(0.4, 2.5), rng.normal(0, 0.5)
    mated, other = rng.normal(apart / 2, 1, n), rng.normal(-apart / 2, 1, m)
    columns = [stretch * apart * x / math.log(10) + shift for x in (mated, other)]
    if seed % 3 == 0:
        columns = [np.round(x, 1) + 0.003 for x in columns]
    return LogRatios(*columns)


def theirs(ratios: LogRatios) -> tuple[Column, NDArray[np.int64]]:
    labels = np.concatenate((np.ones(len(ratios.mated)), np.zeros(len(ratios.non_mated))))
    return np.concatenate((ratios.mated, ratios.non_mated)), labels.astype(np.int64)


@pytest.mark.parametrize(("n", "m", "seed"), SYSTEMS)
def test_cllr_and_its_least(n: int, m: int, seed: int) -> None:
    ratios = drawn(n, m, seed)
    llrs, labels = theirs(ratios)
    data = LLRData(features=llrs, labels=labels)
    assert cllr(ratios) == pytest.approx(lir_cllr(data), rel=1e-12)
    assert cllr_min(ratios) == pytest.approx(lir_cllr_min(data), rel=1e-9)


@pytest.mark.parametrize(("n", "m", "seed"), SYSTEMS)
def test_empirical_bounds(n: int, m: int, seed: int) -> None:
    """Theirs may end one step of the grid further out than the size of the data allows; ours never does."""
    ratios = drawn(n, m, seed)
    lower, upper = elub(*theirs(ratios))
    ours = empirical_bounds(ratios)
    assert ours.lower == pytest.approx(lower, abs=0.0101)
    assert ours.upper == pytest.approx(upper, abs=0.0101)


@pytest.mark.parametrize("seed", range(10))
def test_cross_entropy(seed: int) -> None:
    ratios = drawn(60, 500, seed)
    llrs, labels = theirs(ratios)
    at = np.linspace(-3, 3, 25)
    priors = 10**at / (1 + 10**at)
    pav = IsotonicCalibrator().fit(llrs, labels).transform(llrs)
    curves = empirical_cross_entropy(ratios, at)
    assert curves.system == pytest.approx(calculate_ece(10**llrs, labels, priors), rel=1e-9)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        assert curves.calibrated == pytest.approx(calculate_ece(10**pav, labels, priors), rel=1e-7)
    neutral = calculate_ece(np.ones(len(labels)), labels, priors)
    assert curves.uninformative == pytest.approx(neutral, rel=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_calibrators(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mated, other = rng.normal(0.4, 0.1, 150), rng.normal(0.8, 0.1, 3000)
    training = Training(mated, other, np.ones(len(other)))
    scores, labels = theirs(LogRatios(-mated, -other))
    at = np.linspace(0.1, 1.1, 201)

    affine, isotonic = fit_affine(training), fit_isotonic(training)
    assert isinstance(affine, Affine)
    assert isinstance(isotonic, Isotonic)
    straight = LogitCalibrator(C=1e12, tol=1e-10).fit(scores, labels).transform(-at)
    assert affine.log10_lr(at) == pytest.approx(np.ravel(straight), abs=2e-3)
    with np.errstate(divide="ignore"):
        stepped = IsotonicCalibrator().fit(scores, labels).transform(-at)
    # probabilities next to 1 keep few digits in theirs
    assert isotonic.log10_lr(at) == pytest.approx(stepped, abs=1e-6)
