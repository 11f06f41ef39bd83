"""Putting a protocol to a system: part by part, resumable, each answer checked before it is kept."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from fairlineup.evidence.asking import canary
from fairlineup.evidence.asking.answers import Terms
from fairlineup.evidence.asking.asking import Asking, rows
from fairlineup.evidence.asking.conduct import Bill, Conduct, Spending, bill_of, check_budget
from fairlineup.evidence.plan import ENROL_STAGES, Entry, Protocol, SettledDataset
from fairlineup.evidence.runs import LOST, Row, RunDirectory, first_digests
from fairlineup.records import (
    GALLERY_PREFIX,
    FaceSystem,
    KeepingSystem,
    Outcome,
    SystemFailed,
    SystemInformation,
)
from fairlineup.seals import digest_of

CONDUCT = Conduct()


def perform(
    protocol: Protocol,
    dataset: SettledDataset,
    system: FaceSystem,
    directory: RunDirectory,
    conduct: Conduct = CONDUCT,
) -> None:
    """Put every photograph of the protocol to the system that has not been put to it before.

    The gallery is deleted at the end, and shown to be gone where the system can tell. A run that is ended
    early leaves it to a system that keeps galleries, so that the run can go on; a system that does not is
    given the references again.

    Args:
        protocol: the stages.
        dataset: where the photographs are.
        system: whom to ask.
        directory: where answers are kept, part by part.
        conduct: part size, patience, progress, budget.
    Raises:
        SystemFailed: the system is down, answers wrongly, or changed since the run was begun.
        BadInput: the run directory became unwritable.
        Refused: it would take more than the budget, or the system holds candidates back.
    """
    information = system.information()
    check_budget(remaining(protocol, information, directory), conduct.budget)
    asking = _asking(protocol, dataset, system, directory, conduct)
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
            asking.terms.enrolled.update(_photos_of(directory, stage, Outcome.OK.value))
            asking.terms.lost.update(_photos_of(directory, stage, LOST))
    if information.wire:
        canary.put(asking, canaries, canary.FILES[1])
    _delete(asking)


def bill_of_plan(protocol: Protocol, information: SystemInformation) -> Bill:
    """What all of a protocol takes, canaries among it."""
    asked = {True: 0, False: 0}
    for stage, entries in protocol.stages:
        asked[stage in ENROL_STAGES] += len(entries)
    return bill_of(information, asked[True], asked[False], canary.PAIRS if information.wire else 0)


def remaining(protocol: Protocol, information: SystemInformation, directory: RunDirectory) -> Bill:
    """What is still to be asked of a run, as a bill."""
    journal, left = directory.journal, {True: 0, False: 0}
    for stage, entries in protocol.stages:
        kept = {str(row["photo"]) for row in journal.read(stage)} | {
            str(row["photo"]) for row in journal.opened(stage)
        }
        left[stage in ENROL_STAGES] += len(entries) - len(kept)
    begun = directory.has_document(canary.FILES[0])
    canaries = canary.PAIRS if information.wire and not begun else 0
    return bill_of(information, left[True], left[False], canaries)


def _asking(
    protocol: Protocol,
    dataset: SettledDataset,
    system: FaceSystem,
    directory: RunDirectory,
    conduct: Conduct,
) -> Asking:
    information = system.information()
    seal = digest_of(first_digests(directory.read_identity())).removeprefix("sha256:")
    return Asking(
        system=system,
        information=information,
        directory=directory,
        dataset=dataset,
        gallery=f"{GALLERY_PREFIX}{seal[:16]}",
        terms=Terms(information.scale, protocol.record_to, set(), set(), protocol.decimals),
        absent_stage=protocol.absent_stage,
        conduct=conduct,
        spending=Spending(information, conduct.budget),
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
    asking.directory.events.add("gallery deleted", gallery=asking.gallery, seen_gone=proven)


def _last_unfinished(asking: Asking, protocol: Protocol) -> int:
    """Number of the last stage with searches still to do, -1 if there is none: galleries matter up to it."""
    unfinished = [
        number
        for number, (stage, entries) in enumerate(protocol.stages)
        if stage not in ENROL_STAGES
        and asking.directory.journal.parts(stage) < math.ceil(len(entries) / asking.conduct.part_size)
    ]
    return max(unfinished, default=-1)


def _restore(asking: Asking, stage: str, entries: Sequence[Entry]) -> None:
    """Enrol again what an interrupted run had enrolled, into a system that has forgotten it."""
    known = {str(row["photo"]): row for row in asking.directory.journal.read(stage)}
    again = [e for e in entries if e.photo in known and known[e.photo]["outcome"] != LOST]
    for done, row in enumerate(rows(asking, stage, again, keep=False), start=1):
        if row["outcome"] != known[str(row["photo"])]["outcome"]:
            raise _changed(stage, known, row)
        asking.conduct.progress(f"{stage} again", done, len(again))


def _put(asking: Asking, stage: str, entries: Sequence[Entry]) -> None:
    """Put a stage's photographs to the system and keep the answers, part by part."""
    journal = asking.directory.journal
    for number, part in _parts(asking, stage, entries):
        journal.write(stage, number, part)
    journal.close(stage)


def _parts(asking: Asking, stage: str, entries: Sequence[Entry]) -> Iterator[tuple[int, list[Row]]]:
    """Ask for every part that is not in the journal; give each as it is whole."""
    first = asking.directory.journal.parts(stage)
    remaining = entries[first * asking.conduct.part_size :]
    total, done = len(entries), len(entries) - len(remaining)
    if remaining:
        asking.directory.events.add("stage begun", stage=stage, photographs=total, already_done=done)
    asking.conduct.progress(stage, done, total)
    found, flagged = rows(asking, stage, remaining), 0
    person_of = {entry.photo: entry.person for entry in asking.dataset.entries}
    for number in itertools.count(first):
        part: list[Row] = []
        for row in itertools.islice(found, asking.conduct.part_size):
            part.append(row)
            done += 1
            flagged += _flagged(asking, stage, row, person_of)
            _tell(asking, stage, done - total + len(remaining), flagged)
            asking.conduct.progress(stage, done, total)
        if not part:
            return
        yield number, part


def _flagged(asking: Asking, stage: str, row: Row, person_of: Mapping[str, str]) -> bool:
    """Whether a target-absent search matched somebody else; their own photographs are left out."""
    at = asking.conduct.flag_at
    if stage != asking.absent_stage or at is None:
        return False
    probe = person_of[str(row["photo"])]
    candidates = cast("list[tuple[str, float]]", row["candidates"])
    return any(
        asking.terms.scale.accepts(score, at) for photo, score in candidates if person_of[photo] != probe
    )


def _tell(asking: Asking, stage: str, asked: int, flagged: int) -> None:
    """Say how it stands: matched with somebody else so far, spent so far."""
    told = []
    if stage == asking.absent_stage and asking.conduct.flag_at is not None:
        told.append(f"{flagged:,} of {asked:,} matched with somebody else")
    price, cost = asking.information.price, asking.spending.cost
    if price is not None and cost is not None:
        told.append(f"{cost:,.2f} {price.currency} so far")
    if told:
        asking.conduct.note("; ".join(told))


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
