"""What Azure AI Face answers, as far as it is read."""

from __future__ import annotations

from msgspec import Struct


class Face(Struct, frozen=True, rename="camel"):
    """A face that was detected; the service forgets its id."""

    face_id: str


class AddedFace(Struct, frozen=True, rename="camel"):
    """A face that a person was given."""

    persisted_face_id: str


class NewPerson(Struct, frozen=True, rename="camel"):
    """A person made."""

    person_id: str


class Person(Struct, frozen=True, rename="camel"):
    """One of a list."""

    person_id: str
    user_data: str | None = None
    persisted_face_ids: list[str] | None = None


class GroupName(Struct, frozen=True, rename="camel"):
    """One of a list."""

    large_person_group_id: str
    name: str


class Training(Struct, frozen=True, rename="camel"):
    """How far a training is."""

    status: str


class Confidence(Struct, frozen=True, rename="camel"):
    """Of two faces."""

    confidence: float


class Alike(Struct, frozen=True, rename="camel"):
    """A person whom a search named."""

    person_id: str
    confidence: float


class Identified(Struct, frozen=True, rename="camel"):
    """The people whom a search named."""

    candidates: list[Alike]
