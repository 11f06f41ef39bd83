from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fairlineup.faces.engine.alignment import Aligner, sharpness, yaw
from fairlineup.faces.engine.detection import Detector

Draw = Callable[..., Any]


@pytest.fixture(scope="module")
def aligner() -> Aligner:
    return Aligner()


def test_a_face_has_five_landmarks_and_a_chip_as_dlib_cuts_it(aligner: Aligner, draw: Draw) -> None:
    import dlib

    from fairlineup.faces.engine.installed import landmarks_file

    pixels = draw([(167, 190, 160)])
    face, chip = aligner.face(pixels, Detector().find(pixels, "largest")[0])
    assert len(face.landmarks) == 5
    box = face.box
    rectangle = dlib.rectangle(box.left, box.top, box.right - 1, box.bottom - 1)
    shape = dlib.shape_predictor(str(landmarks_file()))(pixels, rectangle)
    assert np.array_equal(chip, dlib.get_face_chip(pixels, shape))


def test_a_chip_may_reach_past_the_edge(aligner: Aligner, draw: Draw) -> None:
    points = ((20.0, 5.0), (10.0, 5.0), (-20.0, 5.0), (-10.0, 5.0), (0.0, 30.0))
    chip = aligner.chip(draw([(167, 190, 160)]), points, 112, 0.4)
    assert chip.shape == (112, 112, 3)
    assert (chip[0] == 0).all()


def test_quality_tells_light_focus_and_size(aligner: Aligner, draw: Draw) -> None:
    detector = Detector()
    clear, dark = draw([(167, 190, 160)]), draw([(167, 190, 160)], skin=(150, 110, 90))
    face, _ = aligner.face(clear, detector.find(clear, "largest")[0])
    darker, _ = aligner.face(dark, detector.find(dark, "largest")[0])
    assert face.quality.face_px == face.box.width_px
    assert darker.quality.brightness < face.quality.brightness
    assert abs(face.quality.yaw) < 15


def test_sharpness_is_the_variance_of_the_laplacian() -> None:
    grey = np.random.default_rng(5).integers(0, 256, (40, 40)).astype(np.int16)
    wide = grey.astype(float)
    around = wide[:-2, 1:-1] + wide[2:, 1:-1] + wide[1:-1, :-2] + wide[1:-1, 2:]
    assert sharpness(grey) == pytest.approx(np.var(around - 4 * wide[1:-1, 1:-1]))
    assert sharpness(np.full((10, 10), 90, np.int16)) == 0


def points(nose: float, tilt: float = 0.0) -> tuple[tuple[float, float], ...]:
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    plain = np.array([(60, 0), (40, 0), (-60, 0), (-40, 0), (nose, 50)], dtype=float)
    return tuple((float(x), float(y)) for x, y in plain @ turn.T)


def test_yaw_is_odd_grows_with_the_turn_and_ignores_a_tilted_head() -> None:
    assert yaw(points(0)) == 0
    assert yaw(points(10)) == pytest.approx(-yaw(points(-10)))
    assert 0 < yaw(points(10)) < yaw(points(30)) < 90
    assert yaw(points(10, tilt=0.4)) == pytest.approx(yaw(points(10)))
    assert yaw(((1.0, 1.0),) * 5) == 90
