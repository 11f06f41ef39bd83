"""What thresholds share is kept beside comparisons: it changes no number, and goes when they go."""

from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np
import pytest

from fairlineup.measures import Comparisons, Grouping, cell_rates, crossed
from fairlineup.measures.verification.layout import LAYOUTS, laid_out

PEOPLE = 40


@pytest.fixture
def comparisons() -> Comparisons:
    rng = np.random.default_rng(3)
    probe, gallery = (side.ravel() for side in np.divmod(np.arange(PEOPLE**2), PEOPLE))
    other = probe != gallery
    photos = rng.integers(1, 3, PEOPLE).astype(np.float64)
    return crossed(
        probe[other],
        gallery[other],
        rng.uniform(size=int(other.sum())),
        probe_photos=photos,
        gallery_photos=photos,
    )


def test_a_layout_gives_the_numbers_of_a_new_one(comparisons: Comparisons) -> None:
    half = np.arange(PEOPLE) % 2
    grouping = Grouping(half, half, 2, 2)
    for threshold in (0.5, 0.1, 0.9, 0.1):
        for groups in (grouping, None):
            kept, new = (cell_rates(one, threshold, groups) for one in (comparisons, replace(comparisons)))
            for name in ("errors", "trials", "pairs", "covariance", "of_pairs", "alike", "freedom"):
                assert np.array_equal(getattr(kept, name), getattr(new, name)), name


def test_what_is_kept_goes_with_what_it_was_made_from(comparisons: Comparisons) -> None:
    mine = replace(comparisons)
    layout = laid_out(mine)
    for _ in range(3):
        cell_rates(mine, 0.5, Grouping.of_probes(np.arange(PEOPLE) % 2, 2))
    gc.collect()
    assert (laid_out(mine), len(layout.frames)) == (layout, 0)
    before = len(LAYOUTS)
    del mine
    gc.collect()
    assert len(LAYOUTS) == before - 1
