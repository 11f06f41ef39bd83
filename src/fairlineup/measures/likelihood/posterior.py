"""What an answer is worth, given how often the person searched for is enrolled at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fairlineup.measures.arguments import check_share
from fairlineup.records import Estimate, Measured, NotMeasured

PRIORS = (0.5, 0.1, 0.01)


@dataclass(frozen=True, slots=True)
class Posterior:
    """What a search's answer, and one of its candidates, is worth for one prior."""

    prior: float  #: Share of searches whose subject is enrolled; a supposition, never measured here.
    #: P(enrolled | answer), that a search which returned somebody was of somebody enrolled.
    enrolled: Measured
    mate: Measured  #: P(mate | candidate), that one listed candidate is the person searched for.


def probability_of_mate(
    fnir: Measured, fpir: Measured, selectivity: Measured, priors: Sequence[float] = PRIORS
) -> tuple[Posterior, ...]:
    """What answers and candidates are worth for stated priors, with TPIR = 1 - FNIR.

    P(enrolled | answer) = prior TPIR / (prior TPIR + (1 - prior) FPIR), by search: one right person in a
    list of many makes it right. P(mate | candidate) = prior TPIR / (prior TPIR + selectivity), by candidate:
    strangers are listed as often whether or not the person is enrolled too. The ends combine the least TPIR
    with the greatest rate of strangers and the other way about; their level is what holds whatever the
    dependence of the two (Bonferroni), so 90 % from two intervals of 95 %.

    Args:
        fnir: miss rate of mated searches, at the threshold and list length in question.
        fpir: of non-mated searches, at the same threshold and gallery.
        selectivity: candidates a non-mated search lists, at the same threshold, gallery and list length.
        priors: shares of searches whose subject is enrolled, each above 0 and below 1.

    Returns: one for each prior; NotMeasured where a rate is, or where no search returns anything.
    Raises: BadInput: a prior outside (0, 1).
    Source: Bayes' theorem. Not: the chance that a named candidate is the person: that needs the case's own
        prior, and the score.
    """
    for prior in priors:
        check_share("a prior", prior, "say which share of searches is of people who are enrolled")
    return tuple(
        Posterior(
            prior,
            enrolled=_probability(fnir, ("FPIR", fpir), (prior, 1 - prior)),
            mate=_probability(fnir, ("selectivity", selectivity), (prior, 1.0)),
        )
        for prior in priors
    )


def _probability(fnir: Measured, strangers: tuple[str, Measured], weights: tuple[float, float]) -> Measured:
    """Share of right answers, from TPIR and the rate of strangers, weighted by `weights`."""
    name, rate = strangers
    if isinstance(fnir, NotMeasured):
        return replace(fnir, reason=f"FNIR is not measured: {fnir.reason}")
    if isinstance(rate, NotMeasured):
        return replace(rate, reason=f"{name} is not measured: {rate.reason}")
    value = _share(weights, 1 - fnir.value, rate.value)
    if math.isnan(value):
        return NotMeasured("no search returned anyone", rate.errors, rate.trials, rate.people)
    low, high = _share(weights, 1 - fnir.high, rate.high), _share(weights, 1 - fnir.low, rate.low)
    return Estimate(
        value=value,
        low=0.0 if math.isnan(low) else low,
        high=1.0 if math.isnan(high) else high,
        errors=rate.errors,
        trials=rate.trials,
        method=f"Bayes at opposite ends of the intervals of FNIR and {name}",
        level=max(0.0, fnir.level + rate.level - 1),
        people=rate.people,
    )


def _share(weights: tuple[float, float], hit: float, stranger: float) -> float:
    right, wrong = weights[0] * hit, weights[1] * stranger
    return right / (right + wrong) if right + wrong > 0 else math.nan
