from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fairlineup.measures import (
    Comparisons,
    Estimate,
    Measured,
    NotMeasured,
    Resampling,
    Scores,
    cell_rates,
    cross_group_matrix,
    false_match_rate,
    false_positive_identification_rate,
    non_mated_searches,
    resample,
    together,
    zero_false_match_bounds,
)
from fairlineup.records import BadInput

Rows = list[tuple[int, int, float]]


def one_way(people: int = 40, false: int = 5) -> Rows:
    """Every two people once; the first so many pairs without anyone twice match."""
    rng = np.random.default_rng(8)
    return [
        (i, j, (0.3 if j == i + 1 and i % 2 == 0 and i < 2 * false else 0.8) + float(rng.random()) / 100)
        for i in range(people)
        for j in range(i + 1, people)
    ]


def mirrored(rows: Rows, apart: float = 0.0) -> Rows:
    return rows + [(j, i, d + apart) for i, j, d in rows]


def scores(rows: Rows, **more: Any) -> Scores:
    probe, gallery, distance = zip(*rows, strict=True)
    return Scores.of(person_probe=probe, person_gallery=gallery, distance=distance, **more)


def fmr(rows: Rows) -> Measured:
    return false_match_rate(scores(rows).comparisons, 0.5)


def test_five_false_pairs_are_five_however_they_are_listed() -> None:
    for rows in (one_way(), mirrored(one_way()), one_way() + [(j, i, d) for i, j, d in one_way() if d < 0.5]):
        found = fmr(rows)
        assert isinstance(found, NotMeasured)
        assert (found.errors, found.trials) == (5, 780)
        assert found.reason == "only 5 false matches; an interval needs 10"


def test_two_scores_a_pair_are_two_comparisons_of_one_pair_of_people() -> None:
    found = fmr(mirrored(one_way(), apart=0.001))
    assert isinstance(found, NotMeasured)
    assert (found.errors, found.trials) == (10, 1560)
    assert found.reason == "10 false matches, of only 5 pairs of people; an interval needs 10 pairs"
    found = fmr(mirrored(one_way(false=10), apart=0.001))
    assert isinstance(found, Estimate)
    assert (found.errors, found.trials) == (20, 1560)


def test_a_row_said_again_is_not_another_pair() -> None:
    assert isinstance(fmr(one_way() * 2), NotMeasured)
    assert scores(one_way() * 2).repeated == (0, 780)
    assert scores(mirrored(one_way())).repeated is None


def test_a_mirrored_table_gives_what_its_half_gives() -> None:
    """Not the same interval: one lists who is probe, the other says that neither is."""
    half, whole = fmr(one_way(false=12)), fmr(mirrored(one_way(false=12)))
    assert isinstance(half, Estimate)
    assert isinstance(whole, Estimate)
    assert (whole.value, whole.errors, whole.trials) == (half.value, half.errors, half.trials)
    assert (whole.low, whole.high) == pytest.approx((half.low, half.high), rel=0.1)


def test_its_groups_stand_on_both_sides_and_its_searches_stay_whole() -> None:
    rows = mirrored(one_way(false=12)) + [(i, i, 0.1) for i in range(40)]
    sides = {
        f"groups_{side}": {"half": ["low" if row[at] < 20 else "up" for row in rows]}
        for at, side in enumerate(("probe", "gallery"))
    }
    table = scores(rows, **sides)
    cells = cross_group_matrix(table, "half", 0.5).cells
    assert cells.trials.tolist() == [[190, 400], [400, 190]]
    assert cells.errors.tolist() == [[10, 0], [0, 2]]
    assert cells.pairs.tolist() == [[10, 0], [0, 2]]
    searches = non_mated_searches(table)
    assert not isinstance(searches, NotMeasured)
    fpir = false_positive_identification_rate(searches, 0.5)
    assert (fpir.errors, fpir.trials) == (24, 40)
    assert len(table) == 1600
    assert table.listing.once


def test_a_table_half_mirrored_keeps_its_sides() -> None:
    rows = one_way(false=12)
    listing = scores([*mirrored(rows, apart=0.001), (50, 51, 0.8), (51, 50, 0.8)]).listing
    assert (int(listing.mirrored.sum()), bool(listing.counted.all()), listing.once) == (2, True, False)
    listing = scores([*rows, (1, 0, rows[0][2])]).listing
    assert (int(listing.mirrored.sum()), int((~listing.counted).sum())) == (2, 1)
    assert not listing.counted[-1]


def test_photographs_tell_rows_apart() -> None:
    rows = [(0, 1, 0.8), (0, 1, 0.7), (1, 0, 0.8)]
    photos = (["a1", "a2", "b1"], ["b1", "b1", "a1"])
    table = scores(rows, photos=photos)
    assert table.repeated is None
    assert table.listing.mirrored.tolist() == [True, False, True]
    assert scores(rows).repeated == (0, 1)
    assert scores(rows, photos=(["a1", "a1", "b1"], ["b1", "b1", "a1"])).repeated == (0, 1)


def test_photographs_of_one_name_are_each_persons_own() -> None:
    rows = [(0, 1, 0.8), (2, 1, 0.8), (1, 0, 0.8), (1, 2, 0.8)]
    table = scores(rows, photos=(["1.jpg"] * 4, ["1.jpg"] * 4))
    assert table.repeated is None
    assert table.listing.once


def once(false: int = 12) -> Comparisons:
    return scores(mirrored(one_way(false=false))).comparisons


def test_pairs_counted_once_are_people_on_both_sides() -> None:
    comparisons = once()
    assert comparisons.trials == 780
    assert comparisons.both_ways().trials == 1560
    assert bool((comparisons.probe_side & comparisons.gallery_side).all())
    bounds = zero_false_match_bounds(comparisons)
    assert not isinstance(bounds, NotMeasured)
    assert bounds.disjoint == pytest.approx(1 - 0.05 ** (1 / 20))
    assert comparisons.trials_by_person().tolist() == [39.0] * 40
    some = np.arange(40) < 10
    assert comparisons.between(some, some).trials == 45
    with pytest.raises(BadInput, match="no probe and gallery side"):
        comparisons.between(some, ~some)
    assert together(comparisons, comparisons).trials == 1560
    with pytest.raises(BadInput, match="pairs compared once do not go together"):
        together(comparisons, comparisons.both_ways())


def test_drawing_people_anew_spreads_as_the_variance_says() -> None:
    comparisons = once(20)
    drawn = resample(comparisons, [0.5], resampling=Resampling(2000, 1))
    logs = np.log((drawn.errors[0, 0, 0] + 0.5) / np.maximum(drawn.trials[0, 0], 1))
    cells = cell_rates(comparisons, 0.5)
    spread = float(cells.standard_errors[0, 0] / cells.rates[0, 0])
    assert float(np.median(drawn.trials)) == pytest.approx(780 * 39 / 40, rel=0.05)
    assert float(np.std(logs)) == pytest.approx(spread, rel=0.1)
