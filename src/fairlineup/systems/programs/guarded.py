"""A program started so that it ends with us, and all that it started with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from multiprocessing import spawn
from pathlib import Path
from typing import IO, cast

GUARDIAN = Path(__file__).with_name("guardian.py")
KILLED_S = 1.0  # until a guardian that was told to kill is killed itself


class GuardedProgram:
    """A program with a guardian between it and us (docs/adr/0030-a-guardian.md); on Windows without.

    Args:
        command: program and arguments; no shell is asked.
    Raises:
        OSError: it cannot be started.
        ValueError: no program can be called so.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._ours, theirs = socket.socketpair()
        words = list(command)
        if guarded := hasattr(os, "fork"):
            words = [spawn.get_executable(), "-I", "-S", str(GUARDIAN), *_for_guardian(theirs), *command]
        with theirs, ExitStack() as failing:
            failing.callback(self._ours.close)
            self._process = subprocess.Popen(  # noqa: S603 - the plan names the program
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                pass_fds=[theirs.fileno()] if guarded else (),
            )
            failing.pop_all()
        self.stdin, self.stdout, self.stderr = (
            cast("IO[bytes]", stream)
            for stream in (self._process.stdin, self._process.stdout, self._process.stderr)
        )
        self._lock = threading.Lock()
        self._code: int | None = None
        self._guarded = guarded
        self.process_id = self._begun() if guarded else self._process.pid

    def wait(self, timeout_s: float) -> int | None:
        """Its exit status once it and all it started are gone, as subprocess counts; None if they live on."""
        try:
            code = self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None
        if not self._guarded:
            return code
        with self._lock:
            if self._code is None:
                said, number = self._line()
                self._code = number if said == "ended" else -signal.SIGKILL
        return self._code

    def kill(self) -> None:
        """End it at once, with all that it started."""
        if not self._guarded:
            self._process.kill()
            return
        with suppress(OSError):
            self._ours.shutdown(socket.SHUT_WR)
        if self.wait(KILLED_S) is None:  # somebody stopped the guardian
            with suppress(OSError):
                os.killpg(self.process_id, signal.SIGKILL)
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """Let go of its pipes, once it ended."""
        for end in (self.stdin, self.stdout, self.stderr, self._ours):
            with suppress(OSError, ValueError):
                end.close()

    def _begun(self) -> int:
        said, number = self._line()
        if said == "pid":
            return number
        self._process.wait()
        self.close()
        raise OSError(number, os.strerror(number)) if said == "errno" else OSError("its guardian ended")

    def _line(self) -> tuple[str, int]:
        """What its guardian says next; blank if it says nothing more."""
        line = b""
        while not line.endswith(b"\n"):
            if not (byte := self._ours.recv(1)):
                return "", 0
            line += byte
        said, number = line.split()
        return said.decode(), int(number)


def _for_guardian(theirs: socket.socket) -> tuple[str, str]:
    return str(theirs.fileno()), str(os.getpid())
