"""The real package, where an environment has it."""

from __future__ import annotations

import csv
import io
import json
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.faces.engine.conftest import drawn, encoded

from fairlineup.evidence.asking.options import estimate_cost
from fairlineup.records import BadInput, Outcome, Photograph, SearchRequest, SystemFailed, Threshold
from fairlineup.systems import KnownPhotographs, SimulatedSystem, open_system
from fairlineup.systems.face_recognition import (
    PYTHON_VARIABLE,
    WORKER,
    FaceRecognitionOptions,
    open_face_recognition,
)
from fairlineup.systems.process import ProcessSystem
from fairlineup.systems.stated import read_stated

from .contracts import portraits_of, run_contract

PEERS = Path(__file__).parents[2] / ".venv" / "peers" / "bin" / "python"
PYTHON = os.environ.get(PYTHON_VARIABLE) or (str(PEERS) if PEERS.exists() else "")
real = pytest.mark.skipif(not PYTHON, reason=f"no environment with face_recognition ({PYTHON_VARIABLE})")
EVERYTHING = SearchRequest(None, 2.0)
ONE, OTHER = (
    Photograph(name, encoded(drawn([(167, 190, 150)], skin=skin)))
    for name, skin in (("one", (205, 165, 140)), ("other", (150, 110, 90)))
)
TWO = Photograph("two", encoded(drawn([(180, 220, 150), (520, 240, 190)], size=(720, 480))))
PLAIN = """
import sys, json, face_recognition as f
one, other = (f.face_encodings(f.load_image_file(path))[0] for path in sys.argv[1:])
print(json.dumps([f.face_distance([one], other)[0], bool(f.compare_faces([one], other)[0])]))
"""


@pytest.fixture(scope="module")
def system() -> Iterator[ProcessSystem]:
    opened = open_face_recognition(FaceRecognitionOptions(PYTHON, workers=2))
    yield opened
    opened.close()


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_a_run_is_announced_with_what_its_workers_take(workers: int) -> None:
    """Twice as many workers take half as long, not a quarter."""
    worker = runpy.run_path(str(WORKER))
    information = replace(SimulatedSystem().information(), **worker["pace"](workers))
    announced = estimate_cost(information, enrolments=800, searches=200).seconds
    assert announced == pytest.approx(1_000 * worker["SECONDS_PER_PHOTOGRAPH"] / workers)


@real
def test_what_it_says_of_itself(system: ProcessSystem) -> None:
    information = system.information()
    assert information.name == "face_recognition"
    assert information.version == "1.3.0"
    assert information.default_threshold == Threshold(
        0.6, "the default tolerance of compare_faces in face_recognition"
    )
    assert information.recommended_threshold is None
    assert [threshold.score for threshold in information.sample_thresholds] == [0.54]
    assert (information.scale.kind, information.scale.high, information.wire) == ("distance", 2.0, False)
    assert information.settings["several"] == "first"
    assert information.settings["dlib"]
    assert information.models[0].digest.startswith("sha256:55533b28")
    assert any("face_encodings(image)[0]" in term for term in information.terms)


@real
def test_it_does_what_the_readme_does(system: ProcessSystem, tmp_path: Path) -> None:
    paths = [tmp_path / "one.png", tmp_path / "other.png"]
    for path, photo in zip(paths, (ONE, OTHER), strict=True):
        path.write_bytes(photo.read())
    plain = subprocess.run([PYTHON, "-c", PLAIN, *paths], check=True, capture_output=True, text=True)
    distance, match = json.loads(plain.stdout)
    assert [e.outcome for e in system.enrol("readme", [ONE])] == [Outcome.OK]
    (answer,) = system.search("readme", [OTHER], EVERYTHING)
    assert answer.candidates[0].score == distance
    (default,) = system.search("readme", [OTHER], SearchRequest(None, None))
    assert bool(default.candidates) is match


@real
def test_outcomes(system: ProcessSystem) -> None:
    grey = io.BytesIO()
    Image.new("RGB", (200, 240), (120, 130, 140)).save(grey, "PNG")
    photos = [
        Photograph("nobody", grey.getvalue()),
        Photograph("text", b"no picture"),
        Photograph("empty", b""),
        Photograph("gone", Path("no/such/file.jpg")),
        ONE,
        TWO,
    ]
    found = list(system.enrol("outcomes", photos))
    assert [e.photo for e in found] == [photo.id for photo in photos]
    assert [e.outcome.value for e in found] == ["no_face", "error", "error", "error", "ok", "ok"]
    assert [e.detail for e in found[1:4]] == [
        "Pillow cannot identify the image",
        "Pillow cannot identify the image",
        "cannot be read: No such file or directory",
    ]
    assert found[5].detail == "the first of 2 faces"


