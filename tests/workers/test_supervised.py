"""Jobs from any thread; processes that end, hang, or are too many."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest

from fairlineup.records import BadInput, SystemFailed
from fairlineup.workers import DeadlinePassed, PoolClosed, QueueFull, SupervisedWorkers, WorkerFailed

Workers = SupervisedWorkers[tuple[str, Any], Any]
LONG_S = 600.0  # no test waits so long


@pytest.fixture
def two(jobs: Any) -> Iterator[Workers]:
    with SupervisedWorkers(jobs.begin, 2, waiting=2) as workers:
        yield workers


def give(workers: Workers, value: Any) -> Any:
    return workers.submit(("give", value), bounded=False).result()


def test_many_threads_get_each_their_own_answers(two: Workers) -> None:
    def ask(thread: int) -> list[Any]:
        return [give(two, (thread, number, b"x" * 1000 * number)) for number in range(50)]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, range(8)))
    assert found == [[(thread, number, b"x" * 1000 * number) for number in range(50)] for thread in range(8)]
    assert len(two.process_ids) == 2


def test_a_job_that_ends_its_process_fails_alone_and_is_tried_twice(two: Workers, tmp_path: Path) -> None:
    good = [two.submit(("give", number), bounded=False) for number in range(20)]
    bad, again = (
        two.submit(("end", 3), bounded=False),
        two.submit(("end once", str(tmp_path / "x")), bounded=False),
    )
    good += [two.submit(("give", number), bounded=False) for number in range(20, 40)]
    assert [future.result() for future in good] == list(range(40))
    assert again.result() in two.process_ids
    with pytest.raises(WorkerFailed) as caught:
        bad.result()
    assert (caught.value.code, caught.value.facts) == ("worker-failed", {"ended": "exit status 3"})


def test_a_job_may_be_tried_once_only(two: Workers, tmp_path: Path) -> None:
    job = ("end once", str(tmp_path / "x"))
    with pytest.raises(WorkerFailed):
        two.submit(job, tries=1).result()
    assert two.submit(job, tries=1).result() in two.process_ids


def test_processes_killed_at_their_work_are_replaced(two: Workers) -> None:
    asked = two.in_order((("give", number) for number in range(2000)), ahead=20)
    found = []
    for number, future in enumerate(asked):
        found.append(future.result())
        if number % 300 == 100:
            os.kill(two.process_ids[0], signal.SIGKILL)
    assert found == list(range(2000))


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="nothing here says that a process was stopped")
def test_a_process_that_somebody_stopped_is_replaced(jobs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairlineup.workers.supervised._LOOK_EVERY_S", 0.05)
    with SupervisedWorkers[Any, Any](jobs.begin, 1) as workers:
        give(workers, 1)
        (process,) = workers.process_ids
        os.kill(process, signal.SIGSTOP)
        assert give(workers, b"x" * 10**6) == b"x" * 10**6  # more than a pipe holds
        assert process not in workers.process_ids


def test_stopped_processes_do_not_keep_a_pool_from_closing(
    jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fairlineup.workers.supervised._LOOK_EVERY_S", LONG_S)
    with SupervisedWorkers[Any, Any](jobs.begin, 2) as workers:
        given = [workers.submit(("sleep", LONG_S)) for _ in range(2)]
        give_up = time.monotonic() + LONG_S
        while len(workers.process_ids) < 2:
            assert time.monotonic() < give_up
            time.sleep(0.01)
        for process in workers.process_ids:
            os.kill(process, signal.SIGSTOP)
    for future in given:
        assert isinstance(future.exception(LONG_S), PoolClosed)


def test_a_process_killed_while_idle_costs_nobody_a_try(two: Workers) -> None:
    give(two, 1)
    (process,) = two.process_ids
    os.kill(process, signal.SIGKILL)
    assert two.submit(("give", 2), tries=2).result() == 2
    assert process not in two.process_ids


def test_a_job_over_its_deadline_is_ended_and_the_next_gets_a_new_process(two: Workers) -> None:
    first = two.submit(("pid", None)).result()
    late = two.submit(("sleep", LONG_S), deadline_s=0.05)
    with pytest.raises(DeadlinePassed) as caught:
        late.result()
    assert caught.value.code == "deadline-passed"
    assert give(two, 1) == 1
    assert two.submit(("pid", None), deadline_s=LONG_S).result() != first


def test_a_deadline_passes_while_a_job_waits(two: Workers) -> None:
    busy = [two.submit(("sleep", LONG_S)) for _ in range(2)]
    with pytest.raises(DeadlinePassed):
        two.submit(("give", 1), deadline_s=0.05).result()
    assert not any(future.done() for future in busy)


def test_a_full_queue_refuses_and_goes_on_when_there_is_room(two: Workers) -> None:
    busy = [two.submit(("sleep", LONG_S), deadline_s=0.5) for _ in range(4)]
    with pytest.raises(QueueFull) as caught:
        two.submit(("give", 1))
    assert caught.value.code == "workers-busy"
    for future in busy:
        assert isinstance(future.exception(), DeadlinePassed)
    assert give(two, 1) == 1
    assert two.submit(("give", 2)).result() == 2


def test_a_cancelled_job_is_not_begun(two: Workers, tmp_path: Path) -> None:
    busy = [two.submit(("sleep", 0.2)) for _ in range(2)]
    cancelled = two.submit(("end once", str(tmp_path / "never")))
    assert cancelled.cancel()
    assert wait([*busy, cancelled]).not_done == set()
    with pytest.raises(CancelledError):
        cancelled.result()
    assert not (tmp_path / "never").exists()


def test_closed_workers_say_so_to_all_who_wait_and_to_all_who_come(two: Workers) -> None:
    waiting = [two.submit(("sleep", LONG_S)) for _ in range(4)]
    give_up = two.process_ids
    two.close()
    two.close()
    assert {type(future.exception()) for future in waiting} == {PoolClosed}
    with pytest.raises(PoolClosed) as caught:
        two.submit(("give", 1))
    assert caught.value.code == "workers-closed"
    assert two.process_ids == ()
    for process in give_up:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_workers_that_are_forgotten_end(jobs: Any) -> None:
    workers = SupervisedWorkers(jobs.begin, 1)
    process = workers.submit(("pid", None)).result()
    del workers
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_what_a_job_raises_comes_through(two: Workers) -> None:
    with pytest.raises(KeyError) as caught:
        two.submit(("raise", "a key")).result()
    assert "In a worker process" in caught.value.__notes__[0]
    with pytest.raises(SystemFailed, match="Awkward: 1"):
        two.submit(("awkward", None)).result()
    with pytest.raises((AttributeError, SystemFailed), match="pickle"):
        two.submit(("lambda", None)).result()
    assert len(two.process_ids) == 1


def test_what_can_not_travel_is_the_callers_error(two: Workers) -> None:
    with pytest.raises((AttributeError, TypeError), match="pickle"):
        two.submit(("give", lambda: None))


def test_what_can_not_begin_says_why_to_each(jobs: Any) -> None:
    with SupervisedWorkers(jobs.fail, 1) as workers:
        for _ in range(2):
            with pytest.raises(LookupError, match="nothing to begin with"):
                workers.submit(("give", 1)).result()


def test_what_a_job_prints_is_no_answer(two: Workers) -> None:
    assert two.submit(("print", "words")).result() in two.process_ids
    assert give(two, 1) == 1


def test_a_process_keeps_to_one_blas_thread(two: Workers) -> None:
    assert set(two.submit(("threads", None)).result()) == {1}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep no such limit")
def test_a_job_that_takes_too_much_memory_fails_alone(two: Workers) -> None:
    processes = set(two.process_ids)
    with pytest.raises(MemoryError):
        two.submit(("take", 5_000_000_000)).result()
    assert two.submit(("take", 100_000_000)).result() == 100_000_000
    assert processes == set(two.process_ids) or len(processes) < 2


def test_a_job_that_reads_standard_input_takes_no_other_job(two: Workers) -> None:
    assert two.submit(("read", None)).result(LONG_S) == b""
    assert [give(two, number) for number in range(5)] == [*range(5)]


@pytest.mark.parametrize("way", [SystemExit(3), KeyboardInterrupt()])
def test_a_job_that_would_end_the_program_ends_nothing(two: Workers, way: BaseException) -> None:
    with pytest.raises(SystemFailed) as caught:
        two.submit(("leave", way)).result()
    assert caught.value.code == "worker-failed"
    assert give(two, 1) == 1


@pytest.mark.parametrize("seconds", [math.nan, math.inf, 1e300, "10"])
def test_a_deadline_that_is_none_is_refused(two: Workers, seconds: Any) -> None:
    with pytest.raises(BadInput) as caught:
        two.submit(("give", 1), deadline_s=seconds)
    assert caught.value.code == "argument-unusable"
    assert give(two, 1) == 1


@pytest.mark.parametrize(("workers", "waiting"), [(0, 1), (-1, 1), (1, -1)])
def test_workers_that_nobody_could_wait_for_are_refused(jobs: Any, workers: int, waiting: int) -> None:
    with pytest.raises(BadInput) as caught:
        SupervisedWorkers(jobs.begin, workers, waiting)
    assert caught.value.code == "argument-unusable"


def _runs(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


FORKING = r"""
import os, sys
from fairlineup.workers import PoolClosed, SupervisedWorkers
import jobs_of_tests
workers = SupervisedWorkers(jobs_of_tests.begin, 1)
print(workers.submit(("pid", None)).result(), flush=True)
if os.fork() == 0:
    try:
        workers.submit(("give", 1)).result()
    except PoolClosed:
        os.write(1, b"closed\n")
    del workers
    sys.stdin.read()  # lives on until the test ends it
    os._exit(0)
os.write(1, workers.submit(("give", b"still open\n")).result())
if sys.argv[1] == "hold":
    workers.submit(("hold", None))
sys.stdin.read()
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere a job that holds the interpreter may outlive it"
)
@pytest.mark.parametrize("way", ["idle", "hold"])
def test_a_worker_ends_with_its_parent_and_not_with_a_fork_of_it(jobs: Any, tmp_path: Path, way: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", FORKING, way],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        text=True,
    ) as program:
        assert program.stdout is not None
        worker, *said = [program.stdout.readline().strip() for _ in range(3)]
        assert sorted(said) == ["closed", "still open"]
        program.kill()
        until = time.monotonic() + LONG_S
        while _runs(int(worker)):
            assert time.monotonic() < until
            time.sleep(0.02)
