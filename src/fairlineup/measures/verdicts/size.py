"""How many people a question takes, and what a number of people can answer, before any search."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fairlineup.measures.arguments import check_least, out_of_range
from fairlineup.measures.differentials.power import others_needed, people_needed
from fairlineup.measures.proportions import clopper_pearson
from fairlineup.measures.repeats import Repeats
from fairlineup.measures.verdicts.verdict import margins
from fairlineup.records import Estimate, NotMeasured

ERRORS_TO_MEASURE = 30  # rule of 30: true rate within 30 % with 90 % confidence


@dataclass(frozen=True, slots=True)
class RatioSize:
    """People to find a ratio of two groups' rates."""

    ratio: float  #: Rate of the first group over that of the other.
    base: float  #: Rate of the other group.
    power: float  #: Chance to find it.
    level: float  #: One minus the two-sided chance to find what is not there.
    each: int  #: People in each of two equal groups, for Fisher's exact test.
    people: int | None  #: People there are in the first group, None where not stated.
    #: People of the other group to set against them, NotMeasured where no number up to 1,000 times as many
    #: does; None where `people` is not given.
    others: int | NotMeasured | None


@dataclass(frozen=True, slots=True)
class Effort:
    """What it takes to hold a rate against a limit."""

    errors: int  #: Errors the plan counts on: 0 to claim, 30 to measure.
    trials: int  #: Independent trials.
    comparisons: int  #: Trials times the design effect.
    people_all_pairs: int  #: People with that many pairs; too few, since pairs share people.
    people_disjoint: int  #: People in pairs without anyone twice, each set of people its own gallery; safe.
    #: People in each of two disjoint sets, probes and gallery, without anyone twice; safe.
    people_each_set: int


@dataclass(frozen=True, slots=True)
class ClaimSize:
    """Comparisons or searches behind a claim of at most some rate."""

    limit: float  #: The rate.
    level: float  #: One-sided confidence of the claim.
    design_effect: float  #: Variance of the rate over that of independent trials.
    to_claim: Effort  #: With no error.
    to_measure: Effort  #: Within 30 % with 90 % confidence, at a true rate equal to the limit.


@dataclass(frozen=True, slots=True)
class Reach:
    """What a number of people can show about a limit."""

    people: int  #: People searched for.
    #: Independent trials they are; fewer where some were searched for more often than others.
    effective: float
    at_most: float  #: The limit.
    #: Upper end of the interval if there is no error: the best result there is.
    least_upper: float | NotMeasured
    reachable: bool  #: Whether that is at or under the limit, so that the system can be found to keep it.
    #: Most people with an error for a pass; NotMeasured where even none is too many.
    pass_up_to: int | NotMeasured
    #: Fewest people with an error for a fail; NotMeasured where even all are too few.
    fail_from: int | NotMeasured
    people_needed: int  #: People it takes for no error to be a pass.


def people_for_ratio(
    ratio: float, base: float, power: float = 0.8, level: float = 0.95, people: int | None = None
) -> RatioSize:
    """People to find that one group's rate is `ratio` times the other's.

    Args:
        ratio: to be found; not 1.
        base: rate of the other group, in (0, 1), as ratio x base.
        power: chance to find it, in (0.5, 1).
        level: of the two-sided test.
        people: in the first group, where that is given and the other can grow.

    Raises: BadInput: rates outside (0, 1), a ratio of 1, no people.
    Source: exact power of Fisher's exact test, `people_needed` and `others_needed`. Not: people by the
        textbook's formula, `people_needed_approximately`; nor searches, where a person is searched for more
        than once.
    """
    _within("the ratio", ratio, 0.0, math.inf)
    _within("the base rate", base, 0.0, 1.0)
    _within("the ratio times the base rate", ratio * base, 0.0, 1.0)
    _within("the power", power, 0.5, 1.0)
    _within("the level", level, 0.5, 1.0)
    each = people_needed(ratio * base, base, power, level)
    if people is None:
        return RatioSize(ratio, base, power, level, each, None, None)
    return RatioSize(
        ratio, base, power, level, each, people, others_needed(people, ratio * base, base, power, level)
    )


def trials_without_error(limit: float, level: float = 0.95) -> int:
    """Independent trials without an error after which the rate is at most `limit` (about 3 / limit).

    Raises: BadInput: a limit outside (0, 1).
    Source: rule of three; the inverse of `zero_error_bound`. Not: comparisons that share people.
    """
    _within("the limit", limit, 0.0, 1.0)
    _within("the level", level, 0.5, 1.0)
    return math.ceil(math.log1p(-level) / math.log1p(-limit) * (1 - 1e-12))


