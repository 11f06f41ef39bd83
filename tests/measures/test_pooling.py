from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairlineup.measures import Grouping, cell_rates, comparisons_of
from fairlineup.measures.differentials.pooling import PooledCell, pool_cells, pool_match_rates
from fairlineup.records import BadInput, Estimate, NotMeasured

from .examples import searches_of, searches_of_matrix


def pooled(errors: list[float], trials: list[float]) -> tuple[PooledCell, ...]:
    found = pool_cells(errors, trials)
    assert isinstance(found, tuple)
    return found


def test_golden_rats() -> None:
    """Tumours among 71 groups of rats, Gelman et al., table 5.1: the current experiment, 4 of 14."""
    twenties = [0] * 11 + [1] * 9 + [2] * 13 + [3] * 2 + [4] * 9 + [5] * 4 + [6] * 2
    found = pooled([*map(float, twenties), 4], [20.0] * 50 + [14])
    assert 0.14 < found[-1].pooled.value < 0.24
    assert isinstance(found[-1].raw, Estimate)
    assert found[-1].raw.value == pytest.approx(4 / 14)


def test_equal_cells_are_drawn_together_and_unequal_ones_are_not() -> None:
    alike = pooled([5, 6, 4, 5], [100, 100, 100, 100])
    apart = pooled([1, 200, 20, 800], [1000, 1000, 1000, 1000])
    assert max(c.pooled.value for c in alike) - min(c.pooled.value for c in alike) < 0.012
    for cell in apart[1:]:
        assert isinstance(cell.raw, Estimate)
        assert cell.pooled.value == pytest.approx(cell.raw.value, rel=0.1)
        assert cell.weight > 0.9


def test_planted_cells_less_error_and_covered() -> None:
    rng = np.random.default_rng(3)
    trials = np.array([20, 30, 40, 60, 80, 150, 200, 400])
    raw = shrunk = 0.0
    inside = []
    for _ in range(60):
        truth = rng.beta(0.06 * 40, 0.94 * 40, len(trials))
        errors = rng.binomial(trials, truth)
        if errors.sum() == 0:
            continue
        values = pooled(errors.tolist(), trials.tolist())
        raw += float(((errors / trials - truth) ** 2).sum())
        shrunk += sum((c.pooled.value - t) ** 2 for c, t in zip(values, truth, strict=True))
        inside += [c.pooled.low <= t <= c.pooled.high for c, t in zip(values, truth, strict=True)]
    print(f"MSE ratio {shrunk / raw:.2f}, covered {np.mean(inside):.3f}")
    assert shrunk < 0.75 * raw
    assert 0.92 <= np.mean(inside) <= 0.99


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(9, 60)), min_size=2, max_size=6))
def test_between_the_cells(cells: list[tuple[int, int]]) -> None:
    found = pool_cells([float(x) for x, _ in cells], [float(n) for _, n in cells])
    if isinstance(found, NotMeasured):
        assert not any(x for x, _ in cells)
        return
    for cell in found:
        assert 0 < cell.pooled.low <= cell.pooled.value <= cell.pooled.high <= 1
        assert 0 <= cell.weight <= 1
        assert isinstance(cell.raw, Estimate)


def test_a_cell_without_people_gets_the_others() -> None:
    found = pooled([5, 6, 0], [100, 100, 0])
    assert isinstance(found[2].raw, NotMeasured)
    assert found[2].weight == 0
    assert found[2].pooled.high - found[2].pooled.low > found[0].pooled.high - found[0].pooled.low


def test_what_cannot_be_pooled() -> None:
    assert pool_cells([3], [10]) == NotMeasured("nothing to pool with: a single cell", 3, 10)
    assert pool_cells([0, 0], [10, 10]) == NotMeasured("no errors in any cell", 0, 20)
    with pytest.raises(BadInput, match="do not fit"):
        pool_cells([11, 0], [10, 10])


def test_match_rates_count_effective_comparisons() -> None:
    rng = np.random.default_rng(1)
    matches = rng.random((60, 80)) < np.outer(rng.gamma(0.5, 2, 60), rng.gamma(0.5, 2, 80)) * 0.02
    comparisons = comparisons_of(searches_of_matrix(matches))
    group = np.full(comparisons.people, -1)
    probes = np.flatnonzero(comparisons.probe_side)
    group[probes] = np.arange(len(probes)) // 20
    cells = cell_rates(comparisons, 0, Grouping.of_probes(group, 3))
    found = pool_match_rates(cells)
    assert isinstance(found, tuple)
    for c, cell in enumerate(found):
        assert isinstance(cell.raw, Estimate)
        assert cell.raw.value == pytest.approx(cells.rates.ravel()[c])
        assert cell.raw.trials < cells.trials.ravel()[c]
    one = cell_rates(comparisons, 0)
    assert isinstance(pool_match_rates(one), NotMeasured)
    nothing = cell_rates(comparisons_of(searches_of([{}] * 5)), 0.5)
    assert pool_match_rates(nothing) == NotMeasured("no errors in any cell", 0, 1000)
