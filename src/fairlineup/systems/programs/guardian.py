"""Stands between us and a program we start, and ends all that the program started, however either of us ends.

A script for our own interpreter that imports nothing of ours: `guardian.py LINE PARENT WORD...` starts the
program WORD... and writes on the descriptor LINE "pid N", or "errno N" where it cannot be started, and in the
end "ended N", as subprocess counts exit statuses. It ends the program when nothing more can come on LINE.
On Linux it inherits what the program's processes leave behind (PR_SET_CHILD_SUBREAPER), in whatever session
that is; elsewhere it reaches the program's process group.
"""

from __future__ import annotations

import errno
import os
import select
import signal
import sys
import time
from contextlib import suppress

PDEATHSIG, CHILD_SUBREAPER = 1, 36  # of prctl(2)
LOOK_AT_PARENT_S = 1.0  # a fork of the parent may hold LINE open
LONGEST_END_S = 10.0  # what does not die of SIGKILL waits for a disk


def main(line: int, parent: int, words: list[str]) -> None:
    """Start the program, and stay until it or the parent ended and nothing that it started is left."""
    os.set_inheritable(line, False)  # noqa: FBT003
    ended, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    _prctl(CHILD_SUBREAPER, 1)
    _prctl(PDEATHSIG, signal.SIGCONT)  # in case somebody stopped this process
    program, refused = _started(words)
    _say(line, "errno" if refused else "pid", refused or program)
    if refused:
        return
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):  # the program's own, whose ends must be seen
        os.dup2(nowhere, stream)
    code = None
    while code is None and os.getppid() == parent:
        ready, _, _ = select.select([line, ended], [], [], LOOK_AT_PARENT_S)
        if ended in ready:
            os.read(ended, 4096)
        code = _gathered(program)[0]
        if line in ready and not os.read(line, 1):
            break
    _say(line, "ended", _all_ended(program, code))


def _started(words: list[str]) -> tuple[int, int]:
    """The program's number, and the errno of what kept it from being started."""
    told, tell = os.pipe()
    program = os.fork()
    if program == 0:
        try:
            os.setsid()
            _prctl(PDEATHSIG, signal.SIGKILL)
            for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # by Python
                signal.signal(ignored, signal.SIG_DFL)
            os.execvp(words[0], words)  # noqa: S606 - the plan names the program
        except (OSError, ValueError) as error:  # a blank name is none
            os.write(tell, str(getattr(error, "errno", errno.ENOENT)).encode())
        finally:
            os._exit(127)
    os.close(tell)
    return program, int(os.read(told, 16) or 0)


def _gathered(program: int) -> tuple[int | None, bool]:
    """The program's exit status if it ended now, and whether any child is left; the dead are buried."""
    code = None
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            if found[0] == program:
                code = os.waitstatus_to_exitcode(found[1])
        return code, True
    return code, False


def _all_ended(program: int, code: int | None) -> int:
    """Kill whatever is left, and what is left behind by that, until nothing is; the program's exit status."""
    until = time.monotonic() + LONGEST_END_S
    left = True
    while left and time.monotonic() < until:
        with suppress(OSError):
            os.killpg(program, signal.SIGKILL)
        for process in _descendants():
            with suppress(OSError):
                os.kill(process, signal.SIGKILL)
        now, left = _gathered(program)
        code = now if code is None else code
        if left:
            time.sleep(0.005)
    return -signal.SIGKILL if code is None else code


def _descendants() -> list[int]:
    """Every process below this one; none where there is no /proc."""
    children: dict[int, list[int]] = {}
    with suppress(OSError):
        for name in filter(str.isdecimal, os.listdir("/proc")):  # noqa: PTH208
            with suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                parent = int(file.read().rpartition(b")")[2].split()[1])
                children.setdefault(parent, []).append(int(name))
    found = [os.getpid()]
    for process in found:
        found += children.get(process, [])
    return found[1:]


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _say(line: int, what: str, number: int) -> None:
    with suppress(OSError):  # nobody listens any more
        os.write(line, f"{what} {number}\n".encode())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
