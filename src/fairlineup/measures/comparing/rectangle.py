"""The searches behind a table of scores that holds every comparison of every probe with one gallery."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.searching.searches import Mated, Searches
from fairlineup.measures.tables.columns import Codes
from fairlineup.measures.tables.scores import Scores
from fairlineup.records import NotMeasured


def non_mated_searches(scores: Scores) -> Searches | NotMeasured:
    """The non-mated searches behind a full rectangle: every probe compared once with one whole gallery.

    These are the searches of people who are not in the gallery. If everyone is, each is searched without
    their own photographs: `own_left_out`, among all but one of the people there are.

    Returns: NotMeasured if a comparison is missing or made twice: then nothing can be said of a search.
    """
    table = _Rectangle.of(scores)
    return table if isinstance(table, NotMeasured) else table.non_mated()


def mated_searches(scores: Scores) -> Mated | NotMeasured:
    """The searches, in a full rectangle, of people who are in the gallery."""
    table = _Rectangle.of(scores)
    return table if isinstance(table, NotMeasured) else table.mated()


@dataclass(frozen=True, slots=True, eq=False)
class _Rectangle:
    """Every probe photograph against every gallery photograph, in order of probe then gallery."""

    probe_person: Codes
    gallery_person: Codes
    distance: NDArray[np.float64]

    @classmethod
    def of(cls, scores: Scores) -> _Rectangle | NotMeasured:
        rows, columns = scores.photos or (scores.probe, scores.gallery)
        probes, row = np.unique(rows, return_inverse=True)
        gallery, column = np.unique(columns, return_inverse=True)
        full = len(probes) * len(gallery)
        order = np.argsort(row * len(gallery) + column, kind="stable")
        if full != len(scores) or not np.array_equal(
            (row * len(gallery) + column)[order], np.arange(len(scores))
        ):
            reason = (
                f"not every one of {len(probes):,} probes is compared once with every one of "
                f"{len(gallery):,} gallery photographs"
            )
            return NotMeasured(reason, trials=len(scores))
        person = scores.probe[order].reshape(len(probes), -1)
        other = scores.gallery[order].reshape(len(probes), -1)
        if (person != person[:, :1]).any() or (other != other[:1]).any():
            return NotMeasured("one photograph stands under two people", trials=len(scores))
        return cls(person[:, 0], other[0], scores.distance[order].reshape(len(probes), -1))

    def non_mated(self) -> Searches:
        enrolled = len(np.unique(self.gallery_person))
        strangers = ~np.isin(self.probe_person, self.gallery_person)
        if strangers.any():
            return self._searches(strangers, enrolled, len(self.gallery_person))
        fewest = len(self.gallery_person) - int(np.unique(self.gallery_person, return_counts=True)[1].max())
        return self._searches(~strangers, enrolled - 1, fewest, own=False)

    def mated(self) -> Mated | NotMeasured:
        present = np.isin(self.probe_person, self.gallery_person)
        if not present.any():
            return NotMeasured("nobody who is searched for is in the gallery", 0, 0, 0)
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
        )
