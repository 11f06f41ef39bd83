"""Systems at thresholds of equal false match rate, chosen anew in each replicate of the people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import check_level, check_same_people, check_share
from fairlineup.measures.thresholds import on_scale
from fairlineup.measures.verification.comparisons import Comparisons
from fairlineup.measures.verification.resampling import USUAL, Resampling, draw_people
from fairlineup.records import Estimate, Measured, NotMeasured

ENOUGH = 30  # false matches behind a threshold
SPARE = 3  # times the false matches wanted that are looked through for a replicate's threshold
MOST_OUT_OF_REACH = 0.01  # share of replicates whose threshold may lie beyond what was recorded
CELLS = 1 << 23  # weights held at once
PAIRS = 1 << 12  # pairs of people whose weights are multiplied at once
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PairedOutcomes:
    """The same searches put to several systems, each with the distance that decides it."""

    person: NDArray[np.int64]  #: Probe person of each search, a code of the comparisons, shape (n_searches,).
    #: By system: of the nearest stranger, or of the mate; inf where there was none, shape (systems,
    #: n_searches).
    distance: Floats
    #: Whether a search goes wrong at or under the threshold (a stranger is listed), or beyond it (a mate is
    #: not).
    wrong_within: bool

    def wrong(self, system: int, threshold: float) -> NDArray[np.bool_]:
        """Which searches go wrong, shape (n_searches,)."""
        within: NDArray[np.bool_] = self.distance[system] <= threshold
        return within if self.wrong_within else ~within

    def only(self, keep: NDArray[np.bool_]) -> PairedOutcomes:
        """The searches where `keep` is true."""
        return replace(self, person=self.person[keep], distance=self.distance[:, keep])


@dataclass(frozen=True, slots=True, eq=False)
class Rechosen:
    """Thresholds of one false match rate for several systems, and in replicates of the people."""

    fmr: float  #: The false match rate that thresholds keep to, at most.
    #: Threshold of each system on everybody, as a distance (a similarity's negative), shape (systems,).
    points: Floats
    #: Its threshold in each replicate, inf where nothing recorded reaches so far, shape (systems,
    #: replicates).
    draws: Floats
    #: How often each person was drawn, shape (people, replicates); only of people who were probes.
    weights: NDArray[np.float32]
    seed: int  #: Of the draws.
    #: By system, whether its distances are negated similarities, shape (systems,).
    similar: tuple[bool, ...] = ()

    def threshold(self, system: int, level: float = 0.95) -> Measured:
        """A system's threshold on the scale of its scores, with its interval by people of both sides.

        NotMeasured where more than one replicate in a hundred finds none within what was recorded.
        """
        reason = self._out_of_reach((system,))
        if reason:
            return NotMeasured(reason)
        low, high = np.quantile(self.draws[system], _tails(level))
        value = float(self.points[system])
        ends = min(float(low), value), max(float(high), value)
        if system < len(self.similar) and self.similar[system]:
            value, ends = -value, (-ends[1], -ends[0])
        return Estimate(value, *ends, 0, self.draws.shape[1], METHOD, level, len(self.weights), self.seed)

    def widened(self, measured: Measured, draws: Floats, systems: Sequence[int]) -> Measured:
        """A number measured with the thresholds taken as given, their uncertainty now included.

        Args:
            measured: at `points`.
            draws: the same number in each replicate, NaN where it has none, shape (replicates,).
            systems: whose thresholds it depends on.

        Returns: the interval that holds both the replicates' percentiles and that of `measured`, so that it
            is never narrower than if the thresholds had been known.
        """
        if isinstance(measured, NotMeasured):
            return measured
        reason = self._out_of_reach(systems)
        if reason:
            return NotMeasured(reason, measured.errors, measured.trials, measured.people)
        low, high = np.nanquantile(draws, _tails(measured.level))
        return replace(
            measured,
            low=min(float(low), measured.low),
            high=max(float(high), measured.high),
            method=f"{METHOD}; at least {measured.method}",
            seed=self.seed,
        )

    def rates(self, outcomes: PairedOutcomes, system: int) -> Floats:
        """A system's error rate in each replicate, shape (replicates,); NaN without any search."""
        found = [np.zeros(0)]
        step = max(1, CELLS // max(1, len(outcomes.person)))
        for start in range(0, self.draws.shape[1], step):
            part = slice(start, start + step)
            weights = self.weights[outcomes.person, part].astype(np.float64)
            within = outcomes.distance[system][:, None] <= self.draws[system, part]
            wrong = within if outcomes.wrong_within else ~within
            total = weights.sum(axis=0)
            counted = (weights * wrong).sum(axis=0)
            found.append(np.where(total > 0, counted / np.maximum(total, 1), np.nan))
        return np.concatenate(found)

    def _out_of_reach(self, systems: Sequence[int]) -> str:
        share = max(float(np.isinf(self.draws[system]).mean()) for system in systems)
        if share <= MOST_OUT_OF_REACH:
            return ""
        return f"in {100 * share:.0f} % of replicates the threshold lies beyond the scores recorded"


METHOD = "bootstrap by person, thresholds chosen anew"


def threshold_at_fmr(comparisons: Comparisons, fmr: float) -> float | NotMeasured:
    """The most permissive threshold whose false match rate is at most `fmr`, where 30 errors stand behind it.

    Comparisons that tie go together, so that the rate may be lower than asked for.

    Args:
        comparisons: non-mated, listed up to their reach.
        fmr: in (0, 1).

    Returns: on the scale of the scores; NotMeasured where fewer than 30 false matches stand behind it, or
        what was listed ends before.
    Raises: BadInput: a rate outside (0, 1).
    Source: `far_threshold` of bob.measure for ties; rule of 30 (Doddington et al. 2000).
    Not: a threshold that was tested; on other people its rate is as often above as below.
    """
    found = _distance_at_fmr(comparisons, fmr)
    return found if isinstance(found, NotMeasured) else on_scale(comparisons, found)


def _distance_at_fmr(comparisons: Comparisons, fmr: float) -> float | NotMeasured:
    check_share("the false match rate", fmr, "0.0001 is one false match in 10,000 comparisons")
    trials = comparisons.trials
    allowed = math.floor(fmr * trials * (1 + 1e-12))
    if allowed < ENOUGH:
        reason = f"{ENOUGH} false matches must stand behind it: {math.ceil(ENOUGH / fmr):,} comparisons"
        return NotMeasured(f"{reason}, not {trials:,}", trials=trials)
    if len(comparisons) <= allowed:
        reason = "at the weakest score recorded the false match rate is still lower; record further out"
        return NotMeasured(f"{reason} (search.record_to)", len(comparisons), trials)
    ordered = np.sort(comparisons.distance)
    below = np.searchsorted(ordered, ordered[allowed], side="left")
    if below < ENOUGH:
        reason = f"scores are so coarse that no threshold has {ENOUGH} false matches and at most this rate"
        return NotMeasured(reason, int(below), trials)
    return float(ordered[below - 1])


def rechosen(
    systems: Sequence[Comparisons], fmr: float, resampling: Resampling = USUAL
) -> Rechosen | NotMeasured:
    """Thresholds of equal false match rate, chosen on everybody and in each replicate.

    A person is drawn equally often for every system, so that what the systems share cancels. Probes and the
    others are drawn apart; both sides count in the threshold.

    Args:
        systems: each one's comparisons, in the same person codes.
        fmr: in (0, 1).
        resampling: replicates and seed.

    Returns: NotMeasured, for the first system that has it, as `threshold_at_fmr` says.
    Raises: BadInput: a rate outside (0, 1), or systems of different people.
    Source: paired bootstrap (Bolle, Ratha and Pankanti 2004); two-way, Owen 2007.
    """
    check_same_people([one.people for one in systems])
    points = [_distance_at_fmr(one, fmr) for one in systems]
    for point in points:
        if isinstance(point, NotMeasured):
            return point
    nearest = [_Nearest.of(one, fmr) for one in systems]
    probes = np.logical_or.reduce([one.probe_side for one in systems])
    others = np.logical_or.reduce([one.gallery_side for one in systems])
    strata = (probes + 2 * others).astype(np.int64)
    rng = np.random.default_rng(resampling.seed)
    draws, kept = [], []
    step = max(1, CELLS // max([len(strata), *(len(one.distance) for one in nearest)]))
    for start in range(0, resampling.replicates, step):
        weights = draw_people(rng, strata, min(step, resampling.replicates - start))
        draws.append(np.stack([one.thresholds(weights, fmr) for one in nearest]))
        kept.append(np.where(probes[:, None], weights, 0)[: _last(probes)])
    return Rechosen(
        fmr,
        np.array(points, dtype=np.float64),
        np.concatenate(draws, axis=1),
        np.concatenate(kept, axis=1),
        resampling.seed,
        tuple(one.similar for one in systems),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Nearest:
    """The nearest comparisons of one system in the order of their distance, and who took part."""

    probe: NDArray[np.int64]
    gallery: NDArray[np.int64]
    distance: Floats
    last_of_tie: NDArray[np.bool_]
    compared: Comparisons

    @classmethod
    def of(cls, comparisons: Comparisons, fmr: float) -> _Nearest:
        wanted = SPARE * math.ceil(fmr * comparisons.trials) + 100
        order = np.argsort(comparisons.distance, kind="stable")[:wanted]
        distance = comparisons.distance[order]
        return cls(
            comparisons.probe[order],
            comparisons.gallery[order],
            distance,
            np.append(np.diff(distance) > 0, len(order) > 0),
            comparisons,
        )

    def thresholds(self, weights: NDArray[np.float32], fmr: float) -> Floats:
        """The threshold of each replicate, shape (replicates,); inf where it lies beyond."""
        matched = np.cumsum(weights[self.probe] * weights[self.gallery], axis=0, dtype=np.float64)
        allowed = fmr * self._trials(weights) * (1 + 1e-12)
        fits = (matched <= allowed) & self.last_of_tie[:, None]
        last = len(fits) - 1 - np.argmax(fits[::-1], axis=0)
        found = np.where(fits.any(axis=0), self.distance[last], np.nextafter(self.distance[0], -np.inf))
        return np.where(matched[-1] > allowed, found, np.inf)

    def _trials(self, weights: NDArray[np.float32]) -> Floats:
        total = np.zeros(weights.shape[1])
        for block in self.compared.blocks:
            m, n = block.probe_photos, block.gallery_photos
            own = np.flatnonzero((m > 0) & (n > 0))
            total += block.share * (m @ weights) * (n @ weights)
            squares = weights[own].astype(np.float64) ** 2
            total -= block.share * ((m * n)[own, None] * squares).sum(axis=0)
        counted = self.compared.counted
        for start in range(0, len(counted.times), PAIRS):
            part = slice(start, start + PAIRS)
            both = weights[counted.probe[part]] * weights[counted.gallery[part]]
            total += counted.times[part].astype(np.float64) @ both
        return total


def _last(probes: NDArray[np.bool_]) -> int:
    there = np.flatnonzero(probes)
    return int(there[-1]) + 1 if len(there) else 0


def _tails(level: float) -> tuple[float, float]:
    check_level(level)
    return (1 - level) / 2, (1 + level) / 2
