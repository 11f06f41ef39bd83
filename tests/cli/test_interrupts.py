"""A signal ends the process, whatever it is at; tests_long has every command at random moments."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

WATCHDOG_S = 600

BEGIN = """
import signal, sys, threading, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the tests themselves run under
from fairlineup.cli import entrance, interrupts, outcome
interrupts.GRACE_S = 0.2

def command(*_, **__):
    threading.Thread(target=time.sleep, args=(1000,)).start()  # it is joined at exit
    print("begun", flush=True)
    BODY

outcome.fairlineup.main = command
sys.argv = ["fairlineup", "demo"]
entrance.main()
"""
DEAF = """
    while True:
        try:
            time.sleep(1000)
        except KeyboardInterrupt:
            pass
"""
ORDERLY = "time.sleep(1000)"
DONE = "return 3"
SERVING = """
    ended = threading.Event()
    with interrupts.handed_to(ended.set):
        print("begun", flush=True)
        while not ended.wait(0.01):
            pass
        time.sleep(5 * interrupts.GRACE_S)
    return 0
"""
TOLD = "interrupted: what was finished is kept; give the same command again to go on"


def ended(body: str, *signals: signal.Signals) -> tuple[int, str]:
    """Exit status and words of a command that is sent signals."""
    script = BEGIN.replace("BODY", body.strip())
    if "handed_to" in body:
        script = script.replace('    print("begun", flush=True)\n', "", 1)
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        for how in signals:
            os.kill(process.pid, how)
        _, said = process.communicate(timeout=WATCHDOG_S)
        return process.returncode, said


@pytest.mark.parametrize("body", [DEAF, ORDERLY])
@pytest.mark.parametrize(
    ("how", "times", "status"), [("SIGINT", 1, 130), ("SIGINT", 5, 130), ("SIGTERM", 2, 143)]
)
def test_it_ends_in_order_or_at_once(body: str, how: str, times: int, status: int) -> None:
    found, said = ended(body, *[signal.Signals[how]] * times)
    assert (found, said.strip()) == (status, TOLD)


def test_a_signal_after_the_work_is_done_costs_nothing() -> None:
    found, said = ended(DONE, signal.SIGINT, signal.SIGINT)
    assert (found, said) in [(3, ""), (130, f"{TOLD}\n")]  # the second where it comes before the return


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    """As a shell has a command in the background ignore Ctrl-C."""
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    code += "from fairlineup.cli.interrupts import heed; heed()\n"
    code += "print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "True\n"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_server_takes_its_time_to_end(how: signal.Signals) -> None:
    """Its threads are not joined: one of them sleeps."""
    assert ended(SERVING, how) == (0, "")


def test_a_second_request_to_end_ends_a_server() -> None:
    assert ended(SERVING.replace("5 *", "500 *"), signal.SIGTERM, signal.SIGINT)[0] in (130, 143)
