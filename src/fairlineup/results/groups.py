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
    """One probe group against one gallery group.

    Attributes:
        probe: Index into values.
        gallery: Index into values.
        grey: Fewer than 30 false matches: the rate may be off by a third.
        fmr: False match rate of the cell.
    """

    probe: Count
    gallery: Count
    grey: bool
    fmr: Annotated[Share | NotMeasured, FLAT]


@dataclass(frozen=True, slots=True)
class Matrix:
    """False match rates of groups against groups.

    Attributes:
        label_source: Where the values come from.
        values: Of the label.
        probe_people: By value.
        gallery_people: By value.
        unlabelled_comparisons: Comparisons with somebody who carries no value.
        cells: All pairs of values.
    """

    label_source: str
    values: tuple[str, ...]
    probe_people: tuple[Count, ...]
    gallery_people: tuple[Count, ...]
    unlabelled_comparisons: Count
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class LabelMatrix:
    """The matrix of one declared label, or why there is none.

    Attributes:
        label: Label column.
        matrix: Its matrix.
    """

    label: str
    matrix: Annotated[Matrix | NotMeasured, FLAT]


@dataclass(frozen=True, slots=True)
class AlikeImpostors:
    """FMR among impostors who share every declared label.

    Attributes:
        labels: Shared.
        fmr: Among people alike.
        everyone: Among everyone, labelled or not.
    """

    labels: tuple[str, ...]
    fmr: Share | NotMeasured
    everyone: Share | NotMeasured


@dataclass(frozen=True, slots=True)
class IntersectionCell:
    """FPIR of people with one value of each of two labels.

    Attributes:
        values: Two.
        people: Searched for.
        raw: As counted.
        pooled: Drawn towards all cells.
    """

    values: tuple[str, ...]
    people: Positive
    raw: Share | NotMeasured
    pooled: Share | NotMeasured


@dataclass(frozen=True, slots=True)
class IntersectionCells:
    """The cells of two crossed labels.

    Attributes:
        cells: With people in them.
    """

    cells: tuple[IntersectionCell, ...]


@dataclass(frozen=True, slots=True)
class Intersection:
    """FPIR by every pair of values of two labels, or why it is not given.

    Attributes:
        labels: Two.
        measure: Which rate.
        crossed: The cells.
    """

    labels: tuple[str, ...]
    measure: Literal["fpir"]
    crossed: Annotated[IntersectionCells | NotMeasured, FLAT]


@dataclass(frozen=True, slots=True)
class PublishedDifferential:
    """A differential beside its permutation null.

    Attributes:
        name: Of the measure.
        of: Of which rates.
        value: Observed.
        null_median: Median if groups were alike.
        null_95: 95th percentile if groups were alike, 5th where less is worse.
        p: Share of shuffles as far from equality.
        permutations: Shuffles.
        hides: What the number hides.
    """

    name: str
    of: str
    value: float | NotMeasured
    null_median: float | NotMeasured
    null_95: float | NotMeasured
    p: Proportion | NotMeasured
    permutations: Count
    hides: str


@dataclass(frozen=True, slots=True)
class Differentials:
    """The differentials between the groups of a label.

    Attributes:
        of: Of which rates.
        groups: Values compared.
        measures: Each.
    """

    of: Literal["fmr"]
    groups: tuple[str, ...]
    measures: tuple[PublishedDifferential, ...]


@dataclass(frozen=True, slots=True)
class LabelDifferentials:
    """The differentials of one declared label, or why there are none.

    Attributes:
        label: Label column.
        found: Its differentials.
    """

    label: str
    found: Annotated[Differentials | NotMeasured, FLAT]
