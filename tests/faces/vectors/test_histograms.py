from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fairlineup.faces.vectors import (
    Bins,
    Histogram,
    TemplateSet,
    histogram,
    prepare,
)
from fairlineup.records import BadInput

from .examples import distances, people

BINS = Bins(40, 1.6)


def brute(
    a: TemplateSet, b: TemplateSet, metric: str, bins: Bins, keep: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Counts with a last bin beyond the last edge, one pair at a time."""
    groups = [np.zeros(len(s), np.int64) if s.group is None else s.group for s in (a, b)]
    bin_of = (distances(a.templates.given, b.templates.given, metric) * (bins.count / bins.maximum)).astype(
        int
    )
    counts = np.zeros((groups[0].max() + 1, groups[1].max() + 1, bins.count + 1), np.int64)
    for i, j in np.argwhere(keep):
        counts[groups[0][i], groups[1][j], min(bin_of[i, j], bins.count)] += 1
    return counts


def whole(found: Histogram) -> NDArray[np.int64]:
    return np.concatenate((found.counts, found.beyond[..., None]), axis=2)


def labelled(seed: int, count: int, photos: int, groups: int, metric: str = "euclidean") -> TemplateSet:
    templates, person = people(seed, count, photos)
    return TemplateSet(prepare(templates, metric), person, person % groups)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("block_pairs", [1, 90, 1 << 18])
def test_two_sets(metric: Any, block_pairs: int) -> None:
    a, b = labelled(1, 12, 2, 3, metric), labelled(2, 15, 3, 2, metric)
    assert a.person is not None
    assert b.person is not None
    bins = BINS if metric == "euclidean" else Bins(33, 0.4)
    found = histogram(a, b, bins, block_pairs)
    apart = a.person[:, None] != b.person
    assert np.array_equal(whole(found), brute(a, b, metric, bins, apart))
    assert found.mated == np.count_nonzero(~apart)
    assert found.pairs.sum() == np.count_nonzero(apart)
    assert found.beyond.sum() > 0


@pytest.mark.parametrize("block_pairs", [1, 90, 1 << 18])
def test_one_set_with_itself_has_each_pair_once(block_pairs: int) -> None:
    a = labelled(3, 20, 2, 3)
    assert a.person is not None
    assert a.group is not None
    found = histogram(a, None, BINS, block_pairs=block_pairs)
    once = np.triu(a.person[:, None] != a.person, 1)
    both = brute(a, a, "euclidean", BINS, once)
    folded = both + both.transpose(1, 0, 2)
    for g in range(3):
        folded[g, g] = both[g, g]
        folded[g, :g] = 0
    assert np.array_equal(whole(found), folded)
    assert found.mated == 20


def test_without_persons_all_pairs_are_non_mated() -> None:
    a, b = (TemplateSet(prepare(people(seed, 9)[0])) for seed in (1, 2))
    assert histogram(a, b, BINS).pairs.tolist() == [[81]]
    assert histogram(a, None, BINS).pairs.tolist() == [[36]]
    with pytest.raises(BadInput, match="mated pairs"):
        histogram(labelled(1, 3, 1, 1), b, BINS)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_numba_and_numpy_count_alike(metric: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    templates, person = people(5, 300, 2, 128)
    a = TemplateSet(prepare(templates, metric), person, person % 4)
    bins = Bins(65_535, 1.5)
    counts = []
    for without in ("0", "1"):
        monkeypatch.setenv("FAIRLINEUP_NO_NUMBA", without)
        counts.append(whole(histogram(a, None, bins)))
    assert np.array_equal(counts[0], counts[1])


def test_exact_edges_belong_to_the_bin_above() -> None:
    probe = TemplateSet(prepare(np.zeros((1, 1), np.float32)))
    line = TemplateSet(prepare(np.array([[0.0], [0.25], [0.5], [0.75], [1.0], [7.0]], np.float32)))
    found = histogram(probe, line, Bins(4, 1.0))
    assert found.counts.tolist() == [[[1, 1, 1, 1]]]
    assert found.beyond.tolist() == [[2]]
    assert found.edges.tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize(("count", "maximum"), [(0, 1.0), (65_536, 1.0), (5, 0.0), (5, np.inf), (5, np.nan)])
def test_bins_out_of_range(count: int, maximum: float) -> None:
    with pytest.raises(BadInput, match="bins out of range"):
        Bins(count, maximum)


def test_empty_sides() -> None:
    a, none = TemplateSet(prepare(people(1, 4)[0])), TemplateSet(prepare(np.zeros((0, 16), np.float32)))
    for left, right in ((a, none), (none, a), (none, None)):
        assert histogram(left, right, BINS).pairs.sum() == 0


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    histogram(labelled(1, 300, 1, 2), None, BINS, progress=lambda *step: told.append(step))
    assert told == [("histogram", 150, 300), ("histogram", 300, 300)]
