"""Where a data set is: in a folder, or in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fairlineup.files import is_file
from fairlineup.records import Photograph, PhotographSource


class Place(Protocol):
    """A manifest and the photographs it names: the one door through which an audit reads either."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    @property
    def manifest_name(self) -> str:
        """What messages call its manifest."""
        ...

    def manifest(self) -> bytes:
        """The manifest: CSV in UTF-8, as docs/dataset.md describes. Raises: OSError."""
        ...

    def holds(self, photo: str) -> bool:
        """Whether the photograph is there."""
        ...

    def photograph(self, photo: str) -> Photograph:
        """A photograph, to be read when it is needed, in whatever process."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """Files.

    Attributes:
        path: the folder.
        file: its manifest.
    """

    path: Path
    file: str = "people.csv"

    @property
    def name(self) -> str:
        """The folder's path."""
        return str(self.path)

    @property
    def manifest_name(self) -> str:
        """The manifest's path."""
        return str(self.path / self.file)

    def manifest(self) -> bytes:
        """The manifest's bytes. Raises: OSError."""
        return (self.path / self.file).read_bytes()

    def holds(self, photo: str) -> bool:
        """Whether there is such a file."""
        return is_file(self.path / photo)

    def photograph(self, photo: str) -> Photograph:
        """The photograph in that file."""
        return Photograph(photo, self.path / photo)


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """Photographs that lie in no file: their bytes, or what makes them when they are read.

    Attributes:
        name: what messages call it.
        text: the manifest.
        sources: photograph to its bytes, or to what gives the same bytes each time it is asked; the latter
            travels to the process that needs it.
    """

    name: str
    text: bytes
    sources: Mapping[str, bytes | PhotographSource]

    @property
    def manifest_name(self) -> str:
        """What messages call the manifest."""
        return f"of {self.name}"

    def manifest(self) -> bytes:
        """The manifest."""
        return self.text

    def holds(self, photo: str) -> bool:
        """Whether there is a source of that name."""
        return photo in self.sources

    def photograph(self, photo: str) -> Photograph:
        """The photograph with its source."""
        return Photograph(photo, self.sources[photo])
