"""The mark by which a photograph itself says that it shows nobody."""

from __future__ import annotations

from fairlineup.faces.photos.container import jpeg_segments
from fairlineup.faces.photos.errors import UnreadablePhotograph
from fairlineup.faces.photos.limits import DEFAULT_LIMITS

SYNTHETIC_MARK = b"fairlineup sample: this person does not exist"
"""A JPEG comment."""

_COMMENT, _SCAN = 0xFE, 0xDA


def says_synthetic(content: bytes) -> bool:
    """Whether encoded bytes carry the mark; a file that can't be read carries none."""
    if not content.startswith(b"\xff\xd8"):
        return False
    try:
        for marker, start, end in jpeg_segments(content, DEFAULT_LIMITS, "photograph"):
            if marker == _SCAN:
                return False
            if marker == _COMMENT and content[start + 4 : end].startswith(SYNTHETIC_MARK):
                return True
    except UnreadablePhotograph:
        return False
    return False
