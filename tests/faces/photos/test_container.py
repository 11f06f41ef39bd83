from __future__ import annotations

import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from fairlineup.faces.photos import (
    HostilePhotograph,
    Limits,
    NotAPhotograph,
    PhotographTooLarge,
    TruncatedPhotograph,
    UnreadablePhotograph,
    decode,
    decode_small,
)
from fairlineup.records import BadInput

from .pictures import chunk, encoded, exif, png, textured


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (b"", "an empty file"),
        (b"\xff\xd8", "too few"),
        (b"just some words in a file called portrait.jpg", "a file that begins with b'just som'"),
        (encoded(textured(1), "GIF"), "a GIF"),
        (encoded(textured(1), "TIFF"), "a TIFF"),
        (encoded(textured(1), "BMP"), "a BMP"),
        (b"\0\0\0\x18ftypheic", "a HEIC"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG"),
    ],
)
def test_other_files_are_refused_by_name(content: bytes, got: str) -> None:
    with pytest.raises(NotAPhotograph) as caught:
        decode(content, name="portrait.jpg")
    assert isinstance(caught.value, BadInput)
    assert got in caught.value.got
    assert str(caught.value).startswith("portrait.jpg: expected a JPEG, PNG or WebP photograph")


def test_a_huge_png_is_refused_from_its_header() -> None:
    rows = zlib.compress(b"\0" * 20_001 * 20_000, 1)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0))
    content = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    tracemalloc.start()
    for read in (decode, lambda content: decode_small(content, side_px=96)):
        with pytest.raises(PhotographTooLarge, match=r"20,000 × 20,000 pixels"):
            read(content)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 10_000_000


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_limits_hold_for_every_format(kind: str) -> None:
    content = encoded(textured(2, 200, 100), kind)
    assert decode(content, limits=Limits(max_pixels=20_000, max_side=200)).pixels.shape == (100, 200, 3)
    for limits in (Limits(max_pixels=19_999), Limits(max_side=199), Limits(max_bytes=len(content) - 1)):
        with pytest.raises(PhotographTooLarge):
            decode(content, limits=limits)


@pytest.mark.parametrize("tag", [b"iCCP", b"zTXt", b"iTXt"])
def test_bombs_in_metadata_are_never_unpacked(tag: bytes) -> None:
    bomb = b"name\0\0" + zlib.compress(b"\0" * 50_000_000, 9)
    content = png(2, 2, b"\0\x10\x20\0\x30\x40", extra=(chunk(tag, bomb),) * 3)
    tracemalloc.start()
    pixels = decode(content).pixels
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert pixels[..., 0].tolist() == [[0x10, 0x20], [0x30, 0x40]]
    assert peak_bytes < 2_000_000


def test_more_picture_data_than_pixels_costs_nothing() -> None:
    content = png(2, 2, b"\0\x10\x20\0\x30\x40" + b"\0" * 100_000_000)
    assert decode(content).pixels.shape == (2, 2, 3)


def test_a_jpeg_of_thousands_of_scans_is_hostile() -> None:
    content = encoded(textured(3), progressive=True)
    scan = content.rindex(b"\xff\xda")
    with pytest.raises(HostilePhotograph, match="scans"):
        decode(content[:-2] + content[scan:-2] * 1000 + b"\xff\xd9")


def test_a_png_of_endless_chunks_is_hostile() -> None:
    with pytest.raises(HostilePhotograph, match="chunks"):
        decode(png(1, 1, b"\0\0", extra=(chunk(b"tEXt", b""),) * 200_000))


def test_sizes_that_contradict_one_another_are_refused() -> None:
    content = bytearray(encoded(textured(4), "WEBP", lossless=True))
    content[4:8] = struct.pack("<I", len(content) * 2)
    with pytest.raises(TruncatedPhotograph):
        decode(bytes(content))
    with pytest.raises(UnreadablePhotograph):
        decode(png(0, 5, b""))


def test_the_38_bytes_of_a_webp_that_stand_for_a_hundred_megapixels_are_not_decoded() -> None:
    head = "524946461e000000574542505650384c11000000"
    content = bytes.fromhex(f"{head}2f0fe7c30907508a2ad4a3ff8188e87f0000")
    with pytest.raises(PhotographTooLarge, match="at most 40,000,000 pixels"):
        decode(content)
    with pytest.raises(HostilePhotograph, match="10,000 × 10,000 pixels from 38 bytes"):
        decode(content, limits=Limits(max_pixels_webp=100_000_000))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pixels_that_come_from_hardly_any_bytes_are_hostile(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = encoded(Image.new("RGB", (400, 300)), kind, comment=b"x" * 60_000)
    assert decode(content).pixels.shape == (300, 400, 3)  # small ones may be of one colour
    monkeypatch.setattr("fairlineup.faces.photos.limits.SMALL_PIXELS", 1)
    with pytest.raises(HostilePhotograph, match="at most 2 pixels for each byte that they come from"):
        decode(content, limits=Limits(max_pixels_a_byte=2))
    assert decode(encoded(textured(1, 400, 300), kind), limits=Limits(max_pixels_a_byte=100)).pixels.any()


def test_scans_are_bounded_by_the_pixels_each_walks_over() -> None:
    content = encoded(textured(1), progressive=True)
    scan = content[content.rindex(b"\xff\xda") : -2]
    longer = content[:-2] + 30 * scan + b"\xff\xd9"
    assert decode(longer).pixels.any()
    with pytest.raises(HostilePhotograph, match="at most 27 scans"):
        decode(longer, limits=Limits(max_pixels_scanned=2_000_000))
    assert decode(content, limits=Limits(max_pixels_scanned=2_000_000)).pixels.any()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "CMYK"])
def test_strips_join_without_a_seam(mode: str, orientation: int, monkeypatch: pytest.MonkeyPatch) -> None:
    image = textured(2, 90, 61).convert(mode)
    content = encoded(image, "JPEG" if mode == "CMYK" else "PNG", exif=exif(orientation))
    whole, small = decode(content).pixels, decode_small(content, side_px=40)
    for strip in (1, 90, 7 * 90, 60 * 90):
        monkeypatch.setattr("fairlineup.faces.photos.decoding._STRIP_PX", strip)
        assert np.array_equal(decode(content).pixels, whole)
        assert np.array_equal(decode_small(content, side_px=40), small)
