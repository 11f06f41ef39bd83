"""Distances to false match rates: a table with intervals by person, and a marked tail beyond counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import TooLittleData
from fairlineup.measures.likelihood.gpd import MIN_EXCESSES, fit_pareto
from fairlineup.measures.likelihood.influence import dyadic_errors
from fairlineup.measures.proportions import proportion
from fairlineup.measures.thresholds import in_precision_of, on_scale
from fairlineup.measures.verification.comparisons import Comparisons
from fairlineup.measures.verification.dyads import cell_rates, log_interval
from fairlineup.measures.verification.resampling import check_reach
from fairlineup.records import Estimate, Measured, NotMeasured

MIN_ERRORS = 30
TAIL_FROM = 1e-3
DECADE = 10.0
LEVEL = 0.95
MOST_EXCESSES = 2000
LEAST_SURVIVAL = 1e-100
CHUNK = 256  # excesses whose weights are moved together
STEP = 1e-3  # by how much


@dataclass(frozen=True, slots=True)
class RateRow:
    """The false match rate at one distance."""

    distance: float  #: Comparisons at or below it match.
    fmr: float  #: Rate in (0, 1].
    low: float | None  #: Lower end of the 95 % interval; None where it was not computed.
    high: float | None  #: Upper end; None where it was not computed.
    errors: int  #: Comparisons at or below the distance.
    #: Comparisons / design effect; None where every comparison matches, and in the tail.
    effective: float | None
    model: bool = False  #: Whether the rate is the tail model's, not counted.


@dataclass(frozen=True, slots=True)
class TailModel:
    """What the rows marked as tail model stand on."""

    #: Distance the excesses are taken from: at most 1 in 1,000 comparisons lies at or below it.
    threshold: float
    excesses: int  #: How many comparisons do.
    shape: float  #: Xi of the generalised Pareto distribution; below 0 it ends.
    scale: float  #: Sigma, on the distances' scale.
    joined_at: float  #: Distance of the last row that was counted, where the model takes over.


@dataclass(frozen=True, slots=True)
class RateTable:
    """Distances with their false match rates, from the strictest on."""

    rows: tuple[RateRow, ...]  #: By distance, ascending; both columns rise.
    tail: TailModel | NotMeasured  #: The model behind marked rows, or why there is none.
    people: int  #: People compared.
    pairs: int  #: Non-mated comparisons of photographs.
    #: Variance over that of independent comparisons, at the strictest row that was counted.
    design_effect: float
    #: No row has a rate below it: a tenth of the last row counted, and of 30 / (pairs / design effect).
    end: float


def rate_table(comparisons: Comparisons, distances: Sequence[float]) -> RateTable:
    """False match rates at each distance: counted from 30 errors up, then at most a decade of tail model.

    The model is a generalised Pareto distribution past the 99.9th percentile of non-mated scores.
    It only carries the last counted rate on, so the table has no step. Its interval is by person too (dyadic
    variance of each comparison's influence on the fit) and holds if the tail goes on as it is.

    Args:
        comparisons: non-mated, of one set of people whose pairs were compared once.
        distances: on the scale of the scores, from the strictest on; none beyond `comparisons.reach`. Rows
            are on that scale too.

    Raises: BadInput: under 30 errors at every distance.
    Source: rule of 30 (Doddington); dyadic variance as in `cell_rates`; Pareto tail: Pickands 1975.
    Not: the rate of any other population or kind of photograph, nor of people who look alike.
    """
    found = _table(replace(comparisons, similar=False), check_reach(comparisons, distances))
    tail = found.tail
    if isinstance(tail, TailModel):
        begins, joined = (on_scale(comparisons, one) for one in (tail.threshold, tail.joined_at))
        tail = replace(tail, threshold=begins, joined_at=joined)
    rows = tuple(replace(row, distance=on_scale(comparisons, row.distance)) for row in found.rows)
    return replace(found, rows=rows, tail=tail)


def _table(comparisons: Comparisons, distances: Sequence[float]) -> RateTable:
    ordered = np.sort(comparisons.distance)
    errors = np.searchsorted(ordered, np.asarray(distances), side="right")
    enough = np.flatnonzero(errors >= MIN_ERRORS)
    if not len(enough):
        raise TooLittleData(
            "there are too few comparisons for a table",
            expected=f"{MIN_ERRORS} comparisons of different people within {max(distances, default=0):g}",
            got=f"{len(ordered)} of {comparisons.trials:,} comparisons",
            remedy="calibrate on more people",
        )
    counted = tuple(_counted(comparisons, float(distances[index])) for index in enough.tolist())
    first = counted[0]
    effect = comparisons.trials / first.effective if first.effective else 1.0
    end = max(MIN_ERRORS * effect / comparisons.trials, first.fmr) / DECADE
    threshold = _threshold(distances, errors, comparisons.trials)
    beyond = [float(one) for one in distances[: int(enough[0])]]
    tail, modelled = _tail(comparisons, first, threshold, beyond)
    kept = tuple(row for row in modelled if row.fmr >= end)
    return RateTable(
        rows=(*kept, *counted),
        tail=tail,
        people=int((comparisons.probe_side | comparisons.gallery_side).sum()),
        pairs=comparisons.trials,
        design_effect=effect,
        end=end if kept else first.fmr,
    )


def group_rates(
    comparisons: Comparisons, group: NDArray[np.int64], groups: int, distances: Sequence[float]
) -> tuple[tuple[Measured, ...], ...]:
    """Within each group its false match rate at each distance: people compared with others of their group.

    Args:
        comparisons: non-mated, of one set of people.
        group: of each person from 0, negative for none, shape (people,).
        groups: how many there are.
        distances: on the scale of the scores; none beyond `comparisons.reach`.

    Returns: by group, then distance; NotMeasured under 10 errors.
    Not: that group's rate against everybody, which is lower as a rule.
    """
    found = []
    for one in range(groups):
        within = comparisons.between(group == one, group == one)
        found.append(tuple(cell_rates(within, distance).estimate() for distance in distances))
    return tuple(found)


def false_non_match_rate_of_people(
    person: NDArray[np.int64], distance: NDArray[np.float64], threshold: float
) -> Measured:
    """Share of people whose mated comparison the threshold rejects; the first of each person counts.

    Source: ISO/IEC 19795-1, false non-match rate; Clopper-Pearson on people.
    Not: the miss rate of a search, in which photographs that failed to be processed are misses too.
    """
    _, first = np.unique(person, return_index=True)
    missed = int(np.count_nonzero(distance[first] > in_precision_of(distance, threshold)))
    if not len(first):
        return NotMeasured("nobody has two photographs that are two pictures", 0, 0, 0)
    return proportion(missed, len(first), people=len(first))


def _counted(comparisons: Comparisons, distance: float) -> RateRow:
    cells = cell_rates(comparisons, distance)
    found, effect = cells.estimate(), float(cells.design_effects[0, 0])
    if not isinstance(found, Estimate):
        raise TooLittleData(
            "a rate has no interval",
            expected="two people or more",
            got=found.reason,
            remedy="add people",
        )
    effective = found.trials / effect if effect > 0 else None
    return RateRow(distance, found.value, found.low, found.high, found.errors, effective)


def _threshold(distances: Sequence[float], errors: NDArray[np.int64], trials: int) -> float:
    inside = np.flatnonzero(errors <= min(TAIL_FROM * trials, MOST_EXCESSES))
    return float(distances[int(inside[-1])]) if len(inside) else -np.inf


def _tail(
    comparisons: Comparisons, first: RateRow, threshold: float, distances: Sequence[float]
) -> tuple[TailModel | NotMeasured, tuple[RateRow, ...]]:
    near = comparisons.within(threshold)
    if threshold <= first.distance or len(near) < MIN_EXCESSES:
        reason = f"fewer than {MIN_EXCESSES} comparisons beyond the 99.9th percentile"
        return NotMeasured(reason, len(near), comparisons.trials), ()
    excess = threshold - near.distance
    fitted = fit_pareto(excess)
    asked = threshold - np.asarray([first.distance, *distances])
    survived = fitted.survival(asked)[:, 0]
    reached = np.flatnonzero(survived[1:] > LEAST_SURVIVAL)
    freedom = float(cell_rates(comparisons, first.distance).freedom[0, 0])
    listed = np.searchsorted(np.sort(near.distance), distances, side="right")
    influence = _influence(excess, asked[[0, *(reached + 1)]])
    influence += ((near.distance <= first.distance) / first.errors)[:, None]
    rows, nobody = [], np.zeros(near.people)
    errors, _ = dyadic_errors(near, ((column, nobody) for column in influence.T))
    for place, error in zip(reached.tolist(), errors, strict=True):
        value = first.fmr * float(survived[place + 1] / survived[0])
        low, high = log_interval(1.0, float(error), freedom, LEVEL)
        ends = value * low, min(1.0, value * high)
        rows.append(RateRow(distances[place], value, *ends, int(listed[place]), None, model=True))
    shape, scale = float(fitted.shape[0]), float(fitted.scale[0])
    return TailModel(threshold, len(near), shape, scale, first.distance), tuple(rows)


def _influence(excess: NDArray[np.float64], asked: NDArray[np.float64]) -> NDArray[np.float64]:
    """Change of log(survival / the first's) with the weight of each excess, shape (n, asked - 1)."""
    found = np.empty((len(excess), len(asked) - 1))
    before = _log_ratios(fit_pareto(excess).survival(asked))
    for start in range(0, len(excess), CHUNK):
        part = np.arange(start, min(start + CHUNK, len(excess)))
        weights = np.ones((len(excess), len(part)))
        weights[part, part - start] += STEP
        found[part] = ((_log_ratios(fit_pareto(excess, weights).survival(asked)) - before) / STEP).T
    return found


def _log_ratios(survival: NDArray[np.float64]) -> NDArray[np.float64]:
    logs = np.log(np.maximum(survival, LEAST_SURVIVAL**2))
    return np.asarray(logs[1:] - logs[0], np.float64)
