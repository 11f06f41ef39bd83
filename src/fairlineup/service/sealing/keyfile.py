"""The key file: the master keys of one store, for its owner alone, outside the data directory."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from fairlineup.files import read_file, write_atomic
from fairlineup.foreign import MisfitError, decode_json
from fairlineup.records import BadInput
from fairlineup.service.sealing.faults import key_file_lost, key_file_not_mounted, key_file_unusable
from fairlineup.service.sealing.masters import KEY_BYTES, MasterKey, from_base64, to_base64
from fairlineup.service.sealing.place import check_outside, check_owners_alone, is_missing, key_place

FORMAT = "fairlineup seal key"
VERSION = 1
LARGEST = 65_536  # bytes: a key has some 150
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
RESTORE = "restore it from an export of the keys"


class WrittenKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A master key as it stands in a file."""

    id: Text
    created: Text
    key: Text


class WrittenFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key file as it stands on the disk."""

    format: Text
    version: int
    store: Text
    keys: Annotated[tuple[WrittenKey, ...], msgspec.Meta(min_length=1)]


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The master keys of a store, oldest first, and the file they are in."""

    path: Path
    store: str
    masters: tuple[MasterKey, ...]
    made: bool = False  #: just now.

    @classmethod
    def open(
        cls,
        data: Path,
        store: str,
        *,
        new: bool,
        now: datetime,
        asked: bool = False,
        environ: Mapping[str, str] = os.environ,
    ) -> KeyFile:
        """The key file of a store; made with a first key where the store is new.

        Args:
            data: the data directory.
            store: its id.
            new: the store is being made; its own commit comes after this, so that no store lacks its key.
            now: when a key that is made now was made.
            asked: somebody asked for a new key, so one is made where the environment says too.
            environ: may name the file in FAIRLINEUP_SEAL_KEY.
        Raises:
            Refused: it is not there, and either the store is, or the environment names it.
            BadInput: it is damaged, another store's, in the data directory, or others can read it.
            SystemFailed: the disk.
        """
        place = key_place(store, environ)
        check_outside(place.path, data)
        if not is_missing(place.path):
            return cls.read(place.path, store)
        if not new:
            raise key_file_lost(place.path, store)
        if place.named and not asked:
            raise key_file_not_mounted(place.path)
        return cls.make(place.path, store, [MasterKey.new(now)])

    @classmethod
    def make(cls, path: Path, store: str, masters: Sequence[MasterKey]) -> KeyFile:
        """Write a file that must not be there yet. Raises: BadInput, SystemFailed."""
        file = cls(path, store, tuple(masters), made=True)
        if not is_missing(path):
            raise BadInput(
                f"no key file is written to {path}",
                code="file-exists",
                expected="a new file",
                got="one that is there, and whose keys would be lost",
                remedy="move it away, if no data directory needs it",
                facts={"seal_key": str(path)},
            )
        write_atomic(path, file.written())
        check_owners_alone(path)
        return file

    @classmethod
    def read(cls, path: Path, store: str) -> KeyFile:
        """From a file. Raises: BadInput: see `open`."""
        content = read_file(
            path,
            f"the key file {path}",
            expected="the master keys of a store",
            remedy="let this user read it",
            largest=LARGEST,
        )
        check_owners_alone(path)
        try:
            written = decode_json(content, WrittenFile, largest=LARGEST)
            masters = masters_of(written.keys)
        except MisfitError as error:
            got = f"{error.got}{f' at {error.path}' if error.path else ''}"
            raise key_file_unusable(path, error.expected, got, RESTORE) from error
        if (written.format, written.version) != (FORMAT, VERSION):
            got = f"{written.format!r} of version {written.version}"
            raise key_file_unusable(path, f"{FORMAT!r} of version {VERSION}", got, RESTORE)
        if written.store != store:
            raise key_file_unusable(
                path,
                f"the keys of the store {store}",
                f"those of {written.store}",
                "name the file of this one",
            )
        return cls(path, store, masters)

    @property
    def newest(self) -> MasterKey:
        """The key that wraps what is wrapped now."""
        return self.masters[-1]

    def master(self, identity: str) -> MasterKey | None:
        """The key of that id."""
        return next((one for one in self.masters if one.id == identity), None)

    def read_again(self) -> KeyFile:
        """The same file as it is now. Raises: Refused: it is gone. BadInput: see `open`."""
        if is_missing(self.path):
            raise key_file_lost(self.path, self.store)
        return KeyFile.read(self.path, self.store)

    def with_new(self, now: datetime) -> KeyFile:
        """The file, written, with a further key. Raises: BadInput, SystemFailed."""
        return self._replaced((*self.masters, MasterKey.new(now)))

    def without(self, identities: Sequence[str]) -> KeyFile:
        """The file, written, without keys that wrap nothing. Raises: BadInput, SystemFailed."""
        left = tuple(one for one in self.masters if one.id not in identities)
        if not left:
            raise ValueError("a key file keeps its newest key")
        return self._replaced(left)

    def written(self) -> bytes:
        """The file as it stands on the disk."""
        keys = tuple(WrittenKey(one.id, one.created, to_base64(one.key)) for one in self.masters)
        content = WrittenFile(FORMAT, VERSION, self.store, keys)
        return json.dumps(msgspec.to_builtins(content), indent=1).encode() + b"\n"

    def _replaced(self, masters: tuple[MasterKey, ...]) -> KeyFile:
        file = dataclasses.replace(self, masters=masters, made=False)
        write_atomic(self.path, file.written())
        return file


def masters_of(keys: Sequence[WrittenKey]) -> tuple[MasterKey, ...]:
    """The keys as they are used. Raises: MisfitError: one was damaged."""
    return tuple(_master_of(number, one) for number, one in enumerate(keys))


def _master_of(number: int, one: WrittenKey) -> MasterKey:
    try:
        found = MasterKey(one.created, from_base64(one.key))
        datetime.fromisoformat(one.created)
    except ValueError as error:
        raise MisfitError("a key and the time it was made at", "another text", f".keys[{number}]") from error
    if len(found.key) != KEY_BYTES or found.id != one.id:
        raise MisfitError("the key of its id", "one that was changed", f".keys[{number}]")
    return found
