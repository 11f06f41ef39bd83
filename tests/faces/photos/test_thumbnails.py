from __future__ import annotations

import io

import pytest
from PIL import Image

from fairlineup.faces.photos import UnreadablePhotograph, thumbnail

from .pictures import encoded, exif, textured


def test_thumbnails_are_small_upright_and_bare() -> None:
    content = encoded(textured(1, 400, 300), exif=exif(6), comment=b"private", icc_profile=b"private")
    small = thumbnail(content, 128)
    image = Image.open(io.BytesIO(small))
    assert (image.format, image.size) == ("JPEG", (96, 128))
    assert not image.getexif()
    assert b"private" not in small


def test_small_pictures_are_not_enlarged() -> None:
    assert Image.open(io.BytesIO(thumbnail(encoded(textured(1, 40, 30), "PNG")))).size == (40, 30)


def test_what_is_no_photograph_has_no_thumbnail() -> None:
    with pytest.raises(UnreadablePhotograph):
        thumbnail(b"")
