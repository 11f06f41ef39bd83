from __future__ import annotations

import io
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from fairlineup.faces.photos import (
    TruncatedPhotograph,
    UnreadablePhotograph,
    decode,
    decode_small,
)

from .pictures import chunk, difference, encoded, exif, png, textured

Pixels = NDArray[np.uint8]

TURNED: dict[int, Callable[[Pixels], Pixels]] = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: np.rot90,
}
WHOLE = {
    "JPEG": encoded(textured(5, 90, 60), quality=90),
    "progressive": encoded(textured(5, 90, 60), quality=90, progressive=True),
    "PNG": encoded(textured(5, 90, 60), "PNG"),
    "WEBP": encoded(textured(5, 90, 60), "WEBP"),
    "lossless": encoded(textured(5, 90, 60), "WEBP", lossless=True),
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_upright(kind: str, order: str, orientation: int) -> None:
    image = textured(6, 80, 48)
    content = encoded(image, kind, exif=exif(orientation, order), lossless=True, quality=95)
    picture = decode(content)
    assert picture.format == kind
    assert picture.pixels.flags.c_contiguous
    assert difference(picture.pixels, TURNED[orientation](np.asarray(image))) < 6
    small = decode_small(content, side_px=40)
    assert small.shape == ((24, 40) if orientation < 5 else (40, 24))


@given(st.binary(max_size=80))
@settings(max_examples=60, deadline=None)
def test_broken_exif_means_upright(body: bytes) -> None:
    image = textured(6, 24, 16)
    content = encoded(image, exif=b"Exif\0\0II*\0" + body)
    assert sorted(decode(content).pixels.shape) == [3, 16, 24]


@pytest.mark.parametrize("kind", WHOLE)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_truncated_file_is_an_error_or_whole(kind: str, data: st.DataObject) -> None:
    whole = WHOLE[kind]
    part = whole[: data.draw(st.integers(0, len(whole) - 1))]
    for read in (_large, _small):
        try:
            pixels = read(part)
        except UnreadablePhotograph:
            continue
        assert np.array_equal(pixels, read(whole))


def _large(content: bytes) -> Pixels:
    return decode(content).pixels


def _small(content: bytes) -> Pixels:
    return decode_small(content, side_px=30)


def test_half_a_jpeg_is_truncated() -> None:
    content = encoded(textured(7))
    for share in (0.3, 0.5, 0.9):
        with pytest.raises(TruncatedPhotograph, match=r"portrait\.jpg.*download it again"):
            decode(content[: int(len(content) * share)], name="portrait.jpg")


@pytest.mark.parametrize("kind", WHOLE)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_flipped_bytes_never_raise_anything_unnamed(kind: str, data: st.DataObject) -> None:
    content = bytearray(WHOLE[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UnreadablePhotograph):
        assert decode(bytes(content)).pixels.dtype == np.uint8


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_one_pixel_is_a_picture(kind: str) -> None:
    content = encoded(Image.new("RGB", (1, 1), (200, 200, 200)), kind)
    assert abs(int(decode(content).pixels[0, 0, 0]) - 200) < 3
    assert decode_small(content, side_px=8).shape == (8, 8)


def test_transparency_lies_on_white() -> None:
    image = Image.new("RGBA", (2, 1), (0, 0, 0, 0))
    image.putpixel((1, 0), (10, 20, 30, 255))
    for kind in ("PNG", "WEBP"):
        pixels = decode(encoded(image, kind, lossless=True, exact=True)).pixels
        assert pixels[0].tolist() == [[255, 255, 255], [10, 20, 30]]
    palette = Image.new("P", (2, 1))
    palette.putpalette([9, 9, 9, 10, 20, 30])
    palette.putpixel((1, 0), 1)
    pixels = decode(encoded(palette, "PNG", transparency=0)).pixels
    assert pixels[0].tolist() == [[255, 255, 255], [10, 20, 30]]


def test_16_bits_become_8() -> None:
    samples = struct.pack(">B4H", 0, 0, 0x1234, 0x80FF, 0xFFFF)
    assert decode(png(4, 1, samples, depth=16)).pixels[0, :, 0].tolist() == [0, 0x12, 0x80, 0xFF]
    clear = chunk(b"tRNS", struct.pack(">H", 0x1234))
    assert decode(png(4, 1, samples, depth=16, extra=(clear,))).pixels[0, :, 0].tolist() == [
        0,
        255,
        0x80,
        0xFF,
    ]
    colours = struct.pack(">B3H", 0, 0x1234, 0x80FF, 0xFFFF)
    assert decode(png(1, 1, colours, depth=16, colour=2)).pixels[0, 0].tolist() == [0x12, 0x80, 0xFF]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_png_mode(mode: str) -> None:
    image = textured(8, 40, 30).convert(mode)
    expected = np.asarray(image.convert("RGB"))
    assert difference(decode(encoded(image, "PNG")).pixels, expected) == 0


def test_ink_is_read_alike_with_and_without_adobes_mark() -> None:
    # Cleaners of metadata strip the mark from files whose values stay inverted; Pillow and all browsers take
    # every CMYK JPEG for such a one. Those that store ink itself show as negatives in all of them, and here.
    image = textured(9, 64, 64)
    adobe = encoded(image.convert("CMYK"), quality=95)
    assert difference(decode(adobe).pixels, np.asarray(image)) < 8
    mark = adobe.index(b"\xff\xee")
    plain = adobe[:mark] + adobe[mark + 16 :]
    assert np.array_equal(decode(plain).pixels, decode(adobe).pixels)
    assert difference(decode(plain).pixels, np.asarray(image)) < 8
    assert difference(decode_small(plain, side_px=64), np.asarray(image.convert("L"))) < 8


def test_grey_jpeg() -> None:
    image = textured(10).convert("L")
    pixels = decode(encoded(image, quality=95)).pixels
    assert difference(pixels[..., 1], np.asarray(image)) < 3


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "MPO"])
def test_of_many_frames_the_first_counts(kind: str) -> None:
    first, second = textured(11, 64, 48), textured(12, 64, 48)
    content = encoded(first, kind, save_all=True, append_images=[second], lossless=True, quality=95)
    assert Image.open(io.BytesIO(content)).n_frames == 2  # type: ignore[attr-defined]
    picture = decode(content)
    assert picture.format == ("JPEG" if kind == "MPO" else kind)
    assert difference(picture.pixels, np.asarray(first)) < 6


def test_small_is_like_large() -> None:
    image = textured(13, 800, 1000)
    small = decode_small(encoded(image, quality=95), side_px=100)
    assert small.shape == (100, 80)
    reduced = image.convert("L").resize((80, 100), Image.Resampling.BOX)
    assert difference(small, np.asarray(reduced)) < 3


def test_many_threads_decode_alike() -> None:
    contents = list(WHOLE.values()) * 8
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(decode, contents))
    for content, picture in zip(contents, together, strict=True):
        assert np.array_equal(picture.pixels, decode(content).pixels)


def test_a_palette_picture_without_its_palette_is_damaged() -> None:
    content = encoded(textured(8, 40, 30).convert("P"), "PNG")
    start = content.index(b"PLTE") - 4
    length = int.from_bytes(content[start : start + 4], "big")
    for read in (_large, _small):
        with pytest.raises(UnreadablePhotograph):
            read(content[:start] + content[start + 12 + length :])
