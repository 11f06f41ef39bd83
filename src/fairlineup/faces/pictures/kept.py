"""Fingerprints and arrays kept in a folder, a part a file: a search that was killed goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tokenize import TokenError
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.pictures.fingerprint import SIDE_PX, Fingerprint
from fairlineup.files import atomic_file

PART = 128
"""Photographs to a part."""

ROW = np.dtype(
    [
        ("digest", "S80"),  # of the photograph's bytes
        ("size", "<i8", 2),
        ("shape", "u1", 2),  # of the grey picture, 0 if there is none
        ("grey", "u1", SIDE_PX * SIDE_PX),
    ]
)


def kept(path: Path, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
    """The array at a path; made and put there where there is none, or one that cannot be read."""
    try:
        return loaded(path)
    except (OSError, ValueError, EOFError):
        made = make()
    put(path, made)
    return made


def loaded(path: Path, *, mapped: bool = False) -> NDArray[Any]:
    """The array at a path. Raises: OSError, ValueError, EOFError: none is there, or it is damaged."""
    if not path.is_file():
        raise FileNotFoundError(path)
    try:
        return np.asarray(np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False))
    except (SyntaxError, TokenError, MemoryError) as error:  # of a header that is not one
        raise ValueError(str(error)) from error


def put(path: Path, array: NDArray[Any]) -> None:
    """Keep an array."""
    with atomic_file(path, flushed=False) as file:
        np.save(file, array)


def part_of(folder: Path, number: int) -> Path:
    """Where the fingerprints of a part are."""
    return folder / f"fingerprints-{number:05}.npy"


def row_of(digest: str, print_: Fingerprint) -> NDArray[Any]:
    """A photograph as it is kept; shape ()."""
    row = np.zeros((), dtype=ROW)
    row["digest"], row["size"] = digest.encode(), (print_.width_px, print_.height_px)
    row["shape"], row["grey"][: print_.grey.size] = print_.grey.shape, print_.grey.ravel()
    return row


def part_at(folder: Path, number: int) -> NDArray[Any]:
    """The fingerprints of a part as they are kept; none where none are, or they cannot be read."""
    path = part_of(folder, number)
    try:
        rows = _opened(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, EOFError):
        return np.zeros(0, dtype=ROW)
    return rows if rows.dtype == ROW else np.zeros(0, dtype=ROW)


@lru_cache(maxsize=32)
def _opened(path: Path, made_ns: int) -> NDArray[Any]:
    """A part as it was made then; one made since is another."""
    return loaded(path, mapped=True)


@dataclass(frozen=True, slots=True)
class Prints(Sequence[Fingerprint]):
    """The fingerprints in a folder, each read when it is asked for."""

    folder: Path
    places: Sequence[int]  #: of each, its place among the photographs.

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, at: int) -> Fingerprint: ...
    @overload
    def __getitem__(self, at: slice) -> Prints: ...
    def __getitem__(self, at: int | slice) -> Fingerprint | Prints:
        if isinstance(at, slice):
            return Prints(self.folder, self.places[at])
        part, row = divmod(self.places[at], PART)
        one = part_at(self.folder, part)[row]
        width, height = one["size"].tolist()
        rows, columns = one["shape"].tolist()
        return Fingerprint(width, height, np.array(one["grey"][: rows * columns]).reshape(rows, columns))
