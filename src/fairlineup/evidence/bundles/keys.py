"""Key files, with errors that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fairlineup import seals
from fairlineup.files import read_file, writing
from fairlineup.records import BadInput, how_to_install


def new_key(path: Path) -> Path:
    """Make a key pair: the private key at path, the public one beside it, whose path comes back.

    Raises: BadInput: one of them is there, the place is unwritable, or `cryptography` is missing.
    """
    with able_to_sign(), writing(path):
        try:
            return seals.write_pair(path)
        except FileExistsError as error:
            raise BadInput(
                f"no new key is written to {path}",
                expected="a new file, and none with .pub after its name",
                got="one that would be overwritten, and with it what it signed could not be checked",
                remedy="choose another name with --new-key",
            ) from error


def read_private(path: Path) -> bytes:
    """A private key, checked to be one. Raises: BadInput."""
    pem = _read(path, "a key that --new-key made, or another Ed25519 key in PEM")
    with able_to_sign(path):
        seals.public_of(pem)
    return pem


def read_public(path: Path) -> bytes:
    """A public key in its one form. Raises: BadInput."""
    pem = _read(path, "the public key of whoever signed: a file in PEM, e.g. KEYFILE.pub")
    with able_to_sign(path):
        return seals.plain_public(pem)


@contextmanager
def able_to_sign(path: Path | None = None) -> Iterator[None]:
    """Turn a missing package and an unusable key into errors that say what to do."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise BadInput(
            "keys and signatures cannot be read or made",
            expected=f"the {seals.PACKAGE} package",
            got="an installation without it",
            remedy=how_to_install("sign"),
        ) from error
    except seals.UnusableKey as error:
        raise BadInput(
            f"the key {path} cannot be used",
            expected="an Ed25519 key in PEM, without a password",
            got=str(error),
            remedy="name another, or make one: fairlineup audit bundle --new-key KEYFILE",
        ) from error


def _read(path: Path, expected: str) -> bytes:
    return read_file(path, f"the key {path}", expected=expected, remedy="name the file of a key")
