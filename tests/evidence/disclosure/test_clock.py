from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.evidence.disclosure import ANSWER_DAYS, Act, check_act, state_of
from fairlineup.records import BadInput

TODAY = date(2026, 6, 1)
TOLD = Act("told", date(2026, 5, 1), "Vendor")
OTHER = Act("told", date(2026, 5, 10), "Other", date(2026, 5, 20))


def test_nothing_recorded_says_what_comes_first() -> None:
    state = state_of((), TODAY)
    assert (state.told, state.public, state.public_source) == ((), None, "")
    assert state.comes_next == ("tell the provider: nobody was told yet",)


def test_the_answer_is_due_in_ninety_days_and_that_is_named_as_ours() -> None:
    (one,) = state_of((TOLD,), TODAY).told
    assert one.due == date(2026, 7, 30) == TOLD.on + timedelta(days=ANSWER_DAYS)
    assert "this tool's default" in one.due_source
    assert one.days_left == 59
    assert state_of((TOLD,), TODAY).public == one.due


@pytest.mark.parametrize(("day", "left"), [(19, 1), (20, 0), (21, -1)])
def test_the_day_it_is_due_is_not_overdue(day: int, left: int) -> None:
    state = state_of((OTHER,), date(2026, 5, day))
    assert state.told[0].days_left == left
    assert state.told[0].due_source == "recorded"
    assert ("overdue by 1 day:" in state.comes_next[0]) == (left < 0)
    assert state.told[0].overdue == (left < 0)


def test_an_answer_ends_the_clock() -> None:
    answered = check_act(Act("answered", date(2026, 5, 30)), (TOLD,), TODAY)
    assert answered.who == "Vendor"
    (one,) = state_of((TOLD, answered), TODAY).told
    assert (one.answered, one.days_left) == (date(2026, 5, 30), None)
    again = Act("told", date(2026, 5, 31), " vendor ")
    (one,) = state_of((TOLD, answered, again), TODAY).told
    assert one.answered is None


def test_several_told_need_a_name_for_an_answer() -> None:
    with pytest.raises(BadInput) as refused:
        check_act(Act("answered", TODAY), (TOLD, OTHER), TODAY)
    assert (refused.value.code, set(refused.value.facts)) == ("act-unusable", {"several"})
    assert check_act(Act("answered", TODAY, "OTHER"), (TOLD, OTHER), TODAY).who == "Other"
    with pytest.raises(BadInput, match="never told"):
        check_act(Act("answered", TODAY, "Nobody"), (TOLD, OTHER), TODAY)


@pytest.mark.parametrize(
    ("act", "before"),
    [
        (Act("told", TODAY + timedelta(days=1), "Vendor"), ()),
        (Act("told", TODAY, " "), ()),
        (Act("told", TODAY, "Vendor", TODAY - timedelta(days=1)), ()),
        (Act("answered", TODAY), ()),
        (Act("answered", TOLD.on - timedelta(days=1)), (TOLD,)),
        (Act("answered", TODAY + timedelta(days=1)), (TOLD,)),
        (Act("public", TODAY), ()),
        (Act("public", TOLD.on - timedelta(days=1)), (TOLD,)),
        (Act("told", TODAY, "Other"), (TOLD, Act("public", date(2026, 5, 2)))),
    ],
)
def test_days_that_cannot_be_are_refused(act: Act, before: tuple[Act, ...]) -> None:
    with pytest.raises(BadInput):
        check_act(act, before, TODAY)


def test_public_before_told_needs_a_reason() -> None:
    early = Act("public", TOLD.on - timedelta(days=1), note="a newspaper had it")
    assert check_act(early, (TOLD,), TODAY) == early
    assert check_act(Act("public", TOLD.on), (TOLD,), TODAY).on == TOLD.on


def test_later_lines_supersede() -> None:
    moved = Act("told", TOLD.on, "VENDOR", date(2026, 6, 2))
    acts = (TOLD, OTHER, Act("public", date(2026, 9, 1)), moved, Act("public", date(2026, 6, 1)))
    state = state_of(acts, TODAY)
    assert [(one.who, one.due) for one in state.told] == [
        ("VENDOR", date(2026, 6, 2)),
        ("Other", date(2026, 5, 20)),
    ]
    assert (state.public, state.public_source) == (date(2026, 6, 1), "recorded")
    assert state.comes_next == (
        "VENDOR's answer is due on 2026-06-02 (1 day left)",
        "Other's answer is overdue by 12 days: ask again",
        "public on 2026-06-01: the day has come",
    )


@given(st.integers(-400, 400), st.integers(0, 200))
def test_days_left_fall_by_one_a_day(shift: int, due: int) -> None:
    act = Act("told", TOLD.on, "Vendor", TOLD.on + timedelta(days=due))
    day = TODAY + timedelta(days=shift)
    left = [state_of((act,), day + timedelta(days=n)).told[0].days_left for n in range(3)]
    assert left == [(act.on - day).days + due - n for n in range(3)]
