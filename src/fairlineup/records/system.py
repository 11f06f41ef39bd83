"""The port through which any face recognition system is asked: ours, a vendor's, a simulated one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeVar, runtime_checkable

from fairlineup.records.errors import BadInput
from fairlineup.records.face import ModelInformation, Quality
from fairlineup.records.photograph import Photograph
from fairlineup.records.progress import Progress

if TYPE_CHECKING:  # so that the command line can show its help without loading NumPy
    import numpy as np
    from numpy.typing import NDArray

Score = TypeVar("Score", float, "NDArray[np.float64]")


class Outcome(StrEnum):
    """What became of one photograph. All but OK are failures to process, and are measured."""

    OK = "ok"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    LOW_QUALITY = "low_quality"
    REFUSED = "refused"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale a system reports scores on."""

    #: "distance" (lower is more alike) or "similarity" (higher is more alike).
    kind: Literal["distance", "similarity"]
    low: float  #: lowest possible score.
    high: float  #: highest possible score.
    name: str  #: in words, e.g. "Euclidean distance between 128-d templates".

    def to_distance(self, score: Score) -> Score:
        """Scores, or one, as distances, where lower is more alike; a similarity's is its negative."""
        return score if self.kind == "distance" else -score

    def to_score(self, distance: Score) -> Score:
        """The scores whose distances these are."""
        return self.to_distance(distance)

    def accepts(self, score: float, threshold: float) -> bool:
        """Whether a comparison with this score is a match at this threshold (ties match)."""
        return self.to_distance(score) <= self.to_distance(threshold)

    @property
    def weakest(self) -> float:
        """The end of the scale where nobody is alike: as a threshold it accepts everything."""
        return max(self.low, self.high, key=self.to_distance)

    @property
    def unit(self) -> Literal["distance", "score"]:
        """What a score is called, in results too."""
        return "distance" if self.kind == "distance" else "score"

    @property
    def side(self) -> Literal["less", "more"]:
        """Which scores a threshold accepts beside itself: "0.6 or less"."""
        return "less" if self.kind == "distance" else "more"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold a system's maker names."""

    score: float  #: on the system's scale.
    source: str  #: where they name it.


@dataclass(frozen=True, slots=True)
class Price:
    """What one call costs."""

    amount: float  #: of the currency, for one call.
    currency: str  #: "USD".
    date: str  #: when the price list was read, ISO.
    source: str  #: which price list.

    def __post_init__(self) -> None:
        _check_number("price.amount", self.amount, 0)


@dataclass(frozen=True, slots=True)
class SystemInformation:
    """What a system says of itself, recorded before it is asked anything."""

    name: str  #: short name, e.g. "local".
    vendor: str  #: who makes it.
    version: str  #: version of the system or its interface.
    scale: Scale  #: what its scores mean.
    default_threshold: Threshold | None  #: what a caller gets who sets none; None if it has none.
    #: what the maker recommends for consequential use; None if nothing.
    recommended_threshold: Threshold | None
    max_candidates: int | None = None  #: longest list it returns, None if unlimited.
    models: tuple[ModelInformation, ...] = ()  #: models in use, where they are known.
    #: "real" or "simulated"; a simulated system says nothing about real people.
    population: Literal["real", "simulated"] = "real"
    keeps_galleries: bool = False  #: whether a gallery outlives the process that enrolled it.
    #: rough time from a question to its answer while `at_once` are open, to announce a run with; None if
    #: unknown.
    seconds_per_photograph: float | None = None
    #: anything else that changes its answers, as plain values.
    settings: dict[str, str | int | float | bool] = field(default_factory=dict)
    #: what the maker's own sample code sets, which is what many callers copy.
    sample_thresholds: tuple[Threshold, ...] = ()
    max_photo_bytes: int | None = None  #: largest photograph it takes, None if unlimited.
    #: whether it is asked across a wire: each photograph is then a question of its own, and each answer is
    #: kept before the next question.
    wire: bool = False
    at_once: int = 1  #: most questions it may politely be asked at the same time.
    price: Price | None = None  #: of a call, None for a system that charges nothing.
    calls_per_enrolment: int = 1  #: paid calls that one enrolled photograph takes.
    calls_per_search: int = 1  #: paid calls that one search takes.
    terms: tuple[str, ...] = ()  #: what an auditor should know of its terms and behaviour, in sentences.

    def __post_init__(self) -> None:
        for name, low in (("at_once", 1), ("calls_per_enrolment", 0), ("calls_per_search", 0)):
            _check_number(name, getattr(self, name), low)
        if self.seconds_per_photograph is not None:
            _check_number("seconds_per_photograph", self.seconds_per_photograph, 0)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What became of one photograph offered to a gallery."""

    photo: str  #: its id.
    outcome: Outcome  #: OK, or why it was not enrolled.
    detail: str = ""  #: the system's own words, where it has any.
    seconds: float | None = field(default=None, compare=False)  #: the time it took, where that is known.
    #: what kind of photograph it is, where a system tells.
    quality: Quality | None = field(default=None, compare=False)


class Candidate(NamedTuple):
    """One reference a search returned: a lead, not an identification."""

    photo: str
    score: float


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """How far down the list a search is asked to go."""

    max_candidates: int | None  #: longest list wanted, None for all the system will give.
    #: weakest score wanted, on the system's own scale; None for the system's default.
    threshold: float | None


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What a system answered to one probe photograph."""

    photo: str  #: the probe's id.
    outcome: Outcome  #: OK, or why it was not processed.
    candidates: tuple[Candidate, ...] = ()  #: references, most alike first, as the system scored them.
    #: the list was cut at the longest the system gives, so that more may have scored as high.
    capped: bool = False
    detail: str = ""  #: the system's own words, where it has any.
    seconds: float | None = field(default=None, compare=False)  #: the time it took, where that is known.
    #: candidates were held back, as by a system that hands people leads; no audit reads that.
    withheld: bool = False
    quality: Quality | None = field(default=None, compare=False)  #: what kind of photograph, where it tells.


