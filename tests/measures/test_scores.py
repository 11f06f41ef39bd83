from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairlineup.measures import (
    Columns,
    Mated,
    Scores,
    Searches,
    cross_group_matrix,
    detection_errors,
    false_match_rate,
    false_negative_identification_rate,
    false_non_match_rate,
    false_positive_identification_rate,
    mated_searches,
    non_mated_searches,
    threshold_for,
)
from fairlineup.records import BadInput, Estimate, NotMeasured

TABLE: dict[str, list[Any]] = {
    "person_probe": ["a", "a", "a", "b", "b", "b", "c", "c", "c"],
    "person_gallery": ["a", "b", "c", "a", "b", "c", "a", "b", "c"],
    "distance": [0.2, 0.7, 0.5, 0.7, 0.3, 0.9, 0.4, 0.8, 0.9],
}


def planted(people: int = 120, seed: int = 3) -> dict[str, np.ndarray[Any, Any]]:
    """A full square of people in two groups, in which near pairs are those of one group."""
    rng = np.random.default_rng(seed)
    probe, gallery = (side.ravel() for side in np.meshgrid(*[np.arange(people)] * 2, indexing="ij"))
    same = probe % 2 == gallery % 2
    near = rng.random(len(probe)) < np.where(same, 0.04, 0.01)
    missed = rng.random(len(probe)) < 0.25
    distance = np.where(probe == gallery, np.where(missed, 0.9, 0.1), np.where(near, 0.2, 0.8))
    group = np.array(["even", "odd"])
    return {
        "person_probe": probe,
        "person_gallery": gallery,
        "distance": distance + rng.random(len(probe)) / 100,
        "probe_parity": group[probe % 2],
        "gallery_parity": group[gallery % 2],
    }


# --- laying out ----------------------------------------------------------------------------------


def test_one_person_on_both_sides_is_mated() -> None:
    scores = Scores.from_frame(TABLE)
    assert scores.people == ("a", "b", "c")
    assert len(scores.comparisons) == scores.comparisons.trials == 6
    assert scores.mated.distance.tolist() == [0.2, 0.3, 0.9]
    assert len(scores) == 9


def test_similarities_are_turned_round() -> None:
    one = Scores.from_frame(TABLE)
    turned = {**TABLE, "similarity": [-d for d in TABLE["distance"]]}
    del turned["distance"]
    assert Scores.from_frame(turned).distance.tolist() == one.distance.tolist()


@dataclass
class Arrowlike:
    """A table in which columns are no list of names, as pyarrow's."""

    table: dict[str, list[Any]]

    @property
    def column_names(self) -> list[str]:
        return list(self.table)

    @property
    def columns(self) -> list[list[Any]]:
        return list(self.table.values())

    def __getitem__(self, name: str) -> list[Any]:
        return self.table[name]


def test_any_table_with_named_columns() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    expected = Scores.from_frame(TABLE)
    for frame in (Arrowlike(TABLE), pyarrow.table(TABLE)):
        found = Scores.from_frame(frame)
        assert found.people == expected.people
        assert found.probe.tolist() == expected.probe.tolist()
        assert found.distance.tolist() == expected.distance.tolist()
    renamed = {name.upper(): values for name, values in TABLE.items()}
    columns = Columns("PERSON_PROBE", "PERSON_GALLERY", distance="DISTANCE")
    assert Scores.from_frame(renamed, columns).probe.tolist() == expected.probe.tolist()


