"""Putting a protocol to a system: part by part, resumable, each answer checked before it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fairlineup.evidence.asking import canary
from fairlineup.evidence.asking.answers import AnswerRules, is_unusable
from fairlineup.evidence.asking.asking import Asking, ask_all
from fairlineup.evidence.asking.options import CostEstimate, RunOptions, Spending, check_limits, estimate_cost
from fairlineup.evidence.asking.restoring import enrol_anew, enrol_lost, is_lost, restore
from fairlineup.evidence.asking.within import compare_within, is_compared_within
from fairlineup.evidence.plan import ENROL_STAGES, Entry, Protocol
from fairlineup.evidence.runs import LOST, FrozenRun, KeptAnswer, OpenJournal
from fairlineup.records import (
    GALLERY_PREFIX,
    FaceSystem,
    KeepingSystem,
    Outcome,
    SystemFailed,
    SystemInformation,
)
from fairlineup.results import to_json
from fairlineup.seals import digest_of

DEFAULTS = RunOptions()


def ask_system(run: FrozenRun, system: FaceSystem, options: RunOptions = DEFAULTS) -> None:
    """Put every photograph of a run's protocol to the system that has not been put to it before.

    The gallery is deleted at the end, and shown to be gone where the system can tell. A run that is ended
    early leaves it to a system that keeps galleries, so that the run can go on; a system that does not is
    given the references again, and so is one that has lost its gallery.

    Args:
        run: whose protocol, and where answers are kept, part by part.
        system: whom to ask.
        options: progress, limits, retries.
    Raises:
        SystemFailed: the system is down, answers wrongly, or changed since the run was begun.
        BadInput: the run directory became unwritable.
        Refused: it would take more than the limits, or the system holds candidates back.
    """
    information, paid = system.information(), system.information().price is not None
    check_limits(remaining_cost(run, information), options.limits)
    asking = _asking(run, system, options)
    with run.directory.journal.writing(flushed=paid or not information.wire) as journal:
        _ask(asking, journal)
    _delete(asking)


def _ask(asking: Asking, journal: OpenJournal) -> None:
    """Ask for every answer of the protocol that is not in the journal."""
    stages, information = asking.run.protocol.stages, asking.information
    last_search = _last_unfinished(asking, journal)
    canaries = canary.Canaries.of(asking.run.protocol)
    if not any(journal.positions(stage) for stage, _ in stages):
        asking.system.delete_gallery(
            asking.gallery
        )  # an earlier run of the same plan may have left one behind
    if information.wire:
        canary.put(asking, canaries, canary.FILES[0])
    if last_search >= 0 and is_lost(asking, journal):
        enrol_anew(asking, journal)
    for number, (stage, entries) in enumerate(stages):
        if stage in ENROL_STAGES and number <= last_search and not information.keeps_galleries:
            restore(asking, journal, stage, entries)
        try:
            _complete(asking, journal, stage, entries)
        except SystemFailed as error:
            enrol_lost(asking, journal, error)
            _complete(asking, journal, stage, entries)
        if stage in ENROL_STAGES:
            _take_note(asking.rules, journal.read(stage))
    if information.wire:
        canary.put(asking, canaries, canary.FILES[1])
    if asking.in_process and not is_compared_within(asking):
        compare_within(asking, asking.in_process)
    journal.forget_templates()


def _take_note(rules: AnswerRules, enrolments: Iterable[KeptAnswer]) -> None:
    """Who may be a candidate from now on, and who may be enrolled without our knowing."""
    for answer in enrolments:
        if answer.outcome == Outcome.OK:
            rules.enrolled.add(answer.photo)
        elif answer.outcome == LOST or is_unusable(answer):
            rules.lost.add(answer.photo)


def cost_of_plan(protocol: Protocol, information: SystemInformation) -> CostEstimate:
    """What all of a protocol takes, canaries among it."""
    asked = {True: 0, False: 0}
    for stage, entries in protocol.stages:
        asked[stage in ENROL_STAGES] += len(entries)
    return estimate_cost(information, asked[True], asked[False], canary.PAIRS if information.wire else 0)


def remaining_cost(run: FrozenRun, information: SystemInformation) -> CostEstimate:
    """What is still to be asked of a run."""
    left = {True: 0, False: 0}
    with run.directory.journal.reading() as journal:
        for stage, entries in run.protocol.stages:
            left[stage in ENROL_STAGES] += len(entries) - len(journal.positions(stage))
    begun = run.directory.has_document(canary.FILES[0])
    canaries = canary.PAIRS if information.wire and not begun else 0
    return estimate_cost(information, left[True], left[False], canaries)


def gallery_of(run: FrozenRun) -> str:
    """What the gallery of a run is called in the system."""
    seal = digest_of(to_json(run.identity.first_digests)).removeprefix("sha256:")
    return f"{GALLERY_PREFIX}{seal[:16]}"


def _asking(run: FrozenRun, system: FaceSystem, options: RunOptions) -> Asking:
    information = system.information()
    return Asking(
        system=system,
        information=information,
        run=run,
        gallery=gallery_of(run),
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
                remedy="go on with the run, or remove it in the system",
                code="system-failed",
                facts={"gallery": asking.gallery},
            )
    asking.run.directory.events.add("gallery deleted", gallery=asking.gallery, seen_gone=proven)


def _last_unfinished(asking: Asking, journal: OpenJournal) -> int:
    """Number of the last stage that needs the gallery and is not done, -1 if there is none.

    Those are stages with searches still to do, and after them the gallery's comparison with itself.
    """
    if asking.in_process and not is_compared_within(asking):
        return len(asking.run.protocol.stages)
    unfinished = [
        number
        for number, (stage, entries) in enumerate(asking.run.protocol.stages)
        if stage not in ENROL_STAGES and len(journal.positions(stage)) < len(entries)
    ]
    return max(unfinished, default=-1)


def _complete(asking: Asking, journal: OpenJournal, stage: str, entries: Sequence[Entry]) -> None:
    """Put those of a stage's photographs to the system whose answers are not kept, and keep the answers."""
    kept, total = journal.positions(stage), len(entries)
    missing = {entry.photo: place for place, entry in enumerate(entries) if place not in kept}
    if missing:
        asking.run.directory.events.add("stage begun", stage=stage, photographs=total, already_done=len(kept))
    asking.options.progress(stage, len(kept), total)
    person_of = {entry.photo: entry.person for entry in asking.run.dataset.entries}
    part_size = 1 if asking.information.wire else asking.part_size
    in_process = asking.in_process if stage in ENROL_STAGES else None
    done = flagged = 0

    def keep(answer: KeptAnswer) -> None:
        nonlocal done, flagged
        journal.add(stage, missing[answer.photo], answer)
        if in_process and answer.outcome == Outcome.OK:
            template = in_process.template(asking.gallery, answer.photo)
            journal.add_template(stage, missing[answer.photo], answer.photo, template)
        done += 1
        if done % part_size == 0:
            journal.commit()
        flagged += _flagged(asking, stage, answer, person_of)
        _report(asking, stage, done, flagged)
        asking.options.progress(stage, len(kept) + done, total)

    ask_all(asking, stage, [entries[place] for place in missing.values()], keep)
    journal.commit()


def _flagged(asking: Asking, stage: str, answer: KeptAnswer, person_of: Mapping[str, str]) -> bool:
    """Whether a target-absent search matched somebody else; their own photographs are left out."""
    if stage != asking.run.protocol.absent_stage:
        return False
    at = asking.run.plan.deployed.score
    probe = person_of[answer.photo]
    return any(
        asking.rules.scale.accepts(score, at)
        for photo, score in answer.candidates
        if person_of[photo] != probe
    )


def _report(asking: Asking, stage: str, asked: int, flagged: int) -> None:
    """Say how it stands: matched with somebody else so far, spent so far."""
    notes = []
    if stage == asking.run.protocol.absent_stage:
        notes.append(f"{flagged:,} of {asked:,} matched with somebody else")
    price, cost = asking.information.price, asking.spending.cost
    if price is not None and cost is not None:
        notes.append(f"{cost:,.2f} {price.currency} so far")
    if notes:
        asking.options.note("; ".join(notes))
