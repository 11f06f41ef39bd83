from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from fairlineup.measures import (
    Bounds,
    LikelihoodOptions,
    LikelihoodRatios,
    LogRatios,
    Pairs,
    Resampling,
    cllr,
    cllr_of_split,
    crossed,
    likelihood_report,
    one_by_one,
)
from fairlineup.measures.likelihood.cllr_interval import cllr_interval, cllr_replicates
from fairlineup.records import BadInput, Estimate, NotMeasured

APART = 0.35
SPREAD = 0.1
QUICK = Resampling(replicates=300, seed=7)


def drawn(probes: int, gallery: int, seed: int, reach: float = math.inf, lambs: float = 0.0) -> Pairs:
    """Each probe with one mate at N(0.4, 0.1), everybody else at N(0.75, 0.1) moved by both people."""
    rng = np.random.default_rng(seed)
    people = probes + gallery
    effect = rng.normal(0, lambs, people)
    i, j = (part.ravel() for part in np.indices((probes, gallery)))
    j = j + probes
    distance = rng.normal(0.4 + APART, SPREAD, len(i)) + effect[i] + effect[j]
    mated = rng.normal(0.4, SPREAD, probes)
    near = distance <= reach
    photos = np.zeros((2, people))
    photos[0, :probes] = photos[1, probes:] = 1
    return Pairs(
        np.arange(probes),
        np.where(mated <= reach, mated, np.inf),
        crossed(
            i[near], j[near], distance[near], probe_photos=photos[0], gallery_photos=photos[1], reach=reach
        ),
        tuple(f"{seed}-{n}" for n in range(people)),
    )


def true_log10_lr(distance: np.ndarray) -> np.ndarray:
    middle = 0.4 + APART / 2
    return (middle - distance) * APART / SPREAD**2 / math.log(10)


def report(pairs: Pairs, method: str = "affine") -> LikelihoodRatios:
    options = LikelihoodOptions(method=method, resampling=QUICK)  # type: ignore[arg-type]
    found = likelihood_report(pairs, "studio", "nobody", options)
    assert isinstance(found, LikelihoodRatios)
    return found


@pytest.mark.parametrize("method", ["affine", "kernel", "isotonic"])
@pytest.mark.parametrize("reach", [math.inf, 0.7])
def test_planted_ratios_are_recovered(method: str, reach: float) -> None:
    found = report(drawn(400, 600, 3, reach), method)
    # PAV says nothing of its own beyond the last mate it saw, about 0.65 with 200 of them
    at = np.array([0.45, 0.5, 0.55, 0.6, 0.65])[: 5 if method == "affine" else 4]
    assert found.log10_lr(at) == pytest.approx(true_log10_lr(at), abs=0.35 if method == "affine" else 0.5)
    everything = drawn(400, 600, 3)
    ideal = LogRatios(true_log10_lr(everything.mated_distance), true_log10_lr(everything.non_mated.distance))
    assert found.cllr.value == pytest.approx(cllr(ideal), abs=0.03)
    assert found.cllr.low <= cllr(ideal) <= found.cllr.high
    assert 0 <= found.cllr_min <= found.cllr.value
    assert found.cllr_cal == pytest.approx(found.cllr.value - found.cllr_min)


@pytest.mark.parametrize("method", ["affine", "kernel", "isotonic"])
def test_bounds_and_order_are_kept_at_every_distance(method: str) -> None:
    found = report(drawn(200, 200, 1, 0.7), method)
    values = found.log10_lr(np.concatenate((np.linspace(-1, 2, 400), [np.inf])))
    assert values.min() >= found.bounds.lower
    assert values.max() <= found.bounds.upper
    assert (np.diff(values) <= 0).all()
    assert (values[0], values[-1]) == (found.bounds.upper, values.min())
    assert found.supported is not None
    inside = found.log10_lr(np.array(found.supported))
    assert inside == pytest.approx(found.model.log10_lr(np.array(found.supported)))


