"""Every rate at one threshold: for everyone and for each group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fairlineup.records import NotMeasured
from fairlineup.results.contrasts import DeclaredContrast
from fairlineup.results.estimates import Amount, Per1000, Share
from fairlineup.results.groups import AlikeImpostors, Intersection, LabelDifferentials, LabelMatrix
from fairlineup.results.lists import OnScale
from fairlineup.results.numbers import AtLeastZero, Count, Positive, Proportion
from fairlineup.results.shape import FLAT


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates at one threshold."""

    #: False match rate: share of comparisons of two photographs of different people that match; processed
    #: probes times enrolled photographs.
    fmr: Share | NotMeasured
    #: False-positive identification rate: share of all searches for people who are not in the gallery that
    #: return anybody.
    fpir: Share | NotMeasured
    fpir_processed: Share | NotMeasured  #: The same over those searches whose probe was processed.
    #: FPIR as people not in the gallery who are flagged per 1,000 such searches.
    flagged_per_1000: Per1000 | NotMeasured
    #: Mean number of innocent people on the list of such a search, the list cut at system.list_length; people
    #: per search.
    selectivity: Amount | NotMeasured
    #: False-negative identification rate: share of searches for people who are in the gallery that do not
    #: bring them within the list and the threshold; probes and mates not processed are missed.
    fnir: Share | NotMeasured
    #: The same over those searches whose probe was processed and whose mate was enrolled.
    fnir_processed: Share | NotMeasured
    #: Share of searches with the mate present that have the mate first, at any score recorded; errors counts
    #: the hits.
    rank_1: Share | NotMeasured
    #: Share of searches with the mate present that return the mate and someone else.
    wrong_person_with_mate: Share | NotMeasured
    #: Share of searches with the mate present that return someone else and not the mate.
    wrong_person_without_mate: Share | NotMeasured


@dataclass(frozen=True, slots=True)
class GroupRates:
    """One group of the probes. Without a cited source, or under 30 people, it has counts and no rate."""

    label: str  #: Label column.
    value: str  #: Value of the label.
    people: Count  #: People among the probes with this value.
    label_source: str  #: Where the values come from; blank where no source is cited.
    rates: Annotated[Rates, FLAT]  #: Of these probes.
    fta: Share | NotMeasured  #: Failure to acquire among its target-absent searches.


@dataclass(frozen=True, slots=True)
class PublishedZeroBounds:
    """One-sided upper bounds of FMR where no false match was found."""

    naive: Proportion  #: As if comparisons were independent; it claims more than was seen.
    adjusted: Proportion | NotMeasured  #: With the design effect at the strictest threshold with 30 errors.
    disjoint: Proportion  #: From pairs of people without anyone twice.


@dataclass(frozen=True, slots=True)
class LostBounds:
    """A rate had all that were lost been right, and had all been wrong."""

    lost: Count  #: Searches without an answer.
    least: float  #: All right.
    most: float  #: All wrong.


@dataclass(frozen=True, slots=True)
class IfLostWere:
    """Bounds over searches that got no answer; null where a rate is not measured."""

    fpir: LostBounds | None  #: Of FPIR.
    fnir: LostBounds | None  #: Of FNIR.


@dataclass(frozen=True, slots=True)
class PublishedHub:
    """A gallery person whom many searches for somebody else return."""

    person: str  #: Id.
    searches: Positive  #: That list them.
    alone: Count  #: In which nobody else is listed.
    share: Proportion  #: Of all false candidates.


@dataclass(frozen=True, slots=True)
class PublishedHubs:
    """Gallery people whom most searches for somebody else return."""

    people: tuple[PublishedHub, ...]  #: Most searches first.
    expected_most: float  #: Most on one person if all were alike, median.
    expected_95: float  #: Its 95th percentile.
    p: Proportion  #: Share of draws with as many.
    without_top: Share | NotMeasured  #: FPIR without the first.


@dataclass(frozen=True, slots=True)
class ThresholdResults:
    """Every rate at one threshold."""

    name: str  #: What the plan calls it.
    at: Annotated[OnScale, FLAT]  #: The threshold.
    source: str  #: Who set it.
    rates: Annotated[Rates, FLAT]  #: Of everyone.
    #: FPIR with the interval for other probes and another gallery of the same kind; fpir is for this gallery.
    fpir_galleries_like_it: Share | NotMeasured
    fmr_design_effect: AtLeastZero | NotMeasured  #: Variance of FMR over that of independent comparisons.
    #: Where no false match was found: bounds of FMR; else null.
    fmr_bounds: PublishedZeroBounds | NotMeasured | None
    #: Bounds over searches that got no answer; null where every one did.
    if_lost_were: IfLostWere | NotMeasured | None
    #: Target-absent lists cut before this threshold: over 0, what needs every match is not measured.
    lists_cut_by_the_system: Count
    groups: tuple[GroupRates, ...] | NotMeasured  #: The same rates by group of the probes.
    contrasts: tuple[DeclaredContrast, ...] | NotMeasured  #: The contrasts declared in the plan.
    #: False match rates of groups against groups, one entry a declared label.
    matrices: tuple[LabelMatrix, ...] | NotMeasured
    alike: AlikeImpostors | NotMeasured  #: FMR among impostors who share every declared label.
    intersections: tuple[Intersection, ...] | NotMeasured  #: FPIR by every pair of values of two labels.
    differentials: tuple[LabelDifferentials, ...] | NotMeasured  #: One entry a declared label.
    hubs: PublishedHubs | NotMeasured  #: Gallery people whom most searches for somebody else return.
