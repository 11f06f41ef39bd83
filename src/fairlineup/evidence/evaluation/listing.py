"""The people behind the numbers: false matches, near misses, missed mates, photographs not processed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fairlineup.evidence.evaluation.evidence import Evidence, Listed
from fairlineup.evidence.plan import SettledDataset
from fairlineup.evidence.runs import LOST, Attempt, FrozenRun, Observations
from fairlineup.measures import Searches, mate_standing, same_picture_searches
from fairlineup.records import Outcome
from fairlineup.seals import Plain

CLOSEST = 50  # pairs to look at for label errors


def false_matches(papers: FrozenRun, evidence: Evidence, threshold: float) -> list[Plain]:
    """Candidates of target-absent searches at the weakest threshold and within the list a user is shown.

    Sorted by distance, so that those of any stricter threshold come first.
    """
    rank = _people_rank(evidence.absent)
    length = papers.plan.search.list_length
    chosen = np.flatnonzero((evidence.absent.distance <= threshold) & (rank <= length))
    return _pairs(papers, evidence.absent, evidence.absent_attempts, evidence.candidates, chosen)


def closest_non_mated(papers: FrozenRun, evidence: Evidence) -> list[Plain]:
    """The closest pairs of people said to be different: label errors first, look-alikes second."""
    order = np.argsort(evidence.absent.distance, kind="stable")[:CLOSEST]
    return _pairs(papers, evidence.absent, evidence.absent_attempts, evidence.candidates, order)


def missed(papers: FrozenRun, evidence: Evidence, threshold: float) -> list[Plain]:
    """Mated searches, same pictures left out, that did not bring the mate to the user's list."""
    distance, rank = mate_standing(evidence.mated)
    same, scale = set(same_picture_searches(evidence.mated).tolist()), papers.information.scale
    mates = {e.person: e.photo for e in reversed(papers.protocol.mates)}
    rows: list[Plain] = []
    for index, attempt in enumerate(evidence.mated_attempts):
        listed = 0 < rank[index] <= papers.plan.search.list_length
        if index in same or (listed and distance[index] <= threshold):
            continue
        returned = bool(rank[index] > 0)
        rows.append(
            {
                "probe": attempt.person,
                "probe_photo": attempt.photo,
                "gallery_photo": mates[attempt.person],
                scale.unit: scale.to_score(float(distance[index])) if returned else None,
                "rank": int(rank[index]) if returned else None,
                "why": _why(attempt, enrolled=bool(evidence.mated.mate_enrolled[index]), returned=returned),
            }
        )
    return rows


def same_pictures(evidence: Evidence, dataset: SettledDataset) -> list[Plain]:
    """Mated searches left out of miss rates because probe and mate are one picture."""
    pairs = sorted(sorted(pair) for pair in dataset.same_pictures)
    mates = {entry.photo: entry.person for entry in dataset.entries if entry.role == "gallery"}
    rows: list[Plain] = []
    for index in same_picture_searches(evidence.mated).tolist():
        attempt = evidence.mated_attempts[index]
        twins = [p for pair in pairs if attempt.photo in pair for p in pair if mates.get(p) == attempt.person]
        rows.append({"probe": attempt.person, "probe_photo": attempt.photo, "gallery_photo": twins[0]})
    return rows


def not_processed(observations: Observations) -> list[Plain]:
    """Photographs the system could not process, once each."""
    seen: dict[str, Plain] = {}
    for attempt in (*observations.enrolments, *observations.searches):
        if attempt.outcome not in (Outcome.OK.value, LOST):
            seen[attempt.photo] = {
                "person": attempt.person,
                "photo": attempt.photo,
                "outcome": attempt.outcome,
                "detail": attempt.detail,
            }
    return list(seen.values())


def _pairs(
    papers: FrozenRun,
    searches: Searches,
    attempts: tuple[Attempt, ...],
    listed: Listed,
    chosen: NDArray[np.int64],
) -> list[Plain]:
    person_of = {entry.photo: entry.person for entry in papers.dataset.entries}
    scale = papers.information.scale
    order = chosen[np.argsort(searches.distance[chosen], kind="stable")]
    rows: list[Plain] = []
    for index in order.tolist():
        attempt = attempts[searches.row[index]]
        photo = listed.photos[listed.photo[index]]
        rows.append(
            {
                "probe": attempt.person,
                "probe_photo": attempt.photo,
                "gallery_person": person_of[photo],
                "gallery_photo": photo,
                scale.unit: scale.to_score(float(searches.distance[index])),
                "rank": int(listed.rank[index]),
            }
        )
    return rows


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