def test_counts_say_what_was_compared_and_dropped() -> None:
    pairs = drawn(240, 260, 2, 0.7)
    pairs = replace(pairs, mated_person=pairs.mated_person[:200], mated_distance=pairs.mated_distance[:200])
    found = report(pairs)
    halves = (found.fit, found.test)
    assert sum(half.people for half in halves) == 500
    assert sum(half.mated for half in halves) == sum(half.mated_people for half in halves) == 200
    assert sum(half.non_mated for half in halves) + found.dropped == 240 * 260
    assert 0.4 < found.dropped / 62_400 < 0.6
    assert all(half.listed < half.non_mated for half in halves)
    assert isinstance(found.cllr, Estimate)
    assert (found.cllr.people, found.cllr.seed, found.cllr.level) == (found.test.people, 7, 0.95)
    assert found.cllr.trials == found.test.mated + found.test.non_mated
    wrong = found.misleading_mated * found.test.mated + found.misleading_non_mated * found.test.non_mated
    assert found.cllr.errors == pytest.approx(wrong)
    assert found.cross_entropy.system[60] == pytest.approx(found.cllr.value)
    assert (found.tippett.mated[0], found.tippett.mated[-1]) == (1, 0)
    assert "never a case's likelihood ratio" in found.note


def test_a_censored_sample_costs_what_the_whole_one_costs() -> None:
    """Nothing is lost by listing up to where ratios meet their bound anyway."""
    whole, cut = report(drawn(300, 300, 5)), report(drawn(300, 300, 5, reach=0.85))
    assert cut.cllr.value == pytest.approx(whole.cllr.value, abs=0.01)
    assert cut.test.non_mated == whole.test.non_mated


def test_a_weighted_sample_stands_for_all() -> None:
    whole = drawn(300, 400, 6)
    listed = whole.non_mated
    keep = (listed.distance < 0.6) | (np.random.default_rng(0).random(len(listed)) < 0.2)
    thinned = Pairs(
        whole.mated_person,
        whole.mated_distance,
        one_by_one(listed.probe[keep], listed.gallery[keep], listed.distance[keep], listed.people),
        whole.ids,
        np.where(listed.distance < 0.6, 1.0, 5.0)[keep],
    )
    sample, everything = report(thinned).cllr, report(whole).cllr
    assert (sample.value, sample.low, sample.high) == pytest.approx(
        (everything.value, everything.low, everything.high), abs=0.004
    )


def test_replicates_are_those_of_people_drawn_by_hand() -> None:
    """With the same draws, a replicate is Cllr of the comparisons repeated as often as both people came."""
    from fairlineup.measures.verification.resampling import draw_people

    pairs = drawn(6, 7, 11, reach=0.72)
    listed = pairs.non_mated
    beyond = np.full(int(pairs.beyond), -1.5)
    everything = LogRatios(
        true_log10_lr(np.minimum(pairs.mated_distance, 0.7)),
        np.concatenate((true_log10_lr(listed.distance), [-1.5])),
        np.concatenate((np.ones(len(listed)), [float(len(beyond))])),
    )
    found = cllr_replicates(pairs, everything, Resampling(100, 3))
    sides = np.where(np.arange(13) < 6, 3, 4)
    drawings = draw_people(np.random.default_rng(3), sides, 100)
    i, j = (part.ravel() for part in np.indices((6, 7)))
    there = {(a, b): lr for a, b, lr in zip(listed.probe, listed.gallery, everything.non_mated, strict=False)}
    ratio = np.array([there.get((a, b + 6), -1.5) for a, b in zip(i, j, strict=True)])
    for draw, value in zip(drawings.T.astype(int), found, strict=True):
        repeated = LogRatios(np.repeat(everything.mated, draw[:6]), np.repeat(ratio, draw[i] * draw[j + 6]))
        assert value == pytest.approx(cllr(repeated))


def test_people_who_differ_make_cllr_less_certain_than_so_many_comparisons_suggest() -> None:
    pairs = drawn(100, 100, 9, lambs=0.1)
    bounds = Bounds(-2.0, 3.5)
    ratios = LogRatios(
        bounds.applied(true_log10_lr(pairs.mated_distance)),
        bounds.applied(true_log10_lr(pairs.non_mated.distance)),
    )
    rows = np.random.default_rng(1)
    resampled = [
        cllr(LogRatios(rows.choice(ratios.mated, 100), rows.choice(ratios.non_mated, 10_000)))
        for _ in range(300)
    ]
    assert cllr_replicates(pairs, ratios, QUICK).std() > 2 * np.std(resampled)


def test_the_upper_end_has_room_for_one_mate_who_was_not_seen() -> None:
    """100 mates without cost: one more at LR 1/100 adds log2(101) / 101 / 2 bits."""
    pairs = drawn(100, 30, 4)
    ratios = LogRatios(np.full(100, 40.0), np.full(3000, -40.0))
    low, high = cllr_interval(pairs, ratios, Bounds(-2.0, 3.5), 0.95, QUICK)
    assert low == pytest.approx(0, abs=1e-12)
    assert high == pytest.approx(math.log2(101) / 101 / 2)


