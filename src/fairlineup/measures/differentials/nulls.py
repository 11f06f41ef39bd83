"""What a differential would be by chance: group labels shuffled among people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import BadArgument
from fairlineup.measures.proportions import shares_of
from fairlineup.measures.verification.comparisons import Comparisons
from fairlineup.measures.verification.resampling import USUAL, Resampling, check_reach
from fairlineup.records import NotMeasured

Rates = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Differential:
    """A number for how far groups lie apart, and what it hides."""

    name: str  #: In words.
    #: From rates, shape (kinds of error, groups, shuffles), to values, shape (shuffles,); NaN where
    #: undefined.
    of: Callable[[Rates], Rates]
    hides: str  #: In a sentence.
    kinds: int = 1  #: How many kinds of error it takes: 1, or 2 for false matches and false non-matches.
    low_is_worse: bool = False  #: Whether less means further apart.


@dataclass(frozen=True, slots=True, eq=False)
class PersonTally:
    """Errors and trials of each person on the probe side."""

    errors: NDArray[np.float64]  #: Shape (people,).
    trials: NDArray[np.float64]  #: Comparisons or searches, shape (people,).

    @classmethod
    def of_comparisons(cls, comparisons: Comparisons, threshold: float) -> PersonTally:
        """False matches and comparisons of each probe person with everyone in the gallery."""
        check_reach(comparisons, (threshold,))
        near = comparisons.both_ways().within(threshold)
        errors = np.bincount(near.probe, minlength=near.people).astype(np.float64)
        trials = np.bincount(near.counted.probe, near.counted.times, near.people).astype(np.float64)
        for b in near.blocks:
            trials += b.probe_photos * (b.gallery_photos.sum() - b.gallery_photos)
        return cls(errors, trials)

    @classmethod
    def of_outcomes(cls, outcomes: NDArray[np.bool_], person: NDArray[np.int64], people: int) -> PersonTally:
        """Searches, or mated comparisons, that went wrong, and all of them, shapes (n_trials,)."""
        return cls(
            np.bincount(person, outcomes, people).astype(np.float64),
            np.bincount(person, minlength=people).astype(np.float64),
        )


@dataclass(frozen=True, slots=True)
class Null:
    """A differential beside what it would be if groups were alike."""

    observed: float | NotMeasured  #: As measured.
    median: float | NotMeasured  #: Of the shuffles where there is a value.
    high: float | NotMeasured  #: 95th percentile of those; the 5th where less is worse.
    #: (1 + shuffles as far apart or further, or without a value) / (1 + shuffles).
    p_value: float | NotMeasured
    undefined: int  #: Shuffles without a value, such as a ratio to a group without errors.
    permutations: int  #: Shuffles.
    seed: int  #: Of the shuffles.
    hides: str  #: What the number hides, in a sentence.


def permutation_null(
    differential: Differential,
    tallies: tuple[PersonTally, ...],
    group: NDArray[np.int64],
    groups: int,
    resampling: Resampling = USUAL,
) -> Null:
    """Shuffle group labels among people and take the differential anew.

    People are shuffled with all their errors of every kind, so one shuffle serves false matches and false
    non-matches. Group sizes stay.

    Args:
        differential: one of `DIFFERENTIALS`.
        tallies: one for each kind of error the differential takes, over the same people.
        group: of each person, shape (people,); negative for none, who stay out.
        groups: how many there are.
        resampling: shuffles and seed.

    Raises: BadInput: tallies that do not fit.
    Source: permutation test, Fisher 1935, people as the unit.
    Not: an interval; and labels on the probe side alone say nothing of who is in the gallery.
    """
    if len(tallies) != differential.kinds or any(len(t.errors) != len(group) for t in tallies):
        raise BadArgument(
            f"{differential.name} does not fit what it was given",
            expected=f"{differential.kinds} tallies of {len(group)} people",
            got=str([len(t.errors) for t in tallies]),
            remedy="give a tally over the same people for each kind of error",
        )
    inside = np.flatnonzero(group >= 0)
    labels = _shuffled(group[inside], resampling)

    def rates(here: NDArray[np.int64]) -> Rates:
        return np.stack([_rates(t.errors[inside], t.trials[inside], here, groups) for t in tallies])

    return _null(differential, rates(group[inside][None]), rates(labels), resampling)


def permutation_null_within_groups(
    differential: Differential,
    comparisons: Comparisons,
    threshold: float,
    group: NDArray[np.int64],
    groups: int,
    resampling: Resampling = USUAL,
) -> Null:
    """The null of false match rates within groups, labels shuffled on both sides at once.

    A person on both sides carries one label. Labels change hands among people who
    stand on the same sides.
    """
    check_reach(comparisons, (threshold,))
    near = comparisons.both_ways().within(threshold)
    sides = near.probe_side.astype(np.int64) + 2 * near.gallery_side
    labels = np.repeat(group[None].astype(np.int16), resampling.replicates, axis=0)
    for side in (1, 2, 3):
        people = np.flatnonzero((sides == side) & (group >= 0))
        if len(people):
            labels[:, people] = _shuffled(
                group[people].astype(np.int16), Resampling(resampling.replicates, resampling.seed + side)
            )
    observed = _within(near, group[None].astype(np.int16), groups)
    return _null(differential, observed[None], _within(near, labels, groups)[None], resampling)


def _within(near: Comparisons, labels: NDArray[np.int16], groups: int) -> Rates:
    shuffles = len(labels)
    left, right = labels[:, near.probe], labels[:, near.gallery]
    at = np.nonzero((left == right) & (left >= 0))
    key = left[at].astype(np.int64) * shuffles + at[0]
    errors = np.bincount(key, minlength=groups * shuffles).reshape(groups, shuffles)
    trials = np.zeros((groups, shuffles))
    for g in range(groups):
        here = (labels == g).astype(np.float32)
        for b in near.blocks:
            own = here @ (b.probe_photos * b.gallery_photos).astype(np.float32)
            sides = (here @ b.probe_photos.astype(np.float32), here @ b.gallery_photos.astype(np.float32))
            trials[g] += sides[0] * sides[1] - own
        pairs = here[:, near.counted.probe] * here[:, near.counted.gallery]
        trials[g] += pairs @ near.counted.times.astype(np.float32)
    return shares_of(errors, trials)


def _rates(
    errors: NDArray[np.float64], trials: NDArray[np.float64], labels: NDArray[np.int64], groups: int
) -> Rates:
    """Rates by group, shape (groups, shuffles); labels have shape (shuffles, people)."""
    shuffles = len(labels)
    key = (labels + np.arange(shuffles)[:, None] * groups).ravel()
    wrong = np.bincount(key, np.tile(errors, shuffles), shuffles * groups)
    tried = np.bincount(key, np.tile(trials, shuffles), shuffles * groups)
    return shares_of(wrong, tried).reshape(shuffles, groups).T


def _shuffled(labels: NDArray[Any], resampling: Resampling) -> NDArray[Any]:
    rng = np.random.default_rng(resampling.seed)
    return rng.permuted(np.repeat(labels[None], resampling.replicates, axis=0), axis=1)


def _null(differential: Differential, observed: Rates, shuffled: Rates, resampling: Resampling) -> Null:
    value, values = float(differential.of(observed)[0]), differential.of(shuffled)
    none = NotMeasured(f"{differential.name} has no value where a group has no errors or no trials")
    known = values[np.isfinite(values)]
    sign = -1 if differential.low_is_worse else 1
    far = int((sign * known >= sign * value - 1e-12).sum()) + len(values) - len(known)
    tail = 0.05 if differential.low_is_worse else 0.95
    return Null(
        observed=value if np.isfinite(value) else none,
        median=float(np.median(known)) if len(known) else none,
        high=float(np.quantile(known, tail)) if len(known) else none,
        p_value=(1 + far) / (1 + len(values)) if np.isfinite(value) else none,
        undefined=len(values) - len(known),
        permutations=resampling.replicates,
        seed=resampling.seed,
        hides=differential.hides,
    )


def _max_over_min(rates: Rates) -> Rates:
    return shares_of(rates[0].max(axis=0), rates[0].min(axis=0))


def _max_over_geometric_mean(rates: Rates) -> Rates:
    x = rates[0]
    with np.errstate(divide="ignore"):
        middle = np.exp(np.log(x).mean(axis=0))
    return shares_of(x.max(axis=0), middle)


def _gini(x: Rates) -> Rates:
    k = len(x)
    gaps = np.abs(x[:, None] - x[None]).sum(axis=(0, 1))
    return shares_of(gaps, 2 * k * max(k - 1, 1) * x.mean(axis=0))


def _garbe(rates: Rates) -> Rates:
    mean: Rates = (_gini(rates[0]) + _gini(rates[1])) / 2
    return mean


def _fdr(rates: Rates) -> Rates:
    gaps: Rates = np.ptp(rates, axis=1)
    left: Rates = 1 - gaps.mean(axis=0)
    return left


def _ir(rates: Rates) -> Rates:
    one, other = (shares_of(x.max(axis=0), x.min(axis=0)) for x in rates)
    both: Rates = np.sqrt(one * other)
    return both


MAX_OVER_MIN = Differential(
    "max/min",
    _max_over_min,
    "It shows two groups and hides all between, and noise alone drives it far above 1.",
)
MAX_OVER_GEOMETRIC_MEAN = Differential(
    "max/geometric mean",
    _max_over_geometric_mean,
    "It shows the worst group and hides how the others lie; noise alone puts it above 1.",
)
GINI = Differential(
    "Gini",
    lambda rates: _gini(rates[0]),
    "It hides which group is worse off and how high the rates are; noise alone puts it above 0.",
)
GARBE = Differential(
    "GARBE",
    _garbe,
    "A gap in false non-matches can hide one in false matches, which fall on other people.",
    kinds=2,
)
FDR = Differential(
    "FDR",
    _fdr,
    "At false match rates of 1e-4 it is near 1 however many times worse one group fares.",
    kinds=2,
    low_is_worse=True,
)
IR = Differential(
    "IR",
    _ir,
    "It multiplies two ratios that noise drives up, and hides which error and which group.",
    kinds=2,
)
DIFFERENTIALS = (MAX_OVER_MIN, MAX_OVER_GEOMETRIC_MEAN, GINI, GARBE, FDR, IR)
