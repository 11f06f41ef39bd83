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
    """The file that was measured."""

    file: str  #: Its name.
    sha256: Digest  #: Its digest.
    layout: str  #: What its layout is called.
    cells_parted_by: str | None = None  #: What parts its cells, where these are no commas.
    columns: ColumnsRead  #: Which columns were read.


@dataclass(frozen=True, slots=True)
class ScoreCounts:
    """What stands in the table."""

    rows: Count  #: Of the table.
    same_photograph: Count  #: Rows left out: the same photograph on both sides is no comparison.
    one_set: bool  #: Whether it is one set of people, each pair compared once.
    mirrored: Count  #: Comparisons that stand in it from the other side too.
    mirrored_counted_once: bool  #: Whether those count once.
    comparisons: Count  #: Counted.
    mated: Count  #: Of one person with themselves.
    non_mated: Count  #: Of two people.
    failed: Count  #: Comparisons without a score.
    people: Count  #: On either side.
    probe_people: Count  #: On the probe's side.
    gallery_people: Count  #: On the other side.
    mated_people: Count  #: Compared with themselves.


@dataclass(frozen=True, slots=True)
class LabelRead:
    """A label of the table."""

    values: tuple[str, ...]  #: Found.
    source: str  #: Where they come from; blank where nobody said, and then no rate of a group is given.
    taken_for_no_value: tuple[str, ...]  #: Words that were taken for no value, as "nan".


@dataclass(frozen=True, slots=True)
class RatioToBest:
    """A group's false match rate over the lowest published one."""

    best: str  #: Value of the group with the lowest rate.
    warning: str  #: What to know of a best group.
    ratio: Annotated[Amount, FLAT]  #: Of the rates.


@dataclass(frozen=True, slots=True)
class ScoreGroupRates:
    """The rates of a group."""

    value: str  #: Value of the label.
    people: Count  #: Probe people with this value.
    label_source: str  #: Where the values come from.
    fmr: Share | NotMeasured  #: Of its probes against everyone.
    fnmr: Share | NotMeasured  #: Of its people.
    ratio_to_best: RatioToBest | None  #: Null for the best group, and where either rate is not published.


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
    """The rates at one threshold."""

    fmr: Share | NotMeasured  #: False match rate.
    #: What can be claimed after no false match; null where there was one.
    zero_bounds: PublishedZeroBounds | NotMeasured | None
    fnmr: Share | NotMeasured  #: False non-match rate.
    fpir: Share | NotMeasured  #: Where the table holds every probe against every gallery person.
    searched_among_people: Count | None  #: How many these are; null where it does not.
    fnir: Share | NotMeasured  #: Where the table holds every probe against every gallery person.
    groups: tuple[ScoreGroup, ...]  #: Each group of each label.
    matrices: tuple[ScoreLabelMatrix, ...]  #: Of each label.


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresAtThreshold:
    """The table measured at one threshold."""

    chosen_for_fmr: Proportion | None = None  #: The false match rate it was chosen for, where nobody set it.
    warning: str | None = None  #: What to know of a threshold that was chosen.
    threshold: float | None  #: In the table's own unit; null where there is none.
    rates: Annotated[ScoreRates | NotMeasured, FLAT]  #: Measured there.


@dataclass(frozen=True, slots=True)
class ScoreResults:
    """Every number of a table of scores that somebody else made."""

    schema: Literal["fairlineup-scores/1"]  #: Version of this format.
    source: ScoreFile  #: The file.
    score: Literal["distance", "similarity"]  #: Whether lower or higher is more alike.
    warnings: tuple[str, ...]  #: What to know before any rate is read.
    counts: ScoreCounts  #: What stands in the table.
    labels: Mapping[str, LabelRead]  #: By name.
    level: Proportion  #: Coverage of the intervals.
    thresholds: tuple[ScoresAtThreshold, ...]  #: What was measured, at each threshold.
    limits: tuple[str, ...]  #: What these numbers are not.
    failed_sections: tuple[FailedSection, ...]  #: Sections that failed. Empty where all were measured.
