"""The one thing read from EXIF and XMP: which way is up, as Pillow reads it."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass

_ORIENTATION = 0x0112
_MAX_ENTRIES = 65_535
_MAX_TEXT_BYTES = 1 << 20
_KINDS = {3: "H", 4: "I", 5: "II", 6: "b", 8: "h", 9: "i", 10: "ii", 11: "f", 12: "d", 13: "I", 16: "Q"}
"""Types of a number in TIFF 6.0 and after; phones store orientation as LONG (4) where SHORT (3) is meant."""

_XMP = re.compile(rb'tiff:Orientation(="|>)([0-9])')
_RAW_PROFILE, _XMP_KEY = b"Raw profile type exif", b"XML:com.adobe.xmp"


@dataclass(slots=True)
class Marks:
    """What a file says of its orientation, gathered while it is walked."""

    exif: bytes = b""  #: TIFF block, with or without "Exif" before it.
    profile: bytes = b""  #: the same in a text chunk of a PNG; counts where there is no other.
    xmp: bytes = b""  #: counts where EXIF doesn't say.

    @property
    def orientation(self) -> int:
        """1 to 8; 1 (upright) if nothing is said, or what is said is broken."""
        said = tag_of(self.exif or self.profile)
        if said is None:
            found = _XMP.search(self.xmp)
            said = int(found[2]) if found else 1
        return said if 1 <= said <= 8 else 1

    def take_text(self, tag: bytes, body: bytes) -> None:
        """Look into a text chunk of a PNG. Source: W3C PNG (third edition) section 11.3.3."""
        key, _, rest = body.partition(b"\0")
        if tag == b"iTXt" and key in (_XMP_KEY, _RAW_PROFILE) and len(rest) >= 2:
            packed, text = rest[0], rest[2:].split(b"\0", 2)[-1]
            self._take(key, _unpacked(text) if packed else text)
        elif tag in (b"tEXt", b"zTXt") and key == _RAW_PROFILE:
            self._take(key, _unpacked(rest[1:]) if tag == b"zTXt" else rest)

    def _take(self, key: bytes, text: bytes) -> None:
        if key == _XMP_KEY:
            self.xmp = text
            return
        try:
            self.profile = bytes.fromhex("".join(text.decode("latin-1").split("\n")[3:]))
        except ValueError:
            return


def tag_of(exif: bytes) -> int | None:
    """The value of the tag; None if there is none, or the block is broken.

    Source: CIPA DC-008 (Exif 2.32), tag 274. Only the first directory is looked at.
    """
    try:
        return _from_tiff(re.sub(b"^(Exif\0\0){1,2}", b"", exif))
    except (struct.error, IndexError):
        return None


def _from_tiff(tiff: bytes) -> int | None:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or tiff[2:4] not in (b"*\0", b"\0*"):
        return None
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    (entries,) = struct.unpack_from(order + "H", tiff, start)
    for index in range(min(entries, _MAX_ENTRIES)):
        at = start + 2 + 12 * index
        tag, kind, count = struct.unpack_from(order + "HHI", tiff, at)
        if tag == _ORIENTATION and kind in _KINDS and count:
            return _value(tiff, at + 8, order, _KINDS[kind], count)
    return None


def _value(tiff: bytes, at: int, order: str, kind: str, count: int) -> int:
    """The first number of an entry; 0 if it is no whole one."""
    size = count * struct.calcsize(order + kind)
    if size > 4:
        (at,) = struct.unpack_from(order + "I", tiff, at)
    if at + size > len(tiff):
        return 0
    found = struct.unpack_from(order + kind, tiff, at)
    number = found[0] / found[1] if len(found) == 2 and found[1] else found[0]
    return int(number) if number in range(1, 9) else 0


def _unpacked(packed: bytes) -> bytes:
    """As much of a compressed text as may be looked at."""
    try:
        return zlib.decompressobj().decompress(packed, _MAX_TEXT_BYTES)
    except zlib.error:
        return b""
