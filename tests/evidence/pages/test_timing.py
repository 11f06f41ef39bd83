"""How long photographs took, and what was asked again: from timing.json, which a run may lack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .examples import Json, Run, estimate, results


def _seconds(value: float) -> Json:
    return {**estimate(0, 150, value * 0.9, value * 1.1, value), "people": 150}


def _again(search: int, enrol: int) -> Json:
    return {
        "search": {"questions": 150, "asked_again": search},
        "enrol": {"questions": 900, "asked_again": enrol},
    }


def _text(folder: Path, timing: Json | None) -> str:
    run = Run(folder / "run", results())
    if timing:
        run.path.mkdir()
        (run.path / "timing.json").write_text(json.dumps(timing), "utf-8")
    return run.written(faces=False).text.replace("\u00a0", " ")


def _timing(**changes: Any) -> Json:
    seconds = {"enrol": _seconds(0.21), "search": _seconds(0.34)}
    group = {"label": "group", "value": "circle", **seconds, "retries": _again(2, 0)}
    return {"seconds": seconds, "retries": _again(3, 1), "groups": [group], **changes}


def test_time_by_group_and_what_was_asked_again(tmp_path: Path) -> None:
    text = _text(tmp_path, _timing())
    assert "Seconds a photograph took in this run" in text
    assert "0.21" in text
    assert "0.34" in text
    assert "everyone: 3 times for 150 searches, 1 for 900 enrolments" in text
    assert "group “circle”: 2 times for 150 searches, 0 for 900 enrolments" in text


def test_nothing_asked_again_is_not_told(tmp_path: Path) -> None:
    assert "Asked again" not in _text(tmp_path, _timing(retries=_again(0, 0)))


def test_a_run_without_timing_has_no_such_part(tmp_path: Path) -> None:
    text = _text(tmp_path, None)
    assert "Asked again" not in text
    assert "Seconds a photograph took" not in text
