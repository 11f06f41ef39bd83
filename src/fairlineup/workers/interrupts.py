"""Keeps Ctrl-C for the process that a person started."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Children started within never see Ctrl-C, not even before their first line; ours comes afterwards.

    Blocking is what a child inherits. It doesn't spare this process, in which another thread may take the
    signal and the interpreter would raise in the midst of starting the child: so it is noted and put off.
    """
    came: list[int] = []
    here = threading.current_thread() is threading.main_thread()
    usual = signal.signal(signal.SIGINT, lambda number, _frame: came.append(number)) if here else None
    blocks = hasattr(signal, "pthread_sigmask")
    if blocks:
        resource_tracker.ensure_running()  # it unblocks SIGINT when it starts, so it must not start within
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        if blocks:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if usual is not None:
            signal.signal(signal.SIGINT, usual)
        if came:
            signal.raise_signal(signal.SIGINT)