@real
def test_several_faces_can_be_refused() -> None:
    refusing = open_face_recognition(FaceRecognitionOptions(PYTHON, "refuse", workers=1))
    try:
        assert refusing.information().settings["several"] == "refuse"
        found = list(refusing.enrol("g", [TWO, ONE]))
    finally:
        refusing.close()
    assert [(e.outcome.value, e.detail) for e in found] == [("several_faces", "2 faces"), ("ok", "")]


@real
def test_a_killed_encoder_is_no_silence(system: ProcessSystem) -> None:
    """Its helpers die with it, and one of them that is killed ends it: no answer is waited for in vain."""
    doomed = open_face_recognition(FaceRecognitionOptions(PYTHON, workers=2, timeout_s=600))
    try:
        list(doomed.enrol("g", [ONE, OTHER]))
        children = _children(doomed._child.process_id)
        assert len(children) >= 2
        for child in children:
            os.kill(child, signal.SIGKILL)
        with pytest.raises(SystemFailed, match="lost its galleries"):
            list(doomed.search("g", [ONE, OTHER, ONE], EVERYTHING))
    finally:
        doomed.close()


def _children(parent: int) -> list[int]:
    if not Path("/proc/self/stat").exists():
        pytest.skip("no /proc here")
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


@real
@pytest.mark.congress
def test_the_contract(congress: Path) -> None:
    known: KnownPhotographs = portraits_of(congress)
    run_contract(lambda: open_face_recognition(FaceRecognitionOptions(PYTHON, workers=2)), known)


@real
@pytest.mark.congress
def test_alike_to_our_engine_on_the_same_network(congress: Path, system: ProcessSystem) -> None:
    """The same detector, landmarks and network: most distances differ by what the boxes differ."""
    from fairlineup.systems.local import LocalOptions, LocalSystem

    with (congress / "people.csv").open(encoding="utf-8") as file:
        rows = [row["photo"] for row in csv.DictReader(file) if row["role"] == "probe"][:12]
    photos = [Photograph(row, congress / row) for row in rows]
    local = LocalSystem(LocalOptions(workers=1))
    try:
        scores: list[dict[tuple[str, str], float]] = []
        systems: tuple[Any, Any] = (system, local)
        for one in systems:
            assert {e.outcome for e in one.enrol("alike", photos)} == {Outcome.OK}
            answers = list(one.search("alike", photos, EVERYTHING))
            scores.append({(a.photo, c.photo): c.score for a in answers for c in a.candidates})
    finally:
        local.close()
    assert scores[0].keys() == scores[1].keys()
    differences = [abs(scores[0][pair] - scores[1][pair]) for pair in scores[0]]
    assert float(np.median(differences)) < 0.03
    assert max(differences) < 0.15


# --- without the package -------------------------------------------------------------------------


def test_options() -> None:
    assert read_stated(FaceRecognitionOptions, "face_recognition", {}) == FaceRecognitionOptions()
    table = {"python": "/p", "several": "refuse", "workers": 2, "timeout_s": 5}
    found = read_stated(FaceRecognitionOptions, "face_recognition", table)
    assert found == FaceRecognitionOptions("/p", "refuse", 2, 5)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"pyhton": "x"}, "did you mean 'python'"),
        ({"python": 3}, "the option python"),
        ({"several": "largest"}, "'first' or 'refuse', got 'largest'"),
        ({"workers": -1}, "a whole number of 0 or more, got -1"),
        ({"timeout_s": 0}, "the option timeout_s"),
    ],
)
def test_impossible_options_are_named(table: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        open_system("face_recognition", table)


def test_an_interpreter_that_is_not_there() -> None:
    with pytest.raises(BadInput, match="cannot be started"):
        open_system("face_recognition", {"python": "no/such/python"})


def test_an_environment_without_it(tmp_path: Path) -> None:
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -SI "$@"\n')
    bare.chmod(0o755)
    with pytest.raises(SystemFailed, match="face_recognition cannot be imported: No module named"):
        open_system("face_recognition", {"python": str(bare)})


def test_the_variable_names_the_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PYTHON_VARIABLE, "no/such/python/either")
    with pytest.raises(BadInput, match="no/such/python/either cannot be started"):
        open_system("face_recognition", {})
