"""Master keys: they wrap the keys of scopes, and nothing else."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A key of the key file. Its id is made from it, so that a damaged key is found."""

    created: str  #: UTC, to the second.
    key: bytes = field(repr=False)

    @classmethod
    def new(cls, now: datetime) -> MasterKey:
        """A key of nobody before."""
        return cls(now.isoformat(timespec="seconds"), secrets.token_bytes(KEY_BYTES))

    @property
    def id(self) -> str:
        """16 hexadecimal digits that tell nothing of the key."""
        return hashlib.sha256(b"fairlineup master key\0" + self.key).hexdigest()[:16]


def to_base64(content: bytes) -> str:
    """Bytes as text."""
    return base64.b64encode(content).decode("ascii")


def from_base64(text: str) -> bytes:
    """The bytes of a text that `to_base64` wrote. Raises: ValueError: it did not."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content or to_base64(content) != text:
        raise ValueError("no base64")
    return content
