"""Any program as a system under test, asked line by line: docs/systems/process.md is the protocol."""

from __future__ import annotations

import base64
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any
from uuid import uuid4

from fairlineup.files import temporary_folder, why
from fairlineup.foreign import MisfitError
from fairlineup.records import (
    GALLERY_PREFIX,
    BadInput,
    DigestedSource,
    Enrolment,
    Outcome,
    Photograph,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    SystemInformation,
)
from fairlineup.systems.facts import Adapter, Entrusted, Facts
from fairlineup.systems.faults import unanswered
from fairlineup.systems.information import Misstated
from fairlineup.systems.programs import (
    PROTOCOL,
    Answer,
    AnswerReader,
    Child,
    Done,
    Galleries,
    PendingAnswer,
    ProcessOptions,
    Unanswered,
    information_from,
    words_of,
)
from fairlineup.systems.stated import read_stated


@dataclass(frozen=True, slots=True)
class Program:
    """What is started, and what errors call it."""

    command: tuple[str, ...]
    options: ProcessOptions = field(default_factory=ProcessOptions)
    called: str = "process"

    def start(self) -> tuple[Child, SystemInformation]:
        """A life of it, greeted. Raises: Unanswered; BadInput (no such program); SystemFailed."""
        try:
            child = Child(self.command)
        except (OSError, ValueError) as error:
            raise BadInput(
                f"the program {self.command[0]} cannot be started",
                code="no-such-system",
                expected="a program that can be run here",
                got=why(error),
                remedy=f"correct the system {self.called} in the plan",
            ) from None
        reader = AnswerReader(self.called)
        try:
            hello = child.ask({"ask": "hello", "protocol": PROTOCOL})
            answer = child.answer(hello, self.options.start_timeout_s)
            reader.check_answered(answer)
            return child, information_from(answer)
        except (Misstated, MisfitError) as wrong:
            child.close(grace_s=0)
            raise reader.wrong(wrong.expected, wrong.got) from None
        except BaseException:
            child.close(grace_s=0)
            raise


@dataclass(frozen=True, slots=True)
class _PhotoAsked:
    """A photograph asked about, or why it could not be."""

    photo: Photograph
    child: Child
    question: PendingAnswer | None
    unreadable: str = ""


@dataclass(slots=True)
class _Galleries:
    """Which galleries a program that keeps none has references in, and which it lost when it ended."""

    held: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def lose(self) -> None:
        self.gone |= self.held
        self.held.clear()


