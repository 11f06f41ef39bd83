"""Ed25519 keys and signatures, with key files in PEM (PKCS8, SubjectPublicKeyInfo) as openssl reads them."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairlineup.files import is_there, read_file, write_new
from fairlineup.records import BadInput, FairlineupError, extra_missing
from fairlineup.seals.canonical import digest

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

EXTRA = "sign"
LARGEST_FILE = 65_536  # bytes: a key has some hundred
_log = logging.getLogger("fairlineup.seals")


@dataclass(frozen=True, eq=False)
class PublicKey:
    """A key that checks signatures; `read` and `from_pem` make one."""

    _key: Ed25519PublicKey

    @classmethod
    def read(cls, path: Path) -> PublicKey:
        """From a file. Raises: BadInput (no such file or key), SystemFailed (no cryptography)."""
        return cls.from_pem(_content(path), str(path))

    @classmethod
    def from_pem(cls, pem: bytes, name: str = "handed in") -> PublicKey:
        """From a file's content; errors call it by the name. Raises: as `read`."""
        with _cryptography():
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
            from cryptography.hazmat.primitives.serialization import load_pem_public_key

        return cls(_loaded(lambda: load_pem_public_key(pem), Ed25519PublicKey, name, "public"))

    @cached_property
    def pem(self) -> bytes:
        """The key in its one form, as it is written here."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the key's DER form, as "sha256:" and 64 hexadecimal digits."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return digest(self._key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))

    def verifies(self, content: bytes, signature: bytes) -> bool:
        """Whether this key signed exactly this content.

        Not: who holds the key: that is known only from where the key was got.
        """
        from cryptography.exceptions import InvalidSignature

        try:
            self._key.verify(signature, content)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, eq=False)
class PrivateKey:
    """A key that signs; `new`, `read` and `from_pem` make one."""

    _key: Ed25519PrivateKey

    @classmethod
    def new(cls) -> PrivateKey:
        """A key of nobody before. Raises: SystemFailed: no cryptography."""
        with _cryptography():
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, path: Path) -> PrivateKey:
        """From a file; that others can read it is logged.

        Raises: BadInput (no such file or key), SystemFailed (no cryptography).
        """
        key = cls.from_pem(_content(path), str(path))
        if os.name == "posix" and path.stat().st_mode & 0o077:
            _log.warning("the private key %s can be read by others than its owner: chmod 600 it", path)
        return key

    @classmethod
    def from_pem(cls, pem: bytes, name: str = "handed in") -> PrivateKey:
        """From a file's content; errors call it by the name. Raises: as `read`."""
        with _cryptography():
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
            from cryptography.hazmat.primitives.serialization import load_pem_private_key

        return cls(_loaded(lambda: load_pem_private_key(pem, None), Ed25519PrivateKey, name, "private"))

    @cached_property
    def public(self) -> PublicKey:
        """The key that checks what this one signs."""
        return PublicKey(self._key.public_key())

    def sign(self, content: bytes) -> bytes:
        """The signature of the content, 64 bytes; the same key and content give the same bytes.

        Source: RFC 8032.
        """
        return self._key.sign(content)

    def write(self, path: Path) -> Path:
        """Write the key, readable by its owner alone, and its public key beside it.

        Args:
            path: of the private key; nothing is overwritten.
        Returns: the public key's path: the same name with ".pub" after it.
        Raises: BadInput: one of the two files is there, or the place is unwritable. SystemFailed: the disk.
        """
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        if not path.name or "\0" in path.name:
            raise BadInput(
                "no new key is written",
                code="file-unwritable",
                expected="the name of a file",
                got=repr(str(path)),
                remedy="choose a name",
                facts={"path": str(path)},
            )
        beside = path.with_name(f"{path.name}.pub")
        for one in (path, beside):
            if is_there(one):
                raise BadInput(
                    f"no new key is written to {path}",
                    code="file-exists",
                    expected="a new file, and none with .pub after its name",
                    got=f"{one.name}, which would be overwritten, and what it signed could not be checked",
                    remedy="choose another name",
                    facts={"key": str(path)},
                )
        private = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_new(beside, self.public.pem, mode=0o644)
        try:
            write_new(path, private)
        except FairlineupError:
            beside.unlink(missing_ok=True)  # no half of a pair stays
            raise
        return beside


def _content(path: Path) -> bytes:
    return read_file(
        path,
        f"the key {path}",
        expected="a file in PEM",
        remedy="name the file of a key, or make one",
        largest=LARGEST_FILE,
        facts={"key": str(path)},
    )


@contextmanager
def _cryptography() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise extra_missing("keys and signatures cannot be read or made", EXTRA, error) from error


def _loaded(load: Any, kind: type[Any], name: str, which: str) -> Any:
    """The key that `load` gives, if it is of the kind. Raises: BadInput."""
    from cryptography.exceptions import InternalError, UnsupportedAlgorithm

    try:
        key = load()
    except TypeError as error:
        raise _unusable(name, "a key that is locked with a password") from error
    except (InternalError, ValueError, UnsupportedAlgorithm) as error:
        raise _unusable(name, f"no {which} key in PEM") from error
    if not isinstance(key, kind):
        raise _unusable(name, f"a {which} key of another kind than Ed25519")
    return key


def _unusable(name: str, got: str) -> BadInput:
    return BadInput(
        f"the key {name} cannot be used",
        code="key-unusable",
        expected="an Ed25519 key in PEM, without a password",
        got=got,
        remedy="name another, or make one",
    )
