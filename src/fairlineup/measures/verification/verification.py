"""False matches per comparison of two photographs, and what can be claimed after no false match."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fairlineup.measures.arguments import check_least, check_rate
from fairlineup.measures.proportions import zero_error_bound
from fairlineup.measures.thresholds import on_scale
from fairlineup.measures.verification.comparisons import Comparisons
from fairlineup.measures.verification.dyads import cell_rates
from fairlineup.records import Measured, NotMeasured

ENOUGH_FOR_A_DESIGN_EFFECT = 30


@dataclass(frozen=True, slots=True)
class ZeroBounds:
    """One-sided upper bounds of a false match rate after no false match, by how dependence is handled."""

    naive: float  #: As if all comparisons were independent: the rule of three; too low if they are not.
    #: With the design effect at the strictest threshold that has 30 errors, if there is one.
    adjusted: float | NotMeasured
    disjoint: float  #: From pairs of people without anyone twice. The one to claim safety with.


def false_match_rate(comparisons: Comparisons, threshold: float, level: float = 0.95) -> Measured:
    """Share of non-mated comparisons of photographs that the threshold accepts.

    The interval is on the log scale with Student's t, because few people carry most false matches: with the
    normal quantile a nominal 95 % covers about 92 % when people differ much, with these degrees of freedom
    93 to 99 % (`fairlineup help validity`). Clopper-Pearson on comparisons would cover far less.

    Args:
        comparisons: non-mated, with every one at or below the threshold listed.
        threshold: on the scale of the scores; a comparison that ties with it matches.
        level: two-sided coverage.

    Returns: rate in [0, 1] over comparisons of photographs; NotMeasured under 10 errors.
    Raises: BadInput: a threshold beyond the comparisons listed.
    Source: ISO/IEC 19795-1, false match rate. Not: a probability that a given match is wrong.
    """
    return cell_rates(comparisons, threshold).estimate(level=level)


def zero_false_match_bounds(comparisons: Comparisons, level: float = 0.95) -> ZeroBounds | NotMeasured:
    """Upper bounds of the false match rate for a threshold that accepted nothing.

    A bootstrap of no errors never shows one. The disjoint bound counts pairs of people without anyone
    twice: the lesser of both sides, or half of one set.

    Source: rule of three; design effect as in Schuckers 2010.
    Not: an estimate; the rate may be far lower.
    """
    probes, gallery = comparisons.probe_side, comparisons.gallery_side
    both = int((probes & gallery).sum())
    disjoint = min(
        int(probes.sum()), int(gallery.sum()), int((probes | gallery).sum()) // 2 if both else 10**18
    )
    if disjoint == 0 or comparisons.trials == 0:
        return NotMeasured("no comparisons", 0, comparisons.trials, disjoint)
    return ZeroBounds(
        naive=zero_error_bound(comparisons.trials, level),
        adjusted=_adjusted(comparisons, level),
        disjoint=zero_error_bound(disjoint, level),
    )


def _adjusted(comparisons: Comparisons, level: float) -> float | NotMeasured:
    if len(comparisons) < ENOUGH_FOR_A_DESIGN_EFFECT:
        reason = f"no threshold with {ENOUGH_FOR_A_DESIGN_EFFECT} false matches to take a design effect at"
        return NotMeasured(reason, len(comparisons), comparisons.trials)
    strictest = float(sorted(comparisons.distance)[ENOUGH_FOR_A_DESIGN_EFFECT - 1])
    cells = cell_rates(comparisons, on_scale(comparisons, strictest))
    effect = float(cells.design_effects[0, 0])
    if not (math.isfinite(effect) and effect > 0):
        reason = "every comparison matches at the strictest threshold to take a design effect at"
        return NotMeasured(reason, int(cells.errors[0, 0]), comparisons.trials)
    return zero_error_bound(comparisons.trials / effect, level)


def implied_false_match_rate(fpir: float, gallery_people: int) -> float:
    """The false match rate that independent comparisons would need to give this FPIR: 1 - (1 - FPIR)^(1/N).

    Source: binomial model, FPIR = 1 - (1 - FMR)^N. Not: a measured FMR; people differ and the model does not.
    """
    check_least("the number of people in the gallery", gallery_people)
    return 1.0 if fpir >= 1 else -math.expm1(math.log1p(-fpir) / gallery_people)


def implied_false_positive_identification_rate(fmr: float, gallery_people: int) -> float:
    """The FPIR at N people if all comparisons were independent and alike: 1 - (1 - FMR)^N.

    Not: a forecast; the ladder of measured gallery sizes bends away from it.
    """
    check_least("the number of people in the gallery", gallery_people)
    check_rate("the false match rate", fmr)
    return 1.0 if fmr >= 1 else -math.expm1(math.log1p(-fmr) * gallery_people)
