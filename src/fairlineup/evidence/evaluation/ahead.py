"""Long parts of several sections, measured ahead of them by all cores.

What is measured ahead is kept with the run, where its section finds it. A part that cannot be, because a
measure fails or a process ends, is not kept: its section measures it, and says what failed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Any

from fairlineup.evidence.evaluation.joined import JoinedAnswers
from fairlineup.evidence.evaluation.measured_run import MeasuredRun, Part
from fairlineup.evidence.plan import Memory
from fairlineup.evidence.runs import FrozenRun
from fairlineup.workers import PoolClosed, SupervisedWorkers, available_cores

ENOUGH = 400_000
"""Comparisons listed from which other processes pay: they take a second to start."""

MOST = 5
"""Processes; more would wait for the longest part."""


def processes_for(comparisons: int) -> int:
    """How many processes measure so many comparisons listed."""
    return 1 if comparisons < ENOUGH else min(MOST, available_cores())


@contextmanager
def ahead(
    run: MeasuredRun, parts: Callable[[MeasuredRun], Sequence[Part]], workers: int | None = None
) -> Iterator[Callable[[], None]]:
    """Have other processes begin with the parts, from the first; what is yielded does the rest with them.

    Args:
        run: what is measured.
        parts: of it, longest first; functions of modules.
        workers: processes, this one counted; None for one a core where there is enough to do.
    """
    if workers is None:
        workers = processes_for(len(run.answers.among_others) + len(run.answers.among_probes))
    if workers == 1:
        yield lambda: None
        return
    begin = partial(_begin, _without_pictures(run.frozen), run.answers)
    with SupervisedWorkers[Part, Any](begin, workers - 1) as others:
        yield _Work(run, parts(run), others).done


class _Work:
    """Parts that are left: other processes take the first, this one the last."""

    def __init__(self, run: MeasuredRun, parts: Sequence[Part], others: SupervisedWorkers[Part, Any]) -> None:
        self._run, self._left, self._others = run, deque(parts), others
        self._total, self._given, self._lock = len(parts), list[tuple[Part, Future[Any]]](), Lock()
        for _ in range(others.workers):
            self._give()

    def _give(self, before: Future[Any] | None = None) -> None:
        """Give a process its next part, unless the one before it failed."""
        if before is not None and (before.cancelled() or before.exception()):
            return
        with self._lock, suppress(PoolClosed):
            if not self._left:
                return
            part = self._left.popleft()
            future = self._others.submit(part, tries=1, bounded=False)
            self._given.append((part, future))
            before = future
        if before is not None:
            before.add_done_callback(self._give)

    def done(self) -> None:
        """Do what is left, last parts first, and wait for what others are at."""
        self._far()
        with self._run.sections.raising():
            while part := self._taken():
                with suppress(Exception):
                    part[0](self._run, *part[1])
                self._far()
        for part, future in self._given:
            if not future.done():
                future.exception()
                self._far()
            if future.exception() is None:
                self._run.keep(part, future.result())

    def _taken(self) -> Part | None:
        with self._lock:
            return self._left.pop() if self._left else None

    def _far(self) -> None:
        with self._lock:
            left = len(self._left) + sum(not future.done() for _, future in self._given)
        self._run.sections.far("ahead", self._total - left, self._total)


def _without_pictures(frozen: FrozenRun) -> FrozenRun:
    return replace(frozen, dataset=replace(frozen.dataset, place=Memory("none", b"", {})))


def _begin(frozen: FrozenRun, answers: JoinedAnswers) -> Callable[[Part], Any]:
    return partial(_measured, MeasuredRun(frozen, answers))


def _measured(run: MeasuredRun, part: Part) -> Any:
    measure, given = part
    with run.sections.raising():
        return measure(run, *given)
