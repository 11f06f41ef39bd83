"""What an InsightFace Server answers, as far as it is read."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct


class Model(Struct, frozen=True):
    """Of templates."""

    model_id: str
    model_version: str
    model_digest: str
    preprocessing_version: str


class Detection(Struct, frozen=True):
    """How faces are found."""

    threshold: float
    single_face_selection: str


class SafeConfig(Struct, frozen=True):
    """What the server lets be known of its settings."""

    default_similarity_threshold: Annotated[float, Meta(ge=-1, le=1)]
    default_search_profile: str
    max_image_bytes: Annotated[int, Meta(ge=1)]
    inference_max_concurrency: int = 1
    detection: Detection | None = None


class SystemPage(Struct, frozen=True):
    """What it is."""

    server_version: str
    execution_provider: str
    model: Model
    safe_config: SafeConfig


class Collection(Struct, frozen=True):
    """One of a list."""

    id: str
    name: str


class CollectionPage(Struct, frozen=True):
    """Some of them."""

    collections: list[Collection]
    next_cursor: str | int | None = None


class Rejected(Struct, frozen=True):
    """A photograph that was not enrolled."""

    reason: str = ""


class Enrolled(Struct, frozen=True):
    """A person made, or why not."""

    faces: list[object] = []
    rejected_images: list[Rejected] = []


class Failure(Struct, frozen=True):
    """An error's details."""

    details: Enrolled = Enrolled()


class Failed(Struct, frozen=True):
    """An error."""

    error: Failure


class Metadata(Struct, frozen=True):
    """What we said of a person when we enrolled them."""

    fairlineup_photo: str


class Person(Struct, frozen=True):
    """Whom a search names."""

    metadata: Metadata


class Match(Struct, frozen=True):
    """One that it names."""

    person: Person
    similarity: float


class Matches(Struct, frozen=True):
    """All that it names."""

    matches: list[Match]


class Similarity(Struct, frozen=True):
    """Of two photographs."""

    similarity: float
