"""The plan of an audit: everything that decides its result, declared before anything is searched."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from fairlineup.evidence.plan.place import Folder
from fairlineup.evidence.plan.settle import Policy
from fairlineup.options import NOT_BLANK, Naming, above, at_least, below, between, check_options, such
from fairlineup.records import BadInput, decimals

SHIPPED = "shipped"
MOST = 1_000_000_000  # of anything counted: more is a slip of the pen
SIMILARITY = re.compile(r"similarity\s+\d+(\.\d+)?")
OTHERS: Literal["others"] = "others"
LEAVE_ONE_OUT: Literal["leave-one-out"] = "leave-one-out"
Strangers = Literal["others", "leave-one-out"]
Half = Literal["all", "even", "odd"]
FILE_NAME = such(lambda name: "\0" not in name, "a name a file can have")
WORDED = "a number (without quotes), 'default', 'recommended' or 'similarity 66'"
PLAN = Naming("the plan's {}", remedy="correct the plan", code="plan-invalid")


def _is_score(score: float | str) -> bool:
    return not isinstance(score, str) or score in {"default", "recommended"} or is_similarity(score)


def is_similarity(score: float | str) -> bool:
    """Whether a threshold is given by its similarity: a calibration turns it into a score."""
    return isinstance(score, str) and SIMILARITY.fullmatch(score) is not None


def _says(doc: str, **keywords: Any) -> Any:
    """A field with the sentence that stands above it in a written plan."""
    return field(metadata={"says": doc}, **keywords)


@dataclass(frozen=True, slots=True)
class DatasetChoice:
    """Which photographs."""

    folder: Annotated[str, FILE_NAME] = _says(
        "Folder of the photographs; relative paths start at this file.", default=""
    )
    manifest: Annotated[str, FILE_NAME] = _says(
        "CSV file in it: who is on each photograph.", default="people.csv"
    )
    half: Literal["all", "even", "odd"] = _says(
        "'even' or 'odd' takes half of the people: a calibration of the others shares nobody with them.",
        default="all",
    )
    capture: str = _says(
        "What kind of photographs these are; results hold for this kind.", default="not stated"
    )
    population: str = _says("Whom they show; results hold for these people.", default="not stated")
    use: Literal["", "test"] = _says(
        "'test' declares that all these may be shown in a test's report, as the manifest's column use does; "
        "else none is.",
        default="",
    )
    generator: str = _says(
        "What makes the photographs, where they are in no folder: samples, with its options; else empty.",
        default="",
    )
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SystemChoice:
    """Which system is under test."""

    name: str = _says("Name of the system, as the command line knows it.")
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProbesChoice:
    """Who is searched for."""

    people: Annotated[int, at_least(0)] = _says(
        "Search this many people drawn with the seed; 0 is everyone.", default=0
    )


@dataclass(frozen=True, slots=True)
class GalleryChoice:
    """Whom they are searched among."""

    people: Annotated[int, at_least(0)] = _says(
        "Enrol this many non-mates drawn with the seed; 0 is everyone.", default=0
    )
    sizes: tuple[Annotated[int, at_least(1)], ...] = _says(
        "Gallery sizes, in people, at which FPIR is also given, up to tenfold; empty: halves of the whole.",
        default=(),
    )


@dataclass(frozen=True, slots=True)
class SearchChoice:
    """How it is searched."""

    target_absent: bool = _says("Search each probe among people who are not them.", default=True)
    target_present: bool = _says("Search each probe that has a mate with the mates added.", default=True)
    list_length: Annotated[int, between(1, MOST)] = _says(
        "Candidates a user of the system is shown (R, and the cut of selectivity).", default=50
    )
    record_to: float | None = _says(
        "Weakest score recorded, well beyond the weakest threshold, so that others can be tried later.",
        default=None,
    )
    searches_per_part: Annotated[int, between(1, MOST)] = _says(
        "Answers kept together on disk; a kill repeats at most so many.", default=64
    )
    retries: Annotated[int, at_least(0)] = _says(
        "How often a question that got no answer is asked again.", default=3
    )
    strangers: Literal["others", "leave-one-out"] = _says(
        "'others': probes are searched among people who are no probe. 'leave-one-out', for few people: each "
        "is searched once among everybody, and their own photographs are taken off the list.",
        default=OTHERS,
    )


@dataclass(frozen=True, slots=True)
class ThresholdChoice:
    """One threshold to report at."""

    name: str = _says("What this threshold is called in the report.")
    score: Annotated[float | str, such(_is_score, WORDED)] = _says(
        "On the system's own scale; 'default' or 'recommended', as its maker says; or 'similarity 66'."
    )
    source: str = _says("Who set this threshold.", default="")


@dataclass(frozen=True, slots=True)
class CalibrationChoice:
    """Which calibration turns a similarity into a distance."""

    file: Annotated[str, FILE_NAME] = _says(
        "A calibration's table, or 'shipped', for thresholds by similarity; shared people forbid a verdict.",
        default="",
    )


@dataclass(frozen=True, slots=True)
class ContrastChoice:
    """Two groups to compare, declared before the run."""

    label: Annotated[str, NOT_BLANK] = _says("Label column.")
    one: str = _says("Its value for the first group.")
    other: str = _says(
        "Its value for the second group; 'others' is everyone else with a label.", default="others"
    )


@dataclass(frozen=True, slots=True)
class LimitChoice:
    """What the system is held to."""

    measure: Literal["fpir", "fnir", "fte"] = _says("Which rate: fpir, fnir or fte.", default="fpir")
    threshold: str = _says("At which of the thresholds, by name; fte is the same at all.", default="default")
    at_most: Annotated[float, above(0), below(1)] = _says(
        "The limit: kept only if the whole interval is at or under it.", default=0.003
    )
    of: str = _says(
        "Who keeps it: empty for everyone together, or a label, whose every group must.", default=""
    )
    source: str = _says(
        "Who set this limit.", default="this tool's default, the rate at which NIST reports identification"
    )


@dataclass(frozen=True, slots=True)
class StatisticsChoice:
    """How sure is sure."""

    level: Annotated[float, above(0.5), below(1)] = _says("Coverage of the intervals.", default=0.95)
    seed: Annotated[int, between(0, 2**53 - 1)] = _says("Seed of everything drawn.", default=1)
    replicates: Annotated[int, between(100, 100_000)] = _says(
        "How often people are drawn anew where an interval has no formula.", default=2000
    )


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
    groups: tuple[Annotated[str, NOT_BLANK], ...] = ()
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
        check_options(self, PLAN)
        names = [choice.name for choice in self.threshold]
        demand(bool(names), "[[threshold]]", "at least one threshold", "none")
        demand(len(set(names)) == len(names), "[[threshold]]", "each name once", ", ".join(names))
        for threshold in self.threshold:
            calibrated = bool(self.calibration.file) or not is_similarity(threshold.score)
            where = f"threshold {threshold.name!r}"
            demand(calibrated, where, "a calibration.file for a threshold by similarity", "none")
        _check_limits(self.limit, names, self.groups)
        asked = self.search.target_absent or self.search.target_present
        demand(asked, "search", "target_absent or target_present", "neither")
        for contrast in self.contrast:
            _check_contrast(contrast)


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
            remedy="hand the place over beside the plan",
            code="argument-unusable",
        )
    return Folder(Path(choice.folder), choice.manifest)


def _check_contrast(choice: ContrastChoice) -> None:
    if choice.one == choice.other != "others":
        raise BadInput(
            f"the plan's contrast of {choice.label} compares a group with itself",
            expected="two groups that differ",
            got=f"{choice.one!r} as one and as other",
            remedy="name the group to compare with, or 'others' for everyone else",
            code="plan-invalid",
        )


def _check_limits(limits: Sequence[LimitChoice], names: Sequence[str], groups: Sequence[str]) -> None:
    demand(bool(limits), "[[limit]]", "at least one limit", "none")
    for choice in limits:
        demand(choice.threshold in names, "limit.threshold", f"one of {', '.join(names)}", choice.threshold)
        held = not choice.of or choice.of in groups
        demand(held, "limit.of", f"one of groups ({', '.join(groups)})", choice.of)
    keys = [(choice.measure, choice.threshold, choice.of, choice.at_most) for choice in limits]
    demand(len(set(keys)) == len(keys), "[[limit]]", "each limit once", "one twice")


def demand(holds: bool, where: str, expected: str, got: object) -> None:  # noqa: FBT001
    """Raise unless something holds of a plan's value. Raises: BadInput."""
    if not holds:
        raise PLAN.wrong(where, expected, str(got))
