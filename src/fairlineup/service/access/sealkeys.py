"""What is done with the keys that a data directory is sealed with: rotated, exported, restored."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fairlineup.files import is_there, write_atomic
from fairlineup.records import BadInput, Progress, no_progress
from fairlineup.service.safeguards import append
from fairlineup.service.sealing import KeyFile, check_passphrase, export_keys, open_export
from fairlineup.service.store import (
    Store,
    begin_rotation,
    drop_old_keys,
    end_rotation,
    record_export,
    reseal_some,
    stale_blobs,
    store_id,
)

PAUSE_S = 0.005
"""Between two works, so that other processes get their turn."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """A rotation that is done."""

    resumed: bool  #: it was begun before.
    resealed: int  #: blobs, by this call.
    master: str  #: id of the master key that wraps everything now.
    removed: tuple[str, ...]  #: ids of those that are gone from the key file.


@dataclass(frozen=True, slots=True)
class Restored:
    """What an export brought back."""

    path: Path
    made: str  #: when the export was made.
    added: int  #: master keys that were not in the file.


def rotate_seal_keys(store: Store, by: str, progress: Progress = no_progress) -> Rotated:
    """Seal everything again with new keys, while others go on; one that was stopped goes on.

    Not: a remedy once somebody has both the old key file and a copy of the data directory: what is in that
    copy stays open to them.

    Raises: SystemFailed: something sealed is damaged; what was sealed again stays so.
    """
    with store.writing() as work:
        begun = begin_rotation(store, work)
        if begun:
            append(work, "seal-rotation-begun", {"by": by}, store.clock())
        total, done = stale_blobs(work), 0
    some = 1
    while some:
        with store.writing() as work:
            some = reseal_some(store, work)
            if not some:  # in one work: another rotation may begin between two
                drop_old_keys(work)
        done += some
        progress("sealing", done, max(done, total))
        time.sleep(PAUSE_S)
    with store.writing() as work:
        removed = end_rotation(store, work)
        master = store.keyring.file.newest.id
        append(work, "seal-rotation-done", {"by": by, "master": master}, store.clock())
    return Rotated(not begun, done, master, removed)


def export_seal_keys(store: Store, file: Path, passphrase: str, by: str) -> tuple[str, ...]:
    """Write all master keys, wrapped by a passphrase, to a new file, and record that there is one; their ids.

    Raises: BadInput: the passphrase is too short, or the file is there; BadInput, SystemFailed: the disk.
    """
    check_passphrase(passphrase)
    keys, now = store.keyring.file.read_again(), store.clock()
    _check_place(file, store.folder)
    write_atomic(file, export_keys(keys, passphrase, datetime.fromtimestamp(now, UTC)))
    masters = tuple(one.id for one in keys.masters)
    with store.writing() as work:
        record_export(work, masters, now)
        append(work, "seal-keys-exported", {"by": by, "masters": list(masters)}, now)
    return masters


def restore_seal_keys(data: Path, export: bytes, passphrase: str) -> Restored:
    """Bring the keys of a data directory back: into the file where they belong, or beside those in it.

    Raises: BadInput: damaged, a wrong passphrase, or the export of another data directory.
    """
    found = open_export(export, passphrase)
    store = store_id(data)
    if found.store != store:
        raise BadInput(
            f"the keys of {data} are not restored",
            expected=f"an export of the keys of the store {store}",
            got=f"one of the store {found.store}",
            remedy="name the export that was made of this data directory",
            code="seal-export-unusable",
        )
    file, added = KeyFile.restored(data, store, found.masters)
    return Restored(file.path, found.made, added)


def _check_place(file: Path, data: Path) -> None:
    if file.resolve().is_relative_to(data.resolve()):
        raise BadInput(
            f"no export is written to {file}",
            expected="a place outside the data directory",
            got="one in it, where it would be lost with what it is to bring back",
            remedy="choose another place, best on another machine",
            code="file-unwritable",
            facts={"path": str(file)},
        )
    if is_there(file):
        raise BadInput(
            f"no export is written to {file}",
            expected="a new file",
            got="one that would be overwritten",
            remedy="choose another name",
            code="file-exists",
            facts={"path": str(file)},
        )
