"""How far two people agree who judged the same things without seeing each other's answers."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from fairlineup.measures.arguments import BadArgument
from fairlineup.measures.proportions import clopper_pearson
from fairlineup.records import Estimate, Measured, NotMeasured


def cohen_kappa(one: Sequence[Hashable], other: Sequence[Hashable], level: float = 0.95) -> Measured:
    """Agreement of two judges beyond what their habits alone would give.

    (agreement - chance) / (1 - chance), where chance is how often two people with these habits would agree
    blindfold. The interval is Clopper-Pearson's for the share they agree on, chance held as found, so
    that complete agreement on few things is not taken for certainty.

    Args:
        one: the first judge's answers, in any categories, shape (n,).
        other: the second judge's on the same things, in the same order.
        level: two-sided coverage.

    Returns: at most 1, below 0 where they agree less than by chance; errors are disagreements, trials are
        things. NotMeasured if nothing was judged, or everything was given one answer by both.
    Raises: BadInput: the lengths differ.
    Source: Cohen 1960, Educational and Psychological Measurement 20:37.
    Not: accuracy: both may be wrong together; and it falls where one answer is rare, however good the judges.
    """
    trials = len(one)
    if trials != len(other):
        raise BadArgument(
            "two judges' answers do not fit",
            expected="one answer of each to every thing judged",
            got=f"{trials} and {len(other)}",
            remedy="leave out what only one of them judged",
        )
    if trials == 0:
        return NotMeasured("nothing was judged by both", 0, 0)
    agreed = sum(a == b for a, b in zip(one, other, strict=True))
    chance = sum(one.count(kind) * other.count(kind) for kind in set(one)) / trials**2
    errors = trials - agreed
    if chance == 1:
        return NotMeasured("both gave one answer to everything, so chance alone would agree", errors, trials)
    low, high = ((end - chance) / (1 - chance) for end in clopper_pearson(agreed, trials, level))
    value = (agreed / trials - chance) / (1 - chance)
    method = "Cohen's kappa, Clopper-Pearson on agreement"
    return Estimate(value, min(low, value), max(high, value), errors, trials, method, level)
