"""One half of a data set's people, by a rule that anybody can repeat."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from fairlineup.evidence.plan.manifest import Dataset, read_place
from fairlineup.evidence.plan.place import Place
from fairlineup.evidence.plan.plan import Half, Plan


def half_of(person: str) -> Half:
    """Which half a person falls in: whether the first byte of the SHA-256 of their id is even."""
    return "even" if hashlib.sha256(person.encode()).digest()[0] % 2 == 0 else "odd"


def only_half(dataset: Dataset, half: Half) -> Dataset:
    """The data set with one half of its people."""
    if half == "all":
        return dataset
    return replace(dataset, entries=tuple(e for e in dataset.entries if half_of(e.person) == half))


def read_planned(plan: Plan, place: Place) -> Dataset:
    """The people of a plan at a place. Raises: BadInput: the manifest is unusable."""
    return only_half(read_place(place, plan.labels, plan.groups), plan.dataset.half)
