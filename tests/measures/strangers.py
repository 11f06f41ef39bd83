"""People who are each other's strangers, from pictures that agree more or less with others of a person."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures import Searches

Table = NDArray[np.float64]


def searches_of(distance: Table, photos: int = 1) -> Searches:
    """Everybody searched among all others, from a square table; the diagonal is left out."""
    people = distance.shape[1]
    probes = distance.shape[0]
    person = np.arange(probes) % people
    near = np.isfinite(distance) & (person[:, None] != np.arange(people))
    row, gallery = np.nonzero(near)
    return Searches(
        person=person.astype(np.int64),
        processed=np.ones(probes, np.bool_),
        row=row.astype(np.int64),
        gallery_person=gallery.astype(np.int64),
        distance=distance[near],
        gallery_people=people - 1,
        gallery_photos=photos * (people - 1),
        own_left_out=True,
    )


def world(kind: str, people: int, rng: np.random.Generator) -> Table:
    """Distances of probes and references of people, by how far the pictures of one person agree."""
    spread = {"alike": 0.25, "mutual": 0.0, "uneven": 0.25}.get(kind)
    size = np.where(rng.random(people) < 0.15, 0.5, 1.1)[:, None] if kind == "uneven" else 1.0
    if spread is None:  # pictures of one person have nothing in common
        probe, reference = rng.standard_normal((2, people, 6))
    else:
        middle = rng.standard_normal((people, 6)) * size
        probe, reference = middle + spread * rng.standard_normal((2, people, 6))
    distance: Table = np.linalg.norm(probe[:, None] - reference, axis=2)
    np.fill_diagonal(distance, np.inf)
    return distance
