"""Encoded bytes to upright pixels, within limits."""

from fairlineup.faces.photos.container import open_container
from fairlineup.faces.photos.decoding import Picture, decode, decode_small, upright_size
from fairlineup.faces.photos.errors import (
    DamagedPhotograph,
    HostilePhotograph,
    NotAPhotograph,
    PhotographTooLarge,
    TruncatedPhotograph,
    UnreadablePhotograph,
)
from fairlineup.faces.photos.limits import DEFAULT_LIMITS, Limits
from fairlineup.faces.photos.mark import SYNTHETIC_MARK, says_synthetic
from fairlineup.faces.photos.thumbnails import thumbnail

__all__ = [
    "DEFAULT_LIMITS",
    "SYNTHETIC_MARK",
    "DamagedPhotograph",
    "HostilePhotograph",
    "Limits",
    "NotAPhotograph",
    "PhotographTooLarge",
    "Picture",
    "TruncatedPhotograph",
    "UnreadablePhotograph",
    "decode",
    "decode_small",
    "open_container",
    "says_synthetic",
    "thumbnail",
    "upright_size",
]
