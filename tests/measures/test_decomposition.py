from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from fairlineup.measures import CellRates, Grouping, cell_rates, crossed
from fairlineup.measures.differentials.decomposition import (
    Decomposition,
    decompose_gap,
    fpir_if_independent,
    without_gallery_labels,
)
from fairlineup.records import BadInput, Estimate, NotMeasured

from .worlds import log_normal


def cells_of(
    rng: np.random.Generator, rates: NDArray[np.float64], gallery: NDArray[np.int64], spread: float = 0.8
) -> CellRates:
    """150 probes of each group against galleries of these sizes, tendencies log-normal."""
    groups, each = len(rates), 150
    g, h = np.repeat(np.arange(groups), each), np.repeat(np.arange(len(gallery)), gallery)
    a, b = log_normal(rng, spread, len(g)), log_normal(rng, spread, len(h))
    i, j = np.nonzero(rng.random((len(g), len(h))) < rates[np.ix_(g, h)] * np.outer(a, b))
    people, probes = len(g) + len(h), len(g)
    there = np.arange(people) < probes
    comparisons = crossed(
        i.astype(np.int64),
        (j + probes).astype(np.int64),
        np.zeros(len(i)),
        probe_photos=there.astype(float),
        gallery_photos=(~there).astype(float),
    )
    grouping = Grouping(
        np.concatenate((g, np.full(len(h), -1))),
        np.concatenate((np.full(len(g), -1), h)),
        groups,
        len(gallery),
    )
    return cell_rates(comparisons, 0, grouping)


RATES = np.array([[4e-3, 1e-3], [1e-3, 2e-3]])
GALLERY = np.array([600, 150])


def split(cells: CellRates) -> Decomposition:
    found = decompose_gap(cells, 0, 1, GALLERY)
    assert isinstance(found, Decomposition)
    return found


def value(one: Estimate | NotMeasured) -> float:
    assert isinstance(one, Estimate)
    return one.value


def ends(one: Estimate | NotMeasured) -> tuple[float, float, float]:
    assert isinstance(one, Estimate)
    return one.value, one.low, one.high


def test_parts_add_up_and_are_the_formula() -> None:
    cells = cells_of(np.random.default_rng(1), RATES, GALLERY)
    found, m = split(cells), cells.rates
    assert value(found.gap) == pytest.approx(value(found.algorithm) + value(found.gallery), abs=1e-12)
    assert value(found.gap) == pytest.approx(value(found.group) - value(found.reference))
    assert value(found.group) == pytest.approx(600 * m[0, 0] + 150 * m[0, 1])
    assert value(found.group_balanced) == pytest.approx(375 * m[0].sum())
    assert value(found.algorithm) == pytest.approx(375 * (m[0] - m[1]).sum())


def test_planted_parts_are_recovered_and_covered() -> None:
    rng = np.random.default_rng(2)
    truth = {
        "gap": float((RATES[0] - RATES[1]) @ GALLERY),
        "algorithm": 375 * float((RATES[0] - RATES[1]).sum()),
        "group": float(RATES[0] @ GALLERY),
    }
    truth["gallery"] = truth["gap"] - truth["algorithm"]
    assert truth["algorithm"] == pytest.approx(0.75)
    inside: dict[str, list[bool]] = {name: [] for name in truth}
    values: dict[str, list[float]] = {name: [] for name in truth}
    widths: dict[str, list[float]] = {name: [] for name in truth}
    for _ in range(150):
        found = split(cells_of(rng, RATES, GALLERY))
        for name, true in truth.items():
            one = getattr(found, name)
            inside[name].append(one.low <= true <= one.high)
            values[name].append(one.value)
            widths[name].append(one.high - one.low)
    print({name: round(float(np.mean(v)), 3) for name, v in inside.items()})
    for name, true in truth.items():
        assert 0.90 <= np.mean(inside[name]) <= 1.0
        assert np.mean(values[name]) == pytest.approx(true, rel=0.05)
        assert np.mean(widths[name]) < 1.35 * 2 * 1.96 * np.std(values[name])  # no wider than it needs to be


def test_a_cell_with_few_matches_does_not_widen_what_it_adds_little_to() -> None:
    """One cell has a single pair of people, and the part is nearly all of the others'."""
    rates = np.array([[8e-3, 4e-5], [1e-3, 4e-3]])
    drawn = [split(cells_of(np.random.default_rng(seed), rates, GALLERY)) for seed in range(60)]
    for name in ("gap", "algorithm"):
        values, low, high = np.array([ends(getattr(found, name)) for found in drawn]).T
        assert np.mean(high - low) < 1.5 * 2 * 1.96 * np.std(values)


def test_a_cell_in_which_everything_matches_leaves_the_split_measured() -> None:
    found = split(cells_of(np.random.default_rng(1), np.array([[1.0, 1e-3], [1e-3, 2e-3]]), GALLERY, 0.0))
    for one in (found.gap, found.algorithm, found.gallery, found.group):
        assert isinstance(one, Estimate)
        assert one.low < one.value < one.high


def test_a_fair_algorithm_leaves_all_to_the_gallery() -> None:
    """Everyone matches their own group alike; one group fills the gallery."""
    cells = cells_of(np.random.default_rng(7), np.array([[4e-3, 1e-3], [1e-3, 4e-3]]), GALLERY)
    found = decompose_gap(cells, 0, 1, GALLERY)
    assert isinstance(found, Decomposition)
    assert isinstance(found.algorithm, Estimate)
    assert isinstance(found.gallery, Estimate)
    assert found.algorithm.low < 0 < found.algorithm.high
    assert found.gallery.low > 0


def test_what_is_not_measured() -> None:
    rng = np.random.default_rng(1)
    few = decompose_gap(cells_of(rng, RATES / 200, GALLERY), 0, 1, GALLERY)
    assert isinstance(few, NotMeasured)
    assert "an interval needs 10" in few.reason
    empty = decompose_gap(cells_of(rng, RATES, np.array([600, 0])), 0, 1, GALLERY)
    assert isinstance(empty, NotMeasured)
    assert empty.reason == "a cell has no comparisons"
    cells = cells_of(rng, RATES, GALLERY)
    for rows in ((0, 0), (0, 2), (-1, 0)):
        with pytest.raises(BadInput, match="does not fit"):
            decompose_gap(cells, *rows, GALLERY)


def test_independence_is_named() -> None:
    found = split(cells_of(np.random.default_rng(1), RATES, GALLERY))
    if_so = fpir_if_independent(found.group)
    assert isinstance(if_so, Estimate)
    assert if_so.value == pytest.approx(1 - math.exp(-value(found.group)))
    assert if_so.low < if_so.value < if_so.high <= 1
    assert "if comparisons were independent" in if_so.method
    assert fpir_if_independent(NotMeasured("no")) == NotMeasured("no")


def test_why_unlabelled_galleries_say_nothing() -> None:
    assert without_gallery_labels(5, 5) is None
    none, some = without_gallery_labels(0, 25_000), without_gallery_labels(445, 25_000)
    assert none is not None
    assert some is not None
    assert none.reason.startswith("of the gallery people none have a group label")
    assert "445 of 25,000" in some.reason
