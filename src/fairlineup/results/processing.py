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
    """Failures of one group, on both sides."""

    label: str  #: Label column.
    value: str  #: Its value.
    fte: Share | NotMeasured  #: Failure to enrol.
    fta: Share | NotMeasured  #: Failure to acquire.


@dataclass(frozen=True, slots=True)
class Processing:
    """Photographs that never became a comparison."""

    #: Failure to enrol: share of photographs offered to the gallery that gave no reference.
    fte: Share | NotMeasured
    fta: Share | NotMeasured  #: Failure to acquire: share of probe photographs that could not be processed.
    groups: tuple[GroupFailures, ...]  #: Failures by group, on both sides.
    enrolment_outcomes: Mapping[str, Positive]  #: Photographs offered to the gallery, by outcome.
    probe_outcomes: Mapping[str, Positive]  #: Probe photographs, by outcome.


@dataclass(frozen=True, slots=True)
class PhotoNotProcessed:
    """A photograph the system could not process."""

    person: str  #: Who is on it.
    photo: str  #: Path in the data set.
    outcome: Failure  #: What became of it.
    detail: str  #: The system's own words, if any.


@dataclass(frozen=True, slots=True)
class Seconds:
    """Seconds a photograph took."""

    enrol: Amount | NotMeasured  #: To enrol.
    search: Amount | NotMeasured  #: To search with.


@dataclass(frozen=True, slots=True)
class RepeatedQuestions:
    """How often questions were asked again."""

    questions: Count  #: Asked.
    asked_again: Count  #: Further times.


@dataclass(frozen=True, slots=True)
class Retries:
    """How often questions were asked again, by side."""

    enrol: RepeatedQuestions  #: To enrol a photograph.
    search: RepeatedQuestions  #: To search with one.


@dataclass(frozen=True, slots=True)
class GroupTiming:
    """Time and repeated questions of one group."""

    label: str  #: Label column.
    value: str  #: Its value.
    enrol: Amount | NotMeasured  #: Seconds to enrol a photograph.
    search: Amount | NotMeasured  #: Seconds to search with one.
    retries: Retries  #: How often questions were asked again.


@dataclass(frozen=True, slots=True)
class Timing:
    """How long photographs took (timing.json): never the same twice, so it stands beside the results."""

    seconds: Seconds  #: For everyone.
    retries: Retries  #: How often questions were asked again.
    groups: tuple[GroupTiming, ...]  #: The same by group.
