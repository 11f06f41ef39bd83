"""Our names in a service's alphabet and back: whoever lists the service's names can read ours again.

A byte outside the alphabet, and the mark itself, is the mark and two hex digits.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

from fairlineup.records import BadInput

LONGEST = 255
COMMON = string.ascii_letters + string.digits + ".-"


@dataclass(frozen=True, slots=True)
class _Writing:
    """How names of one kind are written: what stands for itself, and the mark before hex digits."""

    what: str
    plain: str
    mark: str

    def write(self, name: str) -> str:
        written = "".join(
            chr(byte) if chr(byte) in self.plain else f"{self.mark}{byte:02X}" for byte in name.encode()
        )
        if not 1 <= len(written) <= LONGEST:
            raise BadInput(
                f"the name of the {self.what} {name[:60]!r}",
                expected=f"1 to {LONGEST} characters as Rekognition takes them",
                got=f"{len(written)}, where a character it does not take counts as three or more",
                remedy="shorten folder and file names in the data set",
            )
        return written

    def read(self, written: str) -> str:
        plain, mark = re.escape(self.plain), re.escape(self.mark)
        if not re.fullmatch(rf"([{plain}]|{mark}[0-9A-F]{{2}})+", written):
            raise ValueError(written)
        encoded = re.sub(rf"{mark}(..)", lambda found: chr(int(found[1], 16)), written)
        return encoded.encode("latin-1").decode()


_PHOTOGRAPHS = _Writing("photograph", COMMON + "_", ":")  # ExternalImageId: letters, digits, _ . - :
_GALLERIES = _Writing("gallery", COMMON, "_")  # CollectionId: letters, digits, _ . -


def external_image_id(photo: str) -> str:
    """A photograph's id as an ExternalImageId. Raises: BadInput (over 255 characters)."""
    return _PHOTOGRAPHS.write(photo)


def photo_of(external_image_id: str) -> str:
    """The photograph's id in an ExternalImageId. Raises: ValueError (not one of ours)."""
    return _PHOTOGRAPHS.read(external_image_id)


def collection_id(gallery: str) -> str:
    """A gallery's name as a CollectionId. Raises: BadInput (over 255 characters)."""
    return _GALLERIES.write(gallery)


def gallery_of(collection_id: str) -> str:
    """The gallery's name in a CollectionId. Raises: ValueError (not one of ours)."""
    return _GALLERIES.read(collection_id)
