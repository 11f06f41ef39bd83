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
    """What would have to be true for another verdict, at the same number of trials."""

    errors: Count  #: Found.
    trials: Positive  #: Out of so many.
    pass_up_to: int | None  #: Most errors that would pass; null where even none would not.
    fail_from: int | None  #: Fewest errors that would fail; null where even all would not.


@dataclass(frozen=True, slots=True)
class HeldByEveryone:
    """What decided over everyone together."""

    worst: Share | NotMeasured | None  #: The measurement that decided.
    would_change: WouldChange | None  #: What would change the verdict; null where nothing was measured.


@dataclass(frozen=True, slots=True)
class GroupHeld:
    """The rate of one group, with one-sided bounds."""

    group: str  #: Value of the label.
    over: Over  #: Which searches.
    rate: Annotated[Share | NotMeasured, FLAT]  #: The rate.


@dataclass(frozen=True, slots=True)
class HeldByGroups:
    """What decided over the groups of a label."""

    worst: Share | NotMeasured | None  #: The measurement that decided.
    worst_group: str | None  #: The group that decided.
    groups: tuple[GroupHeld, ...]  #: Each group's rate with one-sided bounds.
    would_change: WouldChange | None  #: What would change the verdict; null where nothing was measured.


@dataclass(frozen=True, slots=True)
class LimitVerdict:
    """A declared limit held against what was measured."""

    measure: Literal["fpir", "fnir", "fte"]  #: Which rate.
    threshold: str  #: At which threshold, by name; fte is the same at all.
    at_most: Proportion  #: The limit.
    of: str  #: Blank for everyone together, or the label whose every group must keep it.
    source: str  #: Who set the limit.
    #: pass only if the whole interval is at or under the limit, fail only if it is all above, else
    #: inconclusive; not_given on people who do not exist. A pass endorses nothing.
    outcome: Literal["pass", "fail", "inconclusive", "not_given"]
    over: Over | None  #: Which searches decided; null where no verdict is given.
    reason: str  #: In words.
    #: Inconclusive: how many more people would settle it at the present rate; null where none would, or where
    #: it is settled.
    need_n_more: Count | None
    #: What decided; none where no verdict is given.
    held: Annotated[HeldByGroups | HeldByEveryone | None, FLAT] = None
