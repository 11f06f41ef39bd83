"""Whether a use is allowed: a request, a purpose and how things stand, to a verdict with its reason. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fairlineup.service.safeguards.purpose import Purpose

Use = Literal["detect", "compare", "enrol", "search", "associate", "erase", "export", "reindex"]
USES: tuple[Use, ...] = ("detect", "compare", "enrol", "search", "associate", "erase", "export", "reindex")


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks to do."""

    use: Use
    purpose: str
    by: str  #: access key, or "command line".
    collection: str = ""  #: blank where a use has none: detect, compare.
    probes: int = 1  #: templates that it will search with, compare or enrol.
    new_people: int = 0  #: at most so many come into the data directory.
    missing: tuple[str, ...] = ()  #: what a new person's record lacks of what `Purpose.demands` names.


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand as a request is decided."""

    people: int  #: in the data directory.
    collection_purpose: str = ""  #: of the collection asked for; blank where a use has none.


@dataclass(frozen=True, slots=True)
class Allow:
    """The use may go ahead."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """The use may not."""

    rule: str  #: its short name.
    expected: str
    got: str
    remedy: str


def decide(request: Request, purpose: Purpose, standing: Standing) -> Allow | Refuse:
    """Whether a request is allowed; deny is the default.

    Not: whether the caller's key may do it, which access decides before.
    """
    if request.use not in USES:
        return Refuse("use", f"one of {', '.join(USES)}", repr(request.use), "ask for one of these")
    if request.purpose != purpose.name:
        return Refuse("purpose", purpose.name, repr(request.purpose), "name the purpose of the use")
    if request.collection and standing.collection_purpose != purpose.name:
        return Refuse(
            "purpose-of-collection",
            f"a collection made for the purpose {purpose.name}",
            f"one made for {standing.collection_purpose or 'none'}",
            "use a key of the collection's purpose",
        )
    return _of_people(request, purpose, standing) or Allow()


def _of_people(request: Request, purpose: Purpose, standing: Standing) -> Refuse | None:
    if request.new_people and request.missing:
        return Refuse(
            "provenance",
            f"a record of each person with {', '.join(purpose.demands)}",
            f"none of {', '.join(request.missing)}",
            "give them in the manifest, in the collection's tags or with the person",
        )
    after = standing.people + request.new_people
    if purpose.most_people is not None and request.new_people and after > purpose.most_people:
        return Refuse(
            "most-people",
            f"at most {purpose.most_people:,} people in the data directory under the purpose {purpose.name}",
            f"{standing.people:,} and {request.new_people:,} more",
            "erase people who are no longer needed, or use another data directory",
        )
    return None
