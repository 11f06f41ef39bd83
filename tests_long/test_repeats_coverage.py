"""How often intervals of repeated searches and of galleries like it hold the planted truth, design by design.

About fifteen minutes. `-s` prints the tables of docs/adr/0014 and docs/measures/galleries-like-it.md.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.measures.repeated import Repeated, designs, needed
from tests.measures.uneven import Uneven, WithHubs

from fairlineup.measures import (
    clopper_pearson,
    fpir_for_galleries_like_it,
    paired_difference,
    share_of_searches,
)
from fairlineup.records import Estimate

DATA_SETS = 1000
GALLERIES = 400
EXPECTED = 3  # people in error, below which an interval after none cannot be narrow

EVERY = [one for people in (30, 100, 500) for one in designs(people, (0.01, 0.05, 0.2, 0.5))]
UNEVEN = [
    Uneven.at(fpir, probes, gallery, spread, of_probes)
    for probes, gallery in ((150, 300), (539, 2000))
    for spread, of_probes in ((0.0, 0.0), (1.2, 1.2), (1.5, 0.0), (2.0, 0.8), (2.0, 0.0))
    for fpir in (0.1, 0.3, 0.7)
]
HUBS = [
    WithHubs(probes, gallery, share, matched, others)
    for probes, gallery, share in ((150, 300, 1 / 200), (300, 1000, 1 / 200), (539, 2000, 1 / 200))
    for matched in (0.05, 0.2, 0.5)
    for others in (0.0, 0.05, 0.2)
]


def error_people(design: Repeated) -> float:
    """People in error to expect where all searches of a person go one way, the fewest there can be."""
    return design.rate * design.people * (0.2 if design.often else 1.0)


@pytest.mark.parametrize("design", EVERY, ids=lambda one: f"{one.people}, {one.rate}, {one.name}")
def test_shares(design: Repeated) -> None:
    rng = np.random.default_rng(1)
    found = []
    for _ in range(DATA_SETS):
        one = share_of_searches(*design.draw(rng), 0.95)
        assert isinstance(one, Estimate)
        found.append(one)
    held = np.mean([one.low <= design.rate <= one.high for one in found])
    values = np.array([one.value for one in found])
    trials = needed(design.rate, values)
    ideal = [clopper_pearson(value * trials, trials) for value in values]
    width = np.mean([one.high - one.low for one in found]) / np.mean([high - low for low, high in ideal])
    print(f"| {design.people} | {design.rate} | {design.name} | {100 * held:.1f} | {width:.2f} |")
    assert held >= 0.92  # 93 %, less two standard errors of so many data sets
    if error_people(design) >= EXPECTED and "one person" not in design.name:
        assert width <= 2.1


@pytest.mark.parametrize("design", EVERY[::3], ids=lambda one: f"{one.people}, {one.rate}, {one.name}")
def test_paired_differences(design: Repeated) -> None:
    rng = np.random.default_rng(2)
    held = []
    for _ in range(DATA_SETS // 2):
        found = paired_difference(*design.paired(rng, 0.7))
        assert isinstance(found, Estimate)
        held.append(found.low <= -0.3 * design.rate <= found.high)
    print(f"| {design.people} | {design.rate} | {design.name} | {100 * np.mean(held):.1f} |")
    assert np.mean(held) >= 0.92


@pytest.mark.parametrize("design", UNEVEN, ids=repr)
def test_uneven_galleries(design: Uneven) -> None:
    rng = np.random.default_rng(3)
    found = [fpir_for_galleries_like_it(design.draw(rng), 0) for _ in range(GALLERIES)]
    given = [one for one in found if isinstance(one, Estimate)]
    held = sum(one.low <= design.fpir <= one.high for one in given)
    print(f"| {design} | {len(given) / len(found):.2f} | {100 * held / len(given):.1f} |")
    assert held >= 0.91 * len(given)


@pytest.mark.parametrize("design", HUBS, ids=repr)
def test_galleries_with_hubs(design: WithHubs) -> None:
    """Where the gallery holds a hub, which chance may deny a small one: then nothing in the data shows it."""
    rng = np.random.default_rng(4)
    drawn = [design.draw(rng) for _ in range(GALLERIES)]
    found = [(fpir_for_galleries_like_it(searches, 0), hubs) for searches, hubs in drawn]
    given = [(one, hubs) for one, hubs in found if isinstance(one, Estimate)]
    held = [(one.low <= design.fpir <= one.high, hubs) for one, hubs in given]
    seen = [yes for yes, hubs in held if hubs]
    every = np.mean([yes for yes, _ in held]) if held else 1.0
    print(f"| {design} | {len(given) / len(found):.2f} | {np.mean(seen or [True]):.3f} | {every:.3f} |")
    assert sum(seen) >= 0.93 * len(seen)
