"""The people behind the picture: who was flagged with one run and not with the other, and as whom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fairlineup.evidence.versus.outcomes import Pair
from fairlineup.evidence.versus.pairing import Stage
from fairlineup.evidence.versus.points import Point
from fairlineup.evidence.versus.side import Side
from fairlineup.measures import PairedOutcomes
from fairlineup.records import NotMeasured
from fairlineup.results import FlaggedByOne, significant

MOST = 200


def flagged_apart(
    sides: Sequence[Side],
    stage: Stage | NotMeasured,
    outcomes: PairedOutcomes | NotMeasured,
    point: Point,
    pair: Pair,
) -> tuple[FlaggedByOne, ...]:
    """People whom one run of two flags at its own threshold, with the stranger it holds them for.

    Each with the nearest of their searches, the closest first; at most 200, however many there are.
    """
    given = [one for one in (point.thresholds[n] for n in pair) if not isinstance(one, NotMeasured)]
    if isinstance(stage, NotMeasured) or isinstance(outcomes, NotMeasured) or len(given) < 2:
        return ()
    flagged = [outcomes.wrong(n, at) for n, at in zip(pair, given, strict=True)]
    people = [set(outcomes.person[one].tolist()) for one in flagged]
    found: list[tuple[float, FlaggedByOne]] = []
    for place, system in enumerate(pair):
        only = sorted(people[place] - people[1 - place])
        found += [_nearest(sides[system], stage.rows[system], outcomes, system, one) for one in only]
    found.sort(key=lambda one: one[0])
    return tuple(row for _, row in found[:MOST])


def _nearest(
    side: Side, rows: NDArray[np.int64], outcomes: PairedOutcomes, system: int, person: int
) -> tuple[float, FlaggedByOne]:
    theirs = np.flatnonzero(outcomes.person == person)
    search = int(rows[theirs[np.argmin(outcomes.distance[system, theirs])]])
    evidence = side.evidence
    candidates = np.flatnonzero(evidence.absent.row == search)
    best = int(candidates[np.argmin(evidence.absent.distance[candidates])])
    distance = float(evidence.absent.distance[best])
    return distance, FlaggedByOne(
        flagged_by=side.key,
        person=evidence.absent_attempts[search].person,
        probe_photo=evidence.absent_attempts[search].photo,
        gallery_person=evidence.people[int(evidence.absent.gallery_person[best])],
        gallery_photo=evidence.candidates.photos[int(evidence.candidates.photo[best])],
        score=significant(side.scale.to_score(distance)),
    )
