"""FPIR against gallery size: the ladder, what lies beyond it, galleries like it, and hub faces."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.figures import RATIO, Datum, Figure, Results, figure
from fairlineup.evidence.pages.subject import Subject

MOST_HUBS = 20
BOUNDS = (
    ("disjoint", "by pairs of people with nobody twice"),
    ("adjusted", "with the design effect"),
    ("naive", "as if comparisons were independent, which claims too much"),
)


@dataclass(frozen=True, slots=True)
class Beyond:
    """FPIR in a gallery larger than the one tested.

    Attributes:
        threshold: its name.
        people: size of the supposed gallery.
        fpir: by the fitted ladder, or why there is none.
        outer: bounds that need no fit; None where none are given.
        slope: of the fitted line; None where nothing was fitted.
        independent: 1 - (1 - FMR)^N, beside it.
    """

    threshold: str
    people: Datum
    fpir: Figure
    outer: Figure | None
    slope: Figure | None
    independent: Datum | None


@dataclass(frozen=True, slots=True)
class Hubs:
    """Gallery people returned for many searches, at one threshold."""

    threshold: str
    reason: str
    people: tuple[tuple[str, Datum, Datum], ...] = ()
    more: int = 0
    expected: str = ""
    without_top: Figure | None = None
    fpir: Figure | None = None


def ladder_rows(subject: Subject) -> list[tuple[str, int, Figure, Figure | None]]:
    """Threshold, people, FPIR, and the band that holds at every rung at once where there is one."""
    return [
        (
            str(rung["threshold"]),
            int(rung["people"]),
            figure(rung["fpir"]),
            figure(rung["band"]) if rung.get("band") else None,
        )
        for rung in subject.results["ladder"]
    ]


def beyond(subject: Subject) -> list[Beyond]:
    """Larger galleries, as far as the ladder carries."""
    return [_beyond(one) for one in subject.results.get("extrapolation") or ()]


def _beyond(one: Results) -> Beyond:
    people = Datum(words.count(one["people"]), one["people"])
    if "not_measured" in one:
        return Beyond(str(one["threshold"]), people, figure(one), None, None, None)
    independent = one.get("if_independent")
    return Beyond(
        threshold=str(one["threshold"]),
        people=people,
        fpir=figure(one["fpir"]),
        outer=figure(one["outer"]) if one.get("outer") else None,
        slope=figure(one["slope"], RATIO) if one.get("slope") else None,
        independent=(
            Datum(words.percent(float(independent)), float(independent))
            if isinstance(independent, int | float)
            else None
        ),
    )


def dependence(subject: Subject) -> list[str]:
    """How far comparisons hang together at each threshold, and what may be claimed after no false match."""
    said = []
    for one in subject.results["thresholds"]:
        effect, bounds = one.get("fmr_design_effect"), one.get("fmr_bounds")
        if isinstance(effect, int | float):
            said.append(f"At “{one['name']}” the design effect of FMR is {words.significant(float(effect))}.")
        if bounds:
            told = ", ".join(f"{_bound(bounds[key])} ({name})" for key, name in BOUNDS if key in bounds)
            said.append(f"At “{one['name']}” no false match was seen; FMR may still be as high as {told}.")
    return said


def _bound(bound: object) -> str:
    if isinstance(bound, int | float):
        return words.percent(float(bound))
    return "not measured"


def galleries_like_it(subject: Subject) -> list[tuple[str, Figure, Figure]]:
    """Threshold, FPIR for this gallery, FPIR for others of its kind; empty where not measured."""
    return [
        (str(one["name"]), figure(one["fpir"]), figure(one["fpir_galleries_like_it"]))
        for one in subject.results["thresholds"]
        if one.get("fpir_galleries_like_it")
    ]


def hubs(subject: Subject) -> list[Hubs]:
    """Hub faces at every threshold that tells of them, the deployed one first."""
    thresholds = sorted(subject.results["thresholds"], key=lambda one: one is not subject.deployed)
    return [_hubs(subject, one) for one in thresholds if one.get("hubs")]


def _hubs(subject: Subject, threshold: Results) -> Hubs:
    found = threshold["hubs"]
    name = str(threshold["name"])
    if "not_measured" in found:
        return Hubs(name, str(found["not_measured"]))
    people = list(found.get("people") or ())
    return Hubs(
        threshold=name,
        reason="",
        people=tuple(
            (
                subject.name(str(one["person"])),
                Datum(words.count(one["searches"]), one["searches"]),
                Datum(words.percent(float(one["share"])), one["share"]),
            )
            for one in people[:MOST_HUBS]
        ),
        more=max(0, len(people) - MOST_HUBS),
        expected=_expected(found),
        without_top=figure(found["without_top"]) if found.get("without_top") else None,
        fpir=figure(threshold["fpir"]),
    )


def _expected(found: Results) -> str:
    """What chance alone gives the most returned person."""
    most, high, p = (found.get(key) for key in ("expected_most", "expected_95", "p"))
    if not isinstance(most, int | float):
        return ""
    text = f"Spread by chance over the gallery, the most returned person would stand in {most:g} searches"
    if isinstance(high, int | float) and isinstance(p, int | float):
        text += f" (in 95 of 100 draws at most {high:g}; p {words.p_value(float(p))})"
    return f"{text}."
