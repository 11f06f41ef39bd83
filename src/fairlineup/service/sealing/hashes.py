"""Keyed hashes: they tell two contents apart, and tell nothing to whoever lacks the key."""

from __future__ import annotations

import hmac
import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES = 32


def new_secret() -> bytes:
    """A key for the hashes of one person or one call: once it is forgotten they mean nothing."""
    return secrets.token_bytes(SECRET_BYTES)


def keyed_hash(key: bytes, content: bytes, purpose: str) -> bytes:
    """HMAC-SHA256 of content, 32 bytes.

    Args:
        key: as `new_secret` gives.
        content: what is hashed.
        purpose: what for: hashes of one content for two purposes have nothing in common.
    Source: RFC 2104, RFC 5869.
    """
    return hmac.digest(derived(key, purpose), content, "sha256")


def derived(key: bytes, purpose: str) -> bytes:
    """The key for one purpose, 32 bytes. Source: RFC 5869, HKDF."""
    return HKDF(SHA256(), SECRET_BYTES, salt=None, info=b"fairlineup hash\0" + purpose.encode()).derive(key)
