"""Files of a data set's folder: whole or not there, and never outside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def put(path: Path, content: bytes) -> None:
    """Write beside the place, then rename: a kill at any moment leaves the old file or the new.

    Not flushed to disk one by one: what a power cut spoils, the next run finds by its digest.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def sweep(folders: Iterator[Path]) -> None:
    """Remove what a killed run left half written."""
    for folder in folders:
        for left in folder.glob(".*.partial"):
            left.unlink(missing_ok=True)


def content_of(path: Path) -> bytes | None:
    """A file's content; None if there is no such file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
