from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fairlineup.faces.engine.engine as module
from fairlineup.faces.engine import (
    CHUNK,
    Engine,
    EngineOptions,
    SelectionOptions,
    engine_settings,
    named_engine,
)
from fairlineup.faces.engine.installed import DLIB_RESNET
from fairlineup.records import Outcome, Photograph

Draw = Callable[..., Any]


def test_the_door_opens_without_the_heavy_libraries() -> None:
    heavy = "('dlib', 'onnxruntime', 'onnx')"
    code = f"import sys, fairlineup.faces.engine; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_photograph_of_one_person_gives_one_template(engine: Engine, draw: Draw, png: Draw) -> None:
    pixels = draw([(167, 190, 160)])
    analysis = engine.analyse(Photograph("one", png(pixels)))
    assert (analysis.photo, analysis.outcome, analysis.detail) == ("one", Outcome.OK, "")
    (template,) = analysis.templates
    assert template.vector.shape == (128,)
    assert template.vector.dtype == np.float32
    assert template.model.digest == f"sha256:{DLIB_RESNET.sha256}"
    assert (template.model.metric, template.model.licence) == ("euclidean", "public domain (CC0 1.0)")
    (again,) = engine.templates(pixels, analysis.faces)
    assert np.array_equal(template.vector, again.vector)


def test_two_people_side_by_side_are_told_and_all_may_be_taken(engine: Engine, draw: Draw, png: Draw) -> None:
    photo = Photograph("two", png(draw([(180, 200, 150), (420, 200, 140)], size=(600, 400))))
    one = engine.analyse(photo)
    assert (one.outcome, one.templates, len(one.faces)) == (Outcome.SEVERAL_FACES, (), 2)
    everyone = engine.analyse(photo, "all")
    assert (everyone.outcome, len(everyone.templates), len(everyone.faces)) == (Outcome.OK, 2, 2)


def test_the_small_face_in_the_background_does_not_matter(engine: Engine, draw: Draw, png: Draw) -> None:
    photo = Photograph("two", png(draw([(180, 200, 180), (480, 200, 80)], size=(600, 400))))
    analysis = engine.analyse(photo)
    assert (analysis.outcome, len(analysis.faces), len(analysis.templates)) == (Outcome.OK, 1, 1)


def test_quality_may_be_demanded(dlib_model: Any, converted: Path, draw: Draw, png: Draw) -> None:
    options = EngineOptions(selection=SelectionOptions(least_face_px=300))
    strict = Engine(named_engine("dlib"), options, prepared=converted)
    analysis = strict.analyse(Photograph("one", png(draw([(167, 190, 160)]))))
    assert (analysis.outcome, analysis.templates) == (Outcome.LOW_QUALITY, ())
    assert "at least 300 wanted" in analysis.detail


def test_bad_files_are_answers(engine: Engine, mixed: list[Photograph]) -> None:
    analyses = engine.analyse_chunk(mixed)
    assert [one.photo for one in analyses] == [photo.id for photo in mixed]
    assert Counter(one.outcome for one in analyses) == {
        Outcome.OK: 25,
        Outcome.NO_FACE: 5,
        Outcome.ERROR: 10,
    }
    for one in analyses:
        assert len(one.templates) == (1 if one.outcome is Outcome.OK else 0)
        assert bool(one.detail) == (one.outcome is not Outcome.OK)
        assert "\n" not in one.detail


def test_what_no_one_foresaw_stays_with_its_photograph(
    engine: Engine, mixed: list[Photograph], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(module, "decode", fails)
    analysis = engine.analyse(mixed[0])
    assert analysis.outcome is Outcome.ERROR
    assert analysis.detail == "unexpected ZeroDivisionError: of all things"


def test_a_batch_gives_what_single_photographs_give(engine: Engine, mixed: list[Photograph]) -> None:
    for photo, one in zip(mixed[:CHUNK], engine.analyse_chunk(mixed[:CHUNK]), strict=True):
        for alone, batched in zip(engine.analyse(photo).templates, one.templates, strict=True):
            assert np.linalg.norm(alone.vector - batched.vector) < 1e-5


def test_the_settings_are_plain_values() -> None:
    settings = engine_settings(named_engine("dlib"), EngineOptions(selection=SelectionOptions(most_yaw=30)))
    assert settings["most_yaw"] == 30
    assert settings["first_side_px"] == 240
    assert all(isinstance(value, str | int | float | bool) for value in settings.values())


def test_portraits_are_processed_and_mates_are_nearer_than_strangers(engine: Engine, portraits: Path) -> None:
    import csv

    with (portraits / "people.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    mates = {row["person"]: row["photo"] for row in rows if row["role"] == "gallery"}
    probes = [row for row in rows if row["role"] == "probe"]
    pairs = [(row["photo"], mates[row["person"]]) for row in probes if row["person"] in mates][:20]
    photos = [Photograph(name, portraits / name) for pair in pairs for name in pair]
    analyses = engine.analyse_chunk(photos)
    assert sum(one.outcome is Outcome.OK for one in analyses) >= 38
    vectors = {one.photo: one.templates[0].vector for one in analyses if one.templates}
    mated = [np.linalg.norm(vectors[a] - vectors[b]) for a, b in pairs if a in vectors and b in vectors]
    strangers = [
        np.linalg.norm(vectors[a] - vectors[b])
        for n, (a, _) in enumerate(pairs)
        for m, (_, b) in enumerate(pairs)
        if n != m and a in vectors and b in vectors
    ]
    assert np.median(mated) < 0.5 < np.median(strangers)
