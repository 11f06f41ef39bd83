"""Pictures made for the tests: textured, so that there is something to register."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def textured(seed: int, width: int = 240, height: int = 300) -> Image.Image:
    """Smooth random shapes at several scales, as in a photograph, in colour."""
    random = np.random.default_rng(seed)
    total = np.zeros((height, width, 3))
    for cells, strength in ((4, 60), (9, 40), (20, 25), (45, 12)):
        coarse = random.normal(size=(cells + 2, cells, 3)).astype(np.float32)
        planes = [
            Image.fromarray(coarse[..., k]).resize((width, height), Image.Resampling.BICUBIC)
            for k in range(3)
        ]
        total += strength * np.stack([np.asarray(plane) for plane in planes], axis=-1)
    total = 0.4 * total + total.mean(axis=-1, keepdims=True)
    return Image.fromarray(np.clip(128 + total, 0, 255).astype(np.uint8))


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def png(
    width: int, height: int, rows: bytes, *, depth: int = 8, colour: int = 0, extra: tuple[bytes, ...] = ()
) -> bytes:
    """A PNG chunk by chunk; `extra` chunks come before the picture."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def chunk(tag: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + tag + body + struct.pack(">I", zlib.crc32(tag + body))


def exif(orientation: int, order: str = "<") -> bytes:
    mark = b"II" if order == "<" else b"MM"
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"Exif\0\0" + mark + struct.pack(order + "HIH", 42, 8, 1) + entry + b"\0\0\0\0"


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Mean absolute difference of two arrays of pixels."""
    return float(np.abs(one.astype(float) - other.astype(float)).mean())
