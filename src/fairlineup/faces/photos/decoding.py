"""Encoded bytes -> upright pixels, within limits, and no exception but ours."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
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

Samples = NDArray[np.uint8]
_STRIP_PX = 1 << 20  # pixels that are converted at a time, so that no second copy of a picture is held
_UPRIGHT: dict[int, Callable[[Samples], Samples]] = {
    2: np.fliplr,
    3: lambda pixels: np.rot90(pixels, 2),
    4: np.flipud,
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: np.rot90(pixels, 2).swapaxes(0, 1),
    8: np.rot90,
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
    return Picture(_turned(_load(container, limits, name, ("RGB", None)), container), container.format)


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
    image = Image.fromarray(_load(container, limits, name, ("L", side_px)))
    return _turned(np.array(_fit(image, side_px)), container)


def decode_small_colour(content: bytes, side_px: int, limits: Limits, name: str) -> Image.Image:
    """Decode to an upright RGB image no longer than `side_px` on a side. Raises: as `decode`."""
    container = open_container(content, limits, name)
    image = Image.fromarray(_load(container, limits, name, ("RGB", side_px)))
    fitted = _fit(image, min(side_px, max(container.width, container.height)))
    return Image.fromarray(_turned(np.array(fitted), container))


def upright_size(container: Container) -> tuple[int, int]:
    """Width and height once the orientation is applied."""
    turned = container.orientation >= 5
    return (container.height, container.width) if turned else (container.width, container.height)


def _load(container: Container, limits: Limits, name: str, wanted: tuple[str, int | None]) -> Samples:
    """The picture as it is stored, in mode L or RGB; with the side that a JPEG may be reduced to."""
    mode, side_px = wanted
    try:
        image = _PLUGINS[container.format](io.BytesIO(container.content))
        limits.check_size(*image.size, name)
        if side_px is not None:
            scale = side_px / max(image.size)
            image.draft(mode, (max(1, round(image.width * scale)), max(1, round(image.height * scale))))
        image.load()
        return _samples(image, mode)
    except UnreadablePhotograph:
        raise
    except (Image.DecompressionBombError, MemoryError) as fault:
        size = f"{container.width:,} × {container.height:,} pixels"
        raise too_large(name, "a picture that fits into memory", size) from fault
    except _FAULTS as fault:
        if "truncated" in str(fault):
            raise truncated(name, f"a {container.format} that ends within its picture") from fault
        raise damaged(name, f"a {container.format} that its decoder gives up on ({fault})") from fault


def _samples(image: Image.Image, mode: str) -> Samples:
    """Without alpha, palette, ink or 16-bit samples: in mode L or RGB."""
    width, height = image.size
    pixels = np.empty((height, width, 3) if mode == "RGB" else (height, width), np.uint8)
    rows = max(1, _STRIP_PX // width)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        strip = image if bottom - top == height else image.crop((0, top, width, bottom))
        pixels[top:bottom] = np.asarray(_plain(strip).convert(mode))
    return pixels


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


def _turned(pixels: Samples, container: Container) -> Samples:
    how = _UPRIGHT.get(container.orientation)
    return pixels if how is None else np.ascontiguousarray(how(pixels))