def _check_number(name: str, value: float, low: int) -> None:
    """Raises: BadInput: what a run is paced and paid by is no number, or less than it can be."""
    if not isinstance(value, bool) and math.isfinite(value) and value >= low:
        return
    raise BadInput(
        name,
        expected=f"a number of {low} or more",
        got=repr(value),
        remedy="correct what the system says of itself",
        code="argument-unusable",
    )


GALLERY_PREFIX = "fairlineup-"  # of every gallery an audit makes, so that leftovers can be told


@runtime_checkable
class FaceSystem(Protocol):
    """Any face recognition system, asked through five questions.

    `ComparingSystem` and `KeepingSystem` add one each, `InProcessSystem` what spares it questions.
    `enrol` and `search` take photographs in an order and answer lazily in the same order, one answer for
    each. Finding no face is an answer. A question that got no answer raises TransportError. A photograph
    enrolled again under its id stands in the gallery once.
    Across a wire (`information().wire`) both are asked with one photograph at a time, by several threads if
    `at_once` allows.
    """

    def information(self) -> SystemInformation:
        """What the system is."""
        ...

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Add references to a gallery, which is made at the first call. Raises: TransportError."""
        ...

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Search a gallery for each probe. Raises: TransportError."""
        ...

    def delete_gallery(self, gallery: str) -> None:
        """Remove a gallery and all that was enrolled in it; a gallery that is not there is no error."""
        ...

    def close(self) -> None:
        """Let go of processes and connections; galleries that are kept stay."""
        ...


@runtime_checkable
class ComparingSystem(FaceSystem, Protocol):
    """A system that also compares two photographs."""

    def compare(self, one: Photograph, other: Photograph) -> SearchAnswer:
        """The score of one pair, as an answer with a single candidate. Raises: TransportError."""
        ...


@dataclass(frozen=True, slots=True)
class Closest:
    """What a gallery gave when it was compared with itself."""

    references: int  #: that stand in it.
    looked_at: int  #: of these, compared with all others; spread evenly where that is not all.
    pairs: tuple[tuple[str, str, float], ...]  #: photographs and their score, the most alike first.


@runtime_checkable
class InProcessSystem(FaceSystem, Protocol):
    """A system whose galleries end with its process, and whose templates a run may keep until it is done."""

    def template(self, gallery: str, photo: str) -> bytes:
        """The template of a photograph that was enrolled, as `recall` takes it."""
        ...

    def recall(self, gallery: str, templates: Iterable[tuple[str, bytes]]) -> None:
        """Put templates of photographs back into a gallery, as if they were enrolled."""
        ...

    def closest(self, gallery: str, each: int, progress: Progress) -> Closest:
        """The closest pairs in a gallery: of each reference with so many others."""
        ...


@runtime_checkable
class KeepingSystem(FaceSystem, Protocol):
    """A system whose galleries outlive the process that made them, and that can say which there are."""

    def galleries(self) -> tuple[str, ...]:
        """Names of the galleries it holds that begin with GALLERY_PREFIX, sorted. Raises: TransportError."""
        ...
