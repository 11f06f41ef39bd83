from __future__ import annotations

import io
import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fairlineup.evidence.samples import Shot, people, photographs
from fairlineup.faces.engine import DetectionOptions
from fairlineup.faces.engine.detection import Detection
from fairlineup.faces.engine.finders import finder
from fairlineup.faces.engine.yunet import FACE_PX, YunetFinder, bands, joined, scales, whole_faces
from fairlineup.records import Box


@pytest.fixture(scope="module")
def yunet() -> Any:
    return finder("yunet", DetectionOptions(), 0.7)


@pytest.fixture(scope="module")
def portraits() -> list[Image.Image]:
    return [Image.open(io.BytesIO(one)).convert("RGB") for one in photographs(map(Shot, people(6)))]


@pytest.mark.parametrize(
    ("width", "height", "sides"),
    [
        (335, 410, [320, 410]),
        (175, 219, [320]),
        (1000, 1224, [320, 1224]),
        (1920, 1080, [320, 1920]),
        (6000, 4000, [320, 1280, 2449]),
        (1, 1, [320]),
        (60000, 10, [320, 1280, 5120, 20480, 60000]),
    ],
)
def test_pictures_grow_four_times_from_320_px(width: int, height: int, sides: list[int]) -> None:
    found = [round(scale * max(width, height)) for scale in scales(width, height, DetectionOptions())]
    assert found == sides


@pytest.mark.parametrize("shape", [(300, 240), (1, 1), (1, 3000), (3000, 1), (33, 31)], ids=str)
def test_a_blank_picture_has_no_face(yunet: YunetFinder, shape: tuple[int, int]) -> None:
    assert yunet.find(np.full((*shape, 3), 127, dtype=np.uint8), "all") == []


@pytest.mark.parametrize("height", [90, 400, 1600])
def test_one_face_is_found_once_at_any_size(
    yunet: YunetFinder, portraits: list[Image.Image], height: int
) -> None:
    for portrait in portraits:
        size = (round(portrait.width * height / portrait.height), height)
        pixels = np.asarray(portrait.resize(size, Image.Resampling.BICUBIC))
        for which in ("largest", "all"):
            found = yunet.find(pixels, which)
            assert len(found) == 1
            box, points = found[0].box, np.asarray(found[0].landmarks)
            assert abs((box.left + box.right) / 2 / size[0] - 0.5) < 0.15
            assert points[0, 0] < points[2, 0] < points[1, 0]
            assert points[0, 1] < points[2, 1] < points[3, 1]


def test_small_faces_of_a_large_photograph_are_found(
    yunet: YunetFinder, portraits: list[Image.Image]
) -> None:
    scene = Image.new("RGB", (1920, 1080), (90, 110, 120))
    places = [(100 + 300 * at, 80 + 150 * at) for at in range(6)]
    for place, portrait in zip(places, portraits, strict=True):
        scene.paste(portrait.resize((64, round(64 * portrait.height / portrait.width))), place)
    found = yunet.find(np.asarray(scene), "all")
    assert len(found) == 6
    assert all(25 < one.box.width_px < 60 for one in found)


def test_largest_ends_with_the_first_picture_of_a_portrait(
    yunet: YunetFinder, portraits: list[Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = []
    search = YunetFinder._search

    def noted(self: YunetFinder, pixels: Any, scale: float) -> list[Detection]:
        searched.append(scale)
        return search(self, pixels, scale)

    monkeypatch.setattr(YunetFinder, "_search", noted)
    large = np.asarray(portraits[0].resize((1000, 1250)))
    yunet.find(large, "largest")
    assert len(searched) == 1
    yunet.find(large, "all")
    assert len(searched) == 3


def test_a_rival_is_found_before_the_search_ends(yunet: YunetFinder, portraits: list[Image.Image]) -> None:
    scene = Image.new("RGB", (4000, 600), (90, 110, 120))
    for at, place in enumerate((100, 3000)):
        scene.paste(portraits[at].resize((160, 200)), (place, 200))
    assert FACE_PX > 160 * 320 / 4000
    assert len(yunet.find(np.asarray(scene), "largest")) == 2


def row(score: float, left: float, shift: float = 0.0) -> np.ndarray:
    points = np.array([30, 40, 70, 40, 50, 60, 35, 80, 65, 80], dtype=float) + left + shift
    return np.array([score, left, 0, left + 100, 100, *points])


def test_answers_that_agree_share_their_points() -> None:
    rows = np.stack([row(0.9, 0), row(0.45, 5, 10.0), row(0.4, 400), row(0.7, 800)])
    made = joined(rows, 0.6)
    assert made[:, 0].tolist() == [0.9, 0.7]
    weights = np.array([0.9, 0.45]) ** 2
    assert made[0, 5] == pytest.approx(np.average([30, 45], weights=weights))
    assert made[0, 1:5].tolist() == [0, 0, 100, 100]
    assert joined(np.zeros((0, 15)), 0.6).shape == (0, 15)


def test_parts_of_a_face_too_wide_for_the_finer_picture_are_no_faces() -> None:
    wide, part = Detection(Box(0, 0, 400, 400), 0.9), Detection(Box(100, 100, 250, 300), 0.7)
    beside = replace(part, box=Box(500, 100, 650, 300))
    assert whole_faces([part, beside, wide], [wide], 1.0) == [beside]
    assert whole_faces([part, beside], [wide], 0.5) == [part, beside]


@pytest.mark.parametrize(
    ("across", "down"), [(1920, 1080), (2449, 1633), (1633, 2449), (60000, 66), (50, 80_000)]
)
def test_the_bands_of_a_picture_cover_it_and_overlap(across: int, down: int) -> None:
    found = bands(across, down)
    assert (found[0][0], found[-1][1]) == (0, down)
    assert all(before[1] - after[0] == 128 for before, after in itertools.pairwise(found))
    assert all((bottom - top) * across <= max(1_050_000, 256 * across) for top, bottom in found)


def test_a_face_on_a_seam_is_found_once_and_where_it_is(
    yunet: YunetFinder, portraits: list[Image.Image]
) -> None:
    scene = Image.new("RGB", (2449, 1633), (90, 110, 120))
    seam = bands(2449, 1633)[1][0]
    for at, portrait in enumerate(portraits):
        scene.paste(portrait.resize((120, 150)), (100 + 400 * at, seam - 140 + 55 * at))
    found = yunet.find(np.asarray(scene), "all")
    assert len(found) == 6
    assert sorted(one.box.left // 400 for one in found) == list(range(6))
