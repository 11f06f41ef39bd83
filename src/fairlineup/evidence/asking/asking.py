"""Putting photographs to a system: in turn in this process, one by one and several at once across a wire."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from fairlineup.evidence.asking.answers import AnswerRules, enrol_row, lost_row, misbehaved, search_row
from fairlineup.evidence.asking.options import Pace, RetryPolicy, RunOptions, Spending
from fairlineup.evidence.plan import ENROL_STAGES, Entry
from fairlineup.evidence.runs import LOST, FrozenRun, Row
from fairlineup.records import (
    Enrolment,
    FaceSystem,
    Photograph,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    SystemInformation,
    Throttled,
    TransportError,
)

LOST_IN_A_ROW = 10  # then the system is taken to be down
AHEAD = 64  # questions asked before their turn to be kept, a thread

_NEVER = threading.Event()

Answer = Enrolment | SearchAnswer
Keep = Callable[[Row], None]


@dataclass(frozen=True, slots=True)
class Asking:
    """One system being asked on behalf of one run.

    Attributes:
        system: whom to ask.
        information: what it said of itself.
        run: on whose behalf, and where answers are kept.
        gallery: name of the gallery enrolled into and searched.
        rules: what answers are held to.
        options: progress, retries, what may be spent.
        spending: calls so far.
        pace: how often questions are put.
    """

    system: FaceSystem
    information: SystemInformation
    run: FrozenRun
    gallery: str
    rules: AnswerRules
    options: RunOptions
    spending: Spending
    pace: Pace = field(default_factory=Pace)

    @property
    def part_size(self) -> int:
        """Answers kept together."""
        return self.options.part_size or self.run.plan.search.searches_per_part

    @property
    def retry(self) -> RetryPolicy:
        """How a question is asked again that got no answer."""
        return self.options.retry or RetryPolicy(self.run.plan.search.retries)

    def ask(self, stage: str, photos: Iterable[Photograph]) -> Iterator[Answer]:
        """Put photographs to the system. Raises: TransportError: a question got no answer."""
        if stage in ENROL_STAGES:
            return self.system.enrol(self.gallery, photos)
        request = SearchRequest(max_candidates=None, threshold=self.rules.record_to)
        return self.system.search(self.gallery, photos, request)

    def row(self, answer: Answer, retries: int) -> Row:
        """An answer as it is kept. Raises: SystemFailed, Refused: it may not be."""
        if isinstance(answer, Enrolment):
            return enrol_row(answer, retries)
        return search_row(answer, self.rules, retries)

    def lost(self, stage: str, photo: Photograph, error: TransportError, retries: int) -> Row:
        """A question without an answer."""
        return lost_row(photo, error, search=stage not in ENROL_STAGES, retries=retries)


def rows(asking: Asking, stage: str, entries: Sequence[Entry], *, keep: bool = True) -> Iterator[Row]:
    """A row for each photograph, in order; a question that gets no answer after all is one "lost".

    Args:
        asking: whom, on behalf of what.
        stage: of the protocol.
        entries: whose photographs.
        keep: across a wire, whether each answer is kept at once, and those kept before are not asked for.
    Raises:
        SystemFailed: the system is down, or answers wrongly.
        Refused: it holds candidates back, or more would be spent than may be.
    """
    photos = [asking.run.dataset.photograph(entry) for entry in entries]
    if asking.information.wire:
        found = _across_the_wire(asking, stage, photos, keep=keep)
    else:
        found = _in_turn(asking, stage, photos)
    lost: list[Row] = []  # kept back until the next answer: ten in a row are asked again another day
    for row in found:
        if row["outcome"] != LOST:
            yield from lost
            lost.clear()
            yield row
            continue
        lost.append(row)
        if len(lost) >= LOST_IN_A_ROW:
            raise _down(asking, stage, str(row["detail"]))
    yield from lost


def _in_turn(asking: Asking, stage: str, photos: Sequence[Photograph]) -> Iterator[Row]:
    """Rows of a system that takes many photographs in one question."""
    position = attempts = 0
    retry = asking.retry
    while position < len(photos):
        try:
            for answer in asking.ask(stage, photos[position:]):
                _check_order(stage, photos, position, answer)
                row = asking.row(answer, attempts)
                position, attempts = position + 1, 0
                yield row
            if position < len(photos):
                raise misbehaved(stage, "one answer for each photograph", "fewer answers than photographs")
        except TransportError as error:
            attempts += 1
            asking.run.directory.events.add("no answer", stage=stage, position=position, attempt=attempts)
            if attempts <= retry.retries:
                retry.rest(retry.wait_s(attempts), _NEVER)
                continue
            yield asking.lost(stage, photos[position], error, attempts - 1)
            position, attempts = position + 1, 0


def _across_the_wire(
    asking: Asking, stage: str, photos: Sequence[Photograph], *, keep: bool
) -> Iterator[Row]:
    """Rows of a system that takes one photograph a question; each answer is kept before the next question.

    What an interrupted run was answered is not asked again. A paid answer is on disk, beyond the reach of a
    power cut.
    """
    journal, price = asking.run.directory.journal, asking.information.price
    at_once = asking.options.limits.at_once or asking.information.at_once
    one_by_one = at_once == 1 and price is None
    found = _one_by_one if one_by_one else _several
    if not keep:
        yield from found(asking, stage, photos, {}, _nowhere)
        return
    known = {str(row["photo"]): row for row in journal.opened(stage)}
    with journal.appending(stage, flushed=price is not None) as kept:
        yield from found(asking, stage, photos, known, kept)


def _nowhere(row: Row) -> None:
    """Keep nothing."""


def _one_by_one(
    asking: Asking, stage: str, photos: Sequence[Photograph], known: Mapping[str, Row], keep: Keep
) -> Iterator[Row]:
    """Rows of questions asked one after another; one that got no answer is asked again another day."""
    for photo in photos:
        row = known.get(photo.id) or _asked_patiently(asking, stage, photo, _NEVER)
        if photo.id not in known and row["outcome"] != LOST:
            keep(row)
        yield row


def _several(
    asking: Asking, stage: str, photos: Sequence[Photograph], known: Mapping[str, Row], keep: Keep
) -> Iterator[Row]:
    """Rows of questions of which several are under way.

    If this ends early they are waited for and their answers kept: they may be paid for.
    """
    at_once = asking.options.limits.at_once or asking.information.at_once
    ended = threading.Event()
    under_way: dict[Future[Row], int] = {}
    done: dict[int, Row] = {}
    asked = position = 0

    def take(finished: Iterable[Future[Row]]) -> None:
        for future in finished:
            number, row = under_way.pop(future), future.result()
            if row["outcome"] != LOST:
                keep(row)
            done[number] = row

    with ThreadPoolExecutor(at_once, thread_name_prefix="asking") as pool:
        try:
            while position < len(photos):
                while len(under_way) < at_once and asked < min(len(photos), position + AHEAD * at_once):
                    photo = photos[asked]
                    if photo.id in known:
                        done[asked] = known[photo.id]
                    else:
                        under_way[pool.submit(_asked_patiently, asking, stage, photo, ended)] = asked
                    asked += 1
                if under_way and position not in done:
                    take(wait(under_way, return_when=FIRST_COMPLETED).done)
                while position in done:
                    yield done.pop(position)
                    position += 1
        finally:
            ended.set()
            take(_answered(under_way))


def _answered(under_way: Iterable[Future[Row]]) -> list[Future[Row]]:
    """Those of the questions under way that are answered after all; the others' faults are told already."""
    pending = [future for future in under_way if not future.cancel()]
    return [future for future in wait(pending).done if future.exception() is None]


