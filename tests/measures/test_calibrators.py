from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.measures import Affine, LogRatios, Training, cllr, cllr_min, fit_affine, fit_isotonic
from fairlineup.measures.likelihood.calibrators import Isotonic
from fairlineup.records import BadInput, NotMeasured

LOG10_E = math.log10(math.e)
APART = 3.0


def gaussian(n_mated: int, n_other: int, seed: int, reach: float = math.inf) -> Training:
    """Mated N(0, 1), non-mated N(3, 1): the true log10 LR is (4.5 - 3 d) log10 e."""
    rng = np.random.default_rng(seed)
    mated, other = rng.normal(0, 1, n_mated), rng.normal(APART, 1, n_other)
    listed = other[other <= reach]
    return Training(
        np.where(mated <= reach, mated, np.inf), listed, np.ones(len(listed)), n_other - len(listed), reach
    )


def truth(distance: np.ndarray) -> np.ndarray:
    return (APART**2 / 2 - APART * distance) * LOG10_E


def fitted(training: Training, kind: str) -> Affine | Isotonic:
    model = fit_affine(training) if kind == "affine" else fit_isotonic(training)
    assert not isinstance(model, NotMeasured)
    return model


@pytest.mark.parametrize("reach", [math.inf, 2.0])
def test_planted_line_is_recovered(reach: float) -> None:
    model = fitted(gaussian(40_000, 200_000, 4, reach), "affine")
    at = np.array([0.0, 1, 1.5, 2])
    assert model.log10_lr(at) == pytest.approx(truth(at), abs=0.06)
    if math.isfinite(reach):
        from scipy.special import ndtr

        beyond = math.log10((1 - ndtr(reach)) / (1 - ndtr(reach - APART)))
        assert model.log10_lr(np.array([2.01, 9.0, np.inf])) == pytest.approx(beyond, abs=0.03)


@pytest.mark.parametrize("kind", ["affine", "isotonic"])
@pytest.mark.parametrize("reach", [math.inf, 2.5])
def test_calibrated_cost_is_close_to_the_true_ratios(kind: str, reach: float) -> None:
    model = fitted(gaussian(3000, 30_000, 1, reach), kind)
    test = gaussian(30_000, 60_000, 2)
    found = cllr(LogRatios(*(np.clip(model.log10_lr(d), -3.4, 3.4) for d in (test.mated, test.non_mated))))
    ideal = cllr(LogRatios(truth(test.mated), truth(test.non_mated)))
    assert ideal - 0.001 <= found <= ideal + (0.006 if math.isinf(reach) else 0.02)


def test_isotonic_on_its_own_data_reaches_the_least_cost() -> None:
    training = gaussian(60, 300, 3)
    model = fitted(training, "isotonic")
    own = LogRatios(model.log10_lr(training.mated), model.log10_lr(training.non_mated))
    raw = LogRatios(-training.mated, -training.non_mated)
    assert cllr(own) == pytest.approx(cllr_min(raw))


@pytest.mark.parametrize("reach", [0.7, 2.6])
def test_no_line_costs_less_on_the_fit_data(reach: float) -> None:
    training = gaussian(200, 2000, 8, reach)
    model = fitted(training, "affine")
    assert isinstance(model, Affine)
    listed = np.concatenate((training.non_mated, [np.inf]))
    weight = np.concatenate((training.weight, [training.beyond]))

    def cost(one: Affine) -> float:
        return cllr(LogRatios(one.log10_lr(training.mated), one.log10_lr(listed), weight))

    least = cost(model)
    for level, tilt in ((0.05, 0), (-0.05, 0), (0, 0.05), (0, -0.05), (0.05, -0.03)):
        other = Affine(model.intercept + level, model.slope + tilt, model.reach, model.beyond)
        assert cost(other) > least


def test_the_line_is_held_where_it_falls_below_what_lies_beyond() -> None:
    mated = np.concatenate((np.linspace(0, 0.5, 60), np.full(40, np.inf)))
    training = Training(mated, np.linspace(0.3, 1, 50), np.ones(50), 50.0, 1.0)
    found = fitted(training, "affine").log10_lr(np.array([0.2, 1.0, 1.1]))
    assert found[0] > 0
    assert found[1:] == pytest.approx([math.log10(0.4 / 0.5)] * 2)


def test_beyond_the_reach_is_the_ratio_of_shares() -> None:
    mated = np.concatenate((np.linspace(0, 1, 98), [np.inf, 5.0]))
    training = Training(mated, np.linspace(0.5, 1, 20), np.ones(20), 9980.0, 1.0)
    assert training.beyond_log10_lr() == pytest.approx(math.log10(0.02 / 0.998))
    for kind in ("affine", "isotonic"):
        beyond = fitted(training, kind).log10_lr(np.array([1.001, np.inf]))
        assert beyond == pytest.approx([math.log10(0.02 / 0.998)] * 2)


grid = st.lists(st.integers(0, 20), min_size=12, max_size=60)


@given(grid, grid, st.integers(0, 500), st.sampled_from(["affine", "isotonic"]))
def test_a_longer_distance_is_never_better_evidence(
    near: list[int], far: list[int], beyond: int, kind: str
) -> None:
    reach = 2.0 if beyond else math.inf
    listed = np.array(far) / 10
    training = Training(np.array(near) / 10, listed, np.ones(len(listed)), float(beyond), reach)
    model = fit_affine(training) if kind == "affine" else fit_isotonic(training)
    if isinstance(model, NotMeasured):
        return
    values = model.log10_lr(np.linspace(-1, 4, 201))
    assert not np.isnan(values).any()
    assert (values[1:] <= values[:-1] + 1e-12).all()


def test_what_cannot_be_fitted_says_why() -> None:
    apart = Training(np.linspace(0, 1, 20), np.linspace(2, 3, 20), np.ones(20))
    assert "do not overlap" in str(fit_affine(apart))
    assert isinstance(fit_isotonic(apart), Isotonic)
    few = Training(np.linspace(0, 1, 20), np.linspace(0, 1, 9), np.ones(9), 500.0, 1.0)
    for fit in (fit_affine, fit_isotonic):
        assert fit(few) == NotMeasured(
            "20 mated and 9 non-mated distances within the reach; a fit needs 10 each"
        )
    mated = np.concatenate((np.linspace(0, 1, 10), np.full(90, np.inf)))
    backwards = Training(mated, np.linspace(0, 1, 50), np.ones(50), 50.0, 1.0)
    assert "no closer" in str(fit_isotonic(backwards))


def test_distances_that_do_not_fit_are_refused() -> None:
    good = np.linspace(0, 1, 12)
    with pytest.raises(BadInput):
        Training(good, good + 1, np.ones(12), 3.0, 1.0)
    with pytest.raises(BadInput):
        Training(np.array([0.0, np.inf]), good, np.ones(12))
    with pytest.raises(BadInput):
        Training(good, good, np.zeros(12))
