from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from fairlineup.measures import (
    clopper_pearson,
    holm,
    margins,
    proportion,
    selectivity,
    verdict,
    verdict_of_groups,
)
from fairlineup.measures.verdicts.verdict import chance_of_so_many, needed_more
from fairlineup.records import Estimate, Measured, NotMeasured

from .examples import searches_of


def test_kept_only_under_the_upper_end() -> None:
    good, better = proportion(0, 535), proportion(0, 2000)
    assert isinstance(good, Estimate)
    found = verdict([better, good], 0.01)
    assert (found.outcome, found.worst, found.need_n_more) == ("pass", good, None)
    assert verdict([good], good.high).outcome == "pass"


def test_broken_only_over_the_lower_end() -> None:
    bad = proportion(28, 535)
    assert verdict([proportion(0, 535), bad], 0.01).outcome == "fail"
    assert verdict([bad], 0.035).outcome == "fail"
    assert verdict([bad, NotMeasured("why")], 0.01).outcome == "fail"


def test_the_point_alone_decides_nothing() -> None:
    found = verdict([proportion(28, 535)], 0.0525)
    assert found.outcome == "inconclusive"
    assert found.need_n_more is not None
    assert found.need_n_more > 10_000
    beyond = verdict([proportion(28, 535)], 0.04)
    assert (beyond.outcome, beyond.need_n_more) == ("inconclusive", None)


def test_what_was_not_measured_keeps_nothing() -> None:
    missing = NotMeasured("only 20 people")
    found = verdict([proportion(0, 5000), missing], 0.01)
    assert (found.outcome, found.worst) == ("inconclusive", missing)
    assert "only 20 people" in found.reason
    assert verdict([], 0.01).outcome == "inconclusive"


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


def measured(errors: int, trials: int, level: float = 0.9) -> Estimate:
    found = proportion(errors, trials, level=level)
    assert isinstance(found, Estimate)
    return found


@given(st.data(), st.integers(1, 400), st.floats(0.005, 0.9))
def test_margins_are_where_the_interval_turns(data: st.DataObject, trials: int, limit: float) -> None:
    errors = data.draw(st.integers(0, trials))
    found = margins(measured(errors, trials), limit)
    ends = [clopper_pearson(k, trials, 0.9) for k in range(trials + 1)]
    assume(all(abs(end - limit) > 1e-7 for both in ends for end in both))
    passing = [k for k, (_, high) in enumerate(ends) if high <= limit]
    failing = [k for k, (low, _) in enumerate(ends) if low > limit]
    assert found.pass_up_to == (max(passing) if passing else None)
    assert found.fail_from == (min(failing) if failing else None)


@given(st.data(), st.integers(1, 400), st.floats(0.005, 0.95))
def test_chance_of_so_many_is_the_exact_test(data: st.DataObject, trials: int, limit: float) -> None:
    errors = data.draw(st.integers(0, trials))
    exact = stats.binom.sf(errors - 1, trials, limit)
    assert chance_of_so_many(measured(errors, trials), limit) == pytest.approx(exact, rel=1e-5, abs=1e-12)


def test_an_upper_end_of_one_is_no_endless_number_of_trials() -> None:
    everybody = measured(2, 2)
    assert chance_of_so_many(everybody, 0.9) == pytest.approx(0.81)
    assert verdict_of_groups([everybody], 0.9).outcome == "inconclusive"
    assert verdict_of_groups([measured(50, 50)], 0.9).outcome == "fail"


def test_all_groups_keep_it_without_adjustment() -> None:
    groups = [measured(0, 300), measured(1, 500), measured(0, 299)]
    found = verdict_of_groups(groups, 0.01)
    assert (found.outcome, found.worst) == ("pass", groups[2])
    assert pytest.approx(groups[2].high) == 1 - 0.05 ** (1 / 299)  # a one-sided bound
    one_more = verdict_of_groups([*groups, measured(0, 298)], 0.01)
    assert (one_more.outcome, one_more.need_n_more) == ("inconclusive", 1)
    unknown = verdict_of_groups([*groups, NotMeasured("only 20 people")], 0.01)
    assert (unknown.outcome, unknown.worst) == ("inconclusive", NotMeasured("only 20 people"))
    assert "only 20 people" in unknown.reason
    assert verdict_of_groups([], 0.01).outcome == "inconclusive"


def test_one_group_breaks_it_only_once_adjusted() -> None:
    bad, fine = measured(8, 300), measured(3, 300)
    p = chance_of_so_many(bad, 0.01)
    assert 0.05 / 8 < p < 0.05 / 2
    alone = verdict_of_groups([bad, fine], 0.01)
    assert (alone.outcome, alone.worst) == ("fail", bad)
    among_many = verdict_of_groups([bad, *[fine] * 7], 0.01)
    assert (among_many.outcome, among_many.worst) == ("inconclusive", bad)
    assert "not once adjusted for 8 groups" in among_many.reason
    beside_unknown = verdict_of_groups([bad, NotMeasured("few")], 0.01)
    assert beside_unknown.outcome == "fail"


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(30, 400)), min_size=1, max_size=6),
    st.floats(0.01, 0.3),
)
def test_groups_pass_or_fail_for_the_reasons_given(counts: list[tuple[int, int]], limit: float) -> None:
    groups: list[Measured] = [measured(*pair) for pair in counts]
    found = verdict_of_groups(groups, limit)
    highs = [clopper_pearson(*pair, 0.9)[1] for pair in counts]
    p = holm([stats.binom.sf(errors - 1, trials, limit) for errors, trials in counts])
    assume(abs(min(p) - 0.05) > 1e-6)
    expected = "fail" if min(p) <= 0.05 else "pass" if max(highs) <= limit else "inconclusive"
    assert found.outcome == expected
