"""What a disk can do to a data set, said in words that help here."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fairlineup.records import BadInput, FairlineupError, SystemFailed

_SPARE_BYTES = 50_000_000
_BLOCK_BYTES = 4096
_UNWRITABLE = {
    *(errno.EACCES, errno.EPERM, errno.EROFS),
    *(errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOENT, errno.ENAMETOOLONG, errno.ELOOP),
}


@contextmanager
def on_disk(folder: Path, needed_bytes: int = 0) -> Iterator[None]:
    """Turn what a disk can do into an error that says what to do.

    Args:
        folder: the data set.
        needed_bytes: how much is to be free, for the words.
    Raises:
        BadInput: the place cannot be written to.
        SystemFailed: the disk is full or failed; what was fetched stays.
    """
    try:
        yield
    except OSError as error:
        raise _fault(folder, error, needed_bytes) from error


def check_room(folder: Path, needed_bytes: int, files: int) -> None:
    """See that a disk holds what is to be fetched. Raises: SystemFailed, OSError."""
    if not files:
        return
    needed = needed_bytes + files * _BLOCK_BYTES + _SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise SystemFailed(
            f"no room in {folder}",
            expected=f"{needed / 1e6:,.0f} MB free",
            got=f"{free / 1e6:,.0f} MB",
            remedy=f"free {(needed - free) / 1e6:,.0f} MB there, or name another folder",
        )


def _fault(folder: Path, error: OSError, needed_bytes: int) -> FairlineupError:
    place = error.filename or folder
    got = "a file where a folder should be" if error.errno == errno.EEXIST else error.strerror or str(error)
    if error.errno in _UNWRITABLE:
        return BadInput(
            f"cannot write {place}",
            expected="a folder this user may write to",
            got=got,
            remedy="name another folder, or change its permissions",
        )
    room = f"free {(needed_bytes + _SPARE_BYTES) / 1e6:,.0f} MB in {folder}"
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    return SystemFailed(
        f"writing {place} failed",
        expected="room on a working disk",
        got=got,
        remedy=f"{room if full else f'check the disk of {folder}'} and give the same command again: "
        "what was fetched is kept",
    )
