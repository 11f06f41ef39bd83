"""Files that are whole or not there: written beside their place, then renamed."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


def write_whole(path: Path, content: bytes) -> None:
    """Put content at path so that a reader, or a kill at any moment, never finds half of it.

    Raises: BadInput, SystemFailed: see `writing`.
    """
    _write(path, content, flushed=True)


def put(path: Path, content: bytes) -> None:
    """The same for one of many files that can be made again: not flushed to disk one by one.

    What a power cut spoils, its reader finds by its digest. Raises: BadInput, SystemFailed: see `writing`.
    """
    _write(path, content, flushed=False)


def append_whole(path: Path, content: bytes) -> None:
    """Add content at the end of a file and return when it is on the disk; what stands before is not touched.

    A kill in between may leave the beginning of it. Raises: BadInput, SystemFailed: see `writing`.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab", buffering=0) as file:
            file.write(content)
            os.fsync(file.fileno())
        _flush_folder(path.parent)


def sweep_partial(folders: Iterator[Path]) -> None:
    """Remove what a killed run left half written."""
    for folder in folders:
        for left in folder.glob(".*.partial"):
            left.unlink(missing_ok=True)


def _write(path: Path, content: bytes, *, flushed: bool) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as file:
                file.write(content)
                if flushed:
                    file.flush()
                    os.fsync(file.fileno())
            beside.replace(path)
            if flushed:
                _flush_folder(path.parent)
        finally:
            beside.unlink(missing_ok=True)


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
    if error.errno in _UNWRITABLE:
        return BadInput(
            f"cannot write {path}",
            expected="a folder this user may write to",
            got=got,
            remedy="choose another place (--out), or change its permissions",
        )
    return SystemFailed(
        f"writing {path} failed",
        expected="room on a working disk",
        got=got,
        remedy="free some space and give the same command again: what was finished is kept",
    )
