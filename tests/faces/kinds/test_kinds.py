from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from fairlineup.faces.kinds import CUTS, KINDS, about, colour_of, cuts_said, kinds_of, kinds_seen, words
from fairlineup.records import Box, Quality

HOG = CUTS["dlib"]
PLAIN = Quality(120, 130.0, 200.0, 0.0, 0.25)


def _portrait(seed: int = 1) -> Image.Image:
    """Soft shapes of skin, cloth and wall, each with light and shade of its own."""
    rng = np.random.default_rng(seed)
    shade = Image.fromarray(rng.integers(60, 255, (6, 5), dtype=np.uint8)).resize((150, 180))
    parts = np.array([[220, 170, 140], [60, 70, 110], [150, 160, 150], [90, 50, 40]], np.float32)
    which = Image.fromarray(rng.integers(0, 4, (5, 4), dtype=np.uint8)).resize((150, 180), 0)
    pixels = parts[np.asarray(which)] * np.asarray(shade, np.float32)[..., None] / 255
    return Image.fromarray(pixels.astype(np.uint8))


def _jpeg(image: Image.Image, quality: int) -> np.ndarray:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream).convert("RGB"))


def _toned(image: Image.Image, dark: tuple[int, int, int], light: tuple[int, int, int]) -> Image.Image:
    return ImageOps.colorize(image.convert("L"), dark, light)


@pytest.mark.parametrize("quality", [30, 60, 95])
@pytest.mark.parametrize("light", [1.0, 0.5, 0.15])
def test_grey_and_toned_pictures_are_told_from_colour_through_jpeg(quality: int, light: float) -> None:
    colour = _portrait()
    grey = colour.convert("L").convert("RGB")
    sepia, blue = _toned(grey, (30, 15, 5), (255, 240, 200)), _toned(grey, (0, 0, 40), (240, 245, 255))
    for picture, is_grey in ((colour, False), (grey, True), (sepia, True), (blue, True)):
        dimmed = picture.point(lambda value: value * light)
        found = colour_of(_jpeg(dimmed, quality))
        measured = Quality(120, 130.0, 200.0, 0.0, found)
        assert ("grey" in kinds_of(measured, HOG)) is is_grey, (quality, light, found)


def test_a_picture_of_one_lightness_or_one_pixel_is_grey() -> None:
    assert colour_of(np.full((20, 20, 3), 7, np.uint8)) == 0
    assert colour_of(np.zeros((1, 1, 3), np.uint8)) == 0
    assert colour_of(np.zeros((3, 900, 3), np.uint8)) == 0


def test_what_is_about_a_face_ends_where_the_photograph_does() -> None:
    pixels = np.zeros((100, 200, 3), np.uint8)
    assert about(pixels, Box(80, 30, 120, 70)).shape == (80, 80, 3)
    assert about(pixels, Box(-30, -30, 10, 10)).shape == (30, 30, 3)
    assert about(pixels, Box(-90, -90, -80, -80)).shape == pixels.shape
    grey_face = pixels.copy()
    grey_face[:, 150:] = np.asarray(_portrait().resize((50, 100)))
    assert colour_of(about(grey_face, Box(40, 30, 80, 70))) == 0 < colour_of(grey_face)


def test_each_kind_is_told_by_one_measure() -> None:
    assert kinds_of(PLAIN, HOG) == ()
    off = {
        "grey": Quality(120, 130.0, 200.0, 0.0, 0.01),
        "small": Quality(49, 130.0, 200.0, 0.0, 0.25),
        "blurred": Quality(120, 130.0, 19.9, 0.0, 0.25),
        "dark": Quality(120, 63.9, 200.0, 0.0, 0.25),
        "bright": Quality(120, 192.0, 200.0, 0.0, 0.25),
        "turned": Quality(120, 130.0, 200.0, -20.0, 0.25),
    }
    assert {kind: kinds_of(one, HOG) for kind, one in off.items()} == {kind: (kind,) for kind in KINDS}
    assert set(words(HOG)) == set(KINDS)


def test_a_set_is_counted_by_kind_with_the_spread_of_each_measure() -> None:
    grey = Quality(40, 100.0, 200.0, 0.0, 0.0)
    seen = kinds_seen([PLAIN, PLAIN, PLAIN, grey], HOG)
    assert seen is not None
    assert seen.photographs == 4
    assert seen.counts == {"grey": 1, "small": 1, "blurred": 0, "dark": 0, "bright": 0, "turned": 0}
    assert seen.share("grey") == 0.25
    assert seen.quantiles["face_px"][2] == 120
    assert kinds_seen([], HOG) is None


def test_size_is_cut_by_the_box_of_the_detector_that_measured_it() -> None:
    between = Quality(47, 130.0, 200.0, 0.0, 0.25)
    yunet = cuts_said("YuNet 2023mar, sha256:49f0")
    assert yunet == CUTS["yunet"]
    assert kinds_of(between, yunet) == ()
    assert (
        kinds_of(between, cuts_said("dlib frontal HOG")) == kinds_of(between, cuts_said(None)) == ("small",)
    )
    assert words(yunet)["small"] == "of a face under 44 px wide"
    seen = kinds_seen([between], yunet)
    assert seen is not None
    assert (seen.counts["small"], seen.cuts) == (0, yunet)
