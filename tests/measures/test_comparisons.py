from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from fairlineup.measures import (
    ComparedBlock,
    Comparisons,
    Counted,
    comparisons_of,
    crossed,
    one_by_one,
    together,
)
from fairlineup.records import BadInput

from .examples import searches_of


def codes(*values: int) -> NDArray[np.int64]:
    return np.array(values, np.int64)


def photos(*values: float) -> NDArray[np.float64]:
    return np.array(values, np.float64)


def every_comparison(block: ComparedBlock) -> list[tuple[int, int]]:
    """One pair of people for every comparison of photographs, made one at a time."""
    m, n = block.probe_photos.astype(int), block.gallery_photos.astype(int)
    people = range(len(m))
    pairs = [(i, j) for i in people for j in people for _ in range(m[i] * n[j]) if i != j]
    return [(i, j) for i, j in pairs if i < j] if block.once else pairs


@st.composite
def blocks(draw: st.DrawFn) -> ComparedBlock:
    people = draw(st.integers(1, 7))
    column = st.lists(st.integers(0, 3), min_size=people, max_size=people)
    probes = np.array(draw(column), np.float64)
    once = draw(st.booleans())
    return ComparedBlock(probes, probes if once else np.array(draw(column), np.float64), once)


@given(blocks())
def test_comparisons_are_counted_as_one_by_one(block: ComparedBlock) -> None:
    made = every_comparison(block)
    assert block.trials == len(made)
    took_part = [sum(person in pair for pair in made) for person in range(len(block.probe_photos))]
    assert block.by_person().tolist() == took_part


@given(blocks(), st.data())
def test_between_keeps_what_is_between(block: ComparedBlock, data: st.DataObject) -> None:
    made = every_comparison(block)
    people = len(block.probe_photos)
    listed = data.draw(st.lists(st.sampled_from(made), unique=True) if made else st.just([]))
    everything = Comparisons(
        codes(*(i for i, _ in listed)),
        codes(*(j for _, j in listed)),
        np.zeros(len(listed)),
        people,
        (block,),
    )
    mask = st.lists(st.booleans(), min_size=people, max_size=people).map(lambda m: np.array(m, np.bool_))
    probes = data.draw(mask)
    gallery = probes if block.once else data.draw(mask)
    kept = everything.between(probes, gallery)
    assert kept.trials == sum(bool(probes[i] and gallery[j]) for i, j in made)
    assert list(zip(kept.probe.tolist(), kept.gallery.tolist(), strict=True)) == [
        (i, j) for i, j in listed if probes[i] and gallery[j]
    ]
    assert kept.people == people


def set_of_four() -> Comparisons:
    block = ComparedBlock(photos(1, 2, 1, 1), photos(1, 2, 1, 1), once=True)
    return Comparisons(codes(0, 1), codes(1, 3), np.array([0.2, 0.4]), 4, (block,))


def test_pairs_compared_once_stand_both_ways_round() -> None:
    once = set_of_four()
    both = once.both_ways()
    assert both.trials == 2 * once.trials == 2 * 9
    assert sorted(zip(both.probe.tolist(), both.gallery.tolist(), both.distance.tolist(), strict=True)) == [
        (0, 1, 0.2),
        (1, 0, 0.2),
        (1, 3, 0.4),
        (3, 1, 0.4),
    ]
    assert both.both_ways() is both
    assert both.trials_by_person().tolist() == (2 * once.trials_by_person()).tolist()


def test_pairs_compared_once_have_no_sides() -> None:
    some, others = np.array([True, True, False, False]), np.array([False, False, True, True])
    with pytest.raises(BadInput, match="no probe and gallery side"):
        set_of_four().between(some, others)
    assert set_of_four().both_ways().between(some, others).trials == 3 * 2
    assert set_of_four().between(some, some).trials == 2


