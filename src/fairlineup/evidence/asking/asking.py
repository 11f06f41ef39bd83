"""Putting photographs to a system: in turn in this process, one by one and several at once across a wire."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass, field

from fairlineup.evidence.asking.answers import (
    UNUSABLE,
    AnswerRules,
    is_unusable,
    kept_enrolment,
    kept_search,
    kept_unusable,
    misbehaved,
)
from fairlineup.evidence.asking.options import Pace, RetryPolicy, RunOptions, Spending
from fairlineup.evidence.plan import ENROL_STAGES, Entry
from fairlineup.evidence.runs import LOST, FrozenRun, KeptAnswer
from fairlineup.records import (
    Enrolment,
    FaceSystem,
    InProcessSystem,
    Outcome,
    Photograph,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    SystemInformation,
    Throttled,
    TransportError,
    UnusableAnswer,
)

LOST_IN_A_ROW = 10  # then the system is taken to be down
UNUSABLE_IN_A_ROW = 10  # then it is taken to answer wrongly throughout
UNUSABLE_IN_ALL = 3  # so too where these are all

_NEVER = threading.Event()

SystemAnswer = Enrolment | SearchAnswer
Keep = Callable[[KeptAnswer], None]


@dataclass(frozen=True, slots=True)
class Asking:
    """One system being asked on behalf of one run."""

    system: FaceSystem  #: whom to ask.
    information: SystemInformation  #: what it said of itself.
    run: FrozenRun  #: on whose behalf, and where answers are kept.
    gallery: str  #: name of the gallery enrolled into and searched.
    rules: AnswerRules  #: what answers are held to.
    options: RunOptions  #: progress, retries, what may be spent.
    spending: Spending  #: calls so far.
    pace: Pace = field(default_factory=Pace)  #: how often questions are put.

    @property
    def in_process(self) -> InProcessSystem | None:
        """The same system, where its templates are at hand."""
        return self.system if isinstance(self.system, InProcessSystem) else None

    @property
    def part_size(self) -> int:
        """Answers kept together."""
        return self.options.part_size or self.run.plan.search.searches_per_part

    @property
    def retry(self) -> RetryPolicy:
        """How a question is asked again that got no answer."""
        return self.options.retry or RetryPolicy(self.run.plan.search.retries)

    def ask(self, stage: str, photos: Iterable[Photograph]) -> Iterator[SystemAnswer]:
        """Put photographs to the system. Raises: TransportError: a question got no answer."""
        if stage in ENROL_STAGES:
            return self.system.enrol(self.gallery, photos)
        request = SearchRequest(max_candidates=None, threshold=self.rules.record_to)
        return self.system.search(self.gallery, photos, request)

    def kept(self, photo: Photograph, answer: SystemAnswer, retries: int) -> KeptAnswer:
        """An answer as it is kept.

        Raises: Refused: candidates were held back. PhotographChanged: which an adapter took for an outcome.
        """
        if answer.outcome is not Outcome.OK:
            photo.read()
        try:
            if isinstance(answer, Enrolment):
                return kept_enrolment(answer, retries)
            return kept_search(answer, self.rules, retries)
        except UnusableAnswer as error:
            return kept_unusable(answer.photo, error, retries)


def ask_all(asking: Asking, stage: str, entries: Sequence[Entry], keep: Keep) -> None:
    """Put photographs to the system, each answer kept as it comes; no answer after all is one "lost".

    Across a wire an answer is kept before its thread asks the next question. If this ends early, questions
    under way are waited for and their answers kept: they may be paid for.

    Args:
        asking: whom, on behalf of what.
        stage: of the protocol.
        entries: whose photographs.
        keep: given each answer; across a wire in the order they come.
    Raises:
        SystemFailed: the system is down, or answers wrongly.
        Refused: it holds candidates back, or more would be spent than may be.
        PhotographChanged: one is no longer what was frozen.
    """
    photos = [asking.run.photograph(entry) for entry in entries]
    answers = _Answers(asking, stage, keep)
    (_across_the_wire if asking.information.wire else _in_turn)(asking, stage, photos, answers)
    answers.end()


@dataclass(slots=True)
class _Answers:
    """Hands answers on; lost questions once a later one is answered, unusable ones once a later one is right.

    Ten in a row are not kept, so that they are asked again.
    """

    asking: Asking
    stage: str
    keep: Keep
    lost: list[KeptAnswer] = field(default_factory=list)
    unusable: list[KeptAnswer] = field(default_factory=list)
    processed: bool = False  #: whether any photograph was.

    def take(self, answer: KeptAnswer) -> None:
        """An answer, as soon as it is there."""
        if answer.outcome != LOST and not is_unusable(answer):
            self.keep(answer)

    def in_order(self, answer: KeptAnswer) -> None:
        """The same once all photographs before it are answered or lost. Raises: SystemFailed: it failed."""
        if answer.outcome == LOST:
            self.lost.append(answer)
            if len(self.lost) >= LOST_IN_A_ROW:
                raise _down(self.asking, self.stage, answer.detail)
            return
        self._keep_all(self.lost)
        if is_unusable(answer):
            self.unusable.append(answer)
            if len(self.unusable) >= UNUSABLE_IN_A_ROW:
                raise self._useless()
        elif answer.outcome == Outcome.OK:
            self.processed = True
            # an empty list is no sign that lists are right
            if self.stage in ENROL_STAGES or answer.candidates:
                self._keep_all(self.unusable)

    def end(self) -> None:
        """No answer comes any more. Raises: SystemFailed: some came, and none was of use."""
        if len(self.unusable) >= UNUSABLE_IN_ALL and not self.processed:
            raise self._useless()
        self._keep_all(self.unusable)
        self._keep_all(self.lost)

    def _useless(self) -> SystemFailed:
        got = self.unusable[-1].detail.removeprefix(UNUSABLE)
        return misbehaved(self.stage, "answers that can be used", f"{len(self.unusable)} that cannot: {got}")

    def _keep_all(self, held: list[KeptAnswer]) -> None:
        while held:
            self.keep(held.pop(0))


def _in_turn(asking: Asking, stage: str, photos: Sequence[Photograph], answers: _Answers) -> None:
    """Ask a system that takes many photographs in one question."""
    position = attempts = 0
    while position < len(photos):
        try:
            for answer in asking.ask(stage, photos[position:]):
                _check_order(stage, photos, position, answer)
                kept = asking.kept(photos[position], answer, attempts)
                position, attempts = position + 1, 0
                answers.take(kept)
                answers.in_order(kept)
            if position < len(photos):
                raise misbehaved(stage, "one answer for each photograph", "fewer answers than photographs")
        except TransportError as error:
            attempts += 1
            asking.run.directory.events.add("no answer", stage=stage, position=position, attempt=attempts)
            if attempts <= asking.retry.retries:
                asking.retry.rest(asking.retry.wait_s(attempts), _NEVER)
                continue
            answers.in_order(_lost(photos[position], error, attempts - 1))
            position, attempts = position + 1, 0
        except UnusableAnswer as error:
            answers.in_order(kept_unusable(photos[position].id, error, attempts))
            position, attempts = position + 1, 0


def _across_the_wire(asking: Asking, stage: str, photos: Sequence[Photograph], answers: _Answers) -> None:
    """Ask one photograph a question, several questions at the same time where the system allows."""
    at_once = asking.options.limits.at_once or asking.information.at_once
    if at_once == 1 and asking.information.price is None:
        for photo in photos:
            answer = _asked_patiently(asking, stage, photo, _NEVER)
            answers.take(answer)
            answers.in_order(answer)
        return
    ended, left = threading.Event(), iter(photos)
    under_way, unsettled = set[Future[KeptAnswer]](), deque[Future[KeptAnswer]]()
    with ThreadPoolExecutor(at_once, thread_name_prefix="asking") as pool:
        try:
            while True:
                for photo in itertools.islice(left, at_once - len(under_way)):
                    unsettled.append(pool.submit(_asked_patiently, asking, stage, photo, ended))
                    under_way.add(unsettled[-1])
                if not under_way:
                    return
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    under_way.remove(future)
                    answers.take(future.result())
                while unsettled and unsettled[0] not in under_way:
                    answers.in_order(unsettled.popleft().result())
        finally:
            ended.set()
            for future in _answered(under_way):
                answers.take(future.result())


def _answered(under_way: Iterable[Future[KeptAnswer]]) -> Iterator[Future[KeptAnswer]]:
    """Questions under way that are answered after all, each when it is; others' faults are told already."""
    pending = [future for future in under_way if not future.cancel()]
    return (future for future in as_completed(pending) if future.exception() is None)


