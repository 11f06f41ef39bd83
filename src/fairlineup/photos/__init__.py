"""Encoded bytes -> upright pixels within limits, and whether two files show the same picture."""

from fairlineup.photos.candidates import same_picture_candidates
from fairlineup.photos.copies import Copies, SamePicture, Unreadable, find_same_pictures
from fairlineup.photos.decoding import BACKGROUND, Picture, decode, decode_small
from fairlineup.photos.errors import (
    DamagedPhotograph,
    HostilePhotograph,
    NotAPhotograph,
    PhotographTooLarge,
    TruncatedPhotograph,
    UnreadablePhotograph,
)
from fairlineup.photos.fingerprint import Fingerprint, fingerprint
from fairlineup.photos.limits import DEFAULT_LIMITS, Limits
from fairlineup.photos.mark import SYNTHETIC_MARK, says_synthetic
from fairlineup.photos.registration import Registration, register
from fairlineup.photos.thumbnails import thumbnail

__all__ = [
    "BACKGROUND",
    "DEFAULT_LIMITS",
    "SYNTHETIC_MARK",
    "Copies",
    "DamagedPhotograph",
    "Fingerprint",
    "HostilePhotograph",
    "Limits",
    "NotAPhotograph",
    "PhotographTooLarge",
    "Picture",
    "Registration",
    "SamePicture",
    "TruncatedPhotograph",
    "Unreadable",
    "UnreadablePhotograph",
    "decode",
    "decode_small",
    "find_same_pictures",
    "fingerprint",
    "register",
    "same_picture_candidates",
    "says_synthetic",
    "thumbnail",
]
