"""Searches to measure: made from a table of distances, or drawn by hypothesis."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from fairlineup.measures import Mated, Searches


def searches_of(
    rows: list[dict[int, list[float]]],
    *,
    person: list[int] | None = None,
    processed: list[bool] | None = None,
    gallery: tuple[int, int] = (100, 200),
) -> Searches:
    """Searches from one {gallery person: distances of their photographs} a search."""
    flat = [(i, p, d) for i, row in enumerate(rows) for p, ds in row.items() for d in ds]
    return Searches(
        person=np.array(person if person is not None else range(1000, 1000 + len(rows)), dtype=np.int64),
        processed=np.array(processed if processed is not None else [True] * len(rows), dtype=np.bool_),
        row=np.array([one[0] for one in flat], dtype=np.int64),
        gallery_person=np.array([one[1] for one in flat], dtype=np.int64),
        distance=np.array([one[2] for one in flat], dtype=np.float64),
        gallery_people=gallery[0],
        gallery_photos=gallery[1],
    )


def searches_of_matrix(matches: NDArray[np.bool_], person: NDArray[np.int64] | None = None) -> Searches:
    """One photograph a person on both sides, distance 0 where `matches`, shape (probes, gallery), is true."""
    row, column = np.nonzero(matches)
    probes = np.arange(len(matches)) if person is None else person
    return Searches(
        person=probes.astype(np.int64),
        processed=np.ones(len(matches), np.bool_),
        row=row.astype(np.int64),
        gallery_person=column.astype(np.int64) + 10_000_000,
        distance=np.zeros(len(row)),
        gallery_people=matches.shape[1],
        gallery_photos=matches.shape[1],
    )


@st.composite
def non_mated(draw: st.DrawFn) -> Searches:
    """Up to 12 non-mated searches of 6 gallery people with two photographs each, with ties."""
    n = draw(st.integers(1, 12))
    processed = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    step = st.integers(0, 8).map(lambda d: d / 8)
    table = st.dictionaries(st.integers(0, 5), st.lists(step, min_size=1, max_size=2), max_size=6)
    rows = [draw(table) if ok else {} for ok in processed]
    person = draw(st.lists(st.integers(100, 105), min_size=n, max_size=n))
    return searches_of(rows, person=person, processed=processed, gallery=(6, 12))


@st.composite
def mated(draw: st.DrawFn) -> Mated:
    """Up to 10 mated searches of 6 gallery people."""
    n = draw(st.integers(1, 10))
    person = draw(st.lists(st.integers(0, 5), min_size=n, max_size=n))
    absent = draw(st.sets(st.integers(0, 5), max_size=2))
    step = st.integers(0, 6).map(lambda d: d / 6)
    there = st.sampled_from([p for p in range(6) if p not in absent])
    table = st.dictionaries(there, st.lists(step, min_size=1, max_size=2), max_size=6)
    rows = [draw(table) for _ in range(n)]
    searches = searches_of(rows, person=person, gallery=(6, 12))
    same = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), np.bool_)
    return Mated(searches, np.array([p not in absent for p in person]), same)