def test_within_a_threshold() -> None:
    near = set_of_four().within(0.3)
    assert (len(near), near.reach, near.trials) == (1, 0.3, 9)
    assert near.within(0.9).reach == 0.3
    assert len(set_of_four().within(0.4)) == 2  # a tie matches


def test_a_table_of_rows() -> None:
    table = one_by_one(codes(0, 0, 2, 0), codes(1, 1, 1, 3), photos(0.1, 0.2, 0.3, 0.4), 5)
    assert table.trials == 4
    pairs = zip(table.counted.probe, table.counted.gallery, table.counted.times, strict=True)
    assert [tuple(map(int, row)) for row in pairs] == [(0, 1, 2), (0, 3, 1), (2, 1, 1)]
    assert table.trials_by_person().tolist() == [3, 3, 1, 1, 0]
    assert table.probe_side.tolist() == [True, False, True, False, False]
    assert table.gallery_side.tolist() == [False, True, False, True, False]
    assert table.between(table.probe_side, codes(0, 1, 0, 0, 0) > 0).trials == 3


def test_searches_of_processed_probes_with_several_photographs() -> None:
    rows: list[dict[int, list[float]]] = [{1: [0.1, 0.2]}, {2: [0.3]}, {}, {1: [0.4]}]
    searches = searches_of(
        rows, person=[10, 10, 11, 12], processed=[True, True, False, True], gallery=(5, 20)
    )
    found = comparisons_of(searches)
    assert found.people == 2 + 5  # nobody is searched for as 11
    assert found.trials == 3 * 20
    assert found.probe_side.sum() == 2
    assert found.gallery_side.sum() == 5
    assert found.distance.tolist() == [0.1, 0.2, 0.3, 0.4]
    assert (found.gallery == found.gallery[0]).tolist() == [True, True, False, True]
    assert (found.probe == found.probe[0]).tolist() == [True, True, True, False]


def test_two_lots_together() -> None:
    one = crossed(
        codes(0),
        codes(2),
        photos(0.5),
        probe_photos=photos(1, 1, 0),
        gallery_photos=photos(0, 0, 1),
        reach=0.6,
    )
    other = one_by_one(codes(1), codes(0), photos(0.1), 3)
    both = together(one, other)
    assert (both.trials, len(both), both.reach) == (3, 2, 0.6)
    with pytest.raises(BadInput, match="different people"):
        together(one, one_by_one(codes(1), codes(0), photos(0.1), 4))


ONCE = ComparedBlock(photos(1, 1, 1), photos(1, 1, 1), once=True)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"probe": codes(0, 3)}, "outside 0 to 2"),
        ({"gallery": codes(-1, 2)}, "outside 0 to 2"),
        ({"gallery": codes(1, 1)}, "with themselves"),
        ({"distance": photos(0.1, np.nan)}, "not a number"),
        ({"counted": Counted(codes(1), codes(1), codes(2))}, "with themselves"),
        ({"counted": Counted(codes(1), codes(7), codes(2))}, "outside 0 to 2"),
        ({"blocks": ()}, "more comparisons listed than were made"),
        ({"probe": codes(0)}, "probe"),
        ({"blocks": (ComparedBlock(photos(1, 1), photos(1, 1)),)}, "probe_photos"),
        ({"blocks": (ONCE, ComparedBlock(photos(1, 1, 1), photos(1, 1, 1)))}, "compared once beside"),
        ({"blocks": (ONCE,), "counted": Counted(codes(1), codes(0), codes(2))}, "compared once beside"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], fault: str) -> None:
    block = ComparedBlock(photos(1, 1, 1), photos(1, 1, 1))
    columns: dict[str, Any] = {"probe": codes(0, 1), "gallery": codes(1, 2), "distance": photos(0.1, 0.2)}
    Comparisons(**columns, people=3, blocks=(block,))
    with pytest.raises(BadInput, match=fault):
        Comparisons(**{**columns, "people": 3, "blocks": (block,), **change})
