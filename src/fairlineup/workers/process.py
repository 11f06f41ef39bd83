"""One worker process, seen from its parent."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Mapping
from multiprocessing import spawn, util
from typing import IO, Any, cast

from fairlineup.workers.errors import WorkerFailed
from fairlineup.workers.payload import main_module

_BEGIN = (
    "import os, pickle, sys; source = os.fdopen(os.dup(0), 'rb'); "
    "os.dup2(os.open(os.devnull, os.O_RDONLY), 0); "  # a job that reads standard input takes no other job
    "sys.path[:], parent = pickle.load(source); "
    "from fairlineup.workers.child import serve; serve(source, parent)"
)
_ONE_THREAD: Mapping[str, str] = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "BLIS_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    ),
    "1",
)
_PATIENCE_S = 0.5


class WorkerProcess:
    """A process that does one job at a time, with one BLAS thread.

    Jobs come by a pipe from the parent: it ends when that closes, for whatever reason. Started in a
    thread where SIGINT is blocked, it never sees Ctrl-C.

    Raises: OSError: no process can be started.
    """

    def __init__(self) -> None:
        flags = util._args_from_interpreter_flags()  # type: ignore[attr-defined]
        self._process = subprocess.Popen(  # noqa: S603
            [spawn.get_executable(), *flags, "-c", _BEGIN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **_ONE_THREAD},
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._jobs = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)
        self.pid = self._process.pid

    def begin(self, begin: bytes) -> None:
        """Make it ready for jobs.

        Args:
            begin: a packed function without arguments, which returns the function that does jobs.
        Raises: WorkerFailed: it ended; and whatever the function raises.
        """
        try:
            pickle.dump(([str(entry) for entry in sys.path], os.getpid()), self._jobs)
            pickle.dump(main_module(), self._jobs)
        except OSError:
            raise self._ended() from None
        self.ask(begin)

    def ask(self, job: bytes) -> Any:
        """The result of a job. Raises: WorkerFailed: it ended; and whatever the job raises."""
        try:
            pickle.dump(job, self._jobs, protocol=5)
            self._jobs.flush()
            done, content = pickle.load(self._answers)  # noqa: S301 - our own child wrote it
        except Exception:  # noqa: BLE001 - half an answer, or bytes of whoever else wrote to the pipe
            raise self._ended() from None
        result = pickle.loads(content)  # noqa: S301
        if not done:
            raise result
        return result

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def stopped(self) -> bool:
        """Whether somebody stopped it (SIGSTOP), as far as this system tells."""
        if not hasattr(os, "waitid"):
            return False
        try:
            return os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return False

    def kill(self) -> None:
        """End it, whatever it is at."""
        self._process.kill()

    def forget(self) -> None:
        """In a fork of this process: let go of the pipes, so that the worker still ends with its parent."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        for pipe in (self._jobs, self._answers):
            with contextlib.suppress(ValueError, OSError):  # closed already
                os.dup2(nowhere, pipe.fileno(), inheritable=False)
        os.close(nowhere)

    def wait(self) -> None:
        """Wait for its end; not for long, as one that waits for a disk does not die of SIGKILL."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE_S)

    def close(self) -> None:
        """End it and let go of its pipes; for the thread that asks it."""
        self.kill()
        self.wait()
        self._answers.close()
        with contextlib.suppress(OSError):  # what it was not told any more
            self._jobs.close()

    def _ended(self) -> WorkerFailed:
        self.wait()
        if self._process.returncode is None:
            self.kill()
            self.wait()
        code = self._process.poll()
        ended = how_ended(-signal.SIGKILL if code is None else code)
        return WorkerFailed(
            "a worker process",
            expected="it to live until its job is done",
            got=f"process {self.pid} ended: {ended}",
            remedy="if memory ran out, use fewer workers",
            facts={"ended": ended},
        )


def how_ended(code: int) -> str:
    """An exit status, as subprocess counts them, in words."""
    if code >= 0:
        return f"exit status {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:  # a real-time signal has no name
        return f"killed by signal {-code}"
