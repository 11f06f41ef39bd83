"""Whether a disk holds what is to be fetched."""

from __future__ import annotations

import shutil
from pathlib import Path

from fairlineup.records import SystemFailed

_SPARE_BYTES = 50_000_000
_BLOCK_BYTES = 4096


def check_room(folder: Path, needed_bytes: int, files: int) -> None:
    """See that a disk holds what is to be fetched. Raises: SystemFailed, OSError."""
    if not files:
        return
    needed = needed_bytes + files * _BLOCK_BYTES + _SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise SystemFailed(
            f"no room in {folder}",
            code="disk-failed",
            expected=f"{needed / 1e6:,.0f} MB free",
            got=f"{free / 1e6:,.0f} MB",
            remedy=f"free {(needed - free) / 1e6:,.0f} MB there, or name another folder",
        )
