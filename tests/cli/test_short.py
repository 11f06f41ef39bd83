"""The short report from the command line: written where it was asked for, and kept true afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
SHORT = "report-short.html"


@pytest.fixture(scope="module")
def finished(finishes: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run whose short report was not asked for."""
    plan = '[dataset]\nfolder = "cards"\n[system]\nname = "simulated"\n'
    folder = finishes(tmp_path_factory.mktemp("short"), plan, 8, 12)
    assert not (folder / "run" / SHORT).exists()
    return folder


def test_report_writes_it_and_leaves_the_whole_one(run: Run, finished: Path) -> None:
    place = finished / "run"
    before = (place / "report.html").read_bytes()
    code, out, err = run("audit", "report", place, "--short")
    assert (code, out) == (0, "")
    assert err == f"wrote {place / SHORT}\n"
    page = (place / SHORT).read_text("utf-8")
    assert "How it was measured" in page
    assert "Simulated people" in page
    assert (place / "report.html").read_bytes() == before


def test_one_that_stands_there_is_kept_true(run: Run, finished: Path) -> None:
    place = finished / "run"
    run("audit", "report", place, "--short")
    (place / SHORT).write_text("of other results")
    code, out, _ = run("audit", "measure", place)
    assert code == 0
    assert f"in short: {place / SHORT}" in out
    assert "How it was measured" in (place / SHORT).read_text("utf-8")
    (place / SHORT).unlink()
    _, out, _ = run("audit", "measure", place)
    assert "in short" not in out
    assert not (place / SHORT).exists()


def test_a_run_writes_both(run: Run, finished: Path) -> None:
    place = finished / "other"
    code, out, _ = run("audit", "run", finished / "plan.toml", "--out", place, "--short", "-q")
    assert code == 0
    assert f"in short: {place / SHORT}" in out
    assert (place / SHORT).is_file()
    assert (place / "report.html").is_file()


def test_a_verdict_names_who_set_the_limit(run: Run, finished: Path) -> None:
    """The population is simulated and gets a verdict of the simulated system all the same."""
    code, out, _ = run("audit", "measure", finished / "run")
    assert code == 0
    held = json.loads((finished / "run" / "results.json").read_text("utf-8"))["verdicts"][0]
    assert f"; set by: {held['source']}): " in out


def test_no_run_has_no_short_report(run: Run, tmp_path: Path) -> None:
    code, _, err = run("audit", "report", tmp_path, "--short")
    assert code == 2
    assert len(err.splitlines()) == 1
