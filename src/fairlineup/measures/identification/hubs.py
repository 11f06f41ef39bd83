"""Gallery people whom many innocent probes match: who, and what FPIR is without the first."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import check_least
from fairlineup.measures.identification.galleries import MatchCounts, searches_by_pair
from fairlineup.measures.identification.identification import false_positive_identification_rate
from fairlineup.measures.identification.searches import Over, Searches, listed_people
from fairlineup.measures.verification.resampling import USUAL, Resampling
from fairlineup.records import Measured, NotMeasured


@dataclass(frozen=True, slots=True)
class Hub:
    """A gallery person and the non-mated searches they turned up in."""

    person: int  #: Their code.
    searches: int  #: Non-mated searches with this person at or below the threshold.
    alone: int  #: Those of them with nobody else, which would flag no one without this person.
    share: float  #: Of all false candidates, in [0, 1].


@dataclass(frozen=True, slots=True)
class Hubs:
    """The gallery people most often matched by innocents."""

    hubs: tuple[Hub, ...]  #: The first ones, most searches first.
    matched_people: int  #: Gallery people matched by anyone.
    most_probe_people: int  #: Different probe people whom one gallery person matched, at most.
    expected: float  #: The same, were all gallery people alike: median over draws.
    expected_high: float  #: Its 95th percentile.
    p_value: float  #: Share of draws with as many or more, (1 + those) / (1 + draws).
    fpir: Measured  #: False-positive identification rate with everyone in the gallery.
    fpir_without_first: Measured  #: Without the first hub.
    draws: int  #: How many.
    seed: int  #: Of the draws.


def gallery_hubs(
    searches: Searches,
    threshold: float,
    most: int = 10,
    *,
    over: Over = "all",
    resampling: Resampling = USUAL,
) -> Hubs | NotMeasured:
    """List the gallery people who are false candidates most often, beside what chance alone would give.

    Chance: each pair of people that matched falls on any gallery person alike, and the most that fall on one
    is counted. The number of pairs is kept.

    Args:
        searches: non-mated searches.
        threshold: a person counts when their least distance <= threshold.
        most: how many to list.
        over: "all" searches or only those "processed".
        resampling: draws and seed.

    Returns: NotMeasured where nobody matched.
    Raises: MatedCandidateError: a candidate is the probe's own person.
    Source: reference checks as in "sheep, goats, lambs and wolves", Doddington et al. 1998.
    Not: people at fault, nor a reason to take them out: a gallery searched in earnest keeps its hubs.
    """
    check_least("the number of hubs to list", most, remedy="leave `most` out")
    counts = MatchCounts.of(searches, threshold, over)
    used = searches.counted(over)
    if not len(counts.row):
        return NotMeasured("no search matched anybody", 0, len(counts), counts.people)
    codes = np.unique(listed_people(used, threshold)[1])
    times = np.bincount(counts.gallery)
    alone = np.bincount(counts.gallery[counts.matched[counts.row] == 1], minlength=len(times))
    first = np.lexsort((codes, -alone, -times))[:most]
    by_people = np.bincount(searches_by_pair(counts)[1])
    chance = most_on_one(int(by_people.sum()), counts.gallery_people, resampling)
    return Hubs(
        hubs=tuple(
            Hub(int(codes[j]), int(times[j]), int(alone[j]), float(times[j] / times.sum())) for j in first
        ),
        matched_people=len(codes),
        most_probe_people=int(by_people.max()),
        expected=float(np.median(chance)),
        expected_high=float(np.quantile(chance, 0.95)),
        p_value=float((1 + (chance >= by_people.max()).sum()) / (1 + len(chance))),
        fpir=false_positive_identification_rate(used, threshold),
        fpir_without_first=false_positive_identification_rate(without(used, int(codes[first[0]])), threshold),
        draws=resampling.replicates,
        seed=resampling.seed,
    )


def without(searches: Searches, person: int) -> Searches:
    """The same searches of a gallery without one person, who had as many photographs as anyone."""
    kept = searches.gallery_person != person
    people = searches.gallery_people - 1
    photos = searches.gallery_photos - round(searches.gallery_photos / max(searches.gallery_people, 1))
    return replace(
        searches,
        row=searches.row[kept],
        gallery_person=searches.gallery_person[kept],
        distance=searches.distance[kept],
        gallery_people=people,
        gallery_photos=max(people, photos),
    )


def most_on_one(matches: int, people: int, resampling: Resampling) -> NDArray[np.int64]:
    """The most matches that fall on one person if each falls on any person alike, shape (draws,)."""
    rng = np.random.default_rng(resampling.seed)
    draws = (rng.integers(0, people, matches) for _ in range(resampling.replicates))
    few = people > 64 * matches  # counting all people would take longer than sorting the matches
    counts = (np.unique_counts(fallen).counts if few else np.bincount(fallen) for fallen in draws)
    return np.fromiter((count.max() for count in counts), np.int64, resampling.replicates)
