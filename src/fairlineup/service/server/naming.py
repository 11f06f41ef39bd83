"""Whom a reply names: a reply that is kept for a retry goes with them when they are erased."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

FACES, PEOPLE = frozenset({"FaceId", "SearchedFaceId"}), "UserId"


def faces_in(reply: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the faces that a reply names."""
    return tuple(sorted({str(value) for name, value in _members(reply) if name in FACES}))


def people_in(reply: Mapping[str, Any], collection: str) -> tuple[tuple[str, str], ...]:
    """The collection and id of the people that a reply names."""
    return tuple(sorted({(collection, str(value)) for name, value in _members(reply) if name == PEOPLE}))


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    """Every member at every depth, with its name."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            if isinstance(member, str):
                yield name, member
            else:
                yield from _members(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _members(member)
