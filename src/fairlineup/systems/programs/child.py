"""A program asked over its standard input and output: a JSON object a line, each way, numbered.

It knows nothing of faces. docs/systems/process.md is the protocol.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any

from fairlineup.systems.stated import SECRET

Answer = dict[str, Any]

LONGEST_LINE_BYTES = 64 * 2**20
SAID_LINES = 5  # of its standard error, kept for the case that it dies
SAID_CHARACTERS = 300  # of each
GRACE_S = 3.0  # until a program that was told to end is ended


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

    It is in a process group of its own, so that Ctrl-C comes to its parent alone, and the end of its input
    tells it to end, however its parent ended.

    Args:
        command: program and arguments; no shell is asked.
    Raises:
        OSError: it cannot be started.
        ValueError: no program can be called so.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - the plan names the program
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._numbers = itertools.count()
        self._waiting: dict[int, PendingAnswer] = {}
        self._fault: Unanswered | None = None
        self._group_ended = False
        self._lock = threading.Lock()
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._said: deque[str] = deque(maxlen=SAID_LINES)
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
        return self._process.pid

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
        """Wait for an answer; a program that lets it wait too long is ended. Raises: Unanswered."""
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
        self._kill()
        self._fail(fault)

    def close(self) -> None:
        """End its input, give it time to end, and end it."""
        self._fail(Unanswered("it was closed", again=False))
        self._outbox.put(None)
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._kill()
            self._process.wait()
        self._kill()
        streams = (self._process.stdin, self._process.stdout, self._process.stderr)
        for thread, stream in zip(self._threads, streams, strict=True):
            thread.join(GRACE_S)
            if stream is not None and not thread.is_alive():
                with suppress(OSError, ValueError):
                    stream.close()

    def said(self) -> str:
        """The last it wrote on its standard error, without the values of secret-looking variables."""
        text = " | ".join(line for line in self._said if line)
        for name, value in os.environ.items():
            if SECRET.search(name) and len(value) >= 6:
                text = text.replace(value, "…")
        return text

    # --- what its threads do -------------------------------------------------------------------------

    def _write(self) -> None:
        """Hands questions on in their order: a program that does not read must not hold up who asks."""
        stdin = _open(self._process.stdin)
        with suppress(OSError, ValueError):  # it is gone, as the reading thread will find
            while (line := self._outbox.get()) is not None:
                stdin.write(line)
                stdin.flush()
        with suppress(OSError, ValueError):
            stdin.close()

    def _read(self) -> None:
        stdout = _open(self._process.stdout)
        with suppress(ValueError):  # closed while it was read
            while (line := stdout.readline(LONGEST_LINE_BYTES)).endswith(b"\n"):
                if wrong := self._taken(line):
                    self.end(Unanswered(wrong, again=False))
                    return
            if len(line) == LONGEST_LINE_BYTES:
                self.end(Unanswered("a line longer than 64 MiB", again=False))
                return
            self._fail(Unanswered(self._ended(), again=True))

    def _listen(self) -> None:
        stderr = _open(self._process.stderr)
        with suppress(ValueError):
            while line := stderr.readline(4096):
                self._said.append(line.decode(errors="replace").strip()[:SAID_CHARACTERS])

    def _taken(self, line: bytes) -> str:
        """Takes a line in; what is wrong with it comes back, blank if nothing is."""
        try:
            answer = json.loads(line, parse_constant=_no_number)
        except (ValueError, RecursionError):
            return f"a line that is no JSON: {_short(line)}"
        if not isinstance(answer, dict):
            return f"a line that is no JSON object: {_short(line)}"
        number = answer.pop("n", None)
        with self._lock:
            question = self._waiting.pop(number, None) if type(number) is int else None
        if question is None:
            return f"an answer to no question that is open: {_short(line)}"
        question.seconds = time.monotonic() - question.begun
        question.future.set_result(answer)
        return ""

    def _ended(self) -> str:
        """How it ended, which its closed output says it did."""
        try:
            code = self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._kill()
            return "it closed its standard output" + self._last_words()
        self._kill()
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        return f"it ended ({how})" + self._last_words()

    def _last_words(self) -> str:
        self._threads[2].join(1)
        said = self.said()
        return f", saying: {said}" if said else ""

    def _fail(self, fault: Unanswered) -> None:
        with self._lock:
            self._fault = self._fault or fault
            waiting, self._waiting = self._waiting, {}
        for question in waiting.values():
            question.future.set_exception(self._fault)

    def _kill(self) -> None:
        """Ends it and what it started: once, for later its number may be another's."""
        if self._group_ended:
            return
        self._group_ended = True
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:  # pragma: no cover - Popen was given pipes
        raise ValueError("no pipe")
    return stream


def _no_number(name: str) -> float:
    raise ValueError(name)


def _short(line: bytes) -> str:
    text = line[:120].decode(errors="replace").strip()
    return repr(text if len(line) <= 120 else text + "…")
