"""Collections, people and faces in the store, searched exactly; what touches templates spends a permit."""

from fairlineup.service.gallery.gallery import Galleries
from fairlineup.service.gallery.records import (
    Candidate,
    Collection,
    Counts,
    Enrolled,
    NewCollection,
    NewFace,
    NewImage,
    Person,
    Provenance,
    Search,
    StoredFace,
)

__all__ = [
    "Candidate",
    "Collection",
    "Counts",
    "Enrolled",
    "Galleries",
    "NewCollection",
    "NewFace",
    "NewImage",
    "Person",
    "Provenance",
    "Search",
    "StoredFace",
]
