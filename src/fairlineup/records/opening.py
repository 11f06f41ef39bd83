"""Opening a file that somebody named: a regular file within its bound, or a refusal; never a wait."""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe that takes the file's place is opened at once, and then refused
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_WALKS = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def open_regular(path: Path, *, largest: int | None = None, within: Path | None = None) -> BufferedReader:
    """A regular file, opened to read; anything else is refused without being opened.

    Args:
        path: the file.
        largest: bytes that it may have now; None for any number.
        within: the folder that it must lie in once links are followed; None for anywhere. No folder or link
            that is put in the path meanwhile leads elsewhere, where the system can open step by step
            (Linux, macOS).
    Raises: OSError: it cannot be opened, is no regular file, is larger, or a link leads out of the folder.
    """
    try:
        handle = os.open(path, _checked(path.stat())) if within is None else _opened_within(path, within)
    except ValueError as error:  # a NUL in its name
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path)) from error
    try:
        found = os.fstat(handle)
        _checked(found)
        if largest is not None and found.st_size > largest:
            raise _larger(path, largest)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_regular(path: Path, largest: int, *, within: Path | None = None) -> bytes:
    """The content of a regular file, however it grows while it is read. Args, Raises: as `open_regular`."""
    with open_regular(path, largest=largest, within=within) as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        raise _larger(path, largest)
    return content


def leads_out(path: Path, folder: Path) -> Path | None:
    """Where a path leads that, with links followed, lies outside a folder; None for one inside."""
    real, root = os.path.realpath(path), os.path.realpath(folder)
    return None if _lies_in(real, root) else Path(real)


def _lies_in(real: str, root: str) -> bool:
    return real == root or real.startswith(root.rstrip(os.sep) + os.sep)


def _checked(found: os.stat_result) -> int:
    """The flags to open it with. Raises: OSError: it is no regular file."""
    kind = stat.S_IFMT(found.st_mode)
    if kind == stat.S_IFDIR:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if kind != stat.S_IFREG:
        raise OSError(errno.EINVAL, f"{_KINDS.get(kind, 'something else')}, not a regular file")
    return _FLAGS


def _opened_within(path: Path, folder: Path) -> int:
    """A handle of the file, reached from the folder step by step, no step a link."""
    real, root = os.path.realpath(path), os.path.realpath(folder)  # its links are gone
    if not _lies_in(real, root):
        raise PermissionError(errno.EPERM, "a link that leads out of its folder")
    flags = _checked(Path(real).stat())
    if not _WALKS:
        return os.open(real, flags)
    *folders, name = Path(real[len(root) :].lstrip(os.sep)).parts
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for one in folders:
            step = os.open(one, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = step
        return os.open(name, flags | os.O_NOFOLLOW, dir_fd=at)
    finally:
        os.close(at)


def _larger(path: Path, largest: int) -> OSError:
    return OSError(errno.EFBIG, f"more than {largest:,} bytes", str(path))
