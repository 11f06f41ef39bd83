"""A run whose measuring fails in part: everything else is written, the rest is told, and it can be mended."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fairlineup.systems import CardPopulation, write_population

Run = Callable[..., tuple[int, str, str]]
PLAN = """
groups = ["group"]
[dataset]
folder = "cards"
[system]
name = "simulated"
options = { false_match_rate = 0.01 }
[statistics]
replicates = 100
"""


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_population(tmp_path / "cards", CardPopulation({"a": 31, "b": 31}, {"a": 20, "b": 20}))
    monkeypatch.setattr("fairlineup.evidence.evaluation.sweep.STEPS", 3)
    monkeypatch.setattr("fairlineup.evidence.evaluation.likelihood.OTHER_SPLITS", 1)
    path = tmp_path / "plan.toml"
    path.write_text(PLAN)
    return path


def _fails(*_: Any, **__: Any) -> Any:
    raise ZeroDivisionError("float division by zero")


def test_a_run_outlives_a_measure(run: Run, plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    with pytest.MonkeyPatch.context() as planted:
        planted.setattr("fairlineup.measures.gallery_hubs", _fails)
        planted.setattr("fairlineup.measures.seconds_per_photograph", _fails)
        code, said, err = run("audit", "run", plan, "--out", out, "-q")
        assert code == 3
        assert "Not everything could be measured, for a fault of this software" in said
        assert (
            "  thresholds.default.hubs: the measure failed: ZeroDivisionError at evidence/evaluation/" in said
        )
        assert "warning: timing could not be measured: ZeroDivisionError: float division by zero at" in err
        assert "Traceback" not in err
        assert "report:" in said
        assert "Not everything could be measured." in (out / "report.html").read_text()
        assert set(json.loads((out / "timing.json").read_text())) == {"not_measured"}
        code, said, err = run("audit", "measure", out, "--json", "--debug")
        assert (code, "Traceback" in err) == (3, True)
        assert json.loads(said)["failed_sections"]
        code, said, _ = run("audit", "bundle", out, "--out", tmp_path / "failed.zip")
        assert code == 0
        assert run("audit", "verify", tmp_path / "failed.zip")[0] == 0
    code, said, err = run("audit", "measure", out, "-q")
    assert (code, err) == (0, "")
    assert "could be measured" not in said + (out / "report.html").read_text()
    assert run("audit", "verify", tmp_path / "failed.zip")[0] == 1


def test_a_page_that_cannot_be_drawn_takes_no_number(run: Run, plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    with pytest.MonkeyPatch.context() as planted:
        planted.setattr("fairlineup.evidence.pipeline.reporting.write_report", _fails)
        code, _, err = run("audit", "run", plan, "--out", out, "-q")
    assert code == 3
    assert "the report could not be drawn; every number is in" in err
    assert "unexpected fault (ZeroDivisionError: float division by zero" in err
    assert json.loads((out / "results.json").read_text())["failed_sections"] == []
    assert not (out / "report.html").exists()
    assert run("audit", "report", out)[0] == 0
    assert (out / "report.html").exists()
