"""How a program and all that it started end, what is heard of it then, and what of its words is hidden."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fairlineup.records import BadInput, Photograph, SearchRequest, SystemFailed
from fairlineup.systems.process import ProcessSystem, Program, open_process
from fairlineup.systems.programs import Child, ProcessOptions, Unanswered

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="programs for sh, and what Linux promises")

WATCHDOG_S = 1200.0
"""A busy machine is no failure; only a hang is."""

HELLO: dict[str, Any] = {
    "n": 0,
    "protocol": 1,
    "name": "plain",
    "vendor": "a test",
    "version": "1",
    "scale": {"kind": "distance", "low": 0, "high": 2, "name": "none"},
}


def shell(script: str) -> ProcessSystem:
    return open_process(Program(("/bin/sh", "-c", script), ProcessOptions(start_timeout_s=WATCHDOG_S)))


def saying(*lines: dict[str, Any], then: str = "cat > /dev/null") -> str:
    """A script that answers each question with the next of these lines."""
    said = [json.dumps(line, ensure_ascii=False).replace("'", "'\\''") for line in lines]
    return "".join(f"read question; printf '%s\\n' '{line}'; " for line in said) + then


def gone(process: int) -> bool:
    """Whether a process ends, sooner or later."""
    end = time.monotonic() + WATCHDOG_S
    while time.monotonic() < end:
        try:
            if "Z" in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]:
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo why >&2; exit 3", r"it ended \(exit status 3\), saying: why"),
        ("read hello; echo why >&2; exit 3", r"it ended \(exit status 3\), saying: why"),
        ("echo why >&2; kill -9 $$", r"it ended \(killed by SIGKILL\), saying: why"),
        (
            "printf 'File x\\n  ~~~^^^^\\nValueError: no weights\\n' >&2; exit 1",
            "saying: File x . ValueError: no weights",
        ),
        ("kill -40 $$", r"it ended \(killed by signal 40\)"),
        ('printf \'{"n": 0, "pro\'; echo why >&2; exit 3', r"""status 3\) in the midst of '{"n": 0, "pro'"""),
        ("head -c 1000000 /dev/zero; echo why >&2; exit 3", r"exit status 3\) in the midst of .*saying: why"),
        ("head -c 1000000 /dev/zero >&2; echo >&2; echo why >&2; exit 3", r"exit status 3\), saying: .*why"),
        ("echo why >&2; exec sleep 1000 >&- 2>&-", "it closed its standard output, saying: why"),
        ("echo why >&2; sleep 1000 & exit 3", r"it ended \(exit status 3\), saying: why"),
        ("echo why >&2; setsid sleep 1000 & exit 0", r"it ended \(exit status 0\)"),
        ("exec <&-; printf '{\"n\": 7}\\n'; exec sleep 1000", "an answer to no question that is open"),
        ('read hello; echo \'{"n": 0, "name": "a", "name": "b"}\'; exec sleep 1000', "the key 'name' twice"),
        ("printf '%0100000d\\n' 0 | tr 0 '['; exec sleep 1000", "a line that is no JSON"),
    ],
)
def test_one_that_dies_is_heard(script: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairlineup.systems.programs.child.GRACE_S", 0.5)
    with pytest.raises(SystemFailed, match=said):
        shell(script)


def test_one_that_cannot_be_started(tmp_path: Path) -> None:
    for name, text, mode, said in (
        ("locked", "#!/bin/sh\n", 0o644, "Permission denied"),
        ("strange", "#!/no/such/interpreter\n", 0o755, "No such file"),
        ("bare", "exit 3\n", 0o755, "Exec format error"),
    ):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(mode)
        with pytest.raises(BadInput, match=said):
            open_process(Program((str(tmp_path / name),)))
    for command, said in (("", "No such file"), ("/", "Permission denied"), ("a\0b", "null byte")):
        with pytest.raises(BadInput, match=said):
            open_process(Program((command,)))


def test_a_fault_of_the_reader_is_the_asking_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(child: Child, line: bytes) -> str:
        raise RecursionError("too deep")

    monkeypatch.setattr(Child, "_taken", failing)
    with pytest.raises(SystemFailed, match=r"answers that cannot be read \(RecursionError"):
        shell(saying(HELLO))


# --- what it started -----------------------------------------------------------------------------

STARTS = "read hello; setsid sleep 1000 >&- 2>&- & sed -u \"s/DESCENDANT/$!/\" <<'END'\nHELLO\nEND\n"
"""Starts a process in a session of its own, and names it in its greeting."""


def starting(then: str) -> str:
    return STARTS.replace("HELLO", json.dumps({**HELLO, "vendor": "DESCENDANT"})) + then


def test_what_it_started_ends_with_it() -> None:
    ended = "cat > /dev/null"  # at the end of its input
    killed = "read question; kill -9 $$"
    stopped = "read question; kill -STOP $$"
    for then in (ended, killed, stopped):
        system = shell(starting(then))
        descendant = int(system.information().vendor)
        assert Path(f"/proc/{descendant}").exists()
        if then is not ended:
            child = system._child
            with pytest.raises(Unanswered, match=r"SIGKILL|no answer in"):
                child.answer(child.ask({"ask": "galleries"}), WATCHDOG_S if then is killed else 0.2)
        system.close()
        assert gone(descendant)


LONELY = """
import os, signal, sys
from fairlineup.systems.process import Program, open_process
system = open_process(Program(("/bin/sh", "-c", sys.argv[1])))
guardian = system._child._program._process.pid
print(system.information().vendor, system._child.process_id, guardian, flush=True)
if sys.argv[2] == "stopped":
    os.kill(guardian, signal.SIGSTOP)
