from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fairlineup.faces.vectors import nearest, tail
from fairlineup.records import BadInput

from .examples import distances, people, sides


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("k", [1, 5, 60])
def test_nearest_are_the_first_of_all(metric: Any, k: int) -> None:
    a, b = people(1, 30)[0], people(2, 60)[0]
    truth = distances(a, b, metric)
    indices, found = nearest(*sides(a, b, metric), k)
    assert np.array_equal(indices, np.argsort(truth, axis=1, kind="stable")[:, :k])
    assert found == pytest.approx(np.sort(truth, axis=1)[:, :k])


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_nearest_are_the_same_in_any_blocks_with_or_without_numba(
    metric: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = people(3, 40, 2, 128)[0], people(3, 40, 5, 128)[0]
    first = nearest(*sides(a, b, metric), 7)
    for without in ("0", "1"):
        monkeypatch.setenv("FAIRLINEUP_NO_NUMBA", without)
        for block_pairs in (1, 100, 1000, 5000):
            again = nearest(*sides(a, b, metric), 7, block_pairs)
            assert np.array_equal(again[0], first[0])
            assert np.array_equal(again[1], first[1])


def test_nearest_agree_with_the_tail() -> None:
    a, b = people(5, 20)[0], people(6, 90)[0]
    indices, found = nearest(*sides(a, b), 3)
    for i in range(len(a)):
        pairs = tail(*sides(a[i : i + 1], b), float(found[i, -1]))
        assert np.array_equal(pairs.reference_index, indices[i])
        assert np.array_equal(pairs.distance, found[i])


@pytest.mark.parametrize("block_pairs", [3, 17, 1 << 20])
def test_ties_keep_the_order_of_the_references(block_pairs: int) -> None:
    b = np.repeat(people(7, 3, dimension=8)[0], 10, axis=0)
    indices, found = nearest(*sides(b[10:11], b), 12, block_pairs=block_pairs)
    assert indices[0, :10].tolist() == list(range(10, 20))
    assert found[0, :10].tolist() == [0.0] * 10
    assert indices[0, 10] in (0, 20)
    assert indices[0, 11] == indices[0, 10] + 1


def test_differences_below_float32_are_ranked() -> None:
    probe = np.array([[100.0, 0.0]], np.float32)
    step = np.spacing(np.float32(100.0))
    b = np.array([[100.0, 3 * step], [100.0, step], [100.0, 2 * step]], np.float32)
    assert nearest(*sides(probe, b), 3)[0].tolist() == [[1, 2, 0]]


def test_references_getting_nearer_and_nearer() -> None:
    b = np.linspace(5, 0.1, 500, dtype=np.float32)[:, None]
    indices, _ = nearest(*sides(np.zeros((2, 1), np.float32), b), 4, block_pairs=64)
    assert indices.tolist() == [[499, 498, 497, 496]] * 2


def test_fewer_than_asked_for() -> None:
    a, b = people(1, 4)[0], people(2, 6)[0]
    assert nearest(*sides(a, b), 50)[0].shape == (4, 6)
    assert nearest(*sides(a, b[:0]), 5)[0].shape == (4, 0)
    assert nearest(*sides(a[:0], b), 5)[1].shape == (0, 5)
    with pytest.raises(BadInput) as caught:
        nearest(*sides(a, b), 0)
    assert caught.value.code == "argument-unusable"


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    nearest(*sides(people(1, 300)[0], people(2, 5)[0]), 2, progress=lambda *step: told.append(step))
    assert told == [("search", 256, 300), ("search", 300, 300)]
