"""Every number of an audit, as results.json holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from fairlineup.records import NotMeasured
from fairlineup.results.calibrated import CalibrationUsed
from fairlineup.results.kinds import KindsOfGallery
from fairlineup.results.likelihood import Likelihood
from fairlineup.results.lists import CandidatePair, Miss, SamePictureMate
from fairlineup.results.processing import PhotoNotProcessed, Processing
from fairlineup.results.rates import ThresholdResults
from fairlineup.results.reviews import ReviewedLabels
from fairlineup.results.size import GallerySizeRung, LargerGallery
from fairlineup.results.subject import (
    Amendment,
    CanaryChange,
    DatasetSettled,
    Digests,
    Galleries,
    PopulationAudited,
    SearchCounts,
    Statistics,
    SystemTested,
)
from fairlineup.results.sweep import Sweep
from fairlineup.results.verdicts import LimitVerdict
from fairlineup.results.within import WithinGallery

AUDIT_FORMAT: Final = "fairlineup-results/4"


@dataclass(frozen=True, slots=True)
class FailedSection:
    """A section that could not be measured."""

    section: str  #: Its path in these results: "ladder", "thresholds.default.hubs".
    #: The kind of error and the place in the software; once that is fixed it can be measured again from the
    #: answers.
    reason: str


@dataclass(frozen=True, slots=True)
class AuditResults:
    """Every number of an audit. Rates are shares from 0 to 1 unless said otherwise.

    What could not be measured is {"not_measured": reason} and never a number. The same plan, photographs,
    system and environment give the same bytes. A section that failed is not measured in its place.
    """

    schema: Literal["fairlineup-results/4"]  #: Version of this format.
    title: str  #: Title of the plan.
    population: PopulationAudited  #: Whom and what the numbers hold for.
    system: SystemTested  #: The system under test.
    statistics: Statistics  #: How sure is sure.
    digests: Digests  #: What was frozen before the first search.
    #: Words of the plan that were changed after the run was begun: title, population, sources.
    amended: tuple[Amendment, ...]
    dataset: DatasetSettled  #: The data set as settled.
    gallery: Galleries  #: The target-absent gallery.
    searches: SearchCounts  #: What was asked.
    processing: Processing | NotMeasured  #: Photographs that never became a comparison.
    #: The same photographs put to a system across a wire at begin and end; null where none were.
    canaries: CanaryChange | NotMeasured | None
    thresholds: tuple[ThresholdResults, ...]  #: One entry for each threshold of the plan, in its order.
    #: The calibration whose similarities the plan used; null for none.
    calibration: CalibrationUsed | NotMeasured | None
    verdicts: tuple[LimitVerdict, ...]  #: One entry for each limit of the plan, in its order.
    ladder: tuple[GallerySizeRung, ...] | NotMeasured  #: FPIR at smaller galleries.
    extrapolation: tuple[LargerGallery, ...] | NotMeasured  #: FPIR in larger galleries, at most tenfold.
    #: FPIR among gallery photographs of one kind each: what galleries of another make-up may do.
    gallery_kinds: tuple[KindsOfGallery, ...] | NotMeasured
    labels: ReviewedLabels | NotMeasured  #: How far two people reviewed the labels of doubtful pairs.
    likelihood: Likelihood | NotMeasured  #: What a score is worth as evidence, averaged over this data set.
    sweep: Sweep | NotMeasured  #: The same rates at many thresholds.
    #: Candidates of target-absent searches at the weakest threshold and within the list, most alike first.
    #: Each is innocent.
    false_matches: tuple[CandidatePair, ...] | NotMeasured
    #: The closest pairs of people said to be different: label errors first, look-alikes second.
    closest_non_mated: tuple[CandidatePair, ...] | NotMeasured
    within_gallery: WithinGallery | NotMeasured  #: The gallery compared with itself, which no search does.
    #: Target-present searches that did not bring the mate, at the limit's threshold; same pictures left out.
    missed: tuple[Miss, ...] | NotMeasured
    #: Target-present searches left out because probe and mate are one picture.
    same_picture_mates: tuple[SamePictureMate, ...] | NotMeasured
    #: Photographs the system could not process, once each.
    not_processed: tuple[PhotoNotProcessed, ...] | NotMeasured
    names: Mapping[str, str]  #: Person id to name, where the manifest gives one.
    #: What to know before any rate is read, as that the scores seem to lie the wrong way round.
    warnings: tuple[str, ...]
    #: Sections that failed, from which no verdict is given. Empty where all were measured.
    failed_sections: tuple[FailedSection, ...]
