"""Non-mated comparisons of people in columns: the close ones listed, all of them counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import (
    BadArgument,
    any_nan,
    check_columns,
    check_faults,
    check_one_kind,
    check_same_people,
)
from fairlineup.measures.identification.searches import Searches, require_non_mated
from fairlineup.measures.thresholds import distance_at


@dataclass(frozen=True, slots=True, eq=False)
class ComparedBlock:
    """Every photograph of one side compared with every one of the other, but not with their own person's."""

    #: Photographs of each person on the probe side, shape (people,); 0 where they have none.
    probe_photos: NDArray[np.float64]
    gallery_photos: NDArray[np.float64]  #: The same for the gallery side.
    #: Whether both sides are one set whose pairs were compared once, not in both directions.
    once: bool = False

    @property
    def share(self) -> float:
        """How much of the full rectangle was compared: half of it where each pair was compared once."""
        return 0.5 if self.once else 1.0

    @property
    def trials(self) -> float:
        """How many comparisons of photographs."""
        own = float(self.probe_photos @ self.gallery_photos)
        return self.share * (float(self.probe_photos.sum() * self.gallery_photos.sum()) - own)

    def by_person(self) -> NDArray[np.float64]:
        """Comparisons each person took part in, on either side, shape (people,)."""
        m, n = self.probe_photos, self.gallery_photos
        counted: NDArray[np.float64] = self.share * (m * (n.sum() - n) + n * (m.sum() - m))
        return counted


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Pairs of people counted one by one, for tables that are no full rectangle; shapes (n_pairs,)."""

    probe: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))  #: Person code.
    gallery: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))  #: Person code.
    #: Comparisons of photographs of the two.
    times: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    #: Whether both sides are one set whose pairs were compared once, not in both directions.
    once: bool = False

    def __post_init__(self) -> None:
        check_columns(self, len(self.times), probe="iu", gallery="iu", times="iu")

    def both_ways(self) -> Counted:
        """Each pair in both directions."""
        probe, gallery = (self.probe, self.gallery), (self.gallery, self.probe)
        return Counted(np.concatenate(probe), np.concatenate(gallery), np.concatenate((self.times,) * 2))


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Comparisons:
    """Non-mated comparisons: those at or below `reach` in columns, all of them counted.

    Raises: BadInput: the columns do not fit each other, or a comparison is of one person.
    """

    #: Person on the probe side of each listed comparison, a code from 0, shape (n_listed,).
    probe: NDArray[np.int64]
    gallery: NDArray[np.int64]  #: Person on the gallery side, in the same codes, shape (n_listed,).
    distance: NDArray[np.float64]  #: Lower is more alike, shape (n_listed,).
    people: int  #: How many person codes there are.
    blocks: tuple[ComparedBlock, ...] = ()  #: Full rectangles of comparisons made.
    counted: Counted = Counted()  #: Further comparisons, pair by pair.
    #: Every comparison at or below this distance is listed; thresholds beyond it cannot be measured.
    reach: float = np.inf
    similar: bool = False  #: Whether distances are negated similarities, so that thresholds are similarities.

    def __post_init__(self) -> None:
        check_columns(self, len(self.distance), probe="iu", gallery="iu", distance="f")
        for block in self.blocks:
            check_columns(block, self.people, probe_photos="f", gallery_photos="f")
        check_faults(
            "the comparisons do not fit",
            self._faults(),
            expected="distances of two different people, whose codes run from 0 to people - 1",
            remedy="give each person one code, and keep mated comparisons apart",
        )

    def __len__(self) -> int:
        """How many comparisons are listed."""
        return len(self.distance)

    @property
    def trials(self) -> int:
        """How many comparisons of photographs were made, listed or not."""
        return round(sum(block.trials for block in self.blocks) + float(self.counted.times.sum()))

    @property
    def probe_side(self) -> NDArray[np.bool_]:
        """Who stands on the probe side, shape (people,)."""
        codes = (self.counted.probe, self.counted.gallery if self.counted.once else self.counted.probe)
        return self._side([block.probe_photos for block in self.blocks], codes)

    @property
    def gallery_side(self) -> NDArray[np.bool_]:
        """Who stands on the gallery side, shape (people,)."""
        codes = (self.counted.gallery, self.counted.probe if self.counted.once else self.counted.gallery)
        return self._side([block.gallery_photos for block in self.blocks], codes)

    def trials_by_person(self) -> NDArray[np.float64]:
        """Comparisons each person took part in, on either side, shape (people,)."""
        total = np.zeros(self.people)
        for block in self.blocks:
            total += block.by_person()
        for side in (self.counted.probe, self.counted.gallery):
            np.add.at(total, side, self.counted.times)
        return total

    def within(self, threshold: float) -> Comparisons:
        """The same comparisons with only those that match at the threshold listed."""
        at = distance_at(self, threshold)
        near = self.distance <= at
        return replace(
            self,
            probe=self.probe[near],
            gallery=self.gallery[near],
            distance=self.distance[near],
            reach=min(self.reach, at),
        )

    def between(self, probes: NDArray[np.bool_], gallery: NDArray[np.bool_]) -> Comparisons:
        """The comparisons of these probe people with these gallery people, masks of shape (people,).

        Raises: BadInput: pairs compared once have no sides, so both masks must be the same.
        """
        if self.once and bool((probes != gallery).any()):
            raise BadArgument(
                "pairs that were compared once have no probe and gallery side",
                expected="one mask for both sides",
                got="two that differ",
                remedy="use `both_ways` first",
            )
        kept = probes[self.probe] & gallery[self.gallery]
        counted = probes[self.counted.probe] & gallery[self.counted.gallery]
        return replace(
            self,
            probe=self.probe[kept],
            gallery=self.gallery[kept],
            distance=self.distance[kept],
            blocks=tuple(
                replace(b, probe_photos=b.probe_photos * probes, gallery_photos=b.gallery_photos * gallery)
                for b in self.blocks
            ),
            counted=replace(
                self.counted,
                probe=self.counted.probe[counted],
                gallery=self.counted.gallery[counted],
                times=self.counted.times[counted],
            ),
        )

    def both_ways(self) -> Comparisons:
        """Pairs of one set compared once, as a rectangle with each pair in both directions."""
        if not self.once:
            return self
        return replace(
            self,
            probe=np.concatenate((self.probe, self.gallery)),
            gallery=np.concatenate((self.gallery, self.probe)),
            distance=np.concatenate((self.distance, self.distance)),
            blocks=tuple(replace(block, once=False) for block in self.blocks),
            counted=self.counted.both_ways(),
        )

    @property
    def once(self) -> bool:
        """Whether both sides are one set whose pairs were compared once, not in both directions."""
        return self.counted.once or any(block.once for block in self.blocks)

    def _side(
        self, photos: list[NDArray[np.float64]], codes: tuple[NDArray[np.int64], ...]
    ) -> NDArray[np.bool_]:
        there = np.zeros(self.people, np.bool_)
        for one in photos:
            there |= one > 0
        for some in codes:
            there[some] = True
        return there

    def _faults(self) -> Iterator[tuple[bool, str]]:
        codes = (self.probe, self.gallery, self.counted.probe, self.counted.gallery)
        outside = any(len(one) and (one.min() < 0 or one.max() >= self.people) for one in codes)
        yield outside, f"a person code outside 0 to {self.people - 1}"
        same = (self.probe == self.gallery).any() or (self.counted.probe == self.counted.gallery).any()
        yield bool(same), "a comparison of a person with themselves"
        yield any_nan(self.distance), "a distance that is not a number"
        counted = {self.counted.once} if len(self.counted.times) else set()
        mixed = len({block.once for block in self.blocks} | counted) > 1
        yield mixed, "pairs compared once beside comparisons with a probe and a gallery side"
        yield len(self) > self.trials, "more comparisons listed than were made"


def crossed(
    probe: NDArray[np.int64],
    gallery: NDArray[np.int64],
    distance: NDArray[np.float64],
    *,
    probe_photos: NDArray[np.float64],
    gallery_photos: NDArray[np.float64],
    reach: float = np.inf,
) -> Comparisons:
    """All photographs of one side against all of the other, of which the close comparisons are listed."""
    block = ComparedBlock(probe_photos, gallery_photos)
    return Comparisons(probe, gallery, distance, len(probe_photos), (block,), reach=reach)


def one_by_one(
    probe: NDArray[np.int64],
    gallery: NDArray[np.int64],
    distance: NDArray[np.float64],
    people: int,
    *,
    once: bool = False,
    similar: bool = False,
) -> Comparisons:
    """A table in which every comparison made is a row; `once` if both sides are one set, compared once.

    Which of two people stands first says nothing in a set compared once: a table of all its pairs, listed
    without `once`, would count each pair for the group of the first alone. `Scores` finds out by itself.
    """
    left, right = probe.astype(np.int64), gallery.astype(np.int64)  # codes of 8 bits would overflow
    if once:
        left, right = np.minimum(left, right), np.maximum(left, right)
    pairs, times = np.unique(left * people + right, return_counts=True)
    counted = Counted(pairs // people, pairs % people, times.astype(np.int64), once)
    return Comparisons(probe, gallery, distance, people, (), counted, similar=similar)


def comparisons_of(searches: Searches) -> Comparisons:
    """The comparisons behind non-mated searches, where every candidate up to some distance was listed.

    Of gallery people who were never a candidate only the number is known, so all gallery people are taken to
    have equally many photographs.

    Raises: MatedCandidateError: a candidate is the probe's own person.
    """
    require_non_mated(searches)
    used = searches.only(searches.processed)
    probes, times = np.unique(used.person, return_counts=True)
    listed = np.unique(used.gallery_person)
    known = np.union1d(probes, listed)
    people = len(known) + used.standing - len(listed)
    probe_photos, gallery_photos = np.zeros(people), np.zeros(people)
    probe_photos[np.searchsorted(known, probes)] = times
    gallery_photos[np.searchsorted(known, listed)] = gallery_photos[len(known) :] = (
        used.gallery_photos / used.gallery_people if used.gallery_people else 0.0
    )
    found = crossed(
        np.searchsorted(known, used.person[used.row]).astype(np.int64),
        np.searchsorted(known, used.gallery_person).astype(np.int64),
        used.distance,
        probe_photos=probe_photos,
        gallery_photos=gallery_photos,
    )
    return replace(found, similar=searches.similar)


def together(one: Comparisons, other: Comparisons) -> Comparisons:
    """Two lots of comparisons of the same people as one.

    Raises: BadInput: they are of different people.
    """
    check_same_people([one.people, other.people])
    apart = "similarities do not go together with distances"
    check_one_kind(apart, (one.similar, other.similar), "measure them apart")
    both = (one.counted, other.counted)
    once = {c.once for c in both if len(c.times)}
    apart = "pairs compared once do not go together with comparisons that have a probe and a gallery side"
    check_one_kind(apart, once, "use `both_ways` first")
    return Comparisons(
        probe=np.concatenate((one.probe, other.probe)),
        gallery=np.concatenate((one.gallery, other.gallery)),
        distance=np.concatenate((one.distance, other.distance)),
        people=one.people,
        blocks=(*one.blocks, *other.blocks),
        counted=Counted(
            np.concatenate([c.probe for c in both]),
            np.concatenate([c.gallery for c in both]),
            np.concatenate([c.times for c in both]),
            once == {True},
        ),
        reach=min(one.reach, other.reach),
        similar=one.similar,
    )
