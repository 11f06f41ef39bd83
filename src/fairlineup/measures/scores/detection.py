"""False match and false non-match rates of a table of scores, over thresholds and groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import check_share, check_word
from fairlineup.measures.proportions import share_of_searches
from fairlineup.measures.scores.columns import unusable
from fairlineup.measures.scores.scores import MatedScores, Scores
from fairlineup.measures.thresholds import distance_at, on_scale
from fairlineup.measures.verification.comparisons import Comparisons
from fairlineup.measures.verification.dyads import CellRates, cell_rates
from fairlineup.records import Measured, NotMeasured


@dataclass(frozen=True, slots=True, eq=False)
class DetectionErrors:
    """Both error rates at every threshold at which either changes, from the strictest on."""

    #: On the scale of the scores, so falling where those are similarities, shape (n,).
    threshold: NDArray[np.float64]
    fmr: NDArray[np.float64]  #: False match rate at it, rising.
    fnmr: NDArray[np.float64]  #: False non-match rate at it, falling.
    similar: bool = False  #: Whether thresholds are similarities.

    @property
    def distance(self) -> NDArray[np.float64]:
        """Thresholds as distances, rising; a similarity's is its negative, shape (n,)."""
        return 0.0 - self.threshold if self.similar else self.threshold


@dataclass(frozen=True, slots=True, eq=False)
class GroupMatrix:
    """False match rates of each probe group against each gallery group."""

    values: tuple[str, ...]  #: Of the label, in the order of the cells.
    cells: CellRates  #: Counts, rates and their covariance.

    def rate(self, probe: str, gallery: str, level: float = 0.95) -> Measured:
        """The rate of one value against another, with its interval. Raises: BadInput (no such value)."""
        for value in (probe, gallery):
            check_word("a value of the label", value, self.values)
        return self.cells.estimate(self.values.index(probe), self.values.index(gallery), level)


def false_non_match_rate(mated: MatedScores, threshold: float, level: float = 0.95) -> Measured:
    """Share of mated comparisons that the threshold rejects.

    Args:
        mated: comparisons of people with themselves.
        threshold: on the scale of the scores; a comparison that ties with it matches.
        level: two-sided coverage.

    Returns: rate in [0, 1] over comparisons, the person as the unit of chance; NotMeasured without any.
    Raises: BadInput: a threshold that is no number.
    Source: ISO/IEC 19795-1, false non-match rate.
    Not: the miss rate of a search; failures to process count only if the table has them.
    """
    at = distance_at(mated, threshold)
    if not len(mated):
        return NotMeasured("nobody is compared with themselves", 0, 0, 0)
    return share_of_searches(mated.distance > at, mated.person, level)


def detection_errors(scores: Scores) -> DetectionErrors:
    """The points of a detection error trade-off curve: FMR and FNMR at every threshold.

    Raises: BadInput: nobody is compared with themselves, so there is no FNMR.
    Source: ISO/IEC 19795-1, DET curve. Not: intervals; take `false_match_rate` at the thresholds that matter.
    """
    own = scores.probe == scores.gallery
    if not own.any():
        raise unusable("mated comparisons", "none, so that no miss rate can be drawn")
    counted = own | scores.listing.counted  # mirrored rows are one comparison
    distance, own = scores.distance[counted], own[counted]
    order = np.argsort(distance, kind="stable")
    at, mated = distance[order], own[order]
    last = np.flatnonzero(np.append(at[1:] != at[:-1], [True]))  # tied scores match together
    last = last[np.isfinite(at[last])]
    fmr = np.cumsum(~mated)[last] / (~mated).sum()
    fnmr = 1 - np.cumsum(mated)[last] / mated.sum()
    return DetectionErrors(0.0 - at[last] if scores.similar else at[last], fmr, fnmr, scores.similar)


def cross_group_matrix(scores: Scores, label: str, threshold: float) -> GroupMatrix:
    """False match rates of every group of probes against every group of the gallery at one threshold.

    Raises: BadInput: no such label, or nobody in the gallery carries it.
    Source: NIST FRTE's cross-group heat maps. Not: a cause; the two sides may be other kinds of photograph.
    """
    grouping = scores.grouping(label)
    values = scores.labels[label].values
    if grouping.gallery_groups != len(values) or not bool((scores.labels[label].gallery >= 0).any()):
        raise unusable(f"values of {label} on the gallery side", "none")
    return GroupMatrix(values, cell_rates(scores.comparisons, threshold, grouping))


def threshold_for(comparisons: Comparisons, fmr: float) -> float | NotMeasured:
    """The most permissive threshold at which at most this share of the listed comparisons matches.

    Comparisons that tie go together, so the share may be less than asked for.

    Args:
        comparisons: non-mated, listed up to their reach.
        fmr: at most so many, in (0, 1).

    Returns: on the scale of the scores; NotMeasured where even the nearest comparison is more than that, or
        the threshold lies beyond the comparisons listed.
    Raises: BadInput: a rate outside (0, 1).
    Source: as bob.measure's far_threshold. Not: a threshold for other data: on these it flatters.
    """
    check_share("the false match rate", fmr)
    trials, ordered = comparisons.trials, np.sort(comparisons.distance)
    allowed = int(np.floor(fmr * trials * (1 + 1e-12)))
    if allowed >= len(ordered) and np.isfinite(comparisons.reach):
        end = on_scale(comparisons, comparisons.reach)
        reason = f"comparisons are listed up to {end:g}, where the false match rate is still lower"
        return NotMeasured(reason, len(ordered), trials)
    if allowed < 1:
        return NotMeasured(f"{trials:,} comparisons are too few for a false match rate of {fmr:g}", 0, trials)
    beyond = ordered[allowed] if allowed < len(ordered) else np.inf
    below = ordered[: np.searchsorted(ordered, beyond, side="left")]
    below = below[np.isfinite(below)]
    if not len(below):
        return NotMeasured(_tied(comparisons, ordered, fmr), 0, trials)
    return on_scale(comparisons, float(below[-1]))


def _tied(comparisons: Comparisons, ordered: NDArray[np.float64], fmr: float) -> str:
    """Why no threshold has so few false matches although there are comparisons enough."""
    if not len(ordered) or not np.isfinite(ordered[0]):
        return f"every one of {comparisons.trials:,} comparisons failed"
    tied, best = int(np.searchsorted(ordered, ordered[0], side="right")), on_scale(comparisons, ordered[0])
    rate = f"{tied / comparisons.trials:.3g} or more" if tied < comparisons.trials else "1"
    return (
        f"{tied:,} of {comparisons.trials:,} comparisons of different people tie at the best score, "
        f"{best:g}: any threshold that matches somebody has a false match rate of {rate}, "
        f"not {fmr:g}"
    )
