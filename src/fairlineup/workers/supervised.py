"""Worker processes that are replaced when they end; jobs may come from any thread, answers are Futures."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from fairlineup.records import BadInput
from fairlineup.workers.errors import DeadlinePassed, QueueFull, WorkerFailed, pool_closed
from fairlineup.workers.payload import check_not_importing, packed
from fairlineup.workers.process import WorkerProcess

In = TypeVar("In")
Out = TypeVar("Out")

_LOOK_EVERY_S = 1.0
"""A process that is stopped at two looks is ended; Ctrl-Z and `fg` stop and wake it with its parent."""

_CLOSING_S = 1.0
"""What close waits for its threads; the processes have ended before."""


class SupervisedWorkers(Generic[In, Out]):
    """Processes that do jobs, each supervised by a thread; a process that ends is replaced.

    Processes start with the first jobs. Leaving a with block ends them at once, and so does the end of this
    process, however it comes.

    Args:
        begin: a function of a module, or a partial of one, called once in each process: returns the function
            that does a job.
        workers: processes.
        waiting: jobs that may wait beside those being done.

    Raises: BadInput: no workers, or fewer than none waiting.
    """

    def __init__(self, begin: Callable[[], Callable[[In], Out]], workers: int, waiting: int = 64) -> None:
        if workers < 1 or waiting < 0:
            raise _no_workers(workers, waiting)
        self.workers = workers
        self._team = _Team(packed(begin), workers, workers + waiting)
        self._end = weakref.finalize(self, self._team.close)
        _teams.add(self._team)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The processes under way."""
        return tuple(process.pid for process in tuple(self._team.processes))

    def close(self) -> None:
        """End the processes at once; what they were at, and what waits, gets PoolClosed."""
        self._end()

    def submit(
        self, argument: In, *, deadline_s: float | None = None, tries: int = 2, bounded: bool = True
    ) -> Future[Out]:
        """Give a job; for use from any thread. A future that is cancelled is not begun any more.

        Args:
            argument: what the job is done on.
            deadline_s: seconds from now that it may take, waiting included. A process that is at it then is
                killed and replaced.
            tries: how often it is given to a process: if one ends at it, to a new one.
            bounded: whether it is refused where too many wait.
        Returns: the result; or WorkerFailed (the processes ended), DeadlinePassed, PoolClosed, or what the
            job raised.
        Raises: QueueFull; PoolClosed, in a fork of the process that opened the pool too; BadInput: a deadline
            that is no number of seconds.
        """
        job = _Job(packed(argument), tries)
        if deadline_s is not None:
            _check_deadline(deadline_s)
            job.timer = threading.Timer(deadline_s, self._team.expire, [job, deadline_s])
            job.timer.daemon = True
        self._team.add(job, bounded=bounded)
        return job.future

    def in_order(self, arguments: Iterable[In], ahead: int, tries: int = 2) -> Iterator[Future[Out]]:
        """The future of each argument in order, when it is done.

        Args:
            arguments: read lazily.
            ahead: how many may be given beyond the one waited for.
            tries: as submit.
        """
        given: deque[Future[Out]] = deque()
        try:
            for argument in arguments:
                given.append(self.submit(argument, tries=tries, bounded=False))
                if len(given) > ahead:
                    yield _waited_for(given.popleft())
            while given:
                yield _waited_for(given.popleft())
        finally:
            for future in given:
                future.cancel()


@dataclass(slots=True, eq=False)
class _Job:
    """One job, and the process that is at it."""

    content: bytes
    tries: int
    future: Future[Any] = field(default_factory=Future)
    timer: threading.Timer | None = None
    worker: WorkerProcess | None = None

    def settle(self, result: Any = None, error: BaseException | None = None) -> None:
        """Give the future its result, unless it has one or was cancelled."""
        if self.timer is not None:
            self.timer.cancel()
        with contextlib.suppress(InvalidStateError):
            if error is None:
                self.future.set_result(result)
            else:
                self.future.set_exception(error)


