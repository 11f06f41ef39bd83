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
    """A threshold that gives a wanted FPIR.

    Attributes:
        score: On the system's scale.
        fpir: FPIR there.
        fnir: FNIR there.
    """

    score: float
    fpir: Share | NotMeasured
    fnir: Share | NotMeasured


@dataclass(frozen=True, slots=True)
class GroupThreshold:
    """The threshold that a group needs, or why there is none.

    Attributes:
        label: Label column.
        value: Its value.
        people: In the group.
        found: The threshold.
    """

    label: str
    value: str
    people: Count
    found: Annotated[OperatingThreshold | NotMeasured, FLAT]


@dataclass(frozen=True, slots=True)
class WantedFpir:
    """The thresholds for one wanted FPIR.

    Attributes:
        fpir: As wanted.
        everyone: For everyone together.
        groups: For each group.
        worst_group: The group that needs the strictest.
    """

    fpir: Proportion
    everyone: OperatingThreshold | NotMeasured
    groups: tuple[GroupThreshold, ...]
    worst_group: GroupThreshold | NotMeasured


@dataclass(frozen=True, slots=True)
class NamedRates:
    """What a named threshold gives.

    Attributes:
        fpir: FPIR there.
        fnir: FNIR there.
    """

    fpir: Share | NotMeasured
    fnir: Share | NotMeasured


@dataclass(frozen=True, slots=True)
class NamedThreshold:
    """A threshold somebody named, in the gallery searched.

    Attributes:
        name: What it is called.
        score: On the system's scale.
        source: Who named it.
        found: What it gives.
    """

    name: str
    score: float
    source: str
    found: Annotated[NamedRates | NotMeasured, FLAT]


@dataclass(frozen=True, slots=True)
class ThresholdCard:
    """Thresholds for each FPIR wanted, and those that the plan and the maker name.

    Attributes:
        system: Short name of the system.
        population: Whom it is about.
        gallery_people: People in the gallery.
        scale: What its scores are.
        wanted: For each FPIR wanted, the greatest first.
        named: Thresholds somebody named.
    """

    system: str
    population: PopulationKind
    gallery_people: Positive
    scale: Literal["distance", "similarity"]
    wanted: tuple[WantedFpir, ...]
    named: tuple[NamedThreshold, ...]
