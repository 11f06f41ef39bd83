"""The mark stands in a JPEG's own comment, and nowhere else counts."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from fairlineup.faces.photos import DEFAULT_LIMITS, SYNTHETIC_MARK, says_synthetic

from .pictures import encoded, exif, textured

PICTURE = textured(3)


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def behind_start(added: bytes, content: bytes | None = None) -> bytes:
    """A JPEG with something put right behind its first marker."""
    whole = encoded(PICTURE) if content is None else content
    return whole[:2] + added + whole[2:]


MARK = segment(0xFE, SYNTHETIC_MARK)


@pytest.mark.parametrize(
    "content",
    [
        encoded(PICTURE, comment=SYNTHETIC_MARK),
        encoded(PICTURE, comment=SYNTHETIC_MARK, progressive=True, exif=exif(6)),
        encoded(PICTURE.convert("L"), comment=SYNTHETIC_MARK),
        behind_start(MARK),
        behind_start(b"\xff\xff" + MARK),
        behind_start(segment(0xFE, b"another comment") + MARK),
        behind_start(segment(0xFE, SYNTHETIC_MARK + b"; and more")),
        behind_start(MARK)[:900],
    ],
)
def test_a_photograph_that_says_so(content: bytes) -> None:
    assert says_synthetic(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        SYNTHETIC_MARK,
        b"\xff\xd8" + SYNTHETIC_MARK,
        encoded(PICTURE),
        encoded(PICTURE) + MARK,
        encoded(PICTURE, comment=b"no " + SYNTHETIC_MARK),
        encoded(PICTURE, comment=SYNTHETIC_MARK[:-1]),
        encoded(PICTURE, comment=SYNTHETIC_MARK.upper()),
        behind_start(segment(0xE1, b"Exif\0\0" + MARK)),
        behind_start(segment(0xE1, b"Exif\0\0" + encoded(PICTURE, comment=SYNTHETIC_MARK)[:4_000])),
        encoded(PICTURE, "PNG") + MARK,
        behind_start(segment(0xFE, b"") * DEFAULT_LIMITS.max_chunks + MARK),
    ],
)
def test_one_that_does_not(content: bytes) -> None:
    assert not says_synthetic(content)


def test_encoding_the_pixels_anew_loses_it() -> None:
    with Image.open(io.BytesIO(encoded(PICTURE, comment=SYNTHETIC_MARK))) as image:
        assert not says_synthetic(encoded(Image.fromarray(np.asarray(image))))
