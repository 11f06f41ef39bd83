"""Runs side by side, as versus.json holds them; docs/measures/versus.md says what each number is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fairlineup.records import NotMeasured, Scale
from fairlineup.results.audit import FailedSection
from fairlineup.results.estimates import Amount, Effect, Share
from fairlineup.results.numbers import Count, Positive, Proportion
from fairlineup.results.shape import FLAT, Pattern
from fairlineup.results.subject import Digests, Statistics

VERSUS_FORMAT: Final = "fairlineup-versus/1"
RunKey = Annotated[str, Pattern("^[A-H]$")]


@dataclass(frozen=True, slots=True)
class PopulationCompared:
    """Whom the numbers hold for.

    Attributes:
        kind: Real people, or simulated systems; others are not compared.
        described: Whom the photographs show, as the plans say.
        capture: What kind of photographs they are, as the plans say.
    """

    kind: Literal["real", "simulated"]
    described: tuple[str, ...]
    capture: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelCompared:
    """A model of a system: its name, its digest and where it comes from."""

    name: str
    digest: str
    source: str


@dataclass(frozen=True, slots=True)
class SystemCompared:
    """The system of a run, as it described itself."""

    name: str
    vendor: str
    version: str
    scale: Scale
    settings: Mapping[str, Any]
    models: tuple[ModelCompared, ...]


@dataclass(frozen=True, slots=True)
class OwnThreshold:
    """The threshold a system is used at if nobody sets another.

    Attributes:
        score: On its own scale.
        source: Who set it.
        is_default: Whether it is the system's default; else the plan's deployed threshold stands in for it.
    """

    score: float
    source: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class GalleryCompared:
    """The target-absent gallery of a run: people and photographs enrolled, and photographs offered."""

    people: Count
    photos: Count
    offered: Count


@dataclass(frozen=True, slots=True)
class RunCompared:
    """A run that is compared.

    Attributes:
        key: By the order they were named in.
        folder: Its name.
        title: Title of its plan.
        begun: When, ISO 8601 in UTC.
        system: What was audited.
        own_threshold: The threshold it is used at.
        recorded_to: Weakest score recorded.
        gallery: Whom its probes were searched among.
        lost: Questions that never got an answer, by stage.
        lists_cut: Target-absent lists that the system cut.
        digests: What was frozen before the first search.
    """

    key: RunKey
    folder: str
    title: str
    begun: str
    system: SystemCompared
    own_threshold: OwnThreshold
    recorded_to: float
    gallery: GalleryCompared
    lost: Mapping[str, Count]
    lists_cut: Count
    digests: Digests


@dataclass(frozen=True, slots=True)
class InCommon:
    """How far the runs have photographs in common.

    Attributes:
        shared: In every run.
        together: In any of them.
    """

    shared: Count
    together: Count

    @property
    def share(self) -> float:
        """Of all of them; where there are none they are the same."""
        return self.shared / self.together if self.together else 1.0


@dataclass(frozen=True, slots=True)
class SearchesCompared:
    """Searches of one kind that every run answered.

    Attributes:
        searches: How many.
        people: Whom they are of.
        photographs: Searched with, as far as they are in common.
        unanswered: Shared searches that some run lost, which no figure counts.
    """

    searches: Count
    people: Count
    photographs: Annotated[InCommon, FLAT]
    unanswered: Count


@dataclass(frozen=True, slots=True)
class PairingFound:
    """What could be paired.

    Attributes:
        absent: Target-absent searches.
        present: Target-present searches.
        same_picture_left_out: Target-present searches left out since probe and mate are one picture.
        gallery: Photographs of the target-absent gallery; the same in every run.
        gallery_people_offered: People in it.
        mates: Photographs of the mates.
        list_length: The shortest list that a user of any run is shown.
    """

    absent: SearchesCompared | NotMeasured
    present: SearchesCompared | NotMeasured
    same_picture_left_out: Count
    gallery: InCommon
    gallery_people_offered: Count
    mates: InCommon
    list_length: Count


@dataclass(frozen=True, slots=True)
class RecordedDifference:
    """Something recorded that is not the same in every run: its value in each, in their order."""

    what: str
    values: tuple[str, ...]


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


@dataclass(frozen=True, slots=True)
class FlaggedByOne:
    """Somebody whom one run of two flags, with the stranger it holds them for."""

    flagged_by: RunKey
    person: str
    probe_photo: str
    gallery_person: str
    gallery_photo: str
    score: float


@dataclass(frozen=True, slots=True)
class FlaggedApart:
    """People whom one run of two flags at its own threshold, closest first.

    Attributes:
        before: The run before.
        after: The run after.
        people: At most 200 of them.
        not_measured: Why nobody is listed, where the listing failed.
    """

    before: RunKey
    after: RunKey
    people: tuple[FlaggedByOne, ...]
    not_measured: str | None = None


@dataclass(frozen=True, slots=True)
class VersusResults:
    """Runs side by side, paired by photograph; docs/measures/versus.md says what each number is.

    Attributes:
        schema: Version of this format.
        fairlineup: Version of the software.
        population: Whom the numbers hold for.
        statistics: How sure is sure, by the plan of the first run.
        runs: From two to eight, the first as the one before.
        pairing: What could be paired.
        differences: Everything recorded that is not the same in every run.
        cautions: Sentences that stand beside every figure.
        points: First each run at its own threshold, then all at one false match rate.
        equal_fmr_reason: Why there is no point of the second kind; blank where there is one.
        processing: Photographs that failed, of each pair of runs.
        parted: Who is flagged by one run alone, of each pair of runs.
        names: Person id to name, where a manifest gives one.
        failed_sections: Parts that failed, each not measured in its place. Empty where all were measured.
    """

    schema: Literal["fairlineup-versus/1"]
    fairlineup: str
    population: PopulationCompared
    statistics: Statistics
    runs: tuple[RunCompared, ...]
    pairing: PairingFound
    differences: tuple[RecordedDifference, ...]
    cautions: tuple[str, ...]
    points: tuple[OperatingPoint, ...]
    equal_fmr_reason: str
    processing: tuple[ProcessingCompared, ...]
    parted: tuple[FlaggedApart, ...]
    names: Mapping[str, str]
    failed_sections: tuple[FailedSection, ...]