def _asked_patiently(asking: Asking, stage: str, photo: Photograph, ended: threading.Event) -> Row:
    retry, events = asking.retry, asking.run.directory.events
    attempts, throttled_s = 0, 0.0
    while True:
        turn_s = asking.pace.turn()
        retry.rest(turn_s, ended)
        throttled_s += turn_s if attempts else 0.0
        asking.spending.call(enrol=stage in ENROL_STAGES)
        try:
            answers = list(asking.ask(stage, [photo]))
        except TransportError as error:
            slower = isinstance(error, Throttled)
            if isinstance(error, Throttled):
                asking.pace.throttled(error.retry_after_s)
            attempts += 1
            events.add("asked for less" if slower else "no answer", stage=stage, attempt=attempts)
            tired = throttled_s > retry.longest_wait_s if slower else attempts > retry.retries
            if tired or ended.is_set():
                return asking.lost(stage, photo, error, attempts - 1)
            if not slower:
                retry.rest(retry.wait_s(attempts), ended)
            continue
        asking.pace.answered()
        if len(answers) != 1:
            raise misbehaved(stage, "one answer for each photograph", f"{len(answers)} answers")
        _check_order(stage, [photo], 0, answers[0])
        return asking.row(answers[0], attempts)


def _check_order(stage: str, photos: Sequence[Photograph], position: int, answer: Answer) -> None:
    if position >= len(photos):
        raise misbehaved(stage, "one answer for each photograph", "more answers than photographs")
    if answer.photo != photos[position].id:
        raise misbehaved(stage, f"the answer for {photos[position].id}", f"one for {answer.photo}")


def _down(asking: Asking, stage: str, got: str) -> SystemFailed:
    kept = asking.information.keeps_galleries
    leftovers = ", or remove what it left there: fairlineup systems clean NAME" if kept else ""
    return SystemFailed(
        f"the system stopped answering ({stage})",
        expected="an answer to at least one of ten photographs",
        got=got,
        remedy=f"when it is up again give the same command: finished answers are kept{leftovers}",
    )
