"""Declared limits held against what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fairlineup.records import NotMeasured
from fairlineup.results.estimates import Share
from fairlineup.results.numbers import Count, Positive, Proportion
from fairlineup.results.shape import FLAT

Over = Literal["all", "processed"]


@dataclass(frozen=True, slots=True)
class WouldChange:
    """What would have to be true for another verdict, at the same number of trials.

    Attributes:
        errors: Found.
        trials: Out of so many.
        pass_up_to: Most errors that would pass; null where even none would not.
        fail_from: Fewest errors that would fail; null where even all would not.
    """

    errors: Count
    trials: Positive
    pass_up_to: int | None
    fail_from: int | None


@dataclass(frozen=True, slots=True)
class HeldByEveryone:
    """What decided over everyone together.

    Attributes:
        worst: The measurement that decided.
        would_change: What would change the verdict; null where nothing was measured.
    """

    worst: Share | NotMeasured | None
    would_change: WouldChange | None


@dataclass(frozen=True, slots=True)
class GroupHeld:
    """The rate of one group, with one-sided bounds.

    Attributes:
        group: Value of the label.
        over: Which searches.
        rate: The rate.
    """

    group: str
    over: Over
    rate: Annotated[Share | NotMeasured, FLAT]


@dataclass(frozen=True, slots=True)
class HeldByGroups:
    """What decided over the groups of a label.

    Attributes:
        worst: The measurement that decided.
        worst_group: The group that decided.
        groups: Each group's rate with one-sided bounds.
        would_change: What would change the verdict; null where nothing was measured.
    """

    worst: Share | NotMeasured | None
    worst_group: str | None
    groups: tuple[GroupHeld, ...]
    would_change: WouldChange | None


@dataclass(frozen=True, slots=True)
class LimitVerdict:
    """A declared limit held against what was measured.

    Attributes:
        measure: Which rate.
        threshold: At which threshold, by name; fte is the same at all.
        at_most: The limit.
        of: Blank for everyone together, or the label whose every group must keep it.
        source: Who set the limit.
        outcome: pass only if the whole interval is at or under the limit, fail only if it is all above, else
            inconclusive; not_given on people who do not exist. A pass endorses nothing.
        over: Which searches decided; null where no verdict is given.
        reason: In words.
        need_n_more: Inconclusive: how many more people would settle it at the present rate; null where none
            would, or where it is settled.
        held: What decided; none where no verdict is given.
    """

    measure: Literal["fpir", "fnir", "fte"]
    threshold: str
    at_most: Proportion
    of: str
    source: str
    outcome: Literal["pass", "fail", "inconclusive", "not_given"]
    over: Over | None
    reason: str
    need_n_more: Count | None
    held: Annotated[HeldByGroups | HeldByEveryone | None, FLAT] = None
