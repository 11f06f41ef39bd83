"""A subject's name for each photograph of each gallery, and back.

A service compares names without regard to case, and some characters have been cut from names by its own
updates: so a name has lower-case letters, digits, hyphens and underscores only, and two underscores stand
between the gallery and the photograph.
"""

from __future__ import annotations

from fairlineup.systems.spelling import Spelling, check_length

BETWEEN = "__"
NAMES = Spelling("abcdefghijklmnopqrstuvwxyz0123456789-", "_", lower=True)


def subject_name(gallery: str, photo: str) -> str:
    """The subject of a photograph. Raises: BadInput: their names are too long together."""
    written = NAMES.write(gallery) + BETWEEN + NAMES.write(photo)
    return check_length(f"{photo[:80]!r} with its gallery", written)


def read_subject(name: str) -> tuple[str, str] | None:
    """Gallery and photograph of a subject, or None: an audit did not name it."""
    gallery, _, photo = name.partition(BETWEEN)
    try:
        return NAMES.read(gallery), NAMES.read(photo)
    except ValueError:
        return None
