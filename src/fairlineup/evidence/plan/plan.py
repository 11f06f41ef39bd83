"""The plan of an audit: everything that decides its result, declared before anything is searched."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from fairlineup.evidence.plan.place import Folder
from fairlineup.evidence.plan.settle import Policy
from fairlineup.records import BadInput, decimals

SHIPPED = "shipped"
MOST = 1_000_000_000  # of anything counted: more is a slip of the pen
SIMILARITY = re.compile(r"similarity\s+\d+(\.\d+)?")
OTHERS: Literal["others"] = "others"
LEAVE_ONE_OUT: Literal["leave-one-out"] = "leave-one-out"
Strangers = Literal["others", "leave-one-out"]
Option = str | int | float | bool | list[Any] | dict[str, Any]


def _says(doc: str, **keywords: Any) -> Any:
    """A field with the sentence that stands above it in a written plan."""
    return field(metadata={"says": doc}, **keywords)


@dataclass(frozen=True, slots=True)
class DatasetChoice:
    """Which photographs."""

    folder: str = _says("Folder of the photographs; relative paths start at this file.", default="")
    manifest: str = _says("CSV file in it: who is on each photograph.", default="people.csv")
    capture: str = _says(
        "What kind of photographs these are; results hold for this kind.", default="not stated"
    )
    population: str = _says("Whom they show; results hold for these people.", default="not stated")
    use: str = _says(
        "'test' declares that all these may be shown in a test's report, as the manifest's column use does; "
        "else none is.",
        default="",
    )
    generator: str = _says(
        "What makes the photographs, where they are in no folder: samples, with its options; else empty.",
        default="",
    )
    options: Mapping[str, Option] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SystemChoice:
    """Which system is under test."""

    name: str = _says("Name of the system, as the command line knows it.")
    options: Mapping[str, Option] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProbesChoice:
    """Who is searched for."""

    people: int = _says("Search this many people drawn with the seed; 0 is everyone.", default=0)


@dataclass(frozen=True, slots=True)
class GalleryChoice:
    """Whom they are searched among."""

    people: int = _says("Enrol this many non-mates drawn with the seed; 0 is everyone.", default=0)
    sizes: tuple[int, ...] = _says(
        "Gallery sizes, in people, at which FPIR is also given, up to tenfold; empty: halves of the whole.",
        default=(),
    )


@dataclass(frozen=True, slots=True)
class SearchChoice:
    """How it is searched."""

    target_absent: bool = _says("Search each probe among people who are not them.", default=True)
    target_present: bool = _says("Search each probe that has a mate with the mates added.", default=True)
    list_length: int = _says(
        "Candidates a user of the system is shown (R, and the cut of selectivity).", default=50
    )
    record_to: float | None = _says(
        "Weakest score recorded, well beyond the weakest threshold, so that others can be tried later.",
        default=None,
    )
    searches_per_part: int = _says(
        "Answers kept together on disk; a kill repeats at most so many.", default=64
    )
    retries: int = _says("How often a question that got no answer is asked again.", default=3)
    strangers: Literal["others", "leave-one-out"] = _says(
        "'others': probes are searched among people who are no probe. 'leave-one-out', for few people: each "
        "is searched once among everybody, and their own photographs are taken off the list.",
        default=OTHERS,
    )


@dataclass(frozen=True, slots=True)
class ThresholdChoice:
    """One threshold to report at."""

    name: str = _says("What this threshold is called in the report.")
    score: float | str = _says(
        "On the system's own scale; 'default' or 'recommended', as its maker says; or 'similarity 66'."
    )
    source: str = _says("Who set this threshold.", default="")


@dataclass(frozen=True, slots=True)
class CalibrationChoice:
    """Which calibration turns a similarity into a distance."""

    file: str = _says(
        "Table from `fairlineup calibrate`, or 'shipped', for thresholds by similarity; shared people "
        "forbid a verdict.",
        default="",
    )


@dataclass(frozen=True, slots=True)
class ContrastChoice:
    """Two groups to compare, declared before the run."""

    label: str = _says("Label column.")
    one: str = _says("Its value for the first group.")
    other: str = _says(
        "Its value for the second group; 'others' is everyone else with a label.", default="others"
    )


@dataclass(frozen=True, slots=True)
class LimitChoice:
    """What the system is held to."""

    measure: Literal["fpir", "fnir", "fte"] = _says("Which rate: fpir, fnir or fte.", default="fpir")
    threshold: str = _says("At which of the thresholds, by name; fte is the same at all.", default="default")
    at_most: float = _says("The limit: kept only if the whole interval is at or under it.", default=0.003)
    of: str = _says(
        "Who keeps it: empty for everyone together, or a label, whose every group must.", default=""
    )
    source: str = _says(
        "Who set this limit.", default="this tool's default, the rate at which NIST reports identification"
    )


@dataclass(frozen=True, slots=True)
class StatisticsChoice:
    """How sure is sure."""

    level: float = _says("Coverage of the intervals.", default=0.95)
    seed: int = _says("Seed of everything drawn.", default=1)
    replicates: int = _says("How often people are drawn anew where an interval has no formula.", default=2000)


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole audit on paper.

    Raises:
        BadInput: a value that cannot be meant, named with its place in the plan.
    """

    dataset: DatasetChoice
    system: SystemChoice
    title: str = "An audit"
    labels: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    settle: Policy = field(default_factory=Policy)
    probes: ProbesChoice = ProbesChoice()
    gallery: GalleryChoice = GalleryChoice()
    search: SearchChoice = SearchChoice()
    threshold: tuple[ThresholdChoice, ...] = (ThresholdChoice("default", "default"),)
    calibration: CalibrationChoice = CalibrationChoice()
    contrast: tuple[ContrastChoice, ...] = ()
    limit: tuple[LimitChoice, ...] = (LimitChoice(),)
    statistics: StatisticsChoice = StatisticsChoice()

    def __post_init__(self) -> None:
        names = [choice.name for choice in self.threshold]
        for where, path in (
            ("dataset.folder", self.dataset.folder),
            ("dataset.manifest", self.dataset.manifest),
            ("calibration.file", self.calibration.file),
        ):
            demand("\0" not in path, where, "a name a file can have", repr(path))
        demand(self.dataset.use in {"", "test"}, "dataset.use", "'test', or nothing", self.dataset.use)
        demand(bool(names), "[[threshold]]", "at least one threshold", "none")
        demand(len(set(names)) == len(names), "[[threshold]]", "each name once", ", ".join(names))
        for threshold in self.threshold:
            _check_score(threshold, self.calibration)
        _check_limits(self.limit, names)
        demand(
            0.5 < self.statistics.level < 1,
            "statistics.level",
            "above 0.5 and under 1",
            self.statistics.level,
        )
        demand(self.statistics.seed >= 0, "statistics.seed", "0 or more", self.statistics.seed)
        many = self.statistics.replicates
        demand(100 <= many <= 100_000, "statistics.replicates", "100 to 100,000", many)
        demand(self.probes.people >= 0, "probes.people", "0 or more", self.probes.people)
        demand(self.gallery.people >= 0, "gallery.people", "0 or more", self.gallery.people)
        demand(
            all(n > 0 for n in self.gallery.sizes), "gallery.sizes", "sizes over 0", list(self.gallery.sizes)
        )
        length, part = self.search.list_length, self.search.searches_per_part
        demand(0 < length <= MOST, "search.list_length", f"1 to {MOST:,}", length)
        demand(0 < part <= MOST, "search.searches_per_part", f"1 to {MOST:,}", part)
        demand(self.search.retries >= 0, "search.retries", "0 or more", self.search.retries)
        asked = self.search.target_absent or self.search.target_present
        demand(asked, "search", "target_absent or target_present", "neither")
        for label in (*self.groups, *(choice.label for choice in self.contrast)):
            demand(bool(label), "groups", "names of label columns", "a blank")
        for contrast in self.contrast:
            _check_contrast(contrast)
        for choice in self.limit:
            if choice.of:
                demand(
                    choice.of in self.groups,
                    "limit.of",
                    f"one of groups ({', '.join(self.groups)})",
                    choice.of,
                )


