"""The same work on many items, on all cores where it is worth starting processes."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits

from fairlineup.records import SystemFailed
from fairlineup.workers.starting import Parcel, Sealed, starting

STEP = 64

WORTHWHILE = 512
"""Fewer items are done here: processes take half a second to start."""

In = TypeVar("In")
Out = TypeVar("Out")


@dataclass(frozen=True, slots=True, eq=False)
class Crew:
    """Who does the work; the answers do not depend on it.

    Attributes:
        pool: processes, or None to do it here.
    """

    pool: ProcessPoolExecutor | None

    @property
    def alone(self) -> bool:
        """Whether the work is done in this process."""
        return self.pool is None

    def each(
        self,
        work: Callable[[In], Out],
        items: Sequence[In],
        told: Callable[[int], None] = lambda done: None,
        step: int = STEP,
    ) -> list[Out]:
        """The work done on every item, in order.

        Args:
            work: a function of a module, or a partial of one.
            items: what it is done on.
            told: called with the number done, now and then.
            step: items a process is given at a time.
        Raises: SystemFailed: a process was killed.
        """
        steps = [(work, items[at : at + step]) for at in range(0, len(items), step)]
        results: list[Out] = []
        try:
            for part in self._done(steps):
                results += part
                told(len(results))
        except BrokenProcessPool as error:
            raise SystemFailed(
                "the work of several processes",
                expected="every process to live until it is done",
                got="one that was killed",
                remedy="if memory ran out, free some; then run again",
            ) from error
        return results

    def _done(self, steps: Sequence[tuple[Callable[[In], Out], Sequence[In]]]) -> Iterator[list[Out]]:
        if self.pool is None:
            return map(_step, steps)
        with starting():  # a pool starts its processes when it is given work
            return self.pool.map(_opened, map(Parcel, steps))


ALONE = Crew(None)


@contextmanager
def crew(workers: int, items: int) -> Iterator[Crew]:
    """A crew for so many items; its processes end with the block, at once if it is left by an error."""
    if workers == 1 or items < WORTHWHILE:
        yield ALONE
        return
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin)
    try:
        with starting():
            pool.submit(int).result()
        yield Crew(pool)
    finally:
        pool.shutdown(cancel_futures=True)


def _opened(parcel: Parcel | Sealed) -> list[Any]:
    return _step(parcel.opened())


def _step(task: tuple[Callable[[In], Out], Sequence[In]]) -> list[Out]:
    work, items = task
    return [work(item) for item in items]


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    import numpy  # noqa: F401 - only what is loaded can be limited

    threadpool_limits(limits=1, user_api="blas")


def _end_with_the_parent() -> None:
    """A parent that was killed tells nobody, and its processes would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
