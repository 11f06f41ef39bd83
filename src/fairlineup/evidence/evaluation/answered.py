"""Recorded answers held to what an answer may be, wherever they come from: a run's own, or a stranger's."""

from __future__ import annotations

import numpy as np

from fairlineup.evidence.plan import ENROL_STAGES, SEARCH_STAGES
from fairlineup.evidence.runs import FrozenRun, Observations
from fairlineup.records import Outcome


def fault_in(frozen: FrozenRun, seen: Observations) -> str:
    """What no system can have answered, in words; blank where there is nothing."""
    scale, reach = frozen.information.scale, frozen.plan.search.record_to
    score = seen.score
    if not (np.isfinite(score) & (score >= scale.low) & (score <= scale.high)).all():
        return f"a score that is not from {scale.low:g} to {scale.high:g}"
    if not (scale.to_distance(score) <= scale.to_distance(reach)).all():
        return f"a candidate beyond {reach:g}, which was not recorded"
    processed = np.array([one.outcome == Outcome.OK for one in seen.searches], dtype=np.bool_)
    if not processed[seen.search].all():
        return "a candidate for a photograph that was not processed"
    pairs = seen.search * max(1, len(seen.photos)) + seen.photo
    pairs.sort()
    if (pairs[1:] == pairs[:-1]).any():
        return "a photograph twice in a list of candidates"
    if any(one.capped for one in seen.enrolments):
        return "an enrolment with a list of candidates"
    return _not_enrolled(seen)


def _not_enrolled(seen: Observations) -> str:
    """A candidate that was not in the gallery by then, in words; blank where there is none."""
    for number, searched in enumerate(SEARCH_STAGES, start=1):
        there = {
            one.photo
            for one in seen.enrolments
            if one.outcome == Outcome.OK and one.stage in ENROL_STAGES[:number]
        }
        of_stage = np.array([one.stage == searched for one in seen.searches], dtype=np.bool_)
        listed = np.flatnonzero(np.bincount(seen.photo[of_stage[seen.search]])).tolist()
        if not all(seen.photos[code] in there for code in listed):
            return "a candidate that was not enrolled"
    return ""
