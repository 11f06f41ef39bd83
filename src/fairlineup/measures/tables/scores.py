"""A table of scores from anywhere, one comparison a row, laid out for every measure of this package."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fairlineup.measures.comparing.comparisons import Comparisons, one_by_one
from fairlineup.measures.comparing.resampling import Grouping
from fairlineup.measures.tables.columns import (
    Codes,
    Column,
    Columns,
    Label,
    Photos,
    check_length,
    check_people,
    coded,
    column_names,
    column_of,
    distances_of,
    labels_of,
    listed,
    paired_labels,
    photos_of,
    present,
    unusable,
)
from fairlineup.measures.tables.direction import Direction, direction_of
from fairlineup.measures.tables.forms import check_forms, check_kinds
from fairlineup.measures.tables.mirrors import Listing, first_repeat, sides_of
from fairlineup.records import BadInput


@dataclass(frozen=True, slots=True, eq=False)
class MatedScores:
    """Comparisons of a person with themselves.

    Attributes:
        person: code of the person, shape (n_mated,).
        distance: lower is more alike, shape (n_mated,).
    """

    person: Codes
    distance: NDArray[np.float64]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.distance)

    def of(self, people: NDArray[np.bool_]) -> MatedScores:
        """Those of some people, a mask of shape (people,)."""
        keep = people[self.person]
        return MatedScores(self.person[keep], self.distance[keep])


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Comparisons of photographs by person; same person on both sides is mated.

    Attributes:
        people: names the codes stand for, by first appearance.
        probe: person on the probe side of each comparison, shape (n,).
        gallery: person on the gallery side, in the same codes, shape (n,).
        distance: lower is more alike, shape (n,); +inf for a comparison that failed, which never matches.
        labels: groups of people by label.
        photos: codes of the photographs on both sides, shapes (n,); None where they are not told apart.
    """

    people: tuple[Hashable, ...]
    probe: Codes
    gallery: Codes
    distance: NDArray[np.float64]
    labels: Mapping[str, Label] = field(default_factory=dict)
    photos: Photos | None = None

    @classmethod
    def of(  # noqa: PLR0913 - the columns of a table
        cls,
        *,
        person_probe: Column,
        person_gallery: Column,
        distance: ArrayLike | None = None,
        similarity: ArrayLike | None = None,
        groups_probe: Mapping[str, Column] | None = None,
        groups_gallery: Mapping[str, Column] | None = None,
        photos: tuple[Column, Column] | None = None,
        as_written: bool = False,
    ) -> Scores:
        """Lay out columns.

        Args:
            person_probe: who is on each probe, any ids of one kind, shape (n,).
            person_gallery: who is on the photograph it is compared with, the same ids, shape (n,).
            distance: lower is more alike, shape (n,). Either this or similarity.
            similarity: higher is more alike, shape (n,); kept as its negative.
            groups_probe: label to the value of each probe, shape (n,); blank or None for no value.
            groups_gallery: the same for the gallery side.
            photos: ids of both photographs, where a person has several.
            as_written: ids and values that differ in form only ("7" and "007") are different ones.

        Raises: BadInput: lengths differ, an id is blank or says nobody, ids, photographs or values of a label
            differ in form only, a score is missing or not a number, both or neither
            of distance and similarity are given, a person carries two values of a label, nobody is compared
            with anybody else.
        """
        scores = distances_of(distance, similarity)
        sides = [listed(person_probe), listed(person_gallery)]
        for name, side in zip(("person_probe", "person_gallery"), sides, strict=True):
            check_length(name, len(side), len(scores))
        people, (probe, gallery) = coded(sides)
        check_people(people, sides)
        check_kinds(people)
        if not len(scores) or bool((probe == gallery).all()):
            raise unusable("comparisons of different people", f"{len(scores)} comparisons, none of them so")
        labels = labels_of(groups_probe or {}, groups_gallery or {}, (people, probe, gallery))
        if not as_written:
            check_forms(people, labels, photos and (listed(photos[0]), listed(photos[1])))
        return cls(people, probe, gallery, scores, labels, photos_of(photos, len(scores)))

    @classmethod
    def from_frame(cls, frame: Any, columns: Columns | None = None, *, as_written: bool = False) -> Scores:
        """Lay out a table: anything with `frame["column"]` that can name its columns.

        Args:
            frame: a pandas, polars or pyarrow table, or a dict of arrays.
            columns: what its columns are called, by default as `Columns` has it.
            as_written: as `of`.

        Raises: BadInput: a column is not there or there twice, the scores lie the wrong way round and only
            the name of their column said which way they go, or as `of`.
        """
        columns = columns or Columns()
        names = column_names(frame)
        chosen = {
            "distance": columns.distance or ("" if columns.similarity else present("distance", names)),
            "similarity": columns.similarity or ("" if columns.distance else present("similarity", names)),
        }
        groups = columns.groups if columns.groups is not None else paired_labels(names)
        sides = [
            {label: column_of(frame, names, pair[side]) for label, pair in groups.items() if pair[side]}
            for side in (0, 1)
        ]
        photos = [column_of(frame, names, name) for name in columns.photos if name]
        scores = cls.of(
            person_probe=column_of(frame, names, columns.person_probe),
            person_gallery=column_of(frame, names, columns.person_gallery),
            distance=column_of(frame, names, chosen["distance"]) if chosen["distance"] else None,
            similarity=column_of(frame, names, chosen["similarity"]) if chosen["similarity"] else None,
            groups_probe=sides[0],
            groups_gallery=sides[1],
            photos=(photos[0], photos[1]) if len(photos) == 2 else None,
            as_written=as_written,
        )
        if not (columns.distance or columns.similarity):
            scores._check_direction("distance" if chosen["distance"] else "similarity")
        return scores

    def __len__(self) -> int:
        """How many comparisons there are."""
        return len(self.distance)

    @property
    def comparisons(self) -> Comparisons:
        """The non-mated comparisons, for every measure of false matches; mirrored rows are one comparison."""
        listing = self.listing
        other = (self.probe != self.gallery) & listing.counted
        columns = self.probe[other], self.gallery[other], self.distance[other]
        return one_by_one(*columns, len(self.people), once=listing.once)

    @property
    def listing(self) -> Listing:
        """Which rows list one comparison of two people from both sides, and which rows count."""
        sides = sides_of(self.probe, self.gallery, self.photos)
        return Listing.of(sides, self.distance, self.probe == self.gallery)

    @property
    def repeated(self) -> tuple[int, int] | None:
        """Two rows, from 0, that compare the same photographs (or people) the same way round, if any do."""
        return first_repeat(*sides_of(self.probe, self.gallery, self.photos))

    @property
    def mated(self) -> MatedScores:
        """The mated comparisons, for every measure of false non-matches."""
        own = self.probe == self.gallery
        return MatedScores(self.probe[own], self.distance[own])

    @property
    def direction(self) -> Direction:
        """Whether people are more like themselves than like others; comparisons that failed left out."""
        own, others = self.probe == self.gallery, self.comparisons.distance
        own &= np.isfinite(self.distance)
        people = len(np.unique(self.probe[own]))
        return direction_of(self.distance[own], others[np.isfinite(others)], people)

    def _check_direction(self, kind: str) -> None:
        if self.direction.reversed:
            other = "similarity" if kind == "distance" else "distance"
            raise unusable(
                "people to be more like themselves than like others",
                f"the opposite: {self.direction.in_words(kind)}",
                f"say by Columns that the column {kind} is a {other}, or that it is a {kind} all the same",
            )

    def grouping(self, label: str) -> Grouping:
        """People by a label; with no values on the gallery side, everyone there together.

        Raises: BadInput: no such label.
        """
        groups = self._label(label)
        if (groups.gallery < 0).all():
            return Grouping.of_probes(groups.probe, len(groups.values))
        return Grouping(groups.probe, groups.gallery, len(groups.values), len(groups.values))

    def probe_grouping(self, label: str) -> Grouping:
        """Probes by a label against everyone. Raises: BadInput (no such label)."""
        groups = self._label(label)
        return Grouping.of_probes(groups.probe, len(groups.values))

    def _label(self, label: str) -> Label:
        if label in self.labels:
            return self.labels[label]
        there = ", ".join(self.labels) or "none"
        raise BadInput(
            "no such label", expected=f"one of {there}", got=repr(label), remedy="name a label of the table"
        )
