"""What a search of a gallery risks: innocents flagged, mates missed, the wrong person in their place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import check_least
from fairlineup.measures.identification.galleries import MatchCounts
from fairlineup.measures.identification.one_set import mean_in_one_set, share_in_one_set
from fairlineup.measures.identification.searches import (
    Mated,
    Over,
    Searches,
    listed_people,
    require_non_mated,
)
from fairlineup.measures.proportions import garwood, share_of_searches
from fairlineup.measures.repeats import Repeats
from fairlineup.measures.thresholds import distance_at
from fairlineup.records import Estimate, Measured, NotMeasured

NO_CUT = "leave it out for no cut"
EMPTY = "nobody is in the gallery, so nobody could be matched with somebody else"


@dataclass(frozen=True, slots=True)
class WrongPerson:
    """Mated searches that return someone else at or above the threshold."""

    with_mate: Measured  #: Share of mated searches that return both the mate and someone else.
    #: Share that return someone else and not the mate, so that every lead is innocent.
    without_mate: Measured


def false_positive_identification_rate(
    searches: Searches, threshold: float, *, over: Over = "all", level: float = 0.95
) -> Measured:
    """FPIR(N): share of non-mated searches that return at least one person at or above the threshold.

    Args:
        searches: non-mated searches.
        threshold: on the scale of the scores; a candidate that ties with it counts.
        over: "all" searches (a probe that was not processed flags nobody), or only those "processed".
        level: two-sided coverage.

    Returns: rate in [0, 1] for this gallery, the probe person as the unit of chance; not measured where
        nobody is in it.
    Raises: MatedCandidateError: a candidate is the probe's own person.
    Source: ISO/IEC 19795-1, false-positive identification rate; NIST FRTE 1:N.
    Not: a rate for other gallery sizes, nor the chance that a person flagged is innocent.
    """
    require_non_mated(searches)
    used = searches.counted(over)
    if len(used) and used.gallery_people < 1:
        return NotMeasured(EMPTY, 0, len(used), used.people)
    if used.own_left_out:
        counts = MatchCounts.of(used, threshold)
        return share_in_one_set(counts, counts.any_matched, level)
    flagged = used.closest <= distance_at(used, threshold)
    return share_of_searches(flagged, used.person, level)


def flagged_per_1000(fpir: Measured) -> Measured:
    """FPIR as people not in the gallery who are flagged per 1,000 such searches."""
    if isinstance(fpir, NotMeasured):
        return fpir
    return replace(fpir, value=fpir.value * 1000, low=fpir.low * 1000, high=fpir.high * 1000)


def selectivity(
    searches: Searches,
    threshold: float,
    list_length: int | None = None,
    *,
    over: Over = "all",
    level: float = 0.95,
) -> Measured:
    """Mean number of innocent people on the list of a non-mated search.

    The interval is Garwood's for a Poisson mean on effective counts: people listed, divided by their
    dispersion. That is the variance over the mean of a search, at least 1, times the design effect of several
    searches of a person (`Repeats`); how alike two searches are is judged by whether they list more than the
    mean. After nobody listed it is searches over what they are worth.

    Args:
        searches: non-mated searches.
        threshold: on the scale of the scores; a person whose best score ties with it counts.
        list_length: the list is cut here, None for no cut.
        over: "all" searches or only those "processed".
        level: two-sided coverage.

    Returns: people per search, from 0 to list_length, so it may pass 1; errors are people listed. Not
        measured where nobody is in the gallery.
    Raises: MatedCandidateError: a candidate is the probe's own person.
    Source: ISO/IEC 19795-1, selectivity. Not: FPIR, which is never more than this.
    """
    require_non_mated(searches)
    used = searches.counted(over)
    if len(used) and used.gallery_people < 1:
        return NotMeasured(EMPTY, 0, len(used), used.people)
    if list_length is not None:
        check_least("list_length", list_length, remedy=NO_CUT)
    length = used.gallery_people if list_length is None else list_length
    if used.own_left_out:
        return mean_in_one_set(MatchCounts.of(used, threshold), length, level)
    listed = np.bincount(listed_people(used, threshold)[0], minlength=len(used))
    counts = np.minimum(listed, length).astype(np.float64)
    total, trials, repeats = int(counts.sum()), len(used), Repeats.of(used.person)
    if repeats.people < 2:
        return NotMeasured("an interval needs at least two people", total, trials, repeats.people)
    value, dispersion = total / trials, _dispersion(counts, repeats, level)
    low, high = (end * dispersion / trials for end in garwood(total / dispersion, level))
    return Estimate(
        value=value,
        low=min(low, value),
        high=max(min(high, float(min(length, used.gallery_people))), value),
        errors=total,
        trials=trials,
        method="Poisson (Garwood) on counts, dispersion by probe person",
        level=level,
        people=repeats.people,
    )


def _dispersion(counts: NDArray[np.float64], repeats: Repeats, level: float) -> float:
    """Variance of the number of people listed, over that of independent Poisson counts."""
    mean = float(counts.mean())
    unit = float(((counts - mean) ** 2).mean())
    if unit == 0:
        return repeats.searches / repeats.worth_of_none(level)
    alike = repeats.alike(repeats.sums(counts > mean))
    effect = repeats.design_effect(repeats.sums(counts) - mean * repeats.times, unit, alike, level)
    return max(unit * repeats.searches / (repeats.searches - 1) / mean, 1.0) * effect


def mate_standing(mated: Mated) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Distance and rank of each mate: (inf, 0) where it was not returned; shapes (n_searches,).

    Rank counts people, ties against the mate: 1 + the other people whose least distance <= the mate's.
    """
    return mated.standing


