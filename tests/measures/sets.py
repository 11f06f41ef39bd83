"""One set of people listed once, in two groups that match alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from fairlineup.measures import Scores

Rows = tuple[Any, Any, Any]


def half(people: int, photos: int = 1, seed: int = 1, rate: float = 0.02) -> tuple[Rows, Any]:
    """All pairs of photographs of different people once, in order, and whose each photograph is.

    People match each other as often as two traits of theirs say, and people of one half three times as often
    as those of two, which is where a pair that counts for one of them alone makes up a disparity.
    """
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), photos)
    i, j = np.triu_indices(len(person), 1)
    i, j = (side[person[i] != person[j]] for side in (i, j))
    trait = rng.normal(0, 0.5, people)
    alike = np.where((person[i] > (people - 1) / 2) == (person[j] > (people - 1) / 2), 1.5, 0.5)
    near = rng.random(len(i)) < rate * alike * np.exp(trait[person[i]] + trait[person[j]] - 0.25)
    return (i, j, np.where(near, 0.3, 0.8) + rng.random(len(i)) / 100), person


def scores(rows: Rows, person: Any, *, photos: bool = False, order: Any = None) -> Scores:
    """Two groups; people stand sorted by them."""
    i, j, distance = rows if order is None else tuple(column[order] for column in rows)
    who, whom = person[i], person[j]
    group = np.array(["east", "west"])[(np.arange(person.max() + 1) > person.max() / 2).astype(int)]
    return Scores.of(
        person_probe=who,
        person_gallery=whom,
        distance=distance,
        groups_probe={"region": group[who]},
        groups_gallery={"region": group[whom]},
        photos=(i, j) if photos else None,
    )


def turned(rows: Rows, seed: int = 3) -> Rows:
    """The same pairs, each the other way round by chance."""
    i, j, distance = rows
    swap = np.random.default_rng(seed).random(len(i)) < 0.5
    return np.where(swap, j, i), np.where(swap, i, j), distance
