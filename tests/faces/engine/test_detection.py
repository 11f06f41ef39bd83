from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fairlineup.faces.engine import DetectionOptions
from fairlineup.faces.engine.detection import Detection, Which, merged, overlap
from fairlineup.faces.engine.hog import HogFinder, imported_dlib, stage_scales
from fairlineup.records import Box

Draw = Callable[..., Any]


@pytest.fixture(scope="module")
def detector() -> HogFinder:
    return HogFinder()


@pytest.mark.parametrize(
    ("width", "height", "sides"),
    [
        (335, 410, [240, 410, 820]),
        (180, 225, [225, 450]),
        (900, 720, [240, 480, 900, 1800]),
        (1600, 1200, [240, 480, 960, 1600]),
        (4000, 3000, [240, 480, 960, 2309]),
        (12000, 3000, [240, 480, 960, 1920, 4000]),
        (1, 1, [1, 2]),
        (60000, 10, [240, 480, 960, 1920, 3840, 7680, 15360, 30720, 60000, 120000]),
    ],
)
def test_the_pictures_searched_double_from_240_px_to_the_largest(
    width: int, height: int, sides: list[int]
) -> None:
    scales = stage_scales(width, height, DetectionOptions())
    assert [round(scale * max(width, height)) for scale in scales] == sides


@pytest.mark.parametrize("which", ["all", "largest"])
@pytest.mark.parametrize(
    "shape", [(300, 240), (1, 1), (1, 3000), (3000, 1), (2, 2), (79, 81), (225, 180)], ids=str
)
def test_a_blank_picture_has_no_face(detector: HogFinder, shape: tuple[int, int], which: Which) -> None:
    assert detector.find(np.full((*shape, 3), 127, dtype=np.uint8), which) == []


@pytest.mark.parametrize("which", ["all", "largest"])
@pytest.mark.parametrize("scale", [60, 90, 130, 190])
def test_a_face_is_found_once_and_where_it_is(
    detector: HogFinder, draw: Draw, scale: int, which: Which
) -> None:
    found = detector.find(draw([(167, 190, scale)]), which)
    assert len(found) == 1
    box = found[0].box
    assert (box.left + box.right) / 2 == pytest.approx(167, abs=0.15 * scale)
    assert box.width_px == pytest.approx(0.95 * scale, rel=0.3)


def test_the_small_picture_is_enough_for_a_portrait(
    detector: HogFinder, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = []
    search = HogFinder._search

    def noted(self: HogFinder, pixels: Any, scale: float) -> list[Detection]:
        searched.append(scale)
        return search(self, pixels, scale)

    monkeypatch.setattr(HogFinder, "_search", noted)
    detector.find(draw([(167, 190, 190)]), "largest")
    assert len(searched) == 1
    searched.clear()
    detector.find(draw([(167, 190, 190)]), "all")
    assert searched == [1.0, 2.0]


def test_a_rival_too_small_for_the_first_picture_is_found(detector: HogFinder, draw: Draw) -> None:
    pixels = draw([(200, 300, 200), (520, 300, 150)], size=(700, 600))
    found = detector.find(pixels, "largest")
    assert len(found) == 2
    assert found[0].box.width_px >= found[1].box.width_px


def test_all_faces_of_a_group_are_found(detector: HogFinder, draw: Draw) -> None:
    places = [
        (120 + 200 * column, 150 + 260 * row, 60 + 25 * column) for row in (0, 1) for column in range(3)
    ]
    assert len(detector.find(draw(places, size=(700, 560)), "all")) == 6


def test_a_large_photograph_is_searched_within_bounds(detector: HogFinder, draw: Draw) -> None:
    found = detector.find(draw([(1500, 1300, 800)], size=(3000, 2600)), "largest")
    assert [round(one.box.width_px, -2) for one in found] in ([700], [800], [900])


def test_doubles_are_merged_and_the_finer_box_is_kept() -> None:
    finer = [Detection(Box(0, 0, 100, 100), 1.0)]
    coarser = [Detection(Box(5, 5, 115, 115), 2.0), Detection(Box(200, 0, 320, 120), 0.5)]
    assert merged(finer, coarser) == [coarser[1], finer[0]]


def test_overlap_is_intersection_over_union() -> None:
    box = Box(0, 0, 10, 10)
    assert overlap(box, box) == 1
    assert overlap(box, Box(5, 0, 15, 10)) == pytest.approx(1 / 3)
    assert overlap(box, Box(10, 0, 20, 10)) == 0


@pytest.mark.dlib
def test_the_saved_detector_answers_as_the_built_in_one(draw: Draw) -> None:
    import dlib

    pixels = draw([(167, 190, 160)])
    saved: Any = HogFinder()._detector
    assert str(saved.run(pixels, 1, -1.0)) == str(dlib.get_frontal_face_detector().run(pixels, 1, -1.0))


def test_an_interrupt_while_the_library_loads_is_an_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(name: str, *rest: object) -> object:
        if name == "dlib":
            raise ImportError("initialization failed") from KeyboardInterrupt()
        return usual(name, *rest)

    usual: Callable[..., object] = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", interrupted)
    with pytest.raises(KeyboardInterrupt):
        imported_dlib()
