"""The same work on many things in a few threads, that a Ctrl-C or the first fault ends at once."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

_PARTING_S = 0.5

Thing = TypeVar("Thing")
Done = TypeVar("Done")


def shared_out(
    work: Callable[[Thing], Done], things: Sequence[Thing], threads: int, stop: Callable[[], None]
) -> Iterator[Done]:
    """What `work` makes of each thing, in the order it gets done.

    Args:
        work: called in one of the threads.
        things: what there is to do.
        threads: at most so many at once.
        stop: called when it ends early, so that work under way can end too.
    Raises: whatever work raised first; nothing new is begun then.
    """
    waiting: queue.SimpleQueue[Thing] = queue.SimpleQueue()
    done: queue.SimpleQueue[Done | BaseException] = queue.SimpleQueue()
    ended = threading.Event()
    for thing in things:
        waiting.put(thing)

    def labour() -> None:
        while not ended.is_set():
            try:
                thing = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done.put(work(thing))
            except BaseException as error:  # noqa: BLE001 - raised again where somebody waits for it
                done.put(error)
                return

    # Daemons: a connection that hangs must not keep a command alive that was told to end.
    crowd = [threading.Thread(target=labour, daemon=True) for _ in range(min(threads, len(things)))]
    for thread in crowd:
        thread.start()
    try:
        for _ in things:
            yield _next(done)
    except BaseException:
        ended.set()
        stop()
        _await(crowd)
        raise


def _await(crowd: Sequence[threading.Thread]) -> None:
    """Let what is being written be written, but wait for nobody who hangs."""
    until = time.monotonic() + _PARTING_S
    for thread in crowd:
        thread.join(max(0.0, until - time.monotonic()))


def _next(done: queue.SimpleQueue[Done | BaseException]) -> Done:
    while True:
        try:
            outcome = done.get(timeout=0.5)  # where a wait without end can't be interrupted, this one can
        except queue.Empty:
            continue
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome
