"""Runs side by side, as versus.json holds them; docs/measures/versus.md says what each number is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fairlineup.records import NotMeasured, Scale
from fairlineup.results.audit import FailedSection
from fairlineup.results.numbers import Count
from fairlineup.results.paired import PairedPoint, ProcessingCompared, RunKey
from fairlineup.results.shape import FLAT
from fairlineup.results.subject import Digests, Statistics

VERSUS_FORMAT: Final = "fairlineup-versus/1"


@dataclass(frozen=True, slots=True)
class PopulationCompared:
    """Whom the numbers hold for."""

    kind: Literal["real", "simulated"]  #: Real people, or simulated systems; others are not compared.
    described: tuple[str, ...]  #: Whom the photographs show, as the plans say.
    capture: tuple[str, ...]  #: What kind of photographs they are, as the plans say.


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
    """The threshold a system is used at if nobody sets another."""

    score: float  #: On its own scale.
    source: str  #: Who set it.
    #: Whether it is the system's default; else the plan's deployed threshold stands in for it.
    is_default: bool


@dataclass(frozen=True, slots=True)
class GalleryCompared:
    """The target-absent gallery of a run: people and photographs enrolled, and photographs offered."""

    people: Count
    photos: Count
    offered: Count


@dataclass(frozen=True, slots=True)
class RunCompared:
    """A run that is compared."""

    key: RunKey  #: By the order they were named in.
    folder: str  #: Its name.
    title: str  #: Title of its plan.
    begun: str  #: When, ISO 8601 in UTC.
    system: SystemCompared  #: What was audited.
    own_threshold: OwnThreshold  #: The threshold it is used at.
    recorded_to: float  #: Weakest score recorded.
    gallery: GalleryCompared  #: Whom its probes were searched among.
    lost: Mapping[str, Count]  #: Questions that never got an answer, by stage.
    lists_cut: Count  #: Target-absent lists that the system cut.
    digests: Digests  #: What was frozen before the first search.


@dataclass(frozen=True, slots=True)
class InCommon:
    """How far the runs have photographs in common."""

    shared: Count  #: In every run.
    together: Count  #: In any of them.

    @property
    def share(self) -> float:
        """Of all of them; where there are none they are the same."""
        return self.shared / self.together if self.together else 1.0


@dataclass(frozen=True, slots=True)
class SearchesCompared:
    """Searches of one kind that every run answered."""

    searches: Count  #: How many.
    people: Count  #: Whom they are of.
    photographs: Annotated[InCommon, FLAT]  #: Searched with, as far as they are in common.
    unanswered: Count  #: Shared searches that some run lost, which no figure counts.


@dataclass(frozen=True, slots=True)
class PairingFound:
    """What could be paired."""

    absent: SearchesCompared | NotMeasured  #: Target-absent searches.
    present: SearchesCompared | NotMeasured  #: Target-present searches.
    same_picture_left_out: Count  #: Target-present searches left out since probe and mate are one picture.
    gallery: InCommon  #: Photographs of the target-absent gallery; the same in every run.
    gallery_people_offered: Count  #: People in it.
    mates: InCommon  #: Photographs of the mates.
    list_length: Count  #: The shortest list that a user of any run is shown.


@dataclass(frozen=True, slots=True)
class RecordedDifference:
    """Something recorded that is not the same in every run: its value in each, in their order."""

    what: str
    values: tuple[str, ...]


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
    """People whom one run of two flags at its own threshold, closest first."""

    before: RunKey  #: The run before.
    after: RunKey  #: The run after.
    people: tuple[FlaggedByOne, ...]  #: At most 200 of them.
    not_measured: str | None = None  #: Why nobody is listed, where the listing failed.


@dataclass(frozen=True, slots=True)
class VersusResults:
    """Runs side by side, paired by photograph; docs/measures/versus.md says what each number is."""

    schema: Literal["fairlineup-versus/1"]  #: Version of this format.
    fairlineup: str  #: Version of the software.
    population: PopulationCompared  #: Whom the numbers hold for.
    statistics: Statistics  #: How sure is sure, by the plan of the first run.
    runs: tuple[RunCompared, ...]  #: From two to eight, the first as the one before.
    pairing: PairingFound  #: What could be paired.
    differences: tuple[RecordedDifference, ...]  #: Everything recorded that is not the same in every run.
    cautions: tuple[str, ...]  #: Sentences that stand beside every figure.
    #: First each run at its own threshold, then all at one false match rate.
    points: tuple[PairedPoint, ...]
    equal_fmr_reason: str  #: Why there is no point of the second kind; blank where there is one.
    processing: tuple[ProcessingCompared, ...]  #: Photographs that failed, of each pair of runs.
    parted: tuple[FlaggedApart, ...]  #: Who is flagged by one run alone, of each pair of runs.
    names: Mapping[str, str]  #: Person id to name, where a manifest gives one.
    #: Parts that failed, each not measured in its place. Empty where all were measured.
    failed_sections: tuple[FailedSection, ...]
