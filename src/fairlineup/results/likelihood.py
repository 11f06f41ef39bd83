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
    """What a method costs; null where it is infinite.

    Attributes:
        cllr: Cross-validated, in bits.
    """

    cllr: float | None


@dataclass(frozen=True, slots=True)
class MethodTried:
    """A method that was tried.

    Attributes:
        method: Its name.
        cost: What it costs, or why that is not known.
    """

    method: Method
    cost: Annotated[MethodCost | NotMeasured, FLAT]


@dataclass(frozen=True, slots=True)
class PublishedImpliedRate:
    """The false match rate that the ratios imply at one score, beside the one counted.

    Attributes:
        score: Comparisons as alike as this or more.
        implied: By the ratios.
        counted: Of non-mated comparisons.
        ratio_low: Implied over counted, lower end of its 99 % interval.
        ratio_high: Upper end.
    """

    score: float
    implied: float | None
    counted: float | None
    ratio_low: float | None
    ratio_high: float | None


@dataclass(frozen=True, slots=True)
class RatioAtThreshold:
    """The likelihood ratio right at a threshold.

    Attributes:
        threshold: By name.
        log10_lr: The ratio, base 10.
        low: Lower end of its interval.
        high: Upper end.
        not_measured: Why there is no ratio.
    """

    threshold: str
    log10_lr: float | None
    low: float | None
    high: float | None
    not_measured: str | None = None


@dataclass(frozen=True, slots=True)
class RatioBounds:
    """Empirical bounds of log10 LR.

    Attributes:
        low: Lower.
        high: Upper.
    """

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PeopleByHalf:
    """People by half.

    Attributes:
        fit: Half the model is fitted on.
        test: Half it is judged on.
    """

    fit: Count
    test: Count


@dataclass(frozen=True, slots=True)
class PublishedTippett:
    """Shares of comparisons with at least a log10 LR.

    Attributes:
        log10_lr: Base 10.
        mated: Of mated comparisons.
        non_mated: Of non-mated comparisons.
    """

    log10_lr: Line
    mated: Line
    non_mated: Line


@dataclass(frozen=True, slots=True)
class PublishedCrossEntropy:
    """Empirical cross-entropy by prior.

    Attributes:
        log10_odds: Prior odds.
        system: Of the ratios.
        pav: Of ratios calibrated perfectly.
        none: Of no evidence.
    """

    log10_odds: Line
    system: Line
    pav: Line
    none: Line


@dataclass(frozen=True, slots=True)
class PublishedRatios:
    """Likelihood ratios of this run's image types.

    Attributes:
        capture: Image type.
        population: Of whom.
        note: What this is not.
        method: How distances become ratios.
        tried: Methods it was chosen from.
        withheld: Why no ratio is stated; blank where they are.
        implied: False match rates that the ratios imply, beside those counted.
        scores: Of the drawn line.
        log10_lr: Ratios at these scores.
        log10_lr_low: Lower ends of their intervals.
        log10_lr_high: Upper ends of their intervals.
        at_thresholds: Right at each threshold.
        elub: Empirical bounds.
        cllr: In bits; 1 is uninformative.
        cllr_min: Discrimination.
        cllr_cal: Calibration.
        people: By half.
        mated_people: By half.
        dropped: Comparisons across the halves.
        tippett: Shares of comparisons with at least a ratio.
        ece: Empirical cross-entropy by prior.
    """

    capture: str
    population: str
    note: str
    method: Method
    tried: tuple[MethodTried, ...]
    withheld: str
    implied: tuple[PublishedImpliedRate, ...]
    scores: Line
    log10_lr: Line
    log10_lr_low: Line
    log10_lr_high: Line
    at_thresholds: tuple[RatioAtThreshold, ...]
    elub: RatioBounds
    cllr: Amount | NotMeasured
    cllr_min: float | None
    cllr_cal: float | None
    people: PeopleByHalf
    mated_people: PeopleByHalf
    dropped: Count
    tippett: PublishedTippett
    ece: PublishedCrossEntropy


@dataclass(frozen=True, slots=True)
class GroupLikelihoodRatios:
    """The likelihood ratios of a group's probes against the whole gallery.

    Attributes:
        method: How distances become ratios.
        cllr: In bits; 1 is uninformative.
        at_thresholds: Right at each threshold.
    """

    method: Method
    cllr: Amount | NotMeasured
    at_thresholds: tuple[RatioAtThreshold, ...]


@dataclass(frozen=True, slots=True)
class GroupLikelihood:
    """A group with 100 mated people or more; else why not.

    Attributes:
        label: Label column.
        value: Its value.
        ratios: Of its probes.
    """

    label: str
    value: str
    ratios: Annotated[GroupLikelihoodRatios | NotMeasured, FLAT]


@dataclass(frozen=True, slots=True)
class PublishedPosterior:
    """The chance that a candidate is the mate, at one threshold and prior.

    Attributes:
        threshold: By name.
        prior: Share of searches whose subject is enrolled.
        enrolled: That a search which returned somebody was of somebody enrolled.
        mate: That a candidate listed is the person searched for.
    """

    threshold: str
    prior: Proportion
    enrolled: Share | NotMeasured
    mate: Share | NotMeasured


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """What a score is worth as evidence.

    Attributes:
        ratios: For everyone, or why there are none.
        other_splits: Cllr had other people been fitted on; missing where nothing was compared.
        groups: By group; missing where nothing was compared.
        posterior: The chance that a candidate is the mate.
    """

    ratios: Annotated[PublishedRatios | NotMeasured, FLAT]
    other_splits: Line | None = None
    groups: tuple[GroupLikelihood, ...] | None = None
    posterior: tuple[PublishedPosterior, ...]
