"""The searches behind a table of scores that holds every comparison of every probe with one gallery."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.identification.searches import Mated, Searches
from fairlineup.measures.scores.columns import Codes
from fairlineup.measures.scores.scores import Scores
from fairlineup.records import NotMeasured


def non_mated_searches(scores: Scores) -> Searches | NotMeasured:
    """The non-mated searches behind a full rectangle: every probe compared once with one whole gallery.

    These are the searches of people who are not in the gallery. If everyone is, each is searched without
    their own photographs (`own_left_out`), among all but one of the people there are. A full set whose pairs
    are listed once is a full rectangle: each of its photographs is searched for among all the others.

    Returns: NotMeasured if a comparison is missing or made twice: then nothing can be said of a search.
    """
    table = _Rectangle.of(scores)
    return table if isinstance(table, NotMeasured) else table.non_mated()


def mated_searches(scores: Scores) -> Mated | NotMeasured:
    """The searches, in a full rectangle, of people who are in the gallery with another photograph."""
    table = _Rectangle.of(scores)
    return table if isinstance(table, NotMeasured) else table.mated()


@dataclass(frozen=True, slots=True, eq=False)
class _Rectangle:
    """Every probe photograph against every gallery photograph, in order of probe then gallery."""

    probe_person: Codes  #: Shape (probes,).
    gallery_person: Codes  #: Shape (photographs,).
    distance: NDArray[np.float64]  #: inf where a comparison failed, shape (probes, photographs).
    compared: NDArray[np.bool_]  #: False where a photograph meets itself, the same shape.
    similar: bool  #: Whether distances are negated similarities.

    @classmethod
    def of(cls, scores: Scores) -> _Rectangle | NotMeasured:
        rows = _Rows.of(scores)
        if scores.listing.once:
            rows = rows.both_ways()
        probes, row = np.unique(rows.left, return_inverse=True)
        gallery, column = np.unique(rows.right, return_inverse=True)
        shape = len(probes), len(gallery)
        cells = np.unique(row * len(gallery) + column)
        selves = np.isin(probes, gallery).sum() if (rows.left != rows.right).all() else 0
        if len(cells) != len(row) or len(cells) != shape[0] * shape[1] - selves:
            reason = (
                f"not every one of {len(probes):,} probes is compared once with every one of "
                f"{len(gallery):,} gallery photographs"
            )
            return NotMeasured(reason, trials=len(scores))
        person, other = rows.people_of_sides()
        if (person[row] != rows.probe).any() or (other[column] != rows.gallery).any():
            return NotMeasured("one photograph stands under two people", trials=len(scores))
        distance, compared = np.full(shape, np.inf, rows.distance.dtype), np.zeros(shape, np.bool_)
        distance[row, column], compared[row, column] = rows.distance, True
        return cls(person, other, distance, compared, scores.similar)

    def non_mated(self) -> Searches:
        enrolled = len(np.unique(self.gallery_person))
        strangers = ~np.isin(self.probe_person, self.gallery_person)
        if strangers.any():
            return self._searches(strangers, enrolled, len(self.gallery_person))
        fewest = len(self.gallery_person) - int(np.unique(self.gallery_person, return_counts=True)[1].max())
        return self._searches(~strangers, enrolled - 1, fewest, own=False)

    def mated(self) -> Mated | NotMeasured:
        own = self.probe_person[:, None] == self.gallery_person
        present = (own & self.compared).any(axis=1)
        if not present.any():
            reason = "nobody who is searched for is in the gallery"
            if own.any():
                reason += " with another photograph"
            return NotMeasured(reason, 0, 0, 0)
        enrolled = len(np.unique(self.gallery_person))
        found = self._searches(present, enrolled, len(self.gallery_person))
        return Mated(found, np.ones(len(found), np.bool_))

    def _searches(self, chosen: NDArray[np.bool_], people: int, photos: int, *, own: bool = True) -> Searches:
        distance = self.distance[chosen]
        kept = np.isfinite(distance)
        if not own:
            kept &= self.probe_person[chosen][:, None] != self.gallery_person
        row, column = np.nonzero(kept)
        person = self.probe_person[chosen]
        return Searches(
            person=person,
            processed=np.asarray(np.isfinite(distance).any(axis=1)),
            row=row.astype(np.int64),
            gallery_person=self.gallery_person[column],
            distance=distance[kept],
            gallery_people=people,
            gallery_photos=photos,
            own_left_out=not own,
            similar=self.similar,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """What each row compares: people, and photographs in codes common to both sides (people without any)."""

    left: Codes
    right: Codes
    probe: Codes
    gallery: Codes
    distance: NDArray[np.float64]

    @classmethod
    def of(cls, scores: Scores) -> _Rows:
        left, right = scores.photos or (scores.probe, scores.gallery)
        return cls(left, right, scores.probe, scores.gallery, scores.distance)

    def both_ways(self) -> _Rows:
        """Each comparison that is listed one way only, listed the other way too."""
        several = 1 + max(int(self.left.max(initial=0)), int(self.right.max(initial=0)))
        there, mirrored = self.left * several + self.right, self.right * several + self.left
        add = ~np.isin(mirrored, there)
        return _Rows(
            np.concatenate((self.left, self.right[add])),
            np.concatenate((self.right, self.left[add])),
            np.concatenate((self.probe, self.gallery[add])),
            np.concatenate((self.gallery, self.probe[add])),
            np.concatenate((self.distance, self.distance[add])),
        )

    def people_of_sides(self) -> tuple[Codes, Codes]:
        """The person of each thing on either side, by a row it stands in."""
        first = np.unique(self.left, return_index=True)[1], np.unique(self.right, return_index=True)[1]
        return self.probe[first[0]], self.gallery[first[1]]
