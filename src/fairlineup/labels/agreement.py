"""How far two people agree on a list of pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fairlineup.labels.decision import Answers, Decision
from fairlineup.labels.reviewers import reviewer_key
from fairlineup.records import BadInput, Measured


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two reviewers made of a list so far; answers of one side agree."""

    decided: Mapping[str, int]  #: by reviewer, how many pairs.
    #: the two decisions on each pair that both decided, by its name.
    both: Mapping[str, tuple[Decision, ...]]
    agreed: int  #: of these, pairs with answers of one side.
    kappa: Measured  #: agreement beyond chance.


def agreement_of(decisions: Iterable[Decision], pairs: Sequence[str], answers: Answers) -> Agreement:
    """The last word of each reviewer on each pair of a list, set side by side.

    Raises: BadInput: more than two people decided.
    """
    from fairlineup.measures import cohen_kappa  # SciPy: plans and lists of systems open this room without it

    listed, latest = set(pairs), dict[str, dict[str, Decision]]()
    for one in decisions:
        if one.pair in listed:
            latest.setdefault(reviewer_key(one.reviewer), {})[one.pair] = one
    if len(latest) > 2:
        raise BadInput(
            "more than two people decided",
            expected="two reviewers",
            got=", ".join(sorted(latest)),
            remedy="keep the decisions of two",
            code="reviewer-unusable",
        )
    theirs = tuple(latest.values())
    both = {
        pair: tuple(own[pair] for own in theirs)
        for pair in pairs
        if len(theirs) == 2 and all(pair in own for own in theirs)
    }
    sides = [[answers[one.decision] for one in two] for two in both.values()]
    return Agreement(
        decided={next(iter(own.values())).reviewer: len(own) for own in theirs},
        both=both,
        agreed=sum(one == other for one, other in sides),
        kappa=cohen_kappa([one for one, _ in sides], [other for _, other in sides]),
    )