@dataclass(frozen=True, slots=True)
class ResolvedSearch(SearchChoice):
    """How it is searched, with the weakest score recorded as a number on the system's scale."""

    record_to: float = _says(
        "Weakest score recorded, well beyond the weakest threshold, so that others can be tried later.",
        kw_only=True,
    )


@dataclass(frozen=True, slots=True)
class ResolvedThreshold(ThresholdChoice):
    """A threshold as a number on the system's scale."""

    score: float = _says("On the system's own scale.")


@dataclass(frozen=True, slots=True)
class ResolvedPlan(Plan):
    """A plan after it was held against its system: every threshold is a number, every default is written out.

    What a run is frozen with, and all that is measured afterwards is measured by.
    """

    search: ResolvedSearch = field(kw_only=True)
    threshold: tuple[ResolvedThreshold, ...] = field(kw_only=True)

    @property
    def deployed(self) -> ResolvedThreshold:
        """The threshold that the first limit is about."""
        return next(one for one in self.threshold if one.name == self.limit[0].threshold)

    @property
    def decimals(self) -> int:
        """That scores are rounded to before any decision: five, more where a threshold is finer."""
        return decimals(one.score for one in self.threshold)


def folder_of(choice: DatasetChoice) -> Folder:
    """The folder a plan names. Raises: BadInput: its photographs are made, and lie in none."""
    if choice.generator:
        raise BadInput(
            "the plan's photographs lie in no folder",
            expected=f"the place that {choice.generator} makes",
            got="none",
            remedy="hand the place over, or give the plan to `fairlineup audit run`",
        )
    return Folder(Path(choice.folder), choice.manifest)


