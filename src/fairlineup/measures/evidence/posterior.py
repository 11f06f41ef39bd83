"""What a returned candidate is worth once it is said how often the person searched for is enrolled at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fairlineup.records import BadInput, Estimate, Measured, NotMeasured

PRIORS = (0.5, 0.1, 0.01)


@dataclass(frozen=True, slots=True)
class Posterior:
    """P(mate | candidate) for one prior.

    Attributes:
        prior: share of searches whose subject is enrolled; a supposition, never measured here.
        probability: that a search which returned its candidate was of somebody enrolled.
    """

    prior: float
    probability: Measured


def probability_of_mate(
    fnir: Measured, fpir: Measured, priors: Sequence[float] = PRIORS
) -> tuple[Posterior, ...]:
    """P(mate | candidate) = prior TPIR / (prior TPIR + (1 - prior) FPIR), with TPIR = 1 - FNIR.

    The ends combine the least TPIR with the greatest FPIR and the other way about; their level is what holds
    whatever the dependence of the two (Bonferroni), so 90 % from two intervals of 95 %.

    Args:
        fnir: miss rate of mated searches, at the threshold and list length in question.
        fpir: of non-mated searches, at the same threshold and gallery.
        priors: shares of searches whose subject is enrolled, each above 0 and below 1.

    Returns: one for each prior; NotMeasured where either rate is, or where no search returns anything.
    Raises: BadInput: a prior outside (0, 1).
    Source: Bayes' theorem. Not: the chance that one named candidate is the person: that needs the case's own
        prior, and a list may hold several.
    """
    wrong = [prior for prior in priors if not 0 < prior < 1]
    if wrong:
        raise BadInput(
            "a prior is out of range",
            expected="above 0 and below 1",
            got=f"{wrong[0]:g}",
            remedy="say which share of searches is of people who are enrolled",
        )
    return tuple(Posterior(prior, _probability(fnir, fpir, prior)) for prior in priors)


def _probability(fnir: Measured, fpir: Measured, prior: float) -> Measured:
    if isinstance(fnir, NotMeasured):
        return replace(fnir, reason=f"FNIR is not measured: {fnir.reason}")
    if isinstance(fpir, NotMeasured):
        return replace(fpir, reason=f"FPIR is not measured: {fpir.reason}")
    value = _bayes(prior, 1 - fnir.value, fpir.value)
    if math.isnan(value):
        return NotMeasured("no search returned anyone", fpir.errors, fpir.trials, fpir.people)
    low, high = _bayes(prior, 1 - fnir.high, fpir.high), _bayes(prior, 1 - fnir.low, fpir.low)
    return Estimate(
        value=value,
        low=0.0 if math.isnan(low) else low,
        high=1.0 if math.isnan(high) else high,
        errors=fpir.errors,
        trials=fpir.trials,
        method="Bayes at opposite ends of the intervals of FNIR and FPIR",
        level=max(0.0, fnir.level + fpir.level - 1),
        people=fpir.people,
    )


def _bayes(prior: float, hit: float, false_alarm: float) -> float:
    right, wrong = prior * hit, (1 - prior) * false_alarm
    return right / (right + wrong) if right + wrong > 0 else math.nan
