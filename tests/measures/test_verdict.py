from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.measures import clopper_pearson, needed_more, proportion, selectivity, verdict
from fairlineup.records import Estimate, NotMeasured

from .examples import searches_of


def test_kept_only_under_the_upper_end() -> None:
    good, better = proportion(0, 535), proportion(0, 2000)
    assert isinstance(good, Estimate)
    found = verdict([better, good], 0.01)
    assert (found.outcome, found.worst, found.need_n_more) == ("kept", good, None)
    assert verdict([good], good.high).outcome == "kept"


def test_broken_only_over_the_lower_end() -> None:
    bad = proportion(28, 535)
    assert verdict([proportion(0, 535), bad], 0.01).outcome == "broken"
    assert verdict([bad], 0.035).outcome == "broken"
    assert verdict([bad, NotMeasured("why")], 0.01).outcome == "broken"


def test_the_point_alone_decides_nothing() -> None:
    found = verdict([proportion(28, 535)], 0.0525)
    assert found.outcome == "undecided"
    assert found.need_n_more is not None
    assert found.need_n_more > 10_000
    beyond = verdict([proportion(28, 535)], 0.04)
    assert (beyond.outcome, beyond.need_n_more) == ("undecided", None)


def test_what_was_not_measured_keeps_nothing() -> None:
    missing = NotMeasured("only 20 people")
    found = verdict([proportion(0, 5000), missing], 0.01)
    assert (found.outcome, found.worst) == ("undecided", missing)
    assert "only 20 people" in found.reason
    assert verdict([], 0.01).outcome == "undecided"


@given(st.integers(0, 5), st.integers(50, 300))
def test_so_many_more_and_no_fewer_would_do(errors: int, trials: int) -> None:
    measured = proportion(errors, trials)
    assert isinstance(measured, Estimate)
    limit = measured.value + 0.01
    more = needed_more(measured, limit)
    assert more is not None
    n = trials + more
    assert clopper_pearson(measured.value * n, n)[1] <= limit + 1e-9
    if more > 1:
        assert clopper_pearson(measured.value * (n - 1), n - 1)[1] > limit - 1e-9


def test_people_are_what_more_is_needed_of() -> None:
    alone, often = proportion(2, 100, people=100), proportion(8, 400, people=100)
    assert isinstance(alone, Estimate)
    assert isinstance(often, Estimate)
    assert needed_more(alone, 0.04) == needed_more(often, 0.04)


def test_a_limit_above_one() -> None:
    many = selectivity(searches_of([{1: [0.1], 2: [0.1]}, {1: [0.1]}] * 20), 0.5)
    assert isinstance(many, Estimate)
    more = needed_more(many, 1.6)
    assert more is not None
    assert more > 40
    assert needed_more(many, 1.4) is None
    assert needed_more(many, 5.0) == 0
    assert verdict([many], 1.6).need_n_more == pytest.approx(more)
