"""A table of scores from anywhere, one comparison a row, laid out for every measure of this package."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fairlineup.measures.arguments import BadArgument, any_nan, check_codes, check_columns
from fairlineup.measures.scores.columns import (
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
    stripped,
    unusable,
)
from fairlineup.measures.scores.direction import Direction, direction_of
from fairlineup.measures.scores.forms import check_forms, check_kinds
from fairlineup.measures.scores.mirrors import Listing, first_repeat, sides_of
from fairlineup.measures.scores.selves import Unnamed, named_selves
from fairlineup.measures.verification.comparisons import Comparisons, one_by_one
from fairlineup.measures.verification.resampling import Grouping
from fairlineup.records import BadInput


@dataclass(frozen=True, slots=True, eq=False)
class MatedScores:
    """Comparisons of a person with themselves.

    Raises: BadInput: the columns do not fit each other, or a distance is not a number.
    """

    person: Codes  #: Code of the person, shape (n_mated,).
    distance: NDArray[np.float64]  #: Lower is more alike, shape (n_mated,).
    similar: bool = False  #: Whether distances are negated similarities, so that thresholds are similarities.

    def __post_init__(self) -> None:
        check_columns(self, len(self.person), person="iu", distance="f")
        check_codes("person", self.person)
        if any_nan(self.distance):
            row = int(np.flatnonzero(np.isnan(self.distance))[0]) + 1
            raise unusable("a distance in every row", f"nan in row {row}")

    def __len__(self) -> int:
        """How many there are."""
        return len(self.distance)

    def of(self, people: NDArray[np.bool_]) -> MatedScores:
        """Those of some people, a mask of shape (people,)."""
        keep = people[self.person]
        return replace(self, person=self.person[keep], distance=self.distance[keep])


@dataclass(frozen=True, eq=False)
class Scores:
    """Comparisons of photographs by person; same person on both sides is mated."""

    people: tuple[Hashable, ...]  #: Names the codes stand for, by first appearance.
    probe: Codes  #: Person on the probe side of each comparison, shape (n,).
    gallery: Codes  #: Person on the gallery side, in the same codes, shape (n,).
    #: Lower is more alike, shape (n,); +inf for a comparison that failed, which never matches.
    distance: NDArray[np.float64]
    labels: Mapping[str, Label] = field(default_factory=dict)  #: Groups of people by label.
    #: Codes of the photographs on both sides, shapes (n,); None where they are not told apart.
    photos: Photos | None = None
    similar: bool = False  #: Whether distances are negated similarities, so that thresholds are similarities.
    #: Whether each row of the table was left out because it compares a photograph with itself, shape (rows of
    #: the table,); None if no row was.
    left_out: NDArray[np.bool_] | None = None

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
            similarity: higher is more alike, shape (n,); kept as its negative, while thresholds go in and
                come out as similarities.
            groups_probe: label to the value of each probe, shape (n,); blank or None for no value.
            groups_gallery: the same for the gallery side.
            photos: ids of both photographs, where a person has several. A row with the same one of one
                person on both sides is no comparison: it is left out, and counted. Where other rows are
                nearer to such photographs, a name says no more than which photograph of its side it is.
            as_written: ids and values that differ in form only ("7" and "007") are different ones.

        Raises: BadInput: lengths differ, an id is blank or says nobody, ids, photographs or values of a label
            differ in form only, a score is missing or not a number, both or neither
            of distance and similarity are given, a person carries two values of a label, nobody is compared
            with anybody else, or photographs are not named and seem to be compared with themselves.
        """
        scores = distances_of(distance, similarity)
        sides = [stripped(listed(person_probe)), stripped(listed(person_gallery))]
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
        named, similar = photos_of(photos, len(scores)), distance is None
        return cls(people, probe, gallery, scores, labels, named, similar)._without_selves()

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

    def _without_selves(self) -> Scores:
        """Without rows that compare a photograph with itself. Raises: BadInput (there seem to be some)."""
        once = self.listing.once
        if self.photos is None:
            found = Unnamed(self.probe, self.gallery, self.distance, self.similar, once).selves()
            if found:
                raise _compared_with_themselves(found)
            return self
        sides = sides_of(self.probe, self.gallery, self.photos)
        selves = named_selves(sides, self.distance, once=once)
        if not selves.any():
            return self
        kept = ~selves
        return replace(
            self,
            probe=self.probe[kept],
            gallery=self.gallery[kept],
            distance=self.distance[kept],
            photos=(self.photos[0][kept], self.photos[1][kept]),
            left_out=selves,
        )

    @property
    def same_photograph(self) -> int:
        """How many rows of the table were left out because they compare a photograph with itself."""
        return 0 if self.left_out is None else int(np.count_nonzero(self.left_out))

    @property
    def table_rows(self) -> Codes:
        """The row of the table that each comparison stood in, from 0, shape (n,)."""
        return np.arange(len(self)) if self.left_out is None else np.flatnonzero(~self.left_out)

    @cached_property
    def comparisons(self) -> Comparisons:
        """The non-mated comparisons, for every measure of false matches; mirrored rows are one comparison.

        Pairs of one set that are listed once stand in both people's groups, whichever stands first.
        """
        listing = self.listing
        other = (self.probe != self.gallery) & listing.counted
        columns = self.probe[other], self.gallery[other], self.distance[other]
        return one_by_one(*columns, len(self.people), once=listing.once, similar=self.similar)

    @cached_property
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
        return MatedScores(self.probe[own], self.distance[own], self.similar)

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

        In one set whose pairs are listed once a person has one value, whichever side they stand on.

        Raises: BadInput: no such label.
        """
        groups = self.label(label)
        if (groups.gallery < 0).all():
            return Grouping.of_probes(groups.probe, len(groups.values))
        return Grouping(groups.probe, groups.gallery, len(groups.values), len(groups.values))

    def probe_grouping(self, label: str) -> Grouping:
        """Probes by a label against everyone. Raises: BadInput (no such label)."""
        groups = self.label(label)
        return Grouping.of_probes(groups.probe, len(groups.values))

    def label(self, label: str) -> Label:
        """A label of people; in one set whose pairs are listed once it is the same on both sides.

        Raises: BadInput: no such label.
        """
        if label in self.labels:
            given = self.labels[label]
            if not self.listing.once:
                return given
            either = np.where(given.probe >= 0, given.probe, given.gallery)
            return Label(given.values, either, either)
        there = ", ".join(self.labels) or "none"
        raise BadInput(
            "no such label",
            expected=f"one of {there}",
            got=repr(label),
            remedy="name a label of the table",
            code="no-such-label",
        )


def _compared_with_themselves(rows: int) -> BadInput:
    return BadArgument(
        "photographs seem to be compared with themselves",
        expected="comparisons of two different photographs",
        got=f"{rows} rows that look like the diagonal of a set compared with itself: one person on both "
        "sides, the perfect score, as often as the person has photographs, and nobody else there",
        remedy="leave those rows out, or name the photographs of both sides: a row with the same one twice "
        "is then left out and counted, and a row with two is kept whatever its score",
    )
