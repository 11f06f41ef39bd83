"""Whose signature stands under a bundle's manifest, as far as that can be known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fairlineup.evidence.bundles.manifest import NAME as MANIFEST
from fairlineup.records import BadInput
from fairlineup.seals import PrivateKey, PublicKey

SIGNATURE, SIGNER = f"{MANIFEST}.sig", f"{MANIFEST}.pub"


@dataclass(frozen=True, slots=True)
class Signature:
    """What is known of the signature."""

    #: "unsigned"; "known": by the key that was handed in; "unknown": by the key that came in the bundle
    #: itself, which shows that nobody else changed it since, not who that is.
    standing: Literal["unsigned", "unknown", "known"]
    fingerprint: str  #: of the key that signed; blank if unsigned.
    meaning: str  #: the same in words.


UNSIGNED = Signature("unsigned", "", "not signed: whoever handed it on could have made all of it")


def signed_files(manifest: bytes, private: PrivateKey) -> dict[str, bytes]:
    """The signature of a manifest and the public key it is checked with, as files."""
    return {SIGNATURE: private.sign(manifest), SIGNER: private.public.pem}


def check_signature(manifest: bytes, signature: bytes, signer: bytes, known: PublicKey | None) -> Signature:
    """Hold a signature against the manifest and the key it says it is by.

    Args:
        manifest: what was signed.
        signature: 64 bytes.
        signer: the public key in the bundle.
        known: the public key whose signature is wanted; None where any will do.
    Raises:
        ValueError: it is not this key's signature of this manifest, or by another key than the one wanted.
        SystemFailed: `cryptography` is missing.
    """
    try:
        key = PublicKey.from_pem(signer)
    except BadInput as error:
        raise ValueError(f"a {SIGNER} that is {error.got}") from error
    if key.pem != signer:
        raise ValueError(f"a {SIGNER} that was changed")
    if not key.verifies(manifest, signature):
        raise ValueError(f"a signature that is not of this {MANIFEST} by {key.fingerprint}")
    if known is not None and known.pem != signer:
        raise ValueError(f"a signature by another key, {key.fingerprint}")
    if known is not None:
        return Signature("known", key.fingerprint, f"signed by the key you named, {key.fingerprint}")
    meaning = (
        f"signed by a key not known here, {key.fingerprint}, which came with it: compare that with what its "
        "owner says, or verify it against their key"
    )
    return Signature("unknown", key.fingerprint, meaning)
