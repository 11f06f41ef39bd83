from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fairlineup.faces.engine.alignment import chip, padded_shape, similarity
from fairlineup.faces.engine.descriptions import ChipForm
from fairlineup.faces.engine.engines import SFACE_TEMPLATE
from fairlineup.faces.engine.hog import HogFinder
from fairlineup.faces.engine.installed import DLIB_LANDMARKS, published
from fairlineup.faces.engine.quality import quality, sharpness, yaw

Draw = Callable[..., Any]


@pytest.fixture(scope="module")
def finder() -> HogFinder:
    return HogFinder()


def test_a_face_has_five_landmarks_and_a_chip_as_dlib_cuts_it(finder: HogFinder, draw: Draw) -> None:
    import dlib

    pixels = draw([(167, 190, 160)])
    found = finder.find(pixels, "largest")[0]
    box = found.box
    rectangle = dlib.rectangle(box.left, box.top, box.right - 1, box.bottom - 1)
    shape = dlib.shape_predictor(str(published(DLIB_LANDMARKS)))(pixels, rectangle)
    assert found.landmarks == tuple((point.x, point.y) for point in shape.parts())
    assert np.array_equal(
        chip(pixels, found.landmarks, ChipForm(), "dlib"), dlib.get_face_chip(pixels, shape)
    )


def test_a_chip_may_reach_past_the_edge(draw: Draw) -> None:
    points = ((20.0, 5.0), (10.0, 5.0), (-20.0, 5.0), (-10.0, 5.0), (0.0, 30.0))
    cut = chip(draw([(167, 190, 160)]), points, ChipForm(112, 0.4), "dlib")
    assert cut.shape == (112, 112, 3)
    assert (cut[0] == 0).all()


def test_quality_tells_light_focus_and_size(finder: HogFinder, draw: Draw) -> None:
    clear, dark = draw([(167, 190, 160)]), draw([(167, 190, 160)], skin=(150, 110, 90))
    found, darker = (finder.find(pixels, "largest")[0] for pixels in (clear, dark))
    one, other = (
        quality(each, chip(pixels, each.landmarks, ChipForm(), "dlib"), pixels, "dlib")
        for each, pixels in ((found, clear), (darker, dark))
    )
    assert one.face_px == found.box.width_px
    assert other.brightness < one.brightness
    assert abs(one.yaw) < 15


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


def test_a_fit_brings_points_to_where_they_are_wanted() -> None:
    turn, shift = 0.7 * np.exp(0.4j), 20 - 5j
    wanted = SFACE_TEMPLATE
    given = tuple(((complex(*point) - shift) / turn) for point in wanted)
    a, b = similarity(tuple((point.real, point.imag) for point in given), wanted)
    assert a == pytest.approx(turn)
    assert b == pytest.approx(shift)
    assert similarity(((3.0, 4.0),) * 5, wanted)[0] == 1


@pytest.mark.parametrize("times", [0.1, 0.4, 0.8, 1.0, 2.5])
def test_a_chip_is_the_same_from_a_larger_or_smaller_photograph(times: float) -> None:
    """Smooth light over the plane: whatever the scale, the chip must show it in its place."""

    def photograph(side: int) -> np.ndarray:
        down, across = (np.mgrid[0:side, 0:side] + 0.5) / side
        return np.stack([255 * across, 255 * down, 255 * (1 - across)], axis=2).astype(np.uint8)

    side = round(200 / times)
    points = tuple(((x + 44.5) / times - 0.5, (y + 44.5) / times - 0.5) for x, y in SFACE_TEMPLATE)
    form = ChipForm(size_px=112, template=SFACE_TEMPLATE)
    one = chip(photograph(side), points, form, "yunet").astype(int)
    expected = photograph(200)[44:156, 44:156].astype(int)
    assert np.abs(one - expected).max() <= 3


def test_the_chip_of_a_padded_form_is_cut_alike_by_both_points() -> None:
    shape = padded_shape(150, 0.25)
    pixels = np.random.default_rng(3).integers(0, 256, (150, 150, 3), dtype=np.uint8)
    assert np.array_equal(chip(pixels, shape, ChipForm(), "yunet"), pixels)
    assert chip(pixels, shape, ChipForm(size_px=112, cut_px=150, crop=(17, 3)), "yunet").tolist() == (
        pixels[3:115, 17:129].tolist()
    )


def test_the_turn_by_yunets_points_has_the_sign_of_dlibs() -> None:
    def turned(nose: float) -> float:
        return yaw(((-30.0, 0.0), (30.0, 0.0), (nose, 35.0), (-20.0, 60.0), (20.0, 60.0)), "yunet")

    assert turned(0) == 0
    assert 0 < turned(10) < turned(25) < 90
    assert turned(10) == pytest.approx(-turned(-10))
