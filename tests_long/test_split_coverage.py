"""How often sums and ratios of cells hold what was planted, and how much wider they are than they need be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.measures.splits import DESIGNS, SPREADS, cells_of, true_rates

from fairlineup.measures import student

DATA_SETS = 500


@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize("name", DESIGNS)
def test_parts_of_a_gap_and_ratios_hold_the_truth(name: str, spread: float) -> None:
    design = DESIGNS[name]
    true, real = true_rates(design, spread), np.array(design.gallery or design.probes, float)
    balanced = np.full(2, real.mean())
    parts = {"gap": real, "algorithm": balanced, "gallery": real - balanced}
    found: dict[str, list[tuple[float, float, float]]] = {key: [] for key in (*parts, "ratio")}
    truths = {key: float(weights @ (true[0] - true[1])) for key, weights in parts.items()}
    truths["ratio"] = math.log(true[0, 0] / true[1, 1])
    for seed in range(DATA_SETS):
        cells = cells_of(design, spread, np.random.default_rng([seed, len(name)]))
        for key, weights in parts.items():
            found[key].append(cells.combined(np.array([weights, -weights])))
        if cells.pairs[[0, 1], [0, 1]].min() >= 10:
            log, error, freedom = cells.log_ratio((0, 0), (1, 1))
            reach = student(freedom, 0.95) * error
            found["ratio"].append((log, log - reach, log + reach))
    for key, intervals in found.items():
        value, low, high = np.array(intervals).T
        covered = float(np.mean((low <= truths[key]) & (truths[key] <= high)))
        wide = float(np.mean(high - low) / (2 * 1.959964 * np.std(value)))
        print(f"{name}, {spread}: {key} {100 * covered:.1f} % of {len(value)}, {wide:.2f} times the width")
        assert covered >= design.least[spread > 0.8] - 0.01  # the noise of so many data sets
        assert wide <= 2.0
