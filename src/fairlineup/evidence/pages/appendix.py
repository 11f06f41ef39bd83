"""The appendix of groups: differentials beside chance, intersections, impostors of the same group."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.figures import Datum, Figure, Results, figure
from fairlineup.evidence.pages.subject import Subject

HIDES = "it does not say which group, nor how far apart two of them are"


@dataclass(frozen=True, slots=True)
class Differential:
    """One summary of how far groups lie apart, beside what chance gives.

    Attributes:
        label: the groups' label.
        of: the rates it summarises.
        name: of the summary.
        value: the summary, or why there is none.
        null_median: what shuffled labels give in half of all draws.
        null_95: what they stay under in 95 of 100.
        p: share of draws at least as great.
        hides: what the number does not show.
    """

    label: str
    of: str
    name: str
    value: Datum | None
    reason: str
    null_median: Datum | None
    null_95: Datum | None
    p: str
    hides: str


@dataclass(frozen=True, slots=True)
class Intersections:
    """Cells of two labels: their values, people, raw and pooled rate."""

    labels: str
    measure: str
    reason: str
    cells: tuple[tuple[str, Datum, Figure, Figure], ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """False matches among people who share every declared label, beside those among all.

    Attributes:
        reason: why there is none; blank where there is one.
        labels: what they share.
        fmr: among people who are alike.
        everyone: among all.
    """

    reason: str
    labels: str = ""
    fmr: Figure | None = None
    everyone: Figure | None = None


@dataclass(frozen=True, slots=True)
class Appendix:
    """Everything at the deployed threshold, and reasons by label where there is nothing."""

    differentials: tuple[Differential, ...]
    without: tuple[tuple[str, str], ...]
    intersections: tuple[Intersections, ...]
    alike: Alike | None

    @property
    def empty(self) -> bool:
        """Whether the results have none of it."""
        return not (self.differentials or self.without or self.intersections or self.alike)


def appendix(subject: Subject) -> Appendix:
    """The appendix at the deployed threshold."""
    found = subject.deployed
    differentials = list(found.get("differentials") or ())
    return Appendix(
        differentials=tuple(
            _differential(str(one["label"]), str(one["of"]), measure)
            for one in differentials
            if "not_measured" not in one
            for measure in one["measures"]
        ),
        without=tuple(
            (str(one["label"]), str(one["not_measured"])) for one in differentials if "not_measured" in one
        ),
        intersections=tuple(_intersections(one) for one in found.get("intersections") or ()),
        alike=_alike(found["alike"]) if found.get("alike") else None,
    )


def _alike(found: Results) -> Alike:
    if "not_measured" in found:
        return Alike(str(found["not_measured"]))
    labels = " and ".join(str(label).replace("_", " ") for label in found["labels"])
    return Alike("", labels, figure(found["fmr"], one_in=True), figure(found["everyone"], one_in=True))


def _differential(label: str, of: str, measure: Results) -> Differential:
    value = measure["value"]
    number = float(value) if isinstance(value, int | float) else None
    p = measure.get("p")
    return Differential(
        label=label.replace("_", " "),
        of=str(measure.get("of") or of.upper()),
        name=str(measure["name"]).replace("_", " "),
        value=None if number is None else Datum(words.significant(number, 3), number),
        reason="" if number is not None else str(value["not_measured"]),
        null_median=_datum(measure.get("null_median")),
        null_95=_datum(measure.get("null_95")),
        p=words.p_value(float(p)).removeprefix("= ") if isinstance(p, int | float) else "not measured",
        hides=str(measure.get("hides") or HIDES).rstrip("."),
    )


def _datum(value: object) -> Datum | None:
    if not isinstance(value, int | float):
        return None
    return Datum(words.significant(float(value), 3), float(value))


def _intersections(one: Results) -> Intersections:
    labels = " × ".join(str(label).replace("_", " ") for label in one["labels"])
    if "not_measured" in one:
        return Intersections(labels, "", str(one["not_measured"]))
    cells = tuple(
        (
            " × ".join(str(value) for value in cell["values"]),
            Datum(words.count(cell["people"]), cell["people"]),
            figure(cell["raw"]),
            figure(cell["pooled"]),
        )
        for cell in one["cells"]
    )
    return Intersections(labels, str(one.get("measure", "fpir")).upper(), "", cells)
