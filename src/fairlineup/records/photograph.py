"""A photograph as the roads carry it: a name and its bytes, read when they are needed."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


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

    def read(self) -> bytes:
        """The encoded bytes. Raises: OSError if they cannot be had."""
        if isinstance(self.source, bytes):
            return self.source
        if not isinstance(self.source, Path):
            return self.source.read()
        try:
            return self.source.read_bytes()
        except ValueError as error:  # a NUL in its name
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self.id) from error