def test_too_few_people_get_no_ratio() -> None:
    assert likelihood_report(drawn(99, 99, 1), "studio", "nobody") == NotMeasured(
        "only 99 people with a mated comparison; likelihood ratios need 100", people=99
    )
    nothing_listed = likelihood_report(drawn(150, 150, 1, reach=0.1), "studio", "nobody")
    assert isinstance(nothing_listed, NotMeasured)
    assert "nothing can be fitted" in nothing_listed.reason


def curved(probes: int, gallery: int, seed: int, middle: float = 0.5) -> Pairs:
    """As `drawn`, but log LR is no line: the non-mated distances spread half as far as the mated ones."""
    rng = np.random.default_rng(seed)
    i, j = (part.ravel() for part in np.indices((probes, gallery)))
    distance = rng.normal(0.8, SPREAD / 2, len(i))
    photos = np.zeros((2, probes + gallery))
    photos[0, :probes] = photos[1, probes:] = 1
    return Pairs(
        np.arange(probes),
        rng.normal(middle, SPREAD, probes),
        crossed(i, j + probes, distance, probe_photos=photos[0], gallery_photos=photos[1]),
        tuple(f"{seed}-{n}" for n in range(probes + gallery)),
    )


def test_a_model_that_does_not_fit_states_no_ratio() -> None:
    """The line's ratios imply false match rates many times those counted; Cllr hardly sees it."""
    found = report(curved(400, 500, 2))
    assert "imply a false match rate" in found.withheld
    assert any(one.misfit for one in found.implied)
    assert all(isinstance(one, NotMeasured) for one in found.ratios_at(np.array([0.6, 0.65])))


def test_a_cheaper_method_that_contradicts_the_counts_is_not_chosen() -> None:
    found = report(curved(400, 500, 2), "best")
    assert next(iter(found.tried)) == "affine"  # by Cllr alone it would be
    assert (found.method, found.withheld) == ("kernel", "")


def test_the_best_method_is_chosen_on_people_left_out_and_fits() -> None:
    found = report(curved(400, 500, 2, 0.7), "best")
    assert found.method == "kernel"
    assert found.tried["kernel"] < found.tried["affine"]  # type: ignore[operator]
    assert found.withheld == ""
    assert not any(one.misfit for one in found.implied)
    at = np.array([0.62, 0.65, 0.7])
    truth = ((at - 0.8) ** 2 / 2 / 0.05**2 - (at - 0.7) ** 2 / 2 / 0.1**2 + math.log(0.5)) / math.log(10)
    for one, real in zip(found.ratios_at(at), truth, strict=True):
        assert isinstance(one, Estimate)
        assert one.low <= real <= one.high
        assert one.high - one.low < 1.5


@pytest.mark.parametrize("method", ["affine", "kernel", "isotonic"])
def test_every_ratio_has_an_interval_that_keeps_to_the_bounds(method: str) -> None:
    found = report(drawn(400, 600, 3, 0.7), method)
    for one in found.ratios_at(np.array([0.1, 0.45, 0.5, 0.6, 0.7])):
        assert isinstance(one, Estimate)
        assert found.bounds.lower <= one.low <= one.value <= one.high <= found.bounds.upper
    with pytest.raises(BadInput, match="reach"):
        found.ratios_at(np.array([0.71]))
    with pytest.raises(BadInput, match="reach"):
        found.ratios_at(np.array([math.nan]))


def test_a_right_model_is_rarely_withheld_and_its_intervals_hold() -> None:
    held = withheld = stated = 0
    at = np.array([0.45, 0.5, 0.55])
    for seed in range(12):
        found = report(drawn(240, 300, 100 + seed, 0.7, lambs=0.0), "kernel")
        withheld += bool(found.withheld)
        for one, real in zip(found.ratios_at(at), true_log10_lr(at), strict=True):
            if isinstance(one, Estimate):
                stated += 1
                held += one.low <= real <= one.high
    assert withheld <= 1
    assert held / stated > 0.85


def test_another_split_has_the_cllr_that_its_report_would_have() -> None:
    pairs = drawn(240, 300, 5, 0.7)
    options = LikelihoodOptions(method="kernel", salt="another", resampling=QUICK)
    found = likelihood_report(pairs, "studio", "nobody", options)
    assert isinstance(found, LikelihoodRatios)
    assert cllr_of_split(pairs, "kernel", "another") == found.cllr.value
    assert isinstance(cllr_of_split(drawn(20, 50, 5), "kernel", "another"), NotMeasured)
