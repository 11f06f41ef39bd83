"""Ctrl-C and a request to end, once or twice, end every command and all its processes, whenever they come."""

from __future__ import annotations

import json
import os
import pty
import random
import select
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

TIMES = int(os.environ.get("FAIRLINEUP_INTERRUPTS", "8"))
"""Random moments for each command and each way; 20 take half an hour."""

AIM_S = float(os.environ.get("FAIRLINEUP_INTERRUPTS_AIM_S", "2"))
"""Within which all is to end; a machine busy with other things may need more."""

GAPS_S = (0.0, 0.01, 0.05, 0.1, 0.3, 1.0)
"""Between one Ctrl-C and the next."""

PATIENCE_S = 60
"""Then it hangs."""

MAKING = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the tests themselves run under
from pathlib import Path
from fairlineup.evidence.samples import SamplesRequest, write_samples
write_samples(Path(sys.argv[1]), SamplesRequest(people=4000), workers=3)
"""
LOOKING = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the tests themselves run under
from itertools import repeat
from pathlib import Path
from fairlineup.faces.engine import EnginePool
from fairlineup.records import Photograph
Path(sys.argv[1]).mkdir()
with EnginePool(workers=3) as pool:
    for one in pool.analyse_many(repeat(Photograph("a", b"no photograph"))):
        pass
"""


def _below(process: int) -> set[int]:
    """This process and all below it."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found = [process]
    for one in found:
        found += children.get(one, [])
    return set(found)


def _alive(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes")
@pytest.mark.parametrize(("how", "times"), [(signal.SIGINT, 1), (signal.SIGINT, 2), (signal.SIGKILL, 1)])
@pytest.mark.parametrize("work", [MAKING, LOOKING], ids=["samples", "engine"])
def test_every_process_ends(tmp_path: Path, work: str, how: signal.Signals, times: int) -> None:
    longest = 0.0
    for number in range(20):
        folder = tmp_path / str(number)
        with subprocess.Popen(
            [sys.executable, "-c", work, str(folder)],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as program:
            _until(folder.exists)
            time.sleep(0.15 * number)  # from before the first process begins to the midst of the work
            children = _below(program.pid) - {program.pid}
            began = time.monotonic()
            for again in range(times):
                time.sleep(0.02 * again)
                (os.killpg if how is signal.SIGINT else os.kill)(program.pid, how)
            _, errors = program.communicate(timeout=PATIENCE_S)
            _until(lambda left=children: not any(map(_alive, left)))  # type: ignore[misc]
            longest = max(longest, time.monotonic() - began)
        if how is signal.SIGINT and times == 1:
            assert errors.endswith("KeyboardInterrupt\n"), errors
            assert "worker process" not in errors, errors
    print(f"\n{how.name} {times}: 20 of 20 ended, the longest after {longest:.2f} s")


# --- every command -------------------------------------------------------------------------------

STUBBORN = """
import base64, json, os, signal, subprocess, sys, time
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
subprocess.Popen(["sleep", "1000"], start_new_session=True)
hello = {"protocol": 1, "name": "stubborn", "vendor": "a test", "version": "1", "wire": True, "at_once": 4,
         "scale": {"kind": "distance", "low": 0, "high": 2, "name": "none"},
         "default_threshold": {"score": 1, "source": "a test"}}
for line in iter(sys.stdin.readline, ""):
    question = json.loads(line)
    said = hello if question["ask"] == "hello" else {} if "delete" in question["ask"] else {"outcome": "ok"}
    time.sleep(0 if said is hello else 0.02)
    if question.get("photo", "").endswith("7-1.jpg"):
        continue
    print(json.dumps({"n": question["n"], **said}), flush=True)
time.sleep(1000)
"""

PLAN = """
[dataset]
folder = {folder}
[system]
name = {system}
"""


def _program(*words: object) -> list[str]:
    return [sys.executable, "-m", "fairlineup", *map(str, words)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People who do not exist, plans and a finished run of them."""
    world = tmp_path_factory.mktemp("world")
    os.environ["FAIRLINEUP_CONFIG"] = str(world / "trusted")
    asked = ("--people", 240, "--photos", 2, "--probes", 60)
    subprocess.run(_program("samples", "make", "--out", world / "people", *asked), check=True)
    (world / "stubborn.py").write_text(STUBBORN)
    stubborn = f"process:{shlex.quote(sys.executable)} {shlex.quote(str(world / 'stubborn.py'))}"
    for name, system in (("local", "local"), ("stubborn", stubborn)):
        text = PLAN.format(folder=json.dumps(str(world / "people")), system=json.dumps(system))
        (world / f"{name}.toml").write_text(text)
    subprocess.run(_program("audit", "run", world / "local.toml", "--out", world / "run", "-q"), check=True)
    subprocess.run(_program("audit", "bundle", world / "run", "--out", world / "run.zip"), check=True)
    return world


