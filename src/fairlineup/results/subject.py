"""What was audited: the people, the system, the data set, the gallery and the searches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fairlineup.records import ModelInformation, NotMeasured, Price, Scale, Threshold
from fairlineup.results.numbers import AtLeastZero, Count, Digest, Positive
from fairlineup.results.shape import FLAT, Range

PopulationKind = Literal["real", "simulated", "synthetic"]


@dataclass(frozen=True, slots=True)
class PopulationAudited:
    """Whom and what the numbers hold for.

    Attributes:
        kind: Real people; simulated, if the system is, whatever the photographs; else synthetic, if any
            photograph that takes part is of somebody who does not exist. Only the first says anything about
            real people.
        synthetic_photographs: Photographs of people who do not exist, by the manifest or by their own mark.
        comparable: Whether these results may be set beside another system's: only those on real people.
        described: Whom the photographs show, as the plan says.
        capture: What kind of photographs they are, as the plan says.
    """

    kind: PopulationKind
    synthetic_photographs: Count
    comparable: bool
    described: str
    capture: str


@dataclass(frozen=True, slots=True)
class SystemTested:
    """The system under test, as it described itself before it was asked anything.

    Attributes:
        name: Short name.
        vendor: Who makes it.
        version: Its version.
        scale: What its scores mean.
        default_threshold: What a caller gets who sets none; null if it has none.
        recommended_threshold: What the maker recommends for consequential use; null if nothing.
        max_candidates: Longest list it returns; null if unlimited.
        models: Models in use, where they are known.
        population: Whether the system itself is simulated.
        keeps_galleries: Whether a gallery outlives the process that enrolled it.
        settings: Anything else that changes its answers.
        sample_thresholds: What the maker's own sample code sets.
        max_photo_bytes: Largest photograph it takes; null if unlimited.
        wire: Whether it was asked across a wire, one photograph a question.
        at_once: Most questions it is asked at the same time.
        price: Of a call; null for a system that charges nothing.
        calls_per_enrolment: Paid calls one enrolled photograph takes.
        calls_per_search: Paid calls one search takes.
        terms: What an auditor should know of its terms and behaviour.
        list_length: Candidates a user is shown: R of FNIR and the cut of selectivity, in people.
        recorded_to: Weakest score recorded, on the system's scale.
    """

    name: str
    vendor: str
    version: str
    scale: Scale
    default_threshold: Threshold | None
    recommended_threshold: Threshold | None
    max_candidates: Positive | None
    models: tuple[ModelInformation, ...]
    population: Literal["real", "simulated"]
    keeps_galleries: bool
    settings: Mapping[str, str | int | float | bool]
    sample_thresholds: tuple[Threshold, ...]
    max_photo_bytes: Positive | None
    wire: bool
    at_once: Positive
    price: Price | None
    calls_per_enrolment: Positive
    calls_per_search: Positive
    terms: tuple[str, ...]
    list_length: Positive
    recorded_to: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """How sure is sure.

    Attributes:
        level: Coverage of the intervals.
        seed: Seed of everything drawn.
        replicates: How often people are drawn anew where an interval has no formula.
    """

    level: Annotated[float, Range(0.5, 1)]
    seed: Count
    replicates: Annotated[int, Range(100)]


@dataclass(frozen=True, slots=True)
class Digests:
    """What was frozen before the first search; the same digests are the same run.

    Attributes:
        plan: Of the plan with every default written out, the data set's folder left aside.
        manifest: Of the data set's manifest as given.
        photographs: Of the settled manifest with the digest of every photograph.
        system: Of the system's description.
        version: Version of Fairlineup.
    """

    plan: Digest
    manifest: Digest
    photographs: Digest
    system: Digest
    version: str


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """From what to what words were changed, or for how many photographs.

    Attributes:
        from_: Before.
        to: After.
        photographs: How many carry another.
    """

    from_: str | None = None
    to: str | None = None
    photographs: Positive | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change of words of the plan after the run was begun: no answer and no rate rests on them.

    Attributes:
        at: When, ISO 8601 in UTC.
        measured_before: Whether results stood in the run already.
        digests: Digests as they were before.
        changed: What was changed, by its place.
    """

    at: str
    measured_before: bool
    digests: Digests
    changed: Mapping[str, ChangedWords]


@dataclass(frozen=True, slots=True)
class DatasetSettled:
    """The data set as settled.

    Attributes:
        photographs: Photographs that take part.
        people: People on them.
        left_out: Photographs left out.
        settled: Findings settled, counted by "kind: action".
        label_sources: Label column to where its values come from; blank where no source is cited, and then no
            group figure is given.
    """

    photographs: Positive
    people: Positive
    left_out: Count
    settled: Mapping[str, Positive]
    label_sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GalleryCounts:
    """A gallery, counted.

    Attributes:
        people: N: people with at least one photograph enrolled.
        photos: Photographs enrolled.
        offered: Photographs offered.
        enrolled: Photographs enrolled, the same as photos.
        people_offered: People with a photograph offered.
    """

    people: Count
    photos: Count
    offered: Count
    enrolled: Count
    people_offered: Count


@dataclass(frozen=True, slots=True)
class Galleries:
    """The target-absent gallery, of people who are no probe.

    Attributes:
        others: The gallery.
        with_mates: The same with the mates added.
    """

    others: Annotated[GalleryCounts, FLAT]
    with_mates: GalleryCounts


@dataclass(frozen=True, slots=True)
class SearchCounts:
    """What was asked. Questions that got no answer are in lost and in nothing else.

    Attributes:
        strangers: Who the people are that a probe is searched among if they are not them: others, who are no
            probe; or with leave-one-out everybody in the gallery but the probe's own person.
        target_absent: Searches among people who are not the probe.
        target_present: Searches with the mate offered to the gallery.
        probe_people: People searched for.
        probe_photos: Photographs searched with.
        unlabelled: People searched for who carry no value of a group's label, by label.
        same_picture_left_out: Target-present searches left out of every miss rate, since probe and mate are
            one picture.
        lists_cut_by_the_system: Lists the system cut while more may have scored as high as what was recorded.
        lost: Questions that never got an answer, by stage.
    """

    strangers: Literal["others", "leave-one-out"]
    target_absent: Count
    target_present: Count
    probe_people: Positive
    probe_photos: Positive
    unlabelled: Mapping[str, Count]
    same_picture_left_out: Count
    lists_cut_by_the_system: Count
    lost: Mapping[str, Positive]


@dataclass(frozen=True, slots=True)
class CanaryChange:
    """The same photographs put to a system across a wire at begin and end: what changed.

    Attributes:
        photographs: Put, enrolled or searched.
        changed: With another outcome or other candidates at the end.
        largest_change: Of a score.
    """

    photographs: Count
    changed: Count
    largest_change: AtLeastZero


@dataclass(frozen=True, slots=True)
class CalibrationUsed:
    """The calibration whose similarities the plan used. Shared people forbid a verdict.

    Attributes:
        name: Of the calibration.
        calibration_overlap: At most so many people of this audit it was made from.
    """

    name: str
    calibration_overlap: Count | NotMeasured
