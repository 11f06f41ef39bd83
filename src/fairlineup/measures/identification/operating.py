"""Which threshold gives a wanted FPIR, and what would be claimed by it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import check_share
from fairlineup.measures.identification.galleries import MatchCounts
from fairlineup.measures.identification.ladder import chance_of_any, share_at_size
from fairlineup.measures.identification.searches import Searches, require_non_mated
from fairlineup.measures.thresholds import on_scale
from fairlineup.records import Estimate, NotMeasured

ENOUGH = 30  # errors for a rate to lie within 30 % of the true one in nine tests of ten (Doddington)


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A threshold chosen for its FPIR."""

    #: On the scale of the scores; the most permissive one whose FPIR is at most what was wanted.
    threshold: float
    #: At that threshold and gallery size, over all searches. It was chosen on these very searches, so that on
    #: others it is as often above as below what was wanted.
    fpir: Estimate
    gallery_people: int  #: N.


def threshold_for_fpir(
    searches: Searches, wanted: float, gallery_people: int | None = None, level: float = 0.95
) -> OperatingPoint | NotMeasured:
    """The most permissive threshold whose FPIR is at most `wanted` in a gallery of so many people.

    Tied scores are taken together, so a quantised system may give less than was wanted.

    Args:
        searches: non-mated searches with every candidate up to some distance listed.
        wanted: FPIR, above 0 and under 1.
        gallery_people: N, up to that of the searches; None for all of it. Smaller ones are all its subsets.
        level: two-sided coverage of the FPIR found.

    Returns: NotMeasured where fewer than 30 (expected) false positives stand behind it, where the threshold
        lies beyond what was listed, or for a gallery larger than the one searched.
    Raises: BadInput: `wanted` out of range. MatedCandidateError: a candidate is the probe's own person.
    Source: `far_threshold` of bob.measure for ties; rule of 30 (Doddington et al. 2000).
    Not: a threshold that was tested; test it on other people before relying on it.
    """
    require_non_mated(searches)
    check_share("the FPIR wanted", wanted, "0.003 is usual")
    of, trials = searches.gallery_people, len(searches)
    drawn = of if gallery_people is None else gallery_people
    if not 1 <= drawn <= of:
        reason = f"the gallery searched has {of:,} people; {drawn:,} would be extrapolation"
        return NotMeasured(reason, trials=trials, people=searches.people)
    if wanted * trials < ENOUGH:
        needed = int(np.ceil(ENOUGH / wanted))
        reason = f"{ENOUGH} false positives must stand behind it: {needed:,} such searches, not {trials:,}"
        return NotMeasured(reason, trials=trials, people=searches.people)
    distances, rates = _rising(searches, drawn)
    under = np.flatnonzero(rates <= wanted)
    at = int(under[-1]) if len(under) else -1
    if at + 1 == len(rates):
        reason = "at the weakest score recorded FPIR is still lower; record further out (search.record_to)"
        return NotMeasured(reason, trials=trials, people=searches.people)
    if at < 0 or rates[at] * trials < ENOUGH:
        reason = f"scores are so coarse that no threshold has {ENOUGH} false positives and at most this FPIR"
        return NotMeasured(reason, trials=trials, people=searches.people)
    threshold = on_scale(searches, float(distances[at]))
    found = share_at_size(MatchCounts.of(searches, threshold), drawn, level)
    return found if isinstance(found, NotMeasured) else OperatingPoint(threshold, found, drawn)


def _rising(searches: Searches, drawn: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each distance at which FPIR rises, and FPIR there; both ascending."""
    order = np.lexsort((searches.distance, searches.gallery_person, searches.row))
    row, person, distance = (c[order] for c in (searches.row, searches.gallery_person, searches.distance))
    nearest = np.ones(len(row), np.bool_)
    nearest[1:] = (row[1:] != row[:-1]) | (person[1:] != person[:-1])
    row, distance = row[nearest], distance[nearest]
    order = np.lexsort((distance, row))
    row, distance = row[order], distance[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    steps = np.diff(chance_of_any(np.arange(int(place.max(initial=0)) + 2), drawn, searches.gallery_people))
    order = np.argsort(distance, kind="stable")
    risen = np.cumsum(steps[place[order]]) / max(len(searches), 1)
    last = np.flatnonzero(np.append(np.diff(distance[order]) > 0, bool(len(order))))
    return distance[order][last].astype(np.float64), risen[last].astype(np.float64)
