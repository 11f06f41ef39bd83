"""Paired searches in columns: one list of people for all runs, and the distance that decides each search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures
from fairlineup.evidence.versus.pairing import Pairing, Stage
from fairlineup.evidence.versus.side import Side
from fairlineup.measures import Comparisons, PairedOutcomes
from fairlineup.records import Measured, NotMeasured

Codes = NDArray[np.int64]
EACH_OTHER = (
    "the people searched for are each other's strangers (leave-one-out): one pair alike flags two of "
    "them, and a paired test takes them for independent"
)


@dataclass(frozen=True, slots=True, eq=False)
class PairedSearches:
    """The searches every run answered, ready to be measured."""

    people: tuple[str, ...]  #: names of the codes; whoever is searched for comes first.
    #: target-absent searches with the nearest stranger; or why there are none.
    flagged: PairedOutcomes | NotMeasured
    missed: PairedOutcomes | NotMeasured  #: target-present searches with the mate; or why there are none.
    comparisons: tuple[Comparisons, ...]  #: of each run: its probes with the people who are no probe.
    #: of each run: weakest distance of target-absent lists it cut, +inf where it did not.
    capped: tuple[NDArray[np.float64], ...]
    list_length: int  #: the shortest list a user of any run is shown.

    def false_match_rate(self, system: int, threshold: float, level: float) -> Measured:
        """FMR of a run on the shared probes, at a distance."""
        cut = int(np.count_nonzero(self.capped[system] <= threshold))
        if cut:
            return NotMeasured(f"the system cut {cut:,} lists before this threshold, so matches are missing")
        return measures.false_match_rate(self.comparisons[system], threshold, level)


def lay_out(sides: Sequence[Side], pairing: Pairing) -> PairedSearches:
    """The paired searches of runs in columns."""
    searched = {
        person
        for stage in (pairing.absent, pairing.present)
        if isinstance(stage, Stage)
        for person in stage.people
    }
    everyone = {person for side in sides for person in side.evidence.people}
    people = (*sorted(searched), *sorted(everyone - searched))
    code = {person: number for number, person in enumerate(people)}
    length = min(side.run.plan.search.list_length for side in sides)
    flagged, missed = _flagged(sides, pairing.absent, code), _missed(sides, pairing.present, code, length)
    compared: tuple[Comparisons, ...] = ()
    capped: tuple[NDArray[np.float64], ...] = ()
    if isinstance(pairing.absent, Stage):
        rows = pairing.absent.rows
        compared = tuple(_comparisons(side, one, code) for side, one in zip(sides, rows, strict=True))
        capped = tuple(side.evidence.absent_capped[one] for side, one in zip(sides, rows, strict=True))
    return PairedSearches(people, flagged, missed, compared, capped, length)


def _flagged(
    sides: Sequence[Side], stage: Stage | NotMeasured, code: dict[str, int]
) -> PairedOutcomes | NotMeasured:
    if isinstance(stage, NotMeasured):
        return stage
    if any(side.run.protocol.leave_one_out for side in sides):
        return NotMeasured(EACH_OTHER)
    distance = []
    for side, rows in zip(sides, stage.rows, strict=True):
        searches = side.evidence.absent
        nearest = np.full(len(searches), np.inf)
        np.minimum.at(nearest, searches.row, searches.distance)
        distance.append(nearest[rows])
    return PairedOutcomes(_coded(stage.people, code), np.stack(distance), wrong_within=True)


def _missed(
    sides: Sequence[Side], stage: Stage | NotMeasured, code: dict[str, int], length: int
) -> PairedOutcomes | NotMeasured:
    """Mates beyond the list a user is shown are as good as not returned; own pictures are left out."""
    if isinstance(stage, NotMeasured):
        return stage
    distance, own = [], np.zeros(len(stage.people), np.bool_)
    for side, rows in zip(sides, stage.rows, strict=True):
        mated = side.evidence.mated
        found, rank = measures.mate_standing(mated)
        distance.append(np.where((rank > 0) & (rank <= length), found, np.inf)[rows])
        if mated.same_picture is not None:
            own |= mated.same_picture[rows]
    outcomes = PairedOutcomes(_coded(stage.people, code), np.stack(distance), wrong_within=False)
    if own.all():
        return NotMeasured("no mate but the very picture searched with")
    return outcomes.only(~own)


def _comparisons(side: Side, rows: Codes, code: dict[str, int]) -> Comparisons:
    """A run's comparisons of the shared probes, listed as far as no list of theirs was cut."""
    evidence = side.evidence
    shared = np.zeros(len(evidence.absent), np.bool_)
    shared[rows] = True
    searches = evidence.absent.only(shared)
    to = _coded(evidence.people, code)
    gallery_photos = np.zeros(len(code))
    gallery_photos[to] = evidence.among_others.blocks[0].gallery_photos
    probes = np.bincount(to[searches.person[searches.processed]], minlength=len(code))
    reach = evidence.among_others.reach
    compared = measures.crossed(
        to[searches.person[searches.row]],
        to[searches.gallery_person],
        searches.distance,
        probe_photos=probes.astype(np.float64),
        gallery_photos=gallery_photos,
        reach=reach,
    )
    cut = float(evidence.absent_capped[rows].min(initial=np.inf))
    return compared if cut > reach else compared.within(float(np.nextafter(cut, -np.inf)))


def _coded(people: Sequence[str], code: dict[str, int]) -> Codes:
    return np.array([code[person] for person in people], dtype=np.int64)
