"""When a figure of a group of people may be published."""

from __future__ import annotations

from fairlineup.records import Measured, NotMeasured, so_many_people

MIN_PEOPLE_PER_GROUP = 30


def group_publishable(people: int, source: str | None) -> NotMeasured | None:
    """None if a figure for a group may be published, else why it gets counts only.

    Source: race is never inferred from a face, so every label cites where it comes from; under 30 people an
    interval says little and a person can be picked out.
    """
    if source is None or not source.strip():
        return NotMeasured("no source is cited for this group's labels", people=people)
    if people < MIN_PEOPLE_PER_GROUP:
        reason = f"only {so_many_people(people)}; a group figure needs {MIN_PEOPLE_PER_GROUP}"
        return NotMeasured(reason, people=people)
    return None


def publish(measured: Measured, people: int, source: str | None) -> Measured:
    """The measure where it may be published, else its counts with the reason there is no figure."""
    withheld = group_publishable(people, source)
    if withheld is None:
        return measured
    return NotMeasured(withheld.reason, measured.errors, measured.trials, people)
