"""What was audited: the people, the system, the data set, the gallery and the searches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fairlineup.records import ModelInformation, Price, Scale, Threshold
from fairlineup.results.numbers import AtLeastZero, Count, Digest, Positive
from fairlineup.results.shape import FLAT, Range

PopulationKind = Literal["real", "simulated", "synthetic"]


@dataclass(frozen=True, slots=True)
class PopulationAudited:
    """Whom and what the numbers hold for."""

    #: Real people; simulated, if the system is, whatever the photographs; else synthetic, if any photograph
    #: that takes part is of somebody who does not exist. Only the first says anything about real people.
    kind: PopulationKind
    #: Photographs of people who do not exist, by the manifest or by their own mark.
    synthetic_photographs: Count
    comparable: bool  #: Whether these results may be set beside another system's: only those on real people.
    described: str  #: Whom the photographs show, as the plan says.
    capture: str  #: What kind of photographs they are, as the plan says.


@dataclass(frozen=True, slots=True)
class SystemTested:
    """The system under test, as it described itself before it was asked anything."""

    name: str  #: Short name.
    vendor: str  #: Who makes it.
    version: str  #: Its version.
    scale: Scale  #: What its scores mean.
    default_threshold: Threshold | None  #: What a caller gets who sets none; null if it has none.
    #: What the maker recommends for consequential use; null if nothing.
    recommended_threshold: Threshold | None
    max_candidates: Positive | None  #: Longest list it returns; null if unlimited.
    models: tuple[ModelInformation, ...]  #: Models in use, where they are known.
    population: Literal["real", "simulated"]  #: Whether the system itself is simulated.
    keeps_galleries: bool  #: Whether a gallery outlives the process that enrolled it.
    settings: Mapping[str, str | int | float | bool]  #: Anything else that changes its answers.
    sample_thresholds: tuple[Threshold, ...]  #: What the maker's own sample code sets.
    max_photo_bytes: Positive | None  #: Largest photograph it takes; null if unlimited.
    wire: bool  #: Whether it was asked across a wire, one photograph a question.
    at_once: Positive  #: Most questions it is asked at the same time.
    price: Price | None  #: Of a call; null for a system that charges nothing.
    calls_per_enrolment: Positive  #: Paid calls one enrolled photograph takes.
    calls_per_search: Positive  #: Paid calls one search takes.
    terms: tuple[str, ...]  #: What an auditor should know of its terms and behaviour.
    list_length: Positive  #: Candidates a user is shown: R of FNIR and the cut of selectivity, in people.
    recorded_to: float  #: Weakest score recorded, on the system's scale.


@dataclass(frozen=True, slots=True)
class Statistics:
    """How sure is sure."""

    level: Annotated[float, Range(0.5, 1)]  #: Coverage of the intervals.
    seed: Count  #: Seed of everything drawn.
    #: How often people are drawn anew where an interval has no formula.
    replicates: Annotated[int, Range(100)]


@dataclass(frozen=True, slots=True)
class Digests:
    """What was frozen before the first search; the same digests are the same run."""

    plan: Digest  #: Of the plan with every default written out, the data set's folder left aside.
    manifest: Digest  #: Of the data set's manifest as given.
    photographs: Digest  #: Of the settled manifest with the digest of every photograph.
    system: Digest  #: Of the system's description.
    version: str  #: Version of Fairlineup.


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """From what to what words were changed, or for how many photographs."""

    from_: str | None = None  #: Before.
    to: str | None = None  #: After.
    photographs: Positive | None = None  #: How many carry another.


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change of words of the plan after the run was begun: no answer and no rate rests on them."""

    at: str  #: When, ISO 8601 in UTC.
    measured_before: bool  #: Whether results stood in the run already.
    digests: Digests  #: Digests as they were before.
    changed: Mapping[str, ChangedWords]  #: What was changed, by its place.


@dataclass(frozen=True, slots=True)
class DatasetSettled:
    """The data set as settled."""

    photographs: Positive  #: Photographs that take part.
    people: Positive  #: People on them.
    left_out: Count  #: Photographs left out.
    settled: Mapping[str, Positive]  #: Findings settled, counted by "kind: action".
    #: Label column to where its values come from; blank where no source is cited, and then no group figure is
    #: given.
    label_sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GalleryCounts:
    """A gallery, counted."""

    people: Count  #: N: people with at least one photograph enrolled.
    photos: Count  #: Photographs enrolled.
    offered: Count  #: Photographs offered.
    enrolled: Count  #: Photographs enrolled, the same as photos.
    people_offered: Count  #: People with a photograph offered.


@dataclass(frozen=True, slots=True)
class Galleries:
    """The target-absent gallery, of people who are no probe."""

    others: Annotated[GalleryCounts, FLAT]  #: The gallery.
    with_mates: GalleryCounts  #: The same with the mates added.


@dataclass(frozen=True, slots=True)
class SearchCounts:
    """What was asked. Questions that got no answer are in lost and in nothing else."""

    #: Who the people are that a probe is searched among if they are not them: others, who are no probe; or
    #: with leave-one-out everybody in the gallery but the probe's own person.
    strangers: Literal["others", "leave-one-out"]
    target_absent: Count  #: Searches among people who are not the probe.
    target_present: Count  #: Searches with the mate offered to the gallery.
    probe_people: Positive  #: People searched for.
    probe_photos: Positive  #: Photographs searched with.
    unlabelled: Mapping[str, Count]  #: People searched for who carry no value of a group's label, by label.
    #: Target-present searches left out of every miss rate, since probe and mate are one picture.
    same_picture_left_out: Count
    #: Lists the system cut while more may have scored as high as what was recorded.
    lists_cut_by_the_system: Count
    lost: Mapping[str, Positive]  #: Questions that never got an answer, by stage.


@dataclass(frozen=True, slots=True)
class CanaryChange:
    """The same photographs put to a system across a wire at begin and end: what changed."""

    photographs: Count  #: Put, enrolled or searched.
    changed: Count  #: With another outcome or other candidates at the end.
    largest_change: AtLeastZero  #: Of a score.
