"""One server for a data directory: a second one is refused, and hears which one is there."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from fairlineup.files import OWNERS_ALONE, write_atomic
from fairlineup.records import BadInput, escaped

LOCK, HOLDER = "serve.lock", "serve.address"


@contextmanager
def held(data: Path) -> Iterator[Callable[[str], None]]:
    """Hold a data directory, which is there, against other servers, in this process and in others.

    Yields: what takes the address of this server, for others to be told.
    Raises: BadInput: another one holds it.
    """
    lock, holder = FileLock(data / LOCK, mode=OWNERS_ALONE), data / HOLDER
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BadInput(
            f"the data directory {data}",
            expected="one that no server serves",
            got=f"one that is served: {_told(holder)}",
            remedy="use that server, end it first, or name another data directory",
            code="folder-in-use",
            facts={"served": str(data)},
        ) from None
    try:
        yield lambda address: write_atomic(holder, f"{address}, process {os.getpid()}\n".encode())
    finally:
        with contextlib.suppress(OSError):
            holder.unlink()
        lock.release()


def _told(holder: Path) -> str:
    try:
        return escaped(holder.read_text("utf-8").strip()[:200])
    except (OSError, ValueError):
        return "by a process that did not say where"
