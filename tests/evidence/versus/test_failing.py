"""A part of a comparison that fails says so in its place, and the others stand."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from fairlineup.cli.versus import words
from fairlineup.evidence.pages import write_versus
from fairlineup.evidence.plan import StatisticsChoice
from fairlineup.evidence.runs import FrozenRun
from fairlineup.evidence.versus import compare_runs
from fairlineup.results import VersusResults, to_json

from .kit import SCHEMA, simulated, world

FEWER = StatisticsChoice(replicates=100)
PARTS = {
    "equal_fmr": "compare.equal_points",
    "own.fpir": "compare.rate_of",
    "own.fnir": "compare.paired_rate",
    "own.thresholds": "compare.threshold_at",
    "own.groups": "outcomes._group",
    "own.gaps": "outcomes._gap",
    "holm": "compare._adjusted",
    "processing": "compare.failures",
    "parted": "compare.flagged_apart",
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[FrozenRun, ...]:
    people = world(tmp_path_factory.mktemp("people"), {"a": 40, "b": 40}, {"a": 30, "b": 30})
    rates: dict[str, Any] = {"false_match_rate": 0.01, "false_non_match_rate": 0.1}
    return tuple(
        people.run(name, simulated(**rates, seed=seed), statistics=FEWER)
        for name, seed in (("one", 1), ("other", 4))
    )


def _fails(*_: Any, **__: Any) -> Any:
    raise ZeroDivisionError("float division by zero")


def _compared(runs: tuple[FrozenRun, ...], out: Path, told: dict[str, str]) -> VersusResults:
    results = compare_runs(*runs, fmr=(0.01,), on_failure=lambda name, error: told.update({name: str(error)}))
    assert [error.message for error in SCHEMA.iter_errors(to_json(results))] == []
    page = write_versus(out, results, {}).read_text("utf-8")
    assert ("Not everything could be measured." in page) == bool(told)
    assert any("Please report it" in line for line in words(results)) == bool(told)
    return results


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_fails_is_told_in_its_place(
    runs: tuple[FrozenRun, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    whole = _compared(runs, tmp_path, {})
    module, _, name = PARTS[part].partition(".")
    monkeypatch.setattr(importlib.import_module(f"fairlineup.evidence.versus.{module}"), name, _fails)
    told: dict[str, str] = {}
    results = _compared(runs, tmp_path, told)
    failed = {one.section: one.reason for one in results.failed_sections}
    assert list(failed) == list(told)
    assert part in failed
    assert "ZeroDivisionError at " in failed[part]
    for untouched in ("runs", "pairing", "population", "differences"):
        assert getattr(results, untouched) == getattr(whole, untouched)
    others = [key for key in ("processing", "parted") if key != part]
    assert all(getattr(results, key) == getattr(whole, key) for key in others)
