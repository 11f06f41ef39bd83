"""Files that are whole or not there: written beside their place, flushed to disk, then renamed."""

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

    Raises:
        BadInput: the place cannot be written to.
        SystemFailed: the disk is full or failed; what was finished stays.
    """
    try:
        yield
    except OSError as error:
        raise _disk_error(path, error) from error


def write_whole(path: Path, content: bytes) -> None:
    """Put content at path so that a reader, or a kill at any moment, never finds half of it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
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
            remedy="choose another place with --out, or change its permissions",
        )
    return SystemFailed(
        f"writing {path} failed",
        expected="room on a working disk",
        got=got,
        remedy="free some space and give the same command again: finished searches are not repeated",
    )
