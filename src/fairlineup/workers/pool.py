"""The same work on many items, in processes where it is worth starting them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from fairlineup.workers.supervised import SupervisedWorkers

STEP = 64

WORTHWHILE = 512
"""Fewer items are done in this process: others take half a second to start."""

_STEPS_AHEAD = 4
"""Steps given beyond the one waited for, for each process."""

In = TypeVar("In")
Out = TypeVar("Out")


def available_cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class WorkerPool:
    """Does work on many items; its processes end with the with block. The answers do not depend on them.

    Args:
        items: how many there will be; few are done in this process.
        workers: processes; None for one a core.
    """

    def __init__(self, items: int, workers: int | None = None) -> None:
        workers = workers or available_cores()
        few = workers == 1 or items < WORTHWHILE
        self._workers = None if few else SupervisedWorkers[Any, list[Any]](_begin, workers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._workers is not None:
            self._workers.close()

    @property
    def alone(self) -> bool:
        """Whether the work is done in this process."""
        return self._workers is None

    def each(
        self,
        work: Callable[[In], Out],
        items: Sequence[In],
        progress: Callable[[int], None] = lambda done: None,
        step: int = STEP,
    ) -> list[Out]:
        """The work done on every item, in order.

        Args:
            work: a function of a module, or a partial of one.
            items: what it is done on.
            progress: called with the number done, now and then.
            step: items a process is given at a time.
        Raises: WorkerFailed: two processes ended at the same items; and what the work raises.
        """
        steps = ((work, items[at : at + step]) for at in range(0, len(items), step))
        results: list[Out] = []
        for part in self._done(steps):
            results += part
            progress(len(results))
        return results

    def _done(self, steps: Iterable[tuple[Callable[[In], Out], Sequence[In]]]) -> Iterator[list[Out]]:
        if self._workers is None:
            return map(_step, steps)
        given = self._workers.in_order(steps, _STEPS_AHEAD * self._workers.workers)
        return (future.result() for future in given)


def _begin() -> Callable[[Any], list[Any]]:
    return _step


def _step(task: tuple[Callable[[In], Out], Sequence[In]]) -> list[Out]:
    work, items = task
    return [work(item) for item in items]
