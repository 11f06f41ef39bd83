"""An audit as a notebook makes it: the example of docs/library.md, and what its functions promise."""

from __future__ import annotations

import ast
import contextlib
import io
import math
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

import fairlineup
from fairlineup import (
    AuditOptions,
    BadInput,
    DatasetChoice,
    PageOptions,
    Plan,
    RunLimits,
    RunOptions,
    ScoreOptions,
    SystemChoice,
    audit,
    compare,
    import_scores,
    measure_again,
    open_system,
    read_plan,
    write_plan,
)
from fairlineup.evidence.asking import CostEstimate
from fairlineup.evidence.runs import FrozenRun, RunDirectory
from fairlineup.records import FaceSystem
from fairlineup.seals import Plain
from fairlineup.systems import CardPopulation, write_population

DOCS = Path(__file__).parents[3] / "docs" / "library.md"
STUB = Path(fairlineup.__file__).with_suffix(".pyi")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("cards")
    write_population(folder, CardPopulation({"a": 12}, {"a": 20}))
    return Plan(DatasetChoice(str(folder)), SystemChoice("simulated", {"false_match_rate": 0.02}))


@pytest.fixture
def system(plan: Plan) -> FaceSystem:
    return open_system(plan.system.name, plan.system.options)


def test_the_example_runs_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    section = DOCS.read_text("utf-8").split("## A whole audit", 1)[1]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.S)
    (shown,) = re.findall(r"prints\n\n```text\n(.*?)```", section, re.S)
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, str(DOCS), "exec"), {})  # noqa: S102 - our own page
    assert printed.getvalue() == shown


def test_nothing_is_printed(
    plan: Plan, system: FaceSystem, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    found = audit(plan, system, tmp_path / "run")
    assert measure_again(tmp_path / "run").results == found.results
    assert found.results == found.run.directory.audit_results()
    assert found.pages.report.is_file()
    assert capfd.readouterr() == ("", "")


def test_results_that_were_just_measured_are_not_read_back(
    plan: Plan, system: FaceSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[RunDirectory] = []
    read = RunDirectory.read_results

    def counted(directory: RunDirectory) -> dict[str, Plain]:
        reads.append(directory)
        return read(directory)

    monkeypatch.setattr(RunDirectory, "read_results", counted)
    whole = audit(plan, system, tmp_path / "run")
    assert measure_again(tmp_path / "run").results == whole.results
    assert reads == []
    assert audit(plan, system, tmp_path / "run").results == whole.results
    assert len(reads) == 1


def test_places_may_be_text_and_a_notebook_is_not_filled(
    plan: Plan, system: FaceSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.toml").write_text(write_plan(plan), "utf-8")
    found = audit(read_plan("plan.toml"), system, "before")
    audit(plan, system, "after")
    assert measure_again("before").results == found.results
    beside = compare(["before", "after"], "beside")
    assert beside.page.is_file()
    assert max(len(repr(found)), len(repr(beside))) < 200


def test_a_file_of_scores_without_its_columns_said(tmp_path: Path) -> None:
    page = DOCS.read_text("utf-8")
    (rows,) = re.findall(r"```csv\n(.*?)```", page, re.S)
    (tmp_path / "scores.csv").write_text(rows, "utf-8")
    found = import_scores(str(tmp_path / "scores.csv"), out=str(tmp_path / "out"))
    assert (tmp_path / "out" / "results.json").is_file()
    options = ScoreOptions(sources={"region": "registers"})
    assert import_scores(tmp_path / "scores.csv", options=options) != found


def test_told_before_anything_is_asked_and_ended_there(
    plan: Plan, system: FaceSystem, tmp_path: Path
) -> None:
    class TooMuchError(Exception):
        """Of the one who is told."""

    def stop(run: FrozenRun, cost: CostEstimate) -> None:
        assert (run.begun_before, cost.searches > 0) == (False, True)
        raise TooMuchError

    with pytest.raises(TooMuchError):
        audit(plan, system, tmp_path / "run", AuditOptions(before_asking=stop))
    assert not (tmp_path / "run" / "results.json").exists()
    steps: list[str] = []
    options = AuditOptions(RunOptions(progress=lambda stage, done, total: steps.append(stage)))
    whole = audit(plan, system, tmp_path / "run", options)
    assert {"digests", "enrol-absent", "search-absent"} <= set(steps)
    again = audit(plan, system, tmp_path / "run", AuditOptions(before_asking=stop))  # nothing is left to ask
    assert again.results == whole.results


@dataclass
class Interrupting:
    """Progress that is interrupted at its n-th step."""

    at: int
    step: int = 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        self.step += 1
        if self.step == self.at:
            raise KeyboardInterrupt


def test_interrupted_anywhere_it_goes_on(plan: Plan, system: FaceSystem, tmp_path: Path) -> None:
    steps = Interrupting(0)
    whole = audit(plan, system, tmp_path / "whole", AuditOptions(RunOptions(progress=steps)))
    for at in (1, steps.step // 3, steps.step // 2):
        with pytest.raises(KeyboardInterrupt):
            audit(plan, system, tmp_path / "run", AuditOptions(RunOptions(progress=Interrupting(at))))
    assert audit(plan, system, tmp_path / "run").results == whole.results


def test_other_words_and_other_searches(plan: Plan, system: FaceSystem, tmp_path: Path) -> None:
    audit(plan, system, tmp_path / "run")
    renamed = measure_again(tmp_path / "run", replace(plan, title="Another"))
    assert renamed.results.title == "Another"
    with pytest.raises(BadInput):
        measure_again(tmp_path / "run", replace(plan, groups=("group",)))
    with pytest.raises(BadInput):
        audit(replace(plan, groups=("group",)), system, tmp_path / "run")
    options = AuditOptions(RunOptions(limits=RunLimits(searches=1)), PageOptions(short=True))
    with pytest.raises(fairlineup.Refused):
        audit(plan, system, tmp_path / "other", options)


def test_the_types_name_what_is_there() -> None:
    """__init__.pyi says what __getattr__ gives, from the same rooms."""
    told = {
        name.asname: (node.module, name.name)
        for node in ast.walk(ast.parse(STUB.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module != "typing"
        for name in node.names
    }
    assert {*told, "__version__"} == set(fairlineup.__all__)
    for name, (room, called) in told.items():
        assert name == called
        assert getattr(fairlineup, name) is getattr(sys.modules[str(room)], name)
    with pytest.raises(AttributeError, match="no attribute 'audits'"):
        fairlineup.audits  # type: ignore[attr-defined]  # noqa: B018
    assert {"audit", "measures"} <= set(dir(fairlineup))


def test_the_package_itself_loads_nothing() -> None:
    code = (
        "import sys, fairlineup; print(sorted(one for one in sys.modules if one.startswith('fairlineup.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=600
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "limits", [{"cost": math.nan}, {"cost": -1.0}, {"searches": -1}, {"at_once": -1}, {"cost": "10"}]
)
def test_a_limit_that_would_limit_nothing_is_refused(limits: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as caught:
        RunLimits(**limits)
    assert caught.value.code == "argument-unusable"


def test_paths_may_be_text(plan: Plan, system: FaceSystem, tmp_path: Path) -> None:
    found = audit(plan, system, str(tmp_path / "run"))
    assert measure_again(str(tmp_path / "run")).results == found.results
    with pytest.raises(BadInput) as caught:
        compare([str(tmp_path / "run")], str(tmp_path / "versus"))
    assert caught.value.code == "runs-not-comparable"
    with pytest.raises(BadInput) as caught:
        read_plan(str(tmp_path / "none.toml"))
    assert caught.value.code == "file-missing"
