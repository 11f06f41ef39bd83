from __future__ import annotations

import pytest

from fairlineup.faces.engine import DetectionOptions, OptionError, SelectionOptions
from fairlineup.faces.engine.analysis import everyone, one_person
from fairlineup.records import Box, Face, Outcome, Quality


def face(
    width: int, brightness: float = 128.0, sharpness: float = 200.0, yaw: float = 0.0, left: int = 0
) -> Face:
    quality = Quality(width, brightness, sharpness, yaw, 0.2)
    return Face(Box(left, 0, left + width, width), ((0.0, 0.0),) * 5, 1.0, quality)


def test_nobody_is_no_face() -> None:
    assert one_person([], SelectionOptions()).outcome is Outcome.NO_FACE
    assert everyone([], SelectionOptions()).outcome is Outcome.NO_FACE


@pytest.mark.parametrize(("second", "outcome"), [(69, Outcome.OK), (70, Outcome.SEVERAL_FACES)])
def test_a_second_face_competes_from_seven_tenths_of_the_width(second: int, outcome: Outcome) -> None:
    faces = [face(100), face(second, left=200)]
    choice = one_person(faces, SelectionOptions())
    assert choice.outcome is outcome
    assert choice.faces == (tuple(faces) if outcome is Outcome.SEVERAL_FACES else (faces[0],))
    assert one_person(faces, SelectionOptions(rival_share=0.5)).outcome is Outcome.SEVERAL_FACES


@pytest.mark.parametrize(
    ("options", "detail"),
    [
        (SelectionOptions(least_face_px=101), "face 100 px wide, at least 101 wanted"),
        (SelectionOptions(least_sharpness=300), "sharpness 200.0, at least 300 wanted"),
        (SelectionOptions(least_brightness=140), "brightness 128, 140 to 255 wanted"),
        (SelectionOptions(most_brightness=90), "brightness 128, 0 to 90 wanted"),
        (SelectionOptions(most_yaw=20), "head turned by about -30 degrees, at most 20 wanted"),
    ],
)
def test_what_is_not_good_enough_is_said(options: SelectionOptions, detail: str) -> None:
    choice = one_person([face(100, yaw=-30)], options)
    assert (choice.outcome, choice.detail) == (Outcome.LOW_QUALITY, detail)
    assert everyone([face(100, yaw=-30)], options).outcome is Outcome.LOW_QUALITY


def test_of_everyone_those_good_enough_are_taken() -> None:
    good, small = face(100), face(30, left=300)
    assert everyone([good, small], SelectionOptions(least_face_px=50)).faces == (good,)
    assert everyone([good, small], SelectionOptions()).faces == (good, small)


@pytest.mark.parametrize("share", [0.0, 1.1, -1.0])
def test_a_share_that_can_not_be_meant_is_refused(share: float) -> None:
    with pytest.raises(OptionError, match="rival_share"):
        SelectionOptions(rival_share=share)


def test_a_first_picture_without_room_for_a_face_is_refused() -> None:
    with pytest.raises(OptionError, match="first_side_px"):
        DetectionOptions(first_side_px=0)
