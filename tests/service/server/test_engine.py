"""The engine as a server uses it."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, cast

import pytest

from fairlineup.faces.engine import Analysis, EnginePool
from fairlineup.records import Outcome, Photograph, SystemFailed
from fairlineup.service.server import EngineFront
from fairlineup.workers import QueueFull, WorkerFailed

SEEN = Analysis("photograph", Outcome.NO_FACE)


def ended() -> WorkerFailed:
    return WorkerFailed("a worker", expected="an answer", got="its end", remedy="none")


class Pool:
    """Answers as it is told, and keeps what it was asked."""

    workers, process_ids, information = 2, (1, 2), "model"

    def __init__(self, *answers: Analysis | Exception) -> None:
        self.answers, self.asked = list(answers), list[tuple[Photograph, dict[str, Any]]]()

    def submit(self, photo: Photograph, **said: Any) -> Future[Analysis]:
        self.asked.append((photo, said))
        answer = self.answers.pop(0)
        if isinstance(answer, QueueFull):
            raise answer
        future: Future[Analysis] = Future()
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
        return future


def front(*answers: Analysis | Exception) -> tuple[EngineFront, Pool]:
    pool = Pool(*answers)
    return EngineFront(cast("EnginePool", pool), patience_s=7), pool


def test_a_photograph_is_analysed_within_bounds_of_time() -> None:
    engine, pool = front(SEEN, SEEN)
    assert engine.analyse(b"one", "all") is SEEN
    engine.analyse(b"two")
    (first, said), (second, _) = pool.asked
    assert (first.source, second.source) == (b"one", b"two")
    assert first.id != second.id
    assert said == {"which": "all", "deadline_s": 7}


def test_every_worker_is_warmed() -> None:
    engine, pool = front(SEEN, SEEN)
    engine.warm()
    assert len(pool.asked) == 2
    assert engine.workers == 2


def test_a_photograph_that_ends_workers_is_an_answer_and_three_in_a_row_are_not() -> None:
    engine, _ = front(ended(), ended(), SEEN, ended(), ended(), ended(), SEEN)
    for _ in range(2):
        assert engine.analyse(b"").outcome is Outcome.ERROR
    engine.analyse(b"")
    engine.check_sound()
    for _ in range(2):
        engine.analyse(b"")
    with pytest.raises(SystemFailed, match="one after the other"):
        engine.analyse(b"")
    with pytest.raises(SystemFailed):
        engine.check_sound()
    engine.analyse(b"")
    engine.check_sound()


def test_a_full_queue_is_told() -> None:
    full = QueueFull("a job", expected="few", got="many", remedy="wait")
    engine, _ = front(full)
    with pytest.raises(QueueFull):
        engine.analyse(b"")
