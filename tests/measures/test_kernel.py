from __future__ import annotations

import math

import numpy as np
import pytest

from fairlineup.measures import Training, fit_affine, fit_isotonic, fit_kernel
from fairlineup.measures.likelihood.calibrators import Calibrator
from fairlineup.measures.likelihood.kernel import Kernel
from fairlineup.records import NotMeasured

APART, SPREAD = 0.35, 0.1


def drawn(seed: int, reach: float = math.inf, mated: int = 400, other: int = 20_000) -> Training:
    rng = np.random.default_rng(seed)
    ours, theirs = rng.normal(0.4, SPREAD, mated), rng.normal(0.4 + APART, SPREAD, other)
    near = theirs[theirs <= reach]
    beyond = float(len(theirs) - len(near))
    return Training(np.where(ours <= reach, ours, np.inf), near, np.ones(len(near)), beyond, reach)


def true_log10_lr(distance: np.ndarray) -> np.ndarray:
    return (0.4 + APART / 2 - distance) * APART / SPREAD**2 / math.log(10)


@pytest.mark.parametrize("reach", [math.inf, 0.7, 0.62])
def test_planted_ratios_are_recovered_in_the_steep_tail_too(reach: float) -> None:
    at = np.array([0.38, 0.42, 0.46, 0.5, 0.55, 0.6])
    found = [fit_kernel(drawn(seed, reach)) for seed in range(20)]
    ratios = np.array([one.log10_lr(at) for one in found if isinstance(one, Kernel)])
    assert ratios.shape == (20, 6)
    assert ratios.mean(axis=0) == pytest.approx(true_log10_lr(at), abs=0.08)


def test_a_log_density_that_is_a_line_is_met_without_smearing() -> None:
    """A plain kernel estimate would be too high by exp(h^2 s^2 / 2); here the slope is 60 per unit."""
    rng = np.random.default_rng(3)
    theirs = 1 - rng.exponential(1 / 60, 400_000)
    ours = rng.uniform(0.8, 1.0, 300)
    found = fit_kernel(Training(ours, theirs, np.ones(len(theirs))))
    assert isinstance(found, Kernel)
    assert found.bandwidth[1] * 60 > 0.3  # wide beside the slope, so that smearing would show
    at = np.array([0.86, 0.88, 0.9, 0.92])
    truth = np.log10(5 / (60 * np.exp(-60 * (1 - at))))
    assert found.log10_lr(at) == pytest.approx(truth, abs=0.1)


def test_it_never_rises_and_ends_at_the_share_beyond_the_reach() -> None:
    found = fit_kernel(drawn(5, 0.7))
    assert isinstance(found, Kernel)
    line = found.log10_lr(np.linspace(0, 1.2, 500))
    assert (line[1:] <= line[:-1] + 1e-12).all()
    assert line[-1] == found.beyond


def test_mated_distances_that_do_not_differ_are_no_density() -> None:
    found = fit_kernel(Training(np.full(50, 0.4), np.linspace(0.3, 0.9, 200), np.ones(200)))
    assert isinstance(found, NotMeasured)
    assert "do not differ" in found.reason


@pytest.mark.parametrize("fit", [fit_affine, fit_kernel])
@pytest.mark.parametrize("distance", [0.45, 0.52, 0.6])
def test_influence_is_what_a_little_more_weight_does(fit: object, distance: float) -> None:
    """The derivative taken by hand: a non-mated comparison that counts a little more."""
    training = drawn(7, 0.68, mated=120, other=4000)
    model = fit(training)  # type: ignore[operator]
    _, others = model.influence(training, distance)
    step = 0.05
    for row in np.flatnonzero(np.abs(others) > np.abs(others).max() / 3)[:5].tolist():
        weight = training.weight.copy()
        weight[row] += step
        more = Training(training.mated, training.non_mated, weight, training.beyond, training.reach)
        at = np.array([distance])
        moved = float((fit(more).log10_lr(at) - model.log10_lr(at))[0]) / step  # type: ignore[operator]
        share = 1 / training.trials / math.log(10)  # every comparison moves the share of all others by this
        assert moved == pytest.approx(float(others[row]) + share, rel=0.1, abs=5e-4)


def test_influence_of_a_step_is_shared_by_those_in_it() -> None:
    training = drawn(9, mated=100, other=2000)
    model = fit_isotonic(training)
    assert not isinstance(model, NotMeasured)
    mated, others = model.influence(training, 0.5)
    assert mated.sum() == pytest.approx(1 / math.log(10))
    assert others.sum() == pytest.approx(-1 / math.log(10))


def test_all_models_answer_alike() -> None:
    models: list[Calibrator | NotMeasured] = [fit(drawn(1)) for fit in (fit_affine, fit_kernel, fit_isotonic)]
    at = np.array([0.45, 0.5, 0.55])
    for model in models:
        assert not isinstance(model, NotMeasured)
        assert model.log10_lr(at) == pytest.approx(true_log10_lr(at), abs=0.4)
