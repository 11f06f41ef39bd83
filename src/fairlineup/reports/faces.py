"""Thumbnails for the page: small, once read, and only of photographs that are still those of the run."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from dataclasses import dataclass, field
from pathlib import Path

from fairlineup.records import BadInput
from fairlineup.runs import RunDirectory

SIDE_PX = 128
MOST_BYTES = 8_000_000  # of base64 on the page, so that it stays under 10 MB


@dataclass(frozen=True, slots=True)
class Thumb:
    """A thumbnail, or the reason there is none.

    Attributes:
        uri: data URI of a JPEG; blank where none is shown.
        missing: why none is shown; blank where one is.
    """

    uri: str = ""
    missing: str = ""


@dataclass(slots=True)
class Album:
    """Thumbnails of one data set.

    Attributes:
        folder: the photographs; None where the report shows no faces.
        digests: photograph to the digest it had when the run was begun.
    """

    folder: Path | None
    digests: dict[str, str] = field(default_factory=dict)
    _made: dict[str, Thumb] = field(default_factory=dict)
    _bytes: int = 0

    def thumb(self, photo: str) -> Thumb:
        """The thumbnail of a photograph to be put on the page once more."""
        if self.folder is None:
            return Thumb(missing="photographs left out")
        if photo not in self._made:
            self._made[photo] = _thumb(self.folder, photo, self.digests.get(photo, ""))
        made = self._made[photo]
        if self._bytes + len(made.uri) > MOST_BYTES:
            return Thumb(missing="left out: the page would grow too large")
        self._bytes += len(made.uri)
        return made


def open_album(directory: RunDirectory, folder: Path | None) -> Album:
    """The album of a run. Raises: BadInput (the run's manifest.csv cannot be read)."""
    if folder is None:
        return Album(None)
    try:
        text = directory.read_document("manifest.csv").decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(
            f"{directory.path / 'manifest.csv'} cannot be read",
            expected="the CSV file that the run wrote",
            got=str(error),
            remedy="restore it, or give --no-faces",
        ) from error
    return Album(folder, {row.get("photo", ""): row.get("sha256", "") for row in rows})


def _thumb(folder: Path, photo: str, digest: str) -> Thumb:
    from fairlineup.photos import UnreadablePhotograph, thumbnail

    path = folder / photo
    if not path.resolve().is_relative_to(folder.resolve()):
        return Thumb(missing="it lies outside the data set")
    try:
        content = path.read_bytes()
    except OSError:
        return Thumb(missing="the file is not there")
    if f"sha256:{hashlib.sha256(content).hexdigest()}" != digest:
        return Thumb(missing="the file has changed since the run")
    try:
        small = thumbnail(content, SIDE_PX)
    except UnreadablePhotograph:
        return Thumb(missing="the file cannot be decoded")
    return Thumb(uri="data:image/jpeg;base64," + base64.b64encode(small).decode())
