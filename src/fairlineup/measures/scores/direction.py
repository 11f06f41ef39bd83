"""Whether scores lie the wrong way round: people less like themselves than like others."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WELL_UNDER = 0.3
DEVIATIONS = 3.5


@dataclass(frozen=True, slots=True)
class Direction:
    """How often people are more like themselves than like others."""

    #: Chance that a mated comparison is nearer than a non-mated one, ties counted half; 1 is perfect, 0.5 a
    #: coin.
    auc: float
    people: int  #: How many are compared with themselves.
    #: Median distance of mated comparisons; +inf where most of them lie beyond what was recorded.
    mated: float
    non_mated: float  #: The same of non-mated ones.

    @property
    def reversed(self) -> bool:
        """Whether that is far less often than by chance: auc under 0.3 and 3.5 deviations under a half.

        The deviation is that of mated comparisons drawn from the non-mated ones, one a person, so under five
        people never are.
        """
        if not self.people:
            return False
        deviation = 1 / math.sqrt(12 * self.people)
        return self.auc < WELL_UNDER and 0.5 - self.auc >= DEVIATIONS * deviation

    def in_words(self, kind: str) -> str:
        """What was seen, with medians in the unit of the scores, "distance" or "similarity"."""
        sign = 1 if kind == "distance" else -1
        both = (self.mated, self.non_mated)
        far = "beyond what was recorded"
        own, other = (f"{sign * one:.4g}" if math.isfinite(one) else far for one in both)
        return (
            f"people are less like themselves (median {kind} {own}) than like others ({other}); of two such "
            f"comparisons that of one person is the nearer in {100 * self.auc:.3g} % (AUC), "
            f"{self.people:,} people"
        )


def direction_of(
    mated: NDArray[np.float64], non_mated: NDArray[np.float64], people: int, beyond: float = 0
) -> Direction:
    """Compare mated with non-mated distances.

    Args:
        mated: distances, shape (n,); +inf for one beyond what was recorded.
        non_mated: distances, shape (m,).
        people: how many people stand behind the mated ones.
        beyond: non-mated comparisons farther than what was recorded, which are not listed.
    Returns: auc 0.5 where there is nothing to compare.
    Source: the Mann-Whitney statistic, as the area under a ROC curve (Hanley and McNeil 1982).
    Not: how well a system works; it is to tell a similarity that was taken for a distance.
    """
    own, others = mated, np.sort(non_mated)
    total = len(others) + beyond
    if not len(own) or total <= 0:
        return Direction(0.5, 0, math.nan, math.nan)
    nearer = np.searchsorted(others, own, side="left")
    level = np.searchsorted(others, own, side="right") - nearer + np.where(np.isinf(own), beyond, 0)
    auc = 1 - float((nearer + level / 2).mean()) / total
    return Direction(auc, people, float(np.median(own)), _median(others, beyond))


def _median(ordered: NDArray[np.float64], beyond: float) -> float:
    middle = (len(ordered) + beyond) / 2
    return float(ordered[int(middle)]) if middle < len(ordered) else math.inf
