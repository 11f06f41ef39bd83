from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.faces.tone import Patch, skin_patches
from fairlineup.records import Face

UPRIGHT = ((190.0, 120.0), (160.0, 120.0), (90.0, 120.0), (120.0, 120.0), (140.0, 165.0))


def placed(turn: float, scale: float, left: float, top: float) -> tuple[tuple[float, float], ...]:
    """The same landmarks, turned in the picture, scaled and shifted."""
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    return tuple((cos * x - sin * y + left, sin * x + cos * y + top) for x, y in UPRIGHT)


def test_forehead_is_above_the_eyes_and_cheeks_are_under_them(face: Callable[..., Face]) -> None:
    forehead, left, right = skin_patches(face().landmarks)
    assert [patch.name for patch in (forehead, left, right)] == ["forehead", "cheek left", "cheek right"]
    assert forehead.centre[0] == pytest.approx(140)
    assert forehead.centre[1] + forehead.down[1] < 105  # clear of the brows
    for cheek, eye in ((left, (90, 120)), (right, (160, 190))):
        assert eye[0] - 10 < cheek.centre[0] < eye[1] + 10
        assert cheek.centre[1] - cheek.down[1] > 135  # under the eyes
        assert cheek.centre[1] + cheek.down[1] < 165  # above the mouth
    assert left.centre[0] + left.along[0] < 130  # beside the nose
    assert right.centre[0] - right.along[0] > 150


def test_a_turned_head_has_a_narrow_far_cheek() -> None:
    turned = ((175.0, 120.0), (160.0, 120.0), (90.0, 120.0), (120.0, 120.0), (155.0, 165.0))
    _, near, far = skin_patches(turned)
    assert far.along[0] == pytest.approx(near.along[0] / 2)


@given(st.floats(-0.6, 0.6), st.floats(0.5, 3), st.floats(-50, 200), st.floats(-50, 200))
def test_patches_move_with_the_face(turn: float, scale: float, left: float, top: float) -> None:
    before, after = skin_patches(UPRIGHT), skin_patches(placed(turn, scale, left, top))
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    for old, new in zip(before, after, strict=True):
        x, y = old.centre
        assert new.centre == pytest.approx((cos * x - sin * y + left, sin * x + cos * y + top), abs=1e-6)
        assert math.hypot(*new.along) == pytest.approx(scale * math.hypot(*old.along))
        assert math.hypot(*new.down) == pytest.approx(scale * math.hypot(*old.down))


def test_a_mask_is_an_ellipse_within_the_picture() -> None:
    patch = Patch("forehead", (30.0, 20.0), (12.0, 0.0), (0.0, 6.0))
    mask = patch.mask(60, 80)
    assert mask.sum() == pytest.approx(math.pi * 12 * 6, rel=0.03)
    rows, columns = np.nonzero(mask)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (14, 26, 18, 42)
    assert patch.mask(20, 30).sum() < 0.3 * mask.sum()
    assert not Patch("forehead", (-99.0, 20.0), (12.0, 0.0), (0.0, 6.0)).mask(60, 80).any()


@pytest.mark.parametrize(
    "landmarks",
    [
        ((5.0, 5.0),) * 5,
        ((190.0, 120.0), (160.0, 120.0), (90.0, 120.0), (120.0, 120.0), (140.0, 110.0)),  # nose above eyes
        ((160.0, 120.0), (160.0, 120.0), (90.0, 120.0), (120.0, 120.0), (140.0, 165.0)),  # an eye of no width
    ],
)
def test_what_is_no_face_has_no_patches(landmarks: tuple[tuple[float, float], ...]) -> None:
    assert skin_patches(landmarks) == ()
