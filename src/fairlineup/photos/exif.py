"""The one thing read from EXIF: which way is up."""

from __future__ import annotations

import struct

_ORIENTATION = 0x0112
_MAX_ENTRIES = 1000


def orientation(exif: bytes) -> int:
    """Orientation 1 to 8 from a TIFF block; 1 (upright) if there is none, or the block is broken.

    Source: CIPA DC-008 (Exif 2.32), tag 274. Only the first directory is looked at, and nothing is followed.
    """
    try:
        return _from_tiff(exif.removeprefix(b"Exif\0\0"))
    except (struct.error, IndexError):
        return 1


def _from_tiff(tiff: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    magic, start = struct.unpack_from(order + "HI", tiff, 2)
    if magic != 42:
        return 1
    (entries,) = struct.unpack_from(order + "H", tiff, start)
    for index in range(min(entries, _MAX_ENTRIES)):
        tag, kind, count, value = struct.unpack_from(order + "HHIH", tiff, start + 2 + 12 * index)
        if tag == _ORIENTATION:
            return value if kind == 3 and count == 1 and 1 <= value <= 8 else 1
    return 1
