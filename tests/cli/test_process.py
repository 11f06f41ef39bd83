"""The command line as people meet it: a process with an exit status, an output and an error stream."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fairlineup.cli.demo import SAMPLES
from fairlineup.systems import CardPopulation, write_population

from .calling import process

Run = Callable[..., tuple[int, str, str]]
PLAN = """
title = "A test"
groups = ["group"]
[dataset]
folder = "cards"
[system]
name = "simulated"
options = {{ false_match_rate = {rate}, failure_rate = 0.05, latency_s = {latency} }}
[limit]
at_most = {at_most}
[search]
searches_per_part = 4
"""


def error_line(done: subprocess.CompletedProcess[str], status: int) -> str:
    """The one line on the error stream."""
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("fairlineup: ")
    return line


def plan(folder: Path, rate: float = 0.02, latency: float = 0.0, at_most: float = 0.9) -> Path:
    """A plan file beside the cards."""
    path = folder / "plan.toml"
    path.write_text(PLAN.format(rate=rate, latency=latency, at_most=at_most))
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with cards."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "cards").mkdir()
    write_population(folder / "cards", CardPopulation({"a": 20}, {"a": 30}))
    return folder


@pytest.fixture
def cards(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "cards", tmp_path / "cards")
    return tmp_path


def test_version() -> None:
    done = process("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("fairlineup, version ")


# --- exit statuses -------------------------------------------------------------------------------


@pytest.mark.usefixtures("whole_sweep")
def test_an_audit_from_plan_to_report(run: Run, cards: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cards)
    code, out, err = run("audit", "plan", "cards", "--system", "simulated", "--out", "plan.toml")
    assert (code, out) == (0, "")
    assert "next: fairlineup audit check plan.toml" in err
    code, out, err = run("audit", "check", "plan.toml")
    assert code == 0
    assert "-> keep" in out
    assert "0 to be settled" in err
    done = process("audit", "run", "plan.toml", "--out", "run", "--json", cwd=cards)
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    assert results["schema"] == "fairlineup-results/4"
    assert "Searching, everybody enrolled" in done.stderr
    assert results == json.loads(Path("run/results.json").read_text())
    before = Path("run/results.json").read_bytes()
    Path("run/results.json").unlink()
    code, out, err = run("audit", "measure", "run")
    assert code == 0
    assert "nothing here is about real people" in out
    assert Path("run/results.json").read_bytes() == before
    Path("run/results.json").unlink()
    assert run("audit", "run", "plan.toml", "--out", "run", "--quiet")[0] == 0
    assert Path("run/results.json").read_bytes() == before
    assert Path("run/events.jsonl").read_text().count('"stage begun"') == 3  # each other's strangers
    code, out, err = run("audit", "report", "run", "--no-faces")
    assert (code, out) == (0, "")
    assert "wrote run/report.html" in err


@pytest.mark.parametrize(
    ("rate", "at_most", "fail_on", "status"),
    [
        (0.02, 0.001, "fail", 1),
        (0.02, 0.001, None, 0),
        (0.0, 0.01, "inconclusive", 1),
        (0.0, 0.01, "fail", 0),
        (0.0, 0.9, "inconclusive", 0),
    ],
)
def test_limits_decide_where_asked_to(
    run: Run, cards: Path, rate: float, at_most: float, fail_on: str | None, status: int
) -> None:
    path = plan(cards, rate=rate, at_most=at_most)
    option = ["--fail-on", fail_on] if fail_on else []
    code, out, err = run("audit", "run", path, "--out", cards / "run", "-q", *option)
    assert (code, err) == (status, "")
    assert "The declared limit (FPIR at most" in out


def test_bad_input_is_one_line_and_two(cards: Path) -> None:
    path = plan(cards)
    path.write_text(path.read_text().replace("searches_per_part", "serches_per_part"))
    line = error_line(process("audit", "run", path), 2)
    assert "search.serches_per_part" in line
    assert "did you mean 'searches_per_part'?" in line
    debug = process("audit", "run", path, "--debug")
    assert debug.returncode == 2
    assert "Traceback" in debug.stderr
    assert debug.stderr.splitlines()[-1] == line


def test_a_file_in_the_way_of_the_run(run: Run, cards: Path) -> None:
    (cards / "file").write_text("mine")
    for out in (cards / "file", cards / "file" / "run", Path("/dev/null/run")):
        code, said, err = run("audit", "run", plan(cards), "--out", out, "-q")
        assert (code, said) == (2, "")
        assert "--out" in err
        assert len(err.splitlines()) == 1
        assert run("demo", "--out", out, "-q")[0] == 2
    assert (cards / "file").read_text() == "mine"


def test_a_folder_that_is_no_run_is_refused_before_a_photograph_is_read(
    run: Run, cards: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fairlineup.evidence.plan import Folder

    def read(self: Folder) -> bytes:
        raise AssertionError(f"{self.path} was read")

    monkeypatch.setattr(Folder, "manifest", read)
    strange = cards / "letters"
    strange.mkdir()
    (strange / "mine.txt").write_text("mine")
    status, out, err = run("audit", "run", plan(cards), "--out", strange)
    assert (status, out) == (2, "")
    assert "letters is no run directory" in err
    assert "one that holds mine.txt" in err
    assert [one.name for one in strange.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("more", [(), ("--simulated",)])
def test_the_demo_writes_into_nobodys_folder(run: Run, tmp_path: Path, more: tuple[str, ...]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for place in (tmp_path, tmp_path / "mine.txt"):
        status, out, err = run("demo", *more, "--out", place)
        assert (status, out) == (2, "")
        assert "is there already: expected a new or empty folder" in err
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_congress_on_nothing(tmp_path: Path) -> None:
    assert "no manifest in" in error_line(process("congress", tmp_path, "--out", tmp_path / "run"), 2)
    assert not (tmp_path / "run").exists()


def test_a_reader_that_goes_away_is_no_fault(made: Path) -> None:
    words = f"{sys.executable} -m fairlineup audit plan cards"
    done = subprocess.run(
        ["bash", "-c", f"{words} | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}"],
        check=True,
        capture_output=True,
        text=True,
        timeout=1200,
        cwd=made,
    )
    assert (done.stdout, done.stderr) == ("0\n", "")


# --- interrupted ---------------------------------------------------------------------------------


def _searched(run: Path) -> bool:
    """Whether some searches were kept, as the size of what SQLite has logged tells."""
    events = run / "events.jsonl"
    if not (events.exists() and "search-absent" in events.read_text()):
        return False
    log = run / "answers.sqlite-wal"
    before = log.stat().st_size
    while log.stat().st_size == before:
        time.sleep(0.005)
    return True


def test_interrupted_in_the_middle_and_gone_on_with(run: Run, cards: Path) -> None:
    path = plan(cards, latency=0.02)
    command = [sys.executable, "-m", "fairlineup", "audit", "run", "plan.toml", "--out", "run"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cards
    ) as slow:
        deadline = time.monotonic() + 1200
        while not _searched(cards / "run"):
            assert time.monotonic() < deadline
            assert slow.poll() is None
            time.sleep(0.005)
        os.kill(slow.pid, signal.SIGINT)
        out, said = slow.communicate(timeout=1200)
    assert slow.returncode == 130
    assert out == ""
    assert "Traceback" not in said
    assert said.splitlines()[-1].endswith("what was finished is kept; give the same command again to go on")
    assert not (cards / "run" / "results.json").exists()
    code, _, said = run("audit", "run", path, "--out", cards / "run")
    assert code == 0
    assert "going on with a run begun before" in said
    events = [json.loads(line) for line in (cards / "run" / "events.jsonl").read_text().splitlines()]
    begun = [event["already_done"] for event in events if event.get("stage") == "search-absent"]
    assert begun[0] == 0
    assert begun[1] >= 4


def test_the_demo(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole of it on fewer people; tests_long has it as it is, in a process of its own."""
    assert (SAMPLES["people"], SAMPLES["probes"]) == (750, 150)  # as its help and the README say
    monkeypatch.setattr("fairlineup.cli.demo.SAMPLES", SAMPLES | {"people": 30, "probes": 10})
    code, out, err = run("demo", "--out", tmp_path / "demo")
    assert code == 0, err
    assert "they do not exist" in out
    assert "No verdict" in out
    assert err.startswith("30 people who do not exist, photographed, enrolled and searched")
    assert out.count("report.html") == 1
    last = out.splitlines()[-7:]
    assert last[0] == f"report: {tmp_path / 'demo' / 'run' / 'report.html'}"
    assert last[1] == f"every number: {tmp_path / 'demo' / 'run' / 'results.json'}"
    assert last[2] == "try next:"
    assert all("fairlineup " in line for line in last[3:])
    results = json.loads((tmp_path / "demo" / "run" / "results.json").read_text())
    assert results["population"]["kind"] == "synthetic"
    assert results["population"]["comparable"] is False
    assert results["gallery"]["people"] == 20
    assert results["searches"]["probe_people"] == 10
    assert results["searches"]["target_present"] == 10
    assert results["system"]["name"] == "local"
    assert results["verdicts"][0]["outcome"] == "not_given"


@pytest.mark.usefixtures("no_copies")
def test_the_planted_demo(run: Run, tmp_path: Path) -> None:
    """In this process; tests_long has it in one of its own."""
    code, out, err = run("demo", "--simulated", "--out", tmp_path / "demo")
    assert code == 0, err
    assert "nothing here is about real people or real systems" in out
    assert "planted: false match rate" in out
    code, out, _ = run("demo", "--simulated", "--out", tmp_path / "demo", "--json")
    assert code == 0
    assert json.loads(out)["population"]["kind"] == "simulated"


def test_a_run_nobody_watches_any_more_goes_on(cards: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    command = [sys.executable, "-m", "fairlineup", "audit", "run", str(plan(cards)), "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as running:
        assert running.stderr is not None
        running.stderr.close()
        assert running.wait(timeout=1200) == 0
    assert (out / "results.json").is_file()
    assert (out / "report.html").is_file()
