"""Scores to evidence, the whole of it: fitted on half the people, bounded, and judged on the other half."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import BadArgument, check_level, check_word
from fairlineup.measures.likelihood.calibrators import Calibrator, Training
from fairlineup.measures.likelihood.choosing import FITS, Method, by_cost, ratios_of
from fairlineup.measures.likelihood.cllr_interval import METHOD, cllr_interval, sides
from fairlineup.measures.likelihood.implied import ImpliedRate, implied_rates
from fairlineup.measures.likelihood.influence import dyadic_errors
from fairlineup.measures.likelihood.likelihood import (
    Bounds,
    CrossEntropy,
    Tippett,
    cllr,
    cllr_min,
    empirical_bounds,
    empirical_cross_entropy,
    tippett,
)
from fairlineup.measures.likelihood.pairs import Halves, Pairs, split_by_person
from fairlineup.measures.student import student
from fairlineup.measures.verification.resampling import USUAL, Resampling
from fairlineup.records import Estimate, Measured, NotMeasured, so_many_people

MIN_MATED_PEOPLE = 100
MIN_TESTED = 20  # people with a mated comparison
TOO_SMALL = f"a half has under {MIN_TESTED} mated people or nobody else"
PRIOR_ODDS = np.linspace(-3, 3, 121)
NOTE = (
    "An average over the people and photographs of this data set, of this image type. It is never a case's "
    "likelihood ratio: that needs the relevant population, the case's own photographs and an examiner."
)
CHANCE_LOSS = 8.0  # bits x mated people: calibration loss that a right model seldom exceeds (docs)
RATIO_METHOD = "influence of each comparison on the fit, by person (dyadic variance, Student's t), log10"


@dataclass(frozen=True, slots=True)
class LikelihoodOptions:
    """How ratios are made."""

    #: "affine" (logistic regression), "kernel" (two densities), "isotonic" (PAV), or "best": of affine and
    #: kernel, the one with the lesser cross-validated Cllr in the fit half among those that agree with the
    #: false match rates counted.
    method: Method | Literal["best"] = "best"
    salt: str = "fairlineup"  #: Of the hash that splits people; another salt is another split.
    level: float = 0.95  #: Coverage of the interval of Cllr.
    resampling: Resampling = USUAL  #: Replicates and seed of that interval.

    def __post_init__(self) -> None:
        check_word("the method", self.method, (*get_args(Method), "best"))
        check_level(self.level)


@dataclass(frozen=True, slots=True)
class HalfCounts:
    """What one half holds."""

    people: int  #: With any comparison.
    mated_people: int  #: With a mated comparison.
    mated: int  #: Mated comparisons.
    non_mated: int  #: Non-mated comparisons.
    listed: int  #: Non-mated comparisons within the reach.


@dataclass(frozen=True, slots=True, eq=False)
class LikelihoodRatios:
    """A model from distance to log10 LR for one image type, and how good it is on people it has not seen."""

    capture: str  #: Image type.
    population: str  #: Whom the people were drawn from.
    method: Method  #: "affine", "kernel" or "isotonic".
    #: Cross-validated Cllr of the methods it was chosen from, in the fit half; empty where one was named.
    tried: Mapping[Method, float | NotMeasured]
    withheld: str  #: Why no ratio is stated; blank where they are.
    implied: tuple[ImpliedRate, ...]  #: False match rates that `model` implies beside those counted.
    everybody: Pairs  #: The comparisons `model` was fitted on, of both halves and between them.
    #: Fitted on everybody, once the method was judged; use `log10_lr`, which keeps to the bounds.
    model: Calibrator
    bounds: Bounds  #: ELUB of `model`, from everybody.
    #: Least and greatest distance at which the model lies within the bounds; None if it nowhere does.
    supported: tuple[float, float] | None
    reach: float  #: Recording distance; beyond it every distance has one ratio.
    #: Of the method fitted on the one half, on the other, in bits, 1 where nothing is learned; `errors` are
    #: misleading ratios.
    cllr: Estimate
    cllr_min: float  #: After PAV on the test half: discrimination.
    cllr_cal: float  #: Cllr - Cllr_min: calibration.
    misleading_mated: float  #: Share of mated test comparisons with LR below 1.
    misleading_non_mated: float  #: Share of non-mated test comparisons with LR above 1.
    fit: HalfCounts  #: Counts of the fit half.
    test: HalfCounts  #: Counts of the test half.
    dropped: int  #: Non-mated comparisons across the halves.
    tippett: Tippett  #: Cumulative shares on the test half.
    cross_entropy: CrossEntropy  #: Against prior odds on the test half.
    salt: str  #: Of the split.
    note: str = NOTE  #: What this is not.

    def log10_lr(self, distance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Bounded log10 LR of each distance. Not: a case's likelihood ratio, nor stated where `withheld`."""
        return self.bounds.applied(self.model.log10_lr(distance))

    def ratios_at(self, distance: NDArray[np.float64], level: float = 0.95) -> tuple[Measured, ...]:
        """log10 LR of each distance with its interval over people; NotMeasured where ratios are withheld.

        Each comparison's influence on the fit is summed by person, mated and non-mated together. A value, and
        either end, never passes the bounds: there it says "at least so strong".

        Args:
            distance: within the reach, shape (n,).
            level: two-sided coverage.

        Returns: value, low and high in log10; `errors` are non-mated comparisons at or below the distance.
        Raises: BadInput: a distance that is not a number, or beyond the reach.
        Not: an interval for the ratio of a case, or for photographs of another kind.
        """
        _check_within(distance, self.reach)
        people = self.fit.people + self.test.people
        if self.withheld:
            return tuple(NotMeasured(self.withheld, people=people) for _ in distance)
        errors, freedom = self._errors(distance)
        values = self.model.log10_lr(distance)
        reach = errors * np.array([student(float(free), level) for free in freedom])
        ends = [self.bounds.applied(one).tolist() for one in (values, values - reach, values + reach)]
        listed = self.everybody.non_mated
        below = np.searchsorted(np.sort(listed.distance), distance, side="right").tolist()
        return tuple(
            Estimate(value, low, high, nearer, listed.trials, RATIO_METHOD, level, people)
            for value, low, high, nearer in zip(*ends, below, strict=True)
        )

    def _errors(self, distance: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Standard errors of log10 LR with their degrees of freedom, before bounds; shape (n,)."""
        pairs, training = self.everybody, self.everybody.training()

        def influences() -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
            for x in distance.tolist():
                mated, others = self.model.influence(training, x)
                own = np.bincount(pairs.mated_person, mated, pairs.non_mated.people)
                yield others, own.astype(np.float64)

        return dyadic_errors(pairs.non_mated, influences())


def likelihood_report(
    pairs: Pairs, capture: str, population: str, options: LikelihoodOptions | None = None
) -> LikelihoodRatios | NotMeasured:
    """Choose, judge, fit and bound likelihood ratios for one image type, or one group of people.

    People are split in two. In the fit half the method is chosen by cross-validation and fitted; the test
    half judges it. Then the same method is fitted on everybody, which is what is used: non-mated comparisons
    near the mated ones are few, and a half of the people holds a quarter of them.

    Args:
        pairs: comparisons of one image type; for a group, `pairs.among` its people.
        capture: image type, e.g. "official studio portraits".
        population: whom the people were drawn from.
        options: method, split and interval.

    Returns: NotMeasured with fewer than 100 people who have a mated comparison, 20 of them in either half, or
        where nothing can be fitted. Ratios are `withheld` where the test half, or the false match rates
        counted, show that the model does not fit.
    Source: Vergeer et al. 2016; Brümmer and du Preez 2006; Meuwly, Ramos and Haraksim 2017.
    Not: a case's likelihood ratio, nor valid for other photographs or another model.
    """
    options = options or LikelihoodOptions()
    people = pairs.mated_people
    if people < MIN_MATED_PEOPLE:
        few = f"only {so_many_people(people)} with a mated comparison"
        reason = f"{few}; likelihood ratios need {MIN_MATED_PEOPLE}"
        return NotMeasured(reason, people=people)
    halves = split_by_person(pairs, options.salt)
    if _too_small(halves):
        return NotMeasured(TOO_SMALL, people=people)
    tried = by_cost(halves.fit, options.salt) if options.method == "best" else {}
    chosen = _chosen(pairs, halves, (options.method,) if options.method != "best" else tuple(tried))
    if isinstance(chosen, NotMeasured):
        return replace(chosen, people=people)
    return _judged((pairs, halves), chosen, (capture, population), tried, options)


def cllr_of_split(pairs: Pairs, method: Method, salt: str) -> float | NotMeasured:
    """Cllr in bits of a method fitted on one half of the people and judged on the other, for one split.

    Returns: as `likelihood_report` has it for that split; NotMeasured where a half is too small or no fit is
        found.
    Not: an interval; several splits share their people.
    """
    halves = split_by_person(pairs, salt)
    if _too_small(halves):
        return NotMeasured(TOO_SMALL)
    fit, test = halves.fit, halves.test
    model = FITS[method](fit.training())
    if isinstance(model, NotMeasured):
        return model
    return cllr(ratios_of(test, model, empirical_bounds(ratios_of(fit, model))))


def _too_small(halves: Halves) -> bool:
    fit, test = halves.fit, halves.test
    return min(fit.mated_people, test.mated_people) < MIN_TESTED or not test.non_mated.trials


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A method, its model fitted on everybody and on the fit half, and what the first implies."""

    method: Method
    final: Calibrator
    judged: Calibrator
    implied: tuple[ImpliedRate, ...]


def _chosen(pairs: Pairs, halves: Halves, methods: Sequence[Method]) -> _Chosen | NotMeasured:
    """The first method whose ratios agree with the false match rates counted; else the first of all."""
    found, reason = [], ""
    for method in methods:
        final, judged = FITS[method](pairs.training()), FITS[method](halves.fit.training())
        if isinstance(final, NotMeasured) or isinstance(judged, NotMeasured):
            reason = reason or next(one.reason for one in (final, judged) if isinstance(one, NotMeasured))
            continue
        found.append(_Chosen(method, final, judged, implied_rates(pairs, final)))
        if not _misfit(found[-1].implied):
            return found[-1]
    return found[0] if found else NotMeasured(f"nothing can be fitted: {reason}")


def _judged(
    data: tuple[Pairs, Halves],
    chosen: _Chosen,
    names: tuple[str, str],
    tried: Mapping[Method, float | NotMeasured],
    options: LikelihoodOptions,
) -> LikelihoodRatios:
    pairs, halves = data
    fit, test = halves.fit, halves.test
    bounds = empirical_bounds(ratios_of(fit, chosen.judged))
    ratios = ratios_of(test, chosen.judged, bounds)
    value, least = cllr(ratios), cllr_min(ratios)
    wrong, astray = ratios.mated < 0, ratios.non_mated > 0
    final_bounds = empirical_bounds(ratios_of(pairs, chosen.final))
    return LikelihoodRatios(
        capture=names[0],
        population=names[1],
        method=chosen.method,
        tried=tried,
        withheld=_lost(value - least, least, test.mated_people) or _misfit(chosen.implied),
        implied=chosen.implied,
        everybody=pairs,
        model=chosen.final,
        bounds=final_bounds,
        supported=_supported(pairs.training(), chosen.final, final_bounds),
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


def _lost(lost: float, least: float, people: int) -> str:
    """Why ratios are not stated: on unseen people calibration costs more than chance explains; or blank."""
    chance = CHANCE_LOSS / people
    if lost <= max(least, chance):
        return ""
    return (
        f"the model does not fit: on people it has not seen {lost:.3g} bits are lost because its ratios are "
        f"off, more than because scores overlap ({least:.3g}) and than chance explains with {people} people "
        f"({chance:.2g})"
    )


def _misfit(implied: tuple[ImpliedRate, ...]) -> str:
    """Why ratios are not stated: they contradict the false match rates counted."""
    wrong = [one for one in implied if one.misfit]
    if not wrong:
        return ""
    worst = max(wrong, key=lambda one: abs(math.log(one.implied / one.counted)))
    return (
        f"the model does not fit: its ratios imply a false match rate of {worst.implied:.2g} at distance "
        f"{worst.distance:g}, where {worst.counted:.2g} was counted"
    )


def _check_within(distance: NDArray[np.float64], reach: float) -> None:
    outside = [one for one in distance.tolist() if not (math.isfinite(one) and one <= reach)]
    if outside:
        raise BadArgument(
            "a distance has no ratio of its own",
            expected=f"numbers up to the reach, {reach:g}",
            got=f"{outside[0]:g}",
            remedy="ask for distances that were recorded",
        )


def _supported(training: Training, model: Calibrator, bounds: Bounds) -> tuple[float, float] | None:
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