def _asked_patiently(asking: Asking, stage: str, photo: Photograph, ended: threading.Event) -> KeptAnswer:
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
                asked_s = error.retry_after_s
                asking.pace.throttled(None if asked_s is None else min(asked_s, retry.longest_wait_s))
            attempts += 1
            events.add("asked for less" if slower else "no answer", stage=stage, attempt=attempts)
            tired = throttled_s + 1 > retry.longest_wait_s if slower else attempts > retry.retries
            if tired or ended.is_set():
                return _lost(photo, error, attempts - 1)
            if not slower:
                retry.rest(retry.wait_s(attempts), ended)
            continue
        except UnusableAnswer as error:
            asking.pace.answered()
            return kept_unusable(photo.id, error, attempts)
        asking.pace.answered()
        if len(answers) != 1:
            raise misbehaved(stage, "one answer for each photograph", f"{len(answers)} answers")
        _check_order(stage, [photo], 0, answers[0])
        return asking.kept(photo, answers[0], attempts)


def _lost(photo: Photograph, error: TransportError, retries: int) -> KeptAnswer:
    photo.read()  # one that changed was not lost
    return KeptAnswer(photo.id, LOST, str(error), retries=retries)


def _check_order(stage: str, photos: Sequence[Photograph], position: int, answer: SystemAnswer) -> None:
    if position >= len(photos):
        raise misbehaved(stage, "one answer for each photograph", "more answers than photographs")
    if answer.photo != photos[position].id:
        raise misbehaved(stage, f"the answer for {photos[position].id}", f"one for {answer.photo}")


def _down(asking: Asking, stage: str, got: str) -> SystemFailed:
    facts = {"gallery": asking.gallery} if asking.information.keeps_galleries else {}
    return SystemFailed(
        f"the system stopped answering ({stage})",
        expected="an answer to at least one of ten photographs",
        got=got,
        remedy="go on when it is up again: finished answers are kept",
        code="system-failed",
        facts=facts,
    )
