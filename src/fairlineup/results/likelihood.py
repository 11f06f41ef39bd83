"""What a score is worth as evidence, averaged over a data set; never a case's likelihood ratio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fairlineup.records import NotMeasured
from fairlineup.results.estimates import Amount, Share
from fairlineup.results.numbers import Count, Proportion
from fairlineup.results.shape import FLAT

Method = Literal["affine", "kernel", "isotonic"]
Line = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class MethodCost:
    """What a method costs; null where it is infinite."""

    cllr: float | None  #: Cross-validated, in bits.


@dataclass(frozen=True, slots=True)
class MethodTried:
    """A method that was tried."""

    method: Method  #: Its name.
    cost: Annotated[MethodCost | NotMeasured, FLAT]  #: What it costs, or why that is not known.


@dataclass(frozen=True, slots=True)
class PublishedImpliedRate:
    """The false match rate that the ratios imply at one score, beside the one counted."""

    score: float  #: Comparisons as alike as this or more.
    implied: float | None  #: By the ratios.
    counted: float | None  #: Of non-mated comparisons.
    ratio_low: float | None  #: Implied over counted, lower end of its 99 % interval.
    ratio_high: float | None  #: Upper end.


@dataclass(frozen=True, slots=True)
class RatioAtThreshold:
    """The likelihood ratio right at a threshold."""

    threshold: str  #: By name.
    log10_lr: float | None  #: The ratio, base 10.
    low: float | None  #: Lower end of its interval.
    high: float | None  #: Upper end.
    not_measured: str | None = None  #: Why there is no ratio.


@dataclass(frozen=True, slots=True)
class RatioBounds:
    """Empirical bounds of log10 LR."""

    low: float  #: Lower.
    high: float  #: Upper.


@dataclass(frozen=True, slots=True)
class PeopleByHalf:
    """People by half."""

    fit: Count  #: Half the model is fitted on.
    test: Count  #: Half it is judged on.


@dataclass(frozen=True, slots=True)
class PublishedTippett:
    """Shares of comparisons with at least a log10 LR."""

    log10_lr: Line  #: Base 10.
    mated: Line  #: Of mated comparisons.
    non_mated: Line  #: Of non-mated comparisons.


@dataclass(frozen=True, slots=True)
class PublishedCrossEntropy:
    """Empirical cross-entropy by prior."""

    log10_odds: Line  #: Prior odds.
    system: Line  #: Of the ratios.
    pav: Line  #: Of ratios calibrated perfectly.
    none: Line  #: Of no evidence.


@dataclass(frozen=True, slots=True)
class PublishedRatios:
    """Likelihood ratios of this run's image types."""

    capture: str  #: Image type.
    population: str  #: Of whom.
    note: str  #: What this is not.
    method: Method  #: How distances become ratios.
    tried: tuple[MethodTried, ...]  #: Methods it was chosen from.
    withheld: str  #: Why no ratio is stated; blank where they are.
    #: False match rates that the ratios imply, beside those counted.
    implied: tuple[PublishedImpliedRate, ...]
    scores: Line  #: Of the drawn line.
    log10_lr: Line  #: Ratios at these scores.
    log10_lr_low: Line  #: Lower ends of their intervals.
    log10_lr_high: Line  #: Upper ends of their intervals.
    at_thresholds: tuple[RatioAtThreshold, ...]  #: Right at each threshold.
    elub: RatioBounds  #: Empirical bounds.
    cllr: Amount | NotMeasured  #: In bits; 1 is uninformative.
    cllr_min: float | None  #: Discrimination.
    cllr_cal: float | None  #: Calibration.
    people: PeopleByHalf  #: By half.
    mated_people: PeopleByHalf  #: By half.
    dropped: Count  #: Comparisons across the halves.
    tippett: PublishedTippett  #: Shares of comparisons with at least a ratio.
    ece: PublishedCrossEntropy  #: Empirical cross-entropy by prior.


@dataclass(frozen=True, slots=True)
class GroupLikelihoodRatios:
    """The likelihood ratios of a group's probes against the whole gallery."""

    method: Method  #: How distances become ratios.
    cllr: Amount | NotMeasured  #: In bits; 1 is uninformative.
    at_thresholds: tuple[RatioAtThreshold, ...]  #: Right at each threshold.


@dataclass(frozen=True, slots=True)
class GroupLikelihood:
    """A group with 100 mated people or more; else why not."""

    label: str  #: Label column.
    value: str  #: Its value.
    ratios: Annotated[GroupLikelihoodRatios | NotMeasured, FLAT]  #: Of its probes.


@dataclass(frozen=True, slots=True)
class PublishedPosterior:
    """The chance that a candidate is the mate, at one threshold and prior."""

    threshold: str  #: By name.
    prior: Proportion  #: Share of searches whose subject is enrolled.
    enrolled: Share | NotMeasured  #: That a search which returned somebody was of somebody enrolled.
    mate: Share | NotMeasured  #: That a candidate listed is the person searched for.


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """What a score is worth as evidence."""

    ratios: Annotated[PublishedRatios | NotMeasured, FLAT]  #: For everyone, or why there are none.
    #: Cllr had other people been fitted on; missing where nothing was compared.
    other_splits: Line | None = None
    groups: tuple[GroupLikelihood, ...] | None = None  #: By group; missing where nothing was compared.
    posterior: tuple[PublishedPosterior, ...]  #: The chance that a candidate is the mate.
