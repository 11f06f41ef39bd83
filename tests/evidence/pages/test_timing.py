"""How long photographs took, and what was asked again: from timing.json, which a run may lack."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairlineup.evidence.runs import RunDirectory
from fairlineup.records import NotMeasured
from fairlineup.results import GroupTiming, RepeatedQuestions, Retries, Seconds, Timing, encode

from .examples import amount, results
from .reading import Run


def _again(search: int, enrol: int) -> Retries:
    return Retries(RepeatedQuestions(900, enrol), RepeatedQuestions(150, search))


def _text(folder: Path, timing: Timing | NotMeasured | None) -> str:
    run = Run(folder / "run", results())
    if timing:
        run.path.mkdir()
        RunDirectory(run.path).put({"timing.json": encode(timing)})
    return run.written(faces=False).text.replace("\u00a0", " ")


def _timing(retries: Retries | None = None) -> Timing:
    enrol, search = amount(0.21, 0.19, 0.23, 0), amount(0.34, 0.31, 0.37, 0)
    group = GroupTiming("group", "circle", enrol, search, _again(2, 0))
    return Timing(Seconds(enrol, search), retries or _again(3, 1), (group,))


def test_time_by_group_and_what_was_asked_again(tmp_path: Path) -> None:
    text = _text(tmp_path, _timing())
    assert "Seconds a photograph took in this run" in text
    assert "0.21" in text
    assert "0.34" in text
    assert "everyone: 3 times for 150 searches, 1 for 900 enrolments" in text
    assert "group “circle”: 2 times for 150 searches, 0 for 900 enrolments" in text


def test_nothing_asked_again_is_not_told(tmp_path: Path) -> None:
    assert "Asked again" not in _text(tmp_path, _timing(_again(0, 0)))


@pytest.mark.parametrize("timing", [None, NotMeasured("the measure failed")])
def test_a_run_without_timing_has_no_such_part(tmp_path: Path, timing: NotMeasured | None) -> None:
    text = _text(tmp_path, timing)
    assert "Asked again" not in text
    assert "Seconds a photograph took" not in text
