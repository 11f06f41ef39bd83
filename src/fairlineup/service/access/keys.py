"""Access keys: what one is good for, and for how long. Pure."""

from __future__ import annotations

import base64
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fairlineup.records import Refused

PREFIX = "FLKA"
ID_BYTES = 10  # 16 characters of base 32
SECRET_LENGTH = 40
_SECRET_SIGNS = string.ascii_letters + string.digits
State = Literal["good", "lapsed", "revoked"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an access key may be used; None for as much as one likes."""

    requests_per_minute: int | None = None
    requests_per_day: int | None = None
    probes_per_day: int | None = None  #: faces searched for or compared.


ANONYMOUS = "anonymous"
"""Stands for an access key where a program on this machine may call without one."""
DEFAULT_LIMITS = Limits(6_000, 1_000_000, 100_000)


@dataclass(frozen=True, slots=True)
class Counted:
    """By whom uses are counted, and how many there may be."""

    family: str
    purpose: str
    limits: Limits = DEFAULT_LIMITS


@dataclass(frozen=True, slots=True)
class NewAccessKey:
    """An access key that somebody asks for."""

    purpose: str
    operations: tuple[str, ...] = ()  #: that it may call; none named: all.
    collections: tuple[str, ...] = ()  #: that it may use; none named: all.
    limits: Limits = DEFAULT_LIMITS
    lasts_s: float | None = None  #: None: until it is revoked.


@dataclass(frozen=True, slots=True)
class AccessKey:
    """An access key; its secret stands sealed in the store."""

    id: str
    family: str  #: id of the key that was rotated into this one, at first: limits count by it.
    purpose: str
    operations: tuple[str, ...]
    collections: tuple[str, ...]
    limits: Limits
    created: float  #: seconds since 1970.
    expires: float | None
    revoked: float | None
    replaced_by: str | None

    @property
    def counted(self) -> Counted:
        """By whom its uses are counted."""
        return Counted(self.family, self.purpose, self.limits)

    def state(self, now: float) -> State:
        """Whether it may be used now."""
        if self.revoked is not None:
            return "revoked"
        return "lapsed" if self.expires is not None and self.expires <= now else "good"


@dataclass(frozen=True, slots=True)
class MadeAccessKey:
    """A new access key, and its secret, which is shown this once."""

    key: AccessKey
    secret: str

    def __repr__(self) -> str:
        return f"MadeAccessKey({self.key!r})"


def new_id() -> str:
    """An id that is seen to be ours, and no key of Amazon's."""
    return PREFIX + base64.b32encode(secrets.token_bytes(ID_BYTES)).decode("ascii")


def new_secret_key() -> str:
    """238 bits, in signs that no shell and no settings file changes."""
    return "".join(secrets.choice(_SECRET_SIGNS) for _ in range(SECRET_LENGTH))


def check_allowed(key: AccessKey, operation: str, collections: Sequence[str] = ()) -> None:
    """Raise Refused where a key is not for an operation, or not for one of the collections it would use."""
    if key.operations and operation not in key.operations:
        raise _out_of_scope(key, f"one of {', '.join(key.operations)}", operation)
    outside = [name for name in collections if key.collections and name not in key.collections]
    if outside:
        raise _out_of_scope(key, f"one of the collections {', '.join(key.collections)}", outside[0])


def _out_of_scope(key: AccessKey, expected: str, got: str) -> Refused:
    return Refused(
        f"the access key {key.id}",
        expected=expected,
        got=got,
        remedy="use a key that is for it",
        code="access-key-scope",
    )


def key_unusable(identity: str, got: str) -> Refused:
    """An access key that is not there, or not good any more."""
    return Refused(
        f"the access key {identity}",
        expected="one that was made here, and is neither revoked nor lapsed",
        got=got,
        remedy="use another, or make one",
        code="access-key-unusable",
    )
