"""Searches of a gallery in columns: what every identification measure is made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import (
    BadArgument,
    any_nan,
    check_codes,
    check_column,
    check_columns,
    check_faults,
)
from fairlineup.measures.thresholds import distance_at

Over = Literal["all", "processed"]


class MatedCandidateError(BadArgument):
    """A search said to be non-mated returned the probe's own person."""


@dataclass(frozen=True, eq=False)
class Searches:
    """Searches of one kind (all mated or all non-mated) against one gallery, in columns.

    Questions that got no answer (transport losses) are not in here: they are excluded and counted elsewhere.

    Raises: BadInput: the columns do not fit each other.
    """

    person: NDArray[np.int64]  #: Probe person of each search as a dense code, shape (n_searches,).
    processed: NDArray[np.bool_]  #: Whether the probe was processed, shape (n_searches,).
    row: NDArray[np.int64]  #: Which search a candidate belongs to, ascending, shape (n_candidates,).
    #: Person of the candidate, in the codes of `person`, shape (n_candidates,).
    gallery_person: NDArray[np.int64]
    distance: NDArray[np.float64]  #: Lower is more alike, already rounded, shape (n_candidates,).
    gallery_people: int  #: N, people with at least one enrolled photograph.
    gallery_photos: int  #: Enrolled photographs.
    #: Whether the probes stand in the gallery themselves, and each was searched without their own photographs
    #: (leave-one-out): then N is one person fewer than stand in the gallery, and intervals take probes and
    #: gallery as one set of people.
    own_left_out: bool = False
    similar: bool = False  #: Whether distances are negated similarities, so that thresholds are similarities.

    def __post_init__(self) -> None:
        check_columns(self, len(self.person), person="iu", processed="b")
        check_columns(self, len(self.distance), row="iu", gallery_person="iu", distance="f")
        for name in ("person", "gallery_person"):
            check_codes(name, getattr(self, name))
        check_faults(
            "the candidates do not fit the searches",
            _faults(self),
            expected="numbers, sorted by search, of processed probes only",
            remedy="sort the candidates by row and drop what has no score",
        )
        _check_gallery(self)

    def __len__(self) -> int:
        """How many searches there are."""
        return len(self.person)

    @property
    def people(self) -> int:
        """How many different people were searched for."""
        return len(np.unique(self.person))

    @property
    def standing(self) -> int:
        """People in the gallery, including those whom a search leaves out."""
        return self.gallery_people + self.own_left_out

    @cached_property
    def mates(self) -> int:
        """How many candidates are the probe's own person."""
        return int(np.count_nonzero(is_probe_person(self)))

    @cached_property
    def closest(self) -> NDArray[np.float64]:
        """Least distance of any candidate of each search, NaN where there is none, shape (n_searches,)."""
        return _least(self, np.ones(len(self.row), np.bool_))

    @cached_property
    def by_person(self) -> Searches:
        """The same with each person once in a list, at their least distance, in the order of their codes."""
        row, person = self.row, self.gallery_person
        step = np.diff(row)
        if ((step > 0) | (np.diff(person) > 0)).all():
            return self
        if (step >= 0).all() and (np.diff(self.distance)[step == 0] >= 0).all():  # nearest first
            order = np.argsort(row * (int(person.max()) + 1) + person, kind="stable")
        else:
            order = np.lexsort((self.distance, person, row))
        first = order[_changes(row[order], person[order])]
        return replace(self, row=row[first], gallery_person=person[first], distance=self.distance[first])

    def counted(self, over: Over) -> Searches:
        """All of them, or only those whose probe was processed."""
        return self.only(self.processed) if over == "processed" else self

    def only(self, keep: NDArray[np.bool_]) -> Searches:
        """The searches where `keep`, shape (n_searches,), is true, with their candidates."""
        check_column("keep", keep, len(self), "b")
        if keep.all():
            return self
        kept = keep[self.row]
        renumbered = np.cumsum(keep) - 1
        return replace(
            self,
            person=self.person[keep],
            processed=self.processed[keep],
            row=renumbered[self.row[kept]],
            gallery_person=self.gallery_person[kept],
            distance=self.distance[kept],
        )


