"""Files that live no longer than the process that made them, and temporary folders; what a kill left goes.

The owner of such a file holds a lock on it, which ends with the process however that comes. Without locks, as
on Windows, a file that is open cannot be removed, which says the same.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

LOCKS: bool = fcntl is not None
OWNERS_ALONE = 0o600
PREFIX = "fairlineup-spare-"
_OWNER = ".owner"
_TRIES = 5
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


def own_file(path: Path, mode: int = OWNERS_ALONE) -> int:
    """A handle of a new file that counts as abandoned once the handle is closed.

    Raises: OSError: it cannot be made; FileNotFoundError too where others took it for abandoned each time.
    """
    for _ in range(_TRIES):
        handle = os.open(path, _NEW, mode)
        if LOCKS:
            with contextlib.suppress(OSError):  # a disk without locks
                fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink or not LOCKS:
            return handle
        os.close(handle)  # another process tidied up between the opening and the lock
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))


@contextmanager
def if_abandoned(path: Path) -> Iterator[bool]:
    """Whether the owner of a file is gone; then nobody else takes it for abandoned within the block."""
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        yield False
        return
    try:
        if LOCKS:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        yield False
        return
    if not LOCKS:
        os.close(handle)
    try:
        yield True
    finally:
        if LOCKS:
            os.close(handle)


def own_folder() -> tuple[Path, int]:
    """A new temporary folder for its owner alone, and the handle that says that it is in use."""
    sweep_temporary()
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        with contextlib.suppress(FileNotFoundError):  # swept between the two steps, as it was empty
            return folder, own_file(folder / _OWNER)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A temporary folder for its owner alone; goes with the block, or after a kill with `sweep_temporary`."""
    folder, handle = own_folder()
    try:
        yield folder
    finally:
        os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)


def sweep_temporary() -> None:
    """Remove the temporary folders whose owners were killed; never raises."""
    with contextlib.suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
            with contextlib.suppress(OSError):
                _sweep(folder)


def _sweep(folder: Path) -> None:
    if folder.is_symlink() or (hasattr(os, "getuid") and folder.stat().st_uid != os.getuid()):
        return
    owner = folder / _OWNER
    if not owner.exists():
        folder.rmdir()  # succeeds where its owner was killed before it said so
        return
    with if_abandoned(owner) as abandoned:
        if abandoned:
            for item in [item for item in folder.iterdir() if item != owner]:
                shutil.rmtree(item) if item.is_dir() and not item.is_symlink() else item.unlink()
            owner.unlink()
            folder.rmdir()
