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
    """The rates at one threshold.

    Attributes:
        fmr: False match rate: share of comparisons of two photographs of different people that match;
            processed probes times enrolled photographs.
        fpir: False-positive identification rate: share of all searches for people who are not in the gallery
            that return anybody.
        fpir_processed: The same over those searches whose probe was processed.
        flagged_per_1000: FPIR as people not in the gallery who are flagged per 1,000 such searches.
        selectivity: Mean number of innocent people on the list of such a search, the list cut at
            system.list_length; people per search.
        fnir: False-negative identification rate: share of searches for people who are in the gallery that do
            not bring them within the list and the threshold; probes and mates not processed are missed.
        fnir_processed: The same over those searches whose probe was processed and whose mate was enrolled.
        rank_1: Share of searches with the mate present that have the mate first, at any score recorded;
            errors counts the hits.
        wrong_person_with_mate: Share of searches with the mate present that return the mate and someone else.
        wrong_person_without_mate: Share of searches with the mate present that return someone else and not
            the mate.
    """

    fmr: Share | NotMeasured
    fpir: Share | NotMeasured
    fpir_processed: Share | NotMeasured
    flagged_per_1000: Per1000 | NotMeasured
    selectivity: Amount | NotMeasured
    fnir: Share | NotMeasured
    fnir_processed: Share | NotMeasured
    rank_1: Share | NotMeasured
    wrong_person_with_mate: Share | NotMeasured
    wrong_person_without_mate: Share | NotMeasured


@dataclass(frozen=True, slots=True)
class GroupRates:
    """One group of the probes. Without a cited source, or under 30 people, it has counts and no rate.

    Attributes:
        label: Label column.
        value: Value of the label.
        people: People among the probes with this value.
        label_source: Where the values come from; blank where no source is cited.
        rates: Of these probes.
        fta: Failure to acquire among its target-absent searches.
    """

    label: str
    value: str
    people: Count
    label_source: str
    rates: Annotated[Rates, FLAT]
    fta: Share | NotMeasured


@dataclass(frozen=True, slots=True)
class PublishedZeroBounds:
    """One-sided upper bounds of FMR where no false match was found.

    Attributes:
        naive: As if comparisons were independent; it claims more than was seen.
        adjusted: With the design effect at the strictest threshold with 30 errors.
        disjoint: From pairs of people without anyone twice.
    """

    naive: Proportion
    adjusted: Proportion | NotMeasured
    disjoint: Proportion


@dataclass(frozen=True, slots=True)
class LostBounds:
    """A rate had all that were lost been right, and had all been wrong.

    Attributes:
        lost: Searches without an answer.
        least: All right.
        most: All wrong.
    """

    lost: Count
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class IfLostWere:
    """Bounds over searches that got no answer; null where a rate is not measured.

    Attributes:
        fpir: Of FPIR.
        fnir: Of FNIR.
    """

    fpir: LostBounds | None
    fnir: LostBounds | None


@dataclass(frozen=True, slots=True)
class PublishedHub:
    """A gallery person whom many searches for somebody else return.

    Attributes:
        person: Id.
        searches: That list them.
        alone: In which nobody else is listed.
        share: Of all false candidates.
    """

    person: str
    searches: Positive
    alone: Count
    share: Proportion


@dataclass(frozen=True, slots=True)
class PublishedHubs:
    """Gallery people whom most searches for somebody else return.

    Attributes:
        people: Most searches first.
        expected_most: Most on one person if all were alike, median.
        expected_95: Its 95th percentile.
        p: Share of draws with as many.
        without_top: FPIR without the first.
    """

    people: tuple[PublishedHub, ...]
    expected_most: float
    expected_95: float
    p: Proportion
    without_top: Share | NotMeasured


@dataclass(frozen=True, slots=True)
class ThresholdResults:
    """Every rate at one threshold.

    Attributes:
        name: What the plan calls it.
        at: The threshold.
        source: Who set it.
        rates: Of everyone.
        fpir_galleries_like_it: FPIR with the interval for other probes and another gallery of the same kind;
            fpir is for this gallery.
        fmr_design_effect: Variance of FMR over that of independent comparisons.
        fmr_bounds: Where no false match was found: bounds of FMR; else null.
        if_lost_were: Bounds over searches that got no answer; null where every one did.
        lists_cut_by_the_system: Target-absent lists cut before this threshold: over 0, what needs every match
            is not measured.
        groups: The same rates by group of the probes.
        contrasts: The contrasts declared in the plan.
        matrices: False match rates of groups against groups, one entry a declared label.
        alike: FMR among impostors who share every declared label.
        intersections: FPIR by every pair of values of two labels.
        differentials: One entry a declared label.
        hubs: Gallery people whom most searches for somebody else return.
    """

    name: str
    at: Annotated[OnScale, FLAT]
    source: str
    rates: Annotated[Rates, FLAT]
    fpir_galleries_like_it: Share | NotMeasured
    fmr_design_effect: AtLeastZero | NotMeasured
    fmr_bounds: PublishedZeroBounds | NotMeasured | None
    if_lost_were: IfLostWere | NotMeasured | None
    lists_cut_by_the_system: Count
    groups: tuple[GroupRates, ...] | NotMeasured
    contrasts: tuple[DeclaredContrast, ...] | NotMeasured
    matrices: tuple[LabelMatrix, ...] | NotMeasured
    alike: AlikeImpostors | NotMeasured
    intersections: tuple[Intersection, ...] | NotMeasured
    differentials: tuple[LabelDifferentials, ...] | NotMeasured
    hubs: PublishedHubs | NotMeasured
