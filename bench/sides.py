"""One side of a ratio, in a process of its own and in any environment: it needs nothing else of ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable

from bench.comparison import ONE_THREAD


class Side:
    """A process that goes through what it is given once for every line, and times it."""

    def __init__(self, command: list[str], given: list[str], **changes: str) -> None:
        environment = {**os.environ, **ONE_THREAD, **changes}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(self._process.pid, {min(os.sched_getaffinity(0))})
        self._send(json.dumps(given))
        self._read()

    def seconds(self) -> float:
        self._send("go")
        return float(self._read())

    def close(self) -> None:
        self._process.communicate()

    def _send(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"a side of the benchmark ended: {self._process.args!r}")
        return line


def serve(work: Callable[[list[str]], object]) -> None:
    """What either side does: read what it is given, warm up, then time one pass for every line."""
    given = json.loads(sys.stdin.readline())
    work(given)
    print("ready", flush=True)
    for _ in sys.stdin:
        began = time.process_time()
        work(given)
        print(time.process_time() - began, flush=True)
