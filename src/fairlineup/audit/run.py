"""Putting a protocol to a system: part by part, resumable, each answer checked before it is kept."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fairlineup.audit.manifest import Entry
from fairlineup.audit.protocol import ENROL_STAGES, Protocol
from fairlineup.audit.settle import SettledDataset
from fairlineup.records import (
    Candidate,
    Enrolment,
    FaceSystem,
    Outcome,
    Photograph,
    Progress,
    Scale,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    TransportError,
    no_progress,
)
from fairlineup.runs import LOST, Row, RunDirectory
from fairlineup.seals import Plain, digest_of

DECIMALS = (
    5  # scores are rounded to 1e-5 before any decision, so that one environment decides alike each time
)
LOST_IN_A_ROW = 10  # then the system is taken to be down

Answer = Enrolment | SearchAnswer


@dataclass(frozen=True, slots=True)
class Patience:
    """How a question is asked again that got no answer.

    Attributes:
        retries: times it is asked again.
        first_wait_s: seconds before the first; each later wait is twice as long.
        sleep: how to wait.
    """

    retries: int = 3
    first_wait_s: float = 0.5
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a run is conducted; none of it changes what is found.

    Attributes:
        part_size: answers kept together in one part of the journal.
        patience: how often to ask again.
        progress: told of each answer, stage by stage.
    """

    part_size: int = 64
    patience: Patience = Patience()
    progress: Progress = no_progress


@dataclass(frozen=True, slots=True)
class _Asking:
    """One system being asked on behalf of one run."""

    system: FaceSystem
    directory: RunDirectory
    dataset: SettledDataset
    gallery: str
    scale: Scale
    record_to: float
    conduct: Conduct


def perform(
    protocol: Protocol,
    dataset: SettledDataset,
    system: FaceSystem,
    directory: RunDirectory,
    conduct: Conduct = Conduct(),
) -> None:
    """Put every photograph of the protocol to the system that has not been put to it before.

    The gallery is deleted at the end. A run that is ended early leaves it to a system that keeps
    galleries, so that the run can go on; a system that does not is given the references again.

    Args:
        protocol: the stages.
        dataset: where the photographs are.
        system: whom to ask.
        directory: where answers are kept, part by part.
        conduct: part size, patience, progress.
    Raises:
        SystemFailed: the system is down, answers wrongly, or changed since the run was begun.
        BadInput: the run directory became unwritable.
    """
    information = system.information()
    seal = digest_of(directory.read_identity()["digests"]).removeprefix("sha256:")
    gallery = f"fairlineup-{seal[:16]}"
    asking = _Asking(system, directory, dataset, gallery, information.scale, protocol.record_to, conduct)
    enrolled: set[str] = set()
    last_search = _last_unfinished(asking, protocol)
    if not any(directory.journal.parts(stage) for stage, _ in protocol.stages):
        system.delete_gallery(gallery)  # an earlier run of the same papers may have left one behind
    for number, (stage, entries) in enumerate(protocol.stages):
        if stage in ENROL_STAGES:
            if number <= last_search and not information.keeps_galleries:
                _restore(asking, stage, entries)
            _enrol(asking, stage, entries)
            enrolled.update(_enrolled_photos(directory, stage))
        else:
            _search(asking, stage, entries, enrolled)
    system.delete_gallery(gallery)
    directory.events.add("gallery deleted", gallery=gallery)


def _last_unfinished(asking: _Asking, protocol: Protocol) -> int:
    """Number of the last stage with searches still to do, -1 if there is none: galleries matter up to it."""
    unfinished = [
        number
        for number, (stage, entries) in enumerate(protocol.stages)
        if stage not in ENROL_STAGES
        and asking.directory.journal.parts(stage) < math.ceil(len(entries) / asking.conduct.part_size)
    ]
    return max(unfinished, default=-1)


def _restore(asking: _Asking, stage: str, entries: Sequence[Entry]) -> None:
    """Enrol again what an interrupted run had enrolled, into a system that has forgotten it."""
    known = {str(row["photo"]): row for row in asking.directory.journal.read(stage)}
    again = [e for e in entries if e.photo in known and known[e.photo]["outcome"] != LOST]
    for done, answer in enumerate(_answers(asking, stage, again), start=1):
        if isinstance(answer, dict) or answer.outcome.value != known[answer.photo]["outcome"]:
            raise _changed(stage, known, answer)
        asking.conduct.progress(f"{stage} again", done, len(again))


def _enrol(asking: _Asking, stage: str, entries: Sequence[Entry]) -> None:
    journal = asking.directory.journal
    for number, rows in _parts(asking, stage, entries, _enrol_row):
        journal.write(stage, number, rows)


def _search(asking: _Asking, stage: str, entries: Sequence[Entry], enrolled: set[str]) -> None:
    journal = asking.directory.journal
    for number, rows in _parts(asking, stage, entries, lambda a: _search_row(a, asking, enrolled)):
        journal.write(stage, number, rows)


def _parts(
    asking: _Asking, stage: str, entries: Sequence[Entry], row: Callable[[Any], Row]
) -> Iterator[tuple[int, list[Row]]]:
    """Ask for every part that is not in the journal; give each as it is whole."""
    first = asking.directory.journal.parts(stage)
    remaining = entries[first * asking.conduct.part_size :]
    total, done = len(entries), len(entries) - len(remaining)
    if remaining:
        asking.directory.events.add("stage begun", stage=stage, photographs=total, already_done=done)
    asking.conduct.progress(stage, done, total)
    answers = _answers(asking, stage, remaining)
    for number in itertools.count(first):
        rows: list[Row] = []
        for answer in itertools.islice(answers, asking.conduct.part_size):
            rows.append(answer if isinstance(answer, dict) else row(answer))
            done += 1
            asking.conduct.progress(stage, done, total)
        if not rows:
            return
        yield number, rows


