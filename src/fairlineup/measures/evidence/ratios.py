"""Scores to evidence, the whole of it: fitted on half the people, bounded, and judged on the other half."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import check_level, check_word
from fairlineup.measures.comparing.resampling import Resampling
from fairlineup.measures.evidence.calibrators import (
    Affine,
    Isotonic,
    Training,
    fit_affine,
    fit_isotonic,
)
from fairlineup.measures.evidence.cllr_interval import METHOD, cllr_interval, sides
from fairlineup.measures.evidence.likelihood import (
    Bounds,
    CrossEntropy,
    LogRatios,
    Tippett,
    cllr,
    cllr_min,
    empirical_bounds,
    empirical_cross_entropy,
    tippett,
)
from fairlineup.measures.evidence.pairs import Pairs, split_by_person
from fairlineup.records import Estimate, NotMeasured

MIN_MATED_PEOPLE = 100
MIN_TESTED = 20  # people with a mated comparison
PRIOR_ODDS = np.linspace(-3, 3, 121)
USUAL = Resampling()
NOTE = (
    "An average over the people and photographs of this data set, of this image type. It is never a case's "
    "likelihood ratio: that needs the relevant population, the case's own photographs and an examiner."
)
Method = Literal["affine", "isotonic"]
FITS: Mapping[str, Callable[[Training], Affine | Isotonic | NotMeasured]] = {
    "affine": fit_affine,
    "isotonic": fit_isotonic,
}


@dataclass(frozen=True, slots=True)
class LikelihoodOptions:
    """How ratios are made.

    Attributes:
        method: "affine" (logistic regression) or "isotonic" (PAV).
        salt: of the hash that splits people; another salt is another split.
        level: coverage of the interval of Cllr.
        resampling: replicates and seed of that interval.
    """

    method: Method = "affine"
    salt: str = "fairlineup"
    level: float = 0.95
    resampling: Resampling = USUAL

    def __post_init__(self) -> None:
        check_word("the method", self.method, get_args(Method))
        check_level(self.level)


@dataclass(frozen=True, slots=True)
class HalfCounts:
    """What one half holds.

    Attributes:
        people: with any comparison.
        mated_people: with a mated comparison.
        mated: mated comparisons.
        non_mated: non-mated comparisons.
        listed: non-mated comparisons within the reach.
    """

    people: int
    mated_people: int
    mated: int
    non_mated: int
    listed: int


@dataclass(frozen=True, slots=True, eq=False)
class LikelihoodRatios:
    """A model from distance to log10 LR for one image type, and how good it is on people it has not seen.

    Attributes:
        capture: image type.
        population: whom the people were drawn from.
        method: "affine" or "isotonic".
        model: what was fitted; use `log10_lr`, which keeps to the bounds.
        bounds: ELUB from the fit half.
        supported: least and greatest distance of the fit half at which the bounds leave the model alone; None
            if there is none.
        reach: recording distance; beyond it every distance has one ratio.
        cllr: on the test half, in bits, 1 where nothing is learnt; `errors` are misleading ratios.
        cllr_min: after PAV on the test half: discrimination.
        cllr_cal: Cllr - Cllr_min: calibration.
        misleading_mated: share of mated test comparisons with LR below 1.
        misleading_non_mated: share of non-mated test comparisons with LR above 1.
        fit: counts of the fit half.
        test: counts of the test half.
        dropped: non-mated comparisons across the halves.
        tippett: cumulative shares on the test half.
        cross_entropy: against prior odds on the test half.
        salt: of the split.
        note: what this is not.
    """

    capture: str
    population: str
    method: Method
    model: Affine | Isotonic
    bounds: Bounds
    supported: tuple[float, float] | None
    reach: float
    cllr: Estimate
    cllr_min: float
    cllr_cal: float
    misleading_mated: float
    misleading_non_mated: float
    fit: HalfCounts
    test: HalfCounts
    dropped: int
    tippett: Tippett
    cross_entropy: CrossEntropy
    salt: str
    note: str = NOTE

    def log10_lr(self, distance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Bounded log10 LR of each distance. Not: a case's likelihood ratio."""
        return self.bounds.applied(self.model.log10_lr(distance))


