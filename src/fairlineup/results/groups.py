"""Groups against groups at one threshold: matrices, intersections, differentials, impostors who are alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fairlineup.records import NotMeasured
from fairlineup.results.estimates import Share
from fairlineup.results.numbers import Count, Positive, Proportion
from fairlineup.results.shape import FLAT


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One probe group against one gallery group."""

    probe: Count  #: Index into values.
    gallery: Count  #: Index into values.
    grey: bool  #: Fewer than 30 false matches: the rate may be off by a third.
    fmr: Annotated[Share | NotMeasured, FLAT]  #: False match rate of the cell.


@dataclass(frozen=True, slots=True)
class Matrix:
    """False match rates of groups against groups."""

    label_source: str  #: Where the values come from.
    values: tuple[str, ...]  #: Of the label.
    probe_people: tuple[Count, ...]  #: By value.
    gallery_people: tuple[Count, ...]  #: By value.
    unlabelled_comparisons: Count  #: Comparisons with somebody who carries no value.
    cells: tuple[MatrixCell, ...]  #: All pairs of values.


@dataclass(frozen=True, slots=True)
class LabelMatrix:
    """The matrix of one declared label, or why there is none."""

    label: str  #: Label column.
    matrix: Annotated[Matrix | NotMeasured, FLAT]  #: Its matrix.


@dataclass(frozen=True, slots=True)
class AlikeImpostors:
    """FMR among impostors who share every declared label."""

    labels: tuple[str, ...]  #: Shared.
    fmr: Share | NotMeasured  #: Among people alike.
    everyone: Share | NotMeasured  #: Among everyone, labelled or not.


@dataclass(frozen=True, slots=True)
class IntersectionCell:
    """FPIR of people with one value of each of two labels."""

    values: tuple[str, ...]  #: Two.
    people: Positive  #: Searched for.
    raw: Share | NotMeasured  #: As counted.
    pooled: Share | NotMeasured  #: Drawn towards all cells.


@dataclass(frozen=True, slots=True)
class IntersectionCells:
    """The cells of two crossed labels."""

    cells: tuple[IntersectionCell, ...]  #: With people in them.


@dataclass(frozen=True, slots=True)
class Intersection:
    """FPIR by every pair of values of two labels, or why it is not given."""

    labels: tuple[str, ...]  #: Two.
    measure: Literal["fpir"]  #: Which rate.
    crossed: Annotated[IntersectionCells | NotMeasured, FLAT]  #: The cells.


@dataclass(frozen=True, slots=True)
class PublishedDifferential:
    """A differential beside its permutation null."""

    name: str  #: Of the measure.
    of: str  #: Of which rates.
    value: float | NotMeasured  #: Observed.
    null_median: float | NotMeasured  #: Median if groups were alike.
    null_95: float | NotMeasured  #: 95th percentile if groups were alike, 5th where less is worse.
    p: Proportion | NotMeasured  #: Share of shuffles as far from equality.
    permutations: Count  #: Shuffles.
    hides: str  #: What the number hides.


@dataclass(frozen=True, slots=True)
class Differentials:
    """The differentials between the groups of a label."""

    of: Literal["fmr"]  #: Of which rates.
    groups: tuple[str, ...]  #: Values compared.
    measures: tuple[PublishedDifferential, ...]  #: Each.


@dataclass(frozen=True, slots=True)
class LabelDifferentials:
    """The differentials of one declared label, or why there are none."""

    label: str  #: Label column.
    found: Annotated[Differentials | NotMeasured, FLAT]  #: Its differentials.
