"""`fairlineup congress` on a system of one's choice."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fairlineup.cli.congress import thresholds_for
from fairlineup.cli.trying import options_of
from fairlineup.evidence.pipeline import congress_plan
from fairlineup.evidence.plan import SystemChoice, half_of, read_plan
from fairlineup.records import BadInput
from fairlineup.systems import CardPopulation, write_population

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    (tmp_path / "cards").mkdir()
    write_population(tmp_path / "cards", CardPopulation({"a": 12}, {"a": 15}))
    return tmp_path / "cards"


def test_options_are_toml_or_text() -> None:
    given = ("workers=2", "timeout_s=1.5", "several=refuse", 'several="first"', "python=a/b=c", "on=true")
    assert options_of(None, given) == {
        "workers": 2,
        "timeout_s": 1.5,
        "several": "first",
        "python": "a/b=c",
        "on": True,
    }
    assert options_of(None, ("x=1\ny = 2", "empty=")) == {"x": "1\ny = 2", "empty": ""}
    deep = "[" * 20_000
    assert options_of(None, (f"x={deep}",)) == {"x": deep}
    for wrong in ("workers", "=2"):
        with pytest.raises(BadInput, match="expected NAME=VALUE"):
            options_of(None, (wrong,))


def test_thresholds_suit_the_system(cards: Path) -> None:
    def names(system: str, *thresholds: str, **options: str) -> list[str]:
        choice = SystemChoice(system, options)
        plan = congress_plan(cards, choice, thresholds_for(choice, thresholds))
        return [choice.name for choice in plan.threshold]

    assert names("local", engine="dlib") == ["default", "0.5", "0.46"]
    assert names("local", engine="sface") == ["default"]
    assert names("face_recognition") == ["default", "0.5", "0.46"]
    assert names("rekognition") == ["default"]
    assert names("rekognition", "recommended", "70") == ["recommended", "70"]
    with pytest.raises(BadInput, match="a score, 'default', 'recommended' or 'similarity 66', got 'high'"):
        names("local", "high")
    local = SystemChoice("local", {})
    assert congress_plan(cards, local, ("similarity 82.5",)).calibration.file == "shipped"
    assert congress_plan(cards, local).calibration.file == ""


def test_another_system_is_asked(cards: Path, run: Run) -> None:
    out = cards.parent / "run"
    options = ("--option", "false_match_rate=0.02", "--option", "kind=similarity")
    thresholds = ("--threshold", "default", "--threshold", "75")
    half = ("--half", "odd")
    command = ("congress", cards, "--out", out, "--system", "simulated", *options, *thresholds, *half, "-q")
    assert run(*command, "--no-faces")[0] == 0
    results = json.loads((out / "results.json").read_text())
    assert results["system"]["name"] == "simulated"
    assert {"default", "75"} <= {threshold["name"] for threshold in results["thresholds"]}
    plan = read_plan(out / "plan.toml")
    people = {row["person"] for row in csv.DictReader((out / "manifest.csv").read_text().splitlines())}
    assert (plan.dataset.half, set(map(half_of, people))) == ("odd", {"odd"})
    system = plan.system
    assert (system.name, system.options["kind"]) == ("simulated", "similarity")


def test_a_system_that_is_none(cards: Path, run: Run) -> None:
    code, _, said = run("congress", cards, "--system", "nobody", "--out", cards.parent / "run")
    assert code == 2
    assert "no such system" in said
    assert not (cards.parent / "run").exists()
