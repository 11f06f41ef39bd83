"""A subject's name for each photograph of each gallery, and back.

A service compares names without regard to case, and some characters have been cut from names by its own
updates: so a name has lower-case letters, digits, hyphens and underscores only. Every other character stands
as an underscore and two hexadecimal digits for each of its bytes; two underscores stand between the gallery
and the photograph.
"""

from __future__ import annotations

import re

from fairlineup.records import BadInput

BETWEEN = "__"
LONGEST = 255
PLAIN = b"abcdefghijklmnopqrstuvwxyz0123456789-"
ESCAPED = re.compile(r"(?:[a-z0-9-]|_[0-9a-f]{2})+")


def subject_name(gallery: str, photo: str) -> str:
    """The subject of a photograph. Raises: BadInput: their names are too long together."""
    name = _escape(gallery) + BETWEEN + _escape(photo)
    if len(name) > LONGEST:
        raise BadInput(
            f"the name of {photo[:80]} is too long for a subject of CompreFace",
            expected=f"at most {LONGEST} characters with the gallery's; all but a-z, 0-9 and - take three",
            got=f"{len(name)}",
            remedy="shorten the names of photographs in the manifest",
        )
    return name


def read_subject(name: str) -> tuple[str, str] | None:
    """Gallery and photograph of a subject, or None: an audit did not name it."""
    gallery, between, photo = name.partition(BETWEEN)
    if not (between and ESCAPED.fullmatch(gallery) and ESCAPED.fullmatch(photo)):
        return None
    try:
        return _unescape(gallery), _unescape(photo)
    except UnicodeDecodeError:
        return None


def _escape(text: str) -> str:
    return "".join(chr(byte) if byte in PLAIN else f"_{byte:02x}" for byte in text.encode())


def _unescape(text: str) -> str:
    return re.sub(rb"_([0-9a-f]{2})", lambda found: bytes([int(found[1], 16)]), text.encode()).decode()
