"""What runs in a worker process: jobs in by its first standard input, answers out by its first output.

What a job reads from standard input or prints touches neither: before any job both lead elsewhere.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

from fairlineup.records import SystemFailed
from fairlineup.workers.payload import packed, unpacked

MEMORY_BYTES = 4_000_000_000  # beyond what a worker begins with
DEATH_OF_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def serve(source: BinaryIO, parent: int) -> None:
    """Do jobs until the parent closes their source, or dies: then end, in the midst of a job too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _end_with(parent)
    received: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_receive, args=(source, received), daemon=True).start()
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints is no answer
        main, begin = received.get(), received.get()
        begun, work = _tried(lambda: unpacked(begin, main)())  # noqa: PLW0108 - to unpack is tried too
        _confine()
        _send(answers, begun, None if begun else work)
        while begun:
            content = received.get()
            _send(answers, *_tried(lambda: work(unpacked(content, main))))  # noqa: B023 - called at once
    os._exit(0)  # the thread reads on, and an orderly end would wait for it


def _end_with(parent: int) -> None:
    """Have Linux end this process with its parent, while a job in C lets no other thread run too."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(DEATH_OF_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)  # it died before it was asked for


def _confine() -> None:
    """Have Linux give this process no more than so much memory beyond what it begins with.

    A photograph that takes more is then an error of its own. Libraries reserve address space as they load
    (0.3 GB with the engine), so the limit counts from there; the costliest photograph within the limits of
    `faces.photos` takes 1.2 GB.
    """
    if sys.platform != "linux":
        return
    import resource

    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + MEMORY_BYTES
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most if hard < 0 else min(most, hard), hard))


def _receive(source: BinaryIO, received: SimpleQueue[Any]) -> None:
    try:
        while True:
            received.put(pickle.load(source))  # noqa: S301 - our own parent wrote it
    except (EOFError, OSError, pickle.UnpicklingError):
        os._exit(0)


def _tried(job: Callable[[], Any]) -> tuple[bool, Any]:
    """Whether a job was done, and its result or its error."""
    try:
        return True, job()
    except BaseException as error:  # noqa: BLE001 - told to the parent, which raises it
        return False, error if isinstance(error, Exception) else _no_end(error)


def _no_end(error: BaseException) -> SystemFailed:
    """What a job raised that would end the parent, as an error of the job."""
    return SystemFailed(
        "a job in a worker process",
        expected="a result",
        got=f"{type(error).__name__}, which ends a program",
        remedy="mend what the job calls",
        code="worker-failed",
    )


def _send(answers: BinaryIO, done: bool, value: Any) -> None:  # noqa: FBT001
    try:
        content = packed(value) if done else _packed_error(value)
    except Exception as error:  # noqa: BLE001 - a result that can't travel
        done, content = False, _packed_error(error)
    pickle.dump((done, content), answers)
    answers.flush()


def _packed_error(error: BaseException) -> bytes:
    """An error as it travels; one that can't travel is described."""
    try:
        error.add_note("In a worker process:\n" + "".join(traceback.format_exception(error)))
        content = packed(error)
        pickle.loads(content)  # noqa: S301
    except Exception:  # noqa: BLE001 - whatever its class does when it is pickled
        described = SystemFailed(
            "a job in a worker process",
            expected="a result",
            got=_described(error),
            remedy="do it with one worker, where it comes with its traceback",
            code="worker-failed",
        )
        return packed(described)
    return content


def _described(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001 - whatever its class does to say what it is
        return type(error).__name__
