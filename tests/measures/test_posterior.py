from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.measures import probability_of_mate
from fairlineup.records import BadInput, Estimate, NotMeasured


def rate(value: float, low: float, high: float) -> Estimate:
    return Estimate(value, low, high, 7, 100, "any", 0.95, 100)


def test_by_hand() -> None:
    """TPIR 0.9, FPIR 0.05: 0.45 / 0.475, 0.09 / 0.135 and 0.009 / 0.0585."""
    found = probability_of_mate(rate(0.1, 0.05, 0.2), rate(0.05, 0.03, 0.08), rate(0.45, 0.3, 0.6))
    values = [one.enrolled for one in found]
    assert [one.prior for one in found] == [0.5, 0.1, 0.01]
    assert all(isinstance(one, Estimate) for one in values)
    assert [one.value for one in values if isinstance(one, Estimate)] == pytest.approx(
        [0.9473684, 0.6666667, 0.1538462]
    )
    even = values[0]
    assert isinstance(even, Estimate)
    assert even.low == pytest.approx(0.8 / 0.88)
    assert even.high == pytest.approx(0.95 / 0.98)
    assert even.level == pytest.approx(0.90)
    candidate = found[0].mate
    assert isinstance(candidate, Estimate)
    assert (candidate.value, candidate.low, candidate.high) == pytest.approx((0.5, 0.4 / 1.0, 0.475 / 0.775))


def test_by_counting_searches() -> None:
    """Half of 20,000 searches are of somebody enrolled; lists are Poisson, a mate is missed once in five."""
    rng = np.random.default_rng(1)
    strangers, listed = rng.poisson(0.7, 20_000), np.arange(20_000) % 2 * (rng.random(20_000) > 0.2)
    absent = strangers[::2]
    any_listed, mean_listed = (rate(float(share), 0, 1) for share in ((absent > 0).mean(), absent.mean()))
    found = probability_of_mate(rate(0.2, 0.2, 0.2), any_listed, mean_listed)[0].mate
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(listed.sum() / (listed.sum() + strangers.sum()), abs=0.01)


unit = st.integers(0, 20).map(lambda k: k / 20)
rates = st.tuples(unit, unit, unit).map(sorted).map(lambda ends: rate(ends[1], ends[0], ends[2]))


@given(rates, rates, st.integers(1, 19).map(lambda k: k / 20))
def test_ends_hold_every_combination(fnir: Estimate, fpir: Estimate, prior: float) -> None:
    found = probability_of_mate(fnir, fpir, fpir, [prior])[0].enrolled
    if isinstance(found, NotMeasured):
        assert (fnir.value, fpir.value) == (1, 0)
        return
    for miss in (fnir.low, fnir.value, fnir.high):
        for alarm in (fpir.low, fpir.value, fpir.high):
            right, wrong = prior * (1 - miss), (1 - prior) * alarm
            if right + wrong > 0:
                assert found.low - 1e-12 <= right / (right + wrong) <= found.high + 1e-12


def test_not_measured_where_either_is() -> None:
    missing = NotMeasured("no searches", 0, 0, 0)
    some = rate(0.1, 0, 0.2)
    first = probability_of_mate(missing, some, some)[0].enrolled
    second = probability_of_mate(some, missing, some)[2].enrolled
    third = probability_of_mate(some, some, missing)[2].mate
    assert third == NotMeasured("selectivity is not measured: no searches", 0, 0, 0)
    assert first == NotMeasured("FNIR is not measured: no searches", 0, 0, 0)
    assert second == NotMeasured("FPIR is not measured: no searches", 0, 0, 0)


@pytest.mark.parametrize("prior", [0.0, 1.0, -0.1, float("nan")])
def test_a_prior_is_a_share(prior: float) -> None:
    with pytest.raises(BadInput):
        probability_of_mate(rate(0.1, 0, 0.2), rate(0.1, 0, 0.2), rate(0.1, 0, 0.2), [prior])