def _check_contrast(choice: ContrastChoice) -> None:
    if choice.one == choice.other != "others":
        raise BadInput(
            f"the plan's contrast of {choice.label} compares a group with itself",
            expected="two groups that differ",
            got=f"{choice.one!r} as one and as other",
            remedy="name the group to compare with, or 'others' for everyone else",
        )


def _check_limits(limits: Sequence[LimitChoice], names: Sequence[str]) -> None:
    demand(bool(limits), "[[limit]]", "at least one limit", "none")
    for choice in limits:
        demand(choice.threshold in names, "limit.threshold", f"one of {', '.join(names)}", choice.threshold)
        demand(0 < choice.at_most < 1, "limit.at_most", "a rate between 0 and 1", choice.at_most)
    keys = [(choice.measure, choice.threshold, choice.of, choice.at_most) for choice in limits]
    demand(len(set(keys)) == len(keys), "[[limit]]", "each limit once", "one twice")


def _check_score(choice: ThresholdChoice, calibration: CalibrationChoice) -> None:
    if not isinstance(choice.score, str):
        return
    known = choice.score in {"default", "recommended"} or SIMILARITY.fullmatch(choice.score)
    where = f"threshold {choice.name!r}"
    demand(
        bool(known),
        where,
        "a number (without quotes), 'default', 'recommended' or 'similarity 66'",
        repr(choice.score),
    )
    if SIMILARITY.fullmatch(choice.score):
        demand(bool(calibration.file), where, "a calibration.file for a threshold by similarity", "none")


def demand(holds: bool, where: str, expected: str, got: object) -> None:  # noqa: FBT001
    """Raise unless something holds of a plan's value. Raises: BadInput."""
    if not holds:
        raise wrong(where, expected, got)


def wrong(where: str, expected: str, got: object) -> BadInput:
    """The error for a value that a plan cannot have."""
    return BadInput(f"the plan's {where}", expected=expected, got=str(got), remedy="correct the plan")
