"""`fairlineup threshold`, as people meet it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fairlineup.evidence.pages import called
from fairlineup.evidence.plan import Inspection
from fairlineup.evidence.runs import RunDirectory
from fairlineup.systems import CardPopulation, write_population

from .calling import in_process

Run = Callable[..., tuple[int, str, str]]
PLAN = """
title = "A test"
groups = ["group"]
[dataset]
folder = "cards"
[system]
name = "simulated"
options = { false_match_rate = 0.01, kind = "similarity" }
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("threshold")
    write_population(folder / "cards", CardPopulation({"a": 80, "b": 60}, {"a": 60, "b": 60}))
    (folder / "plan.toml").write_text(PLAN)
    words = ("audit", "run", folder / "plan.toml", "--out", folder / "run", "-q", "--no-faces")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("fairlineup.evidence.runs.freezing.inspect", lambda *_: Inspection((), {}))
        done = in_process(*words)
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "run"


def test_the_card_for_people_and_for_machines(run: Run, finished: Path) -> None:
    code, out, err = run("threshold", finished, "--fpir", "0.4", "--fpir", "0.01")
    assert (code, err) == (0, "")
    made = RunDirectory(finished).audit_results().system
    assert out.startswith(f"Thresholds of {called(made)} in a gallery of")
    assert "The people are simulated" in out
    assert "To flag 40 % of people who are not in the gallery" in out
    assert "score" in out
    assert "no threshold is given: 30 false positives must stand behind it: 3,000 such searches" in out
    assert "default (score 80" in out
    assert "recommended (score 99" in out
    assert "sample 70 (score 70" in out
    assert "chosen on the people they are reported on" in out
    code, out, _ = run("threshold", finished, "--fpir", "0.4", "--json")
    card = json.loads(out)
    found = card["wanted"][0]["everyone"]
    assert code == 0
    assert found["fpir"]["value"] <= 0.4
    assert f"{found['score']:.5g}" in run("threshold", finished, "--fpir", "0.4")[1]


def test_what_cannot_be_asked(run: Run, finished: Path, tmp_path: Path) -> None:
    code, out, err = run("threshold", finished, "--fpir", "40")
    assert (code, out) == (2, "")
    assert "above 0 and under 1" in err
    code, _, err = run("threshold", tmp_path / "nowhere")
    assert code == 2
    assert "run.json" in err


def test_a_measure_that_fails_takes_no_other_with_it(
    run: Run, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("fairlineup.measures.threshold_for_fpir", fails)
    code, out, err = run("threshold", finished, "--fpir", "0.4")
    assert code == 3
    assert "everyone: no threshold is given: the measure failed: ZeroDivisionError" in out
    assert "default (score 80" in out
    assert err.count("warning: the threshold of FPIR 0.4 could not be measured: ZeroDivisionError") == 1
    assert run("threshold", finished, "--fpir", "40")[0] == 2
