"""results.json and run.json to one HTML page that stands alone, and its figures as files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.appendix import appendix
from fairlineup.evidence.pages.drawing import FOLDER, Drawing, write_drawings
from fairlineup.evidence.pages.drawings import ladder_chart, processing_chart, sweep_chart, trade_chart
from fairlineup.evidence.pages.explain import EXPLANATIONS, explained
from fairlineup.evidence.pages.faces import Photographs, open_album
from fairlineup.evidence.pages.failed import failures
from fairlineup.evidence.pages.finding import about, columns, default_finding, key_rows, processing_rows
from fairlineup.evidence.pages.front import TRADED, strip_axis, trades, untold
from fairlineup.evidence.pages.groups import groups
from fairlineup.evidence.pages.labels import review
from fairlineup.evidence.pages.likelihood import likelihood
from fairlineup.evidence.pages.lists import asked_again, list_parts, repeat_parts, timing_rows
from fairlineup.evidence.pages.matrices import drawn_matrices, matrix_views
from fairlineup.evidence.pages.moving import TEMPLATE as MOVING
from fairlineup.evidence.pages.moving import parts, slider
from fairlineup.evidence.pages.pairs import gather
from fairlineup.evidence.pages.size import beyond, dependence, galleries_like_it, hubs, ladder_rows
from fairlineup.evidence.pages.split import split
from fairlineup.evidence.pages.stacking import labelled
from fairlineup.evidence.pages.subject import Subject
from fairlineup.evidence.pages.sweep import swept
from fairlineup.evidence.pages.terms import MISS_MEASURES
from fairlineup.evidence.pages.verdicts import calibrated, exclusions, limit_with_origin, verdicts
from fairlineup.evidence.runs import RunDirectory
from fairlineup.files import write_atomic
from fairlineup.records import BadInput

NAME = "report.html"
TEMPLATE = "report.html.j2"  # of the short page too
SCHEMA = "fairlineup-results/2"
SECTIONS = (
    ("numbers", "All numbers"),
    ("thresholds", "Thresholds"),
    ("groups", "Groups"),
    ("matrices", "Who for whom"),
    ("gallery", "Gallery size"),
    ("likelihood", "Scores as evidence"),
    ("appendix", "Appendix"),
    ("labels", "Label review"),
    ("false-matches", "False matches"),
    ("missed", "Missed"),
    ("failed", "Failed to process"),
    ("closest", "Pairs to check"),
    ("limits", "Limits"),
    ("repeat", "How to repeat it"),
    ("words", "What each number is"),
)


def write_report(directory: RunDirectory, photographs: Photographs | None) -> Path:
    """Write report.html and figures/ into a finished run.

    Args:
        directory: the run, with results.json, run.json and manifest.csv.
        photographs: where photographs come from; None shows no faces.
    Returns: the page.
    Raises: BadInput: no finished run, or of another version; an unwritable place. SystemFailed: a full disk.
    """
    subject = read_subject(directory)
    pairs, timing = gather(subject, open_album(directory, photographs)), directory.read_timing()
    shared = shared_by_all(subject)
    found = told(subject, shared) | {
        "slider": slider(subject, environment(), shared),
        "pairs": pairs,
        "faces": photographs is not None,
        "timing": timing_rows(timing, subject.level),
        "asked_again": asked_again(timing),
    }
    page = environment().get_template(TEMPLATE).render(**found)
    style = resources.files("fairlineup.evidence.pages").joinpath("templates/chart.css").read_text("utf-8")
    write_drawings(directory.path / FOLDER, list(_drawings(found)), style)
    path = directory.path / NAME
    write_atomic(path, page.encode())
    return path


def read_subject(directory: RunDirectory) -> Subject:
    """What a finished run is about. Raises: BadInput: no finished run, or of another version."""
    results = directory.read_results()
    if results.get("schema") != SCHEMA:
        raise BadInput(
            f"{directory.path / 'results.json'} was written by another version",
            expected=SCHEMA,
            got=str(results.get("schema")),
            remedy="measure the run again: fairlineup audit measure RUN",
        )
    return Subject.of(results, directory.read_identity())


@cache
def environment() -> Environment:
    """The templates, with filters for numbers."""
    made = Environment(
        loader=PackageLoader("fairlineup.evidence.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        count=words.count, plural=words.plural, declared=words.declared_percent, labelled=labelled
    )
    return made


def told(subject: Subject, shared: dict[str, Any]) -> dict[str, Any]:
    """Everything the templates show but photographs and slider."""
    return {
        **shared,
        **_sections(subject),
        **list_parts(subject),
        **repeat_parts(subject),
        "parts": parts(subject, environment(), shared),
        "trades": _trades(subject, shared),
    }


def shared_by_all(subject: Subject, *, short: bool = False) -> dict[str, Any]:
    """What macros of moving parts need too."""
    return {
        "subject": subject,
        "results": subject.results,
        "columns": columns(subject),
        "traded": TRADED,
        "adjusted": _adjusted(subject),
        "explained": explained,
        "names": {one.key: one.name for one in EXPLANATIONS},
        "failures": failures(subject.results),
        "slider": None,
        "parts": {},
        "faces": False,
        "short": short,
    }


def _trades(subject: Subject, shared: dict[str, Any]) -> list[tuple[Any, Any]]:
    macros: Any = environment().get_template(MOVING).make_module(shared)
    return [(one, macros.trade(one)) for one in trades(subject)]


def _sections(subject: Subject) -> dict[str, Any]:
    found: dict[str, Any] = {
        "about": about(subject),
        "axis": strip_axis(subject),
        "untold": untold(subject),
        "verdicts": verdicts(subject),
        "exclusions": exclusions(subject),
        "split": split(subject),
        "default_finding": default_finding(subject),
        "key_rows": key_rows(subject),
        "miss_rows": key_rows(subject, MISS_MEASURES),
        "processing_rows": processing_rows(subject),
        "limits": _limits(subject),
        "calibrated": calibrated(subject),
        "groups": groups(subject),
        "matrices": matrix_views(subject),
        "deployed_matrices": drawn_matrices(subject, subject.deployed),
        "appendix": appendix(subject),
        "likelihood": likelihood(subject),
        "review": review(subject),
        "ladder": ladder_rows(subject),
        "banded": any(rung.get("band") for rung in subject.results["ladder"]),
        "dependence": dependence(subject),
        "beyond": beyond(subject),
        "like_it": galleries_like_it(subject),
        "hubs": hubs(subject),
        "trade_chart": trade_chart(subject),
        "sweep_chart": sweep_chart(subject) if swept(subject) else None,
        "ladder_chart": ladder_chart(subject),
        "processing_chart": processing_chart(subject),
        "explanations": EXPLANATIONS,
    }
    absent = {
        "matrices": not found["matrices"],
        "likelihood": found["likelihood"] is None,
        "appendix": found["appendix"].empty,
        "labels": found["review"] is None,
    }
    return found | {"contents": [one for one in SECTIONS if not absent.get(one[0])]}


def _limits(subject: Subject) -> list[str]:
    """Limits the trade chart marks."""
    return [
        limit_with_origin(one)
        for one in subject.results.get("verdicts") or ()
        if one.get("outcome") not in {None, "not_given"}
        and one.get("measure") in {"fpir", "fnir"}
        and not one.get("of")
    ]


def _adjusted(subject: Subject) -> bool:
    contrasts = [c for one in subject.results["thresholds"] for c in one.get("contrasts", ())]
    return any(one.get("holm_p") is not None for one in contrasts)


def _drawings(found: dict[str, Any]) -> Iterator[Drawing]:
    """Every chart of the page that is also a file."""
    single = ("trade_chart", "sweep_chart", "ladder_chart", "processing_chart")
    yield from (found[name] for name in single if found[name])
    for label in found["groups"]:
        yield from (drawing for at in label for _, drawing in at.charts)
    yield from (one.drawing for one in found["matrices"] if one.drawing)
    if found["likelihood"]:
        yield from found["likelihood"].drawings
