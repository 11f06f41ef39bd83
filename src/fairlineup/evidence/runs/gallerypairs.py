"""gallery-pairs.json of a run: its closest pairs of references that are said to be two people."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.evidence.runs.directory import RunDirectory
from fairlineup.evidence.runs.sums import damaged
from fairlineup.foreign import decode_json

FILE = "gallery-pairs.json"


@dataclass(frozen=True, slots=True)
class GalleryPair:
    """Two references that are said to be of two people."""

    photo: str  #: the one.
    other_photo: str  #: the other.
    score: float  #: how alike the system under test finds them, on its scale.
    one_picture: bool  #: whether the search for the same picture found them to be one.


@dataclass(frozen=True, slots=True)
class GalleryPairs:
    """What was found when a gallery was compared with itself."""

    references: int  #: that stood in it.
    looked_at: int  #: of these, compared with all others; spread evenly where that is not all.
    pairs: tuple[GalleryPair, ...]  #: the most alike first.


def write_gallery_pairs(directory: RunDirectory, found: GalleryPairs) -> None:
    """Put them in place. Raises: BadInput, SystemFailed: the place is unwritable, the disk is full."""
    directory.write_document(FILE, found)


def read_gallery_pairs(directory: RunDirectory) -> GalleryPairs | None:
    """What a run found; None where its system could not be asked. Raises: BadInput (it is damaged)."""
    if not directory.has_document(FILE):
        return None
    try:
        return decode_json(directory.read_document(FILE), GalleryPairs)
    except ValueError as error:
        raise damaged(directory.path / FILE, "other values") from error
