"""A table of scores is the same table as a dict of arrays, a pandas, a polars or a pyarrow frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fairlineup.measures import BadInput, Scores, cross_group_matrix, false_match_rate, false_non_match_rate

pandas: Any = pytest.importorskip("pandas")
polars: Any = pytest.importorskip("polars")
pyarrow: Any = pytest.importorskip("pyarrow")

FRAMES: dict[str, Callable[[Any], Any]] = {
    "pandas": pandas.DataFrame,
    "pandas, row numbers of its own": lambda table: pandas.DataFrame(table).set_index(
        pandas.Index(range(5000, 5000 - 2 * len(table["distance"]), -2))
    ),
    "pandas of arrow": lambda table: pandas.DataFrame(table).convert_dtypes(dtype_backend="pyarrow"),
    "pandas of categories": lambda table: pandas.DataFrame(table).astype(
        {name: "category" for name in table if name != "distance"}
    ),
    "polars": polars.DataFrame,
    "pyarrow": pyarrow.table,
}


def table(people: int = 60) -> dict[str, list[Any]]:
    """A full square of people from two regions, one of whom has none, with planted near pairs."""
    rng = np.random.default_rng(4)
    probe, gallery = (side.ravel() for side in np.meshgrid(*[np.arange(people)] * 2, indexing="ij"))
    near = rng.random(len(probe)) < np.where(probe % 2 == gallery % 2, 0.06, 0.02)
    distance = np.where(probe == gallery, 0.2, np.where(near, 0.3, 0.8)) + rng.random(len(probe)) / 100
    region: list[Any] = ["north" if person % 2 else "south" for person in range(people)]
    region[7] = None
    return {
        "person_probe": [f"p{one}" for one in probe],
        "person_gallery": [f"p{one}" for one in gallery],
        "distance": distance.tolist(),
        "probe_region": [region[one] for one in probe],
        "gallery_region": [region[one] for one in gallery],
    }


@pytest.mark.parametrize("kind", FRAMES)
def test_every_kind_of_frame_is_the_same_scores(kind: str) -> None:
    one, other = Scores.from_frame(table()), Scores.from_frame(FRAMES[kind](table()))
    assert other.people == one.people
    assert np.array_equal(other.probe, one.probe)
    assert np.array_equal(other.distance, one.distance)
    assert other.labels["region"].values == ("north", "south")
    assert np.array_equal(other.labels["region"].probe, one.labels["region"].probe)
    assert false_match_rate(other.comparisons, 0.5) == false_match_rate(one.comparisons, 0.5)
    assert false_non_match_rate(other.mated, 0.5) == false_non_match_rate(one.mated, 0.5)
    cells = [cross_group_matrix(scores, "region", 0.5).cells.errors.tolist() for scores in (one, other)]
    assert cells[0] == cells[1]
    assert min(min(row) for row in cells[0]) > 0


@pytest.mark.parametrize("kind", FRAMES)
def test_ids_that_are_numbers(kind: str) -> None:
    plain = table()
    for name in ("person_probe", "person_gallery"):
        plain[name] = [int(one[1:]) for one in plain[name]]
    scores = Scores.from_frame(FRAMES[kind](plain))
    assert scores.people == tuple(range(60))
    assert scores.comparisons.trials == 60 * 59


@pytest.mark.parametrize("kind", FRAMES)
@pytest.mark.parametrize("column", ["person_gallery", "distance"])
def test_a_missing_cell_is_an_error_and_never_a_guess(kind: str, column: str) -> None:
    plain = table()
    plain[column][4] = None
    with pytest.raises(BadInput, match=r"row 5"):
        Scores.from_frame(FRAMES[kind](plain))
