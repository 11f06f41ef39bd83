from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.measures import CONGRESS_2018, Claim, Counts, Questions, compare_groups, examine
from fairlineup.records import BadInput, Estimate, NotMeasured


def test_golden_numbers_of_the_congress_test() -> None:
    found = examine(CONGRESS_2018)
    assert (found.fpir.low, found.fpir.high) == pytest.approx((0.035055, 0.074755), abs=5e-7)
    assert isinstance(found.wilson, Estimate)
    assert (found.wilson.low, found.wilson.high) == pytest.approx((0.036455, 0.074601), abs=5e-7)
    assert isinstance(found.per_1000, Estimate)
    assert found.per_1000.value == pytest.approx(52.336, abs=5e-4)
    assert isinstance(found.fmr, Estimate)
    assert found.fmr.value == pytest.approx(2.15023e-6, abs=5e-12)
    assert found.fmr.low < found.fmr.value < found.fmr.high
    assert [(one.gallery, one.too_far) for one in found.at] == [(100_000, False), (850_000, True)]
    assert [one.fpir for one in found.at] == pytest.approx([0.19, 0.84], abs=5e-3)
    assert found.is_congress_2018
    assert found.reconstructed


def test_golden_numbers_of_its_groups() -> None:
    sides = examine(CONGRESS_2018, Questions(boschloo=True)).sides
    assert sides is not None
    assert sides.contrast == compare_groups(11, 107, 17, 428)
    assert sides.power == pytest.approx(0.656, abs=5e-4)  # 0.53 by the unpooled normal approximation
    assert sides.people_needed == 283  # 258 by the closed formula
    assert sides.comparisons_survived == 3  # 3 x 0.0142 < 0.05 < 4 x 0.0142
    assert not isinstance(sides.moved, NotMeasured)
    assert sides.moved.hypergeometric_one_sided == pytest.approx(0.084, abs=5e-4)
    assert (sides.moved.a, sides.moved.b) == (Counts(9, 107), Counts(19, 428))
    assert isinstance(sides.boschloo, float)
    assert sides.boschloo == pytest.approx(0.0193169, abs=5e-7)


def test_golden_zero_in_850_000() -> None:
    zero = examine(CONGRESS_2018).zero
    assert zero.bound == pytest.approx(0.0055839, abs=5e-8)
    assert zero.gallery == 850_000
    assert zero.fmr_bound == pytest.approx(6.6e-9, abs=5e-11)
    (fbi,) = zero.at
    assert (fbi.gallery, fbi.too_far) == (30_000_000, True)
    assert fbi.high == pytest.approx(0.179, abs=5e-4)
    assert isinstance(fbi.fpir, NotMeasured)
    assert examine(Claim(0, 535, 850_000)).zero == zero


def test_boschloo_takes_groups_as_given_whichever_comes_first() -> None:
    swapped = replace(CONGRESS_2018, one=CONGRESS_2018.others, others=CONGRESS_2018.one)
    asked = Questions(boschloo=True)
    one, other = (examine(claim, asked).sides for claim in (CONGRESS_2018, swapped))
    assert one is not None
    assert other is not None
    assert one.boschloo == pytest.approx(other.boschloo)
    assert examine(swapped).reconstructed
    large = Claim(30, 20_000, None, Counts(20, 10_000), Counts(10, 10_000))
    sides = examine(large, asked).sides
    assert sides is not None
    assert isinstance(sides.boschloo, NotMeasured)


def test_two_are_moved_out_of_the_group_flagged_more_often() -> None:
    sides = examine(Claim(28, 535, None, Counts(17, 428), Counts(11, 107))).sides
    assert sides is not None
    assert not isinstance(sides.moved, NotMeasured)
    assert (sides.moved.a.errors, sides.moved.b.errors) == (19, 9)


def test_nobody_and_everybody_flagged_give_no_false_match_rate() -> None:
    nobody, everybody = examine(Claim(0, 50, 1000)), examine(Claim(7, 7, 10))
    for found in (nobody, everybody):
        assert isinstance(found.fmr, NotMeasured)
        assert found.at == ()
    assert nobody.fpir.low == nobody.fpir.value == 0 < nobody.fpir.high
    assert everybody.fpir.high == everybody.fpir.value == 1 > everybody.fpir.low


def test_without_a_gallery_nothing_is_said_of_comparisons() -> None:
    found = examine(Claim(5, 50))
    assert isinstance(found.fmr, NotMeasured)
    assert isinstance(found.zero.fmr_bound, NotMeasured)
    assert found.at == found.zero.at == ()
    assert found.sides is None


def test_a_group_without_errors_has_no_power() -> None:
    sides = examine(Claim(3, 20, None, Counts(0, 5), Counts(3, 15))).sides
    assert sides is not None
    assert isinstance(sides.power, NotMeasured)
    assert isinstance(sides.people_needed, NotMeasured)
    assert sides.comparisons_survived == 0
    alike = examine(Claim(4, 40, None, Counts(2, 20), Counts(2, 20))).sides
    assert alike is not None
    assert isinstance(alike.moved, NotMeasured)
    assert isinstance(alike.power, NotMeasured)


def test_few_flagged_cannot_be_moved() -> None:
    sides = examine(Claim(1, 20, None, Counts(1, 5), Counts(0, 15))).sides
    assert sides is not None
    assert isinstance(sides.moved, NotMeasured)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ({"flagged": 600}, "got 600/535"),
        ({"flagged": -1}, "got -1/535"),
        ({"flagged": 0, "searches": 0}, "got 0/0"),
        ({"gallery": 0}, "the gallery"),
        ({"level": 1.0}, "the level"),
        ({"one": Counts(11, 107)}, "both groups, or neither"),
        ({"one": Counts(11, 107), "others": Counts(17, 429)}, "together 28/536"),
        ({"one": Counts(29, 107), "others": Counts(-1, 428)}, "a group"),
        ({"one": Counts(0, 0), "others": Counts(28, 535)}, "a group"),
    ],
)
def test_what_cannot_be_meant_is_named(claim: dict[str, object], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        Claim(**{"flagged": 28, "searches": 535, **claim})  # type: ignore[arg-type]


@pytest.mark.parametrize("questions", [Questions(at=(0,)), Questions(zero_gallery=-1)])
def test_a_gallery_holds_somebody(questions: Questions) -> None:
    with pytest.raises(BadInput, match="a gallery size"):
        examine(CONGRESS_2018, questions)


@given(st.data())
def test_the_argument_is_of_one_piece(data: st.DataObject) -> None:
    searches = data.draw(st.integers(1, 5000))
    flagged = data.draw(st.integers(0, searches))
    gallery = data.draw(st.integers(1, 10**8))
    found = examine(Claim(flagged, searches, gallery), Questions(at=(gallery,)))
    assert found.fpir.low <= found.fpir.value <= found.fpir.high
    if isinstance(found.fmr, Estimate):
        assert 0 <= found.fmr.low <= found.fmr.value <= found.fmr.high <= 1
        assert found.fmr.value <= found.fpir.value * (1 + 1e-12)
        (same,) = found.at  # the model brings the rate back where it came from
        assert same.fpir == pytest.approx(found.fpir.value, rel=1e-6)
    assert found.zero.at[0].high == pytest.approx(found.zero.bound, rel=1e-6)
