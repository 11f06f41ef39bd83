"""Likelihood ratios from two densities of distance, each fitted locally without a shape of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fairlineup.measures import special
from fairlineup.measures.likelihood.calibrators import BINS, LN10, Column, Training, binned, unfit
from fairlineup.records import NotMeasured

GRID = 128
NEAREST = 5  # mated comparisons that the kernel at any distance reaches at least
TAIL = 0.1  # of the nearer half of non-mated comparisons, or of those within the reach
FAR = 40.0  # bandwidths beyond the farthest distance, where a reach that is infinite is put
HALVINGS = 60
SILVERMAN = 0.9
SMALLEST = 1e-300
ROOT_TWO_PI = math.sqrt(2 * math.pi)


@dataclass(frozen=True, slots=True, eq=False)
class Kernel:
    """log10 of the ratio of two densities of distance, on a grid, made to fall."""

    #: The grid, ascending, shape (n_grid,); before its first point the ratio stays as it is there.
    distance: Column
    ratio: Column  #: log10 LR on the grid, never rising, shape (n_grid,).
    #: Of the Gaussian kernels of the mated density (the least) and of the non-mated one.
    bandwidth: tuple[float, float]
    reach: float  #: The recording distance; inf where everything was listed.
    beyond: float  #: log10 LR of every distance beyond the reach.

    def log10_lr(self, distance: Column) -> Column:
        """log10 LR of each distance, shape as given."""
        within = np.interp(distance, self.distance, self.ratio)
        if math.isinf(self.reach):
            return within
        return np.where(distance <= self.reach, np.maximum(within, self.beyond), self.beyond)

    def influence(self, training: Training, distance: float) -> tuple[Column, Column]:
        """How log10 LR at a distance moves with the weight of each comparison.

        Returns: of each mated comparison, shape (n_mated,), and of each non-mated one listed, (n_listed,).
        """
        mated = np.zeros(len(training.mated))
        near = training.mated <= training.reach
        at, inside = np.array([distance]), training.mated[near]
        widths = _bandwidths(at, inside, self.bandwidth[0]), np.array([self.bandwidth[1]])
        mated[near] = _influence(at, inside, np.ones(len(inside)), (widths[0], self.reach))
        others = _influence(at, training.non_mated, training.weight, (widths[1], self.reach))
        return mated / LN10, -others / LN10


def fit_kernel(training: Training) -> Kernel | NotMeasured:
    """Two local log-linear density estimates with one Gaussian kernel, their ratio made to fall.

    A plain kernel estimate smears the steep tail of the non-mated distances, where the strong evidence is:
    with a bandwidth h and a tail that rises as exp(s d) it is too high by exp(h^2 s^2 / 2). Fitting a line to
    the log density within the kernel takes that away. Bandwidths are Silverman's for as many people as have
    a mated comparison, for it is a tail of about as many others that matters; the mated kernel reaches the
    fifth nearest at least, so that its line is carried on where few were seen. What lies past the reach was
    not listed; the kernel's part there is left out of the fit.

    Returns: NotMeasured where too little was listed, or the mated distances do not differ.
    Source: local likelihood density estimation, Hjort and Jones 1996, Loader 1996; Silverman 1986.
    Not: to be used without bounds; past the last comparison seen it is an extrapolation.
    """
    reason = unfit(training)
    if reason is not None:
        return reason
    mated = training.mated_within
    if float(np.ptp(mated)) == 0:
        return NotMeasured("the mated distances do not differ, so no density can be fitted")
    narrow = SILVERMAN * float(len(mated)) ** -0.2
    bandwidth = narrow * _spread(mated), narrow * _tail_spread(training)
    listed = np.concatenate((mated, training.non_mated))
    grid = np.linspace(float(listed.min()), float(listed.max()), GRID)
    widths = _bandwidths(grid, mated, bandwidth[0]), np.full(GRID, bandwidth[1])
    bins = binned(mated, np.full(len(mated), 1 / len(training.mated)))
    ours = _log_density(grid, bins, (widths[0], training.reach))
    bins = binned(training.non_mated, training.weight / training.trials)
    theirs = _log_density(grid, bins, (widths[1], training.reach))
    ratio = _falling((ours - theirs) / LN10, np.logaddexp(ours, theirs))
    return Kernel(grid, ratio, bandwidth, training.reach, training.beyond_log10_lr())


def _spread(distance: Column) -> float:
    """Silverman's robust spread: the lesser of standard deviation and quartile range / 1.349."""
    middle = float(np.subtract(*np.quantile(distance, (0.75, 0.25)))) / 1.349
    return min(float(distance.std(ddof=1)), middle or math.inf)


