"""Thresholds of one false match rate: read where they can be, refused where not, held by their intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from fairlineup.measures import (
    BadInput,
    Comparisons,
    Estimate,
    NotMeasured,
    PairedOutcomes,
    Rechosen,
    Resampling,
    crossed,
    paired_difference,
    rechosen,
    threshold_at_fmr,
)

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(81)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
Matrix = NDArray[np.float64]


def compared(distance: Matrix, reach: float = np.inf) -> Comparisons:
    """Every probe, a row, with everyone in the gallery, a column."""
    probes, gallery = distance.shape
    i, j = np.nonzero(distance <= reach)
    photos = np.ones(probes + gallery)
    on_probe = np.arange(probes + gallery) < probes
    return crossed(
        i,
        j + probes,
        distance[i, j],
        probe_photos=photos * on_probe,
        gallery_photos=photos * ~on_probe,
        reach=reach,
    )


def table(seed: int = 1, probes: int = 60, gallery: int = 100) -> Matrix:
    return np.random.default_rng(seed).random((probes, gallery))


@pytest.mark.parametrize("fmr", [0.005, 0.01, 0.2])
def test_the_most_permissive_threshold_within_the_rate(fmr: float) -> None:
    distance = table()
    found = threshold_at_fmr(compared(distance), fmr)
    assert isinstance(found, float)
    ordered = np.sort(distance.ravel())
    assert found == ordered[int(fmr * 6000) - 1]
    assert (distance <= found).mean() <= fmr < (distance <= ordered[int(fmr * 6000)]).mean()


def test_tied_scores_go_together() -> None:
    distance = np.round(table(), 1)
    found = threshold_at_fmr(compared(distance), 0.2)
    assert isinstance(found, float)
    assert (distance <= found).mean() <= 0.2 < (distance <= found + 0.1).mean()


@pytest.mark.parametrize(
    ("fmr", "reach", "why"),
    [(0.001, np.inf, "30 false matches"), (0.2, 0.1, "record further out"), (0.04, np.inf, "so coarse")],
)
def test_where_no_threshold_can_be_read(fmr: float, reach: float, why: str) -> None:
    distance = np.round(table(), 1) if why == "so coarse" else table()
    found = threshold_at_fmr(compared(distance, reach), fmr)
    assert isinstance(found, NotMeasured)
    assert why in found.reason
    assert rechosen([compared(distance), compared(distance, reach)], fmr) == found


def test_rates_and_people_that_do_not_fit_are_refused() -> None:
    with pytest.raises(BadInput, match="under 1"):
        threshold_at_fmr(compared(table()), 1.0)
    with pytest.raises(BadInput, match="different people"):
        rechosen([compared(table()), compared(table(gallery=90))], 0.01)


def test_the_same_system_twice_has_no_difference_in_any_replicate() -> None:
    distance = table()
    chosen = rechosen([compared(distance)] * 2, 0.01, Resampling(200, 1))
    assert isinstance(chosen, Rechosen)
    outcomes = PairedOutcomes(np.arange(60), np.stack([distance.min(axis=1)] * 2), wrong_within=True)
    assert (chosen.rates(outcomes, 0) == chosen.rates(outcomes, 1)).all()
    assert chosen.points[0] == chosen.points[1]


def test_another_scale_changes_nothing() -> None:
    """A system whose distances are another's, squared: the same at every false match rate."""
    distance = table()
    chosen = rechosen([compared(distance), compared(distance**2)], 0.02, Resampling(200, 1))
    assert isinstance(chosen, Rechosen)
    assert chosen.points[1] == pytest.approx(chosen.points[0] ** 2)
    assert chosen.draws[1] == pytest.approx(chosen.draws[0] ** 2)


def test_replicates_beyond_what_was_recorded_leave_no_interval() -> None:
    distance = table()
    reach = float(np.sort(distance.ravel())[125])
    chosen = rechosen([compared(distance, reach)] * 2, 0.02, Resampling(200, 1))
    assert isinstance(chosen, Rechosen)
    found = chosen.threshold(0)
    assert isinstance(found, NotMeasured)
    assert "beyond the scores recorded" in found.reason
    given = Estimate(0.0, -0.1, 0.1, 0, 60, "given", 0.95, 60)
    assert isinstance(chosen.widened(given, np.zeros(200), (0, 1)), NotMeasured)


def test_thresholds_are_held_and_differences_too() -> None:
    """Two systems with wolves and lambs of other strength: the truth at equal FMR is known exactly."""
    rng = np.random.default_rng(4)
    probes, gallery, fmr, spreads = 200, 300, 2e-3, (0.3, 0.9)
    true_thresholds = [math.sqrt(1 + 2 * spread**2) * float(ndtri(fmr)) for spread in spreads]
    thresholds, differences, naive = [], [], []
    for _ in range(60):
        lambs = rng.normal(size=gallery)
        wolves, noise = rng.normal(size=(probes, 1)), rng.normal(size=(probes, gallery))
        tables = [-(spread * (wolves + lambs) + noise) for spread in spreads]
        truth = [
            1 - WEIGHTS @ np.exp(np.log(ndtr(-(at + s * NODES[:, None] + s * lambs))).sum(axis=1))
            for at, s in zip(true_thresholds, spreads, strict=True)
        ]
        reach = [-1.0 * math.sqrt(1 + 2 * s**2) for s in spreads]
        seed = int(rng.integers(1 << 30))
        chosen = rechosen(
            [compared(t, r) for t, r in zip(tables, reach, strict=True)], fmr, Resampling(200, seed)
        )
        assert isinstance(chosen, Rechosen)
        outcomes = PairedOutcomes(
            np.arange(probes), np.stack([t.min(axis=1) for t in tables]), wrong_within=True
        )
        wrong = [outcomes.wrong(n, float(chosen.points[n])) for n in (0, 1)]
        given = paired_difference(wrong[0], wrong[1], outcomes.person)
        draws = chosen.rates(outcomes, 1) - chosen.rates(outcomes, 0)
        found = chosen.widened(given, draws, (0, 1))
        assert isinstance(found, Estimate)
        assert isinstance(given, Estimate)
        assert found.low <= given.low <= given.high <= found.high
        differences.append(found.low <= truth[1] - truth[0] <= found.high)
        naive.append(given.high - given.low < found.high - found.low)
        for n, at in enumerate(true_thresholds):
            between = chosen.threshold(n)
            assert isinstance(between, Estimate)
            thresholds.append(between.low <= at <= between.high)
    assert np.mean(differences) >= 0.9
    assert np.mean(thresholds) >= 0.88
    assert np.mean(naive) > 0.9
