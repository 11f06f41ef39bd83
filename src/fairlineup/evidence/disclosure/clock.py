"""The rules of the clock: acts in, state out; no file and no clock of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from fairlineup.records import BadInput, form_of_name

ANSWER_DAYS = 90
"""Days to answer where nobody says otherwise: this tool's default."""
ANSWER_SOURCE = (
    f"this tool's default of {ANSWER_DAYS} days, "
    "which RCW 43.386.050 also gives a provider for a mitigation plan"
)
PUBLIC_SOURCE = "this tool's default: the day the last answer is due"

Kind = Literal["told", "answered", "public"]


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the record."""

    kind: Kind  #: "told", "answered" or "public".
    on: date  #: the day it is about.
    who: str = ""  #: who was told, or answered; blank for "public".
    due: date | None = None  #: day the answer is due, for "told"; None is the default.
    note: str = ""  #: why, in the recorder's words.
    at: str = ""  #: when it was written down, ISO 8601 in UTC; blank until then.


@dataclass(frozen=True, slots=True)
class Told:
    """Where one of those told stands."""

    who: str  #: they.
    on: date  #: day they were told.
    due: date  #: day their answer is due.
    due_source: str  #: who set that day.
    answered: date | None  #: day they answered; None while they have not.
    days_left: int | None  #: days until the answer is due, negative when overdue; None once answered.
    overdue: bool  #: whether the answer was due before today.
    note: str  #: the last one on them.


@dataclass(frozen=True, slots=True)
class State:
    """How the disclosure stands on a day."""

    today: date  #: the day.
    told: tuple[Told, ...]  #: those told, in the order they were first told.
    public: date | None  #: day of publication, planned or past; None while nobody was told and no day is set.
    public_source: str  #: who set that day.
    comes_next: tuple[str, ...]  #: what there is to do, in order.


def check_act(act: Act, before: Sequence[Act], today: date) -> Act:
    """An act that may be recorded after others; an answer without a name gets the only one it can be of.

    Raises: BadInput: its dates cannot be, or it lacks a reason that it needs.
    """
    told = _latest_told(before)
    if act.kind == "told":
        _check_told(act, today)
        told = {**told, form_of_name(act.who): act}
    elif act.kind == "answered":
        act = _named(act, told)
        _check_answered(act, told[form_of_name(act.who)], today)
    public = act if act.kind == "public" else _last(before, "public")
    if act.kind != "answered" and public is not None and not act.note:
        _check_order(public, list(told.values()))
    return act


def state_of(acts: Sequence[Act], today: date) -> State:
    """How things stand on a day: later acts supersede earlier ones on the same matter."""
    told = tuple(_standing(act, acts, today) for act in _latest_told(acts).values())
    public, source = _last(acts, "public"), "recorded"
    day = public.on if public else None
    if day is None and told:
        day, source = max(one.due for one in told), PUBLIC_SOURCE
    return State(today, told, day, source if day else "", tuple(_next(told, day, today)))


def _latest_told(acts: Sequence[Act]) -> dict[str, Act]:
    told: dict[str, Act] = {}
    for act in acts:
        if act.kind == "told":
            told[form_of_name(act.who)] = act
    return told


def _last(acts: Sequence[Act], kind: Kind, who: str = "") -> Act | None:
    return next(
        (a for a in reversed(acts) if a.kind == kind and form_of_name(a.who) == form_of_name(who)), None
    )


def _due(act: Act) -> date:
    return act.due or act.on + timedelta(days=ANSWER_DAYS)


def _standing(act: Act, acts: Sequence[Act], today: date) -> Told:
    answer = _last(acts, "answered", act.who)
    if answer is not None and answer.on < act.on:  # they were told again since
        answer = None
    source = "recorded" if act.due else ANSWER_SOURCE
    left = None if answer else (_due(act) - today).days
    note = answer.note if answer and answer.note else act.note
    answered = answer.on if answer else None
    overdue = left is not None and left < 0
    return Told(act.who, act.on, _due(act), source, answered, left, overdue, note)


def _next(told: Sequence[Told], public: date | None, today: date) -> list[str]:
    if not told and public is None:
        return ["tell the provider: nobody was told yet"]
    steps = []
    for one in told:
        if one.days_left is None:
            continue
        if one.days_left < 0:
            steps.append(f"{one.who}'s answer is overdue by {_days(-one.days_left)}: ask again")
        else:
            steps.append(f"{one.who}'s answer is due on {one.due} ({_days(one.days_left)} left)")
    if public is not None and public > today:
        steps.append(f"public on {public} ({_days((public - today).days)} left)")
    elif public is not None:
        steps.append(f"public on {public}: the day has come" if public == today else f"public since {public}")
    return steps


def _days(count: int) -> str:
    return f"{count:,} day{'' if count == 1 else 's'}"


def _check_told(act: Act, today: date) -> None:
    if not act.who.strip():
        raise _wrong("nobody is named as told", "who was told", "a blank name", "name them")
    if act.on > today:
        raise _wrong(
            f"{act.who} cannot have been told on {act.on}",
            f"a day up to {today}",
            "a day to come",
            "record it when it is done",
        )
    if act.due is not None and act.due < act.on:
        raise _wrong(
            "the answer is due before anybody was told",
            f"a day after {act.on}",
            f"{act.due}",
            "correct one of the two days",
            due=str(act.due),
        )


def _named(act: Act, told: dict[str, Act]) -> Act:
    """The answer with its author: the one named, or the only one told."""
    names = [one.who for one in told.values()]
    if not names:
        raise _wrong(
            "nobody can have answered", "somebody who was told", "nobody told", "record who was told first"
        )
    if act.who and form_of_name(act.who) not in told:
        raise _wrong(
            f"{act.who} was never told",
            f"one of {', '.join(names)}",
            repr(act.who),
            "correct the name, or record that they were told",
            never_told=act.who,
        )
    if not act.who and len(names) > 1:
        several = ", ".join(names)
        raise _wrong("who answered is not said", f"one of {several}", "nobody", "name them", several=several)
    who = told[form_of_name(act.who)].who if act.who else names[0]
    return Act(act.kind, act.on, who, None, act.note, act.at)


def _check_answered(act: Act, told: Act, today: date) -> None:
    if act.on < told.on or act.on > today:
        raise _wrong(
            f"{told.who} cannot have answered on {act.on}",
            f"a day from {told.on}, when they were told, to {today}",
            f"{act.on}",
            "correct the date",
        )


def _check_order(public: Act, told: Sequence[Act]) -> None:
    late = [one for one in told if one.on > public.on]
    if not told or late:
        got = f"public on {public.on}, " + (f"{late[0].who} told on {late[0].on}" if late else "nobody told")
        raise _wrong(
            "this would be public before those it is about were told",
            "everybody told by the day of publication",
            got,
            "correct the date, or say why in a note",
            public=str(public.on),
        )


def _wrong(what: str, expected: str, got: str, remedy: str, **facts: str) -> BadInput:
    return BadInput(what, expected=expected, got=got, remedy=remedy, code="act-unusable", facts=facts)
