"""Canonical JSON, digests, keys and signatures."""

from fairlineup.seals.canonical import Plain, canonical_json, digest, digest_file, digest_of
from fairlineup.seals.signatures import PrivateKey, PublicKey

__all__ = [
    "Plain",
    "PrivateKey",
    "PublicKey",
    "canonical_json",
    "digest",
    "digest_file",
    "digest_of",
]
