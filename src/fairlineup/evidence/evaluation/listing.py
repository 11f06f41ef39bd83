"""The people behind the numbers: false matches, near misses, missed mates, photographs not processed."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fairlineup import results
from fairlineup.evidence.evaluation.measured_run import MeasuredRun
from fairlineup.evidence.runs import LOST, Attempt, Observations
from fairlineup.measures import Searches, mate_standing, same_picture_searches
from fairlineup.records import Outcome, Scale

CLOSEST = 50  # pairs to look at for label errors


def false_matches(run: MeasuredRun) -> tuple[results.CandidatePair, ...]:
    """Candidates of target-absent searches at the weakest threshold and within the list a user is shown.

    Sorted by distance, so that those of any stricter threshold come first.
    """
    absent, weakest = run.answers.absent, max(at.threshold for _, at in run.declared)
    within = (absent.distance <= weakest) & (_people_rank(absent) <= run.list_length)
    return _pairs(run, np.flatnonzero(within))


def closest_non_mated(run: MeasuredRun) -> tuple[results.CandidatePair, ...]:
    """The closest pairs of people said to be different: label errors first, look-alikes second."""
    return _pairs(run, np.argsort(run.answers.absent.distance, kind="stable")[:CLOSEST])


def missed(run: MeasuredRun) -> tuple[results.Miss, ...]:
    """Mated searches, same pictures left out, without the mate on the list at the first limit's threshold."""
    mated, threshold = run.answers.mated, run.at_choice(run.frozen.plan.deployed).threshold
    distance, rank = mate_standing(mated)
    same = set(same_picture_searches(mated).tolist())
    mates = {e.person: e.photo for e in reversed(run.frozen.protocol.mates)}
    rows: list[results.Miss] = []
    for index, attempt in enumerate(run.answers.mated_attempts):
        listed = 0 < rank[index] <= run.list_length
        if index in same or (listed and distance[index] <= threshold):
            continue
        returned = bool(rank[index] > 0)
        rows.append(
            results.Miss(
                probe=attempt.person,
                probe_photo=attempt.photo,
                gallery_photo=mates[attempt.person],
                at=on_scale(run.scale, run.scale.to_score(float(distance[index])) if returned else None),
                rank=int(rank[index]) if returned else None,
                why=_why(attempt, enrolled=bool(mated.mate_enrolled[index]), returned=returned),
            )
        )
    return tuple(rows)


def same_pictures(run: MeasuredRun) -> tuple[results.SamePictureMate, ...]:
    """Mated searches left out of miss rates because probe and mate are one picture."""
    dataset = run.frozen.dataset
    pairs = sorted(sorted(pair) for pair in dataset.same_pictures)
    mates = {entry.photo: entry.person for entry in dataset.entries if entry.role == "gallery"}
    rows: list[results.SamePictureMate] = []
    for index in same_picture_searches(run.answers.mated).tolist():
        attempt = run.answers.mated_attempts[index]
        twins = [p for pair in pairs if attempt.photo in pair for p in pair if mates.get(p) == attempt.person]
        rows.append(results.SamePictureMate(attempt.person, attempt.photo, twins[0]))
    return tuple(rows)


def not_processed(observations: Observations) -> tuple[results.PhotoNotProcessed, ...]:
    """Photographs the system could not process, once each."""
    return tuple(
        {
            attempt.photo: results.PhotoNotProcessed(
                attempt.person, attempt.photo, cast("results.Failure", attempt.outcome), attempt.detail
            )
            for attempt in (*observations.enrolments, *observations.searches)
            if attempt.outcome not in (Outcome.OK.value, LOST)
        }.values()
    )


def on_scale(scale: Scale, score: float | None) -> results.OnScale:
    """A score of the system under the key that says how it is meant."""
    return results.DistanceScore(score) if scale.kind == "distance" else results.SimilarityScore(score)


def _pairs(run: MeasuredRun, chosen: NDArray[np.int64]) -> tuple[results.CandidatePair, ...]:
    """Some target-absent candidates, most alike first."""
    answers, scale = run.answers, run.scale
    searches, listed = answers.absent, answers.candidates
    person_of = {entry.photo: entry.person for entry in run.frozen.dataset.entries}
    rows: list[results.CandidatePair] = []
    for index in chosen[np.argsort(searches.distance[chosen], kind="stable")].tolist():
        attempt = answers.absent_attempts[searches.row[index]]
        photo = listed.photos[listed.photo[index]]
        rows.append(
            results.CandidatePair(
                probe=attempt.person,
                probe_photo=attempt.photo,
                gallery_person=person_of[photo],
                gallery_photo=photo,
                at=on_scale(scale, scale.to_score(float(searches.distance[index]))),
                rank=int(listed.rank[index]),
            )
        )
    return tuple(rows)


def _people_rank(searches: Searches) -> NDArray[np.int64]:
    """Rank of each candidate's person in its list, counting people; shape (n_candidates,)."""
    rank = np.zeros(len(searches.row), dtype=np.int64)
    starts = np.searchsorted(searches.row, np.arange(len(searches) + 1))
    for start, stop in pairwise(starts):
        order = start + np.argsort(searches.distance[start:stop], kind="stable")
        people, first = np.unique(searches.gallery_person[order], return_index=True)
        standing = np.argsort(np.argsort(first))
        rank[order] = 1 + standing[np.searchsorted(people, searches.gallery_person[order])]
    return rank


def _why(attempt: Attempt, *, enrolled: bool, returned: bool) -> str:
    if attempt.outcome != Outcome.OK.value:
        return f"the probe was not processed: {attempt.outcome}"
    if not enrolled:
        return "the mate was not enrolled"
    return "beyond the threshold or the list" if returned else "not returned"
