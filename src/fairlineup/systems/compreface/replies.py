"""What CompreFace answers, as far as it is read."""

from __future__ import annotations

from msgspec import Struct


class Config(Struct, frozen=True, rename="camel"):
    """The server's limits."""

    client_max_file_size: int


class Example(Struct, frozen=True):
    """A photograph that the service holds."""

    image_id: str
    subject: str


class ExamplePage(Struct, frozen=True):
    """Some of them."""

    faces: list[Example]
    total_pages: int
    total_elements: int


class Subjects(Struct, frozen=True):
    """All names."""

    subjects: list[str]


class Added(Struct, frozen=True):
    """A photograph was taken."""

    image_id: str


class Similar(Struct, frozen=True):
    """An example near to a face."""

    subject: str
    similarity: float


class Near(Struct, frozen=True):
    """What is near to one face."""

    subjects: list[Similar]


class Plugins(Struct, frozen=True):
    """What the service calls its models."""

    calculator: str | None = None


class Recognized(Struct, frozen=True):
    """What is near to the faces of a photograph."""

    result: list[Near]
    plugins_versions: Plugins | None = None
