"""What a file says of itself, and the least of it that its pixels need.

Every file is walked before a decoder sees it: size and limits are known first, and colour profiles, comments,
thumbnails, further frames and all other metadata are left behind unread, so that nothing hidden in them is
ever decompressed.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from fairlineup.faces.photos.errors import damaged, hostile, not_a_photograph, truncated
from fairlineup.faces.photos.exif import Marks
from fairlineup.faces.photos.limits import Limits

Format = Literal["JPEG", "PNG", "WEBP"]

_PNG = b"\x89PNG\r\n\x1a\n"
_OTHERS = {
    b"GIF8": "a GIF",
    b"II*\0": "a TIFF (or a camera's raw file)",
    b"MM\0*": "a TIFF (or a camera's raw file)",
    b"BM": "a BMP",
    b"%PDF": "a PDF",
    b"\0\0\0\x0cjP": "a JPEG 2000",
    b"\xff\x0a": "a JPEG XL",
    b"<?xml": "an XML or SVG text",
    b"<svg": "an SVG",
    b"PK\x03\x04": "a ZIP archive",
}
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""A marker that isn't an escaped byte, a fill byte or a restart within a scan."""
_TEMPORARY = 0x01
_FILL = b"\xff" * 65_536  # longer than any segment
_WEBP_PIXELS, _WEBP_EXIF, _WEBP_XMP = 0b0001_0010, 0b1000, 0b0100  # alpha and animation; flags of VP8X
_XMP = b"http://ns.adobe.com/xap/1.0/\0"


@dataclass(frozen=True, slots=True, eq=False)
class Container:
    """A file that has been walked and not yet decoded."""

    format: Format  #: "JPEG", "PNG" or "WEBP".
    width: int  #: pixels as stored, before the orientation is applied.
    height: int  #: pixels as stored.
    orientation: int  #: EXIF orientation, 1 to 8.
    content: bytes  #: the file without what its pixels don't need; of an animation, its first frame only.


def open_container(content: bytes, limits: Limits, name: str) -> Container:
    """Walk a file and check it against the limits; nothing is decompressed. Raises: UnreadablePhotograph."""
    limits.check_bytes(content, name)
    if content.startswith(b"\xff\xd8\xff"):
        container = _jpeg(content, limits, name)
    elif content.startswith(_PNG):
        container = _png(content, limits, name)
    elif content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        container = _webp(content, limits, name)
    else:
        raise not_a_photograph(name, _guess(content))
    if container.format == "WEBP":
        limits = replace(limits, max_pixels=min(limits.max_pixels, limits.max_pixels_webp))
    limits.check_size(container.width, container.height, name)
    limits.check_density(container.width, container.height, len(container.content), name)
    if not (container.width and container.height):
        raise damaged(name, f"a {container.format} of {container.width} × {container.height} pixels")
    return container


def _guess(content: bytes) -> str:
    if not content:
        return "an empty file"
    if content[4:8] == b"ftyp":
        return "a HEIC, AVIF or video file"
    for magic, what in _OTHERS.items():
        if content.startswith(magic):
            return what
    if any(magic.startswith(content) for magic in (b"\xff\xd8\xff", _PNG, b"RIFF")):
        return f"{len(content)} bytes, too few to be any photograph"
    return f"a file that begins with {content[:8]!r}"


def _jpeg(content: bytes, limits: Limits, name: str) -> Container:
    """Source: ITU-T T.81 annex B; segments up to the first scan are chosen, then all to the picture's end."""
    kept, size, marks = [b"\xff\xd8"], None, Marks()
    for marker, start, end in jpeg_segments(content, limits, name):
        body = content[start + 4 : end]
        if marker == 0xDA:
            most = limits.scans(*size or (0, 0))
            kept.append(content[start : _picture_end(content, start, replace(limits, max_parts=most), name)])
            if _FILL in kept[-1]:  # a decoder begins such a run anew for every 64 kB it is given
                raise hostile(name, f"at most {len(_FILL) - 1:,} fill bytes in a row", "a JPEG of more")
            break
        if marker in _SOF and len(body) >= 5:
            size = struct.unpack_from(">HH", body, 1)
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            marks.exif += body[6:]
        elif marker == 0xE1 and body.startswith(_XMP):
            marks.xmp = body.removeprefix(_XMP)
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or body.startswith((b"JFIF\0", b"Adobe")):
            kept.append(content[start:end])
    if size is None:
        raise damaged(name, "a JPEG that does not say how large it is")
    return Container("JPEG", size[1], size[0], marks.orientation, b"".join(kept))