class _Team:
    """Threads and their processes, apart from the pool: so a pool that is forgotten can be closed.

    `close` takes no lock: Ctrl-C may have stopped the main thread while it held one.
    """

    def __init__(self, begin: bytes, workers: int, most: int) -> None:
        self._begin, self._workers, self._most = begin, workers, most
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._unfinished = 0
        self._threads: list[threading.Thread] = []
        self.processes: set[WorkerProcess] = set()
        self._closed = False

    def forget(self) -> None:
        """In a fork of this process, which has none of the threads: nothing is done here."""
        self._closed = True
        self._lock = threading.Lock()  # whoever held it is not in the fork
        for process in tuple(self.processes):
            process.forget()
        self.processes, self._threads, self._jobs = set(), [], SimpleQueue()

    def add(self, job: _Job, *, bounded: bool) -> None:
        check_not_importing()
        with self._lock:
            if self._closed:
                raise pool_closed()
            if bounded and self._unfinished >= self._most:
                raise _full(self._most)
            self._unfinished += 1
            if len(self._threads) < min(self._workers, self._unfinished):
                if not self._threads:
                    threading.Thread(target=self._watch, name="fairlineup-watch", daemon=True).start()
                thread = threading.Thread(target=self._supervise, name="fairlineup-worker", daemon=True)
                self._threads.append(thread)
                thread.start()
        self._put(job)

    def _put(self, job: _Job) -> None:
        self._jobs.put(job)
        if job.timer is not None:
            job.timer.start()
        if self._closed:  # perhaps since it was asked, and then nobody takes it
            job.settle(error=pool_closed())

    def close(self) -> None:
        self._closed = True
        for process in tuple(self.processes):
            process.kill()
        with contextlib.suppress(Empty):
            while True:
                if (job := self._jobs.get_nowait()) is not None:
                    job.settle(error=pool_closed())
        for _ in self._threads:
            self._jobs.put(None)
        for process in tuple(self.processes):
            process.wait()
        until = time.monotonic() + _CLOSING_S
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, until - time.monotonic()))

    def _watch(self) -> None:
        """End processes that somebody stopped, which would be waited for in vain."""
        stopped: set[WorkerProcess] = set()
        while not self._closed:
            time.sleep(_LOOK_EVERY_S)
            before, stopped = stopped, {process for process in tuple(self.processes) if process.stopped}
            for process in before & stopped:
                process.kill()

    def _supervise(self) -> None:
        """What each thread does: give jobs to a process of its own."""
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # processes inherit it
        worker: WorkerProcess | None = None
        while (job := self._jobs.get()) is not None:
            worker = self._tried(job, worker)
            if job.future.cancelled():
                job.future.set_running_or_notify_cancel()  # so that who waits for it hears of it
        self._end(worker)

    def _tried(self, job: _Job, worker: WorkerProcess | None) -> WorkerProcess | None:
        """Does a job; the process to go on with, or None."""
        result: Any = None
        error: BaseException | None = pool_closed()
        for _ in range(job.tries):
            if job.future.done() or self._closed:
                break
            try:
                worker = self._ready(worker)
                result, error = self._asked(worker, job), None
                break
            except WorkerFailed as failed:
                self._end(worker)
                worker, error = None, failed
            except BaseException as raised:  # noqa: BLE001 - the job's, for whoever waits for it
                error = raised
                break
        with self._lock:
            self._unfinished -= 1
        job.settle(result, pool_closed() if error and self._closed else error)
        return worker

    def _ready(self, worker: WorkerProcess | None) -> WorkerProcess:
        """A process that has begun. Raises: what its beginning raises."""
        if worker is not None and worker.alive:
            return worker
        self._end(worker)
        try:
            return self._started()
        except WorkerFailed:  # which is not the job's fault
            return self._started()

    def _started(self) -> WorkerProcess:
        worker = WorkerProcess()
        self.processes.add(worker)
        if self._closed:
            worker.kill()
        try:
            worker.begin(self._begin)
        except BaseException:
            self._end(worker)
            raise
        return worker

    def _asked(self, worker: WorkerProcess, job: _Job) -> Any:
        with self._lock:
            if job.future.done():  # its deadline passed while the process began
                return None
            job.worker = worker
        try:
            return worker.ask(job.content)
        finally:
            with self._lock:
                job.worker = None

    def expire(self, job: _Job, seconds: float) -> None:
        job.settle(error=_late(seconds))
        with self._lock:
            if job.worker is not None:
                job.worker.kill()

    def _end(self, worker: WorkerProcess | None) -> None:
        if worker is not None:
            worker.close()
            self.processes.discard(worker)


_teams: weakref.WeakSet[_Team] = weakref.WeakSet()


def _forget_teams() -> None:
    for team in list(_teams):
        team.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_teams)


def _waited_for(future: Future[Out]) -> Future[Out]:
    future.exception()
    return future


def _check_deadline(seconds: float) -> None:
    if isinstance(seconds, int | float) and seconds <= threading.TIMEOUT_MAX:  # NaN is not
        return
    raise BadInput(
        "a deadline",
        expected=f"a number of seconds up to {threading.TIMEOUT_MAX:,.0f}",
        got=repr(seconds),
        remedy="give fewer, or no deadline",
        code="argument-unusable",
    )


def _no_workers(workers: int, waiting: int) -> BadInput:
    return BadInput(
        "worker processes",
        expected="1 or more, and 0 or more jobs that may wait",
        got=f"{workers} and {waiting}",
        remedy="give other numbers",
        code="argument-unusable",
    )


def _full(most: int) -> QueueFull:
    return QueueFull(
        "a job for worker processes",
        expected=f"fewer than {most:,} jobs under way",
        got="as many",
        remedy="try again later",
    )


def _late(seconds: float) -> DeadlinePassed:
    return DeadlinePassed(
        "a job in a worker process",
        expected=f"an answer within {seconds:g} s",
        got="none",
        remedy="allow it more time, or try again when there is less to do",
    )
