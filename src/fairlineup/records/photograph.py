"""A photograph as the roads carry it: a name and its bytes, read when they are needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fairlineup.records.opening import read_regular

LARGEST_PHOTOGRAPH = 50_000_000
"""Bytes of a file that is read as a photograph."""


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