def trials_to_measure(rate: float) -> int:
    """Independent trials that give 30 errors at this rate, which place it within 30 % with 90 % confidence.

    Source: rule of 30, Doddington et al. 2000. Not: comparisons that share people.
    """
    _within("the rate", rate, 0.0, 1.0)
    return math.ceil(ERRORS_TO_MEASURE / rate * (1 - 1e-12))


def claim_size(limit: float, level: float = 0.95, design_effect: float = 1.0) -> ClaimSize:
    """Trials, and people, behind a claim that a rate is at most `limit`.

    For FMR a trial is a comparison of two people; for FPIR, a search for somebody not searched for before.

    Args:
        limit: in (0, 1).
        level: one-sided confidence.
        design_effect: at least 1, as measured on data of the same kind; `two_way_variance` gives it.

    Raises: BadInput: a value out of range.
    Source: rule of three, rule of 30; reference for pairs without anyone twice: Mansfield and Wayman 2002.
        Not: enough for each of several groups, each of which takes as many again.
    """
    check_least("the design effect", design_effect)
    return ClaimSize(
        limit,
        level,
        design_effect,
        _effort(0, trials_without_error(limit, level), design_effect),
        _effort(ERRORS_TO_MEASURE, trials_to_measure(limit), design_effect),
    )


def people_for_pairs(pairs: int) -> int:
    """Least number of people I with I (I - 1) / 2 pairs or more. Raises: BadInput: under 0 pairs."""
    check_least("the number of pairs", pairs, 0)
    people = (1 + math.isqrt(1 + 8 * pairs)) // 2
    return people if people * (people - 1) // 2 >= pairs else people + 1


def effective_people(searches_of_each: Sequence[int], level: float = 0.95) -> float:
    """Independent trials that searches for people are worth while none of them errs.

    As many as the people where all are searched for equally often. Once there are errors, how alike the
    searches of a person are is estimated (`share_of_searches`). Source: `Repeats.worth_of_none`.
    """
    given = np.asarray(searches_of_each, dtype=np.float64)
    check_least("the number of searches of a person", given.min(initial=0.0), 0)
    times = given[given > 0].astype(np.int64)
    return Repeats(np.repeat(np.arange(len(times)), times), times).worth_of_none(level)


def reach(at_most: float, people: int, effective: float | None = None, level: float = 0.95) -> Reach:
    """What a limit of at most some rate can come to with so many people.

    Uses what the verdict uses: Clopper-Pearson on people, and `margins`. A limit that each of several groups
    must keep is held to one-sided bounds: give 2 x level - 1 for it.

    Args:
        at_most: the limit, in (0, 1).
        people: people searched for.
        effective: independent trials they are, by default one each.
        level: of the interval.

    Raises: BadInput: a limit outside (0, 1), fewer than no people.
    Not: the chance that the limit is kept, which hangs on the true rate.
    """
    _within("the limit", at_most, 0.0, 1.0)
    trials = float(people) if effective is None else effective
    needed = math.ceil(math.log((1 - level) / 2) / math.log1p(-at_most) * (1 - 1e-12))
    if people < 1 or trials <= 0:
        none = NotMeasured("no people", people=people)
        return Reach(people, 0.0, at_most, none, False, none, none, needed)  # noqa: FBT003
    upper = clopper_pearson(0, trials, level)[1]
    found = margins(Estimate(0.0, 0.0, upper, 0, people, "Clopper-Pearson", level, people), at_most)
    passing, failing = found.pass_up_to, found.fail_from
    return Reach(
        people=people,
        effective=trials,
        at_most=at_most,
        least_upper=upper,
        reachable=upper <= at_most,
        pass_up_to=NotMeasured("even none is too many", people=people) if passing is None else passing,
        fail_from=NotMeasured("even all are too few", people=people) if failing is None else failing,
        people_needed=math.ceil(needed * people / trials),
    )


def _effort(errors: int, trials: int, design_effect: float) -> Effort:
    comparisons = math.ceil(trials * design_effect * (1 - 1e-12))
    return Effort(errors, trials, comparisons, people_for_pairs(comparisons), 2 * trials, trials)


def _within(what: str, value: float, low: float, high: float) -> None:
    if not low < value < high:
        span = f"more than {low:g}" if math.isinf(high) else f"more than {low:g} and under {high:g}"
        raise out_of_range(what, span, f"{value:g}")
