from __future__ import annotations

import numpy as np
import pytest

from fairlineup.measures import Resampling
from fairlineup.measures.identification.hubs import Hubs, gallery_hubs, most_on_one
from fairlineup.records import BadInput, Estimate, NotMeasured

from .examples import searches_of
from .worlds import searches_of_pairs


def test_hub_is_listed_and_taken_out() -> None:
    probe = np.array([*range(20), *range(20, 30), 3])
    gallery = np.array([7] * 20 + list(range(100, 110)) + [500])
    found = gallery_hubs(searches_of_pairs(probe, gallery, 200, 1000), 0, most=2)
    assert isinstance(found, Hubs)
    first = found.hubs[0]
    assert (first.person, first.searches, first.alone) == (7, 20, 19)
    assert first.share == pytest.approx(20 / 31)
    assert len(found.hubs) == 2
    assert (found.matched_people, found.most_probe_people) == (12, 20)
    assert found.expected_high < 4
    assert found.p_value == pytest.approx(1 / 2001)
    assert isinstance(found.fpir, Estimate)
    assert isinstance(found.fpir_without_first, Estimate)
    assert (found.fpir.errors, found.fpir_without_first.errors) == (30, 11)


def test_one_persons_searches_are_one_probe() -> None:
    searches = searches_of([{1: [0.1]}] * 6, person=[900] * 6)
    found = gallery_hubs(searches, 0.5)
    assert isinstance(found, Hubs)
    assert (found.hubs[0].searches, found.most_probe_people) == (6, 1)
    assert found.p_value == 1


def test_chance_is_right_where_all_are_alike() -> None:
    rng = np.random.default_rng(0)
    values = []
    for _ in range(40):
        pairs = rng.integers(0, 400 * 100, 150)
        found = gallery_hubs(
            searches_of_pairs(pairs // 100, pairs % 100, 400, 100), 0, resampling=Resampling(100, 3)
        )
        assert isinstance(found, Hubs)
        values.append(found.p_value)
    assert np.mean(values) > 0.4
    assert np.mean(np.array(values) < 0.05) < 0.15


def test_most_on_one_is_bounded() -> None:
    drawn = most_on_one(10, 1, Resampling(100, 1))
    assert (drawn == 10).all()
    assert most_on_one(2, 10**9, Resampling(100, 1)).max() == 1


def test_nothing_to_list() -> None:
    assert gallery_hubs(searches_of([{}, {}]), 0.5) == NotMeasured("no search matched anybody", 0, 2, 2)
    with pytest.raises(BadInput, match="hubs"):
        gallery_hubs(searches_of([{1: [0.1]}]), 0.5, most=0)
