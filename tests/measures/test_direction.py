from __future__ import annotations

import math

import numpy as np
import pytest

from fairlineup.measures import direction_of


def brute(mated: list[float], non_mated: list[float]) -> float:
    pairs = [(own, other) for own in mated for other in non_mated]
    return sum((own < other) + (own == other) / 2 for own, other in pairs) / len(pairs)


def test_the_area_is_that_of_every_pair() -> None:
    rng = np.random.default_rng(3)
    mated, other = rng.integers(0, 12, 40).tolist(), rng.integers(4, 20, 70).tolist()
    found = direction_of(mated, other, 40)
    assert found.auc == pytest.approx(brute(mated, other))
    assert (found.mated, found.people) == (np.median(mated), 40)
    assert direction_of(other, mated, 40).auc == pytest.approx(1 - found.auc)


def test_what_was_not_recorded_ties() -> None:
    found = direction_of(np.array([0.1, np.inf]), np.array([0.2, 0.3]), 2, beyond=8)
    assert found.auc == pytest.approx(brute([0.1, np.inf], [0.2, 0.3, *[np.inf] * 8]))
    assert math.isinf(found.non_mated)


@pytest.mark.parametrize(("people", "told"), [(4, False), (5, True), (60, True)])
def test_scores_the_wrong_way_round_are_told_from_five_people_on(people: int, *, told: bool) -> None:
    assert direction_of(np.full(people, 0.9), np.full(200, 0.3), people).reversed is told


def test_a_system_that_is_no_better_than_chance_is_not_reversed() -> None:
    """At 3.5 deviations fewer than one useless system in a thousand is."""
    rng = np.random.default_rng(11)
    told = [direction_of(rng.random(12), rng.random(500), 12).reversed for _ in range(3000)]
    assert sum(told) <= 3


def test_a_weak_but_sound_system_is_not_reversed() -> None:
    assert not direction_of(np.linspace(0.4, 1, 50), np.linspace(0.3, 1, 500), 50).reversed


def test_nothing_to_compare() -> None:
    assert not direction_of(np.zeros(0), np.array([0.1]), 0).reversed
    assert not direction_of(np.array([0.1]), np.zeros(0), 1).reversed
