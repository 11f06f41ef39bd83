from __future__ import annotations

import numpy as np
import pytest

from fairlineup.evidence.samples.conditioning import Hold

COVARIANCE = np.array([[2.0, 0.8, 0.1], [0.8, 1.0, -0.3], [0.1, -0.3, 0.5]])
ROWS, OFFSETS = np.array([[1.0, 0.0, 2.0]]), np.array([0.25])


def test_the_measure_is_what_it_was_held_to() -> None:
    hold = Hold.on(ROWS, OFFSETS, COVARIANCE)
    held = hold.to(np.array([3.0, -1.0, 0.2]), np.array([1.5]))
    assert float((ROWS @ held + OFFSETS)[0]) == pytest.approx(1.5)


def test_held_draws_have_the_conditional_distribution() -> None:
    """Schur complement: the covariance of a normal vector given a linear measure of it."""
    hold = Hold.on(ROWS, OFFSETS, COVARIANCE)
    draws = np.random.default_rng(0).multivariate_normal(np.zeros(3), COVARIANCE, size=40_000)
    held = np.array([hold.to(draw, np.array([1.0])) for draw in draws])
    cross = COVARIANCE @ ROWS.T
    given = COVARIANCE - cross @ np.linalg.inv(ROWS @ cross) @ cross.T
    mean = (cross @ np.linalg.inv(ROWS @ cross) @ (1.0 - OFFSETS)).ravel()
    assert np.allclose(np.cov(held.T), given, atol=0.03)
    assert np.allclose(held.mean(axis=0), mean, atol=0.03)
