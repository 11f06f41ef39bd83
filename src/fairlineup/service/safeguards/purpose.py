"""Purposes: what a use is for, and what that allows. One ships now: testing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fairlineup.records import Refused


@dataclass(frozen=True, slots=True)
class Purpose:
    """What somebody may use a collection for, and within which limits."""

    name: str
    what: str  #: in a sentence.
    mark: str  #: stands on every answer; blank for none.
    most_people: int | None  #: in a data directory, under all collections of this purpose.
    longest_list: int  #: candidates of one search.
    demands: tuple[str, ...] = ()  #: of every person's record: "source", "legal_basis", "consent_reference".
    keeps_photographs: bool = False
    photograph_days: float | None = None  #: how long they are kept; None for as long as the person is.
    #: whether a threshold beyond what the calibration supports is answered, and marked, instead of refused.
    answers_beyond_support: bool = False
    most_fpir: float | None = None  #: upper bound at the live gallery size; None for no limit.


TESTING = Purpose(
    "testing",
    "To try the software out, and to develop against it.",
    "testing: not for decisions about people",
    most_people=1_000,
    longest_list=4_096,
    answers_beyond_support=True,
)

PURPOSES: Mapping[str, Purpose] = MappingProxyType({TESTING.name: TESTING})


def purpose_named(name: str, purposes: Mapping[str, Purpose] = PURPOSES) -> Purpose:
    """A purpose by its name. Raises: Refused: there is none of this name."""
    if name in purposes:
        return purposes[name]
    raise Refused(
        "the purpose of this use",
        expected=" or ".join(purposes),
        got=repr(name) if name else "none",
        remedy="name a purpose that this data directory has",
        code="purpose-missing",
    )