@pytest.mark.parametrize("ids", [[1, 2], [1.5, 2.5], ["x", "y"], [("x", 1), ("x", 2)]])
def test_ids_are_anything_hashable(ids: list[Any]) -> None:
    scores = Scores.of(person_probe=[ids[0], ids[0]], person_gallery=[ids[1], ids[0]], distance=[0.5, 0.1])
    assert scores.people == (ids[0], ids[1])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"distance": None}, "neither"),
        ({"similarity": [1.0] * 9}, "both"),
        ({"distance": [0.1] * 8}, "8 rows of person_probe"),
        ({"distance": [0.1] * 8 + [float("nan")]}, "nan in row 9"),
        ({"distance": [0.1] * 8 + [-np.inf]}, "-inf in row 9"),
        ({"distance": ["near"] * 9}, "numbers as distance"),
        ({"distance": [[0.1]] * 9}, "shape"),
        ({"person_probe": ["a"] * 8}, "got 8"),
        ({"person_probe": ["a"] * 8 + [None]}, "None in row 9"),
        ({"person_gallery": ["a"] * 8 + [" "]}, "' ' in row 9"),
        ({"person_gallery": [1] * 9}, "int and str"),
        ({"person_probe": ["a"] * 9, "person_gallery": ["a"] * 9}, "none of them so"),
        ({"groups_probe": {"sex": ["F"] * 8}}, "9 rows of sex"),
        ({"groups_probe": {"sex": ["F", "M"] + ["F"] * 7}}, "two for 'a'"),
        ({"groups_probe": {"sex": ["F"] * 9}, "groups_gallery": {"sex": ["M"] * 9}}, "two for 'a'"),
        ({"photos": (["x"] * 9, ["y"] * 8)}, "9 rows of photos"),
    ],
)
def test_what_cannot_be_laid_out(change: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as error:
        Scores.of(**{**TABLE, **change})
    assert said in str(error.value)


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(BadInput, match="'person_gallery'"):
        Scores.from_frame({"person_probe": ["a"], "distance": [0.1]})
    with pytest.raises(BadInput, match="named columns"):
        Scores.from_frame(7)
    with pytest.raises(BadInput, match="no such label"):
        Scores.from_frame(TABLE).grouping("sex")


def test_blank_values_are_no_group() -> None:
    groups: dict[str, list[Any]] = {"sex": ["F"] * 3 + [None] * 3 + [""] * 3}
    label = Scores.of(
        person_probe=TABLE["person_probe"],
        person_gallery=TABLE["person_gallery"],
        distance=TABLE["distance"],
        groups_probe=groups,
    ).labels["sex"]
    assert (label.values, label.probe.tolist(), label.gallery.tolist()) == (("F",), [0, -1, -1], [-1, -1, -1])


# --- rates ---------------------------------------------------------------------------------------


def test_rates_are_plain_shares() -> None:
    table = planted()
    scores = Scores.from_frame(table)
    other = table["person_probe"] != table["person_gallery"]
    found = false_match_rate(scores.comparisons, 0.5)
    assert isinstance(found, Estimate)
    assert found.value == np.mean(table["distance"][other] <= 0.5)
    missed = false_non_match_rate(scores.mated, 0.5)
    assert isinstance(missed, Estimate)
    assert missed.value == np.mean(table["distance"][~other] > 0.5)
    assert missed.people == 120


def test_matrix_finds_what_was_planted() -> None:
    matrix = cross_group_matrix(Scores.from_frame(planted()), "parity", 0.5)
    for probe in matrix.values:
        for gallery in matrix.values:
            rate = matrix.rate(probe, gallery)
            assert isinstance(rate, Estimate)
            assert rate.low < (0.04 if probe == gallery else 0.01) < rate.high


def test_matrix_needs_both_sides() -> None:
    table = planted(10)
    del table["gallery_parity"]
    scores = Scores.from_frame(table)
    assert scores.grouping("parity").gallery_groups == 1
    with pytest.raises(BadInput, match="parity on the gallery side"):
        cross_group_matrix(scores, "parity", 0.5)


def test_nobody_with_themselves() -> None:
    scores = Scores.of(person_probe=["a"], person_gallery=["b"], distance=[0.1])
    assert isinstance(false_non_match_rate(scores.mated, 0.5), NotMeasured)
    with pytest.raises(BadInput, match="mated comparisons"):
        detection_errors(scores)


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 6)), min_size=2, max_size=60
    ).filter(lambda rows: len({a == b for a, b, _ in rows}) == 2)
)
def test_curve_agrees_with_the_rates_at_every_point(rows: list[tuple[int, int, int]]) -> None:
    probe, gallery, steps = (list(column) for column in zip(*rows, strict=True))
    scores = Scores.of(person_probe=probe, person_gallery=gallery, distance=[s / 10 for s in steps])
    curve = detection_errors(scores)
    assert curve.distance.tolist() == sorted(set(scores.distance.tolist()))
    for at, fmr, fnmr in zip(curve.distance, curve.fmr, curve.fnmr, strict=True):
        missed = false_non_match_rate(scores.mated, float(at))
        assert fmr == pytest.approx(np.mean(scores.comparisons.distance <= at))
        assert isinstance(missed, Estimate)
        assert fnmr == pytest.approx(missed.value)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=80), st.floats(0.005, 0.99))
