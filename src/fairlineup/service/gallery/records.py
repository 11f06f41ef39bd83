"""What a gallery hands out: collections, people, faces, candidates. No template leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors import Metric
from fairlineup.records import ModelInformation


@dataclass(frozen=True, slots=True)
class Collection:
    """A gallery that is searched as one."""

    id: int
    name: str
    pipeline: str  #: digest of what makes its templates; those of another never come in.
    metric: Metric
    template_length: int
    purpose: str
    created: float  #: seconds since 1970 in UTC, as all times here.
    keeps_photographs: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is in a collection."""

    faces: int
    people: int  #: users, and faces without one.


@dataclass(frozen=True, slots=True)
class NewCollection:
    """A collection to be made."""

    name: str
    model: ModelInformation  #: of the engine whose templates will come in.
    purpose: str
    keeps_photographs: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a person's photographs come from, and by what right they are here; blank for not said."""

    source: str = ""
    legal_basis: str = ""
    consent_reference: str = ""
    consent_given: float | None = None
    consent_expires: float | None = None
    notice_version: str = ""

    def or_else(self, other: Provenance) -> Provenance:
        """What this one says, and where it says nothing, what the other one says."""
        names = [one.name for one in fields(self)]
        return Provenance(**{name: getattr(self, name) or getattr(other, name) for name in names})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a collection."""

    id: int
    user_id: str | None  #: None: a face enrolled without a user.
    provenance: Provenance
    faces: int
    withdrawn: float | None = None  #: from then on no search finds this person.


@dataclass(frozen=True, slots=True)
class StoredFace:
    """A face in a collection."""

    id: int  #: opaque; never used again once the face is erased.
    uuid: str  #: FaceId.
    image: str  #: ImageId.
    external_id: str  #: blank for none.
    person: int
    user_id: str | None
    detail: Mapping[str, Any]  #: of the face as found; whatever enrolled it wrote it.


@dataclass(frozen=True, slots=True, eq=False)
class NewFace:
    """A face to be enrolled."""

    vector: NDArray[np.float32]  #: its template.
    detail: Mapping[str, Any]  #: plain JSON.
    external_id: str = ""
    user_id: str | None = None  #: whose; None makes an anonymous person.
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, slots=True, eq=False)
class NewImage:
    """A photograph whose faces are to be enrolled."""

    content: bytes  #: as it was given; only a keyed hash of it is kept, unless photographs are.
    faces: tuple[NewFace, ...]
    pipeline: str  #: digest of what made the templates.


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lead: a face in the collection that is near the probe. Not an identification."""

    face: StoredFace
    distance: float  #: on the model's own scale; lower is more alike.


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What became of a photograph that was enrolled."""

    image: str  #: ImageId.
    faces: tuple[StoredFace, ...]
    known: bool  #: the same photograph was there before under the same external id: nothing was added.


@dataclass(frozen=True, slots=True)
class Search:
    """How to search."""

    most: int  #: candidates of one probe.
    threshold: float  #: candidates are no further than this.
    #: faces that alone are searched, by number; None for all.
    among: frozenset[int] | None = None
