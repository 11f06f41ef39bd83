"""Ctrl-C and other requests to end: what is under way ends in order, or this process ends.

The first one raises KeyboardInterrupt in the main thread. If the process is still there GRACE_S later, for
whatever reason, it ends as if it were killed: what is kept is kept so that this loses nothing finished, and
processes it started end with it. So another Ctrl-C has nothing to add, and none can stop what tidies up.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

GRACE_S = 1.4

INTERRUPTED = "interrupted: what was finished is kept; give the same command again to go on"
_SHOW_CURSOR = "\x1b[?25h"
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_USUAL = (signal.SIG_DFL, signal.default_int_handler)


class _State:
    """What came, and how far we are."""

    came = 0  #: the first signal.
    handed = False  #: whether somebody else decides what becomes of this process.
    heard = False  #: whether the main thread has been told.
    status: int | None = None  #: the exit status, once the work is done.
    told = False  #: whether the person has been told.


def heed() -> None:
    """Heed signals in this process from now on; one that somebody has it ignore is ignored still."""
    theirs, ours = socket.socketpair()
    ours.setblocking(False)  # noqa: FBT003
    for number in _SIGNALS:
        if signal.getsignal(number) in _USUAL:
            signal.signal(number, _interrupt)
    signal.set_wakeup_fd(ours.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(theirs, ours), name="fairlineup-signals", daemon=True).start()


@contextmanager
def handed_to(end: Callable[[], None]) -> Iterator[None]:
    """Within the block the first request to end calls `end`, and the work takes its time; a second ends it.

    For a server, which answers what is under way. Only in the main thread.
    """

    def heard(number: int, _: object) -> None:
        if _State.came:
            os._exit(128 + number)
        _State.came = number
        end()

    usual = {number: signal.getsignal(number) for number in _SIGNALS}
    _State.handed = True
    for number, handler in usual.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, heard)
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
        _State.handed = False


def interrupted() -> int:
    """The exit status of who was interrupted: 130 after Ctrl-C; 0 if nothing came."""
    return 128 + _State.came if _State.came else 0


def interruption() -> str:
    """What the person is told of it, once."""
    _State.told = True
    return INTERRUPTED


def leave(status: int) -> None:
    """The work is done: a signal ends this process at once, with this exit status.

    After one that came before, it ends here: in the interpreter's own end another would kill it, and threads
    would be joined that nobody waits for any more.
    """
    _State.status = status
    if interrupted():
        atexit._run_exitfuncs()  # what was registered to tidy up
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):  # nobody reads it
                stream.flush()
        os._exit(status)


def _interrupt(number: int, _: object) -> None:
    _State.came = _State.came or number
    if not (_State.heard or _State.status is not None):
        _State.heard = True
        raise KeyboardInterrupt


def _watch(theirs: socket.socket, ours: socket.socket) -> None:
    """Waits beside the main thread, which may be where no Python runs."""
    with theirs, ours:
        while not _State.came:
            came = set(theirs.recv(64)) & set(_SIGNALS)
            if not _State.handed:
                _State.came = _State.came or min(came, default=0)
        if _State.handed:
            return
        if _State.status is None:
            time.sleep(GRACE_S)
        _end()


def _end() -> None:
    words = "" if _State.told or _State.status is not None else f"\n{INTERRUPTED}\n"
    with suppress(OSError, ValueError):  # no standard error, or nobody who reads it
        words += _SHOW_CURSOR if os.isatty(2) else ""
        if select.select([], [2], [], 0)[1]:
            os.write(2, words.encode())
    os._exit(interrupted() if _State.status is None else _State.status)
