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
    """People of one group: one row a person, however often searched for.

    Attributes:
        errors: People flagged at least once.
        people: People searched for.
    """

    errors: Count
    people: Count


@dataclass(frozen=True, slots=True)
class FalseCandidates:
    """Expected false candidates per search.

    Attributes:
        real: In the gallery as it is.
        balanced: In one with equally many photographs of each group.
    """

    real: Amount | NotMeasured
    balanced: Amount | NotMeasured


@dataclass(frozen=True, slots=True)
class PublishedDecomposition:
    """The gap in expected false candidates per search, split into the algorithm's part and the gallery's.

    Attributes:
        gap: algorithm + gallery.
        algorithm: The gap in a balanced gallery.
        gallery: What the composition adds.
        one: Of the first group.
        other: Of the second group.
        composition: Photographs by value of the label.
        of: Whose photographs these are.
        searched: Whether these are of the target-absent gallery; else of another and smaller one.
    """

    gap: Effect | NotMeasured
    algorithm: Effect | NotMeasured
    gallery: Effect | NotMeasured
    one: FalseCandidates
    other: FalseCandidates
    composition: Mapping[str, Positive]
    of: str
    searched: bool


@dataclass(frozen=True, slots=True)
class GroupRatios:
    """The rates of one group over those of another.

    Attributes:
        risk_ratio: FPIR of the first over FPIR of the second, by people.
        fmr_ratio: FMR of the first over FMR of the second.
        decomposition: The gap in expected false candidates, split.
    """

    risk_ratio: Amount | NotMeasured
    fmr_ratio: Amount | NotMeasured
    decomposition: PublishedDecomposition | NotMeasured


@dataclass(frozen=True, slots=True)
class ContrastTests:
    """Whether two groups differ by more than chance.

    Attributes:
        fisher_two_sided: P-value of Fisher's exact test, two-sided.
        hypergeometric_one_sided: Chance of at least so many in the first group if both were alike.
        mid_p: The same with half the chance of exactly so many.
        detectable_ratio: Least ratio above 1 that so many people find four times in five.
    """

    fisher_two_sided: Proportion | NotMeasured
    hypergeometric_one_sided: Proportion | NotMeasured
    mid_p: Proportion | NotMeasured
    detectable_ratio: Annotated[float, Range(1)] | NotMeasured


@dataclass(frozen=True, slots=True)
class GroupContrast:
    """Two groups counted at a threshold, with their ratios or why they may not be given.

    Attributes:
        label: Label column.
        one: Its value for the first group.
        other: Its value for the second group, or "others" for everyone else with a label.
        measure: What is compared.
        one_counts: The first group.
        other_counts: The second group.
        ratios: Of the first to the second.
    """

    label: str
    one: str
    other: str
    measure: Literal["fpir"]
    one_counts: GroupCounts
    other_counts: GroupCounts
    ratios: Annotated[GroupRatios | NotMeasured, FLAT]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredContrast:
    """A contrast at a declared threshold, which alone is tested.

    Attributes:
        contrast: The groups and their ratios.
        p_values: Its tests; none where the ratios may not be given.
        holm_p: Fisher's p-value adjusted for all declared contrasts at all thresholds; null for none.
        tests: How many it was adjusted for.
        simultaneous: The ratio with an interval that holds together with those of the other contrasts here.
    """

    contrast: Annotated[GroupContrast, FLAT]
    p_values: Annotated[ContrastTests | None, FLAT] = None
    holm_p: Proportion | None
    tests: Count
    simultaneous: Amount | NotMeasured | None = None
