"""Leave-one-out searches: intervals of people who are each other's strangers."""

from __future__ import annotations

import numpy as np
import pytest

from fairlineup.measures import (
    Searches,
    cell_rates,
    clopper_pearson,
    crossed,
    false_match_rate,
    false_positive_identification_rate,
    false_positive_ladder,
    fpir_for_galleries_like_it,
    selectivity,
)
from fairlineup.measures.identification.galleries import MatchCounts
from fairlineup.records import BadInput, Estimate

from .strangers import searches_of, world


def test_two_people_who_look_alike_count_as_one_event() -> None:
    """Ten mutual pairs among 200: 20 flagged, of which ten are independent."""
    distance = np.full((200, 200), np.inf)
    for pair in range(10):
        a, b = 2 * pair, 2 * pair + 1
        distance[a, b] = distance[b, a] = 0.1
    found = false_positive_identification_rate(searches_of(distance), 0.5)
    assert isinstance(found, Estimate)
    assert (found.errors, found.trials, found.people) == (20, 200, 200)
    counts = MatchCounts.of(searches_of(distance), 0.5)
    total = counts.covariance(counts.any_matched[:, None]).total()[0, 0]
    assert total == pytest.approx(2 * 0.1 * 0.9 / 200, rel=0.15)  # twice that of independent people
    alone = clopper_pearson(20, 200)
    assert found.high - found.low > 1.3 * (alone[1] - alone[0])


def test_matches_one_way_only_count_as_independent() -> None:
    distance = np.full((200, 200), np.inf)
    for one in range(20):
        distance[one, 100 + one] = 0.1
    counts = MatchCounts.of(searches_of(distance), 0.5)
    total = counts.covariance(counts.any_matched[:, None]).total()[0, 0]
    assert total == pytest.approx(20 / 200**2, rel=0.12)


def test_nobody_flagged_is_the_bound_of_half_the_people() -> None:
    found = false_positive_identification_rate(searches_of(np.full((100, 100), np.inf)), 0.5)
    assert isinstance(found, Estimate)
    assert found.value == found.low == 0
    assert found.high == pytest.approx(1 - 0.025 ** (1 / 50))


def test_the_covariance_is_that_of_loops() -> None:
    rng = np.random.default_rng(3)
    distance = world("uneven", 40, rng)
    near = distance <= 1.5
    counts = MatchCounts.of(searches_of(distance), 1.5)
    n, matched = 40, near.sum(axis=1)
    flagged = (matched > 0).astype(float)
    alone = near & (matched == 1)[:, None]
    rows = (flagged - flagged.mean()) / n * np.sqrt(n / (n - 1))
    columns = alone.sum(axis=0) / n
    both = sum(((alone[i, j] + alone[j, i]) / n) ** 2 for i in range(n) for j in range(i))
    expected = ((rows + columns) ** 2).sum() - columns.sum() ** 2 / (n - 1) - both
    found = counts.covariance(counts.any_matched[:, None]).total()[0, 0]
    assert found == pytest.approx(max(expected, (rows**2).sum()))


def test_the_ladder_ends_at_everybody_else() -> None:
    searches = searches_of(world("alike", 33, np.random.default_rng(1)))
    rungs = false_positive_ladder(searches, 1.5, (8, 32, 33))
    assert rungs[1].fpir == false_positive_identification_rate(searches, 1.5)
    assert "extrapolation" in getattr(rungs[2].fpir, "reason", "")


def test_galleries_like_it_have_the_same_interval() -> None:
    """There is no gallery apart from the people searched for."""
    searches = searches_of(world("alike", 120, np.random.default_rng(2)))
    here, like = (f(searches, 1.6) for f in (false_positive_identification_rate, fpir_for_galleries_like_it))
    assert isinstance(here, Estimate)
    assert isinstance(like, Estimate)
    assert (here.value, here.low, here.high) == (like.value, like.low, like.high)


def test_a_gallery_of_fewer_than_its_candidates_is_refused() -> None:
    good = searches_of(np.full((5, 5), 0.1))
    with pytest.raises(BadInput, match="gallery is smaller"):
        Searches(
            good.person, good.processed, good.row, good.gallery_person, good.distance, 3, 4, own_left_out=True
        )


@pytest.mark.parametrize("kind", ["alike", "mutual", "uneven", "apart"])
def test_fpir_selectivity_and_fmr_cover_the_planted_truth(kind: str) -> None:
    """Few tables, so the bar is low; tools/validity.py draws many."""
    rng = np.random.default_rng(4)
    tables = 150
    far = np.concatenate([world(kind, 60, rng).min(axis=1) for _ in range(400)])
    at = float(np.quantile(far, 0.25))
    many = np.stack([world(kind, 60, rng) for _ in range(400)]) <= at
    truth = {
        "fpir": float(many.any(axis=2).mean()),
        "selectivity": float(many.sum(axis=2).mean()),
        "fmr": float(many.sum() / (400 * 60 * 59)),
    }
    inside, measured = dict.fromkeys(truth, 0), dict.fromkeys(truth, 0)
    for _ in range(tables):
        distance = world(kind, 60, rng)
        searches = searches_of(distance)
        compared = crossed(
            searches.person[searches.row],
            searches.gallery_person,
            searches.distance,
            probe_photos=np.ones(60),
            gallery_photos=np.ones(60),
        )
        found = {
            "fpir": false_positive_identification_rate(searches, at),
            "selectivity": selectivity(searches, at),
            "fmr": false_match_rate(compared, at),
        }
        for name, one in found.items():
            if isinstance(one, Estimate):
                measured[name] += 1
                inside[name] += one.low <= truth[name] <= one.high
    assert min(measured.values()) > 0.3 * tables  # false match rates take ten pairs of people
    assert all(inside[name] / measured[name] > 0.9 for name in truth), (inside, measured)
    assert cell_rates(compared, at).trials[0, 0] == 60 * 59
