"""Contrasts declared in the plan: how much more often one group is flagged than another, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fairlineup.records import NotMeasured
from fairlineup.results.estimates import Amount, Effect
from fairlineup.results.numbers import Count, Positive, Proportion
from fairlineup.results.shape import FLAT, Range


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """People of one group: one row a person, however often searched for."""

    errors: Count  #: People flagged at least once.
    people: Count  #: People searched for.


@dataclass(frozen=True, slots=True)
class FalseCandidates:
    """Expected false candidates per search."""

    real: Amount | NotMeasured  #: In the gallery as it is.
    balanced: Amount | NotMeasured  #: In one with equally many photographs of each group.


@dataclass(frozen=True, slots=True)
class PublishedDecomposition:
    """The gap in expected false candidates per search, split into the algorithm's part and the gallery's."""

    gap: Effect | NotMeasured  #: algorithm + gallery.
    algorithm: Effect | NotMeasured  #: The gap in a balanced gallery.
    gallery: Effect | NotMeasured  #: What the composition adds.
    one: FalseCandidates  #: Of the first group.
    other: FalseCandidates  #: Of the second group.
    composition: Mapping[str, Positive]  #: Photographs by value of the label.
    of: str  #: Whose photographs these are.
    searched: bool  #: Whether these are of the target-absent gallery; else of another and smaller one.


@dataclass(frozen=True, slots=True)
class GroupRatios:
    """The rates of one group over those of another."""

    risk_ratio: Amount | NotMeasured  #: FPIR of the first over FPIR of the second, by people.
    fmr_ratio: Amount | NotMeasured  #: FMR of the first over FMR of the second.
    decomposition: PublishedDecomposition | NotMeasured  #: The gap in expected false candidates, split.


@dataclass(frozen=True, slots=True)
class ContrastTests:
    """Whether two groups differ by more than chance."""

    fisher_two_sided: Proportion | NotMeasured  #: P-value of Fisher's exact test, two-sided.
    #: Chance of at least so many in the first group if both were alike.
    hypergeometric_one_sided: Proportion | NotMeasured
    mid_p: Proportion | NotMeasured  #: The same with half the chance of exactly so many.
    #: Least ratio above 1 that so many people find four times in five.
    detectable_ratio: Annotated[float, Range(1)] | NotMeasured


@dataclass(frozen=True, slots=True)
class GroupContrast:
    """Two groups counted at a threshold, with their ratios or why they may not be given."""

    label: str  #: Label column.
    one: str  #: Its value for the first group.
    other: str  #: Its value for the second group, or "others" for everyone else with a label.
    measure: Literal["fpir"]  #: What is compared.
    one_counts: GroupCounts  #: The first group.
    other_counts: GroupCounts  #: The second group.
    ratios: Annotated[GroupRatios | NotMeasured, FLAT]  #: Of the first to the second.


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredContrast:
    """A contrast at a declared threshold, which alone is tested."""

    contrast: Annotated[GroupContrast, FLAT]  #: The groups and their ratios.
    #: Its tests; none where the ratios may not be given.
    p_values: Annotated[ContrastTests | None, FLAT] = None
    #: Fisher's p-value adjusted for all declared contrasts at all thresholds; null for none.
    holm_p: Proportion | None
    tests: Count  #: How many it was adjusted for.
    #: The ratio with an interval that holds together with those of the other contrasts here.
    simultaneous: Amount | NotMeasured | None = None