@dataclass(frozen=True, eq=False)
class Mated:
    """Searches for people who were offered to the gallery; the mate is the candidate of the probe's person.

    Raises: BadInput: the columns do not fit each other.
    """

    searches: Searches  #: The searches; their probe people are also gallery people.
    #: Whether any photograph of the probe's person was enrolled, shape (n_searches,).
    mate_enrolled: NDArray[np.bool_]
    #: Whether the mate is the very picture searched with, shape (n_searches,): such searches are left out of
    #: every mated measure and listed by `same_picture_searches`. None if there are none.
    same_picture: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        check_columns(self, len(self.searches), mate_enrolled="b")
        if self.same_picture is not None:
            check_columns(self, len(self.searches), same_picture="b")
        if (~self.mate_enrolled[self.searches.row[is_probe_person(self.searches)]]).any():
            raise BadArgument(
                "a search returned a mate that is said not to be enrolled",
                expected="no candidate of a person who failed to enrol",
                got="at least one",
                remedy="derive mate_enrolled from the same enrolments that were searched",
            )

    def __len__(self) -> int:
        """How many searches there are, same pictures included."""
        return len(self.searches)

    def only(self, keep: NDArray[np.bool_]) -> Mated:
        """The searches where `keep`, shape (n_searches,), is true, with their candidates."""
        check_column("keep", keep, len(self), "b")
        if keep.all():
            return self
        same = None if self.same_picture is None else self.same_picture[keep]
        return Mated(self.searches.only(keep), self.mate_enrolled[keep], same)

    @cached_property
    def standing(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Distance and rank of each mate, as `mate_standing` gives them."""
        searches = self.searches
        own = is_probe_person(searches)
        distance = np.full(len(searches), np.inf)
        np.minimum.at(distance, searches.row[own], searches.distance[own])
        returned = np.zeros(len(searches), np.bool_)
        returned[searches.row[own]] = True
        ahead = ~own & returned[searches.row] & (searches.distance <= distance[searches.row])
        people_ahead = distinct(searches.row[ahead], searches.gallery_person[ahead])[0]
        rank = 1 + np.bincount(people_ahead, minlength=len(searches)).astype(np.int64)
        return distance, np.where(returned, rank, 0)

    @cached_property
    def closest_other(self) -> NDArray[np.float64]:
        """Least distance of somebody else in each search, NaN where there is none, shape (n_searches,)."""
        return _least(self.searches, ~is_probe_person(self.searches))


def same_picture_searches(mated: Mated) -> NDArray[np.int64]:
    """Which searches are left out because probe and mate are one picture, to be listed in the report."""
    return np.flatnonzero(mated.same_picture) if mated.same_picture is not None else np.zeros(0, np.int64)


def is_probe_person(searches: Searches) -> NDArray[np.bool_]:
    """Whether each candidate is the probe's own person, shape (n_candidates,)."""
    own: NDArray[np.bool_] = searches.gallery_person == searches.person[searches.row]
    return own


def require_non_mated(searches: Searches) -> None:
    """Raise MatedCandidateError if any candidate is the probe's own person."""
    if searches.mates:
        raise MatedCandidateError(
            "non-mated searches hold mates",
            expected="no candidate of the probe's own person",
            got=f"{searches.mates} of {len(searches.row)} candidates",
            remedy="use the mated measures, or mend the person ids",
        )


def listed_people(searches: Searches, threshold: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different gallery people at or above the threshold in each search, as (row, gallery_person).

    Photographs of one person are consolidated: a person is listed once, at their least distance.
    """
    listed = searches.by_person
    near = listed.distance <= distance_at(searches, threshold)
    return listed.row[near], listed.gallery_person[near]


def distinct(
    row: NDArray[np.int64], person: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different pairs (row, person), sorted."""
    order = np.lexsort((person, row))
    row, person = row[order], person[order]
    first = _changes(row, person)
    return row[first], person[first]


def _changes(row: NDArray[np.int64], person: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where another pair (row, person) begins, in sorted columns."""
    first = np.ones(len(row), np.bool_)
    first[1:] = (row[1:] != row[:-1]) | (person[1:] != person[:-1])
    return first


def _least(searches: Searches, among: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Least distance in each search among some candidates, NaN where there is none, shape (n_searches,)."""
    least = np.full(len(searches), np.nan, searches.distance.dtype)
    np.fmin.at(least, searches.row[among], searches.distance[among])
    return least


def _faults(searches: Searches) -> Iterator[tuple[bool, str]]:
    row, n = searches.row, len(searches)
    yield any_nan(searches.distance), "a distance that is not a number"
    yield bool((np.diff(row) < 0).any()), "candidates out of order of their search"
    yield len(row) > 0 and bool(row[0] < 0 or row[-1] >= n), f"a candidate of a search outside 0..{n - 1}"
    yield bool((~searches.processed[row]).any()), "candidates of a search whose probe was not processed"


def _check_gallery(searches: Searches) -> None:
    seen = len(searches.gallery_person)  # at most so many people
    if seen > searches.standing:
        seen = len(np.unique(searches.gallery_person))
    if seen <= searches.standing and searches.gallery_people <= searches.gallery_photos:
        return
    raise BadArgument(
        "the gallery is smaller than its candidates",
        expected="people among the candidates <= gallery_people <= gallery_photos",
        got=f"{seen}, {searches.gallery_people} and {searches.gallery_photos}",
        remedy="count people and photographs that were enrolled",
    )
