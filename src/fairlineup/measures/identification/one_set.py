"""Rates of searches among people who are searched for too: probes and gallery are one set of people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.identification.galleries import MatchCounts
from fairlineup.measures.proportions import clopper_pearson, garwood
from fairlineup.measures.repeats import Repeats
from fairlineup.measures.verification.dyads import MIN_FALSE_MATCHES
from fairlineup.records import Estimate, Measured, NotMeasured

METHOD = "Clopper-Pearson on effective people (people who search each other, on both sides)"
METHOD_MEAN = "Poisson (Garwood) on counts, dispersion by person on both sides (people who search each other)"


def share_in_one_set(counts: MatchCounts, terms: NDArray[np.float64], level: float = 0.95) -> Measured:
    """Share of leave-one-out searches with some outcome, for people drawn alike on both sides.

    A pair of people who look alike flags both of them, and a person whom many match flags many, so searches
    are not independent: the variance is that of `MatchCounts.covariance`, read as an effective number of
    people for Clopper-Pearson. Under 10 people on either side of the outcome it says little, and every match
    is taken to be mutual: people / (1 + share of the gallery that is searched for). Planted truth: covers 94
    to 100 % with 33 to 200 people, where people taken as independent cover 80 to 100 %.

    Args:
        counts: who matched whom.
        terms: the outcome at 0, 1, ... people matched, each in [0, 1], shape (most matches + 1,).
        level: two-sided coverage.

    Source: dyadic-robust variance (Fafchamps and Gubert 2007); Korn and Graubard 1998.
    Not: a rate for this very gallery alone, which is made of the people who are searched for.
    """
    trials, people = len(counts), counts.people
    if not trials:
        return NotMeasured("no searches", errors=0, trials=0, people=0)
    outcomes = terms[counts.matched]
    value = min(float(outcomes.sum()), float(trials)) / trials
    errors = round(value * trials)
    worth = Repeats.of(counts.person).worth(outcomes, level)
    effective = worth
    if 0 < value < 1:
        variance = _variance(counts, terms, value * (1 - value) / worth, level)
        effective = min(worth, value * (1 - value) / variance)
    some = counts.flagged_people
    if min(some, people - some) < MIN_FALSE_MATCHES:
        effective = min(effective, worth / _in_pairs(counts))
    low, high = clopper_pearson(min(value * effective, effective), effective, level)
    return Estimate(value, min(low, value), max(high, value), errors, trials, METHOD, level, people)


def mean_in_one_set(counts: MatchCounts, length: int, level: float = 0.95) -> Measured:
    """Mean number of people on the list of a leave-one-out search, at most `length` of each list.

    The variance is that of `share_in_one_set`; the interval Garwood's on effective counts.
    """
    terms = np.minimum(counts.numbers, length).astype(np.float64)
    trials, people = len(counts), counts.people
    total = int(terms[counts.matched].sum())
    if people < 2:
        return NotMeasured("an interval needs at least two people", total, trials, people)
    value = total / trials
    worth = Repeats.of(counts.person).worth(counts.matched > 0, level)
    dispersion = _in_pairs(counts) * trials / worth
    if total:
        found = _variance(counts, terms, value / worth, level) * trials / value
        dispersion = max(found, dispersion if counts.flagged_people < MIN_FALSE_MATCHES else 0.0)
    low, high = (end * dispersion / trials for end in garwood(total / dispersion, level))
    high = max(min(high, float(min(length, counts.gallery_people))), value)
    return Estimate(value, min(low, value), high, total, trials, METHOD_MEAN, level, people)


def _variance(counts: MatchCounts, terms: NDArray[np.float64], least: float, level: float) -> float:
    """Variance of a mean over searches; the probes' part is at least `least`."""
    found = counts.covariance(terms[:, None])
    return float(found.total(level)[0, 0]) + max(0.0, least - float(found.probes[0, 0]))


def _in_pairs(counts: MatchCounts) -> float:
    """Design effect if every match were mutual: 2 where all of the gallery are searched for."""
    return 1 + min(1.0, counts.people / (counts.gallery_people + 1))
