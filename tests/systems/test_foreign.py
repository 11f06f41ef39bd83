"""Somebody else's code behind the port: its faults are told as its own, by file and line."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fairlineup.records import (
    ComparingSystem,
    KeepingSystem,
    Photograph,
    Scale,
    SearchRequest,
    SystemFailed,
    Threshold,
    TransportError,
)
from fairlineup.systems import SimulatedSystem, open_system
from fairlineup.systems.foreign import Foreign

THEIRS = """
import json, sys
from fairlineup.records import *
from fairlineup.systems import PlantedRates, SimulatedOptions, SimulatedSystem

class Theirs:
    def __init__(self, fails="", says=None):
        self.inner = SimulatedSystem(SimulatedOptions(PlantedRates({"": 0.1})))
        self.fails, self.says = fails, says
    def at(self, where):
        print("loading", where)
        if where != self.fails: return
        if self.says == "exit": sys.exit(0)
        if self.says == "panic": raise GeneratorExit("panic")
        if self.says == "lost": raise TransportError("gone", expected="a", got="b", remedy="c")
        if self.says != "wrong": json.loads("not json")
    def information(self):
        self.at("information")
        return {} if self.says == "wrong" and self.fails == "information" else self.inner.information()
    def enrol(self, gallery, photos):
        for one in photos:
            self.at("enrol")
            outcome = "ok" if self.says == "text" else Outcome.OK
            yield ("x",) if self.says == "tuple" else Enrolment(one.id, outcome)
    def search(self, gallery, photos, request):
        self.at("begin")
        return self.later(photos)
    def later(self, photos):
        for one in photos:
            self.at("search")
            found = {"list": ("g", 0.5), "score": Candidate("g", "high")}.get(self.says)
            yield SearchAnswer(one.id, Outcome.OK, (found,) if found else ())
    def delete_gallery(self, gallery): self.at("delete")
    def close(self): self.at("close")

class Keeps(Theirs):
    def galleries(self):
        self.at("galleries")
        return ["a"]
    def compare(self, one, other): return None
"""
LINES = {
    call: 1 + next(n for n, line in enumerate(THEIRS.splitlines()) if call in line and "import" not in line)
    for call in ("json.loads", "sys.exit", "GeneratorExit")
}
PHOTO = Photograph("p.jpg", b"")
REQUEST = SearchRequest(None, 0.5)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path])
    (tmp_path / "their_system.py").write_text(THEIRS)
    yield tmp_path
    sys.modules.pop("their_system", None)


ASK: dict[str, Any] = {
    "information": lambda s: s.information(),
    "enrol": lambda s: list(s.enrol("g", [PHOTO])),
    "begin": lambda s: list(s.search("g", [PHOTO], REQUEST)),
    "search": lambda s: list(s.search("g", [PHOTO], REQUEST)),
    "delete": lambda s: s.delete_gallery("g"),
    "close": lambda s: s.close(),
    "galleries": lambda s: s.galleries(),
    "compare": lambda s: s.compare(PHOTO, PHOTO),
}


@pytest.mark.parametrize("where", [name for name in ASK if name != "compare"])
@pytest.mark.parametrize("says", ["raise", "exit", "panic"])
def test_an_exception_is_told_by_its_file_and_line(where: str, says: str, here: Path) -> None:
    system = open_system("python:their_system:Keeps", {"fails": where, "says": says})
    with pytest.raises(SystemFailed) as caught:
        ASK[where](system)
    told = str(caught.value)
    kind, line = {
        "raise": ("JSONDecodeError: Expecting value", LINES["json.loads"]),
        "exit": ("SystemExit: 0", LINES["sys.exit"]),
        "panic": ("GeneratorExit: panic", LINES["GeneratorExit"]),
    }[says]
    assert "the system python:their_system:Keeps " in told
    assert kind in told
    assert f"at {here / 'their_system.py'}, line {line};" in told


@pytest.mark.parametrize("where", ["enrol", "search"])
def test_a_question_without_an_answer_stays_one(where: str) -> None:
    with pytest.raises(TransportError):
        ASK[where](open_system("python:their_system:Theirs", {"fails": where, "says": "lost"}))


@pytest.mark.parametrize(
    ("where", "says", "told"),
    [
        ("information", "wrong", "expected a SystemInformation, got dict"),
        ("enrol", "tuple", "expected a Enrolment, got tuple"),
        ("enrol", "text", "expected an outcome that is an Outcome, got 'ok'"),
        ("search", "list", r"candidates that are Candidate\(photo, score\), got \('g', 0.5\)"),
        ("search", "score", "expected scores that are finite numbers, got 'high'"),
        ("compare", "", "expected a SearchAnswer, got NoneType"),
    ],
)
def test_an_answer_of_another_kind_is_told(where: str, says: str, told: str) -> None:
    fails = "information" if where == "information" else "never"
    system = open_system("python:their_system:Keeps", {"fails": fails, "says": says})
    with pytest.raises(SystemFailed, match=told):
        ASK[where](system)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"default_threshold": Threshold(math.nan, "a page")},
            "default_threshold.score as a number, got nan",
        ),
        ({"default_threshold": Threshold(9.0, "a page")}, "thresholds on its scale, 0 to 2, got 9"),
        ({"scale": Scale("distance", 0.0, math.inf, "d")}, "scale.high as a number, got inf"),
        ({"scale": Scale("distance", 2.0, 0.0, "d")}, "scale.low below scale.high"),
        ({"wire": 1}, "wire as true or false, got 1"),
        ({"name": " "}, "name as a text that is not blank"),
        ({"settings": {"a": math.nan}}, "settings.a as a number, got nan"),
    ],
)
def test_what_it_says_of_itself_is_held_to_what_any_system_may_say(change: dict[str, Any], told: str) -> None:
    theirs = SimulatedSystem()
    said = replace(theirs.information(), **change)
    theirs.information = lambda: said  # type: ignore[method-assign]
    with pytest.raises(SystemFailed, match=told):
        Foreign(theirs, "ours").information()


def test_a_scale_may_begin_at_a_plain_0() -> None:
    theirs = SimulatedSystem()
    said = replace(theirs.information(), scale=Scale("distance", 0, 2, "d"))
    theirs.information = lambda: said  # type: ignore[method-assign]
    assert Foreign(theirs, "ours").information().scale.low == 0


def test_numbers_of_numpy_are_numbers() -> None:
    theirs = SimulatedSystem()
    said = replace(theirs.information(), default_threshold=Threshold(np.float64(0.5), "a page"))
    theirs.information = lambda: said  # type: ignore[method-assign]
    assert Foreign(theirs, "ours").information() == said


@pytest.mark.parametrize(("name", "both"), [("Theirs", False), ("Keeps", True)])
def test_what_it_can_do_is_seen(name: str, both: bool) -> None:
    with closing(open_system(f"python:their_system:{name}", {})) as system:
        assert isinstance(system, KeepingSystem) is isinstance(system, ComparingSystem) is both


def test_what_it_prints_is_not_our_result(capsys: pytest.CaptureFixture[str]) -> None:
    with closing(open_system("python:their_system:Keeps", {})) as system:
        system.information()
        list(system.enrol("g", [PHOTO]))
    print("our result")
    out, err = capsys.readouterr()
    assert out == "our result\n"
    assert err.splitlines() == ["loading information", "loading enrol", "loading close"]