if sys.argv[2] == "forked" and os.fork() == 0:
    signal.pause()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("how", ["killed", "stopped", "forked"])
def test_all_ends_with_a_parent_that_is_killed(how: str) -> None:
    """With its guardian stopped too, and with a fork of the parent that lives on."""
    script = starting("trap '' TERM INT HUP; exec sleep 1000")
    words = [sys.executable, "-c", LONELY, script, how]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, start_new_session=True) as parent:
        assert parent.stdout is not None
        processes = [int(word) for word in parent.stdout.readline().split()]
        assert len(processes) == 3
        assert all(map(gone, processes))
        if how == "forked":
            os.killpg(parent.pid, signal.SIGKILL)


# --- secrets -------------------------------------------------------------------------------------

MINE = 'abc "ge\u00e9heim" 123'
EXOTIC = json.dumps(MINE).replace("abc", "\\u0061b\\u0063")
PASSWORD = "s3same%2Fopen"  # noqa: S105


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_TEST_TOKEN", MINE)
    monkeypatch.setenv("OUR_DATABASE", f"postgres://user:{PASSWORD}@127.0.0.1/faces")


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize("secret", [MINE, PASSWORD, "s3same/open"])
def test_secrets_are_hidden_wherever_they_are_said(secret: str) -> None:
    said = f"with {secret}."
    photo = Photograph("p", b"x")
    answers: list[dict[str, Any]] = [
        {"n": 1, "outcome": "error", "detail": said},
        {"n": 2, "outcome": "ok", "candidates": [[said, 0.1]]},
        {"n": 3, "lost": said},
        {"n": 4, "failed": said},
        {"n": 5, "outcome": said},
    ]
    heard = []
    script = saying({**HELLO, "name": said, "settings": {said: said}}, *answers)
    with closing(shell(script)) as system:
        information = system.information()
        heard += [information.name, *information.settings, *map(str, information.settings.values())]
        heard.append(next(system.enrol("g", [photo])).detail)
        heard.append(next(system.search("g", [photo], SearchRequest(None, 2.0))).candidates[0].photo)
        for _ in answers[2:]:
            with pytest.raises(SystemFailed) as caught:
                list(system.enrol("g", [photo]))
            heard.append(str(caught.value))
    assert len(heard) == 8
    assert all("with …." in one for one in heard), heard


@pytest.mark.usefixtures("secrets")
def test_secrets_in_what_is_no_answer() -> None:
    for script in (
        f"printf '%s' '{'x' * 110}{MINE}'; exit 3",
        f"printf '%s\\n' '{MINE}'",
        f"""printf '%s\\n' '{{"n": 0, {json.dumps(MINE)}: 1, {json.dumps(MINE)}: 2}}'""",
        f"""printf '%s\\n' '{{"n": 0, {json.dumps(MINE, ensure_ascii=False)}: 1, {EXOTIC}: 2}}'""",
        f"printf '%s' '{'x' * 290}{MINE}' >&2; exit 3",
        f"printf '%70000d' 1 | tr ' 1' '{MINE[:1]}' >&2; printf '%s' '{MINE}' >&2; exit 3",
    ):
        with pytest.raises(SystemFailed) as caught:
            shell(script)
        assert "heim" not in str(caught.value)
        assert "abc" not in str(caught.value)
