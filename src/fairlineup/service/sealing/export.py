"""Master keys wrapped by a passphrase: a text that can be printed, kept elsewhere, and restored from."""

from __future__ import annotations

import json
import os
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from fairlineup.foreign import MisfitError, decode_json
from fairlineup.records import BadInput
from fairlineup.seals import Plain, canonical_json, digest
from fairlineup.service.sealing.faults import passphrase_wrong
from fairlineup.service.sealing.keyfile import KeyFile, Text, WrittenKey, masters_of
from fairlineup.service.sealing.masters import KEY_BYTES, MasterKey, from_base64, to_base64

FORMAT = "fairlineup seal key export"
VERSION = 1
LARGEST_EXPORT = 262_144  # bytes
SHORTEST_PASSPHRASE = 12  # characters
SALT_BYTES, NONCE_BYTES = 16, 12
BLOCK = 8  # scrypt's r: 1 KB a step
COST = 2**17  # scrypt's N: 128 MB and about half a second
DEAREST = 2**20  # of an export that is read: 1 GB
Coded = Annotated[str, msgspec.Meta(min_length=1, max_length=100_000)]
Cost = Annotated[int, msgspec.Meta(ge=2, le=DEAREST)]


class WrittenExport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An export as it stands in a file; all but `digest` is bound to what is sealed."""

    format: Text
    version: int
    store: Text
    made: Text
    keys: tuple[Text, ...]  #: ids of the master keys in it.
    scrypt_n: Cost
    scrypt_r: Literal[8]
    scrypt_p: Literal[1]
    salt: Coded
    nonce: Coded
    sealed: Coded
    digest: Text  #: of all the rest: tells damage from a wrong passphrase.


@dataclass(frozen=True, slots=True)
class ExportedKeys:
    """What an export holds."""

    store: str
    made: str
    masters: tuple[MasterKey, ...]


def export_keys(file: KeyFile, passphrase: str, now: datetime) -> bytes:
    """All master keys of a file, wrapped by a passphrase: JSON in ASCII.

    Args:
        file: the key file.
        passphrase: of 12 characters or more; it is not kept, and without it the export is worth nothing.
        now: when it is made.
    Raises: BadInput: the passphrase is too short.
    Source: RFC 7914, scrypt.
    """
    check_passphrase(passphrase)
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    head: dict[str, Plain] = {
        "format": FORMAT,
        "version": VERSION,
        "store": file.store,
        "made": now.isoformat(timespec="seconds"),
        "keys": [one.id for one in file.masters],
        "scrypt_n": COST,
        "scrypt_r": BLOCK,
        "scrypt_p": 1,
        "salt": to_base64(salt),
        "nonce": to_base64(nonce),
    }
    keys = [WrittenKey(one.id, one.created, to_base64(one.key)) for one in file.masters]
    cipher = AESGCM(_stretched(passphrase, salt, COST))
    sealed = cipher.encrypt(nonce, msgspec.json.encode(keys), canonical_json(head))
    whole = {**head, "sealed": to_base64(sealed)}
    return json.dumps({**whole, "digest": digest(canonical_json(whole))}, indent=1).encode() + b"\n"


def open_export(content: bytes, passphrase: str) -> ExportedKeys:
    """The keys in an export. Raises: BadInput: damaged, no export, of a later format; a wrong passphrase."""
    written = _read(content)
    fields = msgspec.to_builtins(written)
    head = {name: value for name, value in fields.items() if name not in {"sealed", "digest"}}
    key = _stretched(passphrase, _decoded(written, "salt", SALT_BYTES), written.scrypt_n)
    nonce, sealed = _decoded(written, "nonce", NONCE_BYTES), _decoded(written, "sealed")
    try:
        opened = AESGCM(key).decrypt(nonce, sealed, canonical_json(head))
    except InvalidTag:
        raise passphrase_wrong(
            "the export of the keys does not open",
            "the passphrase that it was made with",
            "another",
            "try again, as it was typed then; nobody can open it without",
        ) from None
    try:
        masters = masters_of(decode_json(opened, tuple[WrittenKey, ...], largest=LARGEST_EXPORT))
    except MisfitError as error:
        raise _unusable(error.expected, error.got) from error
    return ExportedKeys(written.store, written.made, masters)


def check_passphrase(passphrase: str) -> None:
    """Raise BadInput where a passphrase is too short to wrap keys with."""
    if len(_normal(passphrase)) < SHORTEST_PASSPHRASE:
        raise passphrase_wrong(
            "no keys are exported",
            f"a passphrase of {SHORTEST_PASSPHRASE} characters or more",
            f"one of {len(_normal(passphrase))}",
            "choose a longer one, as five random words",
        )


def _read(content: bytes) -> WrittenExport:
    try:
        written = decode_json(content, WrittenExport, largest=LARGEST_EXPORT)
    except MisfitError as error:
        raise _unusable(error.expected, f"{error.got}{f' at {error.path}' if error.path else ''}") from error
    if (written.format, written.version) != (FORMAT, VERSION):
        got = f"{written.format!r} of version {written.version}"
        raise _unusable(f"{FORMAT!r} of version {VERSION}", got)
    fields = msgspec.to_builtins(written)
    said = fields.pop("digest")
    if digest(canonical_json(fields)) != said:
        raise _unusable("an export as it was written", "one that was changed, or damaged")
    if written.scrypt_n & (written.scrypt_n - 1):
        raise _unusable("a power of two at .scrypt_n", str(written.scrypt_n))
    return written


def _decoded(written: WrittenExport, name: str, size: int | None = None) -> bytes:
    try:
        found = from_base64(getattr(written, name))
    except ValueError as error:
        raise _unusable(f"base64 at .{name}", "another text") from error
    if size is not None and len(found) != size:
        raise _unusable(f"{size} bytes at .{name}", str(len(found)))
    return found


def _stretched(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt, KEY_BYTES, n=cost, r=BLOCK, p=1).derive(
        _normal(passphrase).encode("utf-8", "surrogatepass")
    )


def _normal(passphrase: str) -> str:
    """One form for what keyboards and systems write in several. Source: RFC 8265, OpaqueString."""
    return unicodedata.normalize("NFC", passphrase)


def _unusable(expected: str, got: str) -> BadInput:
    return BadInput(
        "the export of the keys cannot be used",
        code="seal-export-unusable",
        expected=expected,
        got=got,
        remedy="take another copy of it",
    )
