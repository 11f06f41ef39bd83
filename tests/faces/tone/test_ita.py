from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from fairlineup.faces.tone import (
    LEAST_PIXELS,
    Tone,
    band,
    ita_degrees,
    lab,
    skin_patches,
    tone_of,
    tone_of_skin,
)
from fairlineup.records import Face, NotMeasured

Pixels = NDArray[np.uint8]
Head = Callable[[tuple[int, int, int]], Pixels]


def measured(found: Tone | NotMeasured) -> Tone:
    assert isinstance(found, Tone)
    return found


def reason(found: Tone | NotMeasured) -> str:
    assert isinstance(found, NotMeasured)
    return found.reason


@pytest.mark.parametrize(
    ("lightness", "b", "degrees"),
    [(70, 20, 45), (50, 13, 0), (30, 20, -45), (50 + 10 * math.sqrt(3), 10, 60)],
)
def test_the_angle(lightness: float, b: float, degrees: float) -> None:
    assert ita_degrees(lightness, b) == pytest.approx(degrees)


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0.1, 60))
def test_lighter_is_higher(one: float, other: float, b: float) -> None:
    low, high = sorted((one, other))
    assert -90 < ita_degrees(low, b) <= ita_degrees(high, b) < 90


@pytest.mark.parametrize("skin", [(236, 205, 180), (205, 165, 140), (130, 92, 67), (70, 48, 38)])
def test_a_face_of_one_colour_is_that_colour(
    head: Head, face: Callable[..., Face], skin: tuple[int, int, int]
) -> None:
    lightness, _, b = lab(np.array(skin, np.uint8))
    found = measured(tone_of(head(skin), face()))
    assert (found.lightness, found.b) == pytest.approx((lightness, b))
    assert found.ita_degrees == pytest.approx(ita_degrees(lightness, b))


def test_only_the_patches_are_looked_at(head: Head, face: Callable[..., Face]) -> None:
    skin, other = (205, 165, 140), head((90, 200, 40))
    for patch in skin_patches(face().landmarks):
        other[patch.mask(*other.shape[:2])] = skin
    assert tone_of(other, face()) == tone_of(head(skin), face())


def test_shadow_and_glare_are_dropped(head: Head, face: Callable[..., Face]) -> None:
    skin = (205, 165, 140)
    pixels = head(skin)
    one, left, right = skin_patches(face().landmarks)
    where = np.argwhere(one.mask(280, 280))
    pixels[tuple(where[: len(where) // 3].T)] = (255, 240, 235)  # glare: a third of the forehead
    pixels[tuple(where[-len(where) // 4 :].T)] = (4, 2, 2)
    plain, found = measured(tone_of(head(skin), face())), measured(tone_of(pixels, face()))
    assert found.ita_degrees == plain.ita_degrees
    dropped = len(where) // 3 + -(-len(where) // 4)
    assert found.pixels == plain.pixels - dropped
    assert left.mask(280, 280).any()
    assert right.mask(280, 280).any()


def test_the_darkest_and_the_lightest_tenth_are_left_out() -> None:
    ramp = np.repeat(np.arange(100, 200, dtype=np.uint8)[:, None], 10, axis=0)
    skin = np.concatenate([ramp, ramp - 20, ramp - 35], axis=1)
    assert measured(tone_of_skin(skin)).pixels == pytest.approx(800, abs=20)


def test_too_small_a_face_is_missing(head: Head, face: Callable[..., Face]) -> None:
    skin = np.tile(np.array([[205, 165, 140]], np.uint8), (LEAST_PIXELS - 1, 1))
    assert reason(tone_of_skin(skin)) == "fewer than 200 pixels of skin"
    assert measured(tone_of_skin(np.repeat(skin, 2, axis=0))).pixels == 2 * (LEAST_PIXELS - 1)
    assert reason(tone_of(head((205, 165, 140))[::4, ::4], face())) != ""
    assert reason(tone_of_skin(np.empty((0, 3), np.uint8))) == "fewer than 200 pixels of skin"


def test_a_face_in_glare_is_missing_for_that() -> None:
    skin = np.tile(np.array([[255, 240, 230]], np.uint8), (5000, 1))
    assert reason(tone_of_skin(skin)) == "fewer than 200 pixels of skin outside glare and deep shadow"


@pytest.mark.parametrize("tint", [(0.0, 0.0), (4.0, 14.0), (-5.0, 6.0), (2.0, -12.0)])
def test_grey_and_toned_prints_are_missing(
    head: Head, face: Callable[..., Face], tint: tuple[float, float]
) -> None:
    """Black and white, sepia, green and blue: one ink on the whole picture."""
    grey = lab(head((205, 165, 140)))[..., :1]
    print_ = np.concatenate([grey, np.broadcast_to(tint, (*grey.shape[:2], 2))], axis=-1)
    assert reason(tone_of(_srgb(print_), face())) == "a grey or toned photograph"


def test_blue_skin_is_missing(head: Head, face: Callable[..., Face]) -> None:
    assert reason(tone_of(head((140, 120, 165)), face())).startswith("b* is 0 or less")


def test_no_face_is_missing(head: Head, face: Callable[..., Face]) -> None:
    assert reason(tone_of(head((205, 165, 140)), face(((1.0, 1.0),) * 5))) == "the landmarks make no face"


@pytest.mark.parametrize("gain", [0.6, 0.8])
def test_exposure_moves_the_angle_and_that_is_why_it_is_no_persons(
    head: Head, face: Callable[..., Face], gain: float
) -> None:
    bright = head((220, 180, 155))
    dark = (bright * gain).astype(np.uint8)
    one, other = (measured(tone_of(pixels, face())) for pixels in (bright, dark))
    assert one.ita_degrees - other.ita_degrees > 10


@pytest.mark.parametrize(
    ("ita", "word"),
    [
        (80, "very light"),
        (55, "light"),
        (41, "intermediate"),
        (28, "tan"),
        (10, "brown"),
        (-30, "dark"),
        (-89, "dark"),
    ],
)
def test_words_for_angles(ita: float, word: str) -> None:
    assert band(ita) == word


def _srgb(colours: NDArray[np.float64]) -> Pixels:
    """L*a*b* to bytes, written apart from the code under test."""
    y = (colours[..., 0] + 16) / 116
    f = np.stack([y + colours[..., 1] / 500, y, y - colours[..., 2] / 200], axis=-1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * (0.95047, 1.0, 1.08883)
    to_rgb = [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]
    linear = np.clip(xyz @ np.array(to_rgb).T, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(255 * encoded), np.uint8)
