"""What somebody decided on whether two photographs, or two people of a data set, are of one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Side = Literal["same", "different", "unknown"]
Answers = Mapping[str, Side]

PHOTOGRAPHS: Answers = MappingProxyType(
    {
        "same_person": "same",
        "same_picture": "same",
        "different_people": "different",
        "cannot_tell": "unknown",
    }
)
"""What may be said of two photographs, and the side it takes: is one person on both?"""
PEOPLE: Answers = MappingProxyType({"label_error": "same", "look_alike": "different"})
"""What may be said of two people of a data set: are they one person?"""
WITHOUT_REASON = frozenset({"look_alike"})  # what the labels say already needs no reason


@dataclass(frozen=True, slots=True)
class DoubtfulPair:
    """Two photographs, or two people, that may be of one person."""

    name: str  #: its name on a list, which tells nothing of what the data set says.
    one: str  #: id of the first; of two photographs the one searched with.
    other: str  #: id of the second; of two photographs that of the gallery.


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person decided on one pair."""

    pair: str  #: its name on the list.
    reviewer: str = ""  #: who; "" where it was not asked.
    decision: str = ""  #: one of the answers that were allowed; "" while it is open.
    reason: str = ""  #: why, in their words.
    at: str = ""  #: when, ISO 8601 in UTC; "" where it was not recorded.
