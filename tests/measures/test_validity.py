"""A short study of planted truth; `make test-long` has the full one, docs/validity.md what it found."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from tests.measures.planted import Tendency, World, draw
from tools.validity.bounds import bounds_study, wolves_study
from tools.validity.false_matches import BOTH, FMR, HERE, KATZ, LIKE, PAIRS, PEOPLE, RATIO, ROWS, FalseMatches
from tools.validity.families import families
from tools.validity.page import missed, tables
from tools.validity.tally import OURS, Design, Family, Judged, Kind, Result, Tally, tallied

REPLICATES = 300
SLACK = 0.025  # of a coverage from 300 data sets, two standard errors
UNEVEN = Tendency(1.2)


def study(world: World, draws: int = 100) -> dict[Kind, Result]:
    return tallied(FalseMatches(world, draws, resampled=1.0), REPLICATES, seed=7)


def covered(results: dict[Kind, Result], *kind: str) -> float:
    found = results[kind[0], kind[1]]
    assert found.measured > REPLICATES / 2
    print(f"{kind}: {found.covered:.3f} of {found.measured}, {found.width:.2f} times the width")
    return found.covered


def as_meant(coverage: float) -> bool:
    return 0.93 - SLACK <= coverage <= 0.99 + SLACK


@pytest.mark.parametrize(
    "world",
    [
        World("two sides", 150, 300, 30),
        World("two sides", 150, 300, 300, UNEVEN),
        World("photographs", 90, 150, 100, photographs=3),
        World("both sides", 150, 300, 100, shared=100),
        World("one set", 200, 0, 100, UNEVEN),
    ],
    ids=lambda world: f"{world.name}-{world.expected}",
)
def test_false_match_rate_is_covered(world: World) -> None:
    tallies = study(world)
    assert as_meant(covered(tallies, FMR, OURS))
    assert covered(tallies, FMR, BOTH) >= 0.93 - SLACK
    if world.gallery and not world.shared:
        assert covered(tallies, HERE, OURS) >= 0.95 - SLACK
        assert as_meant(covered(tallies, LIKE, OURS))
    if world.expected >= 100:  # what treats comparisons as independent claims too much
        assert covered(tallies, FMR, PAIRS) < 0.9
        assert covered(tallies, FMR, ROWS) < 0.9


def test_resampling_both_sides_counts_one_pair_three_times() -> None:
    tallies = study(World("two sides", 150, 300, 30, Tendency()), 200)
    assert covered(tallies, FMR, BOTH) > 0.985
    assert as_meant(covered(tallies, FMR, OURS))


def test_another_gallery_is_not_covered_by_an_interval_for_this_one() -> None:
    tallies = study(World("few", 150, 300, 300, Tendency(few=True)))
    assert covered(tallies, LIKE, PEOPLE) < 0.9 < covered(tallies, LIKE, OURS)


def test_the_ratio_of_groups_is_covered() -> None:
    tallies = study(World("groups", 240, 500, 100, groups=4))
    assert as_meant(covered(tallies, RATIO, OURS))
    assert covered(tallies, RATIO, KATZ) < 0.85


def test_bounds_after_no_false_match() -> None:
    uneven = bounds_study(World("two sides", 60, 120, 300, UNEVEN), 3 * REPLICATES, seed=7)
    assert min(uneven.adjusted, uneven.disjoint) >= 0.95 - SLACK
    assert uneven.naive < uneven.adjusted
    wolves = wolves_study(150, 300, 20_000, seed=7)
    assert wolves.naive < 0.05
    assert wolves.disjoint == pytest.approx(0.95, abs=0.005)  # exact where all hangs on one person


@pytest.mark.parametrize(
    "world",
    [
        World("two sides", 150, 300, 100),
        World("few", 150, 300, 100, Tendency(few=True)),
        World("photographs", 90, 150, 100, photographs=3),
        World("one set", 120, 0, 100, photographs=2),
        World("long tail", 150, 300, 3000, photographs=100, tail=True),
        World("long tail, one set", 120, 0, 3000, photographs=100, tail=True),
    ],
    ids=lambda world: world.name,
)
def test_the_truth_is_what_is_planted(world: World) -> None:
    """The truth the study holds intervals against, from many data sets."""
    sets = [draw(world, np.random.default_rng([1, k])) for k in range(300)]
    matches = sum(len(one.comparisons) for one in sets)
    trials = sum(one.comparisons.trials for one in sets)
    assert matches / trials == pytest.approx(world.false_match_rate(), rel=0.06)
    if world.gallery:
        flagged = [len(np.unique(d.searches.row)) / len(d.searches) for d in sets if d.searches]
        assert np.mean(flagged) == pytest.approx(world.fpir_like_it(), rel=0.04)
        assert np.mean([d.fpir for d in sets]) == pytest.approx(world.fpir_like_it(), rel=0.03)


def test_few_people_with_most_photographs_make_no_narrow_interval() -> None:
    """Chance seldom lets their many comparisons match, and then nothing shows how much it left out."""
    few, many = (
        tallied(
            FalseMatches(World("one set", 120, 0, n, photographs=100, tail=True), resampled=0), 150, seed=7
        )
        for n in (300, 10_000)
    )
    assert few[FMR, OURS].not_measured > 0.8
    assert many[FMR, OURS].measured > 140
    assert many[FMR, OURS].covered >= 0.91
    assert many[FMR, PAIRS].covered < 0.3


DESIGNS = [
    pytest.param(design, id=f"{title}: {', '.join(design.labels)}")
    for title, family in families().items()
    for design in family.designs[:1]
]


@pytest.mark.parametrize("design", DESIGNS)
def test_every_family_judges_its_designs(design: Design) -> None:
    """A few data sets of some: each quantity has a value, and most intervals given hold the truth."""
    results = [found for (_, method), found in tallied(design, 8, seed=3).items() if method == OURS]
    given = [one for one in results if one.measured >= 6]
    assert all(one.covered >= 0.5 for one in given)


def test_the_diagonal_changes_nothing() -> None:
    """The design measures tables without it too, and stops where a rate differs."""
    tallied(families()["Tables with their diagonal"].designs[0], 40, seed=1)


def test_half_a_table_makes_up_no_disparity() -> None:
    (found,) = tallied(families()["Half tables of two groups alike"].designs[0], REPLICATES, seed=2).values()
    assert found.covered >= 0.95 - SLACK
    assert found.mean == pytest.approx(1.0, abs=0.1)


def made(lows: list[float], *, truth: float = 0.5, width: float = 0.4) -> Result:
    tally = Tally()
    for low in lows:
        interval = None if math.isnan(low) else (low, low + width)
        tally.add(Judged("share", truth, 0.5 if math.isnan(low) else low + width / 2, interval))
    return tally.counted()


def test_a_result_counts_by_hand() -> None:
    values = np.linspace(0.1, 0.5, 401).tolist()
    found = made([*values, 0.6, math.nan])
    assert (found.drawn, found.measured, found.below, found.above) == (403, 402, 0, 1)
    assert found.covered == pytest.approx(401 / 402)
    assert found.not_measured == pytest.approx(1 / 403)
    assert found.width == pytest.approx(0.4 / (0.95 * 0.4), rel=0.03)
    assert list(found.faults) == []


def test_what_falls_short_is_told() -> None:
    narrow, wide = made(np.linspace(0, 1, 300).tolist()), made(np.linspace(0.29, 0.31, 300).tolist())
    assert next(narrow.faults).startswith("covers 4")
    assert next(wide.faults).startswith("21.")
    rare = made([0.9, *[math.nan] * 9])
    assert not rare.judged
    assert list(rare.faults) == []


class Wrong:
    """A design whose intervals never hold the truth."""

    labels = ("never",)

    def judged(self, rng: np.random.Generator) -> list[Judged]:
        value = rng.random()
        return [Judged("share", 2.0, value, (value - 1, value + 1 - 1e-9))]


def test_a_fault_stands_in_bold_and_is_named() -> None:
    design = Wrong()
    family = Family("A family", ("design",), (design,))
    studied = [(design, tallied(design, 50, seed=1))]
    (row,) = (line for line in tables(family, studied) if line.startswith("| never"))
    assert re.match(r"\| never \| 0\.0 \| \*\*0\.0\*\* \| \*\*2\.\d\d\*\* \|", row)
    assert next(iter(missed(family, studied))) == "share; never: covers 0.0 %"
