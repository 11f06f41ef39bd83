"""Putting a protocol to a system: part by part, resumable, each answer checked before it is kept."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from fairlineup.evidence.asking import canary
from fairlineup.evidence.asking.answers import AnswerRules
from fairlineup.evidence.asking.asking import Asking, rows
from fairlineup.evidence.asking.options import CostEstimate, RunOptions, Spending, check_limits, estimate_cost
from fairlineup.evidence.plan import ENROL_STAGES, Entry, Protocol
from fairlineup.evidence.runs import LOST, FrozenRun, Row, RunDirectory, first_digests
from fairlineup.records import (
    GALLERY_PREFIX,
    FaceSystem,
    KeepingSystem,
    Outcome,
    SystemFailed,
    SystemInformation,
)
from fairlineup.seals import digest_of

DEFAULTS = RunOptions()


def ask_system(run: FrozenRun, system: FaceSystem, options: RunOptions = DEFAULTS) -> None:
    """Put every photograph of a run's protocol to the system that has not been put to it before.

    The gallery is deleted at the end, and shown to be gone where the system can tell. A run that is ended
    early leaves it to a system that keeps galleries, so that the run can go on; a system that does not is
    given the references again.

    Args:
        run: whose protocol, and where answers are kept, part by part.
        system: whom to ask.
        options: progress, limits, retries.
    Raises:
        SystemFailed: the system is down, answers wrongly, or changed since the run was begun.
        BadInput: the run directory became unwritable.
        Refused: it would take more than the limits, or the system holds candidates back.
    """
    information, protocol, directory = system.information(), run.protocol, run.directory
    check_limits(remaining_cost(run, information), options.limits)
    asking = _asking(run, system, options)
    gallery, last_search = asking.gallery, _last_unfinished(asking, protocol)
    canaries = canary.Canaries.of(protocol)
    if not any(directory.journal.begun(stage) for stage, _ in protocol.stages):
        system.delete_gallery(gallery)  # an earlier run of the same papers may have left one behind
    if information.wire:
        canary.put(asking, canaries, canary.FILES[0])
    for number, (stage, entries) in enumerate(protocol.stages):
        if stage in ENROL_STAGES and number <= last_search and not information.keeps_galleries:
            _restore(asking, stage, entries)
        _put(asking, stage, entries)
        if stage in ENROL_STAGES:
            asking.rules.enrolled.update(_photos_of(directory, stage, Outcome.OK.value))
            asking.rules.lost.update(_photos_of(directory, stage, LOST))
    if information.wire:
        canary.put(asking, canaries, canary.FILES[1])
    _delete(asking)


def cost_of_plan(protocol: Protocol, information: SystemInformation) -> CostEstimate:
    """What all of a protocol takes, canaries among it."""
    asked = {True: 0, False: 0}
    for stage, entries in protocol.stages:
        asked[stage in ENROL_STAGES] += len(entries)
    return estimate_cost(information, asked[True], asked[False], canary.PAIRS if information.wire else 0)


def remaining_cost(run: FrozenRun, information: SystemInformation) -> CostEstimate:
    """What is still to be asked of a run."""
    journal, left = run.directory.journal, {True: 0, False: 0}
    for stage, entries in run.protocol.stages:
        kept = {str(row["photo"]) for row in journal.read(stage)} | {
            str(row["photo"]) for row in journal.opened(stage)
        }
        left[stage in ENROL_STAGES] += len(entries) - len(kept)
    begun = run.directory.has_document(canary.FILES[0])
    canaries = canary.PAIRS if information.wire and not begun else 0
    return estimate_cost(information, left[True], left[False], canaries)


def _asking(run: FrozenRun, system: FaceSystem, options: RunOptions) -> Asking:
    information = system.information()
    seal = digest_of(first_digests(run.directory.read_identity())).removeprefix("sha256:")
    return Asking(
        system=system,
        information=information,
        run=run,
        gallery=f"{GALLERY_PREFIX}{seal[:16]}",
        rules=AnswerRules(information.scale, run.plan.search.record_to, set(), set(), run.plan.decimals),
        options=options,
        spending=Spending(information, options.limits),
    )


def _delete(asking: Asking) -> None:
    """Delete the gallery and see that it is gone."""
    asking.system.delete_gallery(asking.gallery)
    proven = isinstance(asking.system, KeepingSystem) and callable(asking.system.galleries)
    if isinstance(asking.system, KeepingSystem) and proven:
        left = [name for name in asking.system.galleries() if name.startswith(asking.gallery)]
        if left:
            raise SystemFailed(
                "the system still has the gallery after it was deleted",
                expected="none of this audit's galleries",
                got=", ".join(left),
                remedy="give the command again, or remove it: fairlineup systems clean NAME",
            )
    asking.run.directory.events.add("gallery deleted", gallery=asking.gallery, seen_gone=proven)


def _last_unfinished(asking: Asking, protocol: Protocol) -> int:
    """Number of the last stage with searches still to do, -1 if there is none: galleries matter up to it."""
    unfinished = [
        number
        for number, (stage, entries) in enumerate(protocol.stages)
        if stage not in ENROL_STAGES
        and asking.run.directory.journal.parts(stage) < math.ceil(len(entries) / asking.part_size)
    ]
    return max(unfinished, default=-1)


def _restore(asking: Asking, stage: str, entries: Sequence[Entry]) -> None:
    """Enrol again what an interrupted run had enrolled, into a system that has forgotten it."""
    known = {str(row["photo"]): row for row in asking.run.directory.journal.read(stage)}
    again = [e for e in entries if e.photo in known and known[e.photo]["outcome"] != LOST]
    for done, row in enumerate(rows(asking, stage, again, keep=False), start=1):
        if row["outcome"] != known[str(row["photo"])]["outcome"]:
            raise _changed(stage, known, row)
        asking.options.progress(f"{stage} again", done, len(again))


def _put(asking: Asking, stage: str, entries: Sequence[Entry]) -> None:
    """Put a stage's photographs to the system and keep the answers, part by part."""
    journal = asking.run.directory.journal
    for number, part in _parts(asking, stage, entries):
        journal.write(stage, number, part)
    journal.close(stage)


