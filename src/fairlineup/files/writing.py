"""Files that are whole or not there: written beside their place, then renamed.

What is written may hold faces and names, so it is for its owner alone (0600 in folders of 0700, whatever the
umask), as long as nobody says otherwise. A folder that was there before keeps its permissions.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from fairlineup.files.owned import LOCKS, OWNERS_ALONE, if_abandoned, own_file
from fairlineup.records import BadInput, FairlineupError, SystemFailed

_UNWRITABLE = {
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY),
    *(errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOENT, errno.ENAMETOOLONG, errno.ELOOP),
}
_swept: set[Path] = set()


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


def make_folder(path: Path) -> None:
    """Make a folder, and those it lies in, for their owner alone. Raises: OSError."""
    for one in (*reversed(path.parents), path):
        if not one.is_dir():
            one.mkdir(0o700, exist_ok=True)


def write_atomic(path: Path, content: bytes, *, flushed: bool = True, mode: int = OWNERS_ALONE) -> None:
    """Put content at path so that a reader, or a kill at any moment, never finds half of it.

    Args:
        path: the file; its folder is made.
        content: all of it.
        flushed: to the disk, so that no power cut undoes it; not needed for one of many files that can be
            made again and whose reader knows their digests.
        mode: its permissions.
    Raises: BadInput, SystemFailed: see `writing`.
    """
    with atomic_file(path, flushed=flushed, mode=mode) as file:
        file.write(content)


@contextmanager
def atomic_file(path: Path, *, flushed: bool = True, mode: int = OWNERS_ALONE) -> Iterator[BinaryIO]:
    """A file to write to that becomes `path` at once when the block ends well, and vanishes if not.

    What a kill leaves goes when a process next writes into the folder.

    Args, Raises: see `write_atomic`.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with writing(path):
        make_folder(path.parent)
        _sweep_partial(path.parent)
        try:
            beside.unlink(missing_ok=True)
            with os.fdopen(own_file(beside, mode), "w+b") as file:
                yield file
                file.flush()
                if flushed:
                    os.fsync(file.fileno())
                if LOCKS:  # let go of before it has its name, it would count as abandoned
                    beside.replace(path)
            if not LOCKS:  # where no file can be renamed while it is open
                beside.replace(path)
            if flushed:
                _flush_folder(path.parent)
        finally:
            beside.unlink(missing_ok=True)


def write_new(path: Path, content: bytes, *, mode: int = OWNERS_ALONE) -> None:
    """Write a file that must not be there yet.

    Args:
        path: the file; its folder is made.
        content: all of it.
        mode: its permissions from the first moment on.
    Raises: BadInput: it is there. BadInput, SystemFailed: see `writing`.
    """
    with writing(path):
        make_folder(path.parent)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(content)


def append(path: Path, content: bytes, *, flushed: bool = False) -> None:
    """Add content at the end of a file; what stands before is not touched.

    Args:
        path: the file; its folder is made.
        content: what to add; a kill in between may leave only the beginning of it.
        flushed: return when it is on the disk.
    Raises: BadInput, SystemFailed: see `writing`.
    """
    with writing(path):
        make_folder(path.parent)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNERS_ALONE)
        with os.fdopen(handle, "ab") as file:
            file.write(content)
            if flushed:
                file.flush()
                os.fsync(file.fileno())
        if flushed:
            _flush_folder(path.parent)


def _sweep_partial(folder: Path) -> None:
    """Remove what processes that were killed left half written, once a folder; never what this one writes."""
    if folder in _swept:
        return
    _swept.add(folder)
    own = f".{os.getpid()}.partial"
    for left in (one for one in folder.glob(".*.[0-9]*.partial") if not one.name.endswith(own)):
        with if_abandoned(left) as abandoned, suppress(OSError):
            if abandoned:
                left.unlink()


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
