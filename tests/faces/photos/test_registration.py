from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageOps

from fairlineup.faces.pictures import (
    Fingerprint,
    Registration,
    fingerprint,
    register,
)

from .pictures import encoded, textured

PICTURE = textured(20, 320, 400)


def _cropped(image: Image.Image, left: float, top: float, kept: float) -> Image.Image:
    width, height = round(image.width * kept), round(image.height * kept)
    x, y = round((image.width - width) * left), round((image.height - height) * top)
    return image.crop((x, y, x + width, y + height))


def _scaled(image: Image.Image, by: float) -> Image.Image:
    return image.resize((round(image.width * by), round(image.height * by)), Image.Resampling.BICUBIC)


@given(
    kept=st.floats(0.7, 1),
    left=st.floats(0, 1),
    top=st.floats(0, 1),
    scale=st.floats(0.4, 2),
    quality=st.integers(40, 95),
    mirrored=st.booleans(),
)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_crop_scaled_and_saved_again_is_the_same_picture(
    kept: float, left: float, top: float, scale: float, quality: int, mirrored: bool
) -> None:
    copy = _scaled(_cropped(PICTURE, left, top, kept), scale)
    copy = ImageOps.mirror(copy) if mirrored else copy
    whole, part = encoded(PICTURE), encoded(copy, quality=quality)
    for result, expected in ((register(whole, part), scale), (register(part, whole), 1 / scale)):
        assert result.same_picture, result
        assert result.mirrored == mirrored
        assert result.scale == pytest.approx(expected, rel=0.03)
        assert result.overlap > 0.9


@given(st.integers(0, 10_000), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_different_pictures_are_not_the_same(one: int, other: int) -> None:
    result = register(encoded(textured(one)), encoded(textured(other)))
    assert result.same_picture == (one == other)


@pytest.mark.parametrize("name", ["darker", "brighter", "flatter", "grey", "pale"])
def test_light_and_colour_may_change(name: str) -> None:
    changed = {
        "darker": ImageEnhance.Brightness(PICTURE).enhance(0.75),
        "brighter": ImageEnhance.Brightness(PICTURE).enhance(1.2),
        "flatter": ImageEnhance.Contrast(PICTURE).enhance(0.7),
        "grey": PICTURE.convert("L"),
        "pale": ImageEnhance.Color(PICTURE).enhance(0.4),
    }[name]
    assert register(encoded(PICTURE), encoded(changed)).same_picture


def test_a_squeezed_copy_is_not_taken_for_an_honest_one() -> None:
    squeezed = PICTURE.resize((PICTURE.width, round(PICTURE.height * 0.88)))
    result = register(encoded(PICTURE), encoded(squeezed))
    assert not result.same_picture


@pytest.mark.parametrize("size", [(1, 1), (400, 2), (64, 64)])
def test_pictures_without_texture_register_with_nothing(size: tuple[int, int]) -> None:
    blank = encoded(Image.new("RGB", size, "grey"), "PNG")
    assert not register(blank, blank).same_picture
    assert not register(blank, encoded(PICTURE)).same_picture


def test_fingerprints_travel() -> None:
    print_ = fingerprint(encoded(PICTURE))
    pickled = pickle.dumps(print_)
    copy = pickle.loads(pickled)  # noqa: S301
    assert isinstance(copy, Fingerprint)
    assert (copy.width_px, copy.height_px) == (320, 400)
    assert np.array_equal(copy.grey, print_.grey)
    assert len(pickled) < 10_000
    assert register(copy, encoded(PICTURE)) == register(print_, print_)


@pytest.mark.congress
def test_what_is_known_of_real_portraits(congress: Path) -> None:
    def registered(a: str, b: str) -> Registration:
        return register((congress / a).read_bytes(), (congress / b).read_bytes())

    turned = registered("gallery/021133.jpg", "probes/Y000064.jpg")
    assert turned.same_picture
    assert turned.mirrored
    crop = registered("gallery/020952.jpg", "probes/C001078.jpg")
    assert crop.same_picture
    assert not crop.mirrored
    one_sitting = registered("gallery/021529.jpg", "probes/D000624.jpg")
    assert not one_sitting.same_picture
    other_day = registered("gallery/022130.jpg", "probes/L000266.jpg")
    assert not other_day.same_picture
    two_people = registered("gallery/014217.jpg", "gallery/013010.jpg")
    assert two_people.same_picture
    framed_alike = registered("gallery/099342.jpg", "gallery/029307.jpg")
    assert not framed_alike.same_picture
