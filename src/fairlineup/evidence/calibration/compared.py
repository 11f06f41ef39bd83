"""Everybody's photographs compared with everybody else's: the non-mated pairs behind a calibration."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from fairlineup.evidence.plan import Entry
from fairlineup.faces.kinds import CUTS, Cuts, Kind, kinds_of
from fairlineup.faces.vectors import (
    Bins,
    PreparedTemplates,
    TemplateSet,
    exact_distances,
    histogram,
    tail,
)
from fairlineup.labels import OnePerson
from fairlineup.measures import ComparedBlock, Comparisons
from fairlineup.records import BadInput, Progress, Quality, no_progress

LISTED = 2_000_000  # nearest pairs kept one by one, so that rates have intervals
FINE_BINS = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Photographs with their templates, and who is on them."""

    entries: tuple[Entry, ...]  #: photographs with a template, in the manifest's order.
    templates: PreparedTemplates  #: one a photograph.
    person: NDArray[np.int64] = field(init=False)  #: code of each photograph's person, shape (photographs,).
    people: tuple[str, ...] = field(init=False)  #: ids in the order of their codes.
    #: people counted as one with the first of them, id to id.
    joined: Mapping[str, str] = field(default_factory=dict)
    qualities: tuple[Quality, ...] = ()  #: one a photograph, where they were measured.
    cuts: Cuts = CUTS["dlib"]  #: by which their kinds are told.

    def __post_init__(self) -> None:
        ids = [self.joined.get(entry.person, entry.person) for entry in self.entries]
        if len(set(ids)) < 2:
            raise BadInput(
                "there is nobody to compare",
                expected="photographs of two people or more in which a face is found",
                got=f"those of {len(set(ids))}",
                remedy="calibrate on a larger data set",
                code="not-enough-data",
            )
        people, person = np.unique(ids, return_inverse=True)
        object.__setattr__(self, "people", tuple(people.tolist()))
        object.__setattr__(self, "person", person.astype(np.int64))

    @property
    def photographs(self) -> NDArray[np.float64]:
        """How many photographs each person has, shape (people,)."""
        return np.bincount(self.person, minlength=len(self.people)).astype(np.float64)

    @property
    def pairs(self) -> int:
        """Non-mated pairs of photographs."""
        return round(ComparedBlock(self.photographs, self.photographs, once=True).trials)

    def joining(self, pairs: Iterable[tuple[str, str]]) -> Compared:
        """The same with some pairs of people counted as one person, whose pairs are then mated."""
        one_person = OnePerson()
        for pair in pairs:
            one_person.join(pair)
        return replace(self, joined=one_person.others())

    def of_kind(self, kind: Kind) -> Compared | None:
        """The photographs of one kind; None where they are of fewer than two people."""
        places = [n for n, quality in enumerate(self.qualities) if kind in kinds_of(quality, self.cuts)]
        if len({self.joined.get(one, one) for one in (self.entries[n].person for n in places)}) < 2:
            return None
        return self._only(places)

    def of_people(self, wanted: Collection[str]) -> Compared:
        """The photographs of some people, by their ids. Raises: BadInput: they are fewer than two people."""
        return self._only([n for n, entry in enumerate(self.entries) if entry.person in wanted])

    def nearest(self, count: int) -> list[tuple[int, int, float]]:
        """The nearest non-mated pairs of photographs, by index, and every one at the last one's distance."""
        i, j, distance = self._listed(self._reach(count, at_least=True), no_progress)
        order = np.lexsort((j, i, distance))
        last = distance[order[min(count, len(order)) - 1]] if len(order) else -np.inf
        chosen = order[distance[order] <= last]
        return list(zip(i[chosen].tolist(), j[chosen].tolist(), distance[chosen].tolist(), strict=True))

    def comparisons(self, progress: Progress = no_progress) -> Comparisons:
        """The non-mated comparisons, the nearest of them listed, by person."""
        reach = self._reach(LISTED)
        i, j, distance = self._listed(reach, progress)
        photos = self.photographs
        block = ComparedBlock(photos, photos, once=True)
        return Comparisons(self.person[i], self.person[j], distance, len(self.people), (block,), reach=reach)

    def mated(self, same: frozenset[frozenset[str]]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Person code and distance of the first pair of each person that is two pictures."""
        places: dict[int, list[int]] = {}
        for index, person in enumerate(self.person.tolist()):
            places.setdefault(person, []).append(index)
        found = [(person, pair) for person, own in places.items() if (pair := self._two(own, same))]
        first = np.array([pair[0] for _, pair in found], np.int64)
        other = np.array([pair[1] for _, pair in found], np.int64)
        codes = np.array([person for person, _ in found], np.int64)
        return codes, exact_distances(self.templates, self.templates, first, other)

    def counts(self, edges: Sequence[float]) -> list[int]:
        """Non-mated pairs at or below each of evenly spaced edges from 0, to the rounding of float32."""
        bins = Bins(len(edges) - 1, float(edges[-1]))
        found = histogram(TemplateSet(self.templates, self.person), None, bins)
        return [0, *np.cumsum(found.counts[0, 0]).tolist()]

    @property
    def farthest(self) -> float:
        """A distance that no pair exceeds."""
        return 2.0 if self.templates.metric == "cosine" else 2.0 * self.templates.longest

    def _only(self, places: Sequence[int]) -> Compared:
        kept = np.array(places, np.intp)
        templates = self.templates.each(lambda column: column[kept])
        qualities = tuple(self.qualities[n] for n in places) if self.qualities else ()
        entries = tuple(self.entries[n] for n in places)
        return replace(self, entries=entries, templates=templates, qualities=qualities)

    def _two(self, own: Sequence[int], same: frozenset[frozenset[str]]) -> tuple[int, int] | None:
        for place, a in enumerate(own):
            for b in own[place + 1 :]:
                if frozenset((self.entries[a].photo, self.entries[b].photo)) not in same:
                    return a, b
        return None

    def _reach(self, count: int, *, at_least: bool = False) -> float:
        """A distance with at most, or at least, `count` pairs within it; infinite if there are no more."""
        if self.pairs <= count:
            return np.inf
        edges = np.linspace(0.0, self.farthest, FINE_BINS + 1)
        within = np.asarray(self.counts(edges.tolist()))
        if at_least:  # one edge more, because pairs are counted to the rounding of float32
            return float(edges[min(int(np.searchsorted(within, count)) + 1, FINE_BINS)])
        return float(edges[np.flatnonzero(within <= count)[-1]])

    def _listed(
        self, reach: float, progress: Progress
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        near = tail(self.templates, self.templates, reach, progress=progress)
        i, j = near.probe_index, near.reference_index
        kept = (i < j) & (self.person[i] != self.person[j])
        return i[kept], j[kept], near.distance[kept]
