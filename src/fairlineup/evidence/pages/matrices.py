"""The cross-group matrix as a map: who is falsely matched with whom, at every declared threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.drawing import MEASURED, Drawing, named, numbers_of
from fairlineup.evidence.pages.figures import Figure, Results, figure
from fairlineup.evidence.pages.subject import Subject
from fairlineup.evidence.pages.svg import (
    NOTICE_PX,
    Caption,
    Scale,
    across,
    element,
    logarithmic,
    picture,
)
from fairlineup.evidence.pages.terms import FMR

COLUMNS = ("probe", "gallery", "grey", *MEASURED)


@dataclass(frozen=True, slots=True)
class MatrixView:
    """One label's matrix at one threshold.

    Attributes:
        label: the label column.
        threshold: in a sentence.
        deployed: whether the first limit is held there.
        reason: why there is none; blank where there is one.
        drawing: the map; None where there is none.
        groups: value, people searched, people in the gallery.
        rows: each group searched with its rate against each group enrolled, grey or not.
        unlabelled: comparisons in which one side has no value.
    """

    label: str
    threshold: str
    deployed: bool
    reason: str
    drawing: Drawing | None = None
    groups: tuple[tuple[str, int, int], ...] = ()
    rows: tuple[tuple[tuple[Figure, bool], ...], ...] = ()
    unlabelled: int = 0


def matrix_views(subject: Subject) -> list[MatrixView]:
    """All matrices, the deployed threshold first, label by label."""
    thresholds = sorted(subject.results["thresholds"], key=lambda one: one is not subject.deployed)
    by_threshold = [matrices_at(subject, one) for one in thresholds if one.get("matrices")]
    return [view for of_label in zip(*by_threshold, strict=True) for view in of_label]


def matrices_at(subject: Subject, threshold: Results) -> list[MatrixView]:
    """The matrix of each label at a threshold, declared or chosen."""
    return [_view(subject, threshold, one) for one in threshold.get("matrices") or ()]


def drawn_matrices(subject: Subject, threshold: Results) -> list[MatrixView]:
    """Those of them that could be measured."""
    return [one for one in matrices_at(subject, threshold) if not one.reason]


def _view(subject: Subject, threshold: Results, matrix: Results) -> MatrixView:
    label, deployed = str(matrix["label"]), threshold is subject.deployed
    where = subject.named(threshold)
    if "not_measured" in matrix:
        return MatrixView(label.replace("_", " "), where, deployed, str(matrix["not_measured"]))
    values = [str(value) for value in matrix["values"]]
    cells = {(one["probe"], one["gallery"]): one for one in matrix["cells"]}
    table = [[cells[g, h] for h in range(len(values))] for g in range(len(values))]
    people = zip(values, matrix["probe_people"], matrix["gallery_people"], strict=True)
    return MatrixView(
        label=label.replace("_", " "),
        threshold=where,
        deployed=deployed,
        reason="",
        drawing=_drawing(subject, threshold, label, values, table),
        groups=tuple((value, int(searched), int(enrolled)) for value, searched, enrolled in people),
        rows=tuple(tuple((figure(one), bool(one["grey"])) for one in row) for row in table),
        unlabelled=int(matrix.get("unlabelled_comparisons") or 0),
    )


def _drawing(
    subject: Subject, threshold: Results, label: str, values: list[str], table: list[list[Results]]
) -> Drawing:
    title = (
        f"{subject.artefact}{FMR.name} (FMR) of each {label.replace('_', ' ')} against each, "
        f"at {subject.named(threshold)}"
    )
    desc = "Rows are searched, columns are enrolled. " + "; ".join(
        f"{values[g]} against {values[h]}: {_lines(one)[0]}"
        for g, row in enumerate(table)
        for h, one in enumerate(row)
    )
    caption = subject.caption(title, f"{desc}.")
    cells = [[MapCell(one.get("value"), _lines(one), bool(one["grey"])) for one in row] for row in table]
    name = named("matrix", label, "at", str(threshold["name"])) if threshold["name"] else ""
    numbers = tuple(
        (values[g], values[h], "yes" if one["grey"] else "no", *numbers_of(one))
        for g, row in enumerate(table)
        for h, one in enumerate(row)
    )
    return Drawing(name, title, heat_map(caption, values, cells), COLUMNS, numbers)


def _lines(cell: Results) -> tuple[str, ...]:
    """What is printed in a cell: rate, interval, counts."""
    counts = f"{words.count(cell.get('errors') or 0)} of {words.count(cell.get('trials') or 0)}"
    if "value" not in cell:
        return "not measured", counts
    low, high = (words.percent_number(float(cell[end])) for end in ("low", "high"))
    return words.percent(float(cell["value"])), f"{low} to {high}", counts


# --- the map -------------------------------------------------------------------------------------

CELL_PX, HEAD_PX, ROW_HEAD = 62, 34, 0.16


@dataclass(frozen=True, slots=True)
class MapCell:
    """One cell of a map.

    Attributes:
        rate: decides the colour; None leaves it blank.
        lines: printed in it, one under the other.
        grey: whether too little was counted for a colour to mean much.
    """

    rate: float | None
    lines: tuple[str, ...]
    grey: bool


def heat_map(caption: Caption, names: Sequence[str], rows: Sequence[Sequence[MapCell]]) -> Markup:
    """A square of cells coloured by the logarithm of their rates; rows are searched, columns enrolled."""
    rates = [cell.rate for row in rows for cell in row if cell.rate]
    scale = logarithmic(rates)
    top = NOTICE_PX + HEAD_PX
    wide = (1 - ROW_HEAD) / max(len(names), 1)
    parts = [
        element(
            "text",
            words.shortened(name, 16),
            x=_percent(ROW_HEAD + wide * (n + 0.5)),
            y=top - 8,
            class_="tick middle",
        )
        for n, name in enumerate(names)
    ]
    for g, row in enumerate(rows):
        y = top + g * CELL_PX
        middle = y + CELL_PX / 2
        parts.append(
            element("text", words.shortened(names[g], 16), x=across(0), y=middle, class_="label small")
        )
        parts += [_cell(cell, ROW_HEAD + wide * h, wide, y, scale) for h, cell in enumerate(row)]
    return picture(caption, top + len(rows) * CELL_PX + 4, *parts)


def _cell(cell: MapCell, left: float, wide: float, y: float, scale: Scale) -> Markup:
    style = "cell grey" if cell.grey or not cell.rate else "cell"
    depth = 0.06 + 0.5 * scale.share(cell.rate) if cell.rate else 0.0
    box = element(
        "rect",
        x=_percent(left),
        y=y,
        width=_percent(wide),
        height=CELL_PX,
        class_=style,
        fill_opacity=1 if style == "cell grey" else depth,
    )
    middle = _percent(left + wide / 2)
    lines = [
        element("text", text, x=middle, y=y + 20 + 16 * n, class_="cell-value" if n == 0 else "cell-line")
        for n, text in enumerate(cell.lines)
    ]
    return element("g", box, *lines)


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"
