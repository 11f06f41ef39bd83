"""FPIR against gallery size from one enrolment: what smaller galleries of the same people would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.identification.galleries import MatchCounts
from fairlineup.measures.identification.one_set import share_in_one_set
from fairlineup.measures.identification.searches import Over, Searches, require_non_mated
from fairlineup.measures.proportions import share_of_searches
from fairlineup.records import Measured, NotMeasured


@dataclass(frozen=True, slots=True)
class Rung:
    """FPIR at one gallery size."""

    people: int  #: n, people in the gallery.
    #: Mean over all galleries of n of the people enrolled; `errors` is the expected count, rounded.
    fpir: Measured


def false_positive_ladder(
    searches: Searches,
    threshold: float,
    sizes: Sequence[int],
    *,
    over: Over = "all",
    level: float = 0.95,
) -> tuple[Rung, ...]:
    """FPIR(n) for galleries of n people drawn at random from the N enrolled, exactly and without drawing.

    A search with k people at or above the threshold still flags someone in a gallery of n with probability
    1 - C(N - k, n) / C(N, n); FPIR(n) is the mean over searches. The interval is Clopper-Pearson on people
    with that sum as the errors: conservative, since a probability varies less than the yes or no it is the
    mean of. Rungs are of the same searches, so they rise and fall together.

    Args:
        searches: non-mated searches with every candidate at or below the threshold listed.
        threshold: a person counts when their least distance <= threshold.
        sizes: gallery sizes n; above N is NotMeasured, since nothing is extrapolated.
        over: "all" searches or only those "processed".
        level: two-sided coverage.

    Returns: one rung a size, in the order given; at N it is FPIR itself.
    Raises: MatedCandidateError: a candidate is the probe's own person.
    Source: hypergeometric sampling. Not: galleries of other people, nor of another mix of groups.
    """
    require_non_mated(searches)
    counts = MatchCounts.of(searches, threshold, over)
    return tuple(Rung(size, share_at_size(counts, size, level)) for size in sizes)


def chance_of_any(matched: NDArray[np.int64], drawn: int, of: int) -> NDArray[np.float64]:
    """Chance that `drawn` people, at random from `of`, include any of those matched; shape of `matched`.

    The product of k terms (of - drawn - t) / (of - t) is taken in logs; log-gamma would lose small chances.
    """
    t = np.arange(int(matched.max(initial=0)))
    with np.errstate(divide="ignore"):
        steps = np.log1p(-np.minimum(drawn / (of - t), 1.0))
    none = np.concatenate(([0.0], np.cumsum(steps)))
    chance: NDArray[np.float64] = -np.expm1(none[matched])
    return chance


def share_at_size(counts: MatchCounts, size: int, level: float = 0.95) -> Measured:
    """Mean FPIR over all galleries of `size` of the people enrolled."""
    if not 0 <= size <= counts.gallery_people:
        reason = f"the gallery has {counts.gallery_people} people; {size} would be extrapolation"
        return NotMeasured(reason, trials=len(counts), people=counts.people)
    terms = chance_of_any(counts.numbers, size, counts.gallery_people)
    if counts.same is not None:
        return share_in_one_set(counts, terms, level)
    return share_of_searches(terms[counts.matched], counts.person, level)
