"""Thumbnails for the page: small, once read, and only of photographs that are still those of the run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from fairlineup.evidence.runs import RunDirectory
from fairlineup.files import rows_by_name
from fairlineup.records import BadInput, Photograph

SIDE_PX = 128
MOST_BYTES = 8_000_000  # of base64 on the page, so that it stays under 10 MB

Photographs = Callable[[str], Photograph]
"""The photograph of a name, wherever it is."""


@dataclass(frozen=True, slots=True)
class Thumb:
    """A thumbnail, or the reason there is none."""

    uri: str = ""  #: data URI of a JPEG; blank where none is shown.
    missing: str = ""  #: why none is shown; blank where one is.


@dataclass(slots=True)
class Album:
    """Thumbnails of one data set."""

    photographs: Photographs | None  #: where they come from; None where the report shows no faces.
    #: photograph to the digest it had when the run was begun.
    digests: dict[str, str] = field(default_factory=dict)
    side_px: int = SIDE_PX  #: longer side of a thumbnail.
    most_bytes: int = MOST_BYTES  #: of all thumbnails on the page.
    _made: dict[str, Thumb] = field(default_factory=dict, init=False)
    _bytes: int = field(default=0, init=False)

    def thumb(self, photo: str) -> Thumb:
        """The thumbnail of a photograph to be put on the page once more."""
        if self.photographs is None:
            return Thumb(missing="photographs left out")
        if photo not in self._made:
            self._made[photo] = _thumb(self.photographs, photo, self.digests.get(photo, ""), self.side_px)
        made = self._made[photo]
        if self._bytes + len(made.uri) > self.most_bytes:
            return Thumb(missing="left out: the page would grow too large")
        self._bytes += len(made.uri)
        return made


def open_album(directory: RunDirectory, photographs: Photographs | None) -> Album:
    """The album of a run. Raises: BadInput (the run's manifest.csv cannot be read)."""
    if photographs is None:
        return Album(None)
    try:
        text = directory.read_document("manifest.csv").decode("utf-8-sig")
        _, rows = rows_by_name(text)
    except ValueError as error:
        raise BadInput(
            f"{directory.path / 'manifest.csv'} cannot be read",
            expected="the CSV file that the run wrote",
            got=str(error),
            remedy="restore it, or leave photographs out",
            code="run-unreadable",
        ) from error
    return Album(photographs, {row.get("photo", ""): row.get("sha256", "") for row in rows})


def _thumb(photographs: Photographs, photo: str, digest: str, side_px: int) -> Thumb:
    from fairlineup.faces.photos import UnreadablePhotograph, thumbnail

    path = PurePosixPath(photo)
    if path.is_absolute() or ".." in path.parts:
        return Thumb(missing="it lies outside the data set")
    try:
        content = photographs(photo).read()
    except (OSError, KeyError):
        return Thumb(missing="the file is not there")
    if f"sha256:{hashlib.sha256(content).hexdigest()}" != digest:
        return Thumb(missing="the file has changed since the run")
    try:
        small = thumbnail(content, side_px)
    except UnreadablePhotograph:
        return Thumb(missing="the file cannot be decoded")
    return Thumb(uri="data:image/jpeg;base64," + base64.b64encode(small).decode())
