"""Jobs for worker processes, in a module that they can import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

JOBS = """
import os, re, subprocess, sys, time

class Awkward(Exception):
    def __init__(self, one, two):
        super().__init__(one)

def do(job):
    name, value = job
    if name == "give":
        return value
    if name == "sleep":
        time.sleep(value)
    if name == "end":
        os._exit(value)
    if name == "end once" and not os.path.exists(value):
        open(value, "w").close()
        os._exit(1)
    if name == "take":
        return len(bytearray(value))
    if name == "print":
        print(value)
        os.write(1, b"bytes")
    if name == "read":
        return os.read(0, 10) + subprocess.run(["cat"], capture_output=True, check=True).stdout
    if name == "leave":
        raise value
    if name == "hold":  # the lock of Python too, for longer than any test waits
        re.match(r"(a+)+$", "a" * 60 + "b")
    if name == "raise":
        raise KeyError(value)
    if name == "awkward":
        raise Awkward(1, 2)
    if name == "lambda":
        return lambda: value
    if name == "threads":
        import numpy, threadpoolctl
        return [one["num_threads"] for one in threadpoolctl.threadpool_info() if one["user_api"] == "blas"]
    return os.getpid()

def begin():
    return do

def fail():
    raise LookupError("nothing to begin with")
"""


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of jobs."""
    (tmp_path / "jobs_of_tests.py").write_text(JOBS)
    monkeypatch.syspath_prepend(tmp_path)
    import jobs_of_tests  # type: ignore[import-not-found]

    return jobs_of_tests