def _answers(asking: _Asking, stage: str, entries: Sequence[Entry]) -> Iterator[Answer | Row]:
    """Answers in order; a question that gets none after all retries becomes a row of the outcome "lost"."""
    photos = [asking.dataset.photograph(entry) for entry in entries]
    position = attempts = 0
    lost: list[Row] = []  # kept back until the next answer: ten in a row are asked again another day
    while position < len(photos):
        try:
            for answer in _ask(asking, stage, photos[position:]):
                _check_order(stage, photos, position, answer)
                yield from lost
                lost.clear()
                position, attempts = position + 1, 0
                yield answer
            if position < len(photos):
                raise _misbehaved(stage, "one answer for each photograph", "fewer answers than photographs")
        except TransportError as error:
            attempts += 1
            asking.directory.events.add("no answer", stage=stage, position=position, attempt=attempts)
            if attempts <= asking.conduct.patience.retries:
                asking.conduct.patience.sleep(asking.conduct.patience.first_wait_s * 2 ** (attempts - 1))
                continue
            lost.append(_lost_row(stage, photos[position], error))
            if len(lost) >= LOST_IN_A_ROW:
                raise _down(stage, error) from error
            position, attempts = position + 1, 0
    yield from lost


def _ask(asking: _Asking, stage: str, photos: Iterable[Photograph]) -> Iterator[Answer]:
    if stage in ENROL_STAGES:
        return asking.system.enrol(asking.gallery, photos)
    request = SearchRequest(max_candidates=None, threshold=asking.record_to)
    return asking.system.search(asking.gallery, photos, request)


# --- rows ----------------------------------------------------------------------------------------


def _enrol_row(answer: Enrolment) -> Row:
    row: Row = {"photo": answer.photo, "outcome": answer.outcome.value, "detail": answer.detail}
    return {**row, **_time(answer)}


def _time(answer: Answer) -> Row:
    return {} if answer.seconds is None else {"seconds": round(float(answer.seconds), 4)}


def _search_row(answer: SearchAnswer, asking: _Asking, enrolled: set[str]) -> Row:
    if answer.outcome is not Outcome.OK and answer.candidates:
        raise _misbehaved(answer.photo, "no candidates for a probe that was not processed", answer.outcome)
    photos = [candidate.photo for candidate in answer.candidates]
    if len(set(photos)) < len(photos):
        raise _misbehaved(answer.photo, "each reference once", "one reference twice")
    candidates: list[Plain] = []
    for candidate in answer.candidates:
        score = _checked_score(answer.photo, candidate, asking.scale, enrolled)
        if asking.scale.accepts(score, asking.record_to):
            candidates.append([candidate.photo, score])
    return {
        "photo": answer.photo,
        "outcome": answer.outcome.value,
        "detail": answer.detail,
        "capped": answer.capped and len(candidates) == len(answer.candidates),  # else it went far enough
        "candidates": candidates,
        **_time(answer),
    }


def _checked_score(probe: str, candidate: Candidate, scale: Scale, enrolled: set[str]) -> float:
    score = round(float(candidate.score), DECIMALS)
    if not (math.isfinite(score) and scale.low <= score <= scale.high):
        raise _misbehaved(probe, f"scores from {scale.low:g} to {scale.high:g}", str(candidate.score))
    if candidate.photo not in enrolled:
        raise _misbehaved(probe, "candidates that were enrolled", repr(candidate.photo))
    return score


def _lost_row(stage: str, photo: Photograph, error: TransportError) -> Row:
    row: Row = {"photo": photo.id, "outcome": LOST, "detail": str(error)}
    return row if stage in ENROL_STAGES else {**row, "capped": False, "candidates": []}


def _enrolled_photos(directory: RunDirectory, stage: str) -> set[str]:
    return {str(row["photo"]) for row in directory.journal.read(stage) if row["outcome"] == Outcome.OK.value}


# --- what a system may not do --------------------------------------------------------------------


def _check_order(stage: str, photos: Sequence[Photograph], position: int, answer: Answer) -> None:
    if position >= len(photos):
        raise _misbehaved(stage, "one answer for each photograph", "more answers than photographs")
    if answer.photo != photos[position].id:
        raise _misbehaved(stage, f"the answer for {photos[position].id}", f"one for {answer.photo}")


def _changed(stage: str, known: Mapping[str, Row], answer: Answer | Row) -> SystemFailed:
    photo, outcome = (
        (str(answer["photo"]), LOST) if isinstance(answer, dict) else (answer.photo, answer.outcome.value)
    )
    return SystemFailed(
        f"the gallery of the interrupted run cannot be restored ({stage}, {photo})",
        expected=f"the outcome {known[photo]['outcome']} as before",
        got=outcome,
        remedy="try again; if it stays so the system changed: begin a new run with --out",
    )


def _misbehaved(where: str, expected: str, got: str) -> SystemFailed:
    return SystemFailed(
        f"the system answered wrongly ({where})",
        expected=expected,
        got=got,
        remedy="mend its adapter; finished answers are kept",
    )


def _down(stage: str, error: TransportError) -> SystemFailed:
    return SystemFailed(
        f"the system stopped answering ({stage})",
        expected="an answer to at least one of ten photographs",
        got=str(error),
        remedy="when it is up again give the same command: finished answers are kept",
    )
