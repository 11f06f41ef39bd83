from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fairlineup.faces.vectors import Metric, Tail, tail
from fairlineup.records import BadInput

from .examples import distances, people, sides


def equal(one: Tail, other: Tail) -> bool:
    names = ("probe_index", "reference_index", "distance")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_tail_is_every_pair_at_or_under_the_threshold(metric: Any) -> None:
    a, b = people(1, 40)[0], people(2, 60)[0]
    truth = distances(a, b, metric)
    threshold = float(np.quantile(truth, 0.05))
    found = tail(*sides(a, b, metric), threshold)
    assert set(zip(found.probe_index.tolist(), found.reference_index.tolist(), strict=True)) == {
        (i, j) for i, j in np.argwhere(truth <= threshold).tolist()
    }
    assert found.distance == pytest.approx(truth[found.probe_index, found.reference_index])
    order = np.lexsort((found.reference_index, found.distance, found.probe_index))
    assert np.array_equal(order, np.arange(len(found)))


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_tail_is_the_same_in_any_blocks_with_or_without_numba(
    metric: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = people(3, 70, 2, 128)[0], people(3, 50, 3, 128)[0]
    whole = tail(*sides(a, b, metric), 0.9 if metric == "euclidean" else 0.1)
    assert 100 < len(whole) < len(a) * len(b)
    at = float(whole.distance[len(whole) // 2])
    for without in ("0", "1"):
        monkeypatch.setenv("FAIRLINEUP_NO_NUMBA", without)
        first = tail(*sides(a, b, metric), at)
        assert at in first.distance
        for block_pairs in (1, 7, 1000, 4097):
            assert equal(tail(*sides(a, b, metric), at, block_pairs), first)


def test_equal_templates_are_at_zero() -> None:
    a = people(4, 5, dimension=128)[0]
    metrics: tuple[Metric, ...] = "euclidean", "cosine"
    for metric in metrics:
        found = tail(*sides(a, a, metric), 0.0)
        assert found.distance.tolist() == [0.0] * 5
        assert found.probe_index.tolist() == found.reference_index.tolist() == [0, 1, 2, 3, 4]


def test_tiny_templates_do_not_vanish() -> None:
    a = np.array([[1e-30, 0], [0, 3e-30]], np.float32)
    found = tail(*sides(a, a), 1e-30)
    assert found.probe_index.tolist() == [0, 1]


def test_ends_of_the_scale() -> None:
    a, b = people(1, 4)[0], people(2, 6)[0]
    assert len(tail(*sides(a, b), np.inf)) == 24
    assert len(tail(*sides(a, b), 1e30)) == 24
    assert len(tail(*sides(a, b), -1.0)) == 0
    assert len(tail(*sides(a[:0], b), 1.0)) == len(tail(*sides(a, b[:0]), 1.0)) == 0
    with pytest.raises(BadInput, match="NaN"):
        tail(*sides(a, b), float("nan"))
    with pytest.raises(BadInput, match="block_pairs"):
        tail(*sides(a, b), 1.0, block_pairs=0)


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    tail(*sides(people(1, 600)[0], people(2, 5)[0]), 0.5, progress=lambda *step: told.append(step))
    assert told == [("compare", 256, 600), ("compare", 512, 600), ("compare", 600, 600)]
