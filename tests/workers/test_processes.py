"""The same work by processes as alone."""

from __future__ import annotations

import operator
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fairlineup.records import SystemFailed
from fairlineup.workers.processes import ALONE, crew


def test_a_few_items_are_done_here() -> None:
    with crew(workers=2, items=10) as hands:
        assert hands.alone


def test_processes_answer_as_one_does_and_in_order() -> None:
    told: list[int] = []
    with crew(workers=2, items=10_000) as hands:
        assert not hands.alone
        found = hands.each(operator.neg, range(1000), told.append, step=7)
    assert found == ALONE.each(operator.neg, range(1000))
    assert told[-1] == 1000
    assert told == sorted(told)


def test_a_killed_process_is_named() -> None:
    with crew(workers=2, items=10_000) as hands, pytest.raises(SystemFailed, match="one that was killed"):
        hands.each(os._exit, [1])


def test_a_process_keeps_to_one_blas_thread() -> None:
    # eval, since a worker cannot import this file
    asked = (
        "[b['num_threads'] for b in __import__('threadpoolctl').threadpool_info() if b['user_api'] == 'blas']"
    )
    with crew(workers=2, items=10_000) as hands:
        found = hands.each(eval, [asked])
    assert found[0]
    assert set(found[0]) == {1}


BUSY = """
import sys, time
from fairlineup.workers import crew
if __name__ == "__main__":
    with crew(2, 10_000) as hands:
        print(*hands.each(eval, ["__import__('os').getpid()"] * 200, step=1)[::199], flush=True)
        hands.each(time.sleep, [0.05] * 10_000, step=1)
"""


def _alive(process: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def _begun(folder: Path) -> tuple[subprocess.Popen[str], set[int]]:
    """A program at work with two processes, and their ids."""
    script = folder / "busy.py"
    script.write_text(BUSY, "utf-8")
    program = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    return program, {int(number) for number in program.stdout.readline().split()}


def _end_within(processes: set[int], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while any(map(_alive, processes)) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(map(_alive, processes))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_processes_end_with_their_parent(tmp_path: Path, how: signal.Signals) -> None:
    program, processes = _begun(tmp_path)
    program.send_signal(how)
    assert _end_within({program.pid, *processes}, 600)
    program.communicate()
