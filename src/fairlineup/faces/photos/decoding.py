"""Encoded bytes -> upright pixels, within limits, and no exception but ours."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from PIL.ImageFile import ImageFile

from fairlineup.faces.photos.container import Container, Format, open_container
from fairlineup.faces.photos.errors import UnreadablePhotograph, damaged, too_large, truncated
from fairlineup.faces.photos.limits import DEFAULT_LIMITS, Limits

BACKGROUND = (255, 255, 255)
"""What shows through transparent pixels: white, as on a page, and as identity portraits are cut out for."""

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Image.open would guess the format again, warn by way of a global, and turn a phone's JPEG into an MPO.
_PLUGINS: dict[Format, type[ImageFile]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
}
_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    EOFError,
    ArithmeticError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded photograph."""

    #: upright RGB, uint8, shape (height, width, 3), C-contiguous. Colour profiles are not applied.
    pixels: NDArray[np.uint8]
    format: Format  #: "JPEG", "PNG" or "WEBP".


def decode(content: bytes, *, limits: Limits = DEFAULT_LIMITS, name: str = "photograph") -> Picture:
    """Decode one photograph to upright RGB pixels, as Pillow gives them, turned as it turns them.

    Two things differ, where Pillow's plain conversion would lose the picture: alpha is composed on
    `BACKGROUND` instead of dropped, and 16-bit grey samples are scaled to 8 instead of cut at 255. CMYK is
    converted without its profile, and an animation gives its first frame. Safe to call from many threads.

    Args:
        content: the encoded file.
        limits: what it may cost.
        name: what to call it in an error.

    Raises:
        NotAPhotograph: empty, or another kind of file.
        TruncatedPhotograph: the file ends too soon.
        DamagedPhotograph: it cannot be decoded.
        PhotographTooLarge: it is beyond the limits.
        HostilePhotograph: it is built to be costly.
    """
    container = open_container(content, limits, name)
    image = _load(container, limits, name, draft_px=None)
    return Picture(np.array(_turn(image.convert("RGB"), container)), container.format)


def decode_small(
    content: bytes, *, side_px: int, limits: Limits = DEFAULT_LIMITS, name: str = "photograph"
) -> NDArray[np.uint8]:
    """Decode to upright grey pixels whose longer side is `side_px`, at a fraction of the cost for JPEG.

    Args:
        content: the encoded file.
        side_px: longer side of the result; small pictures are enlarged to it.
        limits: what the file may cost.
        name: what to call it in an error.

    Returns: uint8, shape (height, width).
    Raises: as `decode`.
    """
    container = open_container(content, limits, name)
    image = _load(container, limits, name, draft_px=(side_px, "L")).convert("L")
    return np.array(_turn(_fit(image, side_px), container))


def decode_small_colour(content: bytes, side_px: int, limits: Limits, name: str) -> Image.Image:
    """Decode to an upright RGB image no longer than `side_px` on a side. Raises: as `decode`."""
    container = open_container(content, limits, name)
    image = _load(container, limits, name, draft_px=(side_px, "RGB")).convert("RGB")
    return _turn(_fit(image, min(side_px, max(container.width, container.height))), container)


def upright_size(container: Container) -> tuple[int, int]:
    """Width and height once the orientation is applied."""
    turned = container.orientation >= 5
    return (container.height, container.width) if turned else (container.width, container.height)


def _load(
    container: Container, limits: Limits, name: str, *, draft_px: tuple[int, str] | None
) -> Image.Image:
    """The picture as it is stored, in mode L or RGB; `draft_px` is what a JPEG may be reduced to."""
    try:
        image = _PLUGINS[container.format](io.BytesIO(container.content))
        limits.check_size(*image.size, name)
        if draft_px is not None:
            side_px, mode = draft_px
            scale = side_px / max(image.size)
            image.draft(mode, (max(1, round(image.width * scale)), max(1, round(image.height * scale))))
        image.load()
        return _plain(image)
    except UnreadablePhotograph:
        raise
    except (Image.DecompressionBombError, MemoryError) as fault:
        size = f"{container.width:,} × {container.height:,} pixels"
        raise too_large(name, "a picture that fits into memory", size) from fault
    except _FAULTS as fault:
        if "truncated" in str(fault):
            raise truncated(name, f"a {container.format} that ends within its picture") from fault
        raise damaged(name, f"a {container.format} that its decoder gives up on ({fault})") from fault


def _plain(image: Image.Image) -> Image.Image:
    """Without alpha, palette, ink or 16-bit samples: mode L or RGB."""
    if image.mode.startswith("I"):
        return _from_16_bit(image)
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", rgba.size, (*BACKGROUND, 255)), rgba).convert("RGB")
    return image if image.mode in ("L", "RGB") else image.convert("RGB")


def _from_16_bit(image: Image.Image) -> Image.Image:
    samples = np.asarray(image).astype(np.uint16)
    grey = np.asarray(samples >> 8, dtype=np.uint8)
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        grey = np.where(samples == clear, np.uint8(BACKGROUND[0]), grey)
    return Image.fromarray(grey)


def _fit(image: Image.Image, side_px: int) -> Image.Image:
    scale = side_px / max(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image if size == image.size else image.resize(size, Image.Resampling.BILINEAR)


def _turn(image: Image.Image, container: Container) -> Image.Image:
    how = _UPRIGHT.get(container.orientation)
    return image if how is None else image.transpose(how)
