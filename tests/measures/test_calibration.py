"""Calibration: planted rates are recovered within their intervals, counted and in the tail."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtr

from fairlineup.measures import (
    ComparedBlock,
    Comparisons,
    RateTable,
    false_match_rate,
    false_non_match_rate_of_people,
    group_rates,
    rate_table,
)
from fairlineup.measures.likelihood.calibration import TailModel
from fairlineup.records import BadInput, Estimate, NotMeasured

WOLVES, SHARES = np.array([-0.06, 0.0, 0.02]), np.array([0.1, 0.6, 0.3])
GRID = [round(0.3 + 0.01 * step, 3) for step in range(30)]


def _planted(people: int, seed: int, reach: float = 0.6) -> Comparisons:
    """Distances with wolves, whom many people look like, and lambs; one photograph a person."""
    rng = np.random.default_rng(seed)
    lean = rng.choice(WOLVES, people, p=SHARES)
    i, j = np.triu_indices(people, 1)
    distance = 0.8 + lean[i] + lean[j] + rng.normal(0, 0.08, len(i))
    near = distance <= reach
    photos = np.ones(people)
    block = ComparedBlock(photos, photos, once=True)
    return Comparisons(i[near], j[near], distance[near], people, (block,), reach=reach)


def _true_rate(distance: float) -> float:
    lean = WOLVES[:, None] + WOLVES
    return float((SHARES[:, None] * SHARES * ndtr((distance - 0.8 - lean) / 0.08)).sum())


@pytest.fixture(scope="module")
def tables() -> list[RateTable]:
    return [rate_table(_planted(800, seed), GRID) for seed in range(25)]


def test_planted_rates_lie_within_their_intervals(tables: list[RateTable]) -> None:
    counted = [row for table in tables for row in table.rows if not row.model]
    inside = [row.low <= _true_rate(row.distance) <= row.high for row in counted if row.low and row.high]
    assert len(inside) == len(counted)
    assert np.mean(inside) > 0.9


def test_the_tail_recovers_planted_rates_a_decade_on(tables: list[RateTable]) -> None:
    modelled = [row for table in tables for row in table.rows if row.model]
    assert len(modelled) > 25
    truth = np.array([_true_rate(row.distance) for row in modelled])
    ratios = np.array([row.fmr for row in modelled]) / truth
    assert 0.75 < np.median(ratios) < 1.25
    inside = [
        row.low <= t <= row.high for row, t in zip(modelled, truth, strict=True) if row.low and row.high
    ]
    assert len(inside) == len(modelled)
    assert np.mean(inside) > 0.85


def test_the_tail_goes_one_decade_below_30_effective_errors(tables: list[RateTable]) -> None:
    for table in tables:
        least = 30 / (table.pairs / table.design_effect) / 10
        assert table.rows[0].fmr >= least * (1 - 1e-12)
        assert all(row.model == (row.errors < 30) for row in table.rows)
        assert isinstance(table.tail, TailModel)
        assert table.tail.excesses <= 1e-3 * table.pairs


def test_rates_rise_with_the_distance_and_join_without_a_step(tables: list[RateTable]) -> None:
    for table in tables:
        rates = [row.fmr for row in table.rows]
        assert rates == sorted(rates)
        first = next(place for place, row in enumerate(table.rows) if not row.model)
        assert table.rows[first].fmr / table.rows[first - 1].fmr < 3


def test_counted_rows_are_the_false_match_rate() -> None:
    comparisons = _planted(300, 3)
    for row in rate_table(comparisons, GRID).rows:
        if not row.model:
            measured = false_match_rate(comparisons, row.distance)
            assert isinstance(measured, Estimate)
            assert (row.fmr, row.low, row.high) == (measured.value, measured.low, measured.high)


def test_few_pairs_have_no_tail_and_fewer_no_table() -> None:
    table = rate_table(_planted(100, 1), GRID)
    assert isinstance(table.tail, NotMeasured)
    assert not any(row.model for row in table.rows)
    assert table.end == table.rows[0].fmr
    with pytest.raises(BadInput, match="too few comparisons"):
        rate_table(_planted(20, 1), GRID)


def test_within_a_group_only_its_own_pairs_count() -> None:
    comparisons = _planted(200, 5)
    group = np.where(np.arange(200) < 80, 0, np.where(np.arange(200) < 150, 1, -1))
    found = group_rates(comparisons, group, 2, [0.3, 0.6])
    inside = (group[comparisons.probe] == 0) & (group[comparisons.gallery] == 0)
    assert isinstance(found[0][1], Estimate)
    assert (found[0][1].errors, found[0][1].trials) == (int(inside.sum()), 80 * 79 // 2)
    assert isinstance(found[0][0], NotMeasured)


def test_misses_count_people_once() -> None:
    person: NDArray[np.int64] = np.array([4, 4, 4, 7, 9])
    found = false_non_match_rate_of_people(person, np.array([0.7, 0.1, 0.1, 0.5, 0.6]), 0.6)
    assert isinstance(found, Estimate)
    assert (found.errors, found.trials) == (1, 3)
    none = false_non_match_rate_of_people(person[:0], np.zeros(0), 0.6)
    assert isinstance(none, NotMeasured)
