"""Interrupted anywhere and begun again: the same bytes, and no finished search a second time."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fairlineup.evidence.asking import RunOptions
from fairlineup.evidence.plan import (
    ContrastChoice,
    GalleryChoice,
    LimitChoice,
    SearchChoice,
    StatisticsChoice,
    ThresholdChoice,
    read_plan,
)
from fairlineup.evidence.runs import RunDirectory, freeze_run
from fairlineup.records import BadInput, SystemFailed
from fairlineup.systems import Card, draw_card, open_system

from .kit import IMPATIENT, Watched, audit, people, plan_for, simulated, write_shots

pytestmark = pytest.mark.usefixtures("no_copies")

PART = 4
OPTIONS = RunOptions(PART, IMPATIENT)
ANSWERS = 14 + 10 + 8 + 8


def _system() -> Any:
    return simulated(false_match_rate=0.1, false_non_match_rate=0.2, failure_rate=0.1)


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shots(tmp_path_factory.mktemp("cards"), people({"a": 10}, {"a": 14}))


@pytest.fixture(scope="module")
def whole(cards: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    out = tmp_path_factory.mktemp("whole") / "run"
    papers = freeze_run(plan_for(cards), _system().information(), out)
    audit(plan_for(cards), _system(), out, OPTIONS)
    return (papers.directory.path / "results.json").read_bytes()


class Stops:
    """Raises at the question after so many."""

    def __init__(self, after: int, error: BaseException) -> None:
        self.left, self.error = after, error

    def __call__(self, kind: str, photo: str) -> None:
        if self.left == 0:
            raise self.error
        self.left -= 1


def _kept(run: Path, kind: str) -> int:
    with RunDirectory(run).journal.reading() as journal:
        return sum(len(journal.positions(f"{kind}-{stage}")) for stage in ("absent", "mates", "present"))


@pytest.mark.parametrize("keeps", [False, True])
def test_stopped_after_any_answer(cards: Path, whole: bytes, tmp_path: Path, *, keeps: bool) -> None:
    plan = plan_for(cards)
    freeze_run(plan, replace(_system().information(), keeps_galleries=keeps), tmp_path / "frozen")
    for after in range(keeps, ANSWERS, 2):
        run = shutil.copytree(tmp_path / "frozen", tmp_path / str(after))
        down = SystemFailed("it", expected="a", got="b", remedy="c")
        stops = Stops(after, down if after // 2 % 2 else KeyboardInterrupt())
        system = _system()
        first = Watched(system, stops, changes={"keeps_galleries": keeps})
        with pytest.raises((KeyboardInterrupt, SystemFailed)):
            audit(plan, first, run, OPTIONS)
        assert not (run / "results.json").exists()
        searched, enrolled = _kept(run, "search"), _kept(run, "enrol")
        assert searched + enrolled >= after - PART
        second = Watched(system if keeps else _system(), changes={"keeps_galleries": keeps})
        _, results = audit(plan, second, run, OPTIONS)
        assert len(second.of("search")) == 18 - searched
        if keeps:
            assert len(second.of("enrol")) == 22 - enrolled
            assert results["system"].pop("keeps_galleries") is True
        else:
            assert (run / "results.json").read_bytes() == whole


def test_stopped_again_and_again(cards: Path, whole: bytes, tmp_path: Path) -> None:
    tries = 0
    while True:
        tries += 1
        assert tries < 40
        system = Watched(_system(), Stops(14 + PART + tries, KeyboardInterrupt()))
        try:
            audit(plan_for(cards), system, tmp_path / "run", OPTIONS)
            break
        except KeyboardInterrupt:
            continue
    assert tries > 2
    assert (tmp_path / "run" / "results.json").read_bytes() == whole


def test_a_finished_run_asks_nothing(cards: Path, whole: bytes, tmp_path: Path) -> None:
    audit(plan_for(cards), _system(), tmp_path / "run", OPTIONS)
    again = Watched(_system())
    audit(plan_for(cards), again, tmp_path / "run", OPTIONS)
    assert again.asked == []
    assert (tmp_path / "run" / "results.json").read_bytes() == whole


def test_another_folder_gives_the_same_bytes(cards: Path, whole: bytes, tmp_path: Path) -> None:
    moved = shutil.copytree(cards, tmp_path / "elsewhere" / "set")
    audit(plan_for(moved), _system(), tmp_path / "run", OPTIONS)
    assert (tmp_path / "run" / "results.json").read_bytes() == whole


def test_photographs_moved_in_the_middle(cards: Path, whole: bytes, tmp_path: Path) -> None:
    before = shutil.copytree(cards, tmp_path / "before")
    with pytest.raises(KeyboardInterrupt):
        audit(plan_for(before), Watched(_system(), Stops(20, KeyboardInterrupt())), tmp_path / "run", OPTIONS)
    after = before.rename(tmp_path / "after")
    papers, _ = audit(plan_for(after), _system(), tmp_path / "run", OPTIONS)
    assert papers.begun_before
    assert (tmp_path / "run" / "results.json").read_bytes() == whole


def test_parts_of_any_size_give_the_same_bytes(cards: Path, whole: bytes, tmp_path: Path) -> None:
    for size in (1, 3, 7, 100):
        audit(plan_for(cards), _system(), tmp_path / str(size), RunOptions(size, IMPATIENT))
        assert (tmp_path / str(size) / "results.json").read_bytes() == whole


# --- something else than what was begun ----------------------------------------------------------


def _begun(cards: Path, tmp_path: Path) -> tuple[Path, Path]:
    folder = shutil.copytree(cards, tmp_path / "set")
    with pytest.raises(KeyboardInterrupt):
        audit(plan_for(folder), Watched(_system(), Stops(30, KeyboardInterrupt())), tmp_path / "run", OPTIONS)
    return folder, tmp_path / "run"


@pytest.mark.parametrize(
    "changes",
    [
        {"statistics": StatisticsChoice(seed=2)},
        {"threshold": (ThresholdChoice("default", 0.55),)},
        {"search": SearchChoice(list_length=3)},
        {"limit": (LimitChoice("fpir", "default", 0.5),)},
        {"groups": ("group",)},
        {"contrast": (ContrastChoice("group", "a"),)},
        {"gallery": GalleryChoice(sizes=(5,))},
    ],
)
def test_another_plan(cards: Path, tmp_path: Path, changes: dict[str, Any]) -> None:
    folder, run = _begun(cards, tmp_path)
    before = {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()}
    what = next(iter(changes))
    with pytest.raises(BadInput, match=rf"another run.*plan \({what}\); choose another folder"):
        audit(plan_for(folder, **changes), _system(), run, OPTIONS)
    assert {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()} == before
    audit(plan_for(folder), _system(), run, OPTIONS)
    with pytest.raises(BadInput) as refused:
        audit(plan_for(folder, **changes), _system(), run, OPTIONS)
    line = re.search(r'name = "(replay:[^"]+)"', str(refused.value))
    assert line
    system = open_system(line[1], {})
    _, again = audit(plan_for(folder, **changes), system, tmp_path / "again", OPTIONS)
    assert again["searches"]["target_absent"] == 10


def test_another_photograph(cards: Path, tmp_path: Path) -> None:
    folder, run = _begun(cards, tmp_path)
    (folder / "gallery" / "oa0003-0.png").write_bytes(draw_card(Card("oa0003", 0, "a"), side_px=16))
    with pytest.raises(BadInput, match="got others: photographs"):
        audit(plan_for(folder), _system(), run, OPTIONS)


def test_a_photograph_gone(cards: Path, tmp_path: Path) -> None:
    folder, run = _begun(cards, tmp_path)
    (folder / "gallery" / "oa0003-0.png").unlink()
    with pytest.raises(BadInput, match=r"oa0003-0\.png cannot be read.*restore it"):
        audit(plan_for(folder), _system(), run, OPTIONS)


def test_an_edited_manifest_is_not_passed_over(cards: Path, tmp_path: Path) -> None:
    folder, run = _begun(cards, tmp_path)
    text = (folder / "people.csv").read_text()
    (folder / "people.csv").write_text(text.replace("oa0003,", "oa0004,"))
    with pytest.raises(BadInput, match="got others: manifest"):
        audit(plan_for(folder), _system(), run, OPTIONS)


@pytest.mark.parametrize(
    "other",
    [
        simulated(false_match_rate=0.2, false_non_match_rate=0.2, failure_rate=0.1),
        simulated(false_match_rate=0.1, false_non_match_rate=0.2, failure_rate=0.1, seed=2),
        Watched(_system(), changes={"version": "2"}),
    ],
)
def test_another_system(cards: Path, tmp_path: Path, other: Any) -> None:
    folder, run = _begun(cards, tmp_path)
    with pytest.raises(BadInput, match="got others: system"):
        audit(plan_for(folder), other, run, OPTIONS)


def test_a_slower_machine_is_the_same_system(cards: Path, whole: bytes, tmp_path: Path) -> None:
    folder, run = _begun(cards, tmp_path)
    audit(plan_for(folder), Watched(_system(), changes={"seconds_per_photograph": 9.0}), run, OPTIONS)
    assert (run / "results.json").read_bytes() == whole


def test_a_system_that_cannot_restore_its_gallery(cards: Path, tmp_path: Path) -> None:
    folder, run = _begun(cards, tmp_path)
    changed = simulated(false_match_rate=0.1, false_non_match_rate=0.2, failure_rate=0.9)
    same_name = Watched(changed, changes={"settings": _system().information().settings})
    with pytest.raises(SystemFailed, match=r"cannot be restored.*expected the outcome .* as before"):
        audit(plan_for(folder), same_name, run, OPTIONS)


@pytest.mark.parametrize("name", ["plan.toml", "manifest.csv", "findings.json"])
def test_papers_lost_or_damaged(cards: Path, tmp_path: Path, name: str) -> None:
    folder, run = _begun(cards, tmp_path)
    (run / name).write_bytes(b"{")
    with pytest.raises(BadInput):
        audit(plan_for(folder), _system(), run, OPTIONS)
    (run / name).unlink()
    with pytest.raises(BadInput, match="cannot be read"):
        audit(plan_for(folder), _system(), run, OPTIONS)


def test_an_answer_taken_out_is_asked_for_again(cards: Path, whole: bytes, tmp_path: Path) -> None:
    folder, run = _begun(cards, tmp_path)
    with closing(sqlite3.connect(run / "answers.sqlite")) as connection:
        connection.execute("DELETE FROM answers WHERE stage = 'search-absent' AND position = 3")
        connection.commit()
    system = Watched(_system())
    audit(plan_for(folder), system, run, OPTIONS)
    assert len(system.of("search")) == 1 + 8
    assert (run / "results.json").read_bytes() == whole


# --- a process that is killed --------------------------------------------------------------------

RUN = """
import sys
from pathlib import Path
from fairlineup.evidence.asking import RunOptions, ask_system
from fairlineup.evidence.plan import read_plan
from fairlineup.evidence.runs import freeze_run
from fairlineup.evidence.evaluation import evaluate
from fairlineup.systems import open_system
plan = read_plan(Path(sys.argv[1]))
system = open_system(plan.system.name, plan.system.options)
papers = freeze_run(plan, system.information(), Path(sys.argv[2]))
ask_system(papers, system, RunOptions(4))
papers.directory.write_results(evaluate(papers))
"""
PLAN = """
[dataset]
folder = "set"
[system]
name = "simulated"
options = { false_match_rate = 0.1, failure_rate = 0.1, latency_s = 0.01 }
"""


def _searching(run: Path) -> bool:
    """Whether the searches have begun, as a process that is asking tells."""
    events = run / "events.jsonl"
    return events.exists() and "search-absent" in events.read_text()


@pytest.mark.usefixtures("whole_sweep")
def test_killed_in_the_middle_and_begun_again(cards: Path, tmp_path: Path) -> None:
    shutil.copytree(cards, tmp_path / "set")
    (tmp_path / "plan.toml").write_text(PLAN)
    command = [sys.executable, "-c", RUN, str(tmp_path / "plan.toml")]
    with subprocess.Popen([*command, str(tmp_path / "killed")]) as process:
        deadline = time.monotonic() + 1200
        while not _searching(tmp_path / "killed"):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.005)
        process.kill()
    assert not (tmp_path / "killed" / "results.json").exists()
    subprocess.run([*command, str(tmp_path / "killed")], check=True, timeout=1200)
    plan = read_plan(tmp_path / "plan.toml")
    audit(plan, open_system("simulated", plan.system.options), tmp_path / "whole", OPTIONS)
    results = [(tmp_path / name / "results.json").read_bytes() for name in ("killed", "whole")]
    assert results[0] == results[1]
