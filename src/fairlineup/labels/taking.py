"""A filled list taken into the log, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from fairlineup.labels.decision import Decision
from fairlineup.labels.log import DecisionLog
from fairlineup.labels.reviewers import check_reviewer, reviewer_key, reviewer_name
from fairlineup.labels.sheets import read_sheet
from fairlineup.records import BadInput


@dataclass(frozen=True, slots=True)
class Taken:
    """What a filled list brought."""

    added: int  #: decisions that were recorded.
    known: int  #: decisions recorded before, word for word.
    blank: int  #: pairs left undecided.


def take_sheet(
    log: DecisionLog,
    pairs: Collection[str],
    reviewer: str,
    sheet: bytes,
    *,
    change: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Taken:
    """Record what a reviewer decided; either every row is recorded or none.

    Args:
        log: where decisions are kept.
        pairs: names of the pairs on the list.
        reviewer: who filled it in.
        sheet: see `read_sheet`.
        change: whether a decision may differ from the one this reviewer gave before; it is added, and the
            earlier one stays in the file.
        now: the time.

    Raises: BadInput: as `read_sheet`; it decides otherwise than before, or is a third person's.
    """
    name, before = reviewer_name(reviewer), log.read()
    check_reviewer(before, name)
    mine = {one.pair: one for one in before if reviewer_key(one.reviewer) == reviewer_key(name)}
    read = read_sheet(sheet, "the decisions", log.answers, pairs, name)
    at = now().astimezone(UTC).isoformat(timespec="seconds")
    new = []
    for line, one in read.decisions:
        old = mine.get(one.pair)
        if old is not None and (old.decision, old.reason) == (one.decision, one.reason):
            continue
        if old is not None and not change:
            raise _already(line, old, one)
        new.append(replace(one, at=at))
    if new:
        log.add(new)
    return Taken(len(new), len(read.decisions) - len(new), read.blank)


def _already(line: int, old: Decision, new: Decision) -> BadInput:
    return BadInput(
        f"the decisions, line {line}: {new.reviewer} has already decided {new.pair}",
        expected=f"{old.decision} ({old.reason}), as on {old.at}",
        got=f"{new.decision} ({new.reason})",
        remedy="nothing was recorded; take the row out, or say that it is a change: then the new decision is "
        "added",
        code="decision-differs",
        facts={"pair": new.pair},
    )
