"""Two systems with planted differences: what is found is what was planted."""

from __future__ import annotations

import math
from typing import Any

import pytest

from fairlineup.evidence.plan import ProbesChoice, SearchChoice, StatisticsChoice
from fairlineup.evidence.versus import compare_runs
from fairlineup.records import BadInput, NotMeasured
from fairlineup.results import PublishedEstimate, encode

from .kit import World, compared, simulated, world

N = 300
FEWER = StatisticsChoice(replicates=400)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(tmp_path_factory.mktemp("people"), {"a": 120, "b": 120}, {"a": 150, "b": 150})


def flagged(fmr: float) -> float:
    """FPIR of people who are all alike, among N."""
    return 1 - (1 - fmr) ** N


def holds(measured: Any, truth: float) -> bool:
    return bool(measured.low <= truth <= measured.high)


def test_a_mended_group_is_found_with_its_gap_before_and_after(people: World) -> None:
    before = people.run(
        "unfair", simulated(false_match_rate={"a": 4e-4, "b": 3e-3, "": 0.0}, false_non_match_rate=0.1)
    )
    after = people.run(
        "mended",
        simulated(false_match_rate={"a": 4e-4, "b": 4e-4, "": 0.0}, false_non_match_rate=0.1, seed=4),
    )
    results = compared(before, after)
    pair = results.points[0].pairs[0]
    a, b = flagged(4e-4), flagged(3e-3)
    assert results.population.kind == "simulated"
    assert (pair.before, pair.after) == ("A", "B")
    assert holds(pair.fpir.difference, (a - b) / 2)
    assert pair.fpir.counts.people == 240
    assert pair.fpir.p < 1e-4
    assert pair.fpir.holm_p == pytest.approx(min(1, 2 * pair.fpir.p))
    assert holds(pair.fnir.difference, 0)
    groups = {group.value: group.fpir for group in pair.groups}
    assert holds(groups["a"].difference, 0)
    assert holds(groups["b"].difference, a - b)
    assert holds(groups["b"].before, b)
    gap = pair.gaps[0]
    assert (gap.one, gap.other, gap.declared) == ("a", "b", True)
    for name, truth in (("before", a - b), ("after", 0), ("change", b - a)):
        assert holds(getattr(gap.fpir, name), truth)
    assert gap.fpir.change.low > 0.1


def test_the_counts_are_those_of_the_runs_themselves(people: World) -> None:
    results = compared(
        people.run("one", simulated(false_match_rate=1e-3, false_non_match_rate=0.2, failure_rate=0.05)),
        people.run("two", simulated(false_match_rate=2e-3, false_non_match_rate=0.2, failure_rate=0.1)),
    )
    point = results.points[0]
    for key in ("fpir", "fnir"):
        found = getattr(point.pairs[0], key)
        one, other = (getattr(row, key).errors for row in point.rates)
        assert found.counts.both + found.counts.first_only == one
        assert found.counts.both + found.counts.second_only == other
        assert found.difference.value == pytest.approx((other - one) / found.counts.people)
    assert point.pairs[0].fpir.p == pytest.approx(_binomial(point.pairs[0].fpir))
    processing = results.processing[0]
    for key in ("fte", "fta"):
        assert getattr(processing, key).counts.first_only == 0  # who fails at 5 % fails at 10 % too
        assert getattr(processing, key).counts.second_only > 0
        assert getattr(processing, key).difference.value > 0
    parted = results.parted[0].people
    fpir = point.pairs[0].fpir
    assert [row.flagged_by for row in parted].count("B") == fpir.counts.second_only
    assert [row.flagged_by for row in parted].count("A") == fpir.counts.first_only
    assert all(row.score <= 0.6 for row in parted)
    assert [row.score for row in parted] == sorted(row.score for row in parted)
    assert {row.what for row in results.differences} >= {"setting planted"}


def _binomial(found: Any) -> float:
    parted = found.counts.first_only, found.counts.second_only
    fewer, n = min(parted), sum(parted)
    return float(min(1.0, 2 * sum(math.comb(n, k) for k in range(fewer + 1)) / 2**n))


def test_at_equal_false_match_rates_a_laxer_scale_is_no_difference(people: World) -> None:
    """The second system is as good, but its default lies ten times further out."""
    strict = people.run("strict", simulated(false_match_rate=1e-3), statistics=FEWER)
    lax = people.run("lax", simulated(false_match_rate=1e-2, seed=3), statistics=FEWER)
    results = compared(strict, lax)
    own, *equal = results.points
    assert own.pairs[0].fpir.difference.low > 0.5
    assert [point.fmr for point in equal] == [0.01, 0.001]
    for point in equal:
        for at, planted in zip(point.thresholds, (1e-3, 1e-2), strict=True):
            assert at.at.low <= 0.6 + 0.045 * math.log10(point.fmr / planted) <= at.at.high
            assert at.at.fmr.value <= point.fmr
        pair = point.pairs[0]
        assert holds(pair.fpir.difference, 0)
        assert pair.fpir.difference.value == pytest.approx(0, abs=0.15)
        assert isinstance(pair.fpir.p, NotMeasured)
        assert holds(pair.gaps[0].fpir.change, 0)


