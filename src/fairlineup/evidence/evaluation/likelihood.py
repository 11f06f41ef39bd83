"""What a score of a run is worth as evidence: likelihood ratios, and how likely a candidate is the mate."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from fairlineup import measures, results
from fairlineup.evidence.evaluation.measured_run import MeasuredRun, Part, once
from fairlineup.evidence.evaluation.rates import everyone
from fairlineup.measures import LikelihoodOptions, LikelihoodRatios, Pairs
from fairlineup.records import Estimate, NotMeasured
from fairlineup.results import Amount, Share, significant

POINTS = 41  # of a drawn line
OTHER_SPLITS = 9


def likelihood(run: MeasuredRun) -> results.Likelihood:
    """Likelihood ratios of this run's image types, for everyone and for groups with enough mated people."""
    if none := _none(run):
        return results.Likelihood(ratios=none, posterior=posterior(run))
    parts = run.sections.each("likelihood", [None, *_groups(run)])
    next(parts)
    ratios, other_splits = of_everyone(run)
    return results.Likelihood(
        ratios=ratios,
        other_splits=other_splits,
        groups=tuple(
            results.GroupLikelihood(*group, of_group(run, *group)) for group in parts if group is not None
        ),
        posterior=posterior(run),
    )


def likelihood_parts(run: MeasuredRun) -> list[Part]:
    """What is long in it, each part by itself."""
    return [] if _none(run) else [(of_everyone, ()), *((of_group, group) for group in _groups(run))]


def _none(run: MeasuredRun) -> NotMeasured | None:
    """Why there are no ratios; None where there may be."""
    answers = run.answers
    if not len(answers.mated):
        return NotMeasured("nobody was searched who is in the gallery")
    if any(attempt.capped for attempt in (*answers.absent_attempts, *answers.mated_attempts)):
        return NotMeasured("the system cut lists, so that scores are missing")
    return None


def _groups(run: MeasuredRun) -> list[tuple[str, str]]:
    return [(label, value) for label in run.labels for value in run.probes[label]]


@once
def _pairs(run: MeasuredRun) -> Pairs:
    return measures.pairs_of(run.answers.mated, run.answers.among_others, run.answers.people)


@once
def of_everyone(run: MeasuredRun) -> tuple[results.PublishedRatios | NotMeasured, results.Line]:
    """Ratios of everyone, and Cllr had other people been fitted on."""
    found = _report(run, _pairs(run))
    if isinstance(found, NotMeasured):
        return NotMeasured(found.reason), ()
    return _ratios(run, found), _other_splits(_pairs(run), found)


def posterior(run: MeasuredRun) -> tuple[results.PublishedPosterior, ...]:
    """What answers and candidates are worth at each threshold, for stated shares of people enrolled."""
    return tuple(
        results.PublishedPosterior(name, one.prior, Share.of(one.enrolled), Share.of(one.mate))
        for name, rates in ((name, everyone(at)) for name, at in run.declared)
        for one in measures.probability_of_mate(rates["fnir"], rates["fpir"], rates["selectivity"])
    )


def _other_splits(pairs: Pairs, chosen: LikelihoodRatios) -> results.Line:
    """Cllr of the method had other people been fitted on: how much hangs on who they were."""
    found = [measures.cllr_of_split(pairs, chosen.method, f"split {n}") for n in range(OTHER_SPLITS)]
    return _line(one for one in found if not isinstance(one, NotMeasured))


def _report(run: MeasuredRun, pairs: Pairs) -> LikelihoodRatios | NotMeasured:
    choice = run.frozen.plan.dataset
    options = LikelihoodOptions(level=run.level, resampling=run.resampling)
    return measures.likelihood_report(pairs, choice.capture, choice.population, options)


@once
def of_group(run: MeasuredRun, label: str, value: str) -> results.GroupLikelihoodRatios | NotMeasured:
    """A group's probes against the whole gallery."""
    people = run.probes[label][value]
    withheld = measures.group_publishable(len(people), run.source(label))
    if withheld is not None:
        return NotMeasured(withheld.reason)
    everyone = np.arange(len(run.answers.people))
    all_of_them = np.ones(len(everyone), np.bool_)
    found = _report(run, _pairs(run).among(np.isin(everyone, people), gallery=all_of_them))
    if isinstance(found, NotMeasured):
        return NotMeasured(found.reason)
    return results.GroupLikelihoodRatios(found.method, Amount.of(found.cllr), _at_thresholds(run, found))


def _ratios(run: MeasuredRun, found: LikelihoodRatios) -> results.PublishedRatios:
    low, high = found.supported or (0.0, 0.0)
    stated = found.supported is not None and not found.withheld
    distances = np.linspace(low, high, POINTS) if stated else np.zeros(0)
    line = [one for one in found.ratios_at(distances, run.level) if isinstance(one, Estimate)]
    tippett, entropy, score = found.tippett, found.cross_entropy, run.scale.to_score
    return results.PublishedRatios(
        capture=found.capture,
        population=found.population,
        note=found.note,
        method=found.method,
        tried=tuple(
            results.MethodTried(method, results.MethodCost(_short(cost)) if isinstance(cost, float) else cost)
            for method, cost in found.tried.items()
        ),
        withheld=found.withheld,
        implied=tuple(
            results.PublishedImpliedRate(
                score(one.distance), *_line((one.implied, one.counted, one.low, one.high))
            )
            for one in found.implied
        ),
        scores=tuple(score(float(distance)) for distance in distances),
        log10_lr=_line(one.value for one in line),
        log10_lr_low=_line(one.low for one in line),
        log10_lr_high=_line(one.high for one in line),
        at_thresholds=_at_thresholds(run, found),
        elub=results.RatioBounds(found.bounds.lower, found.bounds.upper),
        cllr=Amount.of(found.cllr),
        cllr_min=_short(found.cllr_min),
        cllr_cal=_short(found.cllr_cal),
        people=results.PeopleByHalf(found.fit.people, found.test.people),
        mated_people=results.PeopleByHalf(found.fit.mated_people, found.test.mated_people),
        dropped=found.dropped,
        tippett=results.PublishedTippett(
            *(_line(values) for values in (tippett.log10_lr, tippett.mated, tippett.non_mated))
        ),
        ece=results.PublishedCrossEntropy(
            log10_odds=_line(entropy.log10_prior_odds),
            system=_line(entropy.system),
            pav=_line(entropy.calibrated),
            none=_line(entropy.uninformative),
        ),
    )


def _at_thresholds(run: MeasuredRun, found: LikelihoodRatios) -> tuple[results.RatioAtThreshold, ...]:
    """The likelihood ratio right at each declared threshold, with its interval, or why there is none."""
    rows: list[results.RatioAtThreshold] = []
    for name, at in run.declared:
        if at.threshold > found.reach:
            reason = f"the threshold lies beyond the recording distance, {found.reach:g}"
            rows.append(results.RatioAtThreshold(name, None, None, None, reason))
            continue
        (one,) = found.ratios_at(np.array([at.threshold]), run.level)
        if isinstance(one, NotMeasured):
            rows.append(results.RatioAtThreshold(name, None, None, None, one.reason))
        else:
            rows.append(results.RatioAtThreshold(name, _short(one.value), _short(one.low), _short(one.high)))
    return tuple(rows)


def _line(values: Iterable[float]) -> results.Line:
    return tuple(_short(float(value)) for value in values)


def _short(value: float) -> float | None:
    return significant(value, 6) if math.isfinite(value) else None
