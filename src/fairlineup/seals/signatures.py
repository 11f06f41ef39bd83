"""Ed25519 signatures and their key files: PKCS8 and SubjectPublicKeyInfo as PEM, as openssl reads them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PACKAGE = "cryptography"
SIGNATURE_BYTES = 64


class UnusableKey(ValueError):
    """The bytes are no Ed25519 key in the form that is read here."""


def new_pair() -> tuple[bytes, bytes]:
    """A new private key and its public key, both as PEM. Raises: ModuleNotFoundError (no cryptography)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, _pem(key.public_key())


def write_pair(path: Path) -> Path:
    """Write a new private key, readable by its owner alone, and its public key beside it.

    Args:
        path: of the private key; nothing is overwritten.
    Returns: the public key's path: the same name with ".pub" after it.
    Raises:
        FileExistsError: one of the two files is there.
        OSError: the place is unwritable.
        ModuleNotFoundError: no cryptography.
    """
    private, public = new_pair()
    beside = path.with_name(f"{path.name}.pub")
    if beside.exists():
        raise FileExistsError(f"{beside} is there already")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(private)
    beside.write_bytes(public)
    return beside


def sign(content: bytes, private: bytes) -> bytes:
    """Ed25519 signature of the content, 64 bytes; the same key and content give the same bytes.

    Raises: UnusableKey; ModuleNotFoundError (no cryptography).
    Source: RFC 8032.
    """
    return _private(private).sign(content)


def verify(content: bytes, signature: bytes, public: bytes) -> bool:
    """Whether this key signed exactly this content.

    Raises: UnusableKey; ModuleNotFoundError (no cryptography).
    Not: who holds the key: that is known only from where the key was got.
    """
    from cryptography.exceptions import InvalidSignature

    try:
        _public(public).verify(signature, content)
    except InvalidSignature:
        return False
    return True


def public_of(private: bytes) -> bytes:
    """The public key of a private one, as PEM. Raises: UnusableKey; ModuleNotFoundError."""
    return _pem(_private(private).public_key())


def plain_public(public: bytes) -> bytes:
    """A public key in the one form this module writes. Raises: UnusableKey; ModuleNotFoundError."""
    return _pem(_public(public))


def fingerprint(public: bytes) -> str:
    """SHA-256 of the public key's DER form, as "sha256:" and 64 hexadecimal digits.

    Raises: UnusableKey; ModuleNotFoundError.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    der = _public(public).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"sha256:{hashlib.sha256(der).hexdigest()}"


def _pem(key: Ed25519PublicKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _private(pem: bytes) -> Ed25519PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError as error:
        raise UnusableKey("a key that is locked with a password") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnusableKey("no private key in PEM") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableKey("a private key of another kind than Ed25519")
    return key


def _public(pem: bytes) -> Ed25519PublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnusableKey("no public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise UnusableKey("a public key of another kind than Ed25519")
    return key
