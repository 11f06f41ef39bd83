"""A photograph as the roads carry it: a name and its bytes, read when they are needed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fairlineup.records.errors import BadInput
from fairlineup.records.opening import read_regular

LARGEST_PHOTOGRAPH = 50_000_000
"""Bytes of a file that is read as a photograph."""


class PhotographChanged(BadInput):
    """A photograph is no longer what it was when its digest was taken: no answer, and no fault of a system.

    Whatever reads a photograph lets this pass: it is never that photograph's outcome.
    """

    code = "run-changed"


class PhotographSource(Protocol):
    """Gives a photograph's bytes when they are needed, the same each time, in whatever process that is."""

    def read(self) -> bytes:
        """The encoded bytes. Raises: OSError if they cannot be had."""
        ...


@dataclass(frozen=True, slots=True)
class Photograph:
    """One photograph, in a file, in memory or made when it is read."""

    id: str  #: its name within a data set, e.g. "gallery/40707.jpg".
    source: Path | bytes | PhotographSource  #: path of the file, its bytes, or what gives them.
    within: Path | None = None  #: the folder that a file must lie in, links followed; None for anywhere.

    def read(self) -> bytes:
        """The encoded bytes.

        Raises: OSError: they cannot be had, are more than LARGEST_PHOTOGRAPH, come from no regular file, or a
            link leads out of the folder.
        """
        if isinstance(self.source, bytes):
            return self.source
        if not isinstance(self.source, Path):
            return self.source.read()
        return read_regular(self.source, LARGEST_PHOTOGRAPH, within=self.within)


@dataclass(frozen=True, slots=True)
class DigestedSource:
    """A photograph's bytes, checked each time they are read: those that were digested, or an error."""

    photo: Photograph  #: where they are.
    digest: str  #: "sha256:" and 64 hexadecimal digits.

    @property
    def in_file(self) -> bool:
        """Whether they are in a file."""
        return isinstance(self.photo.source, Path)

    def read(self) -> bytes:
        """The bytes that were digested. Raises: PhotographChanged: they are others, or cannot be had."""
        try:
            content = self.photo.read()
        except OSError as error:
            raise self._changed(f"a file that cannot be read ({error.strerror or error})") from error
        found = f"sha256:{hashlib.sha256(content).hexdigest()}"
        if found != self.digest:
            raise self._changed(found)
        return content

    def _changed(self, got: str) -> PhotographChanged:
        return PhotographChanged(
            f"the photograph {self.photo.id} changed after the run was begun",
            expected=self.digest,
            got=got,
            remedy="put it back as it was and go on: finished answers are kept; "
            "or begin a run of what is there now in another folder",
            facts={"photograph": self.photo.id},
        )
