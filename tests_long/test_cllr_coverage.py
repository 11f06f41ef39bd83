"""How often the interval of Cllr holds the true one, when people differ and when few carry the cost."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from fairlineup.measures import Bounds, LogRatios, Pairs, Resampling, cllr, crossed
from fairlineup.measures.likelihood.cllr_interval import cllr_interval, cllr_replicates

Column = NDArray[np.float64]
SPREAD = 0.1
DATA_SETS = 400
TRUTH_SETS = 400


def drawn(probes: int, gallery: int, seed: int, apart: float, lambs: float) -> tuple[Column, Column]:
    """Mated distances (probes,), non-mated ones (probes, gallery), both moved by the people in them."""
    rng = np.random.default_rng(seed)
    one, other = rng.normal(0, lambs, probes), rng.normal(0, lambs, gallery)
    non_mated = rng.normal(0.4 + apart, SPREAD, (probes, gallery)) + one[:, None] + other
    return rng.normal(0.4, SPREAD, probes) + one, non_mated


def judged(mated: Column, non_mated: Column, apart: float, bounds: Bounds) -> LogRatios:
    def log10_lr(distance: Column) -> Column:
        return bounds.applied((0.4 + apart / 2 - distance) * apart / SPREAD**2 / math.log(10))

    return LogRatios(log10_lr(mated), log10_lr(non_mated.ravel()))


@pytest.mark.parametrize("apart", [0.2, 0.35, 0.5])
@pytest.mark.parametrize("lambs", [0.0, 0.05, 0.1])
@pytest.mark.parametrize(("probes", "gallery"), [(60, 150), (200, 300)])
def test_interval_holds_the_true_cllr(probes: int, gallery: int, apart: float, lambs: float) -> None:
    bounds = Bounds(-math.log10(probes + 1), 3.5)
    truth = np.mean(
        [
            cllr(judged(*drawn(300, 300, 10**6 + seed, apart, lambs), apart, bounds))
            for seed in range(TRUTH_SETS)
        ]
    )
    i, j = (part.ravel() for part in np.indices((probes, gallery)))
    photos = np.repeat([1.0, 0.0], [probes, gallery])
    people = tuple(str(n) for n in range(probes + gallery))
    above = below = 0
    for seed in range(DATA_SETS):
        mated, non_mated = drawn(probes, gallery, seed, apart, lambs)
        listed = crossed(i, j + probes, non_mated.ravel(), probe_photos=photos, gallery_photos=1 - photos)
        pairs = Pairs(np.arange(probes), mated, listed, people)
        ratios = judged(mated, non_mated, apart, bounds)
        low, high = cllr_interval(pairs, ratios, bounds, 0.95, Resampling(300, seed))
        below += bool(truth < low)
        above += bool(truth > high)
    print(f"\n{probes} x {gallery}, apart {apart}, lambs {lambs}: true {truth:.4f}, "
          f"below {below / DATA_SETS:.3f}, above {above / DATA_SETS:.3f}")  # fmt: skip
    assert below + above <= 0.07 * DATA_SETS


def test_percentiles_alone_do_not() -> None:
    """The case that made the upper end as it is: strong ratios, 60 mated people."""
    probes, gallery, apart = 60, 150, 0.5
    bounds = Bounds(-math.log10(probes + 1), 3.5)
    truth = np.mean(
        [cllr(judged(*drawn(300, 300, 10**6 + seed, apart, 0), apart, bounds)) for seed in range(200)]
    )
    i, j = (part.ravel() for part in np.indices((probes, gallery)))
    photos = np.repeat([1.0, 0.0], [probes, gallery])
    above = 0
    for seed in range(200):
        mated, non_mated = drawn(probes, gallery, seed, apart, 0)
        listed = crossed(i, j + probes, non_mated.ravel(), probe_photos=photos, gallery_photos=1 - photos)
        pairs = Pairs(np.arange(probes), mated, listed, tuple(str(n) for n in range(probes + gallery)))
        ratios = judged(mated, non_mated, apart, bounds)
        above += bool(truth > np.quantile(cllr_replicates(pairs, ratios, Resampling(300, seed)), 0.975))
    assert above > 0.2 * 200
