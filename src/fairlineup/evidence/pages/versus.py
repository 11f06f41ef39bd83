"""A comparison of runs as one HTML page that stands alone: side by side, no ranking, no winner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.charts import Dot, Mark, Rate, areas, dot_plot
from fairlineup.evidence.pages.faces import Album, Photographs, open_album
from fairlineup.evidence.pages.figures import POINTS, interval, is_measured
from fairlineup.evidence.pages.pairs import PairShown, PairSide
from fairlineup.evidence.pages.rendering import environment
from fairlineup.evidence.pages.svg import Caption
from fairlineup.evidence.pages.words import as_page
from fairlineup.evidence.runs import RunDirectory
from fairlineup.files import write_atomic
from fairlineup.records import NotMeasured
from fairlineup.results import (
    ChosenThreshold,
    ChosenWithoutInterval,
    FlaggedApart,
    GivenThreshold,
    PairAtPoint,
    PairedPoint,
    PairedRate,
    RunCompared,
    Share,
    VersusResults,
)

NAME = "versus.html"
EXPLAINED = {"fpir", "fmr", "fnir", "fte"}
RATES = {"fpir": "flagged though not in the gallery", "fnir": "missed though in the gallery"}
TITLES = {
    "fpir": "Flagged though not in the gallery (FPIR)",
    "fnir": "Missed though in the gallery (FNIR)",
    "fte": "Photographs not enrolled (FTE)",
    "fta": "Photographs not searched with (FTA)",
}


@dataclass(frozen=True, slots=True)
class Versus:
    """What the page is about, with the words that recur."""

    results: VersusResults

    @property
    def notice(self) -> str:
        """Marks every table and chart of people who are not real; blank for real ones."""
        kind = self.results.population.kind
        return "" if kind == "real" else f"{kind} people"

    @property
    def level(self) -> str:
        """Coverage of the intervals: "95 %"."""
        return words.declared_percent(self.results.statistics.level)

    @property
    def unit(self) -> str:
        """What a score is called."""
        return "distance" if {one.system.scale.unit for one in self.results.runs} == {"distance"} else "score"

    def settings(self, run: RunCompared) -> str:
        """The settings of a run that the others do not have."""
        place = self.results.runs.index(run)
        rows = [one for one in self.results.differences if one.what.startswith("setting ")]
        return ", ".join(f"{one.what.removeprefix('setting ')} {one.values[place]}" for one in rows)

    def called(self, key: str) -> str:
        """A run as it is called: its key, and the folder it is in."""
        return next(f"{key} ({one.folder})" for one in self.results.runs if one.key == key)


def write_versus(
    out: Path, results: VersusResults, photographs: Mapping[str, tuple[RunDirectory, Photographs]]
) -> Path:
    """Write versus.html into a folder.

    Args:
        out: the folder.
        results: of the comparison.
        photographs: by run, its directory and where its photographs come from; empty shows no faces.
    Returns: the page.
    Raises: BadInput: an unwritable place, or a manifest that cannot be read. SystemFailed: a full disk.
    """
    subject = Versus(results)
    albums = {key: open_album(*one) for key, one in photographs.items()}
    own, *equal = results.points
    page = (
        environment()
        .get_template("versus.html.j2")
        .render(
            subject=subject,
            results=results,
            failures={"": [f"{one.section}: {one.reason}" for one in results.failed_sections]},
            slider=None,
            short=False,
            faces=bool(albums),
            titles=TITLES,
            own=own,
            equal=equal,
            group_rows=[
                row
                for row in _rows(results, "groups")
                if row[0].fmr is None or is_measured(row[4].before)  # its counts stand at the own thresholds
            ],
            gaps=list(_rows(results, "gaps")),
            threshold_says=threshold_says,
            explained=EXPLAINED,
            headlines=[headline(subject, pair) for pair in own.pairs],
            says=[text for pair in own.pairs for text in verdict(subject, pair)],
            pictures=[one for pair in own.pairs if (one := _areas(subject, pair))],
            changes=[one for pair in own.pairs if (one := _changes(subject, pair))],
            parted=[(one, list(_pairs(subject, one, albums))) for one in results.parted],
        )
    )
    path = out / NAME
    write_atomic(path, as_page(page))
    return path


def _rows(results: VersusResults, part: str) -> Iterator[tuple[PairedPoint, PairAtPoint, Any, str, Any]]:
    """What was measured of each of the "groups", or of the "gaps" between two, at each operating point."""
    for point in results.points:
        for pair in point.pairs:
            for one in getattr(pair, part):
                rates = ((key, getattr(one, key)) for key in RATES)
                yield from ((point, pair, one, key, found) for key, found in rates if is_measured(found))


def threshold_says(at: GivenThreshold | ChosenThreshold | ChosenWithoutInterval) -> str:
    """Where a threshold comes from, or between what it lies."""
    if isinstance(at, GivenThreshold):
        return f"{'the default' if at.is_default else 'of the plan'}: {at.source}"
    if isinstance(at, ChosenThreshold):
        return f"{words.score(at.low)} to {words.score(at.high)}"
    return at.interval.reason


# --- in sentences --------------------------------------------------------------------------------


def headline(subject: Versus, pair: PairAtPoint) -> str:
    """Who was flagged by both runs, and by one alone, each at its own threshold."""
    before, after, found = subject.called(pair.before), subject.called(pair.after), pair.fpir
    if isinstance(found, NotMeasured):
        return f"Who is flagged by {before} and by {after} cannot be compared: {found.reason}."
    counts = found.counts
    return (
        f"Each at its own threshold, {words.count(counts.both)} of {words.count(counts.people)} "
        f"{subject.notice or 'people'} who are not in the gallery were flagged by both, "
        f"{words.count(counts.first_only)} by {before} alone, {words.count(counts.second_only)} by {after} "
        "alone."
    )


def verdict(subject: Versus, pair: PairAtPoint) -> Iterator[str]:
    """What may be said of the difference, in sentences that carry their limits."""
    for found, what in ((pair.fpir, RATES["fpir"]), (pair.fnir, RATES["fnir"])):
        if isinstance(found, NotMeasured) or isinstance(found.difference, NotMeasured):
            continue
        moved = found.difference
        yield (
            f"People {what}: {pair.after} less {pair.before} is {interval(moved, POINTS, subject.level)}. "
            f"{_parting(found)} {_established(found, moved.low, moved.high)}"
        )


def _parting(found: PairedRate) -> str:
    """On how many people the two part, and what chance would do."""
    parted = found.counts.first_only + found.counts.second_only
    if parted == 0:
        return "The two differ on nobody."
    text = f"The two differ on {words.plural(parted, 'person', 'people')}"
    if isinstance(found.p, NotMeasured):
        return f"{text}."
    text += f"; if they erred alike, a split as uneven has p {words.p_value(found.p)}"
    if found.holm_p is None or (found.tests or 1) < 2:
        return f"{text}."
    return f"{text}, or {words.p_value(found.holm_p)} as one of {found.tests} tests (Holm)."


def _established(found: PairedRate, low: float, high: float) -> str:
    """Whether a difference is established, and what could have been."""
    if low > 0 or high < 0:
        return "For these photographs and thresholds a difference is established."
    said = "No difference is established, and none is ruled out within the interval"
    if isinstance(found.detectable, NotMeasured):
        return f"{said}."
    least = words.percent_number(found.detectable)
    return f"{said}: one of {least} points or more would have been found four times in five."


# --- in pictures ---------------------------------------------------------------------------------


def _areas(subject: Versus, pair: PairAtPoint) -> tuple[str, Markup] | None:
    """People by what the two runs did to them; None where that was not measured."""
    if isinstance(pair.fpir, NotMeasured):
        return None
    before, after, counts = pair.before, pair.after, pair.fpir.counts
    shares = (
        ("flagged by both", counts.both, "both"),
        (f"flagged by {before} alone", counts.first_only, "first"),
        (f"flagged by {after} alone", counts.second_only, "second"),
        ("flagged by neither", counts.neither, "neither"),
    )
    title = f"People by what {before} and {after} did to them, each at its own threshold"
    desc = "; ".join(f"{words.count(people)} {what}" for what, people, _ in shares)
    return title, areas(Caption(title, desc, subject.notice), shares)


def _changes(subject: Versus, pair: PairAtPoint) -> tuple[str, Markup] | None:
    """FPIR before and after, for everyone and for each group that may be published."""
    rates = {row.run: row.fpir for row in subject.results.points[0].rates}
    rows, label = [], ""
    if isinstance(rates[pair.after], Share):
        rows.append(_change("everyone", rates[pair.before], rates[pair.after], ""))
    for group in pair.groups:
        found = group.fpir
        if isinstance(found, NotMeasured) or NotMeasured in (type(found.before), type(found.after)):
            continue
        name = group.label.replace("_", " ")
        rows.append(_change(group.value, found.before, found.after, "" if name == label else name))
        label = name
    if not rows:
        return None
    title = f"FPIR before ({pair.before}, ring) and after ({pair.after}, dot), each at its own threshold"
    desc = "; ".join(f"{row.heading or row.label}: {row.text}" for row in rows)
    return title, dot_plot(Caption(title, desc, subject.notice), rows)


def _change(label: str, before: Share | NotMeasured, after: Share | NotMeasured, heading: str) -> Dot:
    rates = [_rate(before), _rate(after)]
    text = " → ".join("not measured" if one is None else words.percent(one[0]) for one in rates)
    return Dot(label, text, (Mark("ring", rates[0]), Mark("circle", rates[1])), heading)


def _rate(found: Share | NotMeasured) -> Rate | None:
    return None if isinstance(found, NotMeasured) else (found.value, found.low, found.high)


def _pairs(subject: Versus, parted: FlaggedApart, albums: Mapping[str, Album]) -> Iterator[PairShown]:
    """Everybody whom one of the two runs flags alone, with the stranger they were held for."""
    names = subject.results.names
    for one in parted.people:
        album = albums.get(one.flagged_by, Album(None))
        yield PairShown(
            one=PairSide.of("Searched", one.person, one.probe_photo, names, album),
            other=PairSide.of("Returned", one.gallery_person, one.gallery_photo, names, album),
            score=one.score,
            rank=None,
            says=f"flagged by {one.flagged_by} alone",
        )