COMMANDS: dict[str, tuple[str, ...]] = {
    "samples make": ("samples", "make", "--out", "NEW", "--people", "4000"),
    "audit check": ("audit", "check", "WORLD/local.toml"),
    "audit run": ("audit", "run", "WORLD/local.toml", "--out", "NEW"),
    "audit run, a stubborn program": ("audit", "run", "WORLD/stubborn.toml", "--trust", "--out", "NEW"),
    "audit measure": ("audit", "measure", "WORLD/run"),
    "congress": ("congress", "WORLD/people", "--out", "NEW"),
    "data folder": ("data", "folder", "WORLD/people/photographs", "--layout", "names", "--dry-run"),
    "calibrate": ("calibrate", "WORLD/people", "--out", "NEW"),
    "audit bundle": ("audit", "bundle", "WORLD/run", "--out", "NEW.zip"),
    "audit verify": ("audit", "verify", "WORLD/run.zip"),
    "compare": ("compare", "ONE", "TWO"),
    "threshold": ("threshold", "WORLD/run"),
    "systems check": ("systems", "check", "local"),
    "tone": ("tone", "WORLD/people", "--out", "NEW"),
}


@contextmanager
def _at_a_terminal(words: list[str]) -> Iterator[tuple[int, int]]:
    process, terminal = pty.fork()
    if process == 0:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.execv(words[0], words)  # noqa: S606
    try:
        yield process, terminal
    finally:
        with suppress(OSError):
            os.killpg(process, signal.SIGKILL)
        os.close(terminal)


def _shown(terminal: int, seconds: float) -> bytes:
    """What the terminal shows for so long; less if it is closed."""
    shown, until = b"", time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            try:
                shown += os.read(terminal, 65536)
            except OSError:
                return shown
    return shown


def _ended(process: int, terminal: int, everything: set[int], since: float) -> tuple[float, int]:
    status = None
    while status is None or any(map(_alive, everything - {process})):
        assert time.monotonic() - since < PATIENCE_S, "it hangs"
        if status is None and (found := os.waitpid(process, os.WNOHANG))[0]:
            status = os.waitstatus_to_exitcode(found[1])
        _shown(terminal, 0.005)
    return time.monotonic() - since, status


def _trial(words: list[str], moment: float, how: signal.Signals, times: int) -> tuple[float, int]:
    """Seconds until all had ended, and the exit status."""
    with _at_a_terminal(words) as (process, terminal):
        _shown(terminal, moment)
        everything = _below(process)
        since = time.monotonic()
        for number in range(times):
            if number:
                _shown(terminal, random.choice(GAPS_S))  # noqa: S311
            with suppress(OSError):
                os.write(terminal, b"\x03") if how is signal.SIGINT else os.killpg(process, how)
        return _ended(process, terminal, everything, since)


def _length(words: list[str]) -> float:
    """How long a command takes, 15 s at most."""
    begun = time.monotonic()
    with _at_a_terminal(words) as (process, terminal):
        while time.monotonic() - begun < 15 and not os.waitpid(process, os.WNOHANG)[0]:
            _shown(terminal, 0.05)
        return time.monotonic() - begun


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes")
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_ends(name: str, world: Path, tmp_path: Path) -> None:
    numbers = iter(range(10_000))

    def words() -> list[str]:
        two = sorted((world / "people" / "photographs").iterdir())[:2]
        places = {"NEW": tmp_path / str(next(numbers)), "WORLD": world, "ONE": two[0], "TWO": two[1]}
        found = list(COMMANDS[name])
        for mark, place in places.items():
            found = [word.replace(mark, str(place)) for word in found]
        return _program(*found)

    length = _length(words())
    longest: dict[str, float] = {}
    seen: dict[str, dict[int, int]] = {}
    for how in (signal.SIGINT, signal.SIGTERM):
        for times in (1, 2):
            way = f"{how.name} {'twice' if times == 2 else 'once'}"
            for _ in range(TIMES):
                moment = random.uniform(0, length)  # noqa: S311
                took, status = _trial(words(), moment, how, times)
                longest[way] = max(longest.get(way, 0), took)
                statuses = seen.setdefault(way, {})
                statuses[status] = statuses.get(status, 0) + 1
    for way, took in longest.items():
        print(
            f"\n{name}, {way}: the longest of {TIMES} after {took:.2f} s; exit statuses {seen[way]}", end=""
        )
    assert max(longest.values()) < AIM_S
