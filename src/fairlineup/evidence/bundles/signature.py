"""Whose signature stands under a bundle's manifest, as far as that can be known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fairlineup import seals
from fairlineup.evidence.bundles.keys import able_to_sign
from fairlineup.evidence.bundles.manifest import NAME as MANIFEST

SIGNATURE, SIGNER = f"{MANIFEST}.sig", f"{MANIFEST}.pub"


@dataclass(frozen=True, slots=True)
class Signature:
    """What is known of the signature.

    Attributes:
        standing: "unsigned"; "known": by the key that was handed in; "unknown": by the key that came in the
            bundle itself, which shows that nobody else changed it since, not who that is.
        fingerprint: of the key that signed; blank if unsigned.
    """

    standing: Literal["unsigned", "unknown", "known"]
    fingerprint: str = ""

    @property
    def sentence(self) -> str:
        """The same in words."""
        if self.standing == "unsigned":
            return "not signed: whoever handed it on can have made all of it anew"
        if self.standing == "known":
            return f"signed by the key you named, {self.fingerprint}"
        return (
            f"signed by a key not known here, {self.fingerprint}, which came with it: compare that with what "
            "its owner says, or name their key with --public-key"
        )


def signed_files(manifest: bytes, private: bytes) -> dict[str, bytes]:
    """The signature of a manifest and the public key it is checked with, as files. Raises: BadInput."""
    with able_to_sign():
        return {SIGNATURE: seals.sign(manifest, private), SIGNER: seals.public_of(private)}


def fingerprint_of(private: bytes) -> str:
    """Fingerprint of a private key's public key. Raises: BadInput."""
    with able_to_sign():
        return seals.fingerprint(seals.public_of(private))


def check_signature(manifest: bytes, signature: bytes, signer: bytes, known: bytes | None) -> Signature:
    """Hold a signature against the manifest and the key it says it is by.

    Args:
        manifest: what was signed.
        signature: 64 bytes.
        signer: the public key in the bundle.
        known: the public key whose signature is wanted; None where any will do.
    Raises:
        ValueError: it is not this key's signature of this manifest, or by another key than the one wanted.
        BadInput: `cryptography` is missing.
    """
    with able_to_sign():
        return _checked(manifest, signature, signer, known)


def _checked(manifest: bytes, signature: bytes, signer: bytes, known: bytes | None) -> Signature:
    try:
        if seals.plain_public(signer) != signer:
            raise ValueError(f"a {SIGNER} that was changed")
        by = seals.fingerprint(signer)
    except seals.UnusableKey as error:
        raise ValueError(f"a {SIGNER} that is {error}") from error
    if not seals.verify(manifest, signature, signer):
        raise ValueError(f"a signature that is not of this {MANIFEST} by {by}")
    if known is not None and known != signer:
        raise ValueError(f"a signature by another key, {by}")
    return Signature("unknown" if known is None else "known", by)
