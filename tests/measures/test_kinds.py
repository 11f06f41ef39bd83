"""FPIR by the kind of gallery photograph: planted differences are found, and none where none was planted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fairlineup.measures import (
    GalleryKinds,
    Searches,
    false_positive_identification_rate,
    false_positive_ladder,
    fpir_by_kind,
    fpir_for_galleries_like_it,
)
from fairlineup.records import BadInput, Estimate, Measured, NotMeasured

from .strangers import searches_of as strangers_of
from .strangers import world as world_of_strangers
from .worlds import log_normal, true_fpir

PROBES = 400


def world(
    rng: np.random.Generator, rates: tuple[float, ...], people: tuple[int, ...], spread: float
) -> tuple[Searches, GalleryKinds]:
    """One search a probe in a gallery of several kinds, each matched at a rate of its own a comparison."""
    probes, parts, first = log_normal(rng, spread, PROBES), [], 0
    for kind, (rate, n) in enumerate(zip(rates, people, strict=True)):
        gallery = log_normal(rng, spread, n)
        many = rng.poisson(rate * probes.sum() * gallery.sum())
        i = rng.choice(PROBES, many, p=probes / probes.sum())
        j = rng.choice(n, many, p=gallery / gallery.sum())
        pair = np.unique(i * n + j)
        parts.append(np.stack((pair // n, pair % n + first, np.full(len(pair), kind))))
        first += n
    row, person, of = np.concatenate(parts, axis=1)
    order = np.argsort(row, kind="stable")
    counted = np.array(people)
    searches = Searches(
        person=np.arange(PROBES) + 10_000_000,
        processed=np.ones(PROBES, np.bool_),
        row=row[order],
        gallery_person=person[order],
        distance=np.zeros(len(row)),
        gallery_people=first,
        gallery_photos=first,
    )
    return searches, GalleryKinds(of[order], counted, counted)


def only_kind(searches: Searches, kinds: GalleryKinds, kind: int) -> Searches:
    """The same searches of the photographs of one kind alone."""
    mine, people = kinds.candidate == kind, int(kinds.people[kind])
    return replace(
        searches,
        row=searches.row[mine],
        gallery_person=searches.gallery_person[mine],
        distance=searches.distance[mine],
        gallery_people=people,
        gallery_photos=people,
    )


def ends(measured: Measured) -> tuple[float, float, float]:
    assert isinstance(measured, Estimate)
    return measured.value, measured.low, measured.high


@pytest.mark.parametrize("rates", [(5e-4, 5e-3), (1e-3, 1e-3)])
def test_what_was_planted_is_covered(rates: tuple[float, float]) -> None:
    """The second kind is ten times as easy to be mistaken for, or no easier."""
    rng, people, spread = np.random.default_rng(4), (900, 300), 0.8
    truth = [true_fpir(rate, spread, 300) for rate in rates]
    held, times = [], []
    for _ in range(60):
        searches, kinds = world(rng, rates, people, spread)
        common, rare = fpir_by_kind(searches, 0, kinds)
        pairs = zip((common.fpir, rare.fpir), truth, strict=True)
        held += [low <= true <= high for (_, low, high), true in ((ends(f), true) for f, true in pairs)]
        _, low, high = ends(rare.times)
        times.append(low <= truth[1] / truth[0] <= high)
    print(f"truth {truth}, rates held {np.mean(held):.3f}, ratios {np.mean(times):.3f}")
    assert np.mean(held) >= 0.92
    assert np.mean(times) >= 0.9


def test_galleries_are_of_one_size() -> None:
    searches, kinds = world(np.random.default_rng(1), (1e-3, 1e-3, 1e-3), (700, 250, 60), 0.5)
    assert kinds.equal_size == 250  # the third kind has too few people to be compared
    first, second, third = fpir_by_kind(searches, 0, kinds)
    alone = only_kind(searches, kinds, 1)
    exact = false_positive_identification_rate(alone, 0)
    like_it = fpir_for_galleries_like_it(alone, 0)
    assert ends(second.fpir)[0] == ends(exact)[0]
    assert ends(second.fpir) == pytest.approx(ends(like_it), abs=0.01)  # another scale, the same variance
    whole = only_kind(searches, kinds, 0)
    (rung,) = false_positive_ladder(whole, 0, [250])
    assert ends(first.fpir)[0] == pytest.approx(ends(rung.fpir)[0])
    assert third.fpir == NotMeasured(
        "the gallery has 60 people of this kind: to compare takes 100", None, PROBES, PROBES
    )
    assert isinstance(third.times, NotMeasured)
    assert isinstance(first.times, NotMeasured)


def test_the_same_probes_in_both_make_the_ratio_narrower_than_its_ends() -> None:
    """Probes differ far more than gallery people, and match in both galleries."""
    rng = np.random.default_rng(2)
    probes = log_normal(rng, 2.0, PROBES)
    near = rng.random((PROBES, 1200)) < 4e-4 * np.minimum(probes, 500)[:, None]
    row, person = np.nonzero(near)
    counted = np.array([600, 600])
    searches = Searches(
        np.arange(PROBES) + 5000, np.ones(PROBES, np.bool_), row, person, np.zeros(len(row)), 1200, 1200
    )
    one, other = fpir_by_kind(searches, 0, GalleryKinds((person >= 600).astype(np.int64), counted, counted))
    (_, low, high), (_, base_low, base_high) = ends(one.fpir), ends(other.fpir)
    _, ratio_low, ratio_high = ends(other.times)
    assert ratio_low < 1 < ratio_high
    assert ratio_high / ratio_low < (high / low) * (base_high / base_low)


def test_one_person_with_photographs_of_both_kinds_is_in_both_galleries() -> None:
    """The very same matches in both: the ratio is 1, and chance cannot move it."""
    rng = np.random.default_rng(3)
    row, person = np.nonzero(rng.random((PROBES, 200)) < 1e-3)
    twice = np.repeat(row, 2)
    searches = Searches(
        np.arange(PROBES) + 5000,
        np.ones(PROBES, np.bool_),
        twice,
        np.repeat(person, 2),
        np.zeros(len(twice)),
        200,
        400,
    )
    counted = np.array([200, 200])
    _, other = fpir_by_kind(searches, 0, GalleryKinds(np.tile([0, 1], len(row)), counted, counted))
    assert ends(other.times) == pytest.approx((1, 1, 1), abs=1e-6)


def test_people_who_search_each_other_have_rates_and_no_ratio() -> None:
    searches = strangers_of(world_of_strangers("even", 240, np.random.default_rng(1)))
    threshold = float(np.sort(searches.distance)[250])
    kinds = GalleryKinds(searches.gallery_person % 2, np.array([120, 120]), np.array([120, 120]))
    one, other = fpir_by_kind(searches, threshold, kinds)
    assert isinstance(one.fpir, Estimate)
    assert other.times == NotMeasured("the people searched for are each other's strangers")


def test_what_is_not_measured() -> None:
    nobody = np.zeros(0, np.int64)
    few = np.array([150, 120])
    none = Searches(np.arange(20), np.ones(20, np.bool_), nobody, nobody, np.zeros(0), 270, 270)
    one, other = fpir_by_kind(none, 0.6, GalleryKinds(nobody, few, few))
    assert one.fpir == NotMeasured("under 10 expected errors in a gallery of 120 people", 0, 20, 20)
    assert isinstance(other.times, NotMeasured)
    (alone,) = fpir_by_kind(none, 0.6, GalleryKinds(nobody, few[:1], few[:1]))
    assert alone.fpir == NotMeasured("no other kind has 100 people in the gallery", None, 20, 20)
    assert fpir_by_kind(none, 0.6, GalleryKinds(nobody, nobody, nobody)) == ()
    with pytest.raises(BadInput, match="kinds do not fit"):
        GalleryKinds(nobody, few, few - 1)
    with pytest.raises(BadInput, match="candidate"):
        fpir_by_kind(none, 0.6, GalleryKinds(np.zeros(3, np.int64), few, few))