def false_negative_identification_rate(
    mated: Mated,
    threshold: float,
    list_length: int | None = None,
    *,
    over: Over = "all",
    level: float = 0.95,
) -> Measured:
    """FNIR(N, R, T): share of mated searches with the mate outside the first R people or beyond T.

    Args:
        mated: mated searches; those with their own picture are left out.
        threshold: on the scale of the scores; a mate who ties with it counts.
        list_length: R, None for no cut.
        over: "all" (a probe that was not processed and a mate that failed to enrol are missed), or only the
            searches where both were "processed".
        level: two-sided coverage.

    Returns: rate in [0, 1], the probe person as the unit of chance.
    Source: ISO/IEC 19795-1, false-negative identification rate. Not: 1 - rank-1 of a closed set.
    """
    used = _counted(mated, over)
    distance, rank = mate_standing(used)
    found = (rank > 0) & (distance <= distance_at(used.searches, threshold))
    if list_length is not None:
        check_least("list_length", list_length, remedy=NO_CUT)
        found &= rank <= list_length
    return share_of_searches(~found, used.searches.person, level)


def rank_k(mated: Mated, k: int, *, over: Over = "all", level: float = 0.95) -> Measured:
    """Share of mated searches whose mate is among the first k people, at any distance.

    Returns: hit rate in [0, 1]; `errors` counts the hits.
    Source: cumulative match characteristic, 1 - FNIR(N, k, no threshold).
    Not: a headline: it supposes that everyone searched for is in the gallery.
    """
    check_least("k", k)
    used = _counted(mated, over)
    rank = mate_standing(used)[1]
    return share_of_searches((rank > 0) & (rank <= k), used.searches.person, level)


def wrong_person(mated: Mated, threshold: float, *, over: Over = "all", level: float = 0.95) -> WrongPerson:
    """Share of mated searches that return someone else at or above the threshold, with and without the mate.

    Searches with their own picture are left out. Not: FPIR, which is of people who are not in the gallery.
    """
    used = _counted(mated, over)
    searches = used.searches
    at = distance_at(searches, threshold)
    distance, rank = used.standing
    someone, mate = used.closest_other <= at, (rank > 0) & (distance <= at)
    return WrongPerson(
        with_mate=share_of_searches(someone & mate, searches.person, level),
        without_mate=share_of_searches(someone & ~mate, searches.person, level),
    )


def _counted(mated: Mated, over: Over) -> Mated:
    keep = np.ones(len(mated), np.bool_) if mated.same_picture is None else ~mated.same_picture
    if over == "processed":
        keep &= mated.searches.processed & mated.mate_enrolled
    return mated.only(keep)