def likelihood_report(
    pairs: Pairs, capture: str, population: str, options: LikelihoodOptions | None = None
) -> LikelihoodRatios | NotMeasured:
    """Fit, bound and judge likelihood ratios for one image type, or one group of people.

    Args:
        pairs: comparisons of one image type; for a group, `pairs.among` its people.
        capture: image type, e.g. "official studio portraits".
        population: whom the people were drawn from.
        options: method, split and interval.

    Returns: NotMeasured with fewer than 100 people who have a mated comparison, 20 of them in either half, or
        where nothing can be fitted.
    Source: Vergeer et al. 2016; Brümmer and du Preez 2006; Meuwly, Ramos and Haraksim 2017.
    Not: a case's likelihood ratio, nor valid for other photographs or another model.
    """
    options = options or LikelihoodOptions()
    people = pairs.mated_people
    if people < MIN_MATED_PEOPLE:
        reason = f"only {people} people with a mated comparison; likelihood ratios need {MIN_MATED_PEOPLE}"
        return NotMeasured(reason, people=people)
    halves = split_by_person(pairs, options.salt)
    fit, test = halves.fit, halves.test
    if min(fit.mated_people, test.mated_people) < MIN_TESTED or test.non_mated.trials == 0:
        return NotMeasured(f"a half has under {MIN_TESTED} mated people or nobody else", people=people)
    training = fit.training()
    model = FITS[options.method](training)
    if isinstance(model, NotMeasured):
        return NotMeasured(f"nothing can be fitted: {model.reason}", people=people)
    bounds = empirical_bounds(_ratios(fit, model, None))
    ratios = _ratios(test, model, bounds)
    value, least = cllr(ratios), cllr_min(ratios)
    wrong, astray = ratios.mated < 0, ratios.non_mated > 0
    return LikelihoodRatios(
        capture=capture,
        population=population,
        method=options.method,
        model=model,
        bounds=bounds,
        supported=_supported(training, model, bounds),
        reach=pairs.non_mated.reach,
        cllr=Estimate(
            value,
            *cllr_interval(test, ratios, bounds, options.level, options.resampling),
            errors=int(wrong.sum()) + round(float(ratios.weights[astray].sum())),
            trials=len(ratios.mated) + round(ratios.trials),
            method=METHOD,
            level=options.level,
            people=_counted(test).people,
            seed=options.resampling.seed,
        ),
        cllr_min=least,
        cllr_cal=value - least,
        misleading_mated=float(wrong.mean()),
        misleading_non_mated=float(ratios.weights[astray].sum()) / ratios.trials,
        fit=_counted(fit),
        test=_counted(test),
        dropped=halves.dropped,
        tippett=tippett(ratios, np.linspace(bounds.lower - 0.1, bounds.upper + 0.1, 101)),
        cross_entropy=empirical_cross_entropy(ratios, PRIOR_ODDS),
        salt=options.salt,
    )


def _ratios(pairs: Pairs, model: Affine | Isotonic, bounds: Bounds | None) -> LogRatios:
    """Ratios of all comparisons; those beyond the reach are one entry with their number as weight."""
    beyond = [pairs.beyond] if pairs.beyond > 0 else []
    distance = np.concatenate((pairs.non_mated.distance, np.full(len(beyond), np.inf)))
    found = [model.log10_lr(one) for one in (pairs.mated_distance, distance)]
    if bounds is not None:
        found = [bounds.applied(one) for one in found]
    return LogRatios(found[0], found[1], np.concatenate((pairs.weights, beyond)))


def _supported(training: Training, model: Affine | Isotonic, bounds: Bounds) -> tuple[float, float] | None:
    seen = np.concatenate((training.mated_within, training.non_mated))
    lr = model.log10_lr(seen)
    inside = seen[(lr >= bounds.lower) & (lr <= bounds.upper)]
    return (float(inside.min()), float(inside.max())) if len(inside) else None


def _counted(pairs: Pairs) -> HalfCounts:
    listed = pairs.non_mated
    return HalfCounts(
        people=int((sides(pairs) > 0).sum()),
        mated_people=pairs.mated_people,
        mated=len(pairs.mated_person),
        non_mated=listed.trials,
        listed=len(listed),
    )
