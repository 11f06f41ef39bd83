"""Boxes, points and quality as the wire shows them, and whether a cut at the box is still the same face."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from fairlineup.evidence.samples import SamplesRequest, write_samples
from fairlineup.faces.engine import Engine
from fairlineup.faces.photos import decode
from fairlineup.records import Box, Face, Quality
from fairlineup.service.wire import (
    Picture,
    bounding_box,
    compared_face,
    confidence,
    encode_reply,
    face_detail,
)

PICTURE = Picture(400, 200)
MARKS = ((100.0, 50.0), (140.0, 50.0), (120.0, 70.0), (105.0, 90.0), (135.0, 90.0))
FACE = Face(Box(80, 30, 160, 110), MARKS, 0.9, Quality(80, 127.5, 60.0, -12.0, 0.2), "centers")
THRESHOLD = 0.528


def test_a_box_has_room_about_the_face() -> None:
    assert bounding_box(FACE.box, PICTURE, 0.25) == pytest.approx(
        {"Width": 0.3, "Height": 0.6, "Left": 0.15, "Top": 0.05}
    )


sides = st.integers(-500, 2_500)


@given(sides, sides, st.integers(1, 900), st.integers(1, 900))
def test_a_box_is_never_outside_of_the_picture(left: int, top: int, width: int, height: int) -> None:
    box = bounding_box(Box(left, top, left + width, top + height), Picture(2_000, 1_500))
    assert all(0 <= value <= 1 for value in box.values())
    assert box["Left"] + box["Width"] <= 1 + 1e-12
    assert box["Top"] + box["Height"] <= 1 + 1e-12


def test_what_is_said_of_a_face() -> None:
    said = compared_face(FACE, PICTURE)
    assert said["Landmarks"] == [
        {"Type": "eyeLeft", "X": 0.25, "Y": 0.25},
        {"Type": "eyeRight", "X": 0.35, "Y": 0.25},
        {"Type": "nose", "X": 0.3, "Y": 0.35},
        {"Type": "mouthLeft", "X": 0.2625, "Y": 0.45},
        {"Type": "mouthRight", "X": 0.3375, "Y": 0.45},
    ]
    assert said["Pose"] == {"Roll": 0.0, "Yaw": -12.0}
    assert said["Quality"] == {"Brightness": 50.0, "Sharpness": 75.0}
    assert said["Confidence"] == 90.0


def test_nothing_is_guessed_about_anybody() -> None:
    default = face_detail(FACE, PICTURE)
    assert set(default) == {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}
    everything = face_detail(FACE, PICTURE, ["ALL"])
    assert everything == {**default, "AgeRange": {"Low": 0, "High": 120}}
    assert face_detail(FACE, PICTURE, ["DEFAULT", "AGE_RANGE"]) == everything
    assert face_detail(FACE, PICTURE, ["GENDER", "EMOTIONS"]) == default
    assert encode_reply("DetectFaces", {"FaceDetails": [everything], "OrientationCorrection": None})


def test_the_points_and_the_score_of_dlib() -> None:
    corners = ((205.0, 135.0), (179.0, 135.0), (112.0, 136.0), (138.0, 136.0), (157.0, 190.0))
    face = replace(FACE, landmarks=corners, marks="corners", confidence=2.6)
    said = compared_face(face, Picture(400, 400))
    assert [(point["Type"], 400 * point["X"]) for point in said["Landmarks"]] == [
        ("eyeLeft", 125),
        ("eyeRight", 192),
        ("nose", 157),
    ]
    assert abs(said["Pose"]["Roll"]) < 1
    scores = [confidence(replace(face, confidence=score)) for score in (-1, 0, 1, 3, 50)]
    assert scores == sorted(scores)
    assert 0 <= scores[0] <= scores[-1] <= 100


def _searched(engine: Engine, photos: list[Path]) -> tuple[int, list[float]]:
    """How many cuts a face was found in, and by how much their templates had moved."""
    moved = []
    for photo in photos:
        pixels = decode(photo.read_bytes()).pixels
        face = engine.faces(pixels)[0]
        high, wide = pixels.shape[:2]
        box = bounding_box(face.box, Picture(wide, high))
        left, top = int(box["Left"] * wide), int(box["Top"] * high)
        right, bottom = int(left + box["Width"] * wide), int(top + box["Height"] * high)
        saved = io.BytesIO()
        Image.fromarray(pixels).crop((left, top, right, bottom)).save(saved, "PNG")
        cut = decode(saved.getvalue()).pixels
        found = engine.faces(cut)[:1]
        if found:
            one, other = engine.templates(pixels, [face])[0], engine.templates(cut, found)[0]
            moved.append(_distance(one.vector, other.vector))
    return len(moved), moved


def _distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return 1 - float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def test_a_cut_at_the_box_is_still_the_same_face(engine: Engine, tmp_path: Path) -> None:
    write_samples(tmp_path, SamplesRequest(people=8, photos=2, probes=4), workers=1)
    photos = sorted(tmp_path.rglob("*.jpg"))
    found, moved = _searched(engine, photos)
    assert found == len(photos) >= 16
    assert max(moved) < 0.05 * THRESHOLD


@pytest.mark.congress
def test_a_cut_of_a_real_face_is_still_the_same_face(engine: Engine, congress: Path) -> None:
    photos = sorted((congress / "probes").glob("*.jpg"))[::25]
    found, moved = _searched(engine, photos)
    assert found == len(photos)
    assert median(moved) < 0.05 * THRESHOLD
