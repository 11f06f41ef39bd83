"""Canonical JSON and digests; imports nothing of ours."""

from fairlineup.seals.canonical import Plain, canonical_json, digest, digest_file, digest_of

__all__ = ["Plain", "canonical_json", "digest", "digest_file", "digest_of"]
