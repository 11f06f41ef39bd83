"""Every number of an audit, as results.json holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from fairlineup.records import NotMeasured
from fairlineup.results.likelihood import Likelihood
from fairlineup.results.lists import CandidatePair, Miss, SamePictureMate
from fairlineup.results.processing import PhotoNotProcessed, Processing
from fairlineup.results.rates import ThresholdResults
from fairlineup.results.reviews import ReviewedLabels
from fairlineup.results.size import GallerySizeRung, LargerGallery
from fairlineup.results.subject import (
    Amendment,
    CalibrationUsed,
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

AUDIT_FORMAT: Final = "fairlineup-results/2"


@dataclass(frozen=True, slots=True)
class FailedSection:
    """A section that could not be measured.

    Attributes:
        section: Its path in these results: "ladder", "thresholds.default.hubs".
        reason: The kind of error and the place in the software; once that is mended it can be measured again
            from the answers.
    """

    section: str
    reason: str


@dataclass(frozen=True, slots=True)
class AuditResults:
    """Every number of an audit. Rates are shares from 0 to 1 unless said otherwise.

    What could not be measured is {"not_measured": reason} and never a number. The same plan, photographs,
    system and environment give the same bytes. A section that failed is not measured in its place.

    Attributes:
        schema: Version of this format.
        title: Title of the plan.
        population: Whom and what the numbers hold for.
        system: The system under test.
        statistics: How sure is sure.
        digests: What was frozen before the first search.
        amended: Words of the plan that were changed after the run was begun: title, population, sources.
        dataset: The data set as settled.
        gallery: The target-absent gallery.
        searches: What was asked.
        processing: Photographs that never became a comparison.
        canaries: The same photographs put to a system across a wire at begin and end; null where none were.
        thresholds: One entry for each threshold of the plan, in its order.
        calibration: The calibration whose similarities the plan used; null for none.
        verdicts: One entry for each limit of the plan, in its order.
        ladder: FPIR at smaller galleries.
        extrapolation: FPIR in larger galleries, at most tenfold.
        labels: How far two people reviewed the labels of doubtful pairs.
        likelihood: What a score is worth as evidence, averaged over this data set.
        sweep: The same rates at many thresholds.
        false_matches: Candidates of target-absent searches at the weakest threshold and within the list, most
            alike first. Each is innocent.
        closest_non_mated: The closest pairs of people said to be different: label errors first, look-alikes
            second.
        missed: Target-present searches that did not bring the mate, at the limit's threshold; same pictures
            left out.
        same_picture_mates: Target-present searches left out because probe and mate are one picture.
        not_processed: Photographs the system could not process, once each.
        names: Person id to name, where the manifest gives one.
        warnings: What to know before any rate is read, as that the scores seem to lie the wrong way round.
        failed_sections: Sections that failed, from which no verdict is given. Empty where all were measured.
    """

    schema: Literal["fairlineup-results/2"]
    title: str
    population: PopulationAudited
    system: SystemTested
    statistics: Statistics
    digests: Digests
    amended: tuple[Amendment, ...]
    dataset: DatasetSettled
    gallery: Galleries
    searches: SearchCounts
    processing: Processing | NotMeasured
    canaries: CanaryChange | NotMeasured | None
    thresholds: tuple[ThresholdResults, ...]
    calibration: CalibrationUsed | NotMeasured | None
    verdicts: tuple[LimitVerdict, ...]
    ladder: tuple[GallerySizeRung, ...] | NotMeasured
    extrapolation: tuple[LargerGallery, ...] | NotMeasured
    labels: ReviewedLabels | NotMeasured
    likelihood: Likelihood | NotMeasured
    sweep: Sweep | NotMeasured
    false_matches: tuple[CandidatePair, ...] | NotMeasured
    closest_non_mated: tuple[CandidatePair, ...] | NotMeasured
    missed: tuple[Miss, ...] | NotMeasured
    same_picture_mates: tuple[SamePictureMate, ...] | NotMeasured
    not_processed: tuple[PhotoNotProcessed, ...] | NotMeasured
    names: Mapping[str, str]
    warnings: tuple[str, ...]
    failed_sections: tuple[FailedSection, ...]