def _tail_spread(training: Training) -> float:
    """Standard deviation of the normal distribution that has the nearer tail of the non-mated distances."""
    order = np.argsort(training.non_mated)
    distance, share = training.non_mated[order], np.cumsum(training.weight[order]) / training.trials
    outer = min(0.5, float(share[-1]))
    ends = np.interp((TAIL * outer, outer), share, distance)
    span = float(np.subtract(*special.ndtri([outer, TAIL * outer])))
    return max(float(ends[1] - ends[0]) / span, float(np.ptp(distance)) / BINS, SMALLEST)


def _bandwidths(at: Column, distance: Column, least: float) -> Column:
    """Bandwidth of the mated kernel at each point: distance to the fifth nearest comparison, or `least`."""
    ordered = np.concatenate((np.full(NEAREST, -np.inf), np.sort(distance), np.full(NEAREST, np.inf)))
    first = np.searchsorted(ordered, at)
    window = ordered[np.clip(first[:, None] + np.arange(-NEAREST, NEAREST), 0, len(ordered) - 1)]
    nearest = np.sort(np.abs(window - at[:, None]), axis=1)[:, NEAREST - 1]
    return np.asarray(np.maximum(least, nearest), np.float64)


def _log_density(at: Column, weighted: tuple[Column, Column], shape: tuple[Column, float]) -> Column:
    """Log of the local log-linear density at each point: a + b (t - x) fits the weights within the kernel."""
    distance, weight = weighted
    bandwidth, reach = shape
    kernel, log_scale = _kernel(distance - at[:, None], bandwidth, weight)
    mass = kernel.sum(axis=1)
    mean = (kernel * (distance - at[:, None])).sum(axis=1) / mass
    slope, room = _slopes(mean, _finite(reach, distance, bandwidth) - at, bandwidth)
    found = np.log(mass) + log_scale - (bandwidth * slope) ** 2 / 2 - special.log_ndtr(room)
    return np.asarray(found, np.float64)


def _kernel(apart: Column, bandwidth: Column, weight: Column) -> tuple[Column, Column]:
    """Kernel weights, shape (points, distances), each row up to a factor whose log is the second."""
    power = -((apart / bandwidth[:, None]) ** 2) / 2
    highest = power.max(axis=1, keepdims=True)
    scale = highest[:, 0] - np.log(ROOT_TWO_PI * bandwidth)
    return np.asarray(np.exp(power - highest) * weight, np.float64), np.asarray(scale, np.float64)


def _slopes(mean: Column, ahead: Column, bandwidth: Column) -> tuple[Column, Column]:
    """Slope b of the local line whose kernel mean is as given, and where the reach stands in that kernel.

    The tilted kernel is a normal distribution about h^2 b, cut off at the reach, `ahead` of the point.
    """
    low, high = -(FAR**2) / bandwidth, FAR**2 / bandwidth
    for _ in range(HALVINGS):
        slope = (low + high) / 2
        room = ahead / bandwidth - bandwidth * slope
        less = bandwidth**2 * slope - bandwidth * _hazard(room) < mean
        low, high = np.where(less, slope, low), np.where(less, high, slope)
    slope = (low + high) / 2
    return slope, ahead / bandwidth - bandwidth * slope


def _hazard(z: Column) -> Column:
    """phi(z) / Phi(z)."""
    return np.asarray(np.exp(-(z**2) / 2 - special.log_ndtr(z)) / ROOT_TWO_PI, np.float64)


def _finite(reach: float, distance: Column, bandwidth: Column) -> float:
    return float(distance.max() + FAR * bandwidth.max()) if math.isinf(reach) else reach


def _influence(at: Column, distance: Column, weight: Column, shape: tuple[Column, float]) -> Column:
    """Change of the log density at one point, `at` of shape (1,), with the weight of each distance."""
    bandwidth, reach = shape
    apart = distance - at
    kernel = _kernel(apart[None, :], bandwidth, weight)[0][0]
    share = kernel / kernel.sum()
    mean = float(share @ apart)
    _, room = _slopes(np.array([mean]), _finite(reach, distance, bandwidth) - at, bandwidth)
    hazard = _hazard(room)
    variance = float((bandwidth**2 * (1 - room * hazard - hazard**2))[0])
    return np.asarray(share * (1 - mean / variance * (apart - mean)), np.float64)


def _falling(ratio: Column, log_mass: Column) -> Column:
    from scipy.optimize import isotonic_regression

    weights = np.exp(np.maximum(log_mass - log_mass.max(), -FAR))
    return np.asarray(isotonic_regression(ratio, weights=weights, increasing=False).x, np.float64)