def jpeg_segments(content: bytes, limits: Limits, name: str) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment up to the first scan; stray bytes between them are passed over.

    Raises: UnreadablePhotograph.
    """
    at = 2
    for _ in range(limits.max_chunks):
        found = _MARKER.search(content, at)
        if found is None or found.start() + 4 > len(content):
            raise truncated(name, f"a JPEG that ends after {len(content):,} bytes, before its picture")
        at, marker = found.start(), content[found.start() + 1]
        if marker in (0xD8, 0xD9):
            raise damaged(name, f"a JPEG with no picture where one should begin (byte {at:,})")
        if marker == _TEMPORARY:
            at += 2
            continue
        end = at + 2 + max(2, int.from_bytes(content[at + 2 : at + 4], "big"))
        if end > len(content):
            raise truncated(name, f"a JPEG that ends after {len(content):,} bytes, before its picture")
        yield marker, at, end
        at = end
    raise hostile(name, f"at most {limits.max_chunks:,} segments", "a JPEG of more")


def _picture_end(content: bytes, at: int, limits: Limits, name: str) -> int:
    """Where the picture that begins with a scan ends: what a phone or a camera appends is never decoded."""
    scans = 0
    for _ in range(limits.max_chunks):
        found = _MARKER.search(content, at)
        if found is None:
            return len(content)
        at, marker = found.start() + 2, content[found.start() + 1]
        if marker == 0xD9:
            return at
        scans += marker == 0xDA
        if scans > limits.max_parts:
            raise hostile(name, f"at most {limits.max_parts} scans", "a JPEG of more")
        if marker >= 0xC0 and marker != 0xD8:
            at += max(2, int.from_bytes(content[at : at + 2], "big"))
    raise hostile(name, f"at most {limits.max_chunks:,} segments", "a JPEG of more")


def _png(content: bytes, limits: Limits, name: str) -> Container:
    """Source: W3C PNG (third edition) section 5; only IHDR, PLTE, tRNS, IDAT and IEND are kept."""
    if len(content) < 33 or content[12:16] != b"IHDR":
        raise truncated(name, f"a PNG of {len(content)} bytes")
    width, height = struct.unpack_from(">II", content, 16)
    limits.check_size(width, height, name)
    kept, marks, last = [_PNG], Marks(), 8
    for tag, start, end in _chunks(content, 8, ">", (limits, name)):
        if tag in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"):
            kept.append(content[start:end])
        elif tag == b"eXIf":
            marks.exif = content[start + 8 : end - 4]
        elif tag in (b"tEXt", b"zTXt", b"iTXt"):
            marks.take_text(tag, content[start + 8 : end - 4])
        if tag == b"IEND":
            break
        last = end
    else:
        if content[last + 4 : last + 8] == b"IDAT":  # cut short: its decoder knows whether pixels are missing
            kept.append(content[last:])
    if not any(part[4:8] == b"IDAT" for part in kept):
        raise truncated(name, f"a PNG that ends after {len(content):,} bytes, before its picture")
    return Container("PNG", width, height, marks.orientation, b"".join(kept))


def _webp(content: bytes, limits: Limits, name: str) -> Container:
    """Source: RFC 9649 section 2."""
    (length,) = struct.unpack_from("<I", content, 4)
    if length + 8 > len(content) or length < 12:
        raise truncated(name, f"a WebP of {len(content):,} bytes that should have {length + 8:,}")
    kept, size, marks, says, framed = [], None, Marks(), 0, False
    for tag, start, end in _chunks(content[: length + 8], 12, "<", (limits, name)):
        body = content[start + 8 : end]
        size = size or _webp_size(tag, body)
        if tag == b"EXIF" and says & _WEBP_EXIF:
            marks.exif = marks.exif or body
        elif tag == b"XMP " and says & _WEBP_XMP:
            marks.xmp = marks.xmp or body
        elif tag == b"VP8X" and body:
            says = body[0]
            kept.append(content[start : start + 8] + bytes([says & _WEBP_PIXELS]) + body[1:])
        elif tag in (b"VP8 ", b"VP8L", b"ALPH", b"ANIM") or (tag == b"ANMF" and not framed):
            kept.append(content[start:end] + b"\0" * ((end - start) % 2))
            framed = framed or tag == b"ANMF"
    if size is None:
        raise damaged(name, "a WebP that does not say how large it is")
    whole = b"WEBP" + b"".join(kept)
    whole = b"RIFF" + struct.pack("<I", len(whole)) + whole
    return Container("WEBP", *size, marks.orientation, whole)


def _webp_size(tag: bytes, body: bytes) -> tuple[int, int] | None:
    if tag == b"VP8X" and len(body) >= 10:
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if tag == b"VP8L" and len(body) >= 5:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if tag == b"VP8 " and len(body) >= 10:
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _chunks(
    content: bytes, at: int, order: Literal["<", ">"], bound: tuple[Limits, str]
) -> Iterator[tuple[bytes, int, int]]:
    """Tag, start and end of each whole chunk of a PNG (big-endian, checksum) or RIFF (little-endian, padded).

    The padding of the last one may be missing.
    """
    limits, name = bound
    kind = "PNG" if order == ">" else "WebP"
    for _ in range(limits.max_chunks):
        if at + 8 > len(content):
            return
        first, second = content[at : at + 4], content[at + 4 : at + 8]
        length = int.from_bytes(first, "big") if order == ">" else int.from_bytes(second, "little")
        end = at + 12 + length if order == ">" else at + 8 + length
        if end > len(content):
            return
        end = end if order == ">" else min(end + length % 2, len(content))
        yield second if order == ">" else first, at, end
        at = end
    raise hostile(name, f"at most {limits.max_chunks:,} chunks", f"a {kind} of more")
