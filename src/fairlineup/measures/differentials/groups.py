"""Groups of people: the same measures on a part of the searches, and when a figure may be published."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import BadArgument
from fairlineup.measures.identification.searches import Mated, Searches
from fairlineup.records import Measured, NotMeasured

MIN_PEOPLE_PER_GROUP = 30


def searches_of_group(searches: Searches, group_of_person: NDArray[np.int64], group: int) -> Searches:
    """The searches whose probe person is in a group.

    Args:
        searches: of any kind.
        group_of_person: group code of each person, indexed by person code; negative for no label.
        group: the code wanted.

    Raises: BadInput: a probe person has no place in group_of_person.
    """
    return searches.only(_in_group(searches, group_of_person, group))


def mated_of_group(mated: Mated, group_of_person: NDArray[np.int64], group: int) -> Mated:
    """The mated searches whose probe person is in a group; see `searches_of_group`."""
    return mated.only(_in_group(mated.searches, group_of_person, group))


def group_publishable(people: int, source: str | None) -> NotMeasured | None:
    """None if a figure for a group may be published, else why it gets counts only.

    Source: race is never inferred from a face, so every label cites where it comes from; under 30 people an
    interval says little and a person can be picked out.
    """
    if source is None or not source.strip():
        return NotMeasured("no source is cited for this group's labels", people=people)
    if people < MIN_PEOPLE_PER_GROUP:
        reason = f"only {people} people; a group figure needs {MIN_PEOPLE_PER_GROUP}"
        return NotMeasured(reason, people=people)
    return None


def publish(measured: Measured, people: int, source: str | None) -> Measured:
    """The measure where it may be published, else its counts with the reason there is no figure."""
    withheld = group_publishable(people, source)
    if withheld is None:
        return measured
    return NotMeasured(withheld.reason, measured.errors, measured.trials, people)


def _in_group(searches: Searches, group_of_person: NDArray[np.int64], group: int) -> NDArray[np.bool_]:
    person = searches.person
    if len(person) and not (person.min() >= 0 and person.max() < len(group_of_person)):
        raise BadArgument(
            "a probe person has no place among the group labels",
            expected=f"person codes from 0 to {len(group_of_person) - 1}",
            got=f"{person.min()} to {person.max()}",
            remedy="give one group code a person, negative for none",
        )
    inside: NDArray[np.bool_] = group_of_person[person] == group
    return inside
