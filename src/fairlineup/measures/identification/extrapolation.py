"""FPIR at larger galleries than were searched: by the fitted ladder, at most tenfold, or not at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures import special
from fairlineup.measures.identification.galleries import MatchCounts, few_carry_it
from fairlineup.measures.identification.ladder import Rung, chance_of_any
from fairlineup.measures.student import student
from fairlineup.measures.verification.resampling import USUAL, Resampling
from fairlineup.records import Estimate, Measured, NotMeasured

FURTHEST = 10
MIN_ERRORS = 30
RUNGS = 8
BAND = "simultaneous over all rungs (max-T; probe people and gallery people they share, cloglog)"
SAME_KIND = "a gallery of the same kind of people, in the same kind of photographs, as the one searched"
FITTED = (
    f"for {SAME_KIND}: line and gamma mixture fitted to the ladder (cloglog), both intervals joined; "
    "probe and gallery people"
)
OUTER = f"for {SAME_KIND}: from FPIR(N) to 1 - (1 - FPIR(N))^(n/N), whoever the probes are"
SLOPE = f"for {SAME_KIND}: least squares, by person"


@dataclass(frozen=True, slots=True)
class Extrapolation:
    """FPIR at a gallery larger than the one searched, of the same kind of people and photographs."""

    people: int  #: n, the size asked about.
    searched: int  #: N, the size searched.
    fpir: Estimate  #: Midway between the two fits on the cloglog scale, with both intervals joined.
    line: float  #: The straight line through the ladder, carried on; too high where probes differ.
    mixture: float  #: A gamma mixture of probes, carried on; too low where few probes differ much.
    #: Of log(-log(1 - FPIR)) against log n: 1 if comparisons are independent and alike, less where probes
    #: differ.
    slope: Estimate
    outer: Estimate  #: Bounds that need no fit, for gallery people drawn alike.
    #: 1 - (1 - FMR)^n with FMR from the same matches: supposes them all independent and alike.
    if_independent: float
    lowest: int  #: Least rung of the fit, in people.


def ladder_bands(
    counts: MatchCounts,
    sizes: Sequence[int],
    resampling: Resampling = USUAL,
    level: float = 0.95,
) -> tuple[Rung, ...]:
    """The ladder with a band that holds at every rung at once, for galleries like this one.

    All rungs are of the same people, so their covariance is taken jointly; the critical value is that of the
    largest deviation among normal draws of that covariance. The scale log(-log(1 - FPIR)) keeps the band in
    0 to 1.

    Returns: one rung a size, in the order given; NotMeasured under 10 expected errors, at FPIR 1, above N and
        where so few gallery people are behind a rung that it is not supported.
    Source: Hoeffding 1948; max-T, Westfall and Young 1993. Not: galleries of another mix of people.
    """
    errors = {n: _expected(counts, n) for n in sizes if 0 < n <= counts.gallery_people}
    able = [n for n, found in errors.items() if 10 <= found < len(counts)]
    bands: dict[int, Measured] = {}
    if able:
        theta, covariance, unsupported = _ladder(counts, able, level)
        scale = np.sqrt(np.diag(covariance))
        draws = _normal(covariance / np.outer(scale, scale), resampling)
        critical = float(np.quantile(np.abs(draws).max(axis=1), level))
        alone = max(level, 1 - 2 * float(special.ndtr(-critical)))
        reach = student(max(counts.flagged_people - 1.0, 1.0), alone)
        for n, value, half, reason in zip(able, theta, reach * scale, unsupported, strict=True):
            if reason:
                bands[n] = NotMeasured(reason, round(errors[n]), len(counts), counts.people)
                continue
            low, high = (float(_fpir(_cloglog(value) + s * half)) for s in (-1, 1))
            behind = round(errors[n]), len(counts), BAND, level, counts.people, resampling.seed
            bands[n] = Estimate(float(value), low, high, *behind)
    return tuple(Rung(n, bands.get(n) or _no_band(counts, n)) for n in sizes)


def extrapolated_fpir(counts: MatchCounts, people: int, level: float = 0.95) -> Extrapolation | NotMeasured:
    """FPIR at a gallery of `people`, up to ten times as many as were searched.

    Two models are carried on, which err to opposite sides where probes differ: a straight line in
    log(-log(1 - FPIR)) against log n over the upper rungs (least squares, up to one decade), and independent
    matches at a rate that varies as gamma between searches. The value lies midway; the interval holds both
    models' intervals. Planted truth: covers 97 to 100 % for equal, log-normal and gamma-distributed probes.
    It fails where a few per cent of probes match dozens of times as often as all others; the outer
    bounds hold there too.

    Returns: NotMeasured beyond tenfold, where half the gallery has under 30 expected errors, where nearly all
        searches are false positives already, or where so few gallery people are behind them that galleries
        like this one are not supported.
    Source: negative binomial extrapolation, Fisher, Corbet and Williams 1943; Efron and
        Thisted 1976.
    Not: a gallery of another kind of people or photographs, which may lie far outside (one of 8,729 people
        with older portraits did), nor a system whose scores depend on the gallery.
    """
    reason, sizes = _rungs(counts, people)
    reason = reason or _ladder(counts, [counts.gallery_people], level)[2][0]
    if reason:
        return NotMeasured(reason, counts.flagged, len(counts), counts.people)
    line, slope, line_error, slope_error = _line(counts, sizes, people, level)
    mixture, mixture_error = _mixture(counts, people, level)
    t = student(max(counts.flagged_people - 1.0, 1.0), level)
    low = min(line - t * line_error, mixture - t * mixture_error)
    high = max(line + t * line_error, mixture + t * mixture_error)
    errors, trials = counts.flagged, len(counts)

    def estimate(value: float, ends: tuple[float, float], method: str) -> Estimate:
        return Estimate(value, *ends, errors, trials, method, level, counts.people)

    rate = float(counts.matched.mean()) / counts.gallery_people
    return Extrapolation(
        people=people,
        searched=counts.gallery_people,
        fpir=estimate(_fpir((line + mixture) / 2), (_fpir(low), _fpir(high)), FITTED),
        line=_fpir(line),
        mixture=_fpir(mixture),
        slope=estimate(slope, (slope - t * slope_error, slope + t * slope_error), SLOPE),
        outer=_outer(counts, people, level),
        if_independent=-math.expm1(people * math.log1p(-rate)),
        lowest=sizes[0],
    )


def _rungs(counts: MatchCounts, people: int) -> tuple[str, list[int]]:
    n = counts.gallery_people
    if people > FURTHEST * n:
        return (
            f"{people:,} people are over {FURTHEST} times the {n:,} searched: nothing is extrapolated so far",
            [],
        )
    if people < n:
        return f"{people:,} people are fewer than the {n:,} searched: the ladder itself says it", []
    lowest = next((m for m in _sizes(n // FURTHEST or 1, n, 60) if _expected(counts, m) >= MIN_ERRORS), n + 1)
    if 2 * lowest > n:
        return f"under {MIN_ERRORS} expected errors at half the gallery: too few to fit a ladder", []
    if _expected(counts, n) > 0.95 * len(counts):
        return "nearly every search is a false positive already", []
    return "", _sizes(lowest, n, RUNGS)


def _sizes(low: int, high: int, rungs: int) -> list[int]:
    return sorted({round(x) for x in np.geomspace(low, high, rungs)})


def _expected(counts: MatchCounts, size: int) -> float:
    return float(chance_of_any(counts.matched, size, counts.gallery_people).sum())


def _ladder(
    counts: MatchCounts, sizes: Sequence[int], level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[str]]:
    """FPIR at each size, the covariance of its cloglog, and why a size is not supported."""
    terms = np.stack([chance_of_any(counts.numbers, n, counts.gallery_people) for n in sizes], axis=1)
    found = counts.covariance(terms)
    theta = found.mean
    fewest = np.full(len(theta), found.behind.min())  # one factor for all sizes: fits are differences of them
    covariance = replace(found, behind=fewest).total(level)
    steep = 1 / ((1 - theta) * -np.log1p(-theta))
    reasons = [few_carry_it(*both) for both in zip(theta.tolist(), np.diag(covariance).tolist(), strict=True)]
    return theta, covariance * np.outer(steep, steep), reasons


def _line(
    counts: MatchCounts, sizes: list[int], people: int, level: float
) -> tuple[float, float, float, float]:
    """Least-squares line: value at `people`, slope, and the standard errors of both."""
    theta, covariance, _ = _ladder(counts, sizes, level)
    design = np.stack((np.ones(len(sizes)), np.log(sizes)))
    fit = np.linalg.solve(design @ design.T, design)
    at = np.array([1, math.log(people)]) @ fit
    y = np.log(-np.log1p(-theta))
    errors = [math.sqrt(max(0.0, float(w @ covariance @ w))) for w in (at, fit[1])]
    return float(at @ y), float(fit[1] @ y), errors[0], errors[1]


def _mixture(counts: MatchCounts, people: int, level: float) -> tuple[float, float]:
    """Gamma mixture: cloglog of FPIR at `people`, and its standard error."""
    from scipy import optimize

    k = counts.numbers
    share = np.bincount(counts.matched) / len(counts)
    m, more = float(counts.matched.mean()), people / counts.gallery_people

    def lacking(log_shape: float) -> float:
        r = math.exp(log_shape)
        terms = (
            special.gammaln(k + r)
            - special.gammaln(r)
            + r * math.log(r / (r + m))
            + k * math.log(m / (r + m))
        )
        return -float(share @ terms)

    def score(r: float) -> NDArray[np.float64]:
        s: NDArray[np.float64] = (
            special.digamma(k + r) - special.digamma(r) + math.log(r / (r + m)) + 1 - (k + r) / (r + m)
        )
        return s

    def at(mean: float, r: float) -> float:
        return math.log(r * math.log1p(mean * more / r))

    fit = optimize.minimize_scalar(lacking, bounds=(-4, 6), method="bounded", options={"xatol": 1e-6})
    r, e = math.exp(float(fit.x)), 1e-5
    by_mean = (at(m * (1 + e), r) - at(m * (1 - e), r)) / (2 * e * m)
    by_shape = (at(m, r * (1 + e)) - at(m, r * (1 - e))) / (2 * e * r)
    observed = -float(share @ (score(r * (1 + e)) - score(r * (1 - e)))) / (2 * e * r)
    # near independence the observed information is mostly noise: the Poisson limit's stands in
    information = observed if fit.x < 4.5 and observed > 0 else m**2 / 2 / r**4
    terms = by_mean * k + by_shape * score(r) / information
    variance = float(counts.covariance(terms[:, None]).total(level)[0, 0])
    return at(m, r), math.sqrt(variance)


def _outer(counts: MatchCounts, people: int, level: float) -> Estimate:
    (theta,), ((variance,),), _ = _ladder(counts, [counts.gallery_people], level)
    half = student(max(counts.flagged_people - 1.0, 1.0), level) * math.sqrt(float(variance))
    low, middle, high = (_cloglog(float(theta)) + s * half for s in (-1, 0, 1))
    more = math.log(people / counts.gallery_people)
    value = _fpir(middle + more)
    errors = counts.flagged
    return Estimate(value, _fpir(low), _fpir(high + more), errors, len(counts), OUTER, level, counts.people)


def _no_band(counts: MatchCounts, size: int) -> NotMeasured:
    if not 0 <= size <= counts.gallery_people:
        reason = f"the gallery has {counts.gallery_people} people; {size} would be extrapolation"
        return NotMeasured(reason, trials=len(counts), people=counts.people)
    errors = round(_expected(counts, size))
    reason = (
        "every search is a false positive" if errors and errors == len(counts) else "under 10 expected errors"
    )
    return NotMeasured(reason, errors, len(counts), counts.people)


def _normal(correlation: NDArray[np.float64], resampling: Resampling) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    rng = np.random.default_rng(resampling.seed)
    draws: NDArray[np.float64] = rng.standard_normal((resampling.replicates, len(correlation))) @ root.T
    return draws


def _cloglog(fpir: float) -> float:
    return math.log(-math.log1p(-fpir))


def _fpir(cloglog: float) -> float:
    return -math.expm1(-math.exp(min(cloglog, 700.0)))
