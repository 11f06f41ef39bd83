"""The threshold card of a run: which threshold gives a wanted FPIR, and what the named ones give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fairlineup.records import NotMeasured
from fairlineup.results.estimates import Share
from fairlineup.results.numbers import Count, Positive, Proportion
from fairlineup.results.shape import FLAT
from fairlineup.results.subject import PopulationKind


@dataclass(frozen=True, slots=True)
class OperatingThreshold:
    """A threshold that gives a wanted FPIR."""

    score: float  #: On the system's scale.
    fpir: Share | NotMeasured  #: FPIR there.
    fnir: Share | NotMeasured  #: FNIR there.


@dataclass(frozen=True, slots=True)
class GroupThreshold:
    """The threshold that a group needs, or why there is none."""

    label: str  #: Label column.
    value: str  #: Its value.
    people: Count  #: In the group.
    found: Annotated[OperatingThreshold | NotMeasured, FLAT]  #: The threshold.


@dataclass(frozen=True, slots=True)
class WantedFpir:
    """The thresholds for one wanted FPIR."""

    fpir: Proportion  #: As wanted.
    everyone: OperatingThreshold | NotMeasured  #: For everyone together.
    groups: tuple[GroupThreshold, ...]  #: For each group.
    worst_group: GroupThreshold | NotMeasured  #: The group that needs the strictest.


@dataclass(frozen=True, slots=True)
class NamedRates:
    """What a named threshold gives."""

    fpir: Share | NotMeasured  #: FPIR there.
    fnir: Share | NotMeasured  #: FNIR there.


@dataclass(frozen=True, slots=True)
class NamedThreshold:
    """A threshold somebody named, in the gallery searched."""

    name: str  #: What it is called.
    score: float  #: On the system's scale.
    source: str  #: Who named it.
    found: Annotated[NamedRates | NotMeasured, FLAT]  #: What it gives.


@dataclass(frozen=True, slots=True)
class ThresholdCard:
    """Thresholds for each FPIR wanted, and those that the plan and the maker name."""

    system: str  #: Short name of the system.
    population: PopulationKind  #: Whom it is about.
    gallery_people: Positive  #: People in the gallery.
    scale: Literal["distance", "similarity"]  #: What its scores are.
    wanted: tuple[WantedFpir, ...]  #: For each FPIR wanted, the greatest first.
    named: tuple[NamedThreshold, ...]  #: Thresholds somebody named.
