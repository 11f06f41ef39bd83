from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.measures import Comparisons, Mated, Pairs, crossed, one_by_one, pairs_of
from fairlineup.measures.likelihood.pairs import first_half, split_by_person
from fairlineup.records import BadInput

from .examples import searches_of


@st.composite
def tables(draw: st.DrawFn) -> Pairs:
    """All comparisons of up to 9 probes with up to 9 people, some on both sides, listed up to a distance."""
    probes, gallery = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    shift = draw(st.integers(0, 9))
    people = max(probes, gallery + shift)
    photos = np.zeros((2, people))
    photos[0, :probes], photos[1, shift : shift + gallery] = 1, 2
    i, j = np.nonzero(np.outer(photos[0] > 0, photos[1] > 0) & ~np.eye(people, dtype=np.bool_))
    i, j = np.repeat(i, 2), np.repeat(j, 2)
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    distance, reach = rng.random(len(i)), draw(st.sampled_from([0.3, 1.0, math.inf]))
    near = distance <= reach
    return Pairs(
        np.arange(probes),
        np.where(rng.random(probes) < 0.9 if math.isfinite(reach) else True, rng.random(probes), np.inf),
        crossed(
            i[near], j[near], distance[near], probe_photos=photos[0], gallery_photos=photos[1], reach=reach
        ),
        tuple(f"person {n}" for n in range(people)),
    )


def people_in(pairs: Pairs) -> set[int]:
    listed = pairs.non_mated
    sides = np.flatnonzero(listed.probe_side | listed.gallery_side)
    return {*pairs.mated_person.tolist(), *listed.probe.tolist(), *listed.gallery.tolist(), *sides.tolist()}


@given(tables(), st.text(max_size=5))
def test_a_split_never_shares_a_person_and_loses_no_count(pairs: Pairs, salt: str) -> None:
    halves = split_by_person(pairs, salt)
    assert not people_in(halves.fit) & people_in(halves.test)
    assert len(halves.fit.mated_person) + len(halves.test.mated_person) == len(pairs.mated_person)
    parts = (halves.fit.non_mated.trials, halves.test.non_mated.trials, halves.dropped)
    assert min(parts) >= 0
    assert sum(parts) == pairs.non_mated.trials
    for half in (halves.fit, halves.test):
        inside = np.isin(pairs.non_mated.probe, half.non_mated.probe_side.nonzero()[0])
        inside &= np.isin(pairs.non_mated.gallery, half.non_mated.gallery_side.nonzero()[0])
        assert len(half.non_mated) == np.count_nonzero(inside)
        assert half.beyond == half.non_mated.trials - len(half.non_mated)


def test_a_person_stays_on_their_side_whoever_else_is_there() -> None:
    ids = [f"id {n}" for n in range(2000)]
    half = first_half(ids, "a")
    assert (first_half(ids[::-1], "a")[::-1] == half).all()
    assert (first_half(ids[:7], "a") == half[:7]).all()
    assert abs(half.mean() - 0.5) < 0.04
    assert 0.4 < (first_half(ids, "b") == half).mean() < 0.6


def test_golden_half() -> None:
    """First byte of SHA-256 of salt, a zero byte, id: below 128 is the first half."""
    import hashlib

    first = hashlib.sha256(b"fairlineup\0B000944").digest()[0]
    assert first_half(["B000944"], "fairlineup").tolist() == [first < 128]


def test_pairs_behind_searches() -> None:
    present = searches_of(
        [{4: [0.4, 0.1], 1: [0.05]}, {1: [0.2]}, {6: [0.65]}, {7: [0.0]}, {}],
        person=[4, 5, 6, 7, 8],
        gallery=(8, 10),
    )
    mated = Mated(
        present,
        np.array([True, True, True, True, False]),
        np.array([False, False, False, True, False]),
    )
    photos = np.zeros((2, 9))
    photos[0, [4, 5]], photos[1, :4] = 1, (2, 2, 1, 1)
    others = crossed(
        np.array([4, 4, 4, 5]),
        np.array([1, 1, 2, 1]),
        np.array([0.2, 0.65, 0.5, 0.3]),
        probe_photos=photos[0],
        gallery_photos=photos[1],
        reach=0.7,
    )
    pairs = pairs_of(mated, others, [f"p{n}" for n in range(9)], reach=0.6)
    # 7 is the same picture, 8's mate was never enrolled, 6's lies where lists are cut
    assert pairs.mated_person.tolist() == [4, 5, 6]
    assert pairs.mated_distance.tolist() == [0.1, np.inf, np.inf]
    assert pairs.non_mated.distance.tolist() == [0.2, 0.5, 0.3]
    assert (pairs.non_mated.trials, pairs.beyond, pairs.non_mated.reach) == (2 * 6, 9, 0.6)
    assert pairs.training().trials == 12
    farther = pairs_of(mated, others, pairs.ids)
    assert farther.non_mated.reach == 0.7
    assert farther.mated_distance.tolist() == [0.1, np.inf, 0.65]


def test_ids_are_those_of_the_people_compared() -> None:
    mated = Mated(searches_of([{5: [0.1]}], person=[5]), np.array([True]))
    with pytest.raises(BadInput):
        pairs_of(mated, table().non_mated, ["a", "b", "c", "d"])


def test_a_group_against_everyone() -> None:
    pairs = table()
    women = np.array([True, False, False, False])
    some = pairs.among(women, gallery=np.ones(4, np.bool_))
    assert some.mated_person.tolist() == [0]
    assert set(some.non_mated.probe.tolist()) == {0}
    assert some.weights.tolist() == [1.0, 2.0]
    assert pairs.among(women).non_mated.trials == 0


def table() -> Pairs:
    i, j = np.array([0, 0, 1]), np.array([2, 3, 2])
    return Pairs(
        np.array([0, 1]),
        np.array([0.1, 0.2]),
        one_by_one(i, j, np.array([0.5, 0.6, 0.7]), 4),
        ("a", "b", "c", "d"),
        np.array([1.0, 2.0, 3.0]),
    )


def unlisted(comparisons: Comparisons) -> Comparisons:
    return replace(comparisons, probe=comparisons.probe[:1], gallery=comparisons.gallery[:1],
                   distance=comparisons.distance[:1])  # fmt: skip


@pytest.mark.parametrize(
    ("change", "got"),
    [
        ({"ids": ("a", "b", "c", "c")}, "3 different ids for 4 people"),
        ({"mated_person": np.array([0, 4])}, "a person code outside 0 to 3"),
        ({"mated_distance": np.array([0.1, np.nan])}, "a mated distance that is not a number"),
        ({"mated_distance": np.array([0.1, np.inf])}, "a mate that was not returned, and no reach"),
        ({"weight": np.array([1.0, 0.0, 1.0])}, "a weight of 0 or less, or an infinite one"),
        ({"non_mated": replace(table().non_mated, reach=0.65)}, "a comparison listed beyond the reach"),
        (
            {"non_mated": unlisted(table().non_mated), "weight": None},
            "2 comparisons not listed, and no reach",
        ),
    ],
)
def test_pairs_that_do_not_fit_are_refused(change: dict[str, object], got: str) -> None:
    with pytest.raises(BadInput) as error:
        replace(table(), **change)  # type: ignore[arg-type]
    assert error.value.got == got
