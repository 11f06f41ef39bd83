"""Many photographs at once: worker processes, a bounded number of chunks in flight, answers in order."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Self

from fairlineup.faces.engine.analysis import Analysis
from fairlineup.faces.engine.descriptions import ModelDescription, default_model
from fairlineup.faces.engine.detection import Which, provide_for_detector
from fairlineup.faces.engine.engine import Engine, EngineOptions
from fairlineup.faces.engine.examining import examined
from fairlineup.faces.engine.faults import PoolBroken
from fairlineup.faces.engine.preparation import prepared_model
from fairlineup.faces.engine.store import spare_folder
from fairlineup.faces.engine.worker import Answer, Setup, Task, serve, unpacked
from fairlineup.records import ModelInformation, Photograph, Progress, no_progress
from fairlineup.workers import Parcel, starting

CHUNK = 16
"""Photographs that go to a worker together."""

CHUNKS_AHEAD = 3
"""Chunks a worker that may be under way or wait for their turn: the input is read no further than that."""


@dataclass(slots=True, eq=False)
class _Worker:
    """One process, and the number of the chunk it is at; None when it is idle."""

    process: SpawnProcess
    connection: Connection
    task: int | None = None


class EnginePool:
    """The engine on all cores, kept alive between calls; for use from one thread.

    A with block ends the workers. They are also ended with the process, and end by themselves when it is
    killed.

    Args:
        model: which recogniser; None for dlib's.
        options: how faces are looked for and chosen.
        workers: processes; None for one a core, 1 for this process itself.

    Attributes:
        trial: what the model did with made-up faces; None for dlib's own.

    Raises: as Engine; the model is fetched, converted and tried here, before any worker starts.
    """

    def __init__(
        self,
        model: ModelDescription | None = None,
        options: EngineOptions | None = None,
        *,
        workers: int | None = None,
    ) -> None:
        self.description = model or default_model()
        self.options = options or EngineOptions()
        self.workers = max(1, available_cores() if workers is None else workers)
        self._prepared = prepared_model(self.description)
        self.trial = examined(self.description, self._prepared)
        if self.workers > 1:
            provide_for_detector()
        self._engine: Engine | None = None
        self._team: list[_Worker] = []
        self._ready: dict[int, Answer] = {}
        self._abandoned: set[int] = set()
        self._next_number = 0
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def information(self) -> ModelInformation:
        """What travels with every template."""
        return self.description.information

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The workers under way."""
        return tuple(worker.process.pid for worker in self._team if worker.process.pid is not None)

    def analyse_many(
        self,
        photos: Iterable[Photograph],
        *,
        which: Which = "largest",
        progress: Progress = no_progress,
        stage: str = "photographs",
        total: int | None = None,
    ) -> Iterator[Analysis]:
        """One analysis for each photograph, in their order, as they are asked for.

        Args:
            photos: read lazily, at most CHUNKS_AHEAD · CHUNK photographs a worker ahead of the answers.
            which: as Engine.analyse.
            progress: told after every answer.
            stage: what it is told this work is.
            total: how many photographs there are, where `photos` can't say; otherwise it is told 0.
        Raises: PoolBroken: a worker was killed, or failed for a reason that isn't one photograph.
        """
        if total is None:
            total = len(photos) if isinstance(photos, Sized) else 0
        chunks = _chunks(photos)
        answers = self._here(chunks, which) if self.workers == 1 else self._elsewhere(chunks, which)
        for done, analysis in enumerate(answers, start=1):
            progress(stage, done, total)
            yield analysis

    def close(self) -> None:
        """Ends the workers at once; what they were at is lost."""
        self._closed = True
        team, self._team = self._team, []
        for worker in team:
            worker.process.terminate()
            worker.connection.close()
        for worker in team:
            worker.process.join(2)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.process.close()

    def _here(self, chunks: Iterator[tuple[Photograph, ...]], which: Which) -> Iterator[Analysis]:
        if self._engine is None:
            self._engine = Engine(self.description, self.options, prepared=self._prepared)
        for chunk in chunks:
            self._be_open()
            yield from self._engine.analyse_chunk(chunk, which)

    def _elsewhere(self, chunks: Iterator[tuple[Photograph, ...]], which: Which) -> Iterator[Analysis]:
        mine: deque[int] = deque()
        try:
            while self._feed(chunks, which, mine):
                if not mine or mine[0] not in self._ready:
                    self._collect(timeout=None)
                    continue
                for analysis in self._taken(mine.popleft()):
                    self._feed(chunks, which, mine)
                    yield analysis
        finally:
            self._abandon(mine)

    def _feed(self, chunks: Iterator[tuple[Photograph, ...]], which: Which, mine: deque[int]) -> bool:
        """Gives idle workers a chunk each; False when none is left to give or to wait for."""
        self._collect(timeout=0)
        while len(mine) < CHUNKS_AHEAD * self.workers and self._has_room():
            chunk = next(chunks, None)
            if chunk is None:
                return bool(mine)
            mine.append(self._send(self._idle() or self._started(), chunk, which))
        return True

    def _idle(self) -> _Worker | None:
        return next((worker for worker in self._team if worker.task is None), None)

    def _has_room(self) -> bool:
        return len(self._team) < self.workers or self._idle() is not None

    def _send(self, worker: _Worker, chunk: tuple[Photograph, ...], which: Which) -> int:
        number = self._next_number
        self._next_number += 1
        try:
            worker.connection.send(Task(number, Parcel(chunk), which))
        except OSError:
            raise self._broken(worker) from None
        worker.task = number
        return number

    def _collect(self, timeout: float | None) -> None:
        """Takes in what workers have answered. Raises: PoolBroken if one of them, or the pool, is gone."""
        self._be_open()
        busy = {worker.connection: worker for worker in self._team if worker.task is not None}
        for connection in wait(list(busy), timeout):
            worker = busy[connection]  # type: ignore[index]
            try:
                answer: Answer = worker.connection.recv()
            except (EOFError, OSError):
                raise self._broken(worker) from None
            worker.task = None
            if answer.number in self._abandoned:
                self._abandoned.discard(answer.number)
            else:
                self._ready[answer.number] = answer

    def _be_open(self) -> None:
        if self._closed:
            raise PoolBroken(
                "the engine's workers",
                expected="an open pool",
                got="one that was closed",
                remedy="open another",
            )

    def _taken(self, number: int) -> list[Analysis]:
        answer = self._ready.pop(number)
        if answer.failure:
            self.close()
            raise PoolBroken(
                "a worker process",
                expected="an answer for every photograph",
                got=answer.failure,
                remedy="see what it says; with workers=1 it comes with its traceback",
            )
        return unpacked(answer, self.description)

    def _abandon(self, numbers: Iterable[int]) -> None:
        """Forgets answers that nobody will ask for."""
        for number in numbers:
            if self._ready.pop(number, None) is None:
                self._abandoned.add(number)

    def _started(self) -> _Worker:
        """One more worker; there are no more of them than there are chunks."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=serve,
            args=(theirs, Setup(self.description, self.options, self._prepared, spare_folder())),
            name=f"fairlineup-engine-{len(self._team)}",
            daemon=True,
        )
        with starting():
            process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._team.append(worker)
        return worker

    def _broken(self, worker: _Worker) -> PoolBroken:
        """Ends the pool, and says of what it died."""
        worker.process.join(2)
        code, pid = worker.process.exitcode, worker.process.pid
        ended = (
            f"killed by {signal.Signals(-code).name}"
            if code is not None and code < 0
            else f"exit code {code}"
        )
        self.close()
        return PoolBroken(
            "a worker process",
            expected="it to live until the pool is closed",
            got=f"process {pid} ended: {ended}",
            remedy="if memory ran out, use fewer workers; then run again"
            if code is not None and code < 0
            else "with workers=1 what ended it comes with its traceback",
        )


def analyse_many(
    photos: Iterable[Photograph],
    *,
    model: ModelDescription | None = None,
    options: EngineOptions | None = None,
    workers: int | None = None,
    which: Which = "largest",
    progress: Progress = no_progress,
) -> Iterator[Analysis]:
    """EnginePool.analyse_many with a pool of its own, for one call."""
    with EnginePool(model, options, workers=workers) as pool:
        yield from pool.analyse_many(photos, which=which, progress=progress)


def available_cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _chunks(photos: Iterable[Photograph]) -> Iterator[tuple[Photograph, ...]]:
    source = iter(photos)
    while chunk := tuple(islice(source, CHUNK)):
        yield chunk
