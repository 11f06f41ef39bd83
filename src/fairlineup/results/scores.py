"""What a table of scores from elsewhere gives; its results.json knows neither system nor plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fairlineup.records import NotMeasured
from fairlineup.results.audit import FailedSection
from fairlineup.results.estimates import Amount, Share
from fairlineup.results.groups import MatrixCell
from fairlineup.results.numbers import Count, Digest, Proportion
from fairlineup.results.rates import PublishedZeroBounds
from fairlineup.results.shape import FLAT

SCORES_FORMAT: Final = "fairlineup-scores/1"


@dataclass(frozen=True, slots=True)
class ColumnsRead:
    """Which columns were read as what; of photographs and labels that of the probe first."""

    person_probe: str
    person_gallery: str
    score: str
    photos: tuple[str, ...]
    groups: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFile:
    """The file that was measured.

    Attributes:
        file: Its name.
        sha256: Its digest.
        layout: What its layout is called.
        cells_parted_by: What parts its cells, where these are no commas.
        columns: Which columns were read.
    """

    file: str
    sha256: Digest
    layout: str
    cells_parted_by: str | None = None
    columns: ColumnsRead


@dataclass(frozen=True, slots=True)
class ScoreCounts:
    """What stands in the table.

    Attributes:
        rows: Of the table.
        same_photograph: Rows left out: the same photograph on both sides is no comparison.
        one_set: Whether it is one set of people, each pair compared once.
        mirrored: Comparisons that stand in it from the other side too.
        mirrored_counted_once: Whether those count once.
        comparisons: Counted.
        mated: Of one person with themselves.
        non_mated: Of two people.
        failed: Comparisons without a score.
        people: On either side.
        probe_people: On the probe's side.
        gallery_people: On the other side.
        mated_people: Compared with themselves.
    """

    rows: Count
    same_photograph: Count
    one_set: bool
    mirrored: Count
    mirrored_counted_once: bool
    comparisons: Count
    mated: Count
    non_mated: Count
    failed: Count
    people: Count
    probe_people: Count
    gallery_people: Count
    mated_people: Count


@dataclass(frozen=True, slots=True)
class LabelRead:
    """A label of the table.

    Attributes:
        values: Found.
        source: Where they come from; blank where nobody said, and then no rate of a group is given.
        taken_for_no_value: Words that were taken for no value, as "nan".
    """

    values: tuple[str, ...]
    source: str
    taken_for_no_value: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RatioToBest:
    """A group's false match rate over the lowest published one.

    Attributes:
        best: Value of the group with the lowest rate.
        warning: What to know of a best group.
        ratio: Of the rates.
    """

    best: str
    warning: str
    ratio: Annotated[Amount, FLAT]


@dataclass(frozen=True, slots=True)
class ScoreGroupRates:
    """The rates of a group.

    Attributes:
        value: Value of the label.
        people: Probe people with this value.
        label_source: Where the values come from.
        fmr: Of its probes against everyone.
        fnmr: Of its people.
        ratio_to_best: Null for the best group, and where either rate is not published.
    """

    value: str
    people: Count
    label_source: str
    fmr: Share | NotMeasured
    fnmr: Share | NotMeasured
    ratio_to_best: RatioToBest | None


@dataclass(frozen=True, slots=True)
class ScoreGroup:
    """A group of a label; one row with the reason where its groups could not be measured."""

    label: str
    rates: Annotated[ScoreGroupRates | NotMeasured, FLAT]


@dataclass(frozen=True, slots=True)
class ScoreMatrix:
    """False match rates of groups against groups: values of the label, and all pairs of them."""

    values: tuple[str, ...]
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class ScoreLabelMatrix:
    """The matrix of one label, or why there is none."""

    label: str
    matrix: Annotated[ScoreMatrix | NotMeasured, FLAT]


@dataclass(frozen=True, slots=True)
class ScoreRates:
    """The rates at one threshold.

    Attributes:
        fmr: False match rate.
        zero_bounds: What can be claimed after no false match; null where there was one.
        fnmr: False non-match rate.
        fpir: Where the table holds every probe against every gallery person.
        searched_among_people: How many these are; null where it does not.
        fnir: Where the table holds every probe against every gallery person.
        groups: Each group of each label.
        matrices: Of each label.
    """

    fmr: Share | NotMeasured
    zero_bounds: PublishedZeroBounds | NotMeasured | None
    fnmr: Share | NotMeasured
    fpir: Share | NotMeasured
    searched_among_people: Count | None
    fnir: Share | NotMeasured
    groups: tuple[ScoreGroup, ...]
    matrices: tuple[ScoreLabelMatrix, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresAtThreshold:
    """The table measured at one threshold.

    Attributes:
        chosen_for_fmr: The false match rate it was chosen for, where nobody set it.
        warning: What to know of a threshold that was chosen.
        threshold: In the table's own unit; null where there is none.
        rates: Measured there.
    """

    chosen_for_fmr: Proportion | None = None
    warning: str | None = None
    threshold: float | None
    rates: Annotated[ScoreRates | NotMeasured, FLAT]


@dataclass(frozen=True, slots=True)
class ScoreResults:
    """Every number of a table of scores that somebody else made.

    Attributes:
        schema: Version of this format.
        source: The file.
        score: Whether lower or higher is more alike.
        warnings: What to know before any rate is read.
        counts: What stands in the table.
        labels: By name.
        level: Coverage of the intervals.
        thresholds: What was measured, at each threshold.
        limits: What these numbers are not.
        failed_sections: Sections that failed. Empty where all were measured.
    """

    schema: Literal["fairlineup-scores/1"]
    source: ScoreFile
    score: Literal["distance", "similarity"]
    warnings: tuple[str, ...]
    counts: ScoreCounts
    labels: Mapping[str, LabelRead]
    level: Proportion
    thresholds: tuple[ScoresAtThreshold, ...]
    limits: tuple[str, ...]
    failed_sections: tuple[FailedSection, ...]
