"""Numbers of runs side by side: thresholds and rates of each run, and people by what two of them did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fairlineup.records import NotMeasured
from fairlineup.results.estimates import Amount, Effect, Share
from fairlineup.results.numbers import Count, Positive, Proportion
from fairlineup.results.shape import FLAT, Pattern

RunKey = Annotated[str, Pattern("^[A-H]$")]


@dataclass(frozen=True, slots=True)
class GivenThreshold:
    """A threshold that was set by somebody.

    Attributes:
        score: On the system's own scale.
        fmr: False match rate there, on the shared searches.
        source: Who set it.
        is_default: Whether it is the system's default.
    """

    score: float
    fmr: Share | NotMeasured
    source: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class ChosenThreshold:
    """A threshold that was chosen for a false match rate, with its interval.

    Attributes:
        score: On the system's own scale.
        fmr: False match rate there, on the shared searches.
        low: Lower end of the interval.
        high: Upper end of the interval.
    """

    score: float
    fmr: Share | NotMeasured
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ChosenWithoutInterval:
    """A threshold that was chosen for a false match rate, and why it has no interval."""

    score: float
    fmr: Share | NotMeasured
    interval: NotMeasured


ThresholdAt = GivenThreshold | ChosenThreshold | ChosenWithoutInterval | NotMeasured


@dataclass(frozen=True, slots=True)
class RunThreshold:
    """The threshold of a run at one operating point."""

    run: RunKey
    at: Annotated[ThresholdAt, FLAT]


@dataclass(frozen=True, slots=True)
class RunRates:
    """The error rates of a run at one operating point."""

    run: RunKey
    fpir: Share | NotMeasured
    fnir: Share | NotMeasured


@dataclass(frozen=True, slots=True)
class PairedCounts:
    """People by what two runs did to them.

    Attributes:
        people: All of them.
        both: An error with both runs.
        first_only: With the run before alone.
        second_only: With the run after alone.
        neither: With none.
    """

    people: Count
    both: Count
    first_only: Count
    second_only: Count
    neither: Count


@dataclass(frozen=True, slots=True)
class PairedRate:
    """One kind of error with two runs. Test, ratio and detectable difference only at thresholds given.

    Attributes:
        counts: People by what the two runs did to them.
        difference: Rate after less rate before, paired by person.
        p: Of McNemar's exact test.
        ratio: Rate after over rate before.
        detectable: The least difference found four times in five.
        holm_p: The p-value adjusted for all tests of the comparison.
        tests: How many these are.
    """

    counts: Annotated[PairedCounts, FLAT]
    difference: Effect | NotMeasured
    p: Proportion | NotMeasured
    ratio: Amount | NotMeasured
    detectable: float | NotMeasured
    holm_p: Proportion | None = None
    tests: Positive | None = None


@dataclass(frozen=True, slots=True)
class RateBeforeAfter:
    """A rate with either run, and the difference."""

    before: Share | NotMeasured
    after: Share | NotMeasured
    difference: Effect | NotMeasured


@dataclass(frozen=True, slots=True)
class GroupBeforeAfter:
    """The rates of a group with either run.

    Attributes:
        label: Label column.
        value: Value of the label.
        people: People searched for with this value.
        label_source: Where the values come from; blank where some run cites none.
        fpir: Of target-absent searches.
        fnir: Of target-present searches.
    """

    label: str
    value: str
    people: Count
    label_source: str
    fpir: RateBeforeAfter | NotMeasured
    fnir: RateBeforeAfter | NotMeasured


@dataclass(frozen=True, slots=True)
class GapBeforeAfter:
    """The rate of one group less that of another, with either run, and how it changed."""

    before: Effect | NotMeasured
    after: Effect | NotMeasured
    change: Effect | NotMeasured


@dataclass(frozen=True, slots=True)
class GroupGap:
    """The gap between two groups.

    Attributes:
        label: Label column.
        one: Value of the first group.
        other: Value of the second group.
        declared: Whether every plan declares this contrast; else it is the only pair that a label has.
        fpir: Of target-absent searches.
        fnir: Of target-present searches.
    """

    label: str
    one: str
    other: str
    declared: bool
    fpir: GapBeforeAfter | NotMeasured
    fnir: GapBeforeAfter | NotMeasured


@dataclass(frozen=True, slots=True)
class PairAtPoint:
    """Two runs at one operating point: everyone, each group, and the gaps between groups."""

    before: RunKey
    after: RunKey
    fpir: PairedRate | NotMeasured
    fnir: PairedRate | NotMeasured
    groups: tuple[GroupBeforeAfter, ...]
    gaps: tuple[GroupGap, ...]


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """All runs at one operating point.

    Attributes:
        kind: Each run at its own threshold, or all at one false match rate.
        fmr: That rate; null at their own thresholds.
        thresholds: Of each run.
        rates: Of each run.
        pairs: The first run with each other.
    """

    kind: Literal["own", "equal_fmr"]
    fmr: Proportion | None
    thresholds: tuple[RunThreshold, ...]
    rates: tuple[RunRates, ...]
    pairs: tuple[PairAtPoint, ...]


@dataclass(frozen=True, slots=True)
class FailuresBeforeAfter:
    """Photographs that failed with either run, counted by person.

    Attributes:
        counts: People by what the two runs did to them.
        before: Rate with the run before.
        after: Rate with the run after.
        difference: Rate after less rate before.
        p: Of McNemar's exact test.
    """

    counts: Annotated[PairedCounts, FLAT]
    before: Share | NotMeasured
    after: Share | NotMeasured
    difference: Effect | NotMeasured
    p: Proportion


@dataclass(frozen=True, slots=True)
class ProcessingCompared:
    """Failures to enrol (FTE) and to acquire (FTA) with two runs."""

    before: RunKey
    after: RunKey
    fte: FailuresBeforeAfter | NotMeasured
    fta: FailuresBeforeAfter | NotMeasured
