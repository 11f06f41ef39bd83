from __future__ import annotations

import numpy as np

from fairlineup.evidence.samples.draws import Draws

GOLDEN = [0.482128601876, 0.724135572625, 0.050254039486]


def test_a_seed_gives_the_same_numbers_for_ever() -> None:
    """Philox is specified to the bit, so these hold on every machine and in every version of NumPy."""
    assert [round(float(value), 12) for value in Draws(7, 3).uniform(3)] == GOLDEN


def test_streams_of_one_seed_differ() -> None:
    assert not np.allclose(Draws(7, 0).uniform(8), Draws(7, 1).uniform(8))
    assert not np.allclose(Draws(7, 0).uniform(8), Draws(8, 0).uniform(8))


def test_normal_numbers_are_normal() -> None:
    drawn = Draws(1, 0).normal(40_000)
    assert abs(drawn.mean()) < 0.02
    assert abs(drawn.std() - 1) < 0.02
    assert abs((np.abs(drawn) > 1.96).mean() - 0.05) < 0.005


def test_grain_has_mean_0_and_variance_1_and_any_shape() -> None:
    grain = Draws(1, 0).grain((101, 99, 1))
    assert grain.shape == (101, 99, 1)
    assert abs(grain.mean()) < 0.03
    assert abs(grain.std() - 1) < 0.03


def test_choices_come_as_often_as_their_share() -> None:
    draws = Draws(5, 0)
    chosen = np.bincount([draws.choose(np.array([0.7, 0.0, 0.3])) for _ in range(4_000)], minlength=3)
    assert chosen[1] == 0
    assert abs(chosen[0] / 4_000 - 0.7) < 0.03


def test_below_reaches_every_number_and_none_beyond() -> None:
    draws = Draws(2, 0)
    assert {draws.below(5) for _ in range(300)} == {0, 1, 2, 3, 4}
