"""The cross-group matrix as a map: who is falsely matched with whom, at every declared threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.drawing import MEASURED, Drawing, named, numbers_of
from fairlineup.evidence.pages.failed import listed
from fairlineup.evidence.pages.subject import Report
from fairlineup.evidence.pages.svg import NOTICE_PX, Axis, Caption, across, element, logarithmic, picture
from fairlineup.evidence.pages.terms import FMR
from fairlineup.records import NotMeasured
from fairlineup.results import LabelMatrix, Matrix, MatrixCell, ThresholdResults

COLUMNS = ("probe", "gallery", "grey", *MEASURED)


@dataclass(frozen=True, slots=True)
class MatrixView:
    """One label's matrix at one threshold."""

    label: str  #: of its groups, in words.
    threshold: ThresholdResults  #: where the rates are.
    matrix: Matrix | NotMeasured  #: the rates, or why there are none.
    rows: Sequence[Sequence[MatrixCell]] = ()  #: its cells: of each group searched, by group enrolled.
    drawing: Drawing | None = None  #: the map; None where there is none.


def matrix_views(subject: Report) -> list[MatrixView]:
    """All matrices, label by label, the deployed threshold first."""
    by_threshold = [matrices_at(subject, one) for one in subject.thresholds]
    by_label = zip(*filter(None, by_threshold), strict=True)
    return [view for of_label in by_label for view in of_label]


def matrices_at(subject: Report, threshold: ThresholdResults) -> list[MatrixView]:
    """The matrix of each label at a threshold, declared or chosen."""
    return [_view(subject, threshold, one) for one in listed(threshold.matrices)]


def drawn_matrices(subject: Report, threshold: ThresholdResults) -> list[MatrixView]:
    """Those of them that could be measured."""
    return [one for one in matrices_at(subject, threshold) if one.drawing]


def _view(subject: Report, threshold: ThresholdResults, one: LabelMatrix) -> MatrixView:
    label, matrix = one.label.replace("_", " "), one.matrix
    if isinstance(matrix, NotMeasured):
        return MatrixView(label, threshold, matrix)
    cells = {(cell.probe, cell.gallery): cell for cell in matrix.cells}
    places = range(len(matrix.values))
    rows = [[cells[g, h] for h in places] for g in places]
    return MatrixView(label, threshold, matrix, rows, _drawing(subject, threshold, one.label, matrix, rows))


def _drawing(
    subject: Report,
    threshold: ThresholdResults,
    label: str,
    matrix: Matrix,
    rows: Sequence[Sequence[MatrixCell]],
) -> Drawing:
    title = (
        f"{subject.artifact}{FMR.name} (FMR) of each {label.replace('_', ' ')} against each, "
        f"at {subject.named(threshold)}"
    )
    of = matrix.values
    cells = [cell for row in rows for cell in row]
    said = (f"{of[cell.probe]} against {of[cell.gallery]}: {_lines(cell)[0]}" for cell in cells)
    caption = subject.caption(title, f"Rows are searched, columns are enrolled. {'; '.join(said)}.")
    name = named("matrix", label, "at", threshold.name) if threshold.name else ""
    numbers = tuple(
        (of[cell.probe], of[cell.gallery], "yes" if cell.grey else "no", *numbers_of(cell.fmr))
        for cell in cells
    )
    return Drawing(name, title, heat_map(caption, of, rows), COLUMNS, numbers)


# --- the map -------------------------------------------------------------------------------------

CELL_PX, HEAD_PX, ROW_HEAD = 62, 34, 0.16


def heat_map(caption: Caption, names: Sequence[str], rows: Sequence[Sequence[MatrixCell]]) -> Markup:
    """A square of cells coloured by the logarithm of their rates; rows are searched, columns enrolled."""
    scale = logarithmic([_rate(cell) for row in rows for cell in row])
    top = NOTICE_PX + HEAD_PX
    wide = (1 - ROW_HEAD) / max(len(names), 1)
    parts = []
    for n, name in enumerate(names):
        text, x = words.shortened(name, 16), _percent(ROW_HEAD + wide * (n + 0.5))
        parts.append(element("text", text, x=x, y=top - 8, class_="tick middle"))
    for g, row in enumerate(rows):
        y = top + g * CELL_PX
        head = words.shortened(names[g], 16)
        parts.append(element("text", head, x=across(0), y=y + CELL_PX / 2, class_="label small"))
        parts += [_cell(cell, ROW_HEAD + wide * h, wide, y, scale) for h, cell in enumerate(row)]
    return picture(caption, top + len(rows) * CELL_PX + 4, *parts)


def _cell(cell: MatrixCell, left: float, wide: float, y: float, scale: Axis) -> Markup:
    """A cell with its rate, interval and counts; grey where too little was counted for a colour."""
    rate = _rate(cell)
    grey = cell.grey or not rate
    box = element(
        "rect",
        x=_percent(left),
        y=y,
        width=_percent(wide),
        height=CELL_PX,
        class_="cell grey" if grey else "cell",
        fill_opacity=1 if grey else 0.06 + 0.5 * scale.share(rate),
    )
    middle = _percent(left + wide / 2)
    lines = [
        element("text", text, x=middle, y=y + 20 + 16 * n, class_="cell-line" if n else "cell-value")
        for n, text in enumerate(_lines(cell))
    ]
    return element("g", box, *lines)


def _rate(cell: MatrixCell) -> float:
    return 0.0 if isinstance(cell.fmr, NotMeasured) else cell.fmr.value


def _lines(cell: MatrixCell) -> tuple[str, ...]:
    """What is printed in a cell: rate, interval, counts."""
    fmr = cell.fmr
    counts = f"{words.count(fmr.errors or 0)} of {words.count(fmr.trials or 0)}"
    if isinstance(fmr, NotMeasured):
        return "not measured", counts
    low, high = words.percent_number(fmr.low), words.percent_number(fmr.high)
    return words.percent(fmr.value), f"{low} to {high}", counts


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"
