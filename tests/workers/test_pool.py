"""The same work by processes as in this one; they end with it."""

from __future__ import annotations

import operator
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fairlineup.workers import WorkerFailed, WorkerPool

MANY = 10_000


def test_a_few_items_are_done_here() -> None:
    with WorkerPool(10, 2) as pool:
        assert pool.alone
        assert pool.each(os.getpid().__add__, [0]) == [os.getpid()]


def test_processes_answer_as_one_does_and_in_order() -> None:
    told: list[int] = []
    with WorkerPool(MANY, 2) as pool:
        assert not pool.alone
        found = pool.each(operator.neg, range(1000), told.append, step=7)
    assert found == WorkerPool(MANY, 1).each(operator.neg, range(1000))
    assert told[-1] == 1000
    assert told == sorted(told)


def test_items_that_end_their_process_are_an_error() -> None:
    with WorkerPool(MANY, 2) as pool, pytest.raises(WorkerFailed):
        pool.each(os._exit, [1])


BUSY = """
import signal, sys, time
from fairlineup.workers import WorkerPool
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the tests themselves run under
with WorkerPool(10_000, 2) as pool:
    slowly = "__import__('time').sleep(0.01) or __import__('os').getpid()"
    print(*set(pool.each(eval, [slowly] * 40, step=1)), flush=True)
    pool.each(time.sleep, [0.05] * 10_000, step=1)
"""


def _alive(process: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_processes_end_with_their_parent(tmp_path: Path, how: signal.Signals) -> None:
    script = tmp_path / "busy.py"
    script.write_text(BUSY, "utf-8")
    with subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as program:
        assert program.stdout is not None
        processes = {int(number) for number in program.stdout.readline().split()}
        assert processes
        (os.killpg if how is signal.SIGINT else os.kill)(program.pid, how)
        _, errors = program.communicate(timeout=600)
    if how is signal.SIGINT:
        assert errors.endswith("KeyboardInterrupt\n")
        assert "worker process" not in errors
    until = time.monotonic() + 600
    while any(map(_alive, processes)):
        assert time.monotonic() < until
        time.sleep(0.02)
