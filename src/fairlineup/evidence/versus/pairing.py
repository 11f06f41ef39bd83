"""Which questions several systems were all asked: the same photographs, by digest, in the same gallery."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.evidence.plan import Entry
from fairlineup.evidence.runs import Attempt, FrozenRun
from fairlineup.evidence.versus.side import Key, Side
from fairlineup.records import BadInput, NotMeasured
from fairlineup.results import InCommon

LEAST_SHARED = 0.9  # of all probes of the runs together, so many must have been searched in every run


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Searches of one kind that every run got an answer to."""

    asked: InCommon  #: photographs asked about, as far as they are shared.
    people: tuple[str, ...]  #: person on each search, shape (n_searches,).
    rows: tuple[NDArray[np.int64], ...]  #: by run: its searches in one common order.
    unanswered: int  #: shared questions that some run lost, which no pair counts.


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """What can be paired."""

    absent: Stage | NotMeasured  #: target-absent searches, or why there are none to pair.
    present: Stage | NotMeasured  #: target-present searches, or why there are none.
    gallery: InCommon  #: photographs of the target-absent gallery; the same in every run.
    gallery_people: int  #: people in it, as offered.
    mates: InCommon  #: photographs of the mates.


def pair(sides: Sequence[Side]) -> Pairing:
    """Pair the searches of runs.

    Raises:
        BadInput: the protocols or the galleries differ, or too few of the probes are shared.
    """
    _check_protocols(sides)
    gallery = _shared(sides, _gallery)
    if gallery.share < 1:
        raise _differ("galleries", gallery, "the same people and photographs in each")
    mates = _shared(sides, lambda run: run.protocol.mates)
    absent = _stage(sides, lambda run: run.protocol.absent, lambda side: side.evidence.absent_attempts)
    present = _stage(sides, lambda run: run.protocol.present, lambda side: side.evidence.mated_attempts)
    if mates.share < 1 and isinstance(present, Stage):
        reason = f"the mates enrolled differ: {mates.shared:,} of {mates.together:,} photographs are shared"
        present = NotMeasured(reason)
    if isinstance(absent, NotMeasured) and isinstance(present, NotMeasured):
        raise BadInput(
            "these runs have no searches in common",
            expected="the same probes searched in every run",
            got=f"target absent: {absent.reason}; target present: {present.reason}",
            remedy="run the same plan on both systems",
            code="runs-not-comparable",
        )
    people = len({entry.person for entry in _gallery(sides[0].run)})
    people -= sides[0].run.protocol.leave_one_out
    return Pairing(absent, present, gallery, people, mates)


def _check_protocols(sides: Sequence[Side]) -> None:
    kinds = sorted({side.run.protocol.strangers for side in sides})
    if len(kinds) > 1:
        raise BadInput(
            "these runs were made by different protocols",
            expected="one value of strangers, under [search] in every plan",
            got=" and ".join(kinds),
            remedy="run the same plan on every system",
            code="runs-not-comparable",
        )


def _gallery(run: FrozenRun) -> tuple[Entry, ...]:
    """Photographs a target-absent search is made among; its own person's are left out of leave-one-out."""
    protocol = run.protocol
    return (*protocol.others, *protocol.mates) if protocol.leave_one_out else protocol.others


def _shared(sides: Sequence[Side], entries: Callable[[FrozenRun], Sequence[Entry]]) -> InCommon:
    keys = [set(side.keys(entries(side.run))) for side in sides]
    return InCommon(len(set.intersection(*keys)), len(set.union(*keys)))


def _stage(
    sides: Sequence[Side],
    entries: Callable[[FrozenRun], Sequence[Entry]],
    attempts: Callable[[Side], Sequence[Attempt]],
) -> Stage | NotMeasured:
    asked = [set(side.keys(entries(side.run))) for side in sides]
    without = [side.key for side, one in zip(sides, asked, strict=True) if not one]
    if without:
        return NotMeasured(f"run {' and '.join(without)} made no such searches")
    shared = InCommon(len(set.intersection(*asked)), len(set.union(*asked)))
    if shared.share < LEAST_SHARED:
        least = f"at least {100 * LEAST_SHARED:.0f} % of all photographs searched with in every run"
        raise _differ("probes", shared, least)
    answers = [_answered(side, entries(side.run), attempts(side)) for side in sides]
    both = sorted(set.intersection(*(set(one) for one in answers)))
    return Stage(
        asked=shared,
        people=tuple(person for _, person, _ in both),
        rows=tuple(np.array([one[key] for key in both], dtype=np.int64) for one in answers),
        unanswered=len(set.intersection(*asked) - set(both)),
    )


def _answered(side: Side, entries: Sequence[Entry], attempts: Sequence[Attempt]) -> dict[Key, int]:
    """Row of each attempt by the key its photograph has among all that were asked about."""
    key_of = {entry.photo: key for entry, key in zip(entries, side.keys(entries), strict=True)}
    return {key_of[attempt.photo]: row for row, attempt in enumerate(attempts)}


def _differ(what: str, shared: InCommon, expected: str) -> BadInput:
    return BadInput(
        f"the {what} of these runs differ",
        expected=expected,
        got=f"{shared.shared:,} of {shared.together:,} photographs shared",
        remedy="photographs are paired by digest and person: run one plan, on the same photographs, settled "
        "alike, on every system",
        code="runs-not-comparable",
    )
