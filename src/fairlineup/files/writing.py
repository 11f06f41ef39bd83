"""Files that are whole or not there: written beside their place, then renamed."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from fairlineup.records import BadInput, FairlineupError, SystemFailed

_UNWRITABLE = {
    *(errno.EACCES, errno.EPERM, errno.EROFS),
    *(errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOENT, errno.ENAMETOOLONG, errno.ELOOP),
}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what a disk can do to a write into an error that says what to do.

    Args:
        path: the file, or the folder written into.
    Raises:
        BadInput: the place cannot be written to.
        SystemFailed: the disk is full or failed; what was finished stays.
    """
    try:
        yield
    except OSError as error:
        raise _disk_error(path, error) from error
    except RecursionError as error:  # folders are made one within the other, each by a call of its own
        deep = OSError(errno.ENAMETOOLONG, "folders nested too deeply")
        raise _disk_error(path, deep) from error


def write_atomic(path: Path, content: bytes, *, flushed: bool = True) -> None:
    """Put content at path so that a reader, or a kill at any moment, never finds half of it.

    Args:
        path: the file; its folder is made.
        content: all of it.
        flushed: to the disk, so that no power cut undoes it; not needed for one of many files that can be
            made again and whose reader knows their digests.
    Raises: BadInput, SystemFailed: see `writing`.
    """
    with atomic_file(path, flushed=flushed) as file:
        file.write(content)


@contextmanager
def atomic_file(path: Path, *, flushed: bool = True) -> Iterator[BinaryIO]:
    """A file to write to that becomes `path` at once when the block ends well, and vanishes if not.

    Args, Raises: see `write_atomic`.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as file:
                yield file
                if flushed:
                    file.flush()
                    os.fsync(file.fileno())
            beside.replace(path)
            if flushed:
                _flush_folder(path.parent)
        finally:
            beside.unlink(missing_ok=True)


def write_new(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file that must not be there yet.

    Args:
        path: the file; its folder is made.
        content: all of it.
        mode: its permissions from the first moment on: 0o600 for its owner alone.
    Raises: BadInput: it is there. BadInput, SystemFailed: see `writing`.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(content)


def append_flushed(path: Path, content: bytes) -> None:
    """Add content at the end of a file and return when it is on the disk; what stands before is not touched.

    A kill in between may leave only the beginning of it. Raises: BadInput, SystemFailed: see `writing`.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _flush_folder(path.parent)


def sweep_partial(folders: Iterator[Path]) -> None:
    """Remove what a killed run left half written."""
    for folder in folders:
        for left in folder.glob(".*.partial"):
            left.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":  # other systems cannot open a folder to flush it
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _disk_error(path: Path, error: OSError) -> FairlineupError:
    got = "a file where a folder should be" if error.errno == errno.EEXIST else error.strerror or str(error)
    facts = {"path": str(path)}
    if error.errno in _UNWRITABLE:
        return BadInput(
            f"cannot write {path}",
            code="file-unwritable",
            expected="a folder this user may write to",
            got=got,
            remedy="choose another place, or change its permissions",
            facts=facts,
        )
    return SystemFailed(
        f"writing {path} failed",
        code="disk-failed",
        expected="room on a working disk",
        got=got,
        remedy="free some space and begin again: what was finished is kept",
        facts=facts,
    )
