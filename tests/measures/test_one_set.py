from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from fairlineup.measures import (
    CellRates,
    Estimate,
    Rechosen,
    Resampling,
    Scores,
    Searches,
    cell_rates,
    cross_group_matrix,
    false_match_rate,
    false_positive_identification_rate,
    non_mated_searches,
    rechosen,
    student,
    threshold_at_fmr,
)

from .sets import half, scores, turned


def cells(table: Scores) -> CellRates:
    return cell_rates(table.comparisons, 0.5, table.probe_grouping("region"))


@pytest.mark.parametrize("photos", [1, 2, 3])
@pytest.mark.parametrize("named", [False, True])
def test_a_pair_counts_for_both_whichever_stands_first(photos: int, named: bool) -> None:
    rows, person = half(40 // photos, photos, rate=0.05)
    order = np.random.default_rng(5).permutation(len(rows[0]))
    ways = [
        scores(rows, person, photos=named),
        scores(rows, person, photos=named, order=order),
        scores(turned(rows), person, photos=named, order=order),
    ]
    i, j, distance = rows
    both = np.concatenate((i, j)), np.concatenate((j, i)), np.concatenate((distance, distance))
    ways.append(scores(both, person, photos=named))
    first = cells(ways[0])
    for way in ways:
        assert way.listing.once
        found, matrix = cells(way), cross_group_matrix(way, "region", 0.5).cells
        assert found.errors.tolist() == first.errors.tolist()
        assert found.trials.tolist() == first.trials.tolist()
        assert np.allclose(found.covariance, first.covariance)
        assert matrix.errors[0, 1] == matrix.errors[1, 0]
        assert way.comparisons.trials == len(rows[0])


def test_every_group_counts_by_hand() -> None:
    rows, person = half(30, rate=0.1)
    found = cells(scores(turned(rows), person))
    near = [(i, j) for i, j, d in zip(*rows, strict=True) if d < 0.5]
    for g, members in enumerate((range(15), range(15, 30))):
        pairs = [(i, j) for i, j in itertools.permutations(range(30), 2) if i in members]
        errors = sum((min(i, j), max(i, j)) in near for i, j in pairs)
        assert (found.errors[g, 0], found.trials[g, 0]) == (errors, len(pairs))


def test_two_groups_alike_are_told_alike() -> None:
    """One table in twenty may leave out 1; before, a pair counted for the first id's group and all did."""
    ratios, held = [], 0
    for seed in range(120):
        found = cells(scores(*half(70, seed=seed)))
        log, error, freedom = found.log_ratio((0, 0), (1, 0))
        ratios.append(log)
        held += abs(log) <= student(freedom, 0.95) * error
    assert abs(float(np.mean(ratios))) < 3 * float(np.std(ratios)) / math.sqrt(120)
    assert held >= 108


@pytest.mark.parametrize("part", [0.8, 0.3])
def test_part_of_a_set_listed_one_way_is_one_set_too(part: float) -> None:
    rows, person = half(60)
    kept = np.random.default_rng(2).random(len(rows[0])) < part
    i, j, distance = (column[kept] for column in rows)
    table, other = scores((i, j, distance), person), scores(turned((i, j, distance)), person)
    assert table.listing.once
    assert other.listing.once
    assert cells(table).errors.tolist() == cells(other).errors.tolist()


def test_a_few_pairs_of_a_set_are_of_one_set() -> None:
    few = Scores.of(person_probe=[0, 1, 2, 3], person_gallery=[1, 2, 3, 4], distance=[0.5] * 4)
    assert few.listing.once
    sparse = Scores.of(person_probe=[0, 1, 5], person_gallery=[1, 7, 8], distance=[0.5] * 3)
    assert sparse.listing.once
    one_probe = Scores.of(person_probe=[0] * 4, person_gallery=[1, 2, 3, 0], distance=[0.5, 0.6, 0.7, 0.2])
    assert not one_probe.listing.once


def test_probes_against_a_gallery_keep_their_sides() -> None:
    rng = np.random.default_rng(7)
    i, j = np.indices((40, 40)).reshape(2, -1)
    square = Scores.of(person_probe=i, person_gallery=j, distance=0.5 + rng.random(len(i)))
    assert not square.listing.once
    missing = rng.random(len(i)) < 0.9
    assert not Scores.of(
        person_probe=i[missing], person_gallery=j[missing], distance=square.distance[missing]
    ).listing.once
    few = Scores.of(person_probe=i, person_gallery=j + 30, distance=square.distance)
    assert not few.listing.once
    apart = Scores.of(person_probe=i, person_gallery=j + 40, distance=square.distance)
    assert not apart.listing.once
    p, g = np.repeat(i, 6), np.repeat(j, 6)  # two probes and three references a person, not named
    several = Scores.of(person_probe=p, person_gallery=g, distance=0.5 + rng.random(len(p)))
    assert not several.listing.once
    some = rng.random(len(i)) < 0.2
    named = Scores.of(
        person_probe=i[some],
        person_gallery=j[some],
        distance=square.distance[some],
        photos=([f"p{n}" for n in i[some]], [f"g{n}" for n in j[some]]),
    )
    assert not named.listing.once


@pytest.mark.parametrize("photos", [1, 2])
def test_everybody_is_searched_for_among_all_others(photos: int) -> None:
    rows, person = half(30, photos, rate=0.01)
    table = scores(turned(rows), person, photos=photos > 1)
    searches = non_mated_searches(table)
    assert isinstance(searches, Searches) == (photos == 1)
    if photos > 1:  # pairs of one person are not listed
        return
    assert isinstance(searches, Searches)
    fpir = false_positive_identification_rate(searches, 0.5)
    near = rows[2] <= 0.5
    flagged = np.union1d(rows[0][near], rows[1][near])
    assert isinstance(fpir, Estimate)
    assert (fpir.errors, fpir.trials) == (len(flagged), 30)


def test_a_set_of_several_photographs_is_searched_without_each_itself() -> None:
    i, j = np.triu_indices(40, 1)
    distance = 0.4 + np.random.default_rng(8).random(len(i))
    table = Scores.of(person_probe=i // 2, person_gallery=j // 2, distance=distance, photos=(i, j))
    searches = non_mated_searches(table)
    assert isinstance(searches, Searches)
    fpir = false_positive_identification_rate(searches, 0.45)
    near = (distance <= 0.45) & (i // 2 != j // 2)
    assert isinstance(fpir, Estimate)
    assert (fpir.errors, fpir.trials, fpir.people) == (len(np.union1d(i[near], j[near])), 40, 20)


def test_thresholds_chosen_anew_count_pairs_listed_one_by_one() -> None:
    table = scores(*half(80, rate=0.05))
    found = rechosen([table.comparisons], 0.03, Resampling(200, 1))
    assert isinstance(found, Rechosen)
    threshold = found.threshold(0)
    assert isinstance(threshold, Estimate)
    assert threshold.value == threshold_at_fmr(table.comparisons, 0.03)
    assert threshold.low > table.distance.min()
    assert threshold.low < threshold.value < threshold.high
    rate = false_match_rate(table.comparisons, threshold.value)
    assert isinstance(rate, Estimate)
    assert rate.value == pytest.approx(0.03, abs=0.001)
