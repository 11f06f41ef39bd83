"""The Pareto tail: planted parameters come back, weights count as repetitions, and bad input is named."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import genpareto

from fairlineup.measures.likelihood.gpd import fit_pareto
from fairlineup.records import BadInput


@pytest.mark.parametrize("shape", [-0.3, -0.1, 0.0, 0.2])
def test_planted_parameters_come_back(shape: float) -> None:
    excess = genpareto.rvs(shape, scale=0.02, size=20_000, random_state=3)
    found = fit_pareto(excess)
    assert found.shape[0] == pytest.approx(shape, abs=0.03)
    assert found.scale[0] == pytest.approx(0.02, rel=0.05)


def test_it_agrees_with_scipys_maximum_likelihood() -> None:
    excess = genpareto.rvs(-0.15, scale=0.02, size=3_000, random_state=5)
    shape, _, scale = genpareto.fit(excess, floc=0)
    found = fit_pareto(excess)
    assert found.shape[0] == pytest.approx(shape, abs=0.01)
    assert found.scale[0] == pytest.approx(scale, rel=0.01)


def test_survival_is_scipys_and_ends_where_the_distribution_does() -> None:
    excess = genpareto.rvs(-0.3, scale=0.02, size=3_000, random_state=5)
    found = fit_pareto(excess)
    end = -found.scale[0] / found.shape[0]
    asked = np.array([0.0, 0.01, 0.04, end * 1.01])
    expected = genpareto.sf(asked, found.shape[0], scale=found.scale[0])
    np.testing.assert_allclose(found.survival(asked)[:, 0], expected, atol=1e-12)
    assert found.survival(asked)[-1, 0] == 0


def test_a_weight_of_none_leaves_an_excess_out() -> None:
    excess = genpareto.rvs(0.1, scale=1, size=2_000, random_state=7)
    weights = np.ones((2_000, 2))
    weights[excess > np.quantile(excess, 0.9), 1] = 0
    found = fit_pareto(excess, weights)
    assert found.shape[1] < found.shape[0] - 0.1


@pytest.mark.parametrize("excess", [np.ones(99), np.zeros(200), np.full(200, np.nan), np.full(200, -1.0)])
def test_no_tail_is_made_of_nothing(excess: NDArray[np.float64]) -> None:
    with pytest.raises(BadInput, match="no tail can be fitted"):
        fit_pareto(excess)
