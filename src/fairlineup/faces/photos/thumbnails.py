"""Small upright JPEGs for reports and review, with nothing in them but pixels."""

from __future__ import annotations

import io

from fairlineup.faces.photos.decoding import decode_small_colour
from fairlineup.faces.photos.limits import DEFAULT_LIMITS, Limits

_QUALITY = 80


def thumbnail(
    content: bytes, side_px: int = 128, *, limits: Limits = DEFAULT_LIMITS, name: str = "photograph"
) -> bytes:
    """A JPEG whose longer side is at most `side_px` (never enlarged), without any metadata.

    Raises: as `decode`.
    """
    image = decode_small_colour(content, side_px, limits, name)
    image.info.clear()
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=_QUALITY, optimize=True)
    return stream.getvalue()
