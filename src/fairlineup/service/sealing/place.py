"""Where the key file of a store is: never in the data directory, so that a copy of one lacks the other."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fairlineup.files import settings_folder
from fairlineup.records import BadInput
from fairlineup.service.sealing.faults import key_file_unusable

VARIABLE = "FAIRLINEUP_SEAL_KEY"
OWNERS_BITS = 0o077
GROUP_MAY_READ = 0o037  # of a file that root mounts for a group
OTHERS_MAY_WRITE = 0o022
STICKY = 0o1000


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where a key file is, or would be."""

    path: Path
    named: bool  #: FAIRLINEUP_SEAL_KEY names it; it is then never made without being asked for.


def key_place(store: str, environ: Mapping[str, str] = os.environ) -> KeyPlace:
    """The place of a store's key file: the one FAIRLINEUP_SEAL_KEY names, or in the user's settings folder.

    Raises: BadInput: nothing is named, and the user has no home.
    """
    if named := environ.get(VARIABLE):
        return KeyPlace(Path(named).absolute(), named=True)
    try:
        return KeyPlace(settings_folder() / "keys" / f"{store}.json", named=False)
    except RuntimeError:
        raise BadInput(
            "there is no place for the key file",
            code="seal-key-unusable",
            expected="a user with a home folder, or a named place",
            got="neither",
            remedy=f"name a file outside the data directory in {VARIABLE}",
        ) from None


def check_outside(path: Path, data: Path) -> None:
    """Raise BadInput where a key file lies, or would lie, in the data directory."""
    if path.resolve().is_relative_to(data.resolve()):
        raise key_file_unusable(
            path,
            "a place outside the data directory",
            f"one in {data}: whoever copies that would have the key too",
            "choose another place",
        )


def check_owners_alone(path: Path) -> None:
    """Raise BadInput where others than its owner can read a key file, or put another in its place.

    One that belongs to root, as a mounted secret does, may be read by the group of whoever runs this.
    """
    if os.name != "posix":
        return
    found, folder = path.stat(), path.parent.stat()
    mounted = found.st_uid == 0 != os.geteuid()
    if found.st_mode & (GROUP_MAY_READ if mounted else OWNERS_BITS):
        got = f"the permissions {found.st_mode & 0o7777:04o}: others can read it, or change it"
        raise key_file_unusable(path, "a file for its owner alone", got, f"chmod 600 {path}")
    if folder.st_mode & OTHERS_MAY_WRITE and not folder.st_mode & STICKY:
        got = f"the permissions {folder.st_mode & 0o7777:04o} of its folder: others can replace it"
        remedy = f"chmod 700 {path.parent}"
        raise key_file_unusable(path, "a folder in which its owner alone can write", got, remedy)


def is_missing(path: Path) -> bool:
    """Whether no file is there; one in a folder that this user may not open is no missing one."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
