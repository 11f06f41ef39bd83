"""Canonical JSON, digests and signatures; imports nothing of ours."""

from fairlineup.seals.canonical import Plain, canonical_json, digest, digest_file, digest_of
from fairlineup.seals.signatures import (
    PACKAGE,
    SIGNATURE_BYTES,
    UnusableKey,
    fingerprint,
    new_pair,
    plain_public,
    public_of,
    sign,
    verify,
    write_pair,
)

__all__ = [
    "PACKAGE",
    "SIGNATURE_BYTES",
    "Plain",
    "UnusableKey",
    "canonical_json",
    "digest",
    "digest_file",
    "digest_of",
    "fingerprint",
    "new_pair",
    "plain_public",
    "public_of",
    "sign",
    "verify",
    "write_pair",
]
