"""A program asked over its standard input and output: a JSON object a line, each way, numbered.

It knows nothing of faces. docs/systems/process.md is the protocol.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import re
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from fairlineup.foreign import MisfitError, decode_json
from fairlineup.records import kind_of, shortened
from fairlineup.systems.programs.guarded import GuardedProgram
from fairlineup.systems.programs.redaction import Redaction
from fairlineup.workers import how_ended

Answer = dict[str, Any]

LONGEST_LINE_BYTES = 64 * 2**20
SAID_BYTES = 2**16  # of its standard error, kept for the case that it dies
SAID_LINES = 8  # of them, shown
SAID_CHARACTERS = 800  # of these
GRACE_S = 3.0  # until a program that was told to end is ended
BEGUN = re.compile(rb'\s*\{\s*"n"\s*:\s*(\d{1,9})\s*,')  # as programs write an answer
LAST_WORDS_S = 1.0  # until what it said before is waited for no more


class Unanswered(Exception):
    """A program will answer no more in this life.

    Attributes:
        got: how it ended.
        again: whether another life of it may do better: it died or hung, and did not answer wrongly.
    """

    def __init__(self, got: str, *, again: bool) -> None:
        self.got = got
        self.again = again
        super().__init__(got)


@dataclass(slots=True)
class PendingAnswer:
    """A question that was put."""

    future: Future[Answer] = field(default_factory=Future)  #: its answer, or the fault that it gets none for.
    begun: float = field(default_factory=time.monotonic)  #: when it was put, on the monotonic clock.
    seconds: float | None = None  #: until its answer came; None before.


class Child:
    """One life of a program. Questions may be put from any thread; answers are found by their number.

    It is in a session of its own, so that Ctrl-C comes to its parent alone, and the end of its input tells it
    to end. However it or its parent ends, what it started ends with it.

    Args:
        command: program and arguments; no shell is asked.
    Raises:
        OSError: it cannot be started.
        ValueError: no program can be called so.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._redaction = Redaction.of(os.environ)
        self._program = GuardedProgram(command)
        self._numbers = itertools.count()
        self._waiting: dict[int, PendingAnswer] = {}
        self._fault: Unanswered | None = None
        self._lock = threading.Lock()
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._said = b""
        self._threads = [
            threading.Thread(target=target, daemon=True) for target in (self._write, self._read, self._listen)
        ]
        for thread in reversed(self._threads):  # who reads the end waits for who hears the last words
            thread.start()

    @property
    def fault(self) -> Unanswered | None:
        """Why it answers no more, None while it does."""
        return self._fault

    @property
    def process_id(self) -> int:
        """Of the process."""
        return self._program.process_id

    def ask(self, content: Mapping[str, Any]) -> PendingAnswer:
        """Put a question; `answer` waits for what comes. Raises: Unanswered."""
        question = PendingAnswer()
        with self._lock:
            if self._fault:
                raise self._fault
            number = next(self._numbers)
            self._waiting[number] = question
        self._outbox.put(json.dumps({"n": number, **content}).encode() + b"\n")
        return question

    def answer(self, question: PendingAnswer, timeout_s: float) -> Answer:
        """Wait for an answer; a program that lets it wait too long is ended.

        Raises: Unanswered; MisfitError: it is no JSON that can be read.
        """
        try:
            return question.future.result(timeout_s)
        except TimeoutError:
            self.end(Unanswered(f"no answer in {timeout_s:g} s", again=True))
            return question.future.result(0)

    def end_if_stuck(self, timeout_s: float) -> None:
        """End it if its oldest open question has waited so long, whoever put that."""
        with self._lock:
            oldest = min((question.begun for question in self._waiting.values()), default=None)
        if oldest is not None and time.monotonic() - oldest > timeout_s:
            self.end(Unanswered(f"no answer in {timeout_s:g} s", again=True))

    def end(self, fault: Unanswered) -> None:
        """End it at once; every question under way gets the fault."""
        self._fail(fault)
        self._program.kill()

    def close(self, grace_s: float = GRACE_S) -> None:
        """End its input, give it time to end, and end it."""
        self._fail(Unanswered("it was closed", again=False))
        self._outbox.put(None)
        if self._program.wait(grace_s) is None:
            self._program.kill()
        for thread in self._threads:
            thread.join(LAST_WORDS_S)
        if not any(thread.is_alive() for thread in self._threads):
            self._program.close()

    def said(self) -> str:
        """The last it wrote on its standard error, without secrets."""
        text = self._redaction.end_of(self._said, cut=len(self._said) == SAID_BYTES)
        lines = [line for line in map(str.strip, text.splitlines()) if line.strip("^~ ")][-SAID_LINES:]
        return shortened(" | ".join(lines), SAID_CHARACTERS)

    # --- what its threads do -------------------------------------------------------------------------

    def _write(self) -> None:
        """Hands questions on in their order: a program that does not read must not hold up who asks."""
        stdin = self._program.stdin
        with suppress(OSError, ValueError):  # it is gone, as the reading thread will find
            while (line := self._outbox.get()) is not None:
                stdin.write(line)
                stdin.flush()
        with suppress(OSError, ValueError):
            stdin.close()

    def _read(self) -> None:
        """Takes answers until one is wrong or none can come; whatever that is, who asks is told of it."""
        try:
            fault = self._read_to_end()
        except Exception as error:  # noqa: BLE001 - raised where somebody asks
            why = self._redaction.text(kind_of(error))
            fault = Unanswered(f"answers that cannot be read ({why})", again=False)
        self.end(fault)

    def _read_to_end(self) -> Unanswered:
        stdout = self._program.stdout
        while (line := stdout.readline(LONGEST_LINE_BYTES)).endswith(b"\n"):
            if wrong := self._taken(self._redaction.line(line)):
                return Unanswered(wrong, again=False)
        if len(line) == LONGEST_LINE_BYTES:
            return Unanswered("a line longer than 64 MiB", again=False)
        return Unanswered(self._ended(line), again=True)

    def _listen(self) -> None:
        while piece := os.read(self._program.stderr.fileno(), SAID_BYTES):
            self._said = (self._said + piece)[-SAID_BYTES:]

    def _taken(self, line: bytes) -> str:
        """Takes a line in; what is wrong with it comes back, blank if nothing is."""
        try:
            answer = decode_json(line, dict[str, Any], largest=LONGEST_LINE_BYTES)
        except MisfitError as misfit:
            return self._misfit(line, misfit)
        number = answer.pop("n", None)
        answer = self._redaction.answer(answer, line)
        question = self._asked(number)
        if question is None:
            return f"an answer to no question that is open: {self._short(line)}"
        question.future.set_result(answer)
        return ""

    def _misfit(self, line: bytes, misfit: MisfitError) -> str:
        """As `_taken`, of a line that is none: where it begins as an answer does, only that one is lost."""
        misfit.got = self._redaction.text(misfit.got)
        begun = BEGUN.match(line)
        question = self._asked(int(begun[1])) if begun else None
        if question is None:
            return f"a line that is no JSON object ({misfit.got}): {self._short(line)}"
        question.future.set_exception(misfit)
        return ""

    def _asked(self, number: object) -> PendingAnswer | None:
        """The open question of that number, which is answered now."""
        with self._lock:
            question = self._waiting.pop(number, None) if type(number) is int else None
        if question is not None:
            question.seconds = time.monotonic() - question.begun
        return question

    def _ended(self, line: bytes) -> str:
        """How it ended, which its closed output says it did, and in which line."""
        code = self._program.wait(GRACE_S)
        self._program.kill()
        self._threads[2].join(LAST_WORDS_S)
        how = "it closed its standard output" if code is None else f"it ended ({how_ended(code)})"
        midst = f" in the midst of {self._short(line)}" if line else ""
        said = self.said()
        return how + midst + (f", saying: {said}" if said else "")

    def _fail(self, fault: Unanswered) -> None:
        with self._lock:
            self._fault = self._fault or fault
            waiting, self._waiting = self._waiting, {}
        for question in waiting.values():
            question.future.set_exception(self._fault)

    def _short(self, line: bytes) -> str:
        return _cut(repr(self._redaction.text(line[:SAID_BYTES].decode(errors="replace")).strip()), 100)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
