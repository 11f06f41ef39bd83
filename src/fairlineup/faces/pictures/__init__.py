"""Whether two files show the same picture."""

from fairlineup.faces.pictures.candidates import same_picture_candidates
from fairlineup.faces.pictures.copies import Copies, find_same_pictures
from fairlineup.faces.pictures.fingerprint import Fingerprint, fingerprint
from fairlineup.faces.pictures.registration import Registration, register

__all__ = [
    "Copies",
    "Fingerprint",
    "Registration",
    "find_same_pictures",
    "fingerprint",
    "register",
    "same_picture_candidates",
]
