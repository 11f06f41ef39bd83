"""The people behind the picture: who was flagged with one run and not with the other, and as whom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fairlineup.evidence.evaluation import number_json
from fairlineup.evidence.versus.outcomes import Pair
from fairlineup.evidence.versus.pairing import Stage
from fairlineup.evidence.versus.points import Point
from fairlineup.evidence.versus.questions import Questions
from fairlineup.evidence.versus.side import Side
from fairlineup.measures import PairedOutcomes
from fairlineup.records import NotMeasured
from fairlineup.seals import Plain

MOST = 200


def parted(
    sides: Sequence[Side], stage: Stage | NotMeasured, questions: Questions, point: Point, pair: Pair
) -> list[Plain]:
    """People whom one run of two flags at its own threshold, with the stranger it holds them for.

    Each with the nearest of their searches, the closest first; at most 200, however many there are.
    """
    thresholds = [point.thresholds[n] for n in pair]
    outcomes = questions.flagged
    if isinstance(stage, NotMeasured) or isinstance(outcomes, NotMeasured):
        return []
    given = [one for one in thresholds if not isinstance(one, NotMeasured)]
    if len(given) < 2:
        return []
    flagged = [outcomes.wrong(n, at) for n, at in zip(pair, given, strict=True)]
    people = [set(outcomes.person[one].tolist()) for one in flagged]
    found: list[tuple[float, Plain]] = []
    for place, system in enumerate(pair):
        only = sorted(people[place] - people[1 - place])
        found += [_nearest(sides[system], stage.rows[system], outcomes, system, one) for one in only]
    found.sort(key=lambda one: one[0])
    return [row for _, row in found[:MOST]]


def _nearest(
    side: Side, rows: NDArray[np.int64], outcomes: PairedOutcomes, system: int, person: int
) -> tuple[float, Plain]:
    theirs = np.flatnonzero(outcomes.person == person)
    search = int(rows[theirs[np.argmin(outcomes.distance[system, theirs])]])
    evidence = side.evidence
    candidates = np.flatnonzero(evidence.absent.row == search)
    best = int(candidates[np.argmin(evidence.absent.distance[candidates])])
    distance = float(evidence.absent.distance[best])
    return distance, {
        "flagged_by": side.key,
        "person": evidence.absent_attempts[search].person,
        "probe_photo": evidence.absent_attempts[search].photo,
        "gallery_person": evidence.people[int(evidence.absent.gallery_person[best])],
        "gallery_photo": evidence.candidates.photos[int(evidence.candidates.photo[best])],
        "score": number_json(side.distance(distance)),
    }