def test_similarities_compare_with_distances_at_equal_rates(people: World) -> None:
    results = compared(
        people.run("as-distance", simulated(false_match_rate=1e-3), statistics=FEWER),
        people.run("as-similarity", simulated(false_match_rate=1e-3, kind="similarity"), statistics=FEWER),
        fmr=(0.001,),
    )
    distance, similarity = results.points[1].thresholds
    assert distance.at.score == pytest.approx(0.6, abs=0.02)
    assert similarity.at.low <= 80 <= similarity.at.high
    pair = results.points[0].pairs[0].fpir
    assert (pair.counts.first_only, pair.counts.second_only) == (0, 0)  # one system, told on two scales
    assert any("different scales" in text for text in results.cautions)


def test_what_the_recorded_range_or_the_errors_do_not_reach(people: World) -> None:
    short = SearchChoice(record_to=0.61)
    results = compared(
        people.run("far", simulated(false_match_rate=1e-3), statistics=FEWER),
        people.run("short", simulated(false_match_rate=1e-3, seed=2), statistics=FEWER, search=short),
        fmr=(0.02, 1e-5),
    )
    wide, rare = results.points[1:]
    assert "run B" in wide.thresholds[1].at.reason
    assert "record further out" in wide.thresholds[1].at.reason
    assert "30 false matches" in rare.thresholds[0].at.reason
    for point in (wide, rare):
        assert isinstance(point.pairs[0].fpir, NotMeasured)
    assert isinstance(results.points[0].pairs[0].fpir.difference, PublishedEstimate)


def test_lists_the_system_cut_give_no_threshold_beyond(people: World) -> None:
    results = compared(
        people.run("whole", simulated(false_match_rate=1e-2), statistics=FEWER),
        people.run("cut", simulated(false_match_rate=1e-2, seed=2, max_candidates=3), statistics=FEWER),
        fmr=(0.02,),
    )
    reason = results.points[1].thresholds[1].at.reason
    assert "run B" in reason
    assert "cut lists" in reason
    assert "cut" in results.points[0].thresholds[1].at.fmr.reason
    flagged_at_all = results.points[0].rates[1].fpir  # whether anybody is flagged is still known
    assert isinstance(flagged_at_all, PublishedEstimate)
    assert any("cut" in text for text in results.cautions)


def test_three_runs_are_each_set_against_the_first(people: World) -> None:
    runs = [
        people.run(f"seed-{n}", simulated(false_match_rate=1e-3, seed=n), statistics=FEWER) for n in (1, 2, 3)
    ]
    results = compared(*runs, fmr=(0.001,))
    pairs = results.points[0].pairs
    assert [(pair.before, pair.after) for pair in pairs] == [("A", "B"), ("A", "C")]
    assert {getattr(pair, key).tests for pair in pairs for key in ("fpir", "fnir")} == {4}


def test_a_third_run_without_a_threshold_takes_nothing_from_the_other_two(people: World) -> None:
    one, other = (
        people.run(f"pair-{n}", simulated(false_match_rate=1e-3, seed=n), statistics=FEWER) for n in (1, 2)
    )
    short = SearchChoice(record_to=0.61)
    third = people.run("third", simulated(false_match_rate=1e-3, seed=3), statistics=FEWER, search=short)
    alone = compared(one, other, fmr=(0.005,)).points[1].pairs[0]
    first, second = compared(one, third, other, fmr=(0.005,)).points[1].pairs
    assert "run B" in first.fpir.reason
    assert second.fpir.difference == alone.fpir.difference
    assert "thresholds chosen anew" in second.fpir.difference.method


def test_the_same_runs_give_the_same_bytes(people: World) -> None:
    runs = [
        people.run(f"again-{n}", simulated(false_match_rate=1e-3, seed=n), statistics=FEWER) for n in (1, 2)
    ]
    one, other = (encode(compare_runs(*runs, fmr=(0.001,))) for _ in range(2))
    assert one == other


def test_without_strangers_to_search_among_only_misses_are_compared(people: World) -> None:
    only = SearchChoice(target_absent=False)
    results = compared(
        people.run("present-1", simulated(false_non_match_rate=0.1), search=only),
        people.run("present-2", simulated(false_non_match_rate=0.4), search=only),
    )
    pair = results.points[0].pairs[0]
    assert "no such searches" in pair.fpir.reason
    assert pair.fnir.counts.first_only == 0
    assert holds(pair.fnir.difference, 0.3)
    assert "no false match rate" in results.equal_fmr_reason


def test_few_probes_in_common_are_refused_and_most_are_compared(people: World) -> None:
    whole = people.run("whole-set", simulated(false_match_rate=1e-3))
    most = people.run("most", simulated(false_match_rate=1e-3, seed=2), probes=ProbesChoice(230))
    few = people.run("few", simulated(false_match_rate=1e-3, seed=2), probes=ProbesChoice(100))
    results = compared(whole, most)
    assert results.pairing.absent.photographs.shared == 230
    assert results.points[0].pairs[0].fpir.counts.people == 230
    assert "mates enrolled differ" in results.points[0].pairs[0].fnir.reason
    assert any("only these are compared" in text for text in results.cautions)
    with pytest.raises(BadInput, match="100 of 240 photographs shared"):
        compare_runs(whole, few)


@pytest.mark.parametrize("wanted", [(0.0,), (1.0,), (-1.0,), (0.001, 0.001), (float("nan"),)])
def test_numbers_that_are_no_false_match_rate(people: World, wanted: tuple[float, ...]) -> None:
    with pytest.raises(BadInput) as told:
        compare_runs(fmr=wanted)
    assert told.value.code == "argument-unusable"
    assert set(told.value.facts) == {"fmr"}
