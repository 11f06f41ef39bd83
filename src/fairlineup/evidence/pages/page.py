"""The results of an audit as one HTML page that stands alone, and its figures as files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fairlineup.evidence.pages.contrasts import split
from fairlineup.evidence.pages.drawing import FOLDER, Drawing, write_drawings
from fairlineup.evidence.pages.drawings import ladder_chart, processing_chart, sweep_chart, trade_chart
from fairlineup.evidence.pages.faces import Photographs, open_album
from fairlineup.evidence.pages.failed import failures, listed
from fairlineup.evidence.pages.groups import LabelAt, labels_at
from fairlineup.evidence.pages.likelihood import Ratios, ratios
from fairlineup.evidence.pages.lists import asked_again
from fairlineup.evidence.pages.matrices import MatrixView, matrix_views
from fairlineup.evidence.pages.moving import Fragments, parts, slider
from fairlineup.evidence.pages.pairs import gather
from fairlineup.evidence.pages.rendering import environment, own_text
from fairlineup.evidence.pages.subject import Report
from fairlineup.evidence.pages.words import as_page
from fairlineup.evidence.runs import RunDirectory
from fairlineup.files import write_atomic
from fairlineup.records import NotMeasured
from fairlineup.results import AuditResults, Timing, from_json

NAME = "report.html"
TEMPLATE = "report.html.j2"  # of the short page too
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


@dataclass(frozen=True, slots=True)
class PageParts:
    """Everything on the page that is drawn, or chosen for a part of it."""

    trade: Drawing  #: what each threshold trades.
    sweep: Drawing | None  #: the same at every threshold; None without a sweep.
    ladder: Drawing | None  #: FPIR against gallery size; None where no two sizes were measured.
    processing: Drawing  #: what failed to process.
    #: for each label that makes groups: at each threshold, the deployed one first.
    groups: list[tuple[LabelAt, ...]]
    matrices: list[MatrixView]  #: of groups against groups, the deployed threshold first.
    ratios: Ratios | None  #: scores as evidence; None where there are none.

    @classmethod
    def of(cls, subject: Report) -> PageParts:
        """All of it for one subject."""
        by_threshold = [labels_at(subject, one) for one in subject.thresholds]
        return cls(
            trade=trade_chart(subject),
            sweep=sweep_chart(subject),
            ladder=ladder_chart(subject),
            processing=processing_chart(subject),
            groups=list(zip(*by_threshold, strict=True)),
            matrices=matrix_views(subject),
            ratios=ratios(subject),
        )

    @property
    def drawings(self) -> Iterator[Drawing]:
        """Every chart of the page that is also a file."""
        single = (self.trade, self.sweep, self.ladder, self.processing)
        yield from (one for one in single if one)
        yield from (drawing for label in self.groups for at in label for _, drawing in at.charts)
        yield from (one.drawing for one in self.matrices if one.drawing)
        yield from self.ratios.drawings if self.ratios else ()


def write_report(results: AuditResults, directory: RunDirectory, photographs: Photographs | None) -> Path:
    """Write report.html and figures/ into a finished run.

    Args:
        results: of the run.
        directory: the run, for when it was begun, how long it took and the digests of its photographs.
        photographs: where photographs come from; None shows no faces.
    Returns: the page.
    Raises: BadInput: a file of the run cannot be read, or an unwritable place. SystemFailed: a full disk.
    """
    subject = Report.of(results, directory.read_identity())
    shared = shared_by_all(subject)
    drawn = PageParts.of(subject)
    timing = _timing(directory)
    page = (
        environment()
        .get_template(TEMPLATE)
        .render(
            **shared,
            **fixed(subject, drawn, parts(subject, shared)),
            slider=slider(subject, shared),
            pairs=gather(subject, open_album(directory, photographs)),
            faces=photographs is not None,
            timing=timing,
            asked_again=asked_again(timing),
        )
    )
    write_drawings(directory.path / FOLDER, list(drawn.drawings), own_text("chart.css"))
    path = directory.path / NAME
    write_atomic(path, as_page(page))
    return path


def _timing(directory: RunDirectory) -> Timing | None:
    """How long photographs took; None where it was not measured or not written."""
    found = directory.read_timing()
    if found is None or "not_measured" in found:
        return None
    return from_json(found, Timing, str(directory.path / "timing.json"))


def shared_by_all(subject: Report, *, short: bool = False) -> dict[str, Any]:
    """What macros of moving parts need too."""
    return {
        "subject": subject,
        "results": subject.results,
        "adjusted": _adjusted(subject.results),
        "failures": failures(subject.results),
        "short": short,
    }


def fixed(subject: Report, drawn: PageParts, moving: Fragments) -> dict[str, Any]:
    """What full and short page show besides."""
    labels = subject.results.labels
    absent = {"matrices": not drawn.matrices, "labels": isinstance(labels, NotMeasured)}
    return {
        "drawn": drawn,
        "parts": moving,
        "split": split(subject),
        "contents": [one for one in SECTIONS if not absent.get(one[0])],
    }


def _adjusted(results: AuditResults) -> bool:
    """Whether any p-value of a declared comparison is adjusted for the others."""
    contrasts = (one for at in results.thresholds for one in listed(at.contrasts))
    return any(one.holm_p is not None for one in contrasts)
