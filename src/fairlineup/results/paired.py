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
    """A threshold that was set by somebody."""

    score: float  #: On the system's own scale.
    fmr: Share | NotMeasured  #: False match rate there, on the shared searches.
    source: str  #: Who set it.
    is_default: bool  #: Whether it is the system's default.


@dataclass(frozen=True, slots=True)
class ChosenThreshold:
    """A threshold that was chosen for a false match rate, with its interval."""

    score: float  #: On the system's own scale.
    fmr: Share | NotMeasured  #: False match rate there, on the shared searches.
    low: float  #: Lower end of the interval.
    high: float  #: Upper end of the interval.


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
    """People by what two runs did to them."""

    people: Count  #: All of them.
    both: Count  #: An error with both runs.
    first_only: Count  #: With the run before alone.
    second_only: Count  #: With the run after alone.
    neither: Count  #: With none.


@dataclass(frozen=True, slots=True)
class PairedRate:
    """One kind of error with two runs. Test, ratio and detectable difference only at thresholds given."""

    counts: Annotated[PairedCounts, FLAT]  #: People by what the two runs did to them.
    difference: Effect | NotMeasured  #: Rate after less rate before, paired by person.
    p: Proportion | NotMeasured  #: Of McNemar's exact test.
    ratio: Amount | NotMeasured  #: Rate after over rate before.
    detectable: float | NotMeasured  #: The least difference found four times in five.
    holm_p: Proportion | None = None  #: The p-value adjusted for all tests of the comparison.
    tests: Positive | None = None  #: How many these are.


@dataclass(frozen=True, slots=True)
class RateBeforeAfter:
    """A rate with either run, and the difference."""

    before: Share | NotMeasured
    after: Share | NotMeasured
    difference: Effect | NotMeasured


@dataclass(frozen=True, slots=True)
class GroupBeforeAfter:
    """The rates of a group with either run."""

    label: str  #: Label column.
    value: str  #: Value of the label.
    people: Count  #: People searched for with this value.
    label_source: str  #: Where the values come from; blank where some run cites none.
    fpir: RateBeforeAfter | NotMeasured  #: Of target-absent searches.
    fnir: RateBeforeAfter | NotMeasured  #: Of target-present searches.


@dataclass(frozen=True, slots=True)
class GapBeforeAfter:
    """The rate of one group less that of another, with either run, and how it changed."""

    before: Effect | NotMeasured
    after: Effect | NotMeasured
    change: Effect | NotMeasured


@dataclass(frozen=True, slots=True)
class GroupGap:
    """The gap between two groups."""

    label: str  #: Label column.
    one: str  #: Value of the first group.
    other: str  #: Value of the second group.
    declared: bool  #: Whether every plan declares this contrast; else it is the only pair that a label has.
    fpir: GapBeforeAfter | NotMeasured  #: Of target-absent searches.
    fnir: GapBeforeAfter | NotMeasured  #: Of target-present searches.


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
class PairedPoint:
    """All runs at one operating point."""

    kind: Literal["own", "equal_fmr"]  #: Each run at its own threshold, or all at one false match rate.
    fmr: Proportion | None  #: That rate; null at their own thresholds.
    thresholds: tuple[RunThreshold, ...]  #: Of each run.
    rates: tuple[RunRates, ...]  #: Of each run.
    pairs: tuple[PairAtPoint, ...]  #: The first run with each other.


@dataclass(frozen=True, slots=True)
class FailuresBeforeAfter:
    """Photographs that failed with either run, counted by person."""

    counts: Annotated[PairedCounts, FLAT]  #: People by what the two runs did to them.
    before: Share | NotMeasured  #: Rate with the run before.
    after: Share | NotMeasured  #: Rate with the run after.
    difference: Effect | NotMeasured  #: Rate after less rate before.
    p: Proportion  #: Of McNemar's exact test.


@dataclass(frozen=True, slots=True)
class ProcessingCompared:
    """Failures to enrol (FTE) and to acquire (FTA) with two runs."""

    before: RunKey
    after: RunKey
    fte: FailuresBeforeAfter | NotMeasured
    fta: FailuresBeforeAfter | NotMeasured
