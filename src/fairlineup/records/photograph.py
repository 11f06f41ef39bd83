"""A photograph as the roads carry it: a name and its bytes, read when they are needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Photograph:
    """One photograph, by path or in memory.

    Attributes:
        id: its name within a data set, e.g. "gallery/40707.jpg".
        source: path of the file, or its bytes.
    """

    id: str
    source: Path | bytes

    def read(self) -> bytes:
        """The encoded bytes. Raises: OSError if the file cannot be read."""
        return self.source if isinstance(self.source, bytes) else self.source.read_bytes()
