"""A gallery that the system does not hold any more: everybody enrolled again, and the run goes on."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from fairlineup.evidence.asking.answers import is_unusable
from fairlineup.evidence.asking.asking import Asking, ask_all
from fairlineup.evidence.plan import ENROL_STAGES, Entry
from fairlineup.evidence.runs import LOST, KeptAnswer, OpenJournal
from fairlineup.files import write_atomic
from fairlineup.records import KeepingSystem, Outcome, SystemFailed

ANEW = "gallery-anew"  # a file that is there while a lost gallery is enrolled again


def enrolled(journal: OpenJournal) -> bool:
    """Whether anybody stands in the gallery."""
    return any(answer.outcome == Outcome.OK for stage in ENROL_STAGES for answer in journal.read(stage))


def is_lost(asking: Asking, journal: OpenJournal) -> bool:
    """Whether a system that keeps galleries has lost this one since, or was not given all of it again."""
    system = asking.system
    if not (asking.information.keeps_galleries and enrolled(journal)):
        return False
    if (asking.run.directory.path / ANEW).exists():
        return True
    if isinstance(system, KeepingSystem) and callable(system.galleries):
        return asking.gallery not in system.galleries()
    return False


def enrol_lost(asking: Asking, journal: OpenJournal, error: SystemFailed) -> None:
    """Enrol everybody again where that is what an error is about. Raises: the error: it is not."""
    if error.code != "gallery-gone" or not asking.information.keeps_galleries or not enrolled(journal):
        raise error
    enrol_anew(asking, journal)


def enrol_anew(asking: Asking, journal: OpenJournal) -> None:
    """Enrol everybody again whom the system has lost; begun and not ended, it is begun again."""
    asking.run.directory.events.add("gallery lost", gallery=asking.gallery)
    begun = asking.run.directory.path / ANEW
    write_atomic(begun, b"")
    asking.system.delete_gallery(asking.gallery)
    for stage, entries in asking.run.protocol.stages:
        if stage in ENROL_STAGES:
            restore(asking, journal, stage, entries)
    begun.unlink()
    asking.run.directory.events.add("gallery enrolled anew", gallery=asking.gallery)


def restore(asking: Asking, journal: OpenJournal, stage: str, entries: Sequence[Entry]) -> None:
    """Enrol again what an interrupted run had enrolled, into a system that has forgotten it.

    Where the run kept its templates it is given those.
    """
    if asking.in_process:
        asking.in_process.recall(asking.gallery, journal.templates(stage))
    recalled = {photo for photo, _ in journal.templates(stage)}
    answers = [one for one in journal.read(stage) if one.outcome != LOST and not is_unusable(one)]
    known = {answer.photo: answer.outcome for answer in answers}
    again = [entry for entry in entries if entry.photo in known and entry.photo not in recalled]
    done = itertools.count(1)

    def compare(answer: KeptAnswer) -> None:
        if answer.outcome != known[answer.photo]:
            raise _changed(stage, known[answer.photo], answer)
        asking.options.progress(f"{stage} again", next(done), len(again))

    ask_all(asking, stage, again, compare)


def _changed(stage: str, before: str, answer: KeptAnswer) -> SystemFailed:
    return SystemFailed(
        f"the gallery of the interrupted run cannot be restored ({stage}, {answer.photo})",
        expected=f"the outcome {before} as before",
        got=answer.outcome,
        remedy="try again; if it stays so the system changed: begin a new run in another folder",
        code="gallery-gone",
    )
