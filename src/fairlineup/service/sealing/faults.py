"""What can be wrong with keys and with what they seal, each said once."""

from __future__ import annotations

from pathlib import Path

from fairlineup.records import BadInput, FairlineupError, Refused, SystemFailed


def seal_broken(what: str, got: str) -> SystemFailed:
    """Something sealed that does not open."""
    return SystemFailed(
        f"{what} does not open",
        code="seal-broken",
        expected="bytes as they were sealed, in the place they were sealed for, and their key",
        got=got,
        remedy="restore the data directory and its keys from copies of one time",
    )


def key_file_unusable(path: Path, expected: str, got: str, remedy: str) -> BadInput:
    """A key file that is there and cannot be used."""
    return BadInput(
        f"the key file {path} cannot be used",
        code="seal-key-unusable",
        expected=expected,
        got=got,
        remedy=remedy,
        facts={"seal_key": str(path)},
    )


def key_file_lost(path: Path, store: str) -> Refused:
    """A store that has a key file, which is not where it should be."""
    return Refused(
        "the data directory cannot be opened",
        code="seal-key-missing",
        expected=f"the key file {path}",
        got="no such file: without it no template, photograph or access key in the data directory can be "
        "read, by anybody",
        remedy="put the file back, or restore it from an export; without either, all of it is lost",
        facts={"lost_seal_key": str(path), "store": store},
    )


def key_file_not_mounted(path: Path) -> Refused:
    """A new store whose key file is said to be somewhere, and is not."""
    return Refused(
        "no new data directory is made",
        code="seal-key-missing",
        expected=f"the key file {path}, which the environment names",
        got="no such file: a key made in a container that nothing is mounted in would be gone with it",
        remedy="mount the folder that keeps it, and make a key there first",
        facts={"new_seal_key": str(path)},
    )


def passphrase_wrong(what: str, expected: str, got: str, remedy: str) -> FairlineupError:
    """A passphrase that does not do."""
    return BadInput(what, code="passphrase-wrong", expected=expected, got=got, remedy=remedy)
