from __future__ import annotations

import numpy as np
import pytest

from fairlineup.measures import Comparisons, Grouping, Resampling, cell_rates, comparisons_of, resample
from fairlineup.measures.identification.galleries import MatchCounts
from fairlineup.measures.student import student
from fairlineup.measures.verification.simultaneous import (
    JointRatios,
    max_t,
    simultaneous_fpir_ratios,
    simultaneous_intervals,
    simultaneous_match_ratios,
)
from fairlineup.records import BadInput, Estimate, NotMeasured

from .examples import searches_of_matrix
from .worlds import log_normal, searches_of_pairs


def test_golden_max_t_of_independent_and_of_equal_ratios() -> None:
    rng = np.random.default_rng(1)
    one = rng.standard_normal(40_000)
    assert max_t(np.stack((one, one, one))) == pytest.approx(1.96, abs=0.03)
    apart = max_t(rng.standard_normal((5, 40_000)))
    assert apart == pytest.approx(2.569, abs=0.03)  # Sidak: 1 - 0.95^(1/5), two-sided
    with pytest.raises(BadInput, match="replicates"):
        max_t(np.array([[0.0, np.inf]]))


def test_never_narrower_than_alone_and_students_t() -> None:
    rng = np.random.default_rng(2)
    draws = rng.standard_normal((3, 4000))
    ratios = JointRatios(np.zeros(3), np.ones(3), np.array([np.inf, 10.0, 3.0]), draws)
    ends = simultaneous_intervals(ratios)
    alone = [student(f, 0.95) for f in (np.inf, 10.0, 3.0)]
    assert (ends[:, 1] > alone).all()
    assert (np.diff(ends[:, 1]) > 0).all()
    single = simultaneous_intervals(JointRatios(np.zeros(1), np.ones(1), np.array([5.0]), draws[:1] * 0.1))
    assert single[0, 1] == pytest.approx(student(5.0, 0.95), rel=0.05)


def world(rng: np.random.Generator) -> Comparisons:
    """Four groups of 60 probes, of which the last matches three times as often, against 200 people."""
    rate = np.repeat([0.01, 0.01, 0.01, 0.03], 60) * log_normal(rng, 0.6, 240)
    chance = np.outer(rate, log_normal(rng, 0.6, 200))
    return comparisons_of(searches_of_matrix(rng.random(chance.shape) < chance))


CONTRASTS = [((1, 0), (0, 0)), ((2, 0), (0, 0)), ((3, 0), (0, 0))]


def test_all_ratios_of_match_rates_hold_at_once() -> None:
    rng = np.random.default_rng(3)
    together = alone = 0
    for _ in range(120):
        comparisons = world(rng)
        group = np.full(comparisons.people, -1)
        probes = np.flatnonzero(comparisons.probe_side)
        group[probes] = np.arange(240) // 60
        grouping = Grouping.of_probes(group, 4)
        cells = cell_rates(comparisons, 0, grouping)
        drawn = resample(comparisons, [0.0], grouping, Resampling(300, 1))
        found = simultaneous_match_ratios(cells, drawn, CONTRASTS)
        ends = [(one.low, one.high) for one in found if isinstance(one, Estimate)]
        assert len(ends) == 3
        together += all(low <= t <= high for (low, high), t in zip(ends, (1, 1, 3), strict=True))
        singles = [cells.log_ratio(*pair) for pair in CONTRASTS]
        alone += all(
            abs(x - np.log(t)) <= student(f, 0.95) * se
            for (x, se, f), t in zip(singles, (1, 1, 3), strict=True)
        )
    print(f"together {together / 120:.3f}, each alone {alone / 120:.3f}")
    assert 0.92 <= together / 120 <= 1.0
    assert alone < together


def test_all_ratios_of_fpir_hold_at_once() -> None:
    rng = np.random.default_rng(5)
    group = np.arange(600) % 4
    truth = np.array([0.15, 0.15, 0.3, 0.45])
    inside = {True: 0, False: 0}
    for _ in range(100):
        flagged = np.flatnonzero(rng.random(600) < truth[group])
        searches = searches_of_pairs(flagged, rng.integers(0, 5000, len(flagged)), 600, 5000)
        counts = MatchCounts.of(searches, 0)
        for like_it in (False, True):
            found = simultaneous_fpir_ratios(
                counts,
                group,
                [(1, 0), (2, 0), (3, 0)],
                like_it=like_it,
                resampling=Resampling(300, 2),
            )
            assert all(isinstance(one, Estimate) for one in found)
            inside[like_it] += all(
                isinstance(one, Estimate) and one.low <= t <= one.high
                for one, t in zip(found, (1, 2, 3), strict=True)
            )
    print(inside)
    for held in inside.values():
        assert 92 <= held <= 100


def test_a_group_with_few_is_left_out_of_the_several() -> None:
    flagged = np.array([*range(0, 60, 3), *range(1, 60, 3), 2])
    counts = MatchCounts.of(searches_of_pairs(flagged, np.arange(len(flagged)), 90, 500), 0)
    found = simultaneous_fpir_ratios(
        counts, np.arange(90) % 3, [(1, 0), (2, 0)], resampling=Resampling(300, 1)
    )
    assert isinstance(found[0], Estimate)
    assert "for 1 ratio " in found[0].method
    assert isinstance(found[1], NotMeasured)
    assert "under 10 flagged" in found[1].reason


def test_a_cell_with_few_errors_is_left_out() -> None:
    matches = np.zeros((40, 50), np.bool_)
    matches[np.arange(15), np.arange(15)] = True
    matches[20:23, 30] = True
    comparisons = comparisons_of(searches_of_matrix(matches))
    group = np.full(comparisons.people, -1)
    group[np.flatnonzero(comparisons.probe_side)] = np.arange(40) // 20
    grouping = Grouping.of_probes(group, 2)
    drawn = resample(comparisons, [0.0], grouping, Resampling(100, 1))
    (found,) = simultaneous_match_ratios(cell_rates(comparisons, 0, grouping), drawn, [((0, 0), (1, 0))])
    assert found == NotMeasured("only 3 false matches; an interval needs 10", 18, 2000, 40)
