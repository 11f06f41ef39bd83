"""Canonical JSON, digests, keys and signatures."""

from fairlineup.seals.canonical import Plain, canonical_json, digest, digest_file, digest_of
from fairlineup.seals.signatures import SIGNATURE_BYTES, PrivateKey, PublicKey

__all__ = [
    "SIGNATURE_BYTES",
    "Plain",
    "PrivateKey",
    "PublicKey",
    "canonical_json",
    "digest",
    "digest_file",
    "digest_of",
]