def test_threshold_accepts_at_most_what_was_asked(steps: list[int], fmr: float) -> None:
    distance = [s / 10 for s in steps]
    scores = Scores.of(person_probe=["a"] * len(steps), person_gallery=["b"] * len(steps), distance=distance)
    found = threshold_for(scores.comparisons, fmr)
    accepted = {at: np.mean(np.array(distance) <= at) for at in distance}
    fitting = [at for at, share in accepted.items() if share <= fmr]
    if isinstance(found, NotMeasured):
        assert not fitting
    else:
        assert found == max(fitting)


def test_threshold_out_of_range() -> None:
    with pytest.raises(BadInput, match="false match rate"):
        threshold_for(Scores.from_frame(TABLE).comparisons, 0.0)


# --- searches ------------------------------------------------------------------------------------


def brute_fpir(table: dict[str, Any], at: float) -> float:
    probes = sorted(set(table["person_probe"].tolist()))
    other = table["person_probe"] != table["person_gallery"]
    near = (table["distance"] <= at) & other
    return float(np.mean([near[table["person_probe"] == one].any() for one in probes]))


def test_a_full_square_is_searches() -> None:
    table = planted(40)
    order = np.random.default_rng(1).permutation(len(table["distance"]))
    scores = Scores.from_frame({name: column[order] for name, column in table.items()})
    strangers, present = non_mated_searches(scores), mated_searches(scores)
    assert isinstance(strangers, Searches)
    assert isinstance(present, Mated)
    assert (len(strangers), strangers.gallery_people) == (40, 39)
    found = false_positive_identification_rate(strangers, 0.5)
    assert isinstance(found, Estimate)
    assert found.value == brute_fpir(table, 0.5)
    missed = false_negative_identification_rate(present, 0.5)
    own = table["person_probe"] == table["person_gallery"]
    assert isinstance(missed, Estimate)
    assert missed.value == np.mean(table["distance"][own] > 0.5)


def test_people_who_are_not_there_are_searched_in_the_whole_gallery() -> None:
    table = planted(30)
    keep = table["person_gallery"] < 20
    strangers = non_mated_searches(Scores.from_frame({name: c[keep] for name, c in table.items()}))
    assert isinstance(strangers, Searches)
    assert (len(strangers), strangers.gallery_people) == (10, 20)


@pytest.mark.parametrize("rows", [slice(1, None), [0, *range(9)], [0, 0, *range(2, 9)]])
def test_anything_less_than_a_rectangle_is_no_search(rows: slice | Sequence[int]) -> None:
    scores = Scores.from_frame({name: np.array(column)[rows] for name, column in TABLE.items()})
    for found in (non_mated_searches(scores), mated_searches(scores)):
        assert isinstance(found, NotMeasured)
        assert "not every one" in found.reason


def test_photographs_are_told_apart() -> None:
    photos = (["a1", "a1", "a2", "a2"], ["b1", "b2", "b1", "b2"])
    scores = Scores.of(
        person_probe=["a"] * 4, person_gallery=["b"] * 4, distance=[0.1, 0.9, 0.9, 0.9], photos=photos
    )
    found = non_mated_searches(scores)
    assert isinstance(found, Searches)
    assert (len(found), found.people, found.gallery_people, found.gallery_photos) == (2, 1, 1, 2)
    mixed = Scores.of(
        person_probe=["a", "a", "c", "a"], person_gallery=["b"] * 4, distance=[0.1] * 4, photos=photos
    )
    assert isinstance(non_mated_searches(mixed), NotMeasured)


def test_a_failed_comparison_matches_nobody() -> None:
    table = {**TABLE, "distance": [0.2, 0.7, 0.5, np.inf, np.inf, np.inf, 0.4, 0.8, 0.9]}
    strangers = non_mated_searches(Scores.from_frame(table))
    assert isinstance(strangers, Searches)
    assert strangers.processed.tolist() == [True, False, True]
    missed = false_non_match_rate(Scores.from_frame(table).mated, 10.0)
    assert (missed.errors, missed.trials) == (1, 3)