def _parts(asking: Asking, stage: str, entries: Sequence[Entry]) -> Iterator[tuple[int, list[Row]]]:
    """Ask for every part that is not in the journal; give each as it is whole."""
    first = asking.run.directory.journal.parts(stage)
    remaining = entries[first * asking.part_size :]
    total, done = len(entries), len(entries) - len(remaining)
    if remaining:
        asking.run.directory.events.add("stage begun", stage=stage, photographs=total, already_done=done)
    asking.options.progress(stage, done, total)
    found, flagged = rows(asking, stage, remaining), 0
    person_of = {entry.photo: entry.person for entry in asking.run.dataset.entries}
    for number in itertools.count(first):
        part: list[Row] = []
        for row in itertools.islice(found, asking.part_size):
            part.append(row)
            done += 1
            flagged += _flagged(asking, stage, row, person_of)
            _tell(asking, stage, done - total + len(remaining), flagged)
            asking.options.progress(stage, done, total)
        if not part:
            return
        yield number, part


def _flagged(asking: Asking, stage: str, row: Row, person_of: Mapping[str, str]) -> bool:
    """Whether a target-absent search matched somebody else; their own photographs are left out."""
    if stage != asking.run.protocol.absent_stage:
        return False
    at = asking.run.plan.deployed.score
    probe = person_of[str(row["photo"])]
    candidates = cast("list[tuple[str, float]]", row["candidates"])
    return any(
        asking.rules.scale.accepts(score, at) for photo, score in candidates if person_of[photo] != probe
    )


def _tell(asking: Asking, stage: str, asked: int, flagged: int) -> None:
    """Say how it stands: matched with somebody else so far, spent so far."""
    told = []
    if stage == asking.run.protocol.absent_stage:
        told.append(f"{flagged:,} of {asked:,} matched with somebody else")
    price, cost = asking.information.price, asking.spending.cost
    if price is not None and cost is not None:
        told.append(f"{cost:,.2f} {price.currency} so far")
    if told:
        asking.options.note("; ".join(told))


def _photos_of(directory: RunDirectory, stage: str, outcome: str) -> set[str]:
    return {str(row["photo"]) for row in directory.journal.read(stage) if row["outcome"] == outcome}


def _changed(stage: str, known: Mapping[str, Row], row: Row) -> SystemFailed:
    photo = str(row["photo"])
    return SystemFailed(
        f"the gallery of the interrupted run cannot be restored ({stage}, {photo})",
        expected=f"the outcome {known[photo]['outcome']} as before",
        got=str(row["outcome"]),
        remedy="try again; if it stays so the system changed: begin a new run with --out",
    )
