"""Photographs that never became a comparison, and how long the others took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fairlineup.records import NotMeasured
from fairlineup.results.estimates import Amount, Share
from fairlineup.results.numbers import Count, Positive

Failure = Literal["no_face", "several_faces", "low_quality", "refused", "error"]


@dataclass(frozen=True, slots=True)
class GroupFailures:
    """Failures of one group, on both sides.

    Attributes:
        label: Label column.
        value: Its value.
        fte: Failure to enrol.
        fta: Failure to acquire.
    """

    label: str
    value: str
    fte: Share | NotMeasured
    fta: Share | NotMeasured


@dataclass(frozen=True, slots=True)
class Processing:
    """Photographs that never became a comparison.

    Attributes:
        fte: Failure to enrol: share of photographs offered to the gallery that gave no reference.
        fta: Failure to acquire: share of probe photographs that could not be processed.
        groups: Failures by group, on both sides.
        enrolment_outcomes: Photographs offered to the gallery, by outcome.
        probe_outcomes: Probe photographs, by outcome.
    """

    fte: Share | NotMeasured
    fta: Share | NotMeasured
    groups: tuple[GroupFailures, ...]
    enrolment_outcomes: Mapping[str, Positive]
    probe_outcomes: Mapping[str, Positive]


@dataclass(frozen=True, slots=True)
class PhotoNotProcessed:
    """A photograph the system could not process.

    Attributes:
        person: Who is on it.
        photo: Path in the data set.
        outcome: What became of it.
        detail: The system's own words, if any.
    """

    person: str
    photo: str
    outcome: Failure
    detail: str


@dataclass(frozen=True, slots=True)
class Seconds:
    """Seconds a photograph took.

    Attributes:
        enrol: To enrol.
        search: To search with.
    """

    enrol: Amount | NotMeasured
    search: Amount | NotMeasured


@dataclass(frozen=True, slots=True)
class RepeatedQuestions:
    """How often questions were asked again.

    Attributes:
        questions: Asked.
        asked_again: Further times.
    """

    questions: Count
    asked_again: Count


@dataclass(frozen=True, slots=True)
class Retries:
    """How often questions were asked again, by side.

    Attributes:
        enrol: To enrol a photograph.
        search: To search with one.
    """

    enrol: RepeatedQuestions
    search: RepeatedQuestions


@dataclass(frozen=True, slots=True)
class GroupTiming:
    """Time and repeated questions of one group.

    Attributes:
        label: Label column.
        value: Its value.
        enrol: Seconds to enrol a photograph.
        search: Seconds to search with one.
        retries: How often questions were asked again.
    """

    label: str
    value: str
    enrol: Amount | NotMeasured
    search: Amount | NotMeasured
    retries: Retries


@dataclass(frozen=True, slots=True)
class Timing:
    """How long photographs took (timing.json): never the same twice, so it stands beside the results.

    Attributes:
        seconds: For everyone.
        retries: How often questions were asked again.
        groups: The same by group.
    """

    seconds: Seconds
    retries: Retries
    groups: tuple[GroupTiming, ...]
