"""Names of photographs and galleries as Rekognition takes them."""

from __future__ import annotations

from fairlineup.systems.spelling import COMMON, Spelling, check_length

PHOTOGRAPHS = Spelling(COMMON + "_", ":")  # ExternalImageId: letters, digits, _ . - :
GALLERIES = Spelling(COMMON, "_")  # CollectionId: letters, digits, _ . -


def external_image_id(photo: str) -> str:
    """A photograph's id as an ExternalImageId. Raises: BadInput (over 255 characters)."""
    return check_length(f"the photograph {photo[:60]!r}", PHOTOGRAPHS.write(photo))


def collection_id(gallery: str) -> str:
    """A gallery's name as a CollectionId. Raises: BadInput (over 255 characters)."""
    return check_length(f"the gallery {gallery[:60]!r}", GALLERIES.write(gallery))