class ProcessSystem:
    """A program behind the port, started again when it ended and is asked again.

    A program that keeps no galleries loses them when it ends: what is asked of one of those afterwards fails,
    and is not answered from an empty gallery. `open_process` makes one.
    """

    def __init__(self, program: Program, child: Child, information: SystemInformation) -> None:
        self._program, self._child, self._information = program, child, information
        self._reader = AnswerReader(program.called)
        self._galleries = _Galleries()
        self._lock = threading.RLock()
        self._turns = threading.BoundedSemaphore(information.at_once)
        self._spare = ExitStack()
        self._copies: Path | None = None

    def information(self) -> SystemInformation:
        """What the program says of itself."""
        return self._information

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Enrol photograph by photograph, as many at once as the program takes."""
        for asked, answer, seconds in self._answers({"ask": "enrol", "gallery": gallery}, photos):
            enrolment = self._reader.enrolment(asked.photo, answer, seconds)
            if enrolment.outcome is Outcome.OK:
                self._galleries.held.add(gallery)
            yield enrolment

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Search probe by probe, as many at once as the program takes."""
        wanted = {"threshold": request.threshold, "max_candidates": request.max_candidates}
        question = {"ask": "search", "gallery": gallery, **wanted}
        for asked, answer, seconds in self._answers(question, photos):
            yield self._reader.search_answer(asked.photo, answer, seconds)

    def delete_gallery(self, gallery: str) -> None:
        """Have a gallery deleted. Raises: TransportError, SystemFailed."""
        self._reader.plain(self._plain({"ask": "delete_gallery", "gallery": gallery}), Done)
        self._galleries.gone.discard(gallery)
        self._galleries.held.discard(gallery)

    def close(self) -> None:
        """End the program's input, which tells it to end, and end it if it does not."""
        self._child.close()
        self._spare.close()

    def _plain(self, content: Mapping[str, Any]) -> Answer:
        """Ask what is not about a photograph. Raises: TransportError, SystemFailed."""
        try:
            child, question = self._put(content)
            answer = child.answer(question, self._program.options.timeout_s)
        except Unanswered as fault:
            raise self._unanswered(fault, "") from None
        except MisfitError as misfit:
            raise self._reader.wrong(misfit.expected, misfit.got) from None
        self._reader.check_answered(answer)
        return answer

    def _answers(
        self, content: Mapping[str, Any], photos: Iterable[Photograph]
    ) -> Iterator[tuple[_PhotoAsked, Answer, float | None]]:
        """Answers in the order of the photographs, with up to `at_once` questions open."""
        ahead: deque[_PhotoAsked] = deque()
        gallery = content["gallery"]
        for photo in photos:
            ahead.append(self._about(photo, content))
            if len(ahead) >= self._information.at_once:
                yield self._answered(ahead.popleft(), gallery)
        while ahead:
            yield self._answered(ahead.popleft(), gallery)

    def _about(self, photo: Photograph, content: Mapping[str, Any]) -> _PhotoAsked:
        gallery = content["gallery"]
        self._check_not_gone(gallery)
        try:
            photo, shown = self._shown(photo)
        except OSError as error:
            why = error.strerror or type(error).__name__
            return _PhotoAsked(photo, self._child, None, f"cannot be read: {why}")
        try:
            child, question = self._put({**content, "photo": photo.id, **shown})
        except Unanswered as fault:
            raise self._unanswered(fault, gallery) from None
        self._check_not_gone(gallery)  # it may have been started again for this question
        return _PhotoAsked(photo, child, question)

    def _answered(self, asked: _PhotoAsked, gallery: str) -> tuple[_PhotoAsked, Answer, float | None]:
        if asked.question is None:
            return asked, {"outcome": Outcome.ERROR.value, "detail": asked.unreadable}, None
        try:
            answer = asked.child.answer(asked.question, self._program.options.timeout_s)
        except Unanswered as fault:
            raise self._unanswered(fault, gallery) from None
        except MisfitError as misfit:
            raise self._reader.unusable(misfit) from None
        finally:
            self._forget_copy(asked.photo)
        self._reader.check_answered(answer)
        return asked, answer, asked.question.seconds

    def _shown(self, photo: Photograph) -> tuple[Photograph, dict[str, str]]:
        """The photograph as it is sent, and how. Raises: OSError."""
        by_path = self._program.options.photographs == "path"
        if by_path and isinstance(photo.source, DigestedSource) and photo.source.in_file:
            photo = self._copied(photo)
        if by_path and isinstance(photo.source, Path):
            photo.source.stat()  # a file that is gone is an answer, not the program's fault
            return photo, {"path": str(photo.source.absolute())}
        return photo, {"bytes": base64.b64encode(photo.read()).decode()}

    def _copied(self, photo: Photograph) -> Photograph:
        """A copy of the bytes that were digested: the program opens a file whenever it likes."""
        with self._lock:
            self._copies = folder = self._copies or self._spare.enter_context(temporary_folder())
        path = folder / f"{uuid4().hex}{PurePath(photo.id).suffix}"
        path.write_bytes(photo.read())
        return Photograph(photo.id, path)

    def _forget_copy(self, photo: Photograph) -> None:
        if self._copies and isinstance(photo.source, Path) and photo.source.parent == self._copies:
            photo.source.unlink(missing_ok=True)

    def _put(self, content: Mapping[str, Any]) -> tuple[Child, PendingAnswer]:
        """Put a question when it is its turn. Raises: Unanswered."""
        while not self._turns.acquire(timeout=min(1.0, self._program.options.timeout_s)):
            self._child.end_if_stuck(self._program.options.timeout_s)  # or it holds up everybody
        try:
            child = self._living()
            question = child.ask(content)
        except BaseException:
            self._turns.release()
            raise
        question.future.add_done_callback(lambda _: self._turns.release())
        return child, question

    def _living(self) -> Child:
        """The program, started again if it ended. Raises: Unanswered, SystemFailed."""
        with self._lock:
            fault = self._child.fault
            if fault is None:
                return self._child
            if not fault.again:
                raise fault
            self._lose_galleries()
            self._child.close()
            self._child, information = self._program.start()
            if information != self._information:
                raise self._reader.wrong("the same of itself when it is started again", "something else")
            return self._child

    def _lose_galleries(self) -> None:
        if not self._information.keeps_galleries:
            self._galleries.lose()

    def _unanswered(self, fault: Unanswered, gallery: str) -> SystemFailed:
        """What becomes of a question whose program ended: it can be asked again where nothing was lost."""
        if not fault.again:
            return self._reader.wrong("one JSON object a line, in answer to what was asked", fault.got)
        with self._lock:
            if self._child.fault is fault:
                self._lose_galleries()
        if gallery in self._galleries.gone:
            return self._lost(fault.got)
        return unanswered(self._program.called, fault.got)

    def _check_not_gone(self, gallery: str) -> None:
        if gallery in self._galleries.gone:
            raise self._lost("one that ended and was started again")

    def _lost(self, got: str) -> SystemFailed:
        return SystemFailed(
            f"{self._program.called} lost its galleries",
            code="gallery-gone",
            expected="a program that lives until the audit is done, or keeps its galleries",
            got=got,
            remedy="begin again: finished answers are kept, and the rest is enrolled again",
        )


class KeepingProcessSystem(ProcessSystem):
    """A program whose galleries outlive it."""

    def galleries(self) -> tuple[str, ...]:
        """Names of the galleries of audits that it holds, sorted. Raises: TransportError, SystemFailed."""
        names = self._reader.plain(self._plain({"ask": "galleries"}), Galleries).galleries
        return tuple(sorted(name for name in names if name.startswith(GALLERY_PREFIX)))


def open_process(program: Program) -> ProcessSystem:
    """A program as a system, started and greeted.

    Raises:
        BadInput: it cannot be started.
        SystemFailed: it ends, says nothing, or does not keep to the protocol.
    """
    try:
        child, information = program.start()
    except Unanswered as fault:
        raise AnswerReader(program.called).wrong("a greeting in answer to hello", fault.got) from None
    kind = KeepingProcessSystem if information.keeps_galleries else ProcessSystem
    return kind(program, child, information)


ADAPTER = Adapter(
    Facts(
        name="process",
        title="any program that speaks a protocol of lines over standard input and output",
        argument="COMMAND",
        credentials=("the program's own, from its environment",),
        page="docs/systems/process.md",
        tried="with programs written for the tests, in Python and JavaScript",
    ),
    lambda command, options: open_process(
        Program(words_of(command), read_stated(ProcessOptions, "process", options))
    ),
    lambda command, _: Entrusted("program", words_of(command)),
)
