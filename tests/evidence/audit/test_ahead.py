"""What other processes measure is what this one would: the results do not depend on how many there are."""

from __future__ import annotations

import operator
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fairlineup.evidence.asking import ask_system
from fairlineup.evidence.evaluation import evaluate, joined_answers, measure
from fairlineup.evidence.evaluation.ahead import ahead
from fairlineup.evidence.evaluation.measured_run import MeasuredRun
from fairlineup.evidence.plan import ContrastChoice, StatisticsChoice
from fairlineup.evidence.runs import FrozenRun, freeze_run
from fairlineup.results import to_json

from .kit import SMALL_PARTS, people, plan_for, simulated, write_shots

WATCHDOG_S = 600
TOLD = "interrupted: what was finished is kept; give the same command again to go on"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> FrozenRun:
    folder = write_shots(tmp_path_factory.mktemp("cards"), people({"a": 130, "b": 30}, {"a": 20, "b": 10}))
    plan = plan_for(
        folder,
        groups=("group",),
        contrast=(ContrastChoice("group", "a", "b"),),
        statistics=StatisticsChoice(replicates=100),
    )
    system = simulated(false_match_rate=0.02, false_non_match_rate=0.1)
    run = freeze_run(plan, system.information(), tmp_path_factory.mktemp("runs") / "run")
    ask_system(run, system, SMALL_PARTS)
    measure(run)
    return run


def test_the_results_do_not_depend_on_the_processes(
    papers: FrozenRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fairlineup.evidence.evaluation.sweep.STEPS", 5)
    told: list[tuple[str, int, int]] = []
    alone = to_json(evaluate(papers, workers=1))
    assert to_json(evaluate(papers, progress=lambda *how: told.append(how), workers=3)) == alone
    done = [how for stage, *how in told if stage == "ahead"]
    assert done == sorted(done)
    assert done[-1] == [done[-1][1]] * 2
    assert len(alone["likelihood"]["groups"]) == 2


def test_what_fails_ahead_is_left_to_its_section(papers: FrozenRun) -> None:
    run = MeasuredRun(papers, joined_answers(papers))
    with ahead(run, lambda _: [(operator.add, (1,))] * 3 + [(operator.truth, ())] * 3, 2) as rest:
        rest()
    assert run.kept == {}
    with ahead(run, lambda _: [(operator.is_, (None,))], 2) as rest:
        rest()
    assert list(run.kept.values()) in ([], [False])  # kept where another process was at it
    assert run.sections.failed == ()


# --- from outside --------------------------------------------------------------------------------

PROGRAM = """
import os, signal, sys, time
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the tests themselves run under
import fairlineup.evidence.evaluation.ahead as ahead
from fairlineup.evidence.evaluation.sections import Sections
ahead.ENOUGH, ahead.available_cores, far = 0, lambda: 2, Sections.far

def children():
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    return [one for one, parent in parents.items() if parent == os.getpid()]

def held(self, stage, done, total):
    far(self, stage, done, total)
    if stage == "ahead":
        while not children():
            time.sleep(0.01)
        os.write(1, (" ".join(map(str, children())) + "\\n").encode())  # bars take what is printed
        time.sleep(1000)

Sections.far = held
from fairlineup.cli import entrance
sys.argv = ["fairlineup", "audit", "measure", sys.argv[1], "--no-faces"]
entrance.main()
"""


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.name != ".lock"
    }


def _alive(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def _shown(terminal: int) -> Iterator[bytes]:
    try:
        while more := os.read(terminal, 65536):
            yield more
    except OSError:
        return


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes")
def test_ctrl_c_amid_the_measures_ends_all_and_changes_nothing(papers: FrozenRun) -> None:
    before, (terminal, other) = _bytes(papers.directory.path), pty.openpty()
    command: list[Any] = [sys.executable, "-c", PROGRAM, str(papers.directory.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=other, text=True) as process:
        os.close(other)
        assert process.stdout is not None
        workers = [int(one) for one in process.stdout.readline().split()]
        assert workers
        process.send_signal(signal.SIGINT)
        shown = b"".join(_shown(terminal)).decode()
        assert process.wait(WATCHDOG_S) == 130
    os.close(terminal)
    assert "Measuring at each threshold" in shown
    assert "Measuring on all cores" in shown
    assert TOLD in shown
    assert "Traceback" not in shown
    until = time.monotonic() + WATCHDOG_S
    while any(map(_alive, workers)):
        assert time.monotonic() < until
    assert _bytes(papers.directory.path) == before


def test_progress_is_told_in_lines_where_nobody_watches(papers: FrozenRun) -> None:
    command = [
        sys.executable,
        "-m",
        "fairlineup",
        "audit",
        "measure",
        str(papers.directory.path),
        "--no-faces",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for stage, parts in (
        ("at each threshold", 1),
        ("what a score is worth", 3),
        ("at thresholds over all of the recorded range", 41),
    ):
        assert f"Measuring {stage}: {parts} of {parts}" in done.stderr
