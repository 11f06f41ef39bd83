from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fairlineup.faces.vectors import Bins, TemplateSet, exact_distances, histogram, nearest, prepare, tail
from fairlineup.faces.vectors.templates import margin
from fairlineup.records import BadInput

from .examples import distances, people, sides

GOOD = np.ones((3, 4), np.float32)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (np.ones((3, 4)), "float32"),
        (np.ones(4, np.float32), "shape"),
        (np.ones((3, 0), np.float32), "d at least 1"),
        (np.array([[1, 1, 1, 1], [1, np.nan, 1, 1]], np.float32), "NaN or infinity in row 1"),
        (np.full((1, 4), np.inf, np.float32), "row 0"),
        (np.full((1, 4), 1e19, np.float32), "length"),
        (np.ones((3, 5), np.float32), "4 numbers"),
    ],
)
def test_templates_that_cannot_be_compared(bad: Any, says: str) -> None:
    for call in (
        lambda: nearest(*sides(GOOD, bad), 1),
        lambda: tail(*sides(GOOD, bad), 1.0),
        lambda: histogram(TemplateSet(prepare(GOOD)), TemplateSet(prepare(bad)), Bins(10, 2.0)),
    ):
        with pytest.raises(BadInput, match=says):
            call()


def test_no_direction_has_no_cosine() -> None:
    with pytest.raises(BadInput, match="zeros"):
        prepare(np.zeros((1, 4), np.float32), "cosine")
    with pytest.raises(BadInput, match="'manhattan'"):
        prepare(GOOD, "manhattan")
    with pytest.raises(BadInput, match="metric"):
        nearest(prepare(GOOD), prepare(GOOD, "cosine"), 1)


@pytest.mark.parametrize(
    ("person", "group", "says"),
    [
        (np.arange(2), None, "person codes"),
        (None, np.ones(3), "group codes"),
        (None, np.array([0, -1, 0]), "no group"),
    ],
)
def test_codes_that_do_not_fit(person: Any, group: Any, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        TemplateSet(prepare(GOOD), person, group)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
def test_products_err_less_than_the_margin(metric: Any, size: float) -> None:
    a, b = (people(seed, 50, dimension=128)[0] * np.float32(size) for seed in (1, 2))
    p, r = sides(a, b, metric)
    single = (p.squares[:, None] + r.squares) + (p.single * np.float32(-2)) @ r.single.T
    i, j = np.indices(single.shape).reshape(2, -1)
    exact = exact_distances(p, r, i, j).reshape(single.shape)
    squared = exact**2 if metric == "euclidean" else 2 * exact
    assert np.abs(single - squared).max() < margin(p, r) / 4
    assert exact == pytest.approx(distances(a, b, metric), rel=1e-12, abs=1e-15)
