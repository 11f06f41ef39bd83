"""Many photographs at once, from any thread: worker processes that are replaced when they end."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from itertools import islice
from operator import methodcaller
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fairlineup.faces.engine.analysis import Analysis
from fairlineup.faces.engine.descriptions import EngineDescription
from fairlineup.faces.engine.detection import Which
from fairlineup.faces.engine.engine import Engine, EngineOptions
from fairlineup.faces.engine.engines import DEFAULT_ENGINE, named_engine
from fairlineup.faces.engine.examining import examined
from fairlineup.faces.engine.finders import provide_for
from fairlineup.faces.engine.installed import check_libraries
from fairlineup.faces.engine.preparation import prepared_model
from fairlineup.faces.engine.store import share_spare_folder, spare_folder
from fairlineup.records import ModelInformation, Outcome, Photograph, Progress, no_progress
from fairlineup.workers import SupervisedWorkers, WorkerFailed, available_cores, pool_closed

CHUNK = 16
"""Photographs of a batch that go to a worker together."""

CHUNKS_AHEAD = 3
"""Chunks a worker that may be under way or wait for their turn: a batch is read no further than that."""

FATAL_IN_A_ROW = 3
"""So many photographs one after the other at which workers ended: then it isn't the photographs."""

Task = Callable[[Engine], Any]
"""What a worker does with its engine."""


class EnginePool:
    """The engine on all cores, kept alive between calls; for use from any thread.

    Leaving a with block ends the workers. They also end with this process, however that comes.

    Args:
        engine: which; None for the default one.
        options: how faces are looked for and chosen.
        workers: processes; None for one a core. With 1, `analyse_many` works in this process.
        waiting: photographs that may wait for a worker before `submit` refuses another.

    Attributes:
        trial: what the model did with made-up faces; None for one that comes with us.

    Raises: as Engine; the model is fetched, converted and tried here, before any worker starts.
    """

    def __init__(
        self,
        engine: EngineDescription | None = None,
        options: EngineOptions | None = None,
        *,
        workers: int | None = None,
        waiting: int = 256,
    ) -> None:
        self.description = engine or named_engine(DEFAULT_ENGINE)
        check_libraries(self.description.libraries, self.description.extra)
        self.workers = max(1, available_cores() if workers is None else workers)
        self._prepared = prepared_model(self.description.model)
        self.trial = examined(self.description.model, self._prepared)
        provide_for(self.description.detector)
        self._setup = _Setup(self.description, options or EngineOptions(), self._prepared, spare_folder())
        self._processes = SupervisedWorkers[Task, Any](partial(_begin, self._setup), self.workers, waiting)
        self._engine: Engine | None = None
        self._turn = threading.Lock()
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
        return self._processes.process_ids

    def submit(
        self, photo: Photograph, *, which: Which = "largest", deadline_s: float | None = None
    ) -> Future[Analysis]:
        """Ask for one analysis, at once; for a service, where a photograph may be made to do harm.

        Args:
            photo: one that can't be read is an answer.
            which: as Engine.analyse.
            deadline_s: seconds from now that it may take, waiting included; a worker at it then is replaced.
        Returns: the analysis; or WorkerFailed (it ended two workers), DeadlinePassed or PoolClosed.
        Raises: QueueFull: too many wait; PoolClosed.
        """
        return self._processes.submit(methodcaller("analyse", photo, which), deadline_s=deadline_s)

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
        Raises: WorkerFailed: workers end at one photograph after the other; PoolClosed. One photograph that
            ends its worker, and another when it is tried again, is an answer: an error.
        """
        if total is None:
            total = len(photos) if isinstance(photos, Sized) else 0
        answers = self._in_turn(photos, which) if self.workers == 1 else self._at_once(photos, which)
        for done, analysis in enumerate(answers, start=1):
            if self._closed:
                raise pool_closed()
            progress(stage, done, total)
            yield analysis

    def close(self) -> None:
        """End the workers at once; what they were at is lost."""
        self._closed = True
        self._processes.close()

    def _in_turn(self, photos: Iterable[Photograph], which: Which) -> Iterator[Analysis]:
        for photo in photos:
            with self._turn:
                self._engine = self._engine or self._setup.engine()
                analysis = self._engine.analyse(photo, which)
            yield analysis

    def _at_once(self, photos: Iterable[Photograph], which: Which) -> Iterator[Analysis]:
        asked: deque[tuple[Photograph, ...]] = deque()

        def tasks() -> Iterator[Task]:
            source = iter(photos)
            while chunk := tuple(islice(source, CHUNK)):
                asked.append(chunk)
                yield methodcaller("analyse_chunk", chunk, which)

        for future in self._processes.in_order(tasks(), CHUNKS_AHEAD * self.workers, tries=1):
            chunk = asked.popleft()
            fatal = isinstance(future.exception(), WorkerFailed)
            yield from self._each_alone(chunk, which) if fatal else future.result()

    def _each_alone(self, photos: Iterable[Photograph], which: Which) -> Iterator[Analysis]:
        """Tries the photographs of a chunk again that ended its worker."""
        fatal = 0
        for photo in photos:
            task = methodcaller("analyse", photo, which)
            try:
                yield self._processes.submit(task, tries=1, bounded=False).result()
                fatal = 0
            except WorkerFailed as error:
                fatal += 1
                if fatal == FATAL_IN_A_ROW:
                    raise
                yield Analysis(photo.id, Outcome.ERROR, detail=f"its processes ended: {error.got}")


@dataclass(frozen=True, slots=True)
class _Setup:
    """What a worker needs to begin."""

    description: EngineDescription  #: which engine.
    options: EngineOptions  #: how faces are looked for and chosen.
    prepared: Path  #: its ONNX file, tried by the parent.
    spare: Path | None  #: the parent's temporary folder in place of the cache, where it has one.

    def engine(self) -> Engine:
        return Engine(self.description, self.options, prepared=self.prepared)


def _begin(setup: _Setup) -> Callable[[Task], Any]:
    share_spare_folder(setup.spare)
    engine = setup.engine()
    return lambda task: task(engine)
